"""Who lacks what, and the frames that mend it: the decisions of a tick.

Viewers who are ready are of three kinds. *Level* ones lack nothing but what has just changed;
they share one frame with fills and copies as they happened. Those *behind* missed something, or
have something with loss that has settled; they share one frame of newest pixels that fits all of
them. *Joining* ones share a keyframe. All this for each profile that viewers have (viewer.py).

A tick copies a bounded number of pixels for each kind. Planes that are left out are missed by
their viewers like any others, and come with the next ticks, what is missed longest first. For
level viewers the bound is larger than any commit, so that none is shown to them by halves.
"""

from collections.abc import Collection, Iterable, Mapping

from geometry_ws.render.video import EncoderFactory
from geometry_ws.scene.geometry import Region
from geometry_ws.scene.surface import Surface
from geometry_ws.stream import builder as builders
from geometry_ws.stream.builder import Builder
from geometry_ws.stream.frame import CopyOp, Frame, FrameCause, PlanePlace
from geometry_ws.stream.history import History
from geometry_ws.stream.kinds import Kinds, may_get, sharing
from geometry_ws.stream.missed import Missed, add, without
from geometry_ws.stream.pending import Pending
from geometry_ws.stream.plan import Group, Plan, place_of, whole_of
from geometry_ws.stream.settling import Settling
from geometry_ws.stream.tiles import TileCache
from geometry_ws.stream.video_encoders import VideoEncoders, VideoFrames
from geometry_ws.stream.viewer import LOOK_AGAIN_SECONDS, NOTHING, Profile, Viewer


