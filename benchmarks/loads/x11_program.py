"""Child: a program that draws the loads as an X client, for servers that send an X screen.

Settings: ``display`` (number), ``load``, ``form``. Just enough of the X protocol for windows,
pictures and copies; the operations are those of a commit. A desktop lies below.
Report: ``made``, as `loads.programs` has it.
"""

import signal
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.loads.catalogue import DESKTOP, LOADS, desktop
from benchmarks.loads.steps import CELLS, cells, place
from benchmarks.processes.children import say, serve

ORIGIN = (40, 40)
"""Where the window of a load lies on the screen."""

_DEPTH = 24


class Display:
    """A connection to an X server."""

    def __init__(self, number: int) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(f"/tmp/.X11-unix/X{number}")
        self._socket.sendall(struct.pack("<BxHHHHxx", 0x6C, 11, 0, 0, 0))
        head = self._read(8)
        body = self._read(4 * struct.unpack("<H", head[6:8])[0])
        if head[0] != 1:
            raise OSError(f"the X server refused: {body!r}")
        base, _mask = struct.unpack("<II", body[4:12])
        vendor, _longest = struct.unpack("<HH", body[16:20])
        formats = body[21]
        screen = 32 + -(-vendor // 4) * 4 + 8 * formats
        self.root = struct.unpack("<I", body[screen : screen + 4])[0]
        self._next = base
        self._big = self._enable_big_requests()
        self.context = self._id()
        # No exposure events: this program doesn't read them.
        self._request(55, 0, struct.pack("<IIII", self.context, self.root, 1 << 16, 0))

    def window(self, x: int, y: int, width: int, height: int) -> int:
        """A window that no window manager touches, shown."""
        window = self._id()
        place = struct.pack(
            "<IIhhHHHHIII", window, self.root, x, y, width, height, 0, 1, 0, 0x200, 1
        )
        self._request(1, _DEPTH, place)
        self._request(8, 0, struct.pack("<I", window))
        return window

    def put(self, window: int, x: int, y: int, width: int, height: int, data: bytes) -> None:
        """Pixels, blue first, four bytes each."""
        head = struct.pack("<IIHHhhBBxx", window, self.context, width, height, x, y, 0, _DEPTH)
        self._request(72, 2, head + data)

    def copy(self, window: int, source: Any, to: Any) -> None:
        """Pixels of a window to another place in it."""
        x, y, width, height = source
        ids = struct.pack("<III", window, window, self.context)
        self._request(62, 0, ids + struct.pack("<hhhhHH", x, y, *to, width, height))

    def move(self, window: int, x: int, y: int) -> None:
        """Put a window somewhere else."""
        self._request(12, 0, struct.pack("<IHxxII", window, 3, x & 0xFFFFFFFF, y & 0xFFFFFFFF))

    def sync(self) -> None:
        """Wait until everything is drawn."""
        self._request(43, 0, b"")
        self._reply()

    def _id(self) -> int:
        self._next += 1
        return self._next

    def _enable_big_requests(self) -> bool:
        name = b"BIG-REQUESTS"
        self._request(98, 0, struct.pack("<Hxx", len(name)) + name)
        _, present, major = struct.unpack("<8sBB22x", self._reply())
        if not present:
            raise OSError("the X server takes no large requests")
        self._socket.sendall(struct.pack("<BBH", major, 0, 1))
        self._reply()
        return True

    def _request(self, opcode: int, detail: int, body: bytes) -> None:
        body += bytes(-len(body) % 4)
        words = 1 + len(body) // 4
        if words < 65536:
            head = struct.pack("<BBH", opcode, detail, words)
        else:
            head = struct.pack("<BBHI", opcode, detail, 0, words + 1)
        self._socket.sendall(head + body)

    def _reply(self) -> bytes:
        while True:
            packet = self._read(32)
            if packet[0] == 0:
                raise OSError(f"the X server has error {packet[1]} for request {packet[10]}")
            if packet[0] == 1:
                self._read(4 * struct.unpack("<I", packet[4:8])[0])
                return packet

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self._socket.recv(size - len(data))
            if not piece:
                raise OSError("the X server has ended")
            data += piece
        return data


def _background(display: Display) -> None:
    """The desktop, as pixels, in strips."""
    import io

    from PIL import Image

    width, height = DESKTOP
    [[_, _, _, data]] = desktop()
    picture = np.full((height, width, 4), 255, np.uint8)
    picture[..., :3] = np.asarray(Image.open(io.BytesIO(data)))[..., ::-1]
    window = display.window(0, 0, width, height)
    for top in range(0, height, 60):
        display.put(window, 0, top, width, 60, picture[top : top + 60].tobytes())


def main(settings: dict[str, Any]) -> Callable[[], Any]:
    load, form = LOADS[settings["load"]], settings["form"]
    draw = load.forms[form]()
    display = Display(settings["display"])
    _background(display)
    window = display.window(*ORIGIN, load.width, load.height)

    def perform(ops: Any) -> None:
        for op in ops:
            if op[0] == "copy":
                display.copy(window, op[1], op[2])
            else:
                display.put(window, *op[1], op[3])

    perform(load.before())
    mark = display.window(0, 0, *CELLS[2:])
    display.sync()
    say({"ready": True})
    running = True

    def stop(*_: Any) -> None:
        nonlocal running
        running = False

    signal.signal(signal.SIGTERM, stop)
    made, number, begun, tick = [], 0, time.monotonic(), 0
    while running:
        number += 1
        ops = draw(number)
        made.append((number, time.monotonic()))
        if form == "move":
            x, y = place(number)
            display.move(window, ORIGIN[0] + x, ORIGIN[1] + y)
        perform(ops)
        display.put(mark, 0, 0, *CELLS[2:], cells(number).tobytes())
        display.sync()
        tick = max(tick + 1, int((time.monotonic() - begun) * load.rate))
        time.sleep(max(begun + tick / load.rate - time.monotonic(), 0))
    return lambda: {"made": made}


if __name__ == "__main__":
    serve(main)
