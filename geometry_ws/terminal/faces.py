"""The mono face, JetBrains Mono: upright and italic, each regular and bold.

A cell is 8 by 18 logical pixels: at this size each letter is exactly 8 wide.
"""

from functools import lru_cache
from typing import Final

from geometry_ws.render.drawing import skia
from geometry_ws.render.fonts import FontSource, at_axes, path_of

CELL: Final = (8, 18)
SIZE: Final = 40 / 3
BASELINE: Final = 14
REGULAR: Final = 400
BOLD: Final = 700

_FILES: Final = {
    False: "files/JetBrainsMono[wght].ttf",
    True: "files/JetBrainsMono-Italic[wght].ttf",
}


class MonoFont:
    """One of the four; which glyph a sign has is remembered."""

    def __init__(self, face: skia.Typeface) -> None:
        self.font = skia.Font(face, SIZE)
        self.font.setSubpixel(True)
        self.font.setEdging(skia.Font.Edging.kAntiAlias)
        self.font.setHinting(skia.FontHinting.kNone)
        self._face = face
        self._has: dict[str, bool] = {}

    def has(self, sign: str) -> bool:
        """Whether the face has a sign."""
        known = self._has.get(sign)
        if known is None:
            known = self._has[sign] = bool(self._face.unicharToGlyph(ord(sign)))
        return known


@lru_cache(maxsize=4)
def mono_font(bold: bool, italic: bool) -> MonoFont:
    """One of the four fonts, opened once; ImportError names a missing package."""
    source = FontSource("fontpkg_jetbrains_mono", _FILES[italic])
    face = skia.FontMgr.New_Custom_Empty().makeFromFile(str(path_of(source)), 0)
    if face is None:
        raise FileNotFoundError(f"the font file {source.file} can't be read")
    return MonoFont(at_axes(face, wght=BOLD if bold else REGULAR))
