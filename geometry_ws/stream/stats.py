"""A stream's numbers as values, for people and for monitoring. Times are seconds."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

from geometry_ws.stream.ledger import Spread

State: TypeAlias = Literal["live", "behind", "waiting", "joining", "hidden", "paused"]


class ViewerStats(NamedTuple):
    """One viewer; counts are from its attachment on."""

    viewer: int
    name: str
    state: State
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


class StreamStats(NamedTuple):
    """A stream now."""

    seq: int
    viewers: tuple[ViewerStats, ...]
    uptime: float
    fps: float
    cached_bytes: int
    transfer_bytes: int
    totals: Totals
    ledger: Mapping[str, Spread]
