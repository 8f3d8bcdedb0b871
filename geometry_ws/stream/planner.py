"""The decisions of a tick: what each viewer lacks, and the frames that bring it.

`Planner.sort` puts viewers who are ready into `Kinds`, `Planner.plan` makes at most one frame for
each kind. Level viewers get fills and copies as they happened; a frame for viewers behind fits all
of them.

A tick copies a bounded number of pixels for each kind. Planes that are left out are missed by
their viewers like any others, and come with the next ticks, what is missed longest first. For
level viewers the bound is larger than any commit, so that no viewer sees half of one.
"""

import operator
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from geometry_ws.render.video import EncoderFactory
from geometry_ws.scene.geometry import Region
from geometry_ws.scene.surface import Surface
from geometry_ws.stream import builder as builders
from geometry_ws.stream.builder import Builder
from geometry_ws.stream.catch_up import CatchUp, add, without
from geometry_ws.stream.for_looks import ForLooks
from geometry_ws.stream.frame import CopyOp, Frame, FrameCause, PlanePlace
from geometry_ws.stream.history import History
from geometry_ws.stream.motion import Motion
from geometry_ws.stream.pending import Pending
from geometry_ws.stream.plan import Group, Plan, place_of, whole_of
from geometry_ws.stream.refine import Refiner
from geometry_ws.stream.tiles import TileCache
from geometry_ws.stream.video_encoders import Recipient, VideoEncoders, VideoFrames
from geometry_ws.stream.viewer import (
    BEHIND,
    JOINING,
    LOOK_AGAIN_SECONDS,
    LOSSY,
    NOTHING,
    Profile,
    Viewer,
)


@dataclass(frozen=True, slots=True)
class Tick:
    """What a tick knows: its frame's number, the time, what has changed, which input that answers.

    ``time_us`` is the time as frames say it, in microseconds.
    """

    seq: int
    now: float
    time_us: int
    pending: Pending
    cause: FrameCause | None = None