class Planner:
    """Reads the planes (a live mapping) and owns their history and their encoded tiles."""

    def __init__(
        self,
        epoch: str,
        planes: Mapping[str, Surface],
        now: float,
        new_encoder: EncoderFactory | None = None,
    ) -> None:
        self._epoch = epoch
        self._planes = planes
        self.history = History()
        self.cache = TileCache()
        self.settling = Settling(self.history)
        self.video_encoders = VideoEncoders(planes, new_encoder)
        for surface in planes.values():
            self.history.renewed(0, surface.id, whole_of(surface), now)

    def sees(self, viewer: Viewer, plane: str) -> bool:
        """Whether the viewer looks at where the plane lies now."""
        surface = self._planes.get(plane)
        return surface is not None and viewer.look.sees(surface.rect)

    def lacking(self, viewer: Viewer) -> dict[str, int]:
        """Planes that it looks at and hasn't the newest pixels of: since which frame."""
        if not viewer.stale and self.history.damage_seq <= viewer.last_sent:
            return {}
        lacking = {
            plane: since for plane, since in viewer.stale.items() if self.sees(viewer, plane)
        }
        for plane in self.history.damaged_since(viewer.last_sent):
            if plane not in viewer.stale and self.sees(viewer, plane):
                lacking[plane] = viewer.last_sent
        return lacking

    def settled(self, viewer: Viewer, now: float) -> dict[str, Region]:
        """What it looks at, has with loss, and doesn't change any more."""
        if not viewer.rough or viewer.refine_at is None or viewer.refine_at > now:
            return {}
        small = viewer.shrinking.shown > 1
        seen = [] if small else [plane for plane in viewer.rough if self.sees(viewer, plane)]
        if not seen:
            viewer.refine_at = None  # until it looks elsewhere or closer, or something moves
            return {}
        # A running video brings all of its plane with loss, also what doesn't change.
        running = self.video_encoders.is_running
        resting = [plane for plane in seen if not running(plane, viewer, now)]
        if not resting:
            viewer.refine_at = now + LOOK_AGAIN_SECONDS
            return {}
        return self.settling.due(viewer, resting, now)

    def is_behind(self, viewer: Viewer) -> bool:
        """Whether it misses something of frames that are over, or has it too coarsely."""
        return (
            self.history.moved_since(viewer.last_sent)
            or bool(self.lacking(viewer))
            or (viewer.coarse_news and bool(self.too_coarse(viewer)))
        )

    def too_coarse(self, viewer: Viewer) -> dict[str, Region]:
        """What it looks at and has in fewer pixels than it shows."""
        return self.settling.too_coarse(viewer, self._planes, self.sees)

    def concerns(self, pending: Pending, viewer: Viewer) -> bool:
        """Whether there is something among the changes that the viewer must get."""
        return pending.moves or any(
            change.damage and self.sees(viewer, plane) for plane, change in pending.planes.items()
        )

    def flush(self, seq: int, taken: Pending, now: float) -> list[str]:
        """The changes become the history of frame ``seq``; gives the planes that are gone."""
        for plane in taken.removed:
            self.cache.drop(plane)
            self.video_encoders.drop(plane)
        # What came and went between two frames was never there.
        taken.removed = [plane for plane in taken.removed if plane in self.history]
        for plane in taken.removed:
            self.history.removed(seq, plane)
        for plane, change in list(taken.planes.items()):
            surface = self._planes.get(plane)
            if surface is None:
                del taken.planes[plane]
            elif change.renewed or plane not in self.history:
                self.history.renewed(seq, plane, whole_of(surface), now)
                self.cache.drop(plane)
            else:
                if change.placed:
                    self.history.placed(seq, plane)
                if change.damage:
                    self.history.damaged(seq, plane, change.damage, now)
                    self.cache.damaged(plane, change.damage)
        return taken.removed

    def fill(
        self,
        plan: Plan,
        taken: Pending,
        kinds: Mapping[Profile, Kinds],
        stamp: tuple[int, FrameCause | None],
        audience: Collection[Viewer],
        now: float,
    ) -> None:
        """Put the frames for level, behind and joining viewers of all profiles into a plan."""
        video_frames = self.video_encoders.frames(taken.planes, may_get(kinds), audience, now)
        builder = Builder(plan, self._planes, self.cache)
        maker = _Maker(self, builder, plan.seq, taken, video_frames, stamp, now)
        pixels = any(change.painted for change in taken.planes.values())
        for profile, one in sharing(kinds, video_frames, pixels=pixels).items():
            plan.groups += maker.groups(profile, one)
        plan.forwarded = builder.forwarded
        for frame in plan.video_frames:
            self.video_encoders.used(frame, now)

    def head(self, seq: int, base: int, stamp: tuple[int, FrameCause | None]) -> Frame:
        """A frame with all places and removals since its base."""
        return Frame(
            self._epoch,
            seq,
            base,
            stamp[0],
            planes=self._places(self.history.placed_since(base)),
            removed=self.history.removals_since(base),
            cause=stamp[1],
        )

    def keyframe(self, seq: int, stamp: tuple[int, FrameCause | None]) -> Frame:
        """A frame with all places."""
        places = self._places(self.history)
        return Frame(self._epoch, seq, seq, stamp[0], keyframe=True, planes=places)

    def _places(self, planes: Iterable[str]) -> tuple[PlanePlace, ...]:
        return tuple(
            place_of(surface)
            for plane in planes
            if (surface := self._planes.get(plane)) is not None
        )


