"""What all components have in common: how they start, stop and end.

A component works by `classname` and `extra` in any Crossbar.io configuration. It is ready when its
procedures answer; if it can't start, it leaves with the reason. Where ``extra`` says
``"exit_when_lost": true`` (as in the node that `geometry-ws up` runs), losing the session ends the
process, so that whoever supervises the node starts all of it again; a component alone can't join
a second time.
"""

import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from autobahn.wamp.types import CloseDetails, ComponentConfig, SessionDetails
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.threadpool import ThreadPool

from geometry_ws.protocol.names import uri
from geometry_ws.wamp.framing import gather
from geometry_ws.wamp.session import QuietSession
from geometry_ws.wamp.upstream.sending import hurry_component
from geometry_ws.wamp.upstream.sessions import transport_of

log = Logger()
T = TypeVar("T")


class _Job:
    """Work that waits for a thread."""

    def __init__(self, work: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._job: tuple[Callable[..., Any], tuple[Any, ...]] | None = (work, args)

    def drop(self) -> None:
        """Don't do it, unless it has begun."""
        self._job = None

    def run(self) -> Any:
        """Do it, in a thread."""
        job, self._job = self._job, None
        if job is None:
            raise CancelledError
        work, args = job
        return work(*args)


class ComponentSession(QuietSession):
    """A component's session; subclasses implement `start` and `stop`."""

    workers = 2
    """Threads of each pool."""

    def __init__(self, config: ComponentConfig | None = None) -> None:
        super().__init__(config)
        extra = getattr(config, "extra", None) or {}
        self.extra: dict[str, Any] = dict(extra)
        self._pools: dict[str, ThreadPool] = {}
        self._joined = False
        self._tasks: set[Deferred[Any]] = set()
        self._stopping = False

    async def start(self) -> None:
        """Register, subscribe, load; called when the session has joined."""
        raise NotImplementedError

    def stop(self) -> None:
        """Cancel and close what `start` began; called once, when the session has left."""

    @property
    def clock(self) -> Any:
        """The reactor, imported when it runs already."""
        from twisted.internet import reactor

        return reactor

    def in_thread(self, work: Callable[..., T], *args: Any) -> "Deferred[T]":
        """Do blocking work in the component's own bounded pool."""
        return self.thread_of("work", work, *args)

    def thread_of(self, pool: str, work: Callable[..., T], *args: Any) -> "Deferred[T]":
        """Do blocking work where it only waits for its own kind: each pool has its own threads.

        Work that is cancelled before it begins is never done, and lets go of its arguments.
        """
        if not self._joined:
            raise RuntimeError("the component isn't running")
        threads = self._pools.get(pool)
        if threads is None:
            threads = self._pools[pool] = ThreadPool(
                0, self.workers, name=f"{type(self).__name__} {pool}"
            )
            threads.start()
        job = _Job(work, args)
        answer: Deferred[T] = Deferred(lambda _: job.drop())

        def pass_on(result: Any) -> None:
            # Where it was cancelled, nobody waits.
            if not answer.called:
                answer.callback(result)

        deferToThreadPool(self.clock, threads, job.run).addBoth(pass_on)
        return answer

    def spawn(self, name: str, work: Coroutine[Any, Any, Any]) -> "Deferred[Any]":
        """Run something beside; failures are logged, leaving cancels it."""
        task: Deferred[Any] = Deferred.fromCoroutine(work)
        self._tasks.add(task)

        def ended(_: Any) -> None:
            self._tasks.discard(task)

        def failed(failure: Any) -> None:
            if not self._stopping:
                log.failure("{name} failed", failure, name=name)

        task.addErrback(failed)
        task.addBoth(ended)
        return task

    async def onJoin(self, details: SessionDetails) -> None:  # noqa: N802 - autobahn's
        """Start; a component that can't start says why and leaves."""
        self._joined = True
        hurry_component()
        # Later: the message that says that we have joined is still being received.
        self.clock.callLater(0, gather, transport_of(self))
        try:
            await self.start()
        except Exception as problem:
            log.failure("{component} can't start", component=type(self).__name__)
            self.leave(uri("error.cannot_start"), str(problem)[:200])
            raise

    def onLeave(self, details: CloseDetails) -> None:  # noqa: N802 - autobahn's name
        """Stop everything, then close the transport."""
        self._end()
        if details.reason not in ("wamp.close.normal", "wamp.close.goodbye_and_out"):
            log.warn(
                "{component} lost its session: {reason}",
                component=type(self).__name__,
                reason=details.reason,
            )
        super().onLeave(details)

    def onDisconnect(self) -> None:  # noqa: N802 - autobahn's name
        """The transport is gone; end the process where the configuration says so."""
        self._end()
        if self.extra.get("exit_when_lost"):
            os.kill(os.getpid(), signal.SIGTERM)

    def _end(self) -> None:
        if self._stopping:
            return
        self._stopping = True
        for task in list(self._tasks):
            task.cancel()
        if not self._joined:
            return
        try:
            self.stop()
        finally:
            self._joined = False
            for pool in self._pools.values():
                # Not waited for: its threads end with the work they are at.
                self.clock.callInThread(pool.stop)