@dataclass(slots=True)
class Kinds:
    """Viewers of one profile who are ready, by what they need.

    ``refining`` are those behind who miss nothing, but have lossy pixels to be refined.
    """

    level: list[Viewer] = field(default_factory=list)
    behind: list[Viewer] = field(default_factory=list)
    refining: list[Viewer] = field(default_factory=list)
    joining: list[Viewer] = field(default_factory=list)

    def need_frame(self, pending: Pending) -> bool:
        """Whether any of them gets something in this tick."""
        return bool(self.joining or self.behind or (self.level and pending))


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
        self.for_looks = ForLooks(planes)
        self.cache = TileCache()
        self.refiner = Refiner(self.history)
        self.motion = Motion(planes)
        self.video_encoders = VideoEncoders(planes, new_encoder)
        for surface in planes.values():
            self.history.renewed(0, surface.id, whole_of(surface), now)

    def sees(self, viewer: Viewer, plane: str) -> bool:
        """Whether the viewer looks at where the plane lies now."""
        surface = self._planes.get(plane)
        return surface is not None and viewer.look.shows(surface)

    def lacking(self, viewer: Viewer) -> dict[str, int]:
        """Planes that it looks at and hasn't the newest pixels of: since which frame."""
        if not viewer.stale and self.history.damage_seq <= viewer.last_sent:
            return {}
        stale, names = viewer.stale, self.for_looks.names(viewer.look)
        lacking: dict[str, int] = {}
        if not self._are_apart(viewer, names):
            for plane, since in stale.items():  # in their order: what comes first is sent first
                if plane in names and self.sees(viewer, plane):
                    lacking[plane] = since
        for plane in self.history.damaged_since(viewer.last_sent):
            if plane in names and plane not in stale and self.sees(viewer, plane):
                lacking[plane] = viewer.last_sent
        return lacking

    def _are_apart(self, viewer: Viewer, names: set[str]) -> bool:
        """Whether none of its stale planes is for its look, as where it has all of its faces.

        That is asked several times a tick, and is so until something changes: the look, what is
        stale, or which planes are for which looks.
        """
        now = viewer.stale, names, self.for_looks.version
        known = viewer.apart
        if known is not None and all(map(operator.is_, known[:2], now)) and known[2] == now[2]:
            return True
        are_apart = viewer.stale.keys().isdisjoint(names)
        viewer.apart = now if are_apart else None
        return are_apart

    def refinable(self, viewer: Viewer, now: float) -> dict[str, Region]:
        """What it looks at, has with loss, and doesn't change any more."""
        if not viewer.lossy or viewer.refine_at is None or viewer.refine_at > now:
            return {}
        small = viewer.downscale.shown > 1
        seen = [] if small else [plane for plane in viewer.lossy if self.sees(viewer, plane)]
        if not seen:
            viewer.refine_at = None  # until it looks elsewhere or closer, or something moves
            return {}
        # A running video brings all of its plane with loss, also what doesn't change.
        running = self.video_encoders.is_running
        resting = [plane for plane in seen if not running(plane, viewer, now)]
        if not resting:
            viewer.refine_at = now + LOOK_AGAIN_SECONDS
            return {}
        return self.refiner.due(viewer, resting, now)

    def is_behind(self, viewer: Viewer) -> bool:
        """Whether it misses something of frames that are over, or shows more pixels than it has."""
        history, has = self.history, viewer.last_sent
        # Asked for each viewer, several times a frame: first what is known without a call.
        return (
            (history.places_seq > has and history.moved_since(has))
            or ((history.damage_seq > has or bool(viewer.stale)) and bool(self.lacking(viewer)))
            or (viewer.maybe_too_small and bool(self.too_small(viewer)))
        )

    def too_small(self, viewer: Viewer) -> dict[str, Region]:
        """What it looks at and has in fewer pixels than it shows."""
        return self.refiner.too_small(viewer, self._planes, self.sees)

    def damaged(self, pending: Pending) -> list[Surface]:
        """The planes whose pixels have changed: a viewer that shows one must get that."""
        return self.there(plane for plane, change in pending.planes.items() if change.damage)

    def there(self, planes: Iterable[str]) -> list[Surface]:
        """Those of the planes that are still there."""
        surfaces = map(self._planes.get, planes)
        return [surface for surface in surfaces if surface is not None]

    def sort(self, viewers: Iterable[Viewer], now: float) -> dict[Profile, Kinds]:
        """Viewers who are ready, by profile and by what they need.

        To be asked before the tick's changes are taken: these make nobody behind.
        """
        kinds: dict[Profile, Kinds] = {}
        for viewer in viewers:
            if viewer.last_sent < self.history.forgotten_seq:
                viewer.needs_keyframe = True
            state = viewer.state(self.is_behind, now)
            refining = state is LOSSY and bool(self.refinable(viewer, now))
            lacking = refining or state is BEHIND or state is JOINING
            profile = viewer.profile(now, lacking=lacking)
            kind = kinds.get(profile)
            if kind is None:
                kind = kinds[profile] = Kinds()
            if not lacking:
                kind.level.append(viewer)
            elif state is not JOINING:
                kind.behind.append(viewer)
                if refining:
                    kind.refining.append(viewer)
            elif viewer.keyframe_after <= now:
                kind.joining.append(viewer)
        return kinds

    def take(self, tick: Tick) -> list[str]:
        """The tick's changes become history; gives the planes that are gone."""
        seq, now, taken = tick.seq, tick.now, tick.pending
        for plane in taken.removed:
            self.cache.drop(plane)
            self.video_encoders.drop(plane)
            self.motion.drop(plane)
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
                    self.motion.changed(plane, change, now)
        return taken.removed

    def plan(
        self,
        plan: Plan,
        tick: Tick,
        kinds: Mapping[Profile, Kinds],
        viewers: Collection[Viewer],
    ) -> None:
        """Put the frames for level, behind and joining viewers of all profiles into a plan.

        ``viewers`` are all that are attached, for the codecs of videos.
        """
        changes = tick.pending.planes
        frames = self.video_encoders.frames(changes, _recipients(kinds), viewers, tick.now)
        builder = Builder(plan, self._planes, self.cache)
        groups = _Groups(self, builder, tick, frames)
        pixels = any(change.painted for change in changes.values())
        for profile, kind in _shared(kinds, frames, pixels=pixels).items():
            plan.groups += groups.of(profile, kind)
        plan.forwarded = builder.forwarded
        for frame in plan.video_frames:
            self.video_encoders.used(frame, tick.now)

    def head(self, tick: Tick, base: int) -> Frame:
        """A frame with all places and removals since its base."""
        return Frame(
            self._epoch,
            tick.seq,
            base,
            tick.time_us,
            planes=self._places(self.history.placed_since(base)),
            removed=self.history.removals_since(base),
            cause=tick.cause,
        )

    def keyframe(self, tick: Tick) -> Frame:
        """A frame with all places."""
        places = self._places(self.history)
        return Frame(self._epoch, tick.seq, tick.seq, tick.time_us, keyframe=True, planes=places)

    def _places(self, planes: Iterable[str]) -> tuple[PlanePlace, ...]:
        return tuple(
            place_of(surface)
            for plane in planes
            if (surface := self._planes.get(plane)) is not None
        )


def _recipients(kinds: Mapping[Profile, Kinds]) -> Iterator[Recipient]:
    """All viewers that may get what changes; those behind only to be refined missed nothing."""
    for profile, kind in kinds.items():
        for viewer in kind.level:
            yield Recipient(viewer, profile, current=True)
        refining = {viewer.id for viewer in kind.refining}
        for viewer in kind.behind:
            yield Recipient(viewer, profile, current=viewer.id in refining)


