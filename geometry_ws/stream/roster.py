"""The viewers of a stream: those attached, those that left, and those that may resume.

A viewer that detaches still counts: what is in flight to it, and when it had its last keyframe.
Otherwise attaching again and again would be a way round both bounds. A viewer whose session ended
is remembered for a while under its token, so that it can go on over another session. The number of
these is bounded.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

from geometry_ws.scene.attention import Look
from geometry_ws.stream.flow import Flow
from geometry_ws.stream.viewer import Joining, Viewer

RESUME_SECONDS: Final = 30.0
"""How long a viewer may be away: longer than a network change, shorter than a lunch."""

MOST_GONE: Final = 256
"""Viewers that are kept after their session; each has at most some numbers for every plane."""


class Resume(NamedTuple):
    """What a viewer says that it has: its token, and the last frame that it painted."""

    token: str
    epoch: str
    seq: int


class Roster:
    """The viewers of one stream, by their sessions."""

    def __init__(self) -> None:
        self.viewers: dict[int, Viewer] = {}
        self._left: dict[int, tuple[Flow, float]] = {}
        self._gone: dict[str, tuple[Viewer, float]] = {}

    def __len__(self) -> int:
        return len(self.viewers)

    def join(
        self, viewer_id: int, look: Look | None, joining: Joining, now: float, resume: Resume | None
    ) -> bool:
        """A viewer joins; says whether it goes on where it was."""
        self.leave(viewer_id)
        flow, keyframe_after = self._left.pop(viewer_id, (None, now))
        before = self._claim(resume, viewer_id) if flow is None else None
        if flow is None or (flow.stuck_at is not None and flow.stuck_at <= now):
            flow = Flow(now, joining.acks_per_second)
        if before is not None:
            flow.inherit(before.flow)
        joined = self.viewers[viewer_id] = Viewer(viewer_id, look, flow, now, joining)
        joined.keyframe_after = keyframe_after
        if before is None or resume is None:
            return False
        joined.quality = before.quality
        return joined.go_on(before, resume.seq, now)

    def flow(self, viewer_id: int) -> Flow | None:
        """What is in flight to a viewer that is attached, or was in this session."""
        viewer = self.viewers.get(viewer_id)
        return self._left.get(viewer_id, (None, 0.0))[0] if viewer is None else viewer.flow

    def leave(self, viewer_id: int) -> Viewer | None:
        """A viewer wants no more; None when it isn't attached. It counts until `forget`."""
        viewer = self.viewers.pop(viewer_id, None)
        if viewer is not None:
            self._left[viewer_id] = viewer.flow, viewer.keyframe_after
        return viewer

    def forget(self, viewer_id: int, now: float) -> None:
        """A session is gone for good, whether it was a viewer or not."""
        viewer = self.leave(viewer_id)
        self._left.pop(viewer_id, None)
        self._expire(now)
        if viewer is not None and viewer.joining.token:
            viewer.drop_transfer()
            self._gone[viewer.joining.token] = viewer, now + RESUME_SECONDS
            if len(self._gone) > MOST_GONE:
                del self._gone[next(iter(self._gone))]

    def planes_gone(self, planes: Collection[str]) -> None:
        """These planes aren't there any more."""
        if planes:
            for viewer in (*self.viewers.values(), *(viewer for viewer, _ in self._gone.values())):
                for plane in planes:
                    viewer.gone(plane)

    def _claim(self, resume: Resume | None, viewer_id: int) -> Viewer | None:
        """The viewer that had this token; its old session may not have been noticed as dead yet."""
        if resume is None:
            return None
        gone = self._gone.pop(resume.token, None)
        if gone is not None:
            return gone[0]
        for other in self.viewers.values():
            if (
                other.joining.token
                and other.joining.token == resume.token
                and other.id != viewer_id
            ):
                other.drop_transfer()
                return self.leave(other.id)
        return None

    def _expire(self, now: float) -> None:
        for token in [token for token, (_, until) in self._gone.items() if until <= now]:
            del self._gone[token]
