"""The shape of an X server's pointer, as a surface has it: a word, or a picture."""

import base64
from collections.abc import Callable
from typing import Any, Final

from geometry_ws.protocol.values import CURSOR_SIDE

_LEFT_POINTER: Final = 68
"""In the font of cursors: an arrow, and its mask is the next."""

Shape = dict[str, str | int]
"""The fields of a `cursor_picture`; nothing in it: the usual arrow."""


class PointerShape:
    """The shape just now; ``changed`` is called when it is another one."""

    def __init__(self, display: Any, changed: Callable[[], None]) -> None:
        self._display, self._changed = display, changed
        self._root = display.screen().root
        font = display.open_font("cursor")
        black, white = (0, 0, 0), (65535, 65535, 65535)
        arrow = font.create_glyph_cursor(font, _LEFT_POINTER, _LEFT_POINTER + 1, black, white)
        self._root.change_attributes(cursor=arrow)  # where a program has none of its own
        self._usual = self._read()
        self._event = getattr(display.extension_event, "DisplayCursorNotify", (-1, -1))
        display.xfixes_select_cursor_input(self._root, 1)
        self._is_known = True
        self._shape: Shape = {}

    def hear(self, event: Any) -> bool:
        """Whether an event is about the shape: then it was dealt with."""
        if (event.type, getattr(event, "sub_code", None)) != self._event:
            return False
        self._is_known = False
        self._changed()
        return True

    def shape(self) -> Shape:
        """What it is now; the server is asked where that has changed."""
        if not self._is_known:
            self._is_known = True
            image = self._read()
            self._shape = {} if image == self._usual else _shape_of(*image)
        return self._shape

    def _read(self) -> tuple[int, int, int, int, tuple[int, ...]]:
        image = self._display.xfixes_get_cursor_image(self._root)
        return image.width, image.height, image.xhot, image.yhot, tuple(image.cursor_image)


def _shape_of(width: int, height: int, x: int, y: int, pixels: tuple[int, ...]) -> Shape:
    """A picture of it; none, where it is larger than one may be, or nothing."""
    import numpy as np

    from geometry_ws.render.png import encode_png

    is_small = 0 < width <= CURSOR_SIDE and 0 < height <= CURSOR_SIDE
    if not is_small or len(pixels) != width * height:
        return {}
    picture = np.array(pixels, "<u4").view(np.uint8).reshape(height, width, 4)
    png = base64.b64encode(encode_png(picture)).decode()
    return {"png": png, "x": min(x, width - 1), "y": min(y, height - 1)}
