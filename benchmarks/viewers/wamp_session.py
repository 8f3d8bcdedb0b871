"""WAMP sessions of which a process can have many, at the price of their bytes.

A client library costs its user a few hundred microseconds a message: fifty viewers at 60 frames a
second would take the cores that are to be measured. Here is just enough of WebSocket and WAMP for
a subscriber that also calls and publishes; messages are read by msgspec.
"""

import base64
import itertools
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from benchmarks.processes.event_loop import Broken, Loop

REALM = "geometry"
_CHUNK = 1 << 18
_WELCOME, _GOODBYE, _ERROR, _SUBSCRIBED, _RESULT, _EVENT = 2, 6, 8, 33, 50, 36
_CALL, _SUBSCRIBE = 48, 32
_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder().decode


class Session:
    """A WebSocket with a WAMP session on it; `through` is the port of a slow link on the way."""

    def __init__(
        self, loop: Loop, port: int, joined: Callable[["Session"], None], through: int = 0
    ) -> None:
        self._loop = loop
        self._joined = joined
        self.lost: Callable[[], None] | None = None
        """What to do when the router ends it; without, that is an error."""
        self._buffer = bytearray()
        self._start = 0
        self._pieces = b""
        self._requests = itertools.count(1)
        self._waiting: dict[tuple[int, int], Callable[[Any], None]] = {}
        self._handlers: dict[int, Callable[[Any, int], None]] = {}
        self.received = 0
        """Bytes of all messages so far."""
        self.reading = True
        self._socket = _opened(port, through or port)
        self._loop.watch(self._socket, self._readable)
        self.say([1, REALM, {"roles": {"subscriber": {}, "publisher": {}, "caller": {}}}])

    def call(self, procedure: str, keywords: dict[str, Any], then: Callable[[Any], None]) -> None:
        """Call; `then` gets the keywords or the first value of the result."""
        number = next(self._requests)
        self._waiting[_CALL, number] = then
        self.say([_CALL, number, {}, procedure, [], keywords])

    def subscribe(
        self, topic: str, handler: Callable[[Any, int], None], then: Callable[[], None]
    ) -> None:
        """Hear a topic: the handler gets keywords and the message's bytes."""
        number = next(self._requests)

        def subscribed(subscription: int) -> None:
            self._handlers[subscription] = handler
            then()

        self._waiting[_SUBSCRIBE, number] = subscribed
        self.say([_SUBSCRIBE, number, {}, topic])

    def publish(self, topic: str, keywords: dict[str, Any]) -> None:
        """Publish without an answer."""
        self.say([16, next(self._requests), {}, topic, [], keywords])

    def stall(self, *, stalled: bool) -> None:
        """Leave the socket unread, or go on."""
        if stalled == self.reading:
            self.reading = not stalled
            if stalled:
                self._loop.forget(self._socket)
            else:
                self._loop.watch(self._socket, self._readable)

    def close(self) -> None:
        """End without a goodbye, as a viewer does whose network is gone."""
        if self.reading:
            self._loop.forget(self._socket)
            self.reading = False
        self._socket.close()

    def say(self, message: Any) -> None:
        """Send a message."""
        self._send(2, _ENCODE(message))

    def _send(self, opcode: int, payload: bytes) -> None:
        # A mask of zeros is a mask, too.
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB4x", 0x80 | opcode, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH4x", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ4x", 0x80 | opcode, 0x80 | 127, size)
        # What can't be sent any more is noticed when the end of it is read.
        with suppress(ConnectionError):
            self._socket.sendall(head + payload)

    def _over(self, why: str) -> None:
        if self.lost is None:
            raise Broken(why)
        lost, self.lost = self.lost, None
        self.close()
        self._buffer, self._start = bytearray(), 0
        lost()

    def _readable(self) -> None:
        try:
            data = self._socket.recv(_CHUNK, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except ConnectionResetError:
            data = b""
        if not data:
            self._over("the router closed a connection")
            return
        self._buffer += data
        while self.reading and self._frame():
            pass
        if self._start:
            del self._buffer[: self._start]
            self._start = 0

    def _frame(self) -> bool:
        """Take one WebSocket frame, if all of it is here."""
        buffer, start = self._buffer, self._start
        left = len(buffer) - start
        if left < 2:
            return False
        first, size = buffer[start], buffer[start + 1]
        head = {126: 4, 127: 10}.get(size, 2)
        if left < head:
            return False
        if head > 2:
            size = int.from_bytes(buffer[start + 2 : start + head], "big")
        if left < head + size:
            return False
        payload = bytes(buffer[start + head : start + head + size])
        self._start = start + head + size
        self._took(first, payload)
        return True

    def _took(self, first: int, payload: bytes) -> None:
        opcode = first & 15
        if opcode == 9:
            self._send(10, payload)
        elif opcode == 8:
            self._over(f"the router ended a connection: {payload[2:].decode(errors='replace')}")
        elif opcode < 3:
            self._pieces += payload
            if first & 0x80:
                whole, self._pieces = self._pieces, b""
                self.received += len(whole)
                self._message(_DECODE(whole), len(whole))

    def _message(self, message: Any, size: int) -> None:
        kind = message[0]
        if kind == _EVENT:
            handler = self._handlers.get(message[1])
            if handler is not None:
                handler(message[5] if len(message) > 5 else {}, size)
        elif kind == _WELCOME:
            self._joined(self)
        elif kind == _RESULT:
            values = message[3] if len(message) > 3 else []
            keywords = message[4] if len(message) > 4 else {}
            self._waiting.pop((_CALL, message[1]))(keywords or (values[0] if values else {}))
        elif kind == _SUBSCRIBED:
            self._waiting.pop((_SUBSCRIBE, message[1]))(message[2])
        elif kind in (_ERROR, _GOODBYE, 3):
            raise Broken(f"the router answered {message[1:6]}")


def _opened(port: int, through: int) -> socket.socket:
    """A socket on which WAMP in MessagePack has been agreed on."""
    opened = socket.create_connection(("127.0.0.1", through), timeout=10)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    key = base64.b64encode(os.urandom(16)).decode()
    opened.sendall(
        f"GET /ws HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: wamp.2.msgpack\r\n\r\n".encode()
    )
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        piece = opened.recv(1)
        if not piece:
            raise Broken("the router refused a WebSocket")
        answer += piece
    if b" 101 " not in answer.split(b"\r\n", 1)[0]:
        raise Broken(f"the router answered {answer[:100]!r}")
    opened.settimeout(None)
    return opened
