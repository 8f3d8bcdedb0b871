"""Who waits to hear that a commit was shown: tokens, until somebody who looks has the content."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from geometry_ws.scene.surface import Surface
from geometry_ws.stream.history import History
from geometry_ws.stream.viewer import Viewer

MOST_TOKENS: Final = 4096
"""The oldest are dropped beyond that; whoever waits has given up long before."""


class Seen(NamedTuple):
    """A commit's content is on its way to somebody who looks; frame ``seq`` was the first."""

    token: object
    seq: int


@dataclass(slots=True)
class _Waiting:
    planes: frozenset[str]
    seq: int | None = None


class Tokens:
    """Commits that nobody has been shown yet."""

    def __init__(self) -> None:
        self._waiting: dict[object, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, token: object, planes: frozenset[str]) -> None:
        """A commit did something to these planes, or would have if they had looked otherwise."""
        self._waiting[token] = _Waiting(planes)
        while len(self._waiting) > MOST_TOKENS:
            del self._waiting[next(iter(self._waiting))]

    def drop(self, token: object) -> None:
        """Nobody waits for it any more."""
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
    ) -> tuple[Seen, ...]:
        """Tokens whose content somebody has who looks at it; they are told once."""
        if not self._waiting:
            return ()
        shown = [viewer for viewer in viewers if not viewer.hidden]
        seen = []
        for token, waiting in list(self._waiting.items()):
            seq = waiting.seq
            if seq is not None and any(
                viewer.look.sees(surface.rect) and viewer.has(plane, seq, history)
                for plane in waiting.planes
                if (surface := planes.get(plane)) is not None
                for viewer in shown
            ):
                seen.append(Seen(token, seq))
                del self._waiting[token]
        return tuple(seen)
