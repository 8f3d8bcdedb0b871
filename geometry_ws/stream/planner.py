"""Who lacks what, and the frames that mend it: the decisions of a tick.

Viewers who are ready are of three kinds. *Level* ones lack nothing but what has just changed;
they share one frame with fills and copies as they happened. Those *behind* missed something;
they share one frame of newest pixels that fits all of them. *Joining* ones share a keyframe.

A tick copies a bounded number of pixels for each kind. Planes that are left out are missed by
their viewers like any others, and come with the next ticks, what is missed longest first. For
level viewers the bound is larger than any commit, so that none is shown to them by halves.
"""

from collections.abc import Iterable, Mapping

from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.surface import Surface
from geometry_ws.stream import plan as plans
from geometry_ws.stream.frame import CopyOp, Frame, PlanePlace
from geometry_ws.stream.history import History
from geometry_ws.stream.pending import Pending
from geometry_ws.stream.plan import Builder, Group, Plan, TileCache, place_of
from geometry_ws.stream.viewer import NOTHING, Viewer


class Planner:
    """Reads the planes (a live mapping) and owns their history and their encoded tiles."""

    def __init__(self, epoch: str, planes: Mapping[str, Surface]) -> None:
        self._epoch = epoch
        self._planes = planes
        self.history = History()
        self.cache = TileCache()
        for surface in planes.values():
            self.history.renewed(0, surface.id, _whole(surface))

    def sees(self, viewer: Viewer, plane: str) -> bool:
        """Whether the viewer looks at where the plane lies now."""
        surface = self._planes.get(plane)
        return surface is not None and viewer.look.sees(surface.rect)

    def lacking(self, viewer: Viewer) -> dict[str, int]:
        """Planes that it looks at and hasn't the newest pixels of: since which frame."""
        lacking = {
            plane: since for plane, since in viewer.stale.items() if self.sees(viewer, plane)
        }
        for plane in self.history.damaged_since(viewer.last_sent):
            if plane not in viewer.stale and self.sees(viewer, plane):
                lacking[plane] = viewer.last_sent
        return lacking

    def is_behind(self, viewer: Viewer) -> bool:
        """Whether it misses something of frames that are over."""
        return self.history.moved_since(viewer.last_sent) or bool(self.lacking(viewer))

    def concerns(self, pending: Pending, viewer: Viewer) -> bool:
        """Whether there is something among the changes that the viewer must get."""
        return pending.moves or any(
            change.damage and self.sees(viewer, plane) for plane, change in pending.planes.items()
        )

    def flush(self, seq: int, taken: Pending) -> list[str]:
        """The changes become the history of frame ``seq``; gives the planes that are gone."""
        for plane in taken.removed:
            self.cache.drop(plane)
        # What came and went between two frames was never there.
        taken.removed = [plane for plane in taken.removed if plane in self.history]
        for plane in taken.removed:
            self.history.removed(seq, plane)
        for plane, change in list(taken.planes.items()):
            surface = self._planes.get(plane)
            if surface is None:
                del taken.planes[plane]
            elif change.renewed or plane not in self.history:
                self.history.renewed(seq, plane, _whole(surface))
                self.cache.drop(plane)
            else:
                if change.placed:
                    self.history.placed(seq, plane)
                if change.damage:
                    self.history.damaged(seq, plane, change.damage)
                    self.cache.damaged(plane, change.damage)
        return taken.removed

    def fill(
        self,
        plan: Plan,
        taken: Pending,
        kinds: tuple[list[Viewer], list[Viewer], list[Viewer]],
        time_us: int,
    ) -> None:
        """Put the frames for level, behind and joining viewers into a plan."""
        level, behind, joining = kinds
        builder = Builder(plan, self._planes, self.cache)
        level = [viewer for viewer in level if self.concerns(taken, viewer)]
        fresh = self._level(builder, plan.seq, level, taken, time_us) if level else None
        if behind:
            floors, regions = self._missed(behind)
            if fresh is not None and _suffices(fresh, taken, regions):
                self._share(fresh, behind, floors, time_us)
            else:
                plan.groups.append(
                    self._behind(builder, plan.seq, behind, floors, regions, time_us)
                )
        if fresh is not None:
            plan.groups.append(fresh)
        if joining:
            plan.groups.append(self._joining(builder, plan.seq, joining, time_us))

    def _level(
        self, builder: Builder, seq: int, viewers: list[Viewer], taken: Pending, time_us: int
    ) -> Group:
        builder.next_group(plans.LEVEL_PIXELS)
        head = self._head(seq, min(viewer.last_sent for viewer in viewers), time_us)
        group = Group(tuple(viewers), head, {})
        for plane, change in taken.planes.items():
            if builder.full:
                break
            if change.damage and any(self.sees(viewer, plane) for viewer in viewers):
                group.items += builder.strokes(plane, change.strokes)
                group.items += builder.region(plane, change.painted)
                group.floors[plane] = self.history[plane].previous
        return group

    def _missed(self, viewers: list[Viewer]) -> tuple[dict[str, int], dict[str, Region]]:
        """For viewers behind: since when which planes are missed, and what changed there."""
        floors: dict[str, int] = {}
        for viewer in viewers:
            for plane, since in self.lacking(viewer).items():
                floors[plane] = min(floors.get(plane, since), since)
        regions = {plane: self.history[plane].since(since) for plane, since in floors.items()}
        return floors, regions

    def _behind(
        self,
        builder: Builder,
        seq: int,
        viewers: list[Viewer],
        floors: dict[str, int],
        regions: dict[str, Region],
        time_us: int,
    ) -> Group:
        builder.next_group(plans.GROUP_PIXELS)
        head = self._head(seq, min(viewer.last_sent for viewer in viewers), time_us)
        group = Group(tuple(viewers), head, {})
        for plane, floor in sorted(floors.items(), key=lambda item: item[1]):
            if builder.full:
                break
            group.items += builder.region(plane, regions[plane])
            group.floors[plane] = floor
        return group

    def _share(
        self, fresh: Group, behind: list[Viewer], floors: dict[str, int], time_us: int
    ) -> None:
        """One frame for both kinds: those behind need no more than has just changed."""
        viewers = (*fresh.viewers, *behind)
        base = min(viewer.last_sent for viewer in viewers)
        fresh.viewers = viewers
        fresh.head = self._head(fresh.head.seq, base, time_us)
        for plane, floor in floors.items():
            fresh.floors[plane] = min(fresh.floors[plane], floor)

    def _joining(self, builder: Builder, seq: int, viewers: list[Viewer], time_us: int) -> Group:
        builder.next_group(plans.GROUP_PIXELS)
        planes = self._places(self.history)
        head = Frame(self._epoch, seq, seq, time_us, keyframe=True, planes=planes)
        group = Group(tuple(viewers), head, {})
        for place in planes:
            if builder.full:
                break
            if any(self.sees(viewer, place.plane) for viewer in viewers):
                group.items += builder.whole(place.plane)
                group.floors[place.plane] = NOTHING
        return group

    def _head(self, seq: int, base: int, time_us: int) -> Frame:
        """A frame with all places and removals since its base."""
        return Frame(
            self._epoch,
            seq,
            base,
            time_us,
            planes=self._places(self.history.placed_since(base)),
            removed=self.history.removals_since(base),
        )

    def _places(self, planes: Iterable[str]) -> tuple[PlanePlace, ...]:
        return tuple(
            place_of(surface)
            for plane in planes
            if (surface := self._planes.get(plane)) is not None
        )


def _suffices(fresh: Group, taken: Pending, regions: Mapping[str, Region]) -> bool:
    """Whether a frame for level viewers also holds all that those behind need."""
    if any(isinstance(item, CopyOp) for item in fresh.items):
        return False
    return all(
        plane in fresh.floors and taken.planes[plane].covers(region)
        for plane, region in regions.items()
    )


def _whole(surface: Surface) -> Rect:
    height, width = surface.buffer.shape[:2]
    return Rect(0, 0, width, height)
