"""Child: tries one token after the other at a node's port, so many a second.

Settings: ``port``; ``how``: "requests" on connections that stay, or "sessions", each by a new
WebSocket; ``rate``, guesses a second; ``connections`` at the same time.
Report: the times at which a guess was refused.
"""

import base64
import secrets
import selectors
import signal
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from benchmarks.processes.children import say, serve

_HELLO = b'[1, "geometry", {"roles": {"caller": {}}, "authmethods": ["anonymous"]}]'
# A mask of zeros is a mask, too.
_FRAME = struct.pack("!BB4x", 0x81, 0x80 | len(_HELLO)) + _HELLO
_REFUSED = {"requests": (b" 401 ",), "sessions": (b"not_admitted", b" 503 ")}
"""How an answer to a guess is known; a WebSocket may be told to come back later."""

_ROUND = 0.01


class Guesser:
    """Connections that each wait for an answer, and those that may guess again."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._address = "127.0.0.1", int(settings["port"])
        self._how = settings["how"]
        self._gap = 1 / settings["rate"]
        self._selector = selectors.DefaultSelector()
        self._free: deque[socket.socket | None] = deque([None] * settings["connections"])
        self._ended = False
        self.refused: list[float] = []
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "_ended", True))

    def run(self) -> None:
        """Guess until told to end; say that it has begun when the first was refused."""
        due = time.monotonic()
        has_said = False
        while not self._ended:
            now = time.monotonic()
            # What could not be sent in its time is not made up for.
            due = max(due, now - 0.1)
            while self._free and due <= now:
                self._guess(self._free.popleft())
                due += self._gap
            for key, events in self._selector.select(_ROUND):
                if events & selectors.EVENT_WRITE:
                    self._selector.modify(key.fileobj, selectors.EVENT_READ)
                    self._say(key.fileobj, self._words())
                else:
                    self._read(key.fileobj)
            if self.refused and not has_said:
                has_said = True
                say({"ready": True})

    def _guess(self, opened: socket.socket | None) -> None:
        if opened is None:
            opened = socket.socket()
            opened.setblocking(False)
            opened.connect_ex(self._address)
            self._selector.register(opened, selectors.EVENT_WRITE)
            return
        self._say(opened, self._words())

    def _say(self, opened: socket.socket, words: bytes) -> None:
        try:
            opened.sendall(words)
        except OSError:
            self._drop(opened)

    def _words(self) -> bytes:
        head = f"Host: localhost\r\nAuthorization: Bearer {secrets.token_urlsafe(32)}\r\n"
        if self._how == "requests":
            return f"GET /session HTTP/1.1\r\n{head}\r\n".encode()
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        shake = (
            f"GET /ws HTTP/1.1\r\n{head}Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: wamp.2.json\r\n\r\n"
        )
        return shake.encode()

    def _read(self, opened: Any) -> None:
        try:
            data = opened.recv(65536)
        except OSError:
            data = b""
        if any(words in data for words in _REFUSED[self._how]):
            self.refused.append(time.monotonic())
            if self._how == "requests":
                self._free.append(opened)
                return
        elif data:
            if b" 101 " in data:
                self._say(opened, _FRAME)
            return
        self._drop(opened)

    def _drop(self, opened: socket.socket) -> None:
        with suppress(KeyError, ValueError):
            self._selector.unregister(opened)
            self._free.append(None)
        opened.close()


def main(settings: dict[str, Any]) -> Callable[[], Any]:
    """Guess until told to end."""
    guesser = Guesser(settings)
    guesser.run()
    return lambda: guesser.refused


if __name__ == "__main__":
    serve(main)
