"""Where a surface is put that has no place of its own: above everything, never over or under it.

Boards begin at the world's origin and grow to the right and down, so such surfaces lie above it,
one beside the other in rows, as windows over a desk. Pure; rectangles are in world pixels.
"""

from typing import Final

import numpy as np

from geometry_ws.scene.limits import WORLD_PX
from geometry_ws.scene.stacking import NUMBER, PlaceArray

GAP: Final = 40
"""Between surfaces, up and down; their viewers may draw a title bar above each."""

ASIDE: Final = 24
"""Between surfaces of a row; their viewers may draw a frame around each."""

ROW: Final = 1120
"""A row that would be longer ends, and the next begins above it: as wide as a board's four lanes,
so that a screen shows all of it."""

_MOST_ROWS: Final = 8
"""So many rows are looked at, those next to the boards: each costs a look at every surface."""


def free_place(taken: PlaceArray, width: int, height: int) -> tuple[int, int]:
    """The corner of a rectangle of a size that is free, where ``taken`` are all surfaces."""
    left, top, right, bottom = taken[:NUMBER].astype(np.int64)
    above = bottom <= -GAP
    rows, numbers = np.unique(bottom[above], return_inverse=True)
    ends = np.zeros(len(rows), np.int64)
    np.maximum.at(ends, numbers, right[above])
    for edge, end in zip(rows[: -_MOST_ROWS - 1 : -1], ends[::-1], strict=False):
        x, y = int(end) + ASIDE, int(edge) - height
        if x + width > ROW:
            continue
        covers = (left < x + width + ASIDE) & (right > x - ASIDE)
        covers &= (top < y + height + GAP) & (bottom > y - GAP)
        if not covers.any():
            return x, max(y, -WORLD_PX)
    return 0, max(_upwards(taken, width, height), -WORLD_PX)


def _upwards(taken: PlaceArray, width: int, height: int) -> int:
    """The lowest y where a row can begin at x = 0."""
    left, top, right, bottom = taken[:NUMBER].astype(np.int64)
    in_column = (left < width + ASIDE) & (right > -ASIDE)
    order = np.argsort(-bottom[in_column], kind="stable")
    # Each surface forbids all y between two; whoever is met from below moves the place on.
    first, last = top[in_column][order] - GAP - height, bottom[in_column][order] + GAP
    places = np.minimum.accumulate(np.concatenate(([-GAP - height], first)))
    free = np.flatnonzero(last <= places[:-1])
    return int(places[free[0]] if free.size else places[-1])
