"""A stream that holds every step of every viewer against the table of states in viewer.py.

What leads from state to state is noted, so that a test can ask for a transition by name.
"""

from geometry_ws.stream.stream import Stream
from geometry_ws.stream.viewer import STATES, Event, State


class WatchedStream(Stream):
    """Raises AssertionError where a viewer goes a way that isn't in the table.

    Methods that aren't named here ask for something and lead nowhere.
    """

    def __init__(self, epoch, planes, now=0.0, new_encoder=None) -> None:
        super().__init__(epoch, planes, now, new_encoder)
        self.time = now
        self.states: dict[int, State] = {}
        self.transitions: list[tuple[State, Event, State]] = []

    def state(self, viewer_id: int) -> State:
        """The state of a viewer now, whether it is attached or not."""
        viewer = self._viewers.get(viewer_id)
        if viewer is None:
            return State.DETACHED
        return viewer.state(self._planner.is_behind, self.time)

    def attach(self, viewer_id, look, now, joining=None, resume=None):
        self._pass(now)
        resumed = super().attach(viewer_id, look, now, joining, resume)
        self._check(Event.ATTACH, viewer_id, others=Event.LEAVE)  # a session that is taken over
        return resumed

    def look(self, viewer_id, look, now):
        self._pass(now)
        attached = super().look(viewer_id, look, now)
        self._check(Event.HIDE if look.hidden else Event.LOOK, viewer_id)
        return attached

    def pause(self, viewer_id, now, *, paused):
        self._pass(now)
        attached = super().pause(viewer_id, now, paused=paused)
        self._check(Event.PAUSE if paused else Event.GO_ON, viewer_id)
        return attached

    def ack(self, viewer_id, epoch, seq, part, draw_us, now):
        self._pass(now)
        news = super().ack(viewer_id, epoch, seq, part, draw_us, now)
        self._check(Event.ACK, viewer_id)
        return news

    def refresh(self, viewer_id):
        attached = super().refresh(viewer_id)
        self._check(Event.REFRESH, viewer_id)
        return attached

    def detach(self, viewer_id):
        attached = super().detach(viewer_id)
        self._check(Event.LEAVE, viewer_id)
        return attached

    def forget(self, viewer_id, now):
        self._pass(now)
        super().forget(viewer_id, now)
        self._check(Event.LEAVE, viewer_id)

    def expire(self, now):
        self._pass(now)
        return super().expire(now)

    def changed(self, changes, token=None, now=None, cause=None):
        super().changed(changes, token, now, cause)
        self._check(Event.CHANGE)

    def plan(self, now, time_us=None):
        self._pass(now)
        plan = super().plan(now, time_us)
        self._check(Event.PLAN)
        return plan

    def commit(self, plan, encoded, now):
        self._pass(now)
        outcome = super().commit(plan, encoded, now)
        self._check(Event.SEND)
        return outcome

    def _pass(self, now: float) -> None:
        self.time = now
        self._check(Event.WAIT)

    def _check(self, event: Event, only: int | None = None, others: Event | None = None) -> None:
        """Note what an event has done to all viewers, or to ``only`` one and nothing to others."""
        for viewer_id in {*self._viewers, *self.states}:
            before, after = self.states.get(viewer_id, State.DETACHED), self.state(viewer_id)
            happened = event if only in (None, viewer_id) else others
            if before is not after or (happened is not None and happened is not others):
                assert happened is not None, f"{event} of {only}: {viewer_id} {before} -> {after}"
                ways = STATES[before].leads.get(happened, (before,))
                assert after in ways, f"viewer {viewer_id}: {before}, {happened} -> {after}"
                self.transitions.append((before, happened, after))
            self.states[viewer_id] = after
