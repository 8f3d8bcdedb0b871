"""A stream's numbers, for people and for monitoring. Times are seconds of one clock.

`Overview` counts what a stream does and puts its numbers together. `Ledger` says where time goes,
from an input through program, commit and frame to the viewer's ack; it has the newest samples only.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from geometry_ws.stream.flow import Rate
from geometry_ws.stream.frame import Cause
from geometry_ws.stream.plan import Encoded, Plan
from geometry_ws.stream.transfers import Publish
from geometry_ws.stream.viewer import (
    BEHIND,
    HIDDEN,
    JOINING,
    LEVEL,
    LOSSY,
    PAUSED,
    RECEIVING,
    WAITING,
    State,
    Viewer,
)

NEWEST: Final = 512
"""Samples of each kind: some seconds of a busy stream."""

OPEN_FRAMES: Final = 64
"""Frames whose first ack is waited for."""

KINDS: Final = ("input_commit", "commit_frame", "frame_ack", "input_ack", "encode")


Reported: TypeAlias = Literal["live", "behind", "waiting", "joining", "hidden", "paused"]

_REPORTED: Final[Mapping[State, Reported]] = {
    PAUSED: "paused",
    HIDDEN: "hidden",
    JOINING: "joining",
    WAITING: "waiting",
    RECEIVING: "behind",
    BEHIND: "behind",
    LOSSY: "live",
    LEVEL: "live",
}
"""The states of viewers that are attached, in the words of the figures."""


class ViewerStats(NamedTuple):
    """One viewer; counts are from its attachment on."""

    viewer: int
    name: str
    state: Reported
    fast: bool
    shrink: int
    codecs: frozenset[str]
    fps: float
    frames: int
    skipped: int
    messages: int
    bytes: int
    in_flight_bytes: int
    window_bytes: int
    bandwidth: float
    lag: float
    round_trip: float
    draw_us: int
    acks: int
    last_ack: float | None
    stale_planes: int
    rough_planes: int
    attached: float


class Totals(NamedTuple):
    """Counts from the start on."""

    frames: int = 0
    publishes: int = 0
    bytes: int = 0
    keyframes: int = 0
    encodings: int = 0
    encoded_bytes: int = 0
    forwarded: int = 0
    videos: int = 0
    refined: int = 0
    attaches: int = 0
    resumes: int = 0
    refreshes: int = 0
    stuck: int = 0
    dropped: int = 0
    acks: int = 0


class Counts:
    """Totals while they grow."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def add(self, name: str, count: int = 1) -> None:
        """So many more; ``name`` is a field of `Totals`."""
        self._counts[name] = self._counts.get(name, 0) + count

    def totals(self) -> Totals:
        """All of them now."""
        return Totals(**self._counts)


class Spread(NamedTuple):
    """How samples are spread, in seconds."""

    samples: int
    p50: float
    p95: float
    highest: float


class StreamStats(NamedTuple):
    """A stream now."""

    seq: int
    viewers: tuple[ViewerStats, ...]
    uptime: float
    fps: float
    cached_bytes: int
    transfer_bytes: int
    videos: tuple[str, ...]
    totals: Totals
    ledger: Mapping[str, Spread]


class Ledger:
    """Samples of each kind, and frames that no viewer has acknowledged."""

    def __init__(self) -> None:
        self._samples: dict[str, deque[float]] = {kind: deque(maxlen=NEWEST) for kind in KINDS}
        self._open: deque[tuple[int, Cause]] = deque(maxlen=OPEN_FRAMES)

    def took(self, kind: str, seconds: float) -> None:
        """Something of that kind took so long."""
        self._samples[kind].append(max(0.0, seconds))

    def framed(self, seq: int, cause: Cause) -> None:
        """A frame that answers an input is on its way."""
        self._open.append((seq, cause))

    def acked(self, seq: int, now: float) -> None:
        """A viewer has painted everything up to frame ``seq``."""
        while self._open and self._open[0][0] <= seq:
            self.took("input_ack", now - self._open.popleft()[1].input_time)

    def spreads(self) -> dict[str, Spread]:
        """How the newest samples of each kind are spread."""
        return {kind: _spread(samples) for kind, samples in self._samples.items()}


def _spread(samples: deque[float]) -> Spread:
    ordered = sorted(samples)
    if not ordered:
        return Spread(0, 0.0, 0.0, 0.0)
    last = len(ordered) - 1
    return Spread(len(ordered), ordered[last // 2], ordered[round(last * 0.95)], ordered[last])


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

    def sent(self, plan: Plan, encoded: Encoded, publishes: Sequence[Publish], now: float) -> None:
        """A tick's messages go out."""
        for name, count in (
            ("publishes", len(publishes)),
            (
                "bytes",
                sum(publish.frame.cost_bytes * len(publish.eligible) for publish in publishes),
            ),
            ("encodings", len(encoded)),
            ("encoded_bytes", sum(len(data) for _, data, _ in encoded)),
            ("forwarded", plan.forwarded),
            ("videos", len(plan.video_frames)),
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
        videos: tuple[str, ...],
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
            videos=videos,
            totals=self._counts.totals(),
            ledger=self.ledger.spreads(),
        )


def viewer_stats(
    viewer: Viewer, seq: int, is_behind: Callable[[Viewer], bool], now: float
) -> ViewerStats:
    """One viewer's numbers; ``seq`` is the stream's newest frame."""
    flow = viewer.flow
    return ViewerStats(
        viewer=viewer.id,
        name=viewer.joining.name,
        state=_REPORTED[viewer.state(is_behind, now)],
        fast=viewer.fast,
        shrink=viewer.downscale.shrink(now),
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
        rough_planes=len(viewer.lossy),
        attached=now - viewer.joined,
    )
