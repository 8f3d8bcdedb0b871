"""Where time goes: the way of an input through program, commit and frame to the viewer's ack.

Only the newest samples are kept. Whoever hands in times uses one clock, in seconds.
"""

from collections import deque
from typing import Final, NamedTuple

NEWEST: Final = 512
"""Samples of each kind: some seconds of a busy stream."""

OPEN_FRAMES: Final = 64
"""Frames whose first ack is waited for."""

KINDS: Final = ("input_commit", "commit_frame", "frame_ack", "input_ack", "encode")


class Cause(NamedTuple):
    """An input that a commit answers: its number, when it came, when the commit came."""

    number: int
    input_time: float
    commit_time: float


class Spread(NamedTuple):
    """How samples are spread, in seconds."""

    samples: int
    p50: float
    p95: float
    highest: float


class Ledger:
    """Samples of each kind, and frames that nobody has acknowledged."""

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
