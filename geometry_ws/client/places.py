"""Where a picture is put that has no place of its own: beside everything, never over or under it.

A page opens at the world's top left corner, so pictures lie left of all that is there: in columns,
each picture below the one before. Pure; rectangles are x, y, width, height in world pixels.
"""

from collections.abc import Iterable, Sequence
from typing import Final

Rect = tuple[int, int, int, int]

GAP: Final = 40
COLUMN: Final = 1200
"""World pixels: a column that would be longer ends, and the next begins left of it."""


def free_place(mine: Sequence[Rect], others: Iterable[Rect], width: int, height: int) -> Rect:
    """A free rectangle of a size.

    ``mine``: this program's pictures, the last one last. ``others``: everything else.
    """
    taken = [*others, *mine]
    if not taken:
        return 0, 0, width, height
    top = min(y for _, y, _, _ in taken)
    if mine:
        x, y, _, last = mine[-1]
        below = (x, y + last + GAP, width, height)
        if below[1] + height <= top + COLUMN and not any(_meet(below, rect) for rect in taken):
            return below
    return min(x for x, _, _, _ in taken) - GAP - width, top, width, height


def _meet(first: Rect, second: Rect) -> bool:
    x, y, width, height = first
    left, top, across, down = second
    return x < left + across and left < x + width and y < top + down and top < y + height
