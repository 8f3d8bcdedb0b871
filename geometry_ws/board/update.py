"""From one board to the next: which surfaces to make, move, redraw, remove; which pixels changed.

A ticked task redraws one card; `damage` then finds the few small rectangles that differ, so that
a tick costs every viewer a box, a line of text, a bar and a number.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geometry_ws.board.layout import BoardLayout, Placed
from geometry_ws.render.pixels import Pixels

PixelRect = tuple[int, int, int, int]
"""x, y, width, height in buffer pixels."""

_JOIN_ROWS, _JOIN_COLUMNS = 4, 24
_MOST_RECTS = 24


@dataclass(frozen=True, slots=True)
class Create:
    """Make a surface and show it."""

    key: str
    placed: Placed


@dataclass(frozen=True, slots=True)
class Redraw:
    """Draw a surface again, whose face (perhaps its size, title or text) changed.

    Its place may have changed as well; it belongs into the same commit.
    """

    key: str
    before: Placed
    after: Placed


@dataclass(frozen=True, slots=True)
class Move:
    """Put a surface elsewhere; its pixels stay."""

    key: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Destroy:
    """Remove a surface."""

    key: str


Step = Create | Redraw | Move | Destroy


def plan(previous: BoardLayout | None, current: BoardLayout) -> list[Step]:
    """List what leads from one layout to the next; without a previous one all is created.

    Removals come first, then everything else in stacking order.
    """
    old = previous.items if previous else {}
    steps: list[Step] = [Destroy(key) for key in old if key not in current.items]
    for key, after in current.items.items():
        before = old.get(key)
        if before is None:
            steps.append(Create(key, after))
        elif (before.face, before.text, before.title) != (after.face, after.text, after.title):
            steps.append(Redraw(key, before, after))
        elif (before.x, before.y) != (after.x, after.y):
            steps.append(Move(key, after.x, after.y))
    return steps


def damage(old: Pixels, new: Pixels) -> list[PixelRect]:
    """Find rectangles that hold every pixel that differs; they don't overlap.

    Copying them from `new` over `old` gives `new`. Buffers of different sizes differ whole, equal
    ones not at all.
    """
    height, width = new.shape[:2]
    if old.shape != new.shape:
        return [(0, 0, width, height)]
    before = np.ascontiguousarray(old).view(np.uint32)[..., 0]
    after = np.ascontiguousarray(new).view(np.uint32)[..., 0]
    differs = before != after
    rects: list[PixelRect] = []
    for top, bottom in _runs(differs.any(axis=1), _JOIN_ROWS):
        band = differs[top:bottom]
        for left, right in _runs(band.any(axis=0), _JOIN_COLUMNS):
            rows = np.flatnonzero(band[:, left:right].any(axis=1))
            first, last = int(rows[0]), int(rows[-1])
            rects.append((left, top + first, right - left, last - first + 1))
    if len(rects) > _MOST_RECTS:
        return [_around(rects)]
    return rects


def _runs(flags: npt.NDArray[np.bool_], join: int) -> list[tuple[int, int]]:
    """Give the ranges of true flags; ranges less than `join` apart become one."""
    places = np.flatnonzero(flags)
    if not len(places):
        return []
    breaks = np.flatnonzero(np.diff(places) > join)
    starts = [int(places[0]), *(int(places[place + 1]) for place in breaks)]
    ends = [*(int(places[place]) + 1 for place in breaks), int(places[-1]) + 1]
    return list(zip(starts, ends, strict=True))


def _around(rects: list[PixelRect]) -> PixelRect:
    left = min(rect[0] for rect in rects)
    top = min(rect[1] for rect in rects)
    right = max(rect[0] + rect[2] for rect in rects)
    bottom = max(rect[1] + rect[3] for rect in rects)
    return left, top, right - left, bottom - top
