"""What a frame does to exactness: which pixels it brings with loss, which without, which it moves.

A viewer's rough regions may name more pixels than are inexact, never fewer.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from geometry_ws.scene.geometry import Rect, Region


class Loss(NamedTuple):
    """Regions per plane, what is exact to the pixel, and copies as source rectangles and shifts."""

    rough: Mapping[str, Region] = {}
    exact: Mapping[str, Sequence[Rect]] = {}
    copies: Mapping[str, tuple[tuple[Rect, int, int], ...]] = {}

    def after(self, before: dict[str, Region]) -> dict[str, Region]:
        """The rough regions of a viewer that had these before the frame."""
        if not before:
            return dict(self.rough) if self.rough else before
        after = {}
        for plane, region in before.items():
            left = self._left(plane, region)
            if left:
                after[plane] = left
        for plane, region in self.rough.items():
            known = after.get(plane)
            after[plane] = region if known is None else known.union(region)
        return after

    def _left(self, plane: str, region: Region) -> Region:
        for source, dx, dy in self.copies.get(plane, ()):
            moved = region.clip(source)
            if moved:
                region = region.union(Region(rect.translate(dx, dy) for rect in moved.rects))
        return region.without(self.exact.get(plane, ()))


NO_LOSS = Loss()
