"""The colours of a terminal: the look's own ground and text, and sixteen that go with them.

Those from 16 on are as everywhere: a cube of six steps each way, and a row of greys.
"""

from typing import Final

from geometry_ws.design.tokens import TOKENS

Rgb = tuple[int, int, int]

_DARK: Final = TOKENS.colours["dark"]


def _of(name: str) -> Rgb:
    red, green, blue, _ = _DARK[name]
    return red, green, blue


GROUND: Final[Rgb] = _of("page-bg")
TEXT: Final[Rgb] = _of("text")
CURSOR: Final[Rgb] = _of("text-2")
SELECTED: Final[Rgb] = _of("accent-line")
NOTE: Final[Rgb] = _of("tip")

SIXTEEN: Final[tuple[Rgb, ...]] = (
    (0x2A, 0x2F, 0x37),
    (0xFF, 0x7B, 0x72),
    (0x5D, 0xCB, 0x99),
    (0xEE, 0xB4, 0x55),
    (0x7D, 0xA2, 0xFF),
    (0xD2, 0x8E, 0xE8),
    (0x5F, 0xC9, 0xD3),
    (0xC9, 0xCE, 0xD6),
    (0x79, 0x82, 0x8F),
    (0xFF, 0xA1, 0x9A),
    (0x8B, 0xE3, 0xB8),
    (0xFF, 0xD0, 0x85),
    (0xA9, 0xC1, 0xFF),
    (0xE6, 0xB5, 0xF5),
    (0x93, 0xE4, 0xEC),
    (0xFF, 0xFF, 0xFF),
)


def blend(first: Rgb, second: Rgb) -> Rgb:
    """The colour half way between two."""
    red, green, blue = ((a + b) // 2 for a, b in zip(first, second, strict=True))
    return red, green, blue
