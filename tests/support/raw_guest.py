"""A guest of a node that sends whatever a test likes, reads when it is asked to, or not at all."""

import json
import socket
import struct
from itertools import count
from typing import Any

import cbor2
import msgpack
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.nodes import RunningNode

ROLES = {name: {} for name in ("publisher", "subscriber", "caller")}
_WRITERS = {"json": json.dumps, "msgpack": msgpack.packb, "cbor": cbor2.dumps}
_READERS = {"json": json.loads, "msgpack": msgpack.unpackb, "cbor": cbor2.loads}


class RawGuest:
    """A joined session over a WebSocket, or one that hasn't joined yet."""

    def __init__(
        self,
        node: RunningNode,
        serializer: str = "json",
        *,
        join: bool = True,
        origin: str | None = None,
        details: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        url: str = "",
    ) -> None:
        self._write, self._read = _WRITERS[serializer], _READERS[serializer]
        self._numbers = count(1)
        self._websocket = connect(
            url or node.websocket,
            additional_headers=headers,
            subprotocols=[f"wamp.2.{serializer}"],
            origin=origin,
            max_size=2**26,
            max_queue=1,
            ping_interval=None,
            compression=None,
        )
        if join:
            self.send([1, "geometry", {"roles": ROLES, **(details or {})}])
            self.welcome = self.read()

    def send(self, message: list[Any]) -> None:
        """Send a WAMP message."""
        self._websocket.send(self._write(message))

    def send_encoded(self, data: bytes | str) -> None:
        """Send a WebSocket message whatever it is, bytes or text."""
        self._websocket.send(data)

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are, beside WebSocket's frames."""
        self._websocket.socket.sendall(data)

    def call(self, procedure: str, *args: Any, **keywords: Any) -> int:
        """Send a call, and give its number; the answer is read by `read`."""
        number = next(self._numbers)
        self.send([48, number, {}, procedure, list(args), keywords])
        return number

    def publish(self, topic: str, **keywords: Any) -> None:
        """Publish without an acknowledgement."""
        self.send([16, next(self._numbers), {}, topic, [], keywords])

    def subscribe(self, topic: str) -> list[Any]:
        """Subscribe, and give the answer."""
        self.send([32, next(self._numbers), {}, topic])
        return self.read()

    def read(self, seconds: float = 20) -> Any:
        """The next message; raises ConnectionClosed."""
        return self._read(self._websocket.recv(timeout=seconds))

    def read_until_the_end(self, seconds: float = 30) -> tuple[int, int | None]:
        """How many messages come before the connection ends, and the status of its close."""
        messages = 0
        try:
            while True:
                self._websocket.recv(timeout=seconds)
                messages += 1
        except ConnectionClosed as closed:
            return messages, closed.rcvd.code if closed.rcvd else None

    def say_close_and_stay(self) -> None:
        """Send a close frame with status 1000, and keep the socket open."""
        self.send_bytes(frame(8, struct.pack("!H", 1000)))

    def end(self) -> None:
        """Close the socket without a word."""
        try:
            self._websocket.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._websocket.socket.close()


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True) -> bytes:
    """A WebSocket frame of a client, masked with zeros; RFC 6455, section 5.2."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 2**16:
        length = b"\xfe" + struct.pack("!H", size)
    else:
        length = b"\xff" + struct.pack("!Q", size)
    return bytes([(0x80 if fin else 0) | opcode]) + length + bytes(4) + payload
