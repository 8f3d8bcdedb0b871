"""A stream: the world as frames, for any number of viewers, each at its own pace.

A tick is `plan` → `Plan.encode` (in any thread) → `commit`, one at a time; planner.py says who
gets what. A frame that is too large for one message goes part by part, at each viewer's own pace
(transfers.py); meanwhile its viewer gets nothing else. Nobody has a queue: who isn't ready is
left out, and what it lacks is known from the planes' history.

Neither clock nor network are known here: `now`, in seconds, is handed in, messages are handed out.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from geometry_ws.scene.attention import Look
from geometry_ws.scene.changes import Changes
from geometry_ws.scene.surface import Surface
from geometry_ws.stream.flow import Flow
from geometry_ws.stream.pending import Pending
from geometry_ws.stream.plan import Encoded, Group, Plan, lay_out
from geometry_ws.stream.planner import Planner
from geometry_ws.stream.tokens import Seen, Tokens
from geometry_ws.stream.transfers import Publish, begin, bound, pump, unfinished
from geometry_ws.stream.viewer import Viewer, ViewerStats

INTERVAL_SECONDS: Final = 0.016
"""From tick to tick in the long run, at the least: what screens show at most."""

EARLY_SECONDS: Final = 0.008
"""How much earlier than that one tick may come, the next being so much later: a program that draws
sixty times a second would drift against a strict interval and wait for most of it."""


class Outcome(NamedTuple):
    """What a tick came to: messages in their order, and tokens of commits that were shown."""

    publishes: tuple[Publish, ...]
    seen: tuple[Seen, ...]


class StreamStats(NamedTuple):
    """Numbers for people; all but ``seq`` and ``viewers`` count from the start or are bytes."""

    seq: int
    viewers: tuple[ViewerStats, ...]
    publishes: int
    bytes: int
    cached_bytes: int
    transfer_bytes: int


class Stream:
    """Frames of a live mapping of surfaces, of which `changed` must be told every change."""

    def __init__(self, epoch: str, planes: Mapping[str, Surface]) -> None:
        self.epoch = epoch
        self.seq = 0
        self._planes = planes
        self._planner = Planner(epoch, planes)
        self._pending = Pending()
        self._tokens = Tokens()
        self._viewers: dict[int, Viewer] = {}
        self._left: dict[int, tuple[Flow, float]] = {}
        self._planning: Plan | None = None
        self._next_tick = float("-inf")
        self._publishes = 0
        self._bytes = 0

    def attach(self, viewer: int, look: Look | None, now: float) -> None:
        """A viewer joins, or begins again: it gets a keyframe. None looks at everything.

        What is still in flight from before counts on, and so does the time since its last
        keyframe, or attaching again and again would be a way round both bounds.
        """
        self.detach(viewer)
        flow, keyframe_after = self._left.pop(viewer, (None, now))
        if flow is None or (flow.stuck_at is not None and flow.stuck_at <= now):
            flow = Flow(now)
        joined = self._viewers[viewer] = Viewer(viewer, look, flow, now)
        joined.keyframe_after = keyframe_after

    def look(self, viewer: int, look: Look, now: float) -> bool:
        """A viewer shows something else; False when it isn't attached."""
        return self._show(viewer, now, look=look)

    def pause(self, viewer: int, now: float, *, paused: bool) -> bool:
        """A viewer wants nothing for a while, or goes on; False when it isn't attached."""
        return self._show(viewer, now, paused=paused)

    def ack(
        self, viewer: int, epoch: str, seq: int, part: int, draw_us: int, now: float
    ) -> bool:  # fmt: skip
        """A viewer painted everything up to a part of a frame; says whether that was news."""
        found = self._viewers.get(viewer)
        flow = self._left.get(viewer, (None, now))[0] if found is None else found.flow
        return flow is not None and epoch == self.epoch and flow.ack(seq, part, draw_us, now)

    def refresh(self, viewer: int) -> bool:
        """A viewer couldn't apply a frame: it gets a keyframe; False when it isn't attached."""
        found = self._viewers.get(viewer)
        if found is None:
            return False
        found.drop_transfer()
        found.needs_keyframe = True
        return True

    def detach(self, viewer: int) -> bool:
        """A viewer wants no more; False when it isn't attached. It counts until `forget`."""
        found = self._viewers.pop(viewer, None)
        if found is None:
            return False
        self._left[viewer] = found.flow, found.keyframe_after
        return True

    def forget(self, viewer: int) -> None:
        """A session is gone for good, whether it was a viewer or not."""
        self.detach(viewer)
        self._left.pop(viewer, None)

    def expire(self, now: float) -> tuple[int, ...]:
        """Detach viewers that are stuck (see flow.py) and say which; the shell tells them why."""
        stuck = tuple(
            viewer.id
            for viewer in self._viewers.values()
            if not viewer.hidden
            and viewer.flow.stuck_at is not None
            and viewer.flow.stuck_at <= now
        )
        for viewer_id in stuck:
            self.detach(viewer_id)
        return stuck

    @property
    def viewers(self) -> tuple[int, ...]:
        """Who is attached."""
        return tuple(self._viewers)

    @property
    def looks(self) -> tuple[Look, ...]:
        """What is looked at, by viewers who aren't away."""
        return tuple(viewer.look for viewer in self._viewers.values() if not viewer.hidden)

    def stats(self) -> StreamStats:
        """Numbers for people."""
        viewers = self._viewers.values()
        return StreamStats(
            seq=self.seq,
            viewers=tuple(viewer.stats() for viewer in viewers),
            publishes=self._publishes,
            bytes=self._bytes,
            cached_bytes=self._planner.cache.size_bytes,
            transfer_bytes=sum(transfer.size_bytes for transfer in unfinished(viewers)),
        )

    def changed(self, changes: Changes, token: object = None) -> None:
        """The world has changed; to be called right after each step of the world.

        A token that isn't None comes out of a later `commit`, when what the step did is on its
        way to somebody who looks. Where nobody looks it never comes out: the caller gives up by
        itself.
        """
        self._pending.add(changes)
        if token is not None:
            self._tokens.add(token, frozenset(changes.planes))

    def drop_token(self, token: object) -> None:
        """Nobody waits for this commit any more."""
        self._tokens.drop(token)

    def next_due(self, now: float) -> float | None:
        """When to wake next (`expire`, then a tick); None: not before something happens.

        Ask after each call of another method; while a tick is under way, after its commit.
        """
        if self._planning is not None:
            return None
        soonest = self._next_tick - EARLY_SECONDS
        viewers = self._viewers.values()
        if any(one.transfer is not None and one.ready(now) for one in viewers):
            return now
        due: float | None = None
        for viewer in viewers:
            wake = self._wakes(viewer, soonest, now)
            if wake is not None and (due is None or wake < due):
                due = wake
                if due <= soonest:
                    break  # nothing is earlier
        return None if due is None else max(due, now)

    def plan(self, now: float, time_us: int | None = None) -> Plan:
        """Decide what goes to whom, and copy out its pixels.

        ``time_us`` is written into the frames: wall clock, in microseconds; else `now` is.
        """
        if self._planning is not None:
            raise RuntimeError("a tick is under way")
        ready = [one for one in self._viewers.values() if one.free(now)]
        for viewer in ready:
            if viewer.last_sent < self._planner.history.forgotten_seq:
                viewer.needs_keyframe = True
        joining = [one for one in ready if one.needs_keyframe and one.keyframe_after <= now]
        level: list[Viewer] = []
        behind: list[Viewer] = []
        for viewer in ready:
            if not viewer.needs_keyframe:
                (behind if self._planner.is_behind(viewer) else level).append(viewer)
        plan = self._planning = Plan(self.seq)
        framed = bool(joining or behind or (level and self._pending))
        self._pace(now, framed)
        if framed:
            plan.seq = self.seq = self.seq + 1
            taken, self._pending = self._pending, Pending()
            for plane in self._planner.flush(self.seq, taken):
                for viewer in self._viewers.values():
                    viewer.stale.pop(plane, None)
            stamp = int(now * 1e6) if time_us is None else time_us
            self._planner.fill(plan, taken, (level, behind, joining), stamp)
        if ready and not self._pending:
            self._tokens.planned(self.seq)
        return plan

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
        for op in plan.kept(encoded):
            self._planner.cache.put(op)
        for group in plan.groups:
            viewers = [one for one in group.viewers if self._fits(one, group, now)]
            if viewers:
                begin(group, viewers, lay_out(group.head, plan.ops(group, encoded)), now)
        bound(self._viewers.values(), now)
        publishes = pump(self._viewers.values(), self._planner.history, now)
        self._publishes += len(publishes)
        self._bytes += sum(one.frame.cost_bytes * len(one.eligible) for one in publishes)
        seen = self._tokens.seen(self._viewers.values(), self._planes, self._planner.history)
        return Outcome(tuple(publishes), seen)

    def abandon(self, plan: Plan) -> None:
        """A plan couldn't be encoded: nobody got anything, so all of it is still due."""
        self._end(plan)

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
        if viewer.hidden:
            viewer.drop_transfer()
        elif was_hidden:
            viewer.flow.awake(now)
        return True

    def _wakes(self, viewer: Viewer, soonest: float, now: float) -> float | None:
        """When something is to be done for a viewer; None when only it can change that."""
        if viewer.hidden:
            return None
        if viewer.flow.ready(now) and viewer.transfer is None:
            soonest = max(soonest, viewer.wait_until)
            if viewer.needs_keyframe:
                return max(soonest, viewer.keyframe_after)
            planner = self._planner
            if (
                planner.concerns(self._pending, viewer)
                or planner.is_behind(viewer)
                or any(planner.sees(viewer, plane) for plane in self._tokens.unplanned_planes())
            ):
                return soonest
        return viewer.flow.stuck_at
