"""The calls that HTTP has under way at once: a bounded number, of which no procedure has all.

A call has a place while it is answered. A procedure may take another one while it has fewer than
are free: alone it gets half of them, a second one half of the rest. Each has one in any case, so
that what is quick is answered whatever else is asked for. Who finds no place waits a little.
"""

from collections import Counter, deque
from typing import Any, Final

from twisted.internet.defer import Deferred

from geometry_ws.protocol.errors import Busy

MOST_CALLS: Final = 32
MOST_WAITING: Final = 64
"""Calls that wait for a place; each may hold a body of 1 MiB."""

WAIT_SECONDS: Final = 3.0
_RETRY_MS: Final = 1000


class _Waiting:
    """A call that waits for a place."""

    def __init__(self, places: "Places", kind: str, clock: Any) -> None:
        self.ready: Deferred[None] = Deferred(lambda _: places.forget(self))
        self.kind = kind
        self._timer = clock.callLater(WAIT_SECONDS, places.refuse, self)

    def end(self) -> None:
        """Let time have no meaning for it any more."""
        if self._timer.active():
            self._timer.cancel()


class Places:
    """Places of calls by their kind, which is the procedure, and the calls that wait for one."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock
        self._taken: Counter[str] = Counter()
        self._waiting: dict[str, deque[_Waiting]] = {}

    def take(self, kind: str) -> "Deferred[None]":
        """Take a place: it fires when there is one, and fails with Busy when there is none soon.

        Whoever cancels it takes none.
        """
        call = _Waiting(self, kind, self._clock)
        self._waiting.setdefault(kind, deque()).append(call)
        self._let_in()
        if sum(map(len, self._waiting.values())) > MOST_WAITING:
            self.refuse(max(self._waiting.values(), key=len)[-1])
        return call.ready

    def give_back(self, kind: str) -> None:
        """A call of a kind is answered, or nobody waits for it any more."""
        self._taken[kind] -= 1
        self._taken += Counter()
        self._let_in()

    def refuse(self, call: _Waiting) -> None:
        """Tell a call that waits that there is no place."""
        self.forget(call)
        call.ready.errback(
            Busy("Too many calls at once by HTTP; try again soon.", retry_ms=_RETRY_MS)
        )

    def forget(self, call: _Waiting) -> None:
        """A call that waits needs no place any more."""
        call.end()
        waiting = self._waiting[call.kind]
        waiting.remove(call)
        if not waiting:
            del self._waiting[call.kind]

    def _let_in(self) -> None:
        """Give places to calls that wait, to kinds that have the fewest first."""
        while self._waiting:
            kind = min(self._waiting, key=self._taken.__getitem__)
            if self._taken[kind] >= max(1, MOST_CALLS - self._taken.total()):
                return
            call = self._waiting[kind][0]
            self.forget(call)
            self._taken[kind] += 1
            call.ready.callback(None)
