"""Blocking work of a component, in threads: whose work waits takes turns with others'.

Work that a call asks for is its caller's (`CALL`); all other work is the component's own. The two
threads of a component are hardly ever enough for everybody who may ask, so who was given the least
lately comes first, what waits is bounded, and the component's own work never waits behind callers.
"""

from collections import deque
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import inf
from time import perf_counter
from typing import Any, Final, Generic, TypeVar

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

from geometry_ws.protocol.errors import Busy
from geometry_ws.wamp.fair_queue import Entry, FairQueue, Ledger

T = TypeVar("T")

MOST_WAITING: Final = 128
"""Works of callers that wait for a thread; each may hold a document."""

SHORT_SECONDS: Final = 0.02
"""Work that takes less by what its kind took lately doesn't wait for longer work."""

RETRY_MS: Final = 1000
_LOOK_SECONDS: Final = 0.005


@dataclass(eq=False)
class CallAtWork:
    """A call that is worked at: whose it is, and what it has begun in threads."""

    owner: Hashable
    kind: str
    _begun: int = 0
    _waiting: "list[Deferred[None]]" = field(default_factory=list)

    def begin(self) -> None:
        """A thread works for it now."""
        self._begun += 1

    def end(self) -> None:
        """A thread is through with its work for it."""
        self._begun -= 1
        if not self._begun:
            waiting, self._waiting = self._waiting, []
            for each in waiting:
                each.callback(None)

    async def until_through(self) -> None:
        """Wait until no thread works for it: a thread can't be stopped."""
        if self._begun:
            through: Deferred[None] = Deferred()
            self._waiting.append(through)
            await through


CALL: Final[ContextVar[CallAtWork | None]] = ContextVar("CALL", default=None)
"""The call for which the running code works; None where it is the component's own work."""


class _Job(Generic[T]):
    """Work that waits for a thread."""

    def __init__(
        self, call: CallAtWork | None, work: Callable[..., T], args: tuple[Any, ...]
    ) -> None:
        self.call = call
        self.answer: Deferred[T] = Deferred(self._cancelled)
        self.seconds = 0.0
        self.drop: Callable[[], object] = lambda: None
        self._job: tuple[Callable[..., T], tuple[Any, ...]] | None = (work, args)

    def _cancelled(self, _: object) -> None:
        """Don't do it, unless it has begun."""
        self._job = None
        self.drop()

    def run(self) -> T:
        """Do it, in a thread."""
        job, self._job = self._job, None
        if job is None:
            raise CancelledError
        work, args = job
        begin = perf_counter()
        try:
            return work(*args)
        finally:
            self.seconds = perf_counter() - begin

    def finish(self, result: Any) -> None:
        """Give the result to who waits for it."""
        # Where it was cancelled, nobody does.
        if not self.answer.called:
            self.answer.callback(result)
        if self.call is not None:
            self.call.end()


class Threads:
    """A pool of threads.

    Callers have `workers` of them, and one more for short work where the others are all at long
    work. The component's own work has as many as callers.
    """

    def __init__(
        self,
        name: str,
        workers: int,
        clock: Any,
        ledger: Ledger,
        may_begin: Callable[[], bool] = lambda: True,
    ) -> None:
        self._workers = workers
        self._clock = clock
        self._ledger = ledger
        self._may_begin = may_begin
        self._own: deque[_Job[Any]] = deque()
        self._queue: FairQueue[_Job[Any]] = FairQueue(ledger, MOST_WAITING)
        self._own_begun = self._begun = 0
        self._looks_again: Any = None
        self._pool = ThreadPool(0, 2 * workers + 1, name=name)
        self._pool.start()

    def run(self, work: Callable[..., T], *args: Any) -> "Deferred[T]":
        """Do work for the call in whose course this is called, or for the component itself.

        It fails with Busy where too much of callers waits. Work that is cancelled before it begins
        is never done, and lets go of its arguments.
        """
        call = CALL.get()
        if call is None:
            return self.run_own(work, *args)
        job = _Job(call, work, args)
        entry: Entry[_Job[Any]] = Entry(call.owner, call.kind, job, perf_counter())
        job.drop = lambda: self._queue.remove(entry)
        if refused := self._queue.put(entry):
            refused.work.answer.errback(Failure(too_busy(MOST_WAITING)))
        self._begin_all()
        return job.answer

    def run_own(self, work: Callable[..., T], *args: Any) -> "Deferred[T]":
        """Do work without regard to what waits for callers."""
        job = _Job(CALL.get(), work, args)
        job.drop = lambda: self._forget(job)
        self._own.append(job)
        self._begin_all()
        return job.answer

    def _forget(self, job: _Job[Any]) -> None:
        if job in self._own:
            self._own.remove(job)

    def stop(self) -> None:
        """Begin nothing more; what has begun is not waited for."""
        self._workers = 0
        if self._looks_again is not None:
            self._looks_again.cancel()
        self._clock.callInThread(self._pool.stop)

    def _begin_all(self) -> None:
        """Begin what there are threads for."""
        while self._own and self._own_begun < self._workers:
            self._own_begun += 1
            job = self._own.popleft()
            self._run(job).addBoth(self._end_own, job)
        while len(self._queue) and self._begun < self._workers + bool(self._workers):
            if not self._may_begin():
                # What was said before isn't sent yet, and nothing tells when it is.
                if self._looks_again is None:
                    self._looks_again = self._clock.callLater(_LOOK_SECONDS, self._look)
                return
            is_last = self._begun == self._workers
            entry = self._queue.take(SHORT_SECONDS if is_last else inf)
            if entry is None:
                return
            self._begun += 1
            self._run(entry.work).addBoth(self._end, entry)

    def _run(self, job: _Job[Any]) -> "Deferred[Any]":
        if job.call is not None:
            job.call.begin()
        return deferToThreadPool(self._clock, self._pool, job.run)

    def _look(self) -> None:
        self._looks_again = None
        self._begin_all()

    def _end_own(self, result: Any, job: _Job[Any]) -> None:
        self._own_begun -= 1
        job.finish(result)
        self._begin_all()

    def _end(self, result: Any, entry: Entry[_Job[Any]]) -> None:
        self._begun -= 1
        begin = perf_counter()
        entry.work.finish(result)
        now = perf_counter()
        self._ledger.charge(entry.owner, entry.kind, entry.work.seconds + now - begin, now)
        self._begin_all()


def too_busy(most: int) -> Busy:
    """The answer to a call where too many wait."""
    return Busy(
        f"{most:,} calls wait already; call again in a second, "
        "and wait for answers before you ask for more.",
        retry_ms=RETRY_MS,
    )
