"""Pointers that viewers show one another: who sees them, and what is told of them, and when.

Whoever moves, and however often, each is told at most once in `EVERY_SECONDS`, and only its newest
place. Pure: time is an argument, in seconds.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

EVERY_SECONDS: Final = 0.1
MOST_TOLD: Final = 16
"""Pointers in one event; others come with the next."""
MOST_SHOWN: Final = 64
"""Sessions whose pointers are shown; further ones are watched by nobody."""
MOST_SESSIONS: Final = 4096


class Owner(NamedTuple):
    """A session that is shown, and what others are told of it."""

    session: int
    seat: str
    name: str


class Place(NamedTuple):
    """Where somebody points, in world pixels."""

    owner: Owner
    x: float
    y: float


class News(NamedTuple):
    """What is to be told: to ``sees``, which pointers moved and which are gone."""

    moved: tuple[Place, ...]
    gone: tuple[Owner, ...]
    sees: tuple[int, ...]


@dataclass(slots=True)
class _Shown:
    """A session whose pointer may be seen."""

    owner: Owner
    is_watched: bool = False
    is_seen: bool = False
    """Whether others were told a place of it that they may still show."""


class SharedPointers:
    """The pointers of all sessions that show theirs."""

    def __init__(self) -> None:
        self._sees: dict[int, None] = {}
        self._shown: dict[int, _Shown] = {}
        self._moved: dict[int, Place] = {}
        self._gone: dict[int, Owner] = {}
        self._told_at = -EVERY_SECONDS

    def share(self, owner: Owner, *, see: bool, shown: bool) -> list[tuple[int, bool]]:
        """A session sees others, and is shown, or not; gives whose being watched has changed."""
        session = owner.session
        if see and len(self._sees) < MOST_SESSIONS:
            self._sees[session] = None
        else:
            self._sees.pop(session, None)
        if not shown:
            self._hide(session)
        elif session in self._shown:
            self._shown[session].owner = owner
        elif len(self._shown) < MOST_SHOWN:
            self._shown[session] = _Shown(owner)
        return self._watched_changed()

    def left(self, session: int) -> list[tuple[int, bool]]:
        """A session has ended; gives whose being watched has changed."""
        self._sees.pop(session, None)
        self._hide(session)
        return self._watched_changed()

    def is_watched(self, session: int) -> bool:
        """Whether anybody else sees where a session points."""
        shown = self._shown.get(session)
        return shown is not None and shown.is_watched

    def point(self, session: int, x: float | None, y: float | None) -> None:
        """A session points there, or nowhere any more."""
        shown = self._shown.get(session)
        if shown is None or not shown.is_watched:
            return
        if x is None or y is None:
            self._forget(shown)
        else:
            self._gone.pop(session, None)
            self._moved[session] = Place(shown.owner, x, y)

    def due(self, now: float) -> float | None:
        """In how many seconds something is to be told; None: there is nothing."""
        if not self._moved and not self._gone:
            return None
        return max(0.0, self._told_at + EVERY_SECONDS - now)

    def take(self, now: float) -> News:
        """What is to be told now; of those who moved, the first that wait."""
        moved = tuple(self._moved.values())[:MOST_TOLD]
        gone = tuple(self._gone.values())
        for place in moved:
            del self._moved[place.owner.session]
            self._shown[place.owner.session].is_seen = True
        self._gone.clear()
        self._told_at = now
        # Nobody needs to hear of a single pointer but the others.
        own = {owner.session for owner in (*(place.owner for place in moved), *gone)}
        alone = own if len(own) == 1 else set()
        return News(moved, gone, tuple(each for each in self._sees if each not in alone))

    def _hide(self, session: int) -> None:
        shown = self._shown.pop(session, None)
        if shown is not None:
            self._forget(shown)

    def _forget(self, shown: _Shown) -> None:
        """It points nowhere; who has seen it is news."""
        session = shown.owner.session
        self._moved.pop(session, None)
        if shown.is_seen:
            self._gone[session] = shown.owner
            shown.is_seen = False

    def _watched_changed(self) -> list[tuple[int, bool]]:
        changed = []
        for session, shown in self._shown.items():
            is_watched = len(self._sees) > (session in self._sees)
            if is_watched != shown.is_watched:
                shown.is_watched = is_watched
                changed.append((session, is_watched))
        return changed
