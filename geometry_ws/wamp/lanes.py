"""Calls that aren't small wait in the router until their component has taken what it was sent.

A message goes over a component's one connection in one piece, and the component reads messages in
their order: who called while forty megabytes were on their way waited behind all of them. Here one
message of more than a few kilobytes is on its way to a component at a time. Of those that wait,
whose session has sent the least lately comes first. Small calls don't wait.
"""

from collections.abc import Callable, Hashable
from typing import Any, Final

from geometry_ws.wamp.fair_queue import Entry, FairQueue, Ledger

SMALL_BYTES: Final = 4 * 2**10
"""A call of so many bytes delays nobody; most are smaller."""

READY_BYTES: Final = 64 * 2**10
"""A component for which no more than this waits gets the next one."""

LOOK_SECONDS: Final = 0.002
_BYTES_A_SECOND: Final = 2.0**27
_MOST: Final = 4096


class _ByBytes(Ledger):
    """A ledger whose kinds are sizes, as how many bits they have."""

    def cost(self, kind: Hashable) -> float:
        return 2.0**kind / _BYTES_A_SECOND if isinstance(kind, int) else super().cost(kind)


class Lane:
    """What waits for one component; `unsent` says how many bytes are on their way to it."""

    def __init__(self, clock: Any, unsent: Callable[[], int]) -> None:
        self._clock = clock
        self._unsent = unsent
        self._ledger = _ByBytes()
        self._queue: FairQueue[Callable[[], None]] = FairQueue(self._ledger, _MOST)
        self._sizes: dict[Hashable, int] = {}
        self._turn: Hashable = None
        self._later: Any = None

    def is_free_for(self, session: int) -> bool:
        """Whether a session's call may be passed on now; of those that wait, one has its turn."""
        return self._unsent() <= READY_BYTES and (not self._sizes or self._turn == session)

    def wait(self, session: int, size: int, go_on: Callable[[], None]) -> None:
        """Have `go_on` called at a session's turn; what it waits for has so many bytes."""
        if session not in self._sizes:
            self._sizes[session] = size
            kind = size.bit_length()
            entry = Entry(session, kind, go_on, self._clock.seconds())
            if (refused := self._queue.put(entry)) is not None:
                del self._sizes[refused.owner]
        self._look_later()

    def _look(self) -> None:
        self._later = None
        try:
            while self._unsent() <= READY_BYTES and (entry := self._queue.take()):
                self._turn = entry.owner
                seconds = self._sizes.pop(entry.owner) / _BYTES_A_SECOND
                self._ledger.charge(entry.owner, entry.kind, seconds, self._clock.seconds())
                entry.work()
        finally:
            self._turn = None
            self._look_later()

    def _look_later(self) -> None:
        if self._sizes and self._later is None:
            self._later = self._clock.callLater(LOOK_SECONDS, self._look)
