"""What `stream.stats` answers: numbers of a stream, of each viewer, and where time goes."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import Result
from geometry_ws.protocol.values import Counter, Identifier


class ViewerStats(msgspec.Struct, frozen=True, kw_only=True):
    """One viewer. Counts are from its attachment on, ``fps`` is of the last seconds."""

    viewer: Annotated[Identifier, Meta(description="a name for people, not a session")]
    quality: Literal["sharp", "fast", "thumbnail"]
    shrink: Annotated[int, Meta(description="pixels that come as one, in each direction")]
    codecs: list[str]
    state: Literal["live", "behind", "waiting", "joining", "hidden", "paused"]
    fps: float
    frames: Counter
    skipped: Annotated[int, Meta(description="frames of the stream that it was left out of")]
    messages: Counter
    bytes: Counter
    in_flight_bytes: int
    window_bytes: int
    bandwidth: Annotated[float, Meta(description="estimate, bytes a second; 0 while unknown")]
    lag_ms: Annotated[float, Meta(description="from a frame's publishing to its ack, the last")]
    round_trip_ms: Annotated[float, Meta(description="the shortest recent one, without painting")]
    draw_us: int
    acks: Counter
    stale_planes: Annotated[int, Meta(description="whose newest pixels it hasn't been sent")]
    rough_planes: Annotated[int, Meta(description="that it has with loss, for the time being")]
    attached_s: float


class Percentiles(msgspec.Struct, frozen=True, kw_only=True):
    """How long something took, of the newest ``count`` times."""

    count: int = 0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    max_ms: float = 0.0


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """Where time goes from an input to the ack of the frame that answers it.

    ``input_commit`` and ``input_ack`` need commits that name their ``cause``; ``encode`` is how
    long a frame's pictures took, waiting for a thread included.
    """

    input_commit: Percentiles
    commit_frame: Percentiles
    frame_ack: Percentiles
    input_ack: Percentiles
    encode: Percentiles


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a stream since its compositor started."""

    frames: Counter
    publishes: Counter
    bytes: Annotated[int, Meta(description="of all messages times their receivers")]
    keyframes: Counter
    encodings: Counter
    encoded_bytes: Counter
    forwarded: Annotated[int, Meta(description="pictures of programs, sent on untouched")]
    videos: Annotated[int, Meta(description="of the encodings, those that are part of a video")]
    refined: Annotated[int, Meta(description="pictures sent again without loss")]
    attaches: Counter
    resumes: Counter
    refreshes: Counter
    stuck: Annotated[int, Meta(description="viewers detached for want of acks")]
    dropped: Annotated[int, Meta(description="unfinished frames that were given up")]
    acks: Counter


class StreamStats(Result, frozen=True, kw_only=True):
    """A stream now."""

    stream: Identifier
    epoch: str
    seq: Counter
    uptime_s: float
    fps: float
    surfaces: int
    cached_bytes: Annotated[int, Meta(description="encoded tiles kept for viewers that join")]
    transfer_bytes: Annotated[int, Meta(description="unfinished frames of several parts")]
    videos: Annotated[
        list[Identifier],
        Meta(description="surfaces of content auto that are taken for videos just now"),
    ]
    totals: Totals
    ledger: Ledger
    viewers: list[ViewerStats]
