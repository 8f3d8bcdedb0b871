"""Permits for large commits: a few at a time, and in turns of the programs that wait for one.

By arrival, a program that draws now and then would wait for a large picture of every other one.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Final

from twisted.internet.defer import Deferred

from geometry_ws.wamp.fair_queue import Entry, FairQueue, Ledger

_MOST_WAITING: Final = 4096
"""More than there are sessions; each waits for one permit at a time."""


class Permits:
    """So many permits; the ledger says whose turn it is."""

    def __init__(self, count: int, ledger: Ledger, now: Callable[[], float] = perf_counter) -> None:
        self._left = count
        self._ledger = ledger
        self._now = now
        self._queue: FairQueue[Deferred[float]] = FairQueue(ledger, _MOST_WAITING)

    def take(self, session: int, size: int) -> "Deferred[float]":
        """Fires with the time when the session has a permit, for a commit of so many bytes."""
        permit: Deferred[float] = Deferred()
        self._queue.put(Entry(session, _kind(size), permit, self._now()))
        self._hand_out()
        return permit

    def give_back(self, session: int, size: int, since: float) -> None:
        """The commit is drawn, or given up."""
        now = self._now()
        self._ledger.charge(session, _kind(size), now - since, now)
        self._left += 1
        self._hand_out()

    def _hand_out(self) -> None:
        while self._left and (entry := self._queue.take()):
            self._left -= 1
            entry.work.callback(self._now())


def _kind(size: int) -> tuple[str, int]:
    """Commits of about the same size, which take about the same time."""
    return "commit", size.bit_length()
