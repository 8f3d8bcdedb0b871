"""Calls of a component take turns by their callers on the event loop.

The router passes on eight calls of each session at a time, all of them over one connection. Forty
sessions that ask for a list of sixty thousand tasks kept everybody else waiting for ten seconds.
Here calls are answered as they come while that takes little time. Beyond that they wait,
and whose caller was given the least lately comes first. They also wait while the router hasn't
taken what it was told, so that large answers don't pile up in memory.
"""

from collections.abc import Callable, Hashable
from time import perf_counter
from typing import Any, Final

from twisted.logger import Logger

from geometry_ws.protocol.declare import DeclaredError
from geometry_ws.protocol.rights import BRIDGE_ROLE, COMPONENT_ROLE
from geometry_ws.wamp.fair_queue import Entry, FairQueue, Ledger
from geometry_ws.wamp.threads import too_busy

log = Logger()

MOST_WAITING_CALLS: Final = 4096
"""Calls that wait for the event loop; 500 sessions may have as many."""

STRETCH_SECONDS: Final = 0.005
"""After so long without a pause, calls wait until the event loop has looked at everything else."""

PAUSE_SECONDS: Final = 0.001

_LOOK_SECONDS: Final = 0.005


def owner_of(session: int, role: str, kind: Hashable) -> Hashable | None:
    """Whose turn a call takes; None for a component's, which doesn't wait.

    The bridge's session calls for everybody who uses HTTP, so each procedure has its own turn.
    """
    if role == COMPONENT_ROLE:
        return None
    return (session, kind) if role == BRIDGE_ROLE else session


class CallTurns:
    """Calls that are answered now, and those that wait."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Callable[[], Any],
        handle: Callable[[Any], None],
        refuse: Callable[[Any, DeclaredError], None],
        may_begin: Callable[[], bool],
        time: Callable[[], float] = perf_counter,
    ) -> None:
        """`handle` answers an invocation or begins to, `refuse` answers it with an error."""
        self._ledger = ledger
        self._clock = clock
        self._handle = handle
        self._refuse = refuse
        self._may_begin = may_begin
        self._time = time
        self._queue: FairQueue[Any] = FairQueue(ledger, MOST_WAITING_CALLS)
        self._entries: dict[int, Entry[Any]] = {}
        self._later: Any = None
        self._stretch = self._ended = 0.0

    def take(self, invocation: Any) -> None:
        """Answer a call, or let it wait."""
        kind = invocation.registration
        owner = owner_of(invocation.caller or 0, invocation.caller_authrole or "", kind)
        if owner is None:
            self._handle(invocation)
            return
        entry = Entry(owner, kind, invocation, self._time())
        if not self._entries and not self._is_late() and self._may_begin():
            self._work(entry)
            return
        self._entries[invocation.request] = entry
        if refused := self._queue.put(entry):
            del self._entries[refused.work.request]
            self._refuse(refused.work, too_busy(MOST_WAITING_CALLS))
        self._go_on_later(0.0)

    def drop(self, request: int) -> bool:
        """Forget a call that waits; False where it doesn't."""
        entry = self._entries.pop(request, None)
        return entry is not None and self._queue.remove(entry)

    def stop(self) -> None:
        """Answer nothing more."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        for request in list(self._entries):
            self.drop(request)

    def _is_late(self) -> bool:
        return self._stretch > STRETCH_SECONDS and self._time() - self._ended < PAUSE_SECONDS

    def _work(self, entry: Entry[Any]) -> None:
        begin = self._time()
        if begin - self._ended > PAUSE_SECONDS:
            self._stretch = 0.0
        try:
            self._handle(entry.work)
        finally:
            self._ended = self._time()
            spent = self._ended - begin
            self._stretch += spent
            self._ledger.charge(entry.owner, entry.kind, spent, self._ended)

    def _go_on_later(self, seconds: float) -> None:
        if self._later is None:
            self._later = self._clock().callLater(seconds, self._go_on)

    def _go_on(self) -> None:
        """Answer calls that wait, for a while; the event loop has had its turn."""
        self._later = None
        self._stretch = 0.0
        while self._entries and self._stretch <= STRETCH_SECONDS:
            if not self._may_begin():
                self._go_on_later(_LOOK_SECONDS)
                return
            entry = self._queue.take()
            if entry is None:
                return
            del self._entries[entry.work.request]
            try:
                self._work(entry)
            except Exception:  # noqa: BLE001 - the other calls shall be answered all the same
                log.failure("a call can't be answered")
        if self._entries:
            self._go_on_later(0.0)