class _Maker:
    """Makes the groups of one tick."""

    def __init__(
        self,
        planner: Planner,
        builder: Builder,
        seq: int,
        taken: Pending,
        video_frames: VideoFrames,
        stamp: tuple[int, FrameCause | None],
        now: float,
    ) -> None:
        self._planner = planner
        self._builder = builder
        self._seq = seq
        self._taken = taken
        self._video_frames = video_frames
        self._stamp = stamp
        self._now = now

    def groups(self, profile: Profile, kinds: Kinds) -> list[Group]:
        """At most three frames, in their order, for viewers of a profile."""
        planner, groups = self._planner, []
        moves, taken = self._taken.moves, self._taken
        level = [one for one in kinds.level if moves or planner.concerns(taken, one)]
        # Who can't decode a video's next picture gets newest pixels, like those behind.
        level, late = self._video_frames.split(profile, level)
        behind = [*kinds.behind, *late]
        fresh = self._level(profile, level) if level else None
        if behind:
            missed = self._missed(behind)
            if fresh is not None and self._suffices(fresh, missed, behind):
                self._share(fresh, behind, missed)
            else:
                groups.append(self._behind(profile, behind, missed))
        if fresh is not None:
            groups.append(fresh)
        if kinds.joining:
            groups.append(self._joining(profile, kinds.joining))
        return groups

    def _level(self, profile: Profile, viewers: list[Viewer]) -> Group:
        builder, taken = self._builder, self._taken
        builder.next_group(builders.LEVEL_PIXELS, profile)
        group = Group(tuple(viewers), self._head(viewers), profile)
        for plane, change in taken.planes.items():
            if builder.full:
                break
            if change.damage and any(self._planner.sees(viewer, plane) for viewer in viewers):
                if self._as_video(group, plane):
                    continue
                group.items += builder.strokes(plane, change.strokes)
                group.items += builder.painted(plane, change.painted, change.tiles)
                group.floors[plane] = self._planner.history[plane].previous
        return group

    def _missed(self, viewers: list[Viewer]) -> Missed:
        floors: dict[str, int] = {}
        rough: dict[str, Region] = {}
        coarse: dict[str, Region] = {}
        for viewer in viewers:
            for plane, since in self._planner.lacking(viewer).items():
                floors[plane] = min(floors.get(plane, since), since)
            add(coarse, self._planner.too_coarse(viewer))
            add(rough, self._planner.settled(viewer, self._now))
        history = self._planner.history
        regions = {plane: history[plane].since(since) for plane, since in floors.items()}
        coarse = without(coarse, regions)
        return Missed(floors, regions, coarse, without(without(rough, regions), coarse))

    def _behind(self, profile: Profile, viewers: list[Viewer], missed: Missed) -> Group:
        builder = self._builder
        builder.next_group(builders.GROUP_PIXELS, profile)
        group = Group(tuple(viewers), self._head(viewers), profile)
        for plane, floor in sorted(missed.floors.items(), key=lambda item: item[1]):
            if builder.full:
                break
            if self._as_video(group, plane):
                continue
            group.items += builder.region(plane, missed.regions[plane])
            group.floors[plane] = floor
        for plane, region in missed.coarse.items():
            if builder.full:
                break
            group.items += builder.region(plane, region)
        for plane, region in missed.rough.items():
            if builder.full:
                break
            if plane in group.video_positions:
                continue
            again = builder.refine(plane, region)
            group.items += again
            group.refined += len(again)
        return group

    def _as_video(self, group: Group, plane: str) -> bool:
        """Put a plane into a group as its video's next picture, if all in it can decode that."""
        frame = self._video_frames.get(group.profile, plane)
        if frame is None or not all(frame.fits(viewer.video_positions) for viewer in group.viewers):
            return False
        group.items.append(self._builder.video(frame))
        group.video_positions[plane] = frame.position
        group.floors[plane] = NOTHING
        return True

    def _suffices(self, fresh: Group, missed: Missed, behind: list[Viewer]) -> bool:
        """Whether a frame for level viewers also holds all that those behind need."""
        if missed.rough or missed.coarse or any(isinstance(item, CopyOp) for item in fresh.items):
            return False
        able, _ = self._video_frames.split(fresh.profile, behind)
        return len(able) == len(behind) and all(
            plane in fresh.video_positions
            or (plane in fresh.floors and self._taken.planes[plane].covers(region))
            for plane, region in missed.regions.items()
        )

    def _share(self, fresh: Group, behind: list[Viewer], missed: Missed) -> None:
        """One frame for both kinds: those behind need no more than has just changed."""
        fresh.viewers = (*fresh.viewers, *behind)
        fresh.head = self._head(fresh.viewers)
        for plane, floor in missed.floors.items():
            fresh.floors[plane] = min(fresh.floors[plane], floor)

    def _joining(self, profile: Profile, viewers: list[Viewer]) -> Group:
        builder = self._builder
        builder.next_group(builders.GROUP_PIXELS, profile)
        group = Group(tuple(viewers), self._planner.keyframe(self._seq, self._stamp), profile)
        for place in group.head.planes:
            if builder.full:
                break
            if any(self._planner.sees(viewer, place.plane) for viewer in viewers):
                group.items += builder.whole(place.plane)
                group.floors[place.plane] = NOTHING
        return group

    def _head(self, viewers: Iterable[Viewer]) -> Frame:
        base = min(viewer.last_sent for viewer in viewers)
        return self._planner.head(self._seq, base, self._stamp)
