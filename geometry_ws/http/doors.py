"""Who comes in by which door. Pure: headers and a listener's settings in, a decision out.

A door is one listening port with its rules. At the door on loopback nobody needs a token; at any
other nobody comes in without. A token arrives as `Authorization: Bearer`, as a cookie that is
named after the port, or as WAMP's ticket, and means the same each time.
"""

import ipaddress
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from geometry_ws.protocol.declare import Origin
from geometry_ws.protocol.rights import GUEST_ROLE

LOOPBACK: Final = "loopback"
"""The name of the door that is there in any case."""

FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers that a proxy adds. They are believed for refusing and nothing else."""

NOT_ADMITTED: Final = "This needs a link or a token that is valid; ask whoever runs this node."
BEHIND_A_PROXY: Final = (
    "A proxy stands before this node's door for its own machine; start it with --public."
)
REVOKED: Final = "This access was taken back, or its time is over."
CHANGED: Final = "The role of this access has changed; connect again."

MANY_REFUSALS: Final = 20
REFUSALS_SECONDS: Final = 60.0
LATE_SECONDS: Final = 1.0
"""Who was refused so often in so long is answered so much later."""

TURN_SECONDS: Final = 0.1
"""While somebody guesses at an address, its WebSockets without a valid token are opened one after
the other, so far apart: each costs the router as much as several requests do."""

LONGEST_TURN: Final = 5.0
"""Who would have to wait longer is told to come back."""

_MOST_PEERS: Final = 4096


@dataclass(frozen=True)
class Door:
    """One listening port: its name, whether guests come in, and how its cookie is named.

    ``base`` is the path that its addresses have in front, which a proxy takes off.
    """

    name: str = LOOPBACK
    guests: bool = True
    read_only: bool = False
    secure: bool = False
    port: int = 0
    base: str = "/"

    @property
    def cookie(self) -> str:
        """The cookie's name. Cookies ignore ports: two nodes of one machine would share one.

        With `__Host-` browsers hold that nobody else has set it; that needs a whole host.
        """
        if not self.secure:
            return f"gws_{self.port}"
        return f"__Host-gws_{self.port}" if self.base == "/" else f"__Secure-gws_{self.port}"

    @property
    def keeps_tls(self) -> bool:
        """Whether browsers are told to come by TLS alone from now on.

        That is for a whole host, at all its ports: so for one that is the board's alone.
        """
        return self.secure and self.base == "/" and self.port == 443

    def url_at(self, host: str) -> str:
        """The address of the node as it was asked by this host, without a slash at its end."""
        return f"{'https' if self.secure else 'http'}://{host}{self.base.rstrip('/')}"

    def path(self, path: str) -> str:
        """Where browsers find what is at a path of the node, which begins with a slash."""
        return f"{self.base.rstrip('/')}{path}"

    def role(self, given: str) -> str:
        """What somebody with a role is here."""
        return "viewer" if self.read_only else given


def read_door(values: Mapping[str, Any]) -> Door:
    """A door as the configuration has it."""
    return Door(
        str(values["name"]),
        bool(values.get("guests", False)),
        bool(values.get("read_only", False)),
        bool(values.get("secure", False)),
        int(values["port"]),
        str(values.get("base", "/")),
    )


class Presented(NamedTuple):
    """A token that came with a request, and whether a browser sent it as a cookie."""

    token: str
    is_cookie: bool = False


def presented(door: Door, headers: Mapping[str, str]) -> Presented | None:
    """The token in a request's headers, whose names are in small letters; None without any.

    Other kinds of Authorization are a proxy's own business.
    """
    scheme, _, value = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer":
        return Presented(value.strip())
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == door.cookie and value:
            return Presented(value, is_cookie=True)
    return None


def is_forwarded(headers: Mapping[str, str]) -> bool:
    """Whether a proxy says that it passes this on for somebody else."""
    return any(headers.get(name) for name in FORWARDED)


def origin_of(door: Door, headers: Mapping[str, str], host: str) -> Origin:
    """From which machine somebody comes whose connection ends at this host.

    What a proxy on the node's own machine says of whom it speaks for is told as that, unless they
    are there as well. From elsewhere anybody could say it, and it isn't looked at.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        is_local = host == "unix"
    else:
        address = getattr(address, "ipv4_mapped", None) or address
        host, is_local = str(address), address.is_loopback
    if not is_local:
        return Origin(host)
    said = "" if door.guests else headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    try:
        speaker = ipaddress.ip_address(said)
    except ValueError:
        return Origin("localhost")
    speaker = getattr(speaker, "ipv4_mapped", None) or speaker
    return Origin("localhost", "" if speaker.is_loopback else str(speaker))


def guest_role(door: Door, headers: Mapping[str, str], given: Presented | None) -> str | None:
    """What somebody is without a valid token; None: not let in.

    A cookie that isn't valid any more makes nobody less than a guest; a wrong `Authorization`
    does, since a program that says who it is shall hear that it isn't so.
    """
    if not door.guests or is_forwarded(headers) or (given is not None and not given.is_cookie):
        return None
    return door.role(GUEST_ROLE)


def set_cookie(door: Door, token: str, seconds: int) -> str:
    """The header that gives a browser its login, or with an empty token takes it away."""
    secure = "; Secure" if door.secure else ""
    age = seconds if token else 0
    return (
        f"{door.cookie}={token}; Path={door.base}; HttpOnly; SameSite=Strict; Max-Age={age}{secure}"
    )


class _Peer:
    """When an address was refused, and when its next WebSocket may be opened."""

    def __init__(self) -> None:
        self.refused: deque[float] = deque(maxlen=MANY_REFUSALS)
        self.turn = 0.0

    def guesses(self, now: float) -> bool:
        times = self.refused
        return len(times) == MANY_REFUSALS and now - times[0] < REFUSALS_SECONDS


class Guesses:
    """Counts refusals by peer: who guesses is answered late, which harms nobody else."""

    def __init__(self) -> None:
        self._peers: dict[str, _Peer] = {}

    def refuse(self, peer: str, now: float) -> float:
        """Note a refusal; gives after how many seconds to say so."""
        known = self._peers.pop(peer, None) or _Peer()
        self._peers[peer] = known
        while len(self._peers) > _MOST_PEERS:
            del self._peers[next(iter(self._peers))]
        is_many = known.guesses(now)
        known.refused.append(now)
        return LATE_SECONDS if is_many else 0.0

    def turn(self, peer: str, now: float) -> float | None:
        """After how many seconds a WebSocket without a valid token may be opened; None: not now.

        At once, but where somebody guesses at the same address.
        """
        known = self._peers.get(peer)
        if known is None or not known.guesses(now):
            return 0.0
        turn = max(known.turn, now)
        if turn - now > LONGEST_TURN:
            return None
        known.turn = turn + TURN_SECONDS
        return turn - now


def texts_of(headers: Any) -> dict[str, str]:
    """A handshake's headers as text; what came more than once is no text and left out."""
    given = headers.items() if isinstance(headers, Mapping) else ()
    return {name.lower(): value for name, value in given if isinstance(value, str)}


def host_of(peer: str) -> str:
    """The host in a transport's peer, such as ``tcp4:192.168.1.7:50412``, or a host as it is."""
    kind, _, place = peer.partition(":")
    return place.rpartition(":")[0] if kind in ("tcp4", "tcp6") else peer
