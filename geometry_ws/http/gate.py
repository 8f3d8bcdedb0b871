"""The gate: decides in the router's process who comes in, and ends who may stay no longer.

Crossbar.io asks it by WAMP when a session joins, `Root` asks it for each request. It keeps the
register of `geometry_ws.access` in memory, and looks several times a second whether the file has
changed: what the command line took back ends at once, whatever came in by it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any, ClassVar, Final, NamedTuple, TypeVar

from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import CloseDetails, ComponentConfig, SessionDetails
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall, deferLater
from twisted.internet.threads import deferToThread
from twisted.logger import Logger

from geometry_ws.access.file import BadAccessFile, Stamp, change_register, read_register, stamp
from geometry_ws.access.register import (
    LOGIN_SECONDS,
    Admitted,
    Lookup,
    Register,
    exchange,
    forget_token,
    note_seen,
)
from geometry_ws.access.tokens import hash_of, new_token
from geometry_ws.http.doors import (
    BEHIND_A_PROXY,
    CHANGED,
    NOT_ADMITTED,
    REVOKED,
    Door,
    Guesses,
    Presented,
    guest_role,
    host_of,
    is_forwarded,
    origin_of,
    presented,
    read_door,
    set_cookie,
    texts_of,
)
from geometry_ws.http.giving import Address, Giving
from geometry_ws.protocol.access import AccessChanged, AccessMeta
from geometry_ws.protocol.declare import NOWHERE, Origin
from geometry_ws.protocol.errors import LimitExceeded, NotAdmitted, Revoked
from geometry_ws.protocol.joining import may_join
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.permissions import MACHINE_AUTHORIZER
from geometry_ws.wamp.binding import announce, bind
from geometry_ws.wamp.session import QuietSession, RouterSideSession
from geometry_ws.wamp.upstream.admitted import end_session, join_as, leave_as
from geometry_ws.wamp.versions import new_epoch

log = Logger()
T = TypeVar("T")

LOOK_SECONDS: Final = 0.25
SEEN_SECONDS: Final = 60.0
JOINING_SECONDS: Final = 60.0
IDLE_SECONDS: Final = 1800.0
"""A session that requests are made as ends when so long none came; what it claimed is free then."""

MOST_POOLED: Final = 256
MOST_OF_TOKEN: Final = 8
"""Machines from which requests with one token come at a time; each is a session of its own."""

MOST_SESSIONS: Final = 64
"""Sessions of one person at a time."""

_ROLE_CHANGED: Final = "wamp.close.system_shutdown"
"""The reason of a goodbye after which clients come back."""


class Visitor(NamedTuple):
    """Who asks by HTTP; a guest has no name, and ``token`` is the hash of what was presented."""

    person: str
    role: str
    token: str = ""
    origin: Origin = NOWHERE


@dataclass
class _Inside:
    """What somebody has here: a session, or a stream of events."""

    admitted: Admitted
    door: Door
    role: str
    end: Callable[[str, str], None]
    since: float
    joined: bool = True


@dataclass
class _Pooled:
    """The session that requests with one token are made as."""

    session: QuietSession
    used: float


class Gate(RouterSideSession):
    """A router component; ``extra`` has the file, relative to the node's folder, and the doors.

    ``url`` is where people open the node, ``remark`` what keeps those of other machines from it.
    """

    current: ClassVar["Gate | None"] = None
    """The gate that is joined now, for the resources in the same process."""

    def __init__(self, config: ComponentConfig | None = None) -> None:
        super().__init__(config)
        extra = getattr(config, "extra", None) or {}
        self._file = Path(extra.get("cbdir", ".")) / extra["file"]
        self._doors = [read_door(values) for values in extra["doors"]]
        self._stamp: Stamp | None = None
        self._told: Stamp | None = None
        self._lookup = Lookup(Register())
        self._inside: dict[object, _Inside] = {}
        self._pool: dict[tuple[str, str, Origin], _Pooled] = {}
        self._next_end = 0.0
        self._seen: set[str] = set()
        self._seen_at = self._tidied_at = 0.0
        self._guesses = Guesses()
        self._looking = LoopingCall(self._look)
        self._giving = Giving(self._change, Address(extra["url"], extra.get("remark", "")))
        self._epoch, self._seq = new_epoch(), 0

    async def onJoin(self, details: SessionDetails) -> None:  # noqa: N802, ARG002 - autobahn's
        """Serve the authenticators, and begin to look after who is inside."""
        for door in self._doors:
            for method, decide in (("anonymous", self._anonymous), ("ticket", self._ticket)):
                await self.serve(authenticator(door.name, method), _bound(decide, door))
        await bind(self, self._giving)
        await self.serve(MACHINE_AUTHORIZER, _judge_machine)
        await self.listen("wamp.session.on_join", self._joined)
        await self.listen("wamp.session.on_leave", self._left)
        Gate.current = self
        self._looking.start(LOOK_SECONDS).addErrback(_looking_failed)

    def onLeave(self, details: CloseDetails) -> None:  # noqa: N802 - autobahn's name
        """Let nobody in any more."""
        if self._looking.running:
            self._looking.stop()
        if Gate.current is self:
            Gate.current = None
        super().onLeave(details)

    # --- sessions by WAMP ----------------------------------------------------------------------

    async def _anonymous(self, door: Door, authid: str, details: Mapping[str, Any]) -> Any:
        """A session without a ticket: a cookie or a Bearer token came with its handshake, or it
        is a guest."""
        headers = texts_of(details["transport"].get("http_headers_received"))
        given = presented(door, headers)
        admitted = self._find(given)
        peer = details["transport"]["peer"]
        origin = origin_of(door, headers, host_of(peer))
        if admitted is None:
            role = guest_role(door, headers, given)
            if role is None:
                raise await self._refuse(door, headers, peer, given)
            return {"role": role, "authid": authid, "extra": origin._asdict()}
        return self._welcome(door, admitted, details["session"], origin)

    async def _ticket(self, door: Door, authid: str, details: Mapping[str, Any]) -> Any:  # noqa: ARG002
        """A session with a ticket, whatever name it says it has."""
        ticket, peer = details.get("ticket"), details["transport"]["peer"]
        admitted = self._find(Presented(ticket if isinstance(ticket, str) else ""))
        if admitted is None:
            raise await self._refuse(door, {}, peer, Presented(""))
        headers = texts_of(details["transport"].get("http_headers_received"))
        return self._welcome(
            door, admitted, details["session"], origin_of(door, headers, host_of(peer))
        )

    def _welcome(
        self, door: Door, admitted: Admitted, session: int, origin: Origin
    ) -> dict[str, Any]:
        theirs = sum(each.admitted.person == admitted.person for each in self._inside.values())
        if theirs >= MOST_SESSIONS:
            raise ApplicationError(
                LimitExceeded.uri, f"{admitted.person} has {MOST_SESSIONS} sessions already."
            )
        role = door.role(admitted.role)

        def end(reason: str, sentence: str) -> None:
            end_session(self, session, reason, sentence)

        self._hold(session, admitted, door, role, end, joined=False)
        extra = {"until": admitted.until, **origin._asdict()}
        return {"role": role, "authid": admitted.person, "extra": extra}

    async def _refuse(
        self, door: Door, headers: Mapping[str, str], peer: str, given: Presented | None
    ) -> ApplicationError:
        error = await self._refusal(door, headers, peer, given)
        return ApplicationError(error.uri, error.message)

    def _joined(self, args: Iterable[Any], keywords: object, details: object) -> None:  # noqa: ARG002
        for info in args:
            inside = self._inside.get(info.get("session") if isinstance(info, dict) else None)
            if inside is not None:
                inside.joined = True
                # It may have been taken back meanwhile.
                self._next_end = 0.0

    def _left(self, args: Iterable[Any], keywords: object, details: object) -> None:  # noqa: ARG002
        for number in args:
            if isinstance(number, int):
                self._inside.pop(number, None)

    # --- requests by HTTP ----------------------------------------------------------------------

    async def visit(self, door: Door, headers: Mapping[str, str], peer: str) -> Visitor:
        """Who makes a request. Raises NotAdmitted, late where somebody guesses."""
        given = presented(door, headers)
        admitted = self._find(given)
        if admitted is not None:
            origin = origin_of(door, headers, host_of(peer))
            return Visitor(admitted.person, door.role(admitted.role), admitted.token, origin)
        role = guest_role(door, headers, given)
        if role is None:
            raise await self._refusal(door, headers, peer, given)
        return Visitor("", role)

    def turn(self, door: Door, headers: Mapping[str, str], peer: str) -> float | None:
        """After how many seconds somebody's WebSocket may be opened; None: not now."""
        if door.guests or self._find(presented(door, headers)) is not None:
            return 0.0
        return self._guesses.turn(host_of(peer), time())

    def look_again(self, visitor: Visitor) -> None:
        """Raise NotAdmitted where somebody who came in may do so no longer, or as another."""
        self._look()
        self._check(visitor)

    def _check(self, visitor: Visitor) -> None:
        if visitor.token and not self._still(visitor.token, visitor.role, time()):
            raise NotAdmitted(NOT_ADMITTED)

    def session_of(self, visitor: Visitor) -> QuietSession:
        """The session that somebody's requests are made as; it has that role's permissions.

        Raises NotAdmitted where nobody would end it: the token isn't valid any more.
        """
        self._check(visitor)
        key = (visitor.token, visitor.role, visitor.origin)
        pooled = self._pool.get(key)
        if pooled is None:
            self._make_room(visitor.token)
            session = join_as(self, visitor.person or "guest", visitor.role, visitor.origin)
            pooled = self._pool[key] = _Pooled(session, 0.0)
        pooled.used = time()
        return pooled.session

    def _make_room(self, token: str) -> None:
        """End the pooled sessions that were used longest ago: of one token, and of all."""
        theirs = [key for key in self._pool if key[0] == token]
        for keys, most in ((theirs, MOST_OF_TOKEN), (list(self._pool), MOST_POOLED)):
            if len(keys) >= most:
                longest = min(keys, key=lambda each: self._pool[each].used)
                leave_as(self._pool.pop(longest).session)

    def follow(self, visitor: Visitor, door: Door, end: Callable[[], None]) -> Callable[[], None]:
        """Have something ended when somebody's access ends; gives what forgets that.

        Raises NotAdmitted where it has ended meanwhile.
        """
        if not visitor.token:
            return lambda: None
        admitted = self._lookup.by_hash(visitor.token, time())
        if admitted is None:
            raise NotAdmitted(NOT_ADMITTED)
        key = object()
        self._hold(key, admitted, door, visitor.role, lambda *_: end())
        return lambda: (self._inside.pop(key, None), None)[1]

    async def log_in(self, door: Door, link: str, peer: str) -> tuple[Visitor, str]:
        """Take a link, which is used up then; gives who that is, and the cookie to be set.

        Raises NotAdmitted, and BadAccessFile where it can't be noted that the link was used.
        """
        login = new_token()

        def swap(register: Register) -> tuple[Register, Admitted | None]:
            return exchange(register, link, login, time()) or (register, None)

        self._look()
        is_link = self._lookup.find(link, time(), ("link",)) is not None
        admitted = await self._change(swap) if is_link else None
        if admitted is None:
            raise await self._refusal(door, {}, peer, Presented(link))
        visitor = Visitor(admitted.person, door.role(admitted.role), admitted.token)
        log.info("{person} logs in at {door}", person=visitor.person, door=door.name)
        return visitor, set_cookie(door, login, LOGIN_SECONDS)

    async def log_out(self, door: Door, headers: Mapping[str, str]) -> str:
        """Forget the login of a cookie; gives the cookie that takes it away."""
        given = presented(door, headers)
        if given is not None and given.is_cookie and self._find(given) is not None:
            hashed = hash_of(given.token)
            await self._change(lambda register: (forget_token(register, hashed), None))
        return set_cookie(door, "", 0)

    # --- what both need ------------------------------------------------------------------------

    def _find(self, given: Presented | None) -> Admitted | None:
        if given is None:
            return None
        self._look()
        admitted = self._lookup.find(given.token, time(), ("login", "key"))
        if admitted is not None:
            self._seen.add(admitted.token)
        return admitted

    async def _refusal(
        self, door: Door, headers: Mapping[str, str], peer: str, given: Presented | None
    ) -> NotAdmitted:
        """One sentence for all reasons: which of them it was helps nobody but who guesses."""
        seconds = self._guesses.refuse(host_of(peer), time())
        if seconds:
            await deferLater(_reactor(), seconds)
        proxied = door.guests and given is None and is_forwarded(headers)
        return NotAdmitted(BEHIND_A_PROXY if proxied else NOT_ADMITTED)

    def _hold(
        self,
        key: object,
        admitted: Admitted,
        door: Door,
        role: str,
        end: Callable[[str, str], None],
        *,
        joined: bool = True,
    ) -> None:
        self._inside[key] = _Inside(admitted, door, role, end, time(), joined)
        if admitted.until is not None:
            self._next_end = min(self._next_end, admitted.until)

    async def _change(self, change: Callable[[Register], tuple[Register, T]]) -> T:
        value: T = await deferToThread(change_register, self._file, change)
        self._look()
        return value

    def _look(self) -> None:
        """Read the register if it has changed, and end who may stay no longer."""
        now, newest = time(), stamp(self._file)
        if newest != self._stamp:
            self._stamp = newest
            try:
                register = read_register(self._file)
            except BadAccessFile as problem:
                log.error("nobody is let in by name: {problem}", problem=problem)
                register = Register()
            self._lookup = Lookup(register)
            self._next_end = 0.0
        if now >= self._next_end:
            self._end_the_gone(now)
        if newest != self._told and self.is_attached():
            self._told = newest
            self._seq += 1
            announce(self, AccessMeta.on_changed, AccessChanged(epoch=self._epoch, seq=self._seq))
        if self._seen and now - self._seen_at >= SEEN_SECONDS:
            self._note_seen(now)
        if now - self._tidied_at >= JOINING_SECONDS:
            self._tidy(now)

    def _end_the_gone(self, now: float) -> None:
        ends = [now + LOGIN_SECONDS]
        for key, inside in list(self._inside.items()):
            admitted = self._lookup.by_hash(inside.admitted.token, now)
            if admitted is not None and inside.door.role(admitted.role) == inside.role:
                ends += [admitted.until] if admitted.until is not None else []
                continue
            if inside.joined:
                reasons = (_ROLE_CHANGED, CHANGED) if admitted else (Revoked.uri, REVOKED)
                log.info("the access of {person} ends", person=inside.admitted.person)
                inside.end(*reasons)
                self._inside.pop(key, None)
        for key, pooled in list(self._pool.items()):
            if key[0] and not self._still(*key[:2], now):
                leave_as(self._pool.pop(key).session)
                pooled.used = 0.0
        self._next_end = min(ends)

    def _still(self, token: str, role: str, now: float) -> bool:
        admitted = self._lookup.by_hash(token, now)
        return admitted is not None and role in (admitted.role, "viewer")

    def _tidy(self, now: float) -> None:
        """Forget who never joined, and sessions that nobody has used for a while."""
        self._tidied_at = now
        for key, inside in list(self._inside.items()):
            if not inside.joined and now - inside.since > JOINING_SECONDS:
                del self._inside[key]
        for key_of_pool, pooled in list(self._pool.items()):
            if now - pooled.used > IDLE_SECONDS:
                leave_as(self._pool.pop(key_of_pool).session)

    def _note_seen(self, now: float) -> None:
        used, self._seen, self._seen_at = self._seen, set(), now
        noting: Deferred[None] = deferToThread(
            change_register, self._file, lambda register: (note_seen(register, used, now), None)
        )
        noting.addErrback(
            lambda failure: log.warn("who was seen isn't noted: {e}", e=failure.getErrorMessage())
        )


def authenticator(door: str, method: str) -> str:
    """The procedure that Crossbar.io calls when a session joins by a door."""
    return uri(f"gate.{door}.{method}")


def _bound(decide: Callable[..., Any], door: Door) -> Callable[..., Any]:
    async def endpoint(args: Any, keywords: object, details: object) -> Any:  # noqa: ARG001
        _realm, authid, session_details = args
        return await decide(door, authid, session_details)

    return endpoint


async def _judge_machine(args: Any, keywords: object, details: object) -> dict[str, bool]:  # noqa: ARG001
    """Whether a machine that joins may do something; it is asked each time, as names differ."""
    session, full, action, options = args
    allowed = may_join(str(session.get("authid")), full, action, options)
    return {"allow": allowed, "disclose": True, "cache": False}


def _looking_failed(failure: Any) -> None:
    """A gate that can't look must not let people stay: the node ends, and is started again."""
    log.failure("the gate fails", failure)
    _reactor().stop()


def _reactor() -> Any:
    """Twisted's reactor, imported when it runs already."""
    from twisted.internet import reactor

    return reactor
