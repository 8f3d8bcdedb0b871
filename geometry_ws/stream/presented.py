"""Which frames of which planes have been painted, by how many: for owners who want to know.

Only what is new since it was last asked comes out, the newest frame of each plane.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from geometry_ws.stream.viewer import Viewer

MOST_FRAMES: Final = 32
"""Frames of a plane whose acks are counted: acks may be half a second behind."""


class Shown(NamedTuple):
    """A plane's content of frame ``seq`` was painted, first at ``time``, by so many viewers."""

    plane: str
    seq: int
    time: float
    viewers: int


@dataclass(slots=True)
class _Frame:
    seq: int
    viewers: int = 0
    first: float = 0.0


class Presented:
    """Counts acks of frames that changed the planes of interest."""

    def __init__(self) -> None:
        self._frames: dict[str, deque[_Frame]] = {}
        self._news: dict[str, _Frame] = {}

    def framed(self, plane: str, seq: int) -> None:
        """Somebody wants to know when this plane's content of frame ``seq`` is painted."""
        self._frames.setdefault(plane, deque(maxlen=MOST_FRAMES)).append(_Frame(seq))

    def drop(self, planes: Iterable[str]) -> None:
        """Nobody asks for these planes any more."""
        for plane in planes:
            self._frames.pop(plane, None)
            self._news.pop(plane, None)

    def acked(
        self,
        viewer: Viewer,
        seqs: tuple[int, int],
        sees: Callable[[Viewer, str], bool],
        now: float,
    ) -> None:
        """A viewer painted what is after the first of two frames, up to the second."""
        before, upto = seqs
        for plane in self._frames:
            if plane in viewer.stale or not sees(viewer, plane):
                continue
            for frame in reversed(self._frames[plane]):
                if frame.seq > upto:
                    continue
                if frame.seq > before:
                    frame.viewers += 1
                    frame.first = frame.first or now
                    self._news[plane] = frame
                break

    @property
    def has_news(self) -> bool:
        """Whether `take` would give something."""
        return bool(self._news)

    def take(self) -> list[Shown]:
        """What is new since the last time."""
        news, self._news = self._news, {}
        return [Shown(plane, one.seq, one.first, one.viewers) for plane, one in news.items()]
