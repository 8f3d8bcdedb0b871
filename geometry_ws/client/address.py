"""An address as a person types it -> the URL of a WebSocket."""

import ipaddress
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from geometry_ws.client.errors import BadAddress

DEFAULT_PORT = 8081
SECURE_PORT = 443
DEFAULT_ADDRESS = f"http://localhost:{DEFAULT_PORT}"

VARIABLE = "GEOMETRY_WS_URL"
"""The variable of the environment that says which node is meant."""

TOKEN_VARIABLE = "GEOMETRY_WS_TOKEN"  # noqa: S105 - its name
"""The variable of the environment that has the token for that node."""

_LONGEST_TOKEN = 1000

_SECURE = {"http": False, "ws": False, "https": True, "wss": True}
_HOST = re.compile(r"^[0-9A-Za-z_.:%-]+$")
_EXPECTED = "Give an address such as http://localhost:8081."


class Address(NamedTuple):
    """Where a node listens, and the token that lets us in there, if it needs one."""

    secure: bool
    host: str
    port: int
    path: str
    token: str = ""

    def __repr__(self) -> str:
        # A token is shown nowhere.
        return f"Address({self.url!r})"

    @property
    def place(self) -> str:
        """Host and port, for messages."""
        return f"{self._host()}:{self.port}"

    @property
    def is_here(self) -> bool:
        """Whether it surely is on this machine."""
        if self.host == "localhost":
            return True
        with suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return False

    @property
    def url(self) -> str:
        """The URL of the WebSocket."""
        return f"{'wss' if self.secure else 'ws'}://{self.place}{self.path}"

    @property
    def base(self) -> str:
        """The path below which everything of the node lies, without a slash at its end."""
        return self.path.partition("?")[0].rpartition("/")[0]

    @property
    def headers(self) -> dict[str, str]:
        """What a handshake says of who we are."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def usual_address(environment: Mapping[str, str] = os.environ) -> str:
    """The address of a node where none is given: the environment's, else that of this machine."""
    return environment.get(VARIABLE) or DEFAULT_ADDRESS


def with_token(
    address: Address, token: str | None = None, environment: Mapping[str, str] = os.environ
) -> Address:
    """An address with a token: the given one, else what it has, else the environment's.

    The environment's is for the node that the environment names, and is sent to no other; where it
    names none, for whichever is meant. Raises BadAddress for what can't be a token.
    """
    given = token if token is not None else address.token
    if not given and (usual := environment.get(TOKEN_VARIABLE)):
        named = environment.get(VARIABLE)
        if not named or parse_address(named).url == address.url:
            given = usual
    given = given.strip()
    if len(given) > _LONGEST_TOKEN or not (given.isascii() and given.isprintable()):
        raise BadAddress("This is no token: geometry-ws access prints one with --token.")
    return address._replace(token=given)


def parse_address(text: str | Address) -> Address:
    """Read an http, https, ws or wss address, or a bare ``host`` or ``host:port``.

    An http or https address is the one that people open: the WebSocket is at ``ws`` below it. That
    of a ws or wss address is at its path, or at ``ws`` where it ends with a slash. The port is 443
    for https and wss, else 8081. Raises BadAddress.
    """
    if isinstance(text, Address):
        return text
    given = text.strip()
    if not given:
        raise BadAddress(f"The address is empty. {_EXPECTED}")
    scheme, separator, rest = given.partition("://")
    if not separator:
        scheme, rest = "ws", given
    if scheme.lower() not in _SECURE:
        raise BadAddress(f"{_shown(text)} begins with {_shown(scheme)}. {_EXPECTED}")
    try:
        parts = urlsplit(f"ws://{rest}")
        port = parts.port
    except ValueError:
        raise BadAddress(f"{_shown(text)} has no valid host and port. {_EXPECTED}") from None
    secure = _SECURE[scheme.lower()]
    usual = SECURE_PORT if secure else DEFAULT_PORT
    host = _host(parts, text)
    return Address(
        secure,
        host,
        usual if port is None else port,
        _path(parts, text, is_page=scheme.lower().startswith("http")),
    )


def _host(parts: SplitResult, text: str) -> str:
    host = parts.hostname or ""
    if "@" in parts.netloc:
        raise BadAddress(f"{_shown(text)} holds a user's name; there are no such users here.")
    if not _HOST.match(host):
        raise BadAddress(f"{_shown(text)} names no host. {_EXPECTED}")
    if parts.port == 0:
        raise BadAddress(f"{_shown(text)} has no valid port. {_EXPECTED}")
    return host


def _path(parts: SplitResult, text: str, *, is_page: bool) -> str:
    path = parts.path or "/"
    if path.endswith("/") or (is_page and not path.endswith("/ws")):
        path = f"{path.rstrip('/')}/ws"
    if parts.query:
        path += f"?{parts.query}"
    if parts.fragment or not (path.isascii() and path.isprintable() and " " not in path):
        raise BadAddress(f"{_shown(text)} has a path that can't be used. {_EXPECTED}")
    return path


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:79] + "…")
