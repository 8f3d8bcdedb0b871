"""What changed since when: per plane the damage, and for all planes places and removals.

It is bounded. Old steps of damage are merged, which may name more pixels than changed but never
fewer. The oldest removals are forgotten; a viewer that needs one of those needs a keyframe.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from geometry_ws.scene.geometry import Rect, Region

MOST_STEPS: Final = 48
"""Damage that is kept apart per plane: most of a second at 60 frames, beyond which it merges."""

MOST_REMOVALS: Final = 1024
"""Removed planes that are remembered; more than any viewer misses while it keeps acking."""


class _DamageStep(NamedTuple):
    """What changed in one frame, or in some that lie long ago."""

    seq: int
    time: float
    region: Region


class PlaneHistory:
    """One plane's past. ``last`` is the seq of its newest damage, ``previous`` of that before."""

    __slots__ = (
        "_begun",
        "_begun_time",
        "_steps",
        "_whole",
        "created",
        "last",
        "placed",
        "previous",
    )

    def __init__(self, seq: int, whole: Rect, now: float) -> None:
        self.created = seq
        self.placed = seq
        self.renew(seq, whole, now)

    def renew(self, seq: int, whole: Rect, now: float) -> None:
        """The picture begins anew, with this size: all that was before is void."""
        self._whole = Region((whole,))
        self._begun, self._begun_time = seq, now
        self.last = seq
        self.previous = -1
        self._steps: list[_DamageStep] = []

    def damaged(self, seq: int, damage: Region, now: float) -> None:
        """The picture changed in frame ``seq``, which is newer than all before."""
        self.previous, self.last = self.last, seq
        self._steps.append(_DamageStep(seq, now, damage))
        if len(self._steps) > MOST_STEPS:
            older, newer = self._steps[:2]
            self._steps[:2] = [newer._replace(region=older.region.union(newer.region))]

    def since(self, seq: int) -> Region:
        """What changed after frame ``seq``; at least that."""
        if seq < self._begun:
            return self._whole
        damage = Region()
        for step in reversed(self._steps):
            if step.seq <= seq:
                break
            damage = damage.union(step.region)
        return damage

    @property
    def bounds(self) -> Rect:
        """All of the picture."""
        return self._whole.rects[0]

    @property
    def interval(self) -> float:
        """Seconds between the two newest changes; 0 where there was but one."""
        return self._steps[-1].time - self._steps[-2].time if len(self._steps) > 1 else 0.0

    def after(self, time: float) -> Region:
        """What changed after a moment; at least that."""
        if self._begun_time > time:
            return self._whole
        damage = Region()
        for step in reversed(self._steps):
            if step.time <= time:
                break
            damage = damage.union(step.region)
        return damage


class History:
    """The past of all planes."""

    def __init__(self) -> None:
        self._planes: OrderedDict[str, PlaneHistory] = OrderedDict()
        self._removals: deque[tuple[int, str, int]] = deque()
        self.places_seq = 0
        self.damage_seq = 0
        """The newest frame that changed a picture: a viewer that has it lacks no pixels."""
        self.forgotten_seq = 0

    def get(self, plane: str) -> PlaneHistory | None:
        """The past of one plane."""
        return self._planes.get(plane)

    def __getitem__(self, plane: str) -> PlaneHistory:
        return self._planes[plane]

    def __contains__(self, plane: str) -> bool:
        return plane in self._planes

    def __iter__(self) -> Iterator[str]:
        return iter(self._planes)

    def placed(self, seq: int, plane: str) -> None:
        """A known plane has another place, size or opacity since frame ``seq``."""
        self._planes[plane].placed = seq
        self.places_seq = seq

    def renewed(self, seq: int, plane: str, whole: Rect, now: float) -> None:
        """A plane is new, or begins anew with another size; ``placed`` is included."""
        past = self._planes.get(plane)
        if past is None:
            self._planes[plane] = PlaneHistory(seq, whole, now)
        else:
            past.renew(seq, whole, now)
        self._planes.move_to_end(plane)
        self.damage_seq = seq
        self.placed(seq, plane)

    def damaged(self, seq: int, plane: str, damage: Region, now: float) -> None:
        """A known plane's picture changed in frame ``seq``."""
        self._planes[plane].damaged(seq, damage, now)
        self._planes.move_to_end(plane)
        self.damage_seq = seq

    def removed(self, seq: int, plane: str) -> None:
        """A known plane is gone since frame ``seq``."""
        self._removals.append((seq, plane, self._planes.pop(plane).created))
        self.places_seq = seq
        while len(self._removals) > MOST_REMOVALS:
            self.forgotten_seq = self._removals.popleft()[0]

    def removals_since(self, seq: int) -> tuple[str, ...]:
        """Planes that were removed after frame ``seq``; ask not before forgotten_seq.

        Those that were made after it are among them: a frame is also for viewers who have later
        ones.
        """
        return tuple(plane for when, plane, _ in self._removals if when > seq)

    def placed_since(self, seq: int) -> tuple[str, ...]:
        """Planes that have another place than in frame ``seq``."""
        if self.places_seq <= seq:
            return ()  # as in most frames; there may be thousands of planes
        return tuple(name for name, plane in self._planes.items() if plane.placed > seq)

    def moved_since(self, seq: int) -> bool:
        """Whether places or removals after frame ``seq`` are missed, as far as is remembered."""
        if self.places_seq <= seq:
            return False
        if self.forgotten_seq > seq:
            return True
        return any(when > seq >= created for when, _, created in self._removals) or any(
            past.placed > seq for past in self._planes.values()
        )

    def damaged_since(self, seq: int) -> Iterator[str]:
        """Planes whose picture changed after frame ``seq``, the newest first."""
        for name in reversed(self._planes):
            if self._planes[name].last <= seq:
                return
            yield name
