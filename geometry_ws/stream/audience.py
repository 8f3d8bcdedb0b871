"""The viewers' side of a stream: they join, look, acknowledge, pause, resume and go.

What they then get is decided in planner.py, when in stream.py.
"""

from geometry_ws.scene.attention import Look
from geometry_ws.stream.overview import Overview
from geometry_ws.stream.planner import Planner
from geometry_ws.stream.presented import Presented
from geometry_ws.stream.roster import Resume, Roster
from geometry_ws.stream.viewer import Joining


class Audience:
    """All viewers of a stream, and what is known of them."""

    def __init__(self, epoch: str, planner: Planner, now: float) -> None:
        self.epoch = epoch
        self.seq = 0
        self._planner = planner
        self._roster = Roster()
        self._viewers = self._roster.viewers
        self._presented = Presented()
        self._overview = Overview(now)

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
            self._planner.settling.acked(viewer)
            if painted > before:
                self._overview.ledger.acked(painted, now)
                self._presented.acked(viewer, (before, painted), self._planner.sees, now)
        return True

    def refresh(self, viewer: int) -> bool:
        """A viewer couldn't apply a frame: it gets a keyframe; False when it isn't attached."""
        found = self._viewers.get(viewer)
        if found is None:
            return False
        self._overview.count("refreshes")
        found.drop_transfer()
        found.needs_keyframe = True
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
            if not viewer.hidden
            and viewer.flow.stuck_at is not None
            and viewer.flow.stuck_at <= now
        )
        for viewer_id in stuck:
            self.detach(viewer_id)
        self._overview.count("stuck", len(stuck))
        return stuck

    @property
    def has_news(self) -> bool:
        """Whether `Stream.presented` would say something."""
        return self._presented.has_news

    @property
    def viewers(self) -> tuple[int, ...]:
        """Who is attached."""
        return tuple(self._viewers)

    @property
    def looks(self) -> tuple[Look, ...]:
        """What is looked at, by viewers who aren't away."""
        return tuple(viewer.look for viewer in self._viewers.values() if not viewer.hidden)

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
