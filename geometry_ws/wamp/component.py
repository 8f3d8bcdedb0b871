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

from autobahn.wamp import message
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import CloseDetails, ComponentConfig, SessionDetails
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from geometry_ws.protocol.declare import DeclaredError, Origin
from geometry_ws.protocol.names import uri
from geometry_ws.wamp.call_turns import CallTurns
from geometry_ws.wamp.fair_queue import Ledger
from geometry_ws.wamp.origins import Origins
from geometry_ws.wamp.session import QuietSession
from geometry_ws.wamp.threads import Threads
from geometry_ws.wamp.upstream.connections import waiting_bytes
from geometry_ws.wamp.upstream.handing import ASKED, hand_over_if_offered
from geometry_ws.wamp.upstream.sending import hurry_component
from geometry_ws.wamp.upstream.sessions import transport_of

UNSENT_BYTES = 4 * 2**20
"""What a component has told the router and the router hasn't taken: with more, calls wait. An
answer may have 12 MiB; forty callers had 3 GB of them made while the router read the first."""

_WORK = "work"

log = Logger()
T = TypeVar("T")


class ComponentSession(QuietSession):
    """A component's session; subclasses implement `start` and `stop`."""

    names_callers = False
    """Whether it tells others who did what, and so has to know where sessions come from."""

    workers = 2
    """Threads of each pool."""

    def __init__(self, config: ComponentConfig | None = None) -> None:
        super().__init__(config)
        extra = getattr(config, "extra", None) or {}
        self.extra: dict[str, Any] = dict(extra)
        self.ledger = Ledger()
        """What callers were given lately; each part of a component where they wait looks there."""
        self._pools: dict[str, Threads] = {}
        self._turns = CallTurns(
            self.ledger, lambda: self.clock, super().onMessage, self._refuse, self._may_say_more
        )
        self._origins = Origins()
        self._joined = False
        self._tasks: set[Deferred[Any]] = set()
        self._stopping = False

    def prepare(self) -> None:
        """Begin what needs no session; called while the router isn't there yet, if it isn't."""

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
        """Do blocking work in the component's own bounded pool, for the call that asks for it.

        It fails with Busy where too much of callers waits already.
        """
        return self.thread_of(_WORK, work, *args)

    def thread_of(self, pool: str, work: Callable[..., T], *args: Any) -> "Deferred[T]":
        """Do the component's own blocking work where it only waits for its own kind.

        Each pool has its own threads. Work that is cancelled before it begins is never done, and
        lets go of its arguments.
        """
        threads = self._threads(pool)
        return threads.run(work, *args) if pool == _WORK else threads.run_own(work, *args)

    def _threads(self, pool: str) -> Threads:
        if not self._joined:
            raise RuntimeError("the component isn't running")
        threads = self._pools.get(pool)
        if threads is None:
            name = f"{type(self).__name__} {pool}"
            threads = self._pools[pool] = Threads(
                name, self.workers, self.clock, self.ledger, self._may_say_more
            )
        return threads

    def _may_say_more(self) -> bool:
        """Whether the router has taken what it was told: answers may be large."""
        return waiting_bytes(self) <= UNSENT_BYTES

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

    def onConnect(self) -> None:  # noqa: N802 - autobahn's name
        """Join, and ask for large messages as files."""
        self.join(self.config.realm, authextra={ASKED: True})

    async def onJoin(self, details: SessionDetails) -> None:  # noqa: N802 - autobahn's
        """Start; a component that can't start says why and leaves."""
        self._joined = True
        hurry_component()
        hand_over_if_offered(self, details.authextra)
        try:
            if self.names_callers:
                await self._follow_sessions()
            await self.start()
        except Exception as problem:
            log.failure("{component} can't start", component=type(self).__name__)
            self.leave(uri("error.cannot_start"), str(problem)[:200])
            raise

    def origin_of(self, number: int, role: str) -> Origin:
        """From which machine a session comes."""
        return self._origins.of(number, role)

    async def _follow_sessions(self) -> None:
        """Hear of those that come and go, and learn of those that are there."""
        try:
            for topic, hear in (("join", self._origins.joined), ("leave", self._origins.left)):
                await self.listen(
                    f"wamp.session.on_{topic}", lambda args, *_, hear=hear: hear(args)
                )
        except ApplicationError as problem:
            if problem.error != ApplicationError.NOT_AUTHORIZED:
                raise
            return
        self.spawn(
            "learning where sessions come from",
            self._origins.learn(lambda procedure, *args: self.call_with(procedure, args, {})),
        )

    def onMessage(self, msg: Any) -> None:  # noqa: N802 - autobahn's name
        """Let calls take turns by their callers; everything else is looked at as it comes."""
        if isinstance(msg, message.Invocation):
            self._turns.take(msg)
        elif isinstance(msg, message.Interrupt) and self._turns.drop(msg.request):
            self._answer(msg.request, ApplicationError.CANCELED, "The call was canceled.", {})
        else:
            super().onMessage(msg)

    def _refuse(self, invocation: Any, problem: DeclaredError) -> None:
        self._answer(invocation.request, problem.uri, problem.message, problem.values)

    def _answer(self, request: int, error: str, text: str, fields: dict[str, Any]) -> None:
        kind = message.Invocation.MESSAGE_TYPE
        if transport := transport_of(self):
            transport.send(message.Error(kind, request, error, args=[text], kwargs=fields))

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
            self._turns.stop()
            for pool in self._pools.values():
                pool.stop()
