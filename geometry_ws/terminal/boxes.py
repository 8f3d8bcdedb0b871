"""Signs that must meet their neighbours, as rectangles: lines of boxes, blocks, Braille.

A font's own leave gaps between rows, since a cell is a little higher than a line of the font.
Rectangles are in parts of a cell, from 0 to 1; arms are drawn by their widths in logical pixels.
"""

from typing import Final, NamedTuple

LIGHT: Final = 1.0
HEAVY: Final = 2.0
_DOUBLE: Final = 3
_GAP: Final = 3.0
"""Between the middles of the two lines of a double one."""

_BRAILLE: Final = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))


class Part(NamedTuple):
    """A rectangle in a cell, with how much of the colour it has."""

    left: float
    top: float
    right: float
    bottom: float
    strength: float = 1.0


def _spread(signs: str) -> dict[str, str]:
    """Four digits for each sign: the arms to the left, up, right and down, 0 to 3."""
    words = signs.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_ARMS: Final = _spread(
    "─ 1010 ━ 2020 │ 0101 ┃ 0202 "
    "┌ 0011 ┍ 0021 ┎ 0012 ┏ 0022 ┐ 1001 ┑ 2001 ┒ 1002 ┓ 2002 "
    "└ 0110 ┕ 0120 ┖ 0210 ┗ 0220 ┘ 1100 ┙ 2100 ┚ 1200 ┛ 2200 "
    "├ 0111 ┝ 0121 ┞ 0211 ┟ 0112 ┠ 0212 ┡ 0221 ┢ 0122 ┣ 0222 "
    "┤ 1101 ┥ 2101 ┦ 1201 ┧ 1102 ┨ 1202 ┩ 2201 ┪ 2102 ┫ 2202 "
    "┬ 1011 ┭ 2011 ┮ 1021 ┯ 2021 ┰ 1012 ┱ 2012 ┲ 1022 ┳ 2022 "
    "┴ 1110 ┵ 2110 ┶ 1120 ┷ 2120 ┸ 1210 ┹ 2210 ┺ 1220 ┻ 2220 "
    "┼ 1111 ┽ 2111 ┾ 1121 ┿ 2121 ╀ 1211 ╁ 1112 ╂ 1212 ╃ 2211 ╄ 1221 ╅ 2112 ╆ 1122 "
    "╇ 2221 ╈ 2122 ╉ 2212 ╊ 1222 ╋ 2222 "
    "═ 3030 ║ 0303 ╒ 0031 ╓ 0013 ╔ 0033 ╕ 3001 ╖ 1003 ╗ 3003 ╘ 0130 ╙ 0310 ╚ 0330 "
    "╛ 3100 ╜ 1300 ╝ 3300 ╞ 0131 ╟ 0313 ╠ 0333 ╡ 3101 ╢ 1303 ╣ 3303 ╤ 3031 ╥ 1013 "
    "╦ 3033 ╧ 3130 ╨ 1310 ╩ 3330 ╪ 3131 ╫ 1313 ╬ 3333 "
    "╭ 0011 ╮ 1001 ╯ 1100 ╰ 0110 "
    "╴ 1000 ╵ 0100 ╶ 0010 ╷ 0001 ╸ 2000 ╹ 0200 ╺ 0020 ╻ 0002 ╼ 1020 ╽ 0102 ╾ 2010 ╿ 0201"
)
_QUARTERS: Final = "▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""By the bits of upper left, upper right, lower left and lower right; from 1 on."""


def parts_of(sign: str, width: int, height: int) -> tuple[Part, ...]:
    """The rectangles of a sign in a cell of that size; none where the font draws it."""
    if "\u2800" <= sign <= "\u28ff":
        return _dots(ord(sign) & 0xFF, width, height)
    if not "─" <= sign <= "▟":
        return ()
    arms = _ARMS.get(sign)
    if arms is not None:
        return tuple(_lines(arms, width, height))
    return _block(sign)


def _block(sign: str) -> tuple[Part, ...]:
    number = ord(sign)
    if sign == "▀":
        return (Part(0, 0, 1, 0.5),)
    if "▁" <= sign <= "█":
        return (Part(0, 1 - (number - 0x2580) / 8, 1, 1),)
    if "▉" <= sign <= "▏":
        return (Part(0, 0, (0x2590 - number) / 8, 1),)
    if sign == "▐":
        return (Part(0.5, 0, 1, 1),)
    if "░" <= sign <= "▓":
        return (Part(0, 0, 1, 1, (number - 0x2590) / 4),)
    if sign == "▔":
        return (Part(0, 0, 1, 1 / 8),)
    if sign == "▕":
        return (Part(7 / 8, 0, 1, 1),)
    bits = _QUARTERS.find(sign) + 1
    places = ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5))
    quarters = [Part(x, y, x + 0.5, y + 0.5) for x, y in places]
    return tuple(part for bit, part in enumerate(quarters) if bits >> bit & 1)


def _dots(bits: int, width: int, height: int) -> tuple[Part, ...]:
    """Braille, of which programs make curves."""
    half, size = 2 / width / 2, 2 / height / 2
    parts = []
    for bit, (column, row) in enumerate(_BRAILLE):
        if bits >> bit & 1:
            x, y = (2 * column + 1) / 4, (2 * row + 1) / 8
            parts.append(Part(x - half, y - size, x + half, y + size))
    return tuple(parts)


def _lines(arms: str, width: int, height: int) -> list[Part]:
    left, up, right, down = (int(digit) for digit in arms)
    parts = []
    middle, centre = width / 2, height / 2
    # Where an arm ends in the middle, it reaches to the far edge of what crosses it there.
    across, along = _half(max(up, down)), _half(max(left, right))
    for arm, is_first in ((left, True), (right, False)):
        for offset, thick in _strokes(arm):
            start, end = (0.0, middle + across) if is_first else (middle - across, float(width))
            top = centre + offset - thick / 2
            parts.append(Part(start / width, top / height, end / width, (top + thick) / height))
    for arm, is_first in ((up, True), (down, False)):
        for offset, thick in _strokes(arm):
            start, end = (0.0, centre + along) if is_first else (centre - along, float(height))
            edge = middle + offset - thick / 2
            parts.append(Part(edge / width, start / height, (edge + thick) / width, end / height))
    return parts


def _strokes(arm: int) -> list[tuple[float, float]]:
    """How far from the middle the lines of an arm run, and how thick they are."""
    if arm == _DOUBLE:
        return [(-_GAP / 2, LIGHT), (_GAP / 2, LIGHT)]
    return [(0.0, HEAVY if arm == 2 else LIGHT)] if arm else []


def _half(arm: int) -> float:
    return max((offset + thick / 2 for offset, thick in _strokes(arm)), default=0.0)
