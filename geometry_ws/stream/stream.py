"""A stream: changes, looks and acks come in; ticks and messages go out.

A tick is `plan`, `Plan.encode` in any thread, then `commit`; one at a time. Times are seconds of
the caller's clock. The package's docstring says how all of it works.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from geometry_ws.render.video import EncoderFactory, VideoFailed
from geometry_ws.scene.attention import Look
from geometry_ws.scene.changes import Changes
from geometry_ws.scene.surface import Surface
from geometry_ws.stream.frame import Cause, FrameCause
from geometry_ws.stream.pace import acks_per_second
from geometry_ws.stream.pending import Pending
from geometry_ws.stream.plan import Encoded, Group, Plan
from geometry_ws.stream.planner import Planner, Tick
from geometry_ws.stream.presented import PresentedFrame, PresentedFrames, SeenCommit, WaitingCommits
from geometry_ws.stream.roster import Resume, Roster
from geometry_ws.stream.stats import Overview, StreamStats, viewer_stats
from geometry_ws.stream.transfers import Publish, begin, bound, pump, unfinished
from geometry_ws.stream.viewer import (
    BEHIND,
    HIDDEN,
    JOINING,
    PAUSED,
    RECEIVING,
    WAITING,
    Joining,
    Viewer,
)

INTERVAL_SECONDS: Final = 0.016
"""From tick to tick in the long run, at the least: what screens show at most."""

EARLY_SECONDS: Final = 0.008
"""How much earlier than that one tick may come, the next being so much later: a program that draws
sixty times a second would drift against a strict interval and wait for most of it."""

_AWAY: Final = (PAUSED, HIDDEN)
_UNTIL_AN_ACK: Final = (JOINING, WAITING, RECEIVING)


class Outcome(NamedTuple):
    """What a tick came to: messages in their order, and tokens of commits that were shown."""

    publishes: tuple[Publish, ...]
    seen: tuple[SeenCommit, ...]


@dataclass
class _Asked:
    """What is the same for all viewers when it is asked when to wake for them.

    Most of the time no viewer's answer needs `damaged` and `unplanned`, and there may be thousands
    of planes, so they are gathered when they are needed.
    """

    now: float
    soonest: float
    planner: Planner
    pending: Pending
    waiting_commits: WaitingCommits

    @cached_property
    def damaged(self) -> list[Surface]:
        """The planes with changed pixels that no tick has taken."""
        return self.planner.damaged(self.pending)

    @cached_property
    def unplanned(self) -> list[Surface]:
        """The planes of commits of which no tick has decided whether somebody sees them."""
        return self.planner.there(self.waiting_commits.unplanned_planes())

    def lacks_something(self, viewer: Viewer) -> bool:
        """Whether it lacks something, now or after the next tick; the latter is cheaper to ask."""
        return (
            self.pending.moves
            or any(map(viewer.look.shows, self.damaged))
            or self.planner.is_behind(viewer)
        )


class Stream:
    """Frames of a live mapping of surfaces, of which `changed` must be told every change.

    ``new_encoder`` makes the encoders of videos, in the codecs that viewers name; without it
    nothing is sent as video.
    """

    def __init__(
        self,
        epoch: str,
        planes: Mapping[str, Surface],
        now: float = 0.0,
        new_encoder: EncoderFactory | None = None,
    ) -> None:
        self.epoch = epoch
        self.seq = 0
        self._planes = planes
        self._planner = Planner(epoch, planes, now, new_encoder)
        self._roster = Roster()
        self._viewers = self._roster.viewers
        self._presented = PresentedFrames()
        self._overview = Overview(now)
        self._pending = Pending()
        self._waiting_commits = WaitingCommits()
        self._planning: Plan | None = None
        self._next_tick = float("-inf")

    def attach(
        self,
        viewer: int,
        look: Look | None,
        now: float,
        joining: Joining | None = None,
        resume: Resume | None = None,
    ) -> bool:
        """A viewer joins, or begins again: it gets a keyframe. None looks at everything.

        True when it goes on where it was, with what it says that it has, and needs no keyframe.
        """
        if resume is not None and resume.epoch != self.epoch:
            resume = None
        joining = joining or Joining()
        resumed = self._roster.join(viewer, look, joining, now, resume)
        self._overview.count("attaches")
        self._overview.count("resumes", int(resumed))
        return resumed

    def look(self, viewer: int, look: Look, now: float) -> bool:
        """A viewer shows something else; False when it isn't attached."""
        return self._show(viewer, now, look=look)

    def pause(self, viewer: int, now: float, *, paused: bool) -> bool:
        """A viewer wants nothing for a while, or goes on; False when it isn't attached."""
        return self._show(viewer, now, paused=paused)

    def ack(
        self, viewer_id: int, epoch: str, seq: int, part: int, draw_us: int, now: float
    ) -> bool:
        """A viewer painted everything up to a part of a frame; says whether that was news."""
        flow = self._roster.flow(viewer_id)
        if flow is None or epoch != self.epoch:
            return False
        before = flow.painted
        if not flow.ack(seq, part, draw_us, now):
            return False
        self._overview.acked(flow.lag)
        viewer = self._viewers.get(viewer_id)
        if viewer is not None:
            painted = min(flow.painted, viewer.last_sent)
            viewer.acked(painted, now)
            self._planner.refiner.acked(viewer)
            if painted > before:
                self._overview.ledger.acked(painted, now)
                self._presented.acked(viewer, (before, painted), self._planner.sees, now)
        return True

    def refresh(self, viewer_id: int) -> bool:
        """A viewer couldn't apply a frame: it gets a keyframe; False when it isn't attached."""
        viewer = self._viewers.get(viewer_id)
        if viewer is None:
            return False
        self._overview.count("refreshes")
        viewer.drop_transfer()
        viewer.needs_keyframe = True
        return True

    def detach(self, viewer: int) -> bool:
        """A viewer wants no more; False when it isn't attached. It counts until `forget`."""
        return self._roster.leave(viewer) is not None

    def forget(self, viewer: int, now: float) -> None:
        """A session is gone for good, whether it was a viewer or not; it may resume for a while."""
        self._roster.forget(viewer, now)

    def expire(self, now: float) -> tuple[int, ...]:
        """Detach viewers that are stuck (see flow.py) and say which; the shell tells them why."""
        stuck = tuple(
            viewer.id
            for viewer in self._viewers.values()
            if viewer.flow.is_stuck(now) and not viewer.hidden
        )
        for viewer_id in stuck:
            self.detach(viewer_id)
        self._overview.count("stuck", len(stuck))
        return stuck

    @property
    def has_news(self) -> bool:
        """Whether `presented` would say something."""
        return self._presented.has_news

    @property
    def viewers(self) -> tuple[int, ...]:
        """The sessions of all viewers that are attached."""
        return tuple(self._viewers)

    def look_of(self, viewer: int) -> Look | None:
        """What a viewer shows; None when it isn't attached."""
        attached = self._viewers.get(viewer)
        return None if attached is None else attached.look

    @property
    def looks(self) -> tuple[Look, ...]:
        """What is looked at, by viewers that aren't away."""
        return tuple(viewer.look for viewer in self._viewers.values() if not viewer.hidden)

    def presented(self) -> list[PresentedFrame]:
        """What has been painted since this was asked last, of surfaces whose owners want to know.

        Only acks make news here.
        """
        return self._presented.take()

    def stats(self, now: float) -> StreamStats:
        """Numbers for people."""
        viewers = self._viewers.values()
        return self._overview.stats(
            self.seq,
            [viewer_stats(viewer, self.seq, self._planner.is_behind, now) for viewer in viewers],
            self._planner.cache.size_bytes,
            sum(transfer.size_bytes for transfer in unfinished(viewers)),
            self._planner.motion.videos(now),
            now,
        )

    def changed(
        self,
        changes: Changes,
        token: object = None,
        now: float | None = None,
        cause: Cause | None = None,
    ) -> None:
        """The world has changed; to be called right after each step of the world.

        A token that isn't None comes out of a later `commit`, when what the step did is on its
        way to a viewer that looks. Where no viewer looks it never comes out: the caller gives up by
        itself. ``now`` and ``cause`` are for the ledger.
        """
        # the time until somebody comes to look is no time that an answer takes
        watched = any(not viewer.hidden for viewer in self._viewers.values())
        self._pending.add(changes, now if watched else None, cause)
        self._planner.for_looks.changed(changes)
        if cause is not None:
            self._overview.ledger.took("input_commit", cause.commit_time - cause.input_time)
        if token is not None:
            self._waiting_commits.add(token, frozenset(changes.planes))

    def drop_token(self, token: object) -> None:
        """No program waits for this commit any more."""
        self._waiting_commits.drop(token)

    def next_due(self, now: float) -> float | None:
        """When to wake next (`expire`, then a tick); None: not before something happens.

        Ask after each call of another method; while a tick is under way, after its commit.
        """
        if self._planning is not None:
            return None
        viewers = self._viewers.values()
        if any(viewer.transfer is not None and viewer.ready(now) for viewer in viewers):
            return now
        due = self._planner.video_encoders.closes_at
        asked = self._asked(now)
        for viewer in viewers:
            wake = _wakes(viewer, asked)
            if wake is not None and (due is None or wake < due):
                due = wake
                if due <= asked.soonest:
                    break  # nothing is earlier
        return None if due is None else max(due, now)

    def due_for(self, viewer_id: int, now: float) -> float | None:
        """When to wake for one viewer: all that its ack can have changed.

        No other viewer's time is looked at, so a wake that is planned already must stay.
        """
        viewer = self._viewers.get(viewer_id)
        if viewer is None or self._planning is not None:
            return None
        if viewer.transfer is not None and viewer.ready(now):
            return now
        due = _wakes(viewer, self._asked(now))
        return None if due is None else max(due, now)

    def plan(self, now: float, time_us: int | None = None) -> Plan:
        """Decide what goes to whom, and copy out its pixels.

        ``time_us`` is written into the frames: wall clock, in microseconds; else `now` is.
        """
        if self._planning is not None:
            raise RuntimeError("a tick is under way")
        stamp = int(now * 1e6) if time_us is None else time_us
        ready = [viewer for viewer in self._viewers.values() if viewer.free(now)]
        self._planner.video_encoders.expire(now)
        kinds = self._planner.sort(ready, now)
        plan = self._planning = Plan(self.seq, now)
        framed = any(kind.need_frame(self._pending) for kind in kinds.values())
        self._pace(now, framed)
        if framed:
            tick = self._begin_tick(now, stamp)
            plan.seq = tick.seq
            plan.changed_since, plan.cause = tick.pending.since, tick.pending.cause
            self._planner.plan(plan, tick, kinds, self._viewers.values())
        if ready and not self._pending:
            self._waiting_commits.planned(self.seq)
        return plan

    def _begin_tick(self, now: float, stamp: int) -> Tick:
        """Take what has changed into the history of the next frame."""
        self.seq += 1
        pending, self._pending = self._pending, Pending()
        tick = Tick(self.seq, now, stamp, pending, _on_wire(pending.cause, now, stamp))
        gone = self._planner.take(tick)
        self._roster.planes_gone(gone)
        self._presented.drop(gone)
        if pending.moves:
            for viewer in self._viewers.values():
                viewer.look_again(now)
        for plane, change in pending.planes.items():
            if change.damage and self._planes[plane].presented:
                self._presented.framed(plane, self.seq)
        return tick

    def _pace(self, now: float, framed: bool) -> None:
        """A tick is made: say when the next is meant, counted from when this one was meant.

        Parts of transfers make ticks as well, so a frame may come earlier than its turn; what it
        costs the next one is bounded.
        """
        meant = max(self._next_tick, now) + INTERVAL_SECONDS
        if framed:
            self._next_tick = min(meant, now + 2 * INTERVAL_SECONDS)
        else:
            self._next_tick = max(self._next_tick, now + INTERVAL_SECONDS)

    def commit(self, plan: Plan, encoded: Encoded, now: float) -> Outcome:
        """Hand out a planned tick's messages; to be published at once, in their order."""
        self._end(plan)
        for frame, size_bytes in plan.videos(encoded):
            self._planner.video_encoders.succeeded(frame, size_bytes)
        for tile, encoding in plan.cacheable(encoded):
            self._planner.cache.put(tile, encoding)
        pace = acks_per_second(len(self._viewers))
        for group in plan.groups:
            viewers = [viewer for viewer in group.viewers if self._fits(viewer, group, now)]
            if viewers:
                if any(viewer.flow.acks_per_second != pace for viewer in viewers):
                    group.head = group.head._replace(acks_per_second=pace)
                begin(group, viewers, plan.parts(group, encoded), now)
        viewers_now = self._viewers.values()
        self._overview.count("dropped", bound(viewers_now, now))
        publishes = pump(viewers_now, self._planner.history, now)
        self._overview.sent(plan, encoded, publishes, now)
        seen = self._waiting_commits.seen(viewers_now, self._planes, self._planner.history)
        return Outcome(tuple(publishes), seen)

    def abandon(self, plan: Plan, problem: BaseException | None = None) -> None:
        """A plan couldn't be encoded: no viewer got anything, so all of it is still due."""
        self._end(plan)
        failed = problem.plane if isinstance(problem, VideoFailed) else None
        for frame in plan.video_frames:
            self._planner.video_encoders.failed(frame, itself=frame.plane == failed)

    def _end(self, plan: Plan) -> None:
        if plan is not self._planning:
            raise RuntimeError("this isn't the tick that is under way")
        self._planning = None

    def _fits(self, viewer: Viewer, group: Group, now: float) -> bool:
        """Whether a viewer may still get what was planned for it."""
        return (
            self._viewers.get(viewer.id) is viewer
            and viewer.ready(now)
            and viewer.transfer is None
            and viewer.needs_keyframe == group.head.keyframe
        )

    def _show(
        self, viewer_id: int, now: float, *, look: Look | None = None, paused: bool | None = None
    ) -> bool:
        viewer = self._viewers.get(viewer_id)
        if viewer is None:
            return False
        was_hidden = viewer.hidden
        viewer.look = viewer.look if look is None else look
        viewer.paused = viewer.paused if paused is None else paused
        viewer.look_again(now)
        if viewer.hidden:
            viewer.drop_transfer()
        elif was_hidden:
            viewer.flow.awake(now)
        return True

    def _asked(self, now: float) -> _Asked:
        soonest = self._next_tick - EARLY_SECONDS
        return _Asked(now, soonest, self._planner, self._pending, self._waiting_commits)


def _wakes(viewer: Viewer, asked: _Asked) -> float | None:
    """When something is to be done for a viewer; None when only it can change that."""
    state = viewer.state(asked.lacks_something, asked.now)
    if state in _AWAY:
        return None
    soonest, stuck = max(asked.soonest, viewer.wait_until), viewer.flow.stuck_at
    if state is JOINING and viewer.flow.ready(asked.now):
        return max(soonest, viewer.keyframe_after)
    if state in _UNTIL_AN_ACK:
        return stuck
    if state is BEHIND or any(map(viewer.look.shows, asked.unplanned)):
        return soonest
    if viewer.refine_at is None:
        return stuck
    refines_at = max(soonest, viewer.refine_at)
    return refines_at if stuck is None else min(refines_at, stuck)


def _on_wire(cause: Cause | None, now: float, stamp: int) -> FrameCause | None:
    """A cause with its times on the clock of the frame."""
    if cause is None:
        return None
    came, committed = (
        stamp - int((now - time) * 1e6) for time in (cause.input_time, cause.commit_time)
    )
    return FrameCause(cause.number, max(came, 0), max(committed, 0))