def _shared(
    kinds: Mapping[Profile, Kinds], video_frames: VideoFrames, *, pixels: bool
) -> dict[Profile, Kinds]:
    """The same viewers in as few profiles as this tick needs.

    What differs in videos alone is equal where there are none. Where no ``pixels`` go out, places,
    fills and copies are the same for all who are level.
    """
    shared: dict[Profile, Kinds] = {}
    for profile, kind in kinds.items():
        reduced = video_frames.reduced(profile)
        others = shared.setdefault(reduced, Kinds())
        level = others if pixels else shared.setdefault(Profile(), Kinds())
        level.level += kind.level
        others.behind += kind.behind
        others.joining += kind.joining
    return shared


class _Groups:
    """Makes the groups of one tick."""

    def __init__(
        self, planner: Planner, builder: Builder, tick: Tick, video_frames: VideoFrames
    ) -> None:
        self._planner = planner
        self._builder = builder
        self._tick = tick
        self._taken = tick.pending
        self._video_frames = video_frames

    def of(self, profile: Profile, kinds: Kinds) -> list[Group]:
        """At most three frames, in their order, for viewers of a profile."""
        groups: list[Group] = []
        level, late = self._video_frames.split(profile, self._concerned(kinds.level))
        # Viewers that can't decode a video's next picture get newest pixels, like those behind.
        behind = [*kinds.behind, *late]
        fresh = self._level(profile, level) if level else None
        if behind:
            catch_up = self._catch_up(behind)
            if fresh is not None and self._suffices(fresh, catch_up, behind):
                self._share(fresh, behind, catch_up)
            else:
                groups.append(self._behind(profile, behind, catch_up))
        if fresh is not None:
            groups.append(fresh)
        if kinds.joining:
            groups.append(self._joining(profile, kinds.joining))
        return groups

    def _concerned(self, viewers: list[Viewer]) -> list[Viewer]:
        """Those for whom there is something among the changes."""
        if self._taken.moves:
            return viewers
        damaged = self._planner.damaged(self._taken)
        return [viewer for viewer in viewers if any(map(viewer.look.shows, damaged))]

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

    def _catch_up(self, viewers: list[Viewer]) -> CatchUp:
        floors: dict[str, int] = {}
        lossy: dict[str, Region] = {}
        downscaled: dict[str, Region] = {}
        for viewer in viewers:
            for plane, since in self._planner.lacking(viewer).items():
                floors[plane] = min(floors.get(plane, since), since)
            add(downscaled, self._planner.too_small(viewer))
            add(lossy, self._planner.refinable(viewer, self._tick.now))
        history = self._planner.history
        regions = {plane: history[plane].since(since) for plane, since in floors.items()}
        downscaled = without(downscaled, regions)
        return CatchUp(floors, regions, downscaled, without(without(lossy, regions), downscaled))

    def _behind(self, profile: Profile, viewers: list[Viewer], catch_up: CatchUp) -> Group:
        builder = self._builder
        builder.next_group(builders.GROUP_PIXELS, profile)
        group = Group(tuple(viewers), self._head(viewers), profile)
        for plane, floor in sorted(catch_up.floors.items(), key=lambda item: item[1]):
            if builder.full:
                break
            if self._as_video(group, plane):
                continue
            group.items += builder.region(plane, catch_up.regions[plane])
            group.floors[plane] = floor
        for plane, region in catch_up.downscaled.items():
            if builder.full:
                break
            group.items += builder.region(plane, region)
        for plane, region in catch_up.lossy.items():
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

    def _suffices(self, fresh: Group, catch_up: CatchUp, behind: list[Viewer]) -> bool:
        """Whether a frame for level viewers also holds all that those behind need."""
        if (
            catch_up.lossy
            or catch_up.downscaled
            or any(isinstance(item, CopyOp) for item in fresh.items)
        ):
            return False
        able, _ = self._video_frames.split(fresh.profile, behind)
        return len(able) == len(behind) and all(
            plane in fresh.video_positions
            or (plane in fresh.floors and self._taken.planes[plane].covers(region))
            for plane, region in catch_up.regions.items()
        )

    def _share(self, fresh: Group, behind: list[Viewer], catch_up: CatchUp) -> None:
        """One frame for both kinds: those behind need no more than has just changed."""
        fresh.viewers = (*fresh.viewers, *behind)
        fresh.head = self._head(fresh.viewers)
        for plane, floor in catch_up.floors.items():
            fresh.floors[plane] = min(fresh.floors[plane], floor)

    def _joining(self, profile: Profile, viewers: list[Viewer]) -> Group:
        builder = self._builder
        builder.next_group(builders.GROUP_PIXELS, profile)
        group = Group(tuple(viewers), self._planner.keyframe(self._tick), profile)
        for place in group.head.planes:
            if builder.full:
                break
            if any(self._planner.sees(viewer, place.plane) for viewer in viewers):
                group.items += builder.whole(place.plane)
                group.floors[place.plane] = NOTHING
        return group

    def _head(self, viewers: Iterable[Viewer]) -> Frame:
        base = min(viewer.last_sent for viewer in viewers)
        return self._planner.head(self._tick, base)
