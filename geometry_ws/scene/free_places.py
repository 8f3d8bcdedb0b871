"""Where a surface is put that has no place of its own: beside everything, never over or under it.

Boards begin at the world's origin and grow to the right and down, so such surfaces lie left of it,
below one another in columns. Pure; rectangles are in world pixels.
"""

from typing import Final

import numpy as np

from geometry_ws.scene.limits import WORLD_PX
from geometry_ws.scene.stacking import NUMBER, PlaceArray

GAP: Final = 40
"""Between surfaces; their viewers may draw a frame around each."""

COLUMN: Final = 800
"""A column that would be longer ends, and the next begins left of it: a screen shows all of it."""

_MOST_COLUMNS: Final = 8
"""So many columns are looked at, those next to the boards: each costs a look at every surface."""


def free_place(taken: PlaceArray, width: int, height: int) -> tuple[int, int]:
    """The corner of a rectangle of a size that is free, where ``taken`` are all surfaces."""
    left, top, right, bottom = taken[:NUMBER].astype(np.int64)
    beside = right <= -GAP
    columns, numbers = np.unique(right[beside], return_inverse=True)
    ends = np.zeros(len(columns), np.int64)
    np.maximum.at(ends, numbers, bottom[beside])
    for edge, end in zip(columns[: -_MOST_COLUMNS - 1 : -1], ends[::-1], strict=False):
        x, y = int(edge) - width, int(end) + GAP
        if y + height > COLUMN:
            continue
        covers = (left < x + width + GAP) & (right > x - GAP)
        covers &= (top < y + height + GAP) & (bottom > y - GAP)
        if not covers.any():
            return max(x, -WORLD_PX), y
    return max(_leftwards(taken, width, height), -WORLD_PX), 0


def _leftwards(taken: PlaceArray, width: int, height: int) -> int:
    """The rightmost x where a column can begin at y = 0."""
    left, top, right, bottom = taken[:NUMBER].astype(np.int64)
    in_row = (top < height + GAP) & (bottom > -GAP)
    order = np.argsort(-right[in_row], kind="stable")
    # Each surface forbids all x between two; whoever is met from the right moves the place on.
    first, last = left[in_row][order] - GAP - width, right[in_row][order] + GAP
    places = np.minimum.accumulate(np.concatenate(([-GAP - width], first)))
    free = np.flatnonzero(last <= places[:-1])
    return int(places[free[0]] if free.size else places[-1])
