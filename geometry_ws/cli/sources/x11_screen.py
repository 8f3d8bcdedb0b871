"""The screen of an Xvfb, read where it lies: a file in the form of `xwd`, mapped into memory.

The form: X11/XWDFile.h. A header of 25 numbers of 32 bits, the most significant byte first, a name,
a table of colours with 12 bytes for each, then the rows.
"""

import mmap
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from geometry_ws.client.drawing import Rect

NAME: Final = "Xvfb_screen0"
_HEADER: Final = struct.Struct(">25I")
_VERSION: Final = 7
_Z_PIXMAP: Final = 2
_COLOUR_BYTES: Final = 12


class BadScreen(Exception):
    """The file has another form; the text says which."""


class Layout(NamedTuple):
    """Where the pixels lie: blue, green, red and a byte that says nothing."""

    offset: int
    width: int
    height: int
    row_bytes: int


def read_layout(header: bytes) -> Layout:
    """The layout that a header says. Raises BadScreen."""
    if len(header) < _HEADER.size:
        raise BadScreen("no header")
    values = _HEADER.unpack_from(header)
    header_bytes, version, form, _, width, height, _, byte_order = values[:8]
    bits, row_bytes, colours = values[11], values[12], values[19]
    if (version, form, bits, byte_order) != (_VERSION, _Z_PIXMAP, 32, 0):
        raise BadScreen(f"version {version}, form {form}, {bits} bits, byte order {byte_order}")
    if row_bytes < 4 * width:
        raise BadScreen(f"rows of {row_bytes} bytes for {width} pixels")
    return Layout(header_bytes + colours * _COLOUR_BYTES, width, height, row_bytes)


class Screen:
    """The pixels of a server that keeps its screen in a folder. Raises BadScreen and OSError."""

    def __init__(self, folder: Path) -> None:
        import numpy as np

        with (folder / NAME).open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        layout = read_layout(self._map[: _HEADER.size])
        if layout.offset + layout.height * layout.row_bytes > len(self._map):
            raise BadScreen("its rows end too early")
        self.size = layout.width, layout.height
        whole = np.frombuffer(self._map, np.uint8, layout.height * layout.row_bytes, layout.offset)
        self._rows = whole.reshape(layout.height, layout.row_bytes)

    def pixels(self, rect: "Rect") -> bytes:
        """A rectangle of it: blue, green, red, 255; row by row."""
        x, y, width, height = rect
        part = self._rows[y : y + height, 4 * x : 4 * (x + width)].reshape(height, width, 4).copy()
        part[..., 3] = 255
        return part.tobytes()
