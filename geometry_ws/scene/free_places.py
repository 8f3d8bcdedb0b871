"""Where a surface is put that has no place of its own: beside everything, never over or under it.

Boards begin at the world's origin and grow to the right and down, so such surfaces lie left of it,
below one another in columns. Pure; rectangles are in world pixels.
"""

from collections.abc import Iterable
from typing import Final

from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.limits import WORLD_PX

GAP: Final = 40
"""Between surfaces; their viewers may draw a frame around each."""

COLUMN: Final = 800
"""A column that would be longer ends, and the next begins left of it: a screen shows all of it."""

_MOST_COLUMNS: Final = 8
"""So many columns are looked at, those next to the boards: each costs a look at every surface."""


def free_place(taken: Iterable[Rect], width: int, height: int) -> tuple[int, int]:
    """The corner of a rectangle of a size that is free, where ``taken`` are all surfaces."""
    rects = list(taken)
    ends: dict[int, int] = {}
    for rect in rects:
        if rect.right <= -GAP:
            ends[rect.right] = max(ends.get(rect.right, 0), rect.bottom)
    for right in sorted(ends, reverse=True)[:_MOST_COLUMNS]:
        below = Rect(right - width, ends[right] + GAP, width, height)
        around = _with_gap(below)
        if below.bottom <= COLUMN and not any(around.overlaps(rect) for rect in rects):
            return max(below.x, -WORLD_PX), below.y
    x = -GAP - width
    for rect in sorted(rects, key=lambda rect: -rect.right):
        around = _with_gap(Rect(x, 0, width, height))
        if rect.right <= around.x:
            break  # it lies left of the place, and so do all that follow
        if around.overlaps(rect):
            x = rect.x - GAP - width
    return max(x, -WORLD_PX), 0


def _with_gap(rect: Rect) -> Rect:
    return Rect(rect.x - GAP, rect.y - GAP, rect.w + 2 * GAP, rect.h + 2 * GAP)
