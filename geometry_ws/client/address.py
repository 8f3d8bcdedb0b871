"""An address as a person types it -> the URL of a WebSocket."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from geometry_ws.client.errors import BadAddress

DEFAULT_PORT = 8081
DEFAULT_ADDRESS = f"http://localhost:{DEFAULT_PORT}"

VARIABLE = "GEOMETRY_WS"
"""The variable of the environment that says which node is meant."""

_SECURE = {"http": False, "ws": False, "https": True, "wss": True}
_HOST = re.compile(r"^[0-9A-Za-z_.:%-]+$")
_EXPECTED = "Give an address such as http://localhost:8081."


@dataclass(frozen=True)
class Address:
    """Where a node listens."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """Host and port, for messages."""
        return f"{self._host()}:{self.port}"

    @property
    def url(self) -> str:
        """The URL of the WebSocket."""
        return f"{'wss' if self.secure else 'ws'}://{self.place}{self.path}"

    def _host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def usual_address(environment: Mapping[str, str] = os.environ) -> str:
    """The address of a node where none is given: the environment's, else that of this machine."""
    return environment.get(VARIABLE) or DEFAULT_ADDRESS


def parse_address(text: str) -> Address:
    """Read an http, https, ws or wss address, or a bare ``host`` or ``host:port``.

    The port is 8081 and the path ``/ws`` where none is given. Raises BadAddress.
    """
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
    return Address(
        _SECURE[scheme.lower()],
        _host(parts, text),
        DEFAULT_PORT if port is None else port,
        _path(parts, text),
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


def _path(parts: SplitResult, text: str) -> str:
    path = parts.path if parts.path not in ("", "/") else "/ws"
    if parts.query:
        path += f"?{parts.query}"
    if parts.fragment or not (path.isascii() and path.isprintable() and " " not in path):
        raise BadAddress(f"{_shown(text)} has a path that can't be used. {_EXPECTED}")
    return path


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:79] + "…")
