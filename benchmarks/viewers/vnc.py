"""Child: many viewers of a VNC server, that keep to the protocol and decode what they must.

Settings: ``port``, ``count``. Encodings Tight (JPEG too), CopyRect and Raw, with continuous updates
and fences where the server has them. Only what covers the cells in the corner of the screen is
turned into pixels; everything else is inflated, since the streams run through, and dropped.
Report: for each viewer ``seen`` of [time, bytes of the update, step], ``full`` [time, bytes] of the
first whole picture, ``begun``, and ``received``.
"""

import io
import socket
import struct
import time
import zlib
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.loads.steps import CELLS, read_step
from benchmarks.processes.children import say, serve
from benchmarks.processes.event_loop import Loop

_, _, WIDTH, HEIGHT = CELLS
_TIGHT, _COPY, _RAW, _LAST, _FENCE, _CONTINUOUS = 7, 1, 0, -224, -312, -313
_ENCODINGS = (_TIGHT, _COPY, _RAW, _LAST, _FENCE, _CONTINUOUS, -27, -254)
"""The last two: JPEG of about 77 at half the colours, nearest to the 80 of our loads; level 2."""

_SMALLEST = 12

Wanting = Generator[int, bytes, Any]


class Viewer:
    """One connection: a generator that says how many bytes it wants next."""

    def __init__(self, loop: Loop, port: int, ready: Callable[[], None]) -> None:
        self._ready = ready
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(None)
        self._buffer = bytearray()
        self._streams = [zlib.decompressobj() for _ in range(4)]
        self._cells = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        self._size = (0, 0)
        self._update = 0
        self._continuous = False
        self.begun = time.monotonic()
        self.received = 0
        self.seen: list[tuple[float, int, int | None]] = []
        self.full: tuple[float, int] | None = None
        self._work = self._talk()
        self._wants = next(self._work)
        loop.watch(self._socket, self._readable)

    def report(self) -> dict[str, Any]:
        return {
            "seen": self.seen,
            "full": self.full,
            "begun": self.begun,
            "received": self.received,
        }

    def _readable(self) -> None:
        try:
            data = self._socket.recv(1 << 18, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        if not data:
            raise OSError("the VNC server closed a connection")
        self.received += len(data)
        self._buffer += data
        at = 0
        while len(self._buffer) - at >= self._wants:
            piece = bytes(self._buffer[at : at + self._wants])
            at += self._wants
            self._update += self._wants
            self._wants = self._work.send(piece)
        del self._buffer[:at]

    def _talk(self) -> Wanting:
        yield 12
        self._socket.sendall(b"RFB 003.008\n")
        count = (yield 1)[0]
        yield count
        self._socket.sendall(b"\1")
        if any((yield 4)):
            raise OSError("the VNC server wants a password")
        self._socket.sendall(b"\1")
        head = yield 24
        self._size = struct.unpack(">HH", head[:4])
        yield struct.unpack(">I", head[20:])[0]
        # 32 bits a pixel, 24 of them used, little end first, blue lowest.
        self._socket.sendall(
            struct.pack(">B3xBBBBHHHBBB3x", 0, 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)
        )
        count = len(_ENCODINGS)
        self._socket.sendall(struct.pack(f">BxH{count}i", 2, count, *_ENCODINGS))
        self._ask(incremental=False)
        while True:
            yield from self._message((yield 1)[0])

    def _ask(self, *, incremental: bool) -> None:
        self._socket.sendall(struct.pack(">BBHHHH", 3, incremental, 0, 0, *self._size))

    def _message(self, kind: int) -> Wanting:
        if kind == 0:
            yield from self._frame()
        elif kind == 150:
            if not self._continuous:
                self._continuous = True
                self._socket.sendall(struct.pack(">BBHHHH", 150, 1, 0, 0, *self._size))
        elif kind == 248:
            yield from self._fence()
        elif kind == 3:
            head = yield 7
            yield struct.unpack(">I", head[3:])[0]
        elif kind == 1:
            head = yield 5
            yield 6 * struct.unpack(">H", head[3:])[0]
        elif kind != 2:
            raise OSError(f"the VNC server sent a message {kind}")

    def _fence(self) -> Wanting:
        head = yield 8
        flags = struct.unpack(">I", head[3:7])[0]
        payload = (yield head[7]) if head[7] else b""
        if flags & 1 << 31:
            answer = struct.pack(">B3xIB", 248, flags & 7, len(payload)) + payload
            self._socket.sendall(answer)

    def _frame(self) -> Wanting:
        self._update = 1
        head = yield 3
        count = struct.unpack(">H", head[1:])[0]
        touched = False
        while count:
            x, y, width, height, encoding = struct.unpack(">HHHHi", (yield 12))
            if encoding == _LAST:
                break
            touched |= yield from self._rect(x, y, width, height, encoding)
            count -= count != 0xFFFF
        now = time.monotonic()
        # Until the program has drawn its first step the cells are those of the desktop.
        self.seen.append((now, self._update, read_step(self._cells) if touched else None))
        if self.full is None:
            self.full = now, self.received
            self._ready()
        if not self._continuous:
            self._ask(incremental=True)

    def _rect(self, x: int, y: int, width: int, height: int, encoding: int) -> Wanting:
        """One rectangle; True when it has changed the cells."""
        inside = x < WIDTH and y < HEIGHT
        if encoding == _COPY:
            yield 4
            return False
        if encoding == _RAW:
            data = yield width * height * 4
            pixels = np.frombuffer(data, np.uint8).reshape(height, width, 4)[..., 2::-1]
        elif encoding == _TIGHT:
            pixels = yield from self._tight(width, height, inside)
        else:
            raise OSError(f"the VNC server sent the encoding {encoding}")
        if inside:
            rows, columns = min(height, HEIGHT - y), min(width, WIDTH - x)
            self._cells[y : y + rows, x : x + columns] = pixels[:rows, :columns]
        return inside

    def _tight(self, width: int, height: int, inside: bool) -> Wanting:
        control = (yield 1)[0]
        for number in range(4):
            if control >> number & 1:
                self._streams[number] = zlib.decompressobj()
        kind = control >> 4
        if kind == 8:
            colour = np.frombuffer((yield 3), np.uint8)
            return np.broadcast_to(colour, (height, width, 3))
        if kind == 9:
            data = yield from self._compact()
            return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) if inside else None
        return (yield from self._basic(kind, width, height, inside))

    def _basic(self, kind: int, width: int, height: int, inside: bool) -> Wanting:
        choice = (yield 1)[0] if kind & 4 else 0
        palette = None
        size = width * height * 3
        if choice == 1:
            colours = (yield 1)[0] + 1
            palette = np.frombuffer((yield 3 * colours), np.uint8).reshape(colours, 3)
            size = (width + 7) // 8 * height if colours == 2 else width * height
        if size < _SMALLEST:
            data = yield size
        else:
            packed = yield from self._compact()
            data = self._streams[kind & 3].decompress(packed)
        if not inside:
            return None
        values = np.frombuffer(data, np.uint8)
        if palette is None:
            if choice == 2:
                raise OSError("the VNC server sent a gradient")
            return values.reshape(height, width, 3)
        if len(palette) == 2:
            return palette[np.unpackbits(values.reshape(height, -1), axis=1)[:, :width]]
        return palette[values.reshape(height, width)]

    def _compact(self) -> Wanting:
        """Bytes after their length in one to three bytes."""
        size = shift = 0
        while True:
            part = (yield 1)[0]
            size |= (part if shift == 14 else part & 127) << shift
            shift += 7
            if shift > 14 or not part & 128:
                break
        return (yield size)


def main(settings: dict[str, Any]) -> Callable[[], Any]:
    loop = Loop()
    missing = settings["count"]

    def one_ready() -> None:
        nonlocal missing
        missing -= 1
        if missing == 0:
            say({"ready": True})

    viewers = [Viewer(loop, settings["port"], one_ready) for _ in range(settings["count"])]
    loop.run()
    return lambda: [viewer.report() for viewer in viewers]


if __name__ == "__main__":
    serve(main)
