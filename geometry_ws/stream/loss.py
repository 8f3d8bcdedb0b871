"""What a frame does to exactness: which pixels it brings with loss, which without, which it moves.

A viewer's lossy regions may name more pixels than are inexact, never fewer.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from geometry_ws.scene.geometry import Rect, Region

Key = TypeVar("Key")


class Loss(NamedTuple):
    """Regions per plane, what is exact to the pixel, and copies as source rectangles and shifts.

    ``downscaled`` are those of the lossy regions that came shrunk, by plane and shrink; ``anew`` to
    the pixel what came with loss, in place of whatever was there.
    """

    lossy: Mapping[str, Region] = {}
    exact: Mapping[str, Sequence[Rect]] = {}
    copies: Mapping[str, tuple[tuple[Rect, int, int], ...]] = {}
    downscaled: Mapping[tuple[str, int], Region] = {}
    anew: Mapping[str, Sequence[Rect]] = {}

    def after(self, before: dict[str, Region]) -> dict[str, Region]:
        """The lossy regions of a viewer that had these before the frame; ``before`` stays as it is.

        A viewer that looks from afar has hundreds of planes with loss, so only those are looked at
        that the frame names.
        """
        if not before:
            return dict(self.lossy) if self.lossy else before
        touched = self.exact.keys() | self.copies.keys() if self.exact or self.copies else ()
        left = {plane: self._left(plane, before[plane]) for plane in touched if plane in before}
        return _joined(before, left, self.lossy)

    def covers(self, lossy: Mapping[str, Region]) -> bool:
        """Whether it brings anew, with loss, everything that is lossy afterwards."""
        return len(lossy) == len(self.lossy) and all(
            plane in self.lossy and _is_in(region, self.lossy[plane])
            for plane, region in lossy.items()
        )

    def downscaled_after(
        self, before: dict[tuple[str, int], Region]
    ) -> dict[tuple[str, int], Region]:
        """The shrunk regions of a viewer that had these before the frame; they stay as they are."""
        if not before:
            return dict(self.downscaled) if self.downscaled else before
        touched = self.exact.keys() | self.copies.keys() | self.anew.keys()
        left = {
            key: self._left(key[0], region).without(self.anew.get(key[0], ()))
            for key, region in (before.items() if touched else ())
            if key[0] in touched
        }
        return _joined(before, left, self.downscaled)

    def _left(self, plane: str, region: Region) -> Region:
        for source, dx, dy in self.copies.get(plane, ()):
            moved = region.clip(source)
            if moved:
                region = region.union(Region(rect.translate(dx, dy) for rect in moved.rects))
        return region.without(self.exact.get(plane, ()))


def _is_in(region: Region, other: Region) -> bool:
    return region is other or region.rects == other.rects or other.contains(region)


def _joined(
    before: dict[Key, Region], left: Mapping[Key, Region], more: Mapping[Key, Region]
) -> dict[Key, Region]:
    """What was before, with what is left of some of it and with more; itself if that is the same.

    A video brings the same region with each of its pictures, to each of its viewers.
    """
    changed: dict[Key, Region] = {
        key: region for key, region in left.items() if region is not before[key]
    }
    for key, region in more.items():
        there = changed.get(key, before.get(key))
        joined = region if there is None else there.union(region)
        if joined is not there:
            changed[key] = joined
    if not changed:
        return before
    return {key: region for key, region in {**before, **changed}.items() if region}


NO_LOSS = Loss()
