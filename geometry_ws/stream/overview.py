"""Counts what a stream does, and puts its numbers together."""

from collections.abc import Callable, Iterable, Sequence

from geometry_ws.stream.flow import Rate
from geometry_ws.stream.ledger import Ledger
from geometry_ws.stream.plan import Encoded, Plan
from geometry_ws.stream.stats import Counts, State, StreamStats, ViewerStats
from geometry_ws.stream.transfers import Publish
from geometry_ws.stream.viewer import Viewer


class Overview:
    """Everything about a stream that is only for people."""

    def __init__(self, now: float) -> None:
        self.ledger = Ledger()
        self._counts = Counts()
        self._begun = now
        self._fps = Rate(now)

    def count(self, name: str, count: int = 1) -> None:
        """Something happened so many times; ``name`` is a field of `Totals`."""
        self._counts.add(name, count)

    def acked(self, lag: float) -> None:
        """An ack came, so long after what it answers."""
        self.ledger.took("frame_ack", lag)
        self.count("acks")

    def sent(
        self, plan: Plan, encoded: Encoded, publishes: Sequence[Publish], now: float
    ) -> None:  # fmt: skip
        """A tick's messages go out."""
        for name, count in (
            ("publishes", len(publishes)),
            ("bytes", sum(one.frame.cost_bytes * len(one.eligible) for one in publishes)),
            ("encodings", len(encoded)),
            ("encoded_bytes", sum(len(one[1]) for one in encoded)),
            ("forwarded", plan.forwarded),
            ("videos", len(plan.shots)),
        ):
            self.count(name, count)
        if plan.jobs:
            self.ledger.took("encode", now - plan.time)
        if not plan.groups:
            return
        self._fps.add(now)
        self.count("frames")
        self.count("keyframes", sum(group.head.keyframe for group in plan.groups))
        self.count("refined", sum(group.refined for group in plan.groups))
        if plan.changed_since is not None:
            self.ledger.took("commit_frame", now - plan.changed_since)
        if plan.cause is not None:
            self.ledger.framed(plan.seq, plan.cause)

    def stats(
        self,
        seq: int,
        viewers: Iterable[ViewerStats],
        cached_bytes: int,
        transfer_bytes: int,
        now: float,
    ) -> StreamStats:
        """All of it now."""
        return StreamStats(
            seq=seq,
            viewers=tuple(viewers),
            uptime=now - self._begun,
            fps=self._fps.value(now),
            cached_bytes=cached_bytes,
            transfer_bytes=transfer_bytes,
            totals=self._counts.totals(),
            ledger=self.ledger.spreads(),
        )


def viewer_stats(
    viewer: Viewer, seq: int, is_behind: Callable[[Viewer], bool], now: float
) -> ViewerStats:  # fmt: skip
    """One viewer's numbers; ``seq`` is the stream's newest frame."""
    flow = viewer.flow
    return ViewerStats(
        viewer=viewer.id,
        name=viewer.joining.name,
        state=_state(viewer, is_behind, now),
        fast=viewer.fast,
        shrink=viewer.shrinking.shrink(now),
        codecs=viewer.joining.codecs,
        fps=viewer.fps.value(now),
        frames=viewer.frames,
        skipped=max(0, seq - viewer.joining.seq - viewer.frames),
        messages=flow.sent_messages,
        bytes=flow.sent_bytes,
        in_flight_bytes=flow.in_flight_bytes,
        window_bytes=flow.window,
        bandwidth=flow.bandwidth,
        lag=flow.lag,
        round_trip=flow.round_trip,
        draw_us=flow.draw_us,
        acks=flow.acks,
        last_ack=flow.last_ack,
        stale_planes=len(viewer.stale),
        rough_planes=len(viewer.rough),
        attached=now - viewer.joined,
    )


def _state(viewer: Viewer, is_behind: Callable[[Viewer], bool], now: float) -> State:
    if viewer.paused:
        return "paused"
    if viewer.look.hidden:
        return "hidden"
    if viewer.needs_keyframe:
        return "joining"
    if not viewer.ready(now):
        return "waiting"
    return "behind" if viewer.transfer is not None or is_behind(viewer) else "live"
