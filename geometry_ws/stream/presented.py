"""What was presented: which commits are on their way to a viewer, which frames were painted.

A program that waits for its commit is told when a viewer that looks at it has the content. The
owner of a surface that asks for it is told which frames have been painted, and by how many: only
what is new since it was last asked, the newest frame of each plane.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from geometry_ws.scene.surface import Surface
from geometry_ws.stream.history import History
from geometry_ws.stream.viewer import Viewer

MOST_FRAMES: Final = 32
"""Frames of a plane whose acks are counted: acks may be half a second behind."""

MOST_TOKENS: Final = 4096
"""The oldest are dropped beyond that; what waits for them has given up long before."""


class PresentedFrame(NamedTuple):
    """A plane's content of frame ``seq`` was painted, first at ``time``, by so many viewers."""

    plane: str
    seq: int
    time: float
    viewers: int


@dataclass(slots=True)
class _CountedFrame:
    seq: int
    viewers: int = 0
    first: float = 0.0


class PresentedFrames:
    """Counts acks of frames that changed the planes of interest."""

    def __init__(self) -> None:
        self._frames: dict[str, deque[_CountedFrame]] = {}
        self._news: dict[str, _CountedFrame] = {}

    def framed(self, plane: str, seq: int) -> None:
        """A program wants to know when this plane's content of frame ``seq`` is painted."""
        self._frames.setdefault(plane, deque(maxlen=MOST_FRAMES)).append(_CountedFrame(seq))

    def drop(self, planes: Iterable[str]) -> None:
        """No program asks for these planes any more."""
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

    def take(self) -> list[PresentedFrame]:
        """What is new since the last time."""
        news, self._news = self._news, {}
        return [
            PresentedFrame(plane, frame.seq, frame.first, frame.viewers)
            for plane, frame in news.items()
        ]


class SeenCommit(NamedTuple):
    """A commit's content is on its way to a viewer that looks; frame ``seq`` was the first."""

    token: object
    seq: int


@dataclass(slots=True)
class _WaitingCommit:
    planes: frozenset[str]
    seq: int | None = None


class WaitingCommits:
    """Commits that no viewer has been shown yet."""

    def __init__(self) -> None:
        self._waiting: dict[object, _WaitingCommit] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, token: object, planes: frozenset[str]) -> None:
        """A commit did something to these planes, or would have if they had looked otherwise."""
        self._waiting[token] = _WaitingCommit(planes)
        while len(self._waiting) > MOST_TOKENS:
            del self._waiting[next(iter(self._waiting))]

    def drop(self, token: object) -> None:
        """No program waits for it any more."""
        self._waiting.pop(token, None)

    def planned(self, seq: int) -> None:
        """All content up to now is in frame ``seq`` or before."""
        for waiting in self._waiting.values():
            if waiting.seq is None:
                waiting.seq = seq

    def unplanned_planes(self) -> Iterator[str]:
        """Planes of commits that no tick has looked at."""
        for waiting in self._waiting.values():
            if waiting.seq is None:
                yield from waiting.planes

    def seen(
        self, viewers: Iterable[Viewer], planes: Mapping[str, Surface], history: History
    ) -> tuple[SeenCommit, ...]:
        """Commits whose content a viewer has that looks at it; each is told once."""
        if not self._waiting:
            return ()
        shown = [viewer for viewer in viewers if not viewer.hidden]
        seen = []
        for token, waiting in list(self._waiting.items()):
            seq = waiting.seq
            if seq is not None and any(
                viewer.look.shows(surface) and viewer.has(plane, seq, history)
                for plane in waiting.planes
                if (surface := planes.get(plane)) is not None
                for viewer in shown
            ):
                seen.append(SeenCommit(token, seq))
                del self._waiting[token]
        return tuple(seen)
