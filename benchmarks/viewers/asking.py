"""A session by WAMP that asks and waits, by whichever way in: in JSON, a thing at a time."""

import json
import socket
import ssl
from dataclasses import dataclass

from websockets.sync.client import connect

from geometry_ws.protocol.names import REALM, uri

_WELCOME, _CALL, _RESULT = 2, 48, 50
_NO = (3, 6, 8)
"""Messages by which a router refuses: an abort, a goodbye, an error."""


class Refused(Exception):
    """The node lets nobody in by this way, or doesn't do what was asked."""


@dataclass(frozen=True)
class Way:
    """A way in: the port of this machine that leads there, and what comes with a handshake."""

    port: int
    context: ssl.SSLContext | None = None
    token: str = ""

    def open(self) -> "AskingSession":
        """Join. Raises Refused."""
        return AskingSession(self)


class AskingSession:
    """A session; `call` waits for its answer."""

    def __init__(self, way: Way) -> None:
        plain = socket.create_connection(("127.0.0.1", way.port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connect(
            f"{'wss' if way.context else 'ws'}://localhost:{way.port}/ws",
            sock=plain,
            ssl=way.context,
            server_hostname="localhost" if way.context else None,
            subprotocols=["wamp.2.json"],
            additional_headers={"Authorization": f"Bearer {way.token}"} if way.token else {},
            compression=None,
            ping_interval=None,
        )
        self._count = 0
        self._send(1, REALM, {"roles": {"caller": {}}})
        try:
            self._until(_WELCOME)
        except Refused:
            self.close()
            raise

    def call(self, procedure: str = "project.list") -> None:
        """Call something that needs no arguments. Raises Refused."""
        self._count += 1
        self._send(_CALL, self._count, {}, uri(procedure), [], {})
        self._until(_RESULT)

    def close(self) -> None:
        self._socket.close()

    def _send(self, *message: object) -> None:
        self._socket.send(json.dumps(message))

    def _until(self, kind: int) -> None:
        while (said := json.loads(self._socket.recv(timeout=20)))[0] != kind:
            if said[0] in _NO:
                raise Refused(said)
