"""Where surfaces lay in the latest frames: a click is meant for what its viewer showed.

A person clicks on a picture that is some frames old. The event says which frame that was; this
bounded history says what lay where in it.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.surface import Surface

MOST_STACKS: Final = 128
"""Placement changes that are remembered: two seconds of an animation at 60 frames a second."""


class PlacedSurface(NamedTuple):
    """A surface's id and rectangle in world pixels."""

    surface: str
    rect: Rect


class PlaceHistory:
    """The stacks of the latest frames, and the one of this moment: ``live``, lowest first."""

    def __init__(self, live: Callable[[], Sequence[Surface]]) -> None:
        self._live = live
        self._seqs: list[int] = [0]
        self._stacks: list[tuple[PlacedSurface, ...]] = [()]

    def note(self, seq: int, stack: Sequence[Surface]) -> None:
        """Frame ``seq`` shows this stack, lowest first; seqs only grow.

        Cheap to call for each frame: an unchanged stack isn't stored again.
        """
        previous = {placed.surface: placed for placed in self._stacks[-1]}
        placed = []
        for surface in reversed(stack):
            place = surface.x, surface.y, surface.width, surface.height
            old = previous.get(surface.id)
            if old is None or old.rect != place:
                old = PlacedSurface(surface.id, Rect(*place))
            placed.append(old)
        if tuple(placed) == self._stacks[-1] or seq < self._seqs[-1]:
            return
        self._seqs.append(seq)
        self._stacks.append(tuple(placed))
        del self._seqs[:-MOST_STACKS], self._stacks[:-MOST_STACKS]

    def hit(self, seq: int, x: float, y: float) -> PlacedSurface | None:
        """The topmost surface under a world point in frame ``seq``; None for the bare world.

        0 stands for this moment, seen or not. A frame that is too old counts as the oldest known.
        """
        if seq <= 0:
            return next(self._now_under(x, y), None)
        for placed in self._at(seq):
            if placed.rect.contains_point(x, y):
                return placed
        return None

    def rect(self, seq: int, surface: str) -> Rect | None:
        """Where a surface lay in frame ``seq``; None when it wasn't there.

        At this moment (0) the surface itself knows best: None.
        """
        if seq <= 0:
            return None
        return next((placed.rect for placed in self._at(seq) if placed.surface == surface), None)

    def _now_under(self, x: float, y: float) -> Iterator[PlacedSurface]:
        """Every surface under a point now, the topmost first; written out, for there are many."""
        for surface in reversed(self._live()):
            if (
                surface.x <= x < surface.x + surface.width
                and surface.y <= y < surface.y + surface.height
            ):
                yield PlacedSurface(surface.id, surface.rect)

    def _at(self, seq: int) -> tuple[PlacedSurface, ...]:
        return self._stacks[max(0, bisect_right(self._seqs, seq) - 1)]
