"""Who is attached to a stream, who was, and who may go on where it was.

A viewer that detaches still counts: what is in flight to it, and when it had its last keyframe,
or attaching again and again would be a way round both bounds. One whose session ended is kept for
a while under its token, so that it can go on over another session; both are bounded.
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
        self, viewer: int, look: Look | None, joining: Joining, now: float, resume: Resume | None
    ) -> bool:
        """A viewer joins; says whether it goes on where it was."""
        self.leave(viewer)
        flow, keyframe_after = self._left.pop(viewer, (None, now))
        before = self._claim(resume, viewer) if flow is None else None
        if flow is None or (flow.stuck_at is not None and flow.stuck_at <= now):
            flow = Flow(now, joining.acks_per_second)
        if before is not None:
            flow.inherit(before.flow)
        joined = self.viewers[viewer] = Viewer(viewer, look, flow, now, joining)
        joined.keyframe_after = keyframe_after
        if before is None or resume is None:
            return False
        joined.quality = before.quality
        return joined.go_on(before, resume.seq, now)

    def flow(self, viewer: int) -> Flow | None:
        """What is in flight to somebody who is attached, or was in this session."""
        found = self.viewers.get(viewer)
        return self._left.get(viewer, (None, 0.0))[0] if found is None else found.flow

    def leave(self, viewer: int) -> Viewer | None:
        """A viewer wants no more; None when it isn't attached. It counts until `forget`."""
        found = self.viewers.pop(viewer, None)
        if found is not None:
            self._left[viewer] = found.flow, found.keyframe_after
        return found

    def forget(self, viewer: int, now: float) -> None:
        """A session is gone for good, whether it was a viewer or not."""
        found = self.leave(viewer)
        self._left.pop(viewer, None)
        self._expire(now)
        if found is not None and found.joining.token:
            found.drop_transfer()
            self._gone[found.joining.token] = found, now + RESUME_SECONDS
            if len(self._gone) > MOST_GONE:
                del self._gone[next(iter(self._gone))]

    def planes_gone(self, planes: Collection[str]) -> None:
        """These planes aren't there any more."""
        if planes:
            for viewer in (*self.viewers.values(), *(one for one, _ in self._gone.values())):
                for plane in planes:
                    viewer.gone(plane)

    def _claim(self, resume: Resume | None, viewer: int) -> Viewer | None:
        """Who was attached with this token; whose session may not have been found dead yet."""
        if resume is None:
            return None
        kept = self._gone.pop(resume.token, None)
        if kept is not None:
            return kept[0]
        for other in self.viewers.values():
            if other.joining.token and other.joining.token == resume.token and other.id != viewer:
                other.drop_transfer()
                return self.leave(other.id)
        return None

    def _expire(self, now: float) -> None:
        for token in [token for token, (_, until) in self._gone.items() if until <= now]:
            del self._gone[token]
