"""A client's event loop and link on Twisted, as components and the command line use them."""

from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from typing import Any

from autobahn.twisted.wamp import ApplicationSession
from autobahn.twisted.websocket import WampWebSocketClientFactory, WampWebSocketClientProtocol
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.error import AlreadyCalled, AlreadyCancelled
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from geometry_ws.client.address import Address
from geometry_ws.client.link import (
    OPEN_SECONDS,
    CountingProtocol,
    JoinedSession,
    Link,
    set_options,
)
from geometry_ws.client.loopback import send_unpaced
from geometry_ws.wamp.serializers import make_serializers

log = Logger()


class DeferredPromise:
    """A promise that any number of coroutines may wait for."""

    def __init__(self) -> None:
        self._result: Deferred[Any] = Deferred()
        # An exception that nobody waits for is no news.
        self._result.addErrback(self._hide)
        self._problem: BaseException | None = None

    @property
    def done(self) -> bool:
        """Whether the result has come."""
        return bool(self._result.called)

    def resolve(self, value: Any = None) -> None:
        """Give the result, unless it is done."""
        if not self._result.called:
            self._result.callback(value)

    def reject(self, problem: BaseException) -> None:
        """Give an exception instead, unless it is done."""
        if not self._result.called:
            self._result.errback(Failure(problem))

    def __await__(self) -> Generator[Any, Any, Any]:
        """Wait for the result."""
        waiting: Deferred[Any] = Deferred()

        def tell(value: Any) -> Any:
            if not waiting.called:
                if self._problem is None:
                    waiting.callback(value)
                else:
                    waiting.errback(Failure(self._problem))
            return value

        self._result.addCallback(tell)
        return waiting.__await__()

    def _hide(self, failure: Failure) -> None:
        self._problem = failure.value


class _Timer:
    def __init__(self, call: Any) -> None:
        self._call = call

    def cancel(self) -> None:
        """Don't do it; harmless when it is done."""
        with suppress(AlreadyCalled, AlreadyCancelled):
            self._call.cancel()


class TwistedLoop:
    """A reactor."""

    cancelled: type[BaseException] = CancelledError

    def __init__(self, reactor: Any) -> None:
        self.reactor = reactor

    def now(self) -> float:
        """Its clock, in seconds."""
        return float(self.reactor.seconds())

    def sleep(self, seconds: float) -> "Deferred[None]":
        """Wait."""
        return deferLater(self.reactor, seconds)

    def later(self, seconds: float, action: Callable[[], Any]) -> _Timer:
        """Do something after so many seconds."""
        return _Timer(self.reactor.callLater(seconds, action))

    def promise(self) -> DeferredPromise:
        """A new promise."""
        return DeferredPromise()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "Deferred[Any]":
        """Begin to run a task."""
        return Deferred.fromCoroutine(work)

    def when_done(self, task: Any, action: Callable[[], Any]) -> None:
        """Do something when a task has ended, which no one else awaits."""
        task.addErrback(lambda failure: failure.trap(CancelledError))
        task.addBoth(lambda _: action())

    def is_being_cancelled(self) -> bool:
        """Whether the running task itself was told to end: here nobody can tell."""
        return False

    def link(self, address: Address) -> Link:
        """A connection that is not open yet."""
        return TwistedLink(address, self)

    def log_failure(self, text: str, problem: BaseException) -> None:
        """Log an exception that no code waits for, with its traceback."""
        log.failure("{what}", Failure(problem), what=text)


class _Session(JoinedSession, ApplicationSession):  # type: ignore[misc]
    pass


class _Protocol(CountingProtocol, WampWebSocketClientProtocol):  # type: ignore[misc]
    tcpNoDelay = True  # noqa: N815 - autobahn looks for it before it has copied the option


class TwistedLink(Link):
    """A link on a reactor."""

    _loop: TwistedLoop
    _connecting: Any = None

    def _make_factory(self) -> Any:
        factory = WampWebSocketClientFactory(
            lambda: _Session(self._welcomed),
            self.address.url,
            headers=self.address.headers,
            serializers=make_serializers(),
            reactor=self._loop.reactor,
        )
        factory.protocol = _Protocol
        set_options(factory, self._over)
        return factory

    def _connect(self) -> None:
        self._connecting = self._endpoint().connect(self._factory)
        self._connecting.addCallbacks(
            self._connected, lambda failure: self._refused(failure.value or Exception())
        )

    def _connected(self, protocol: Any) -> None:
        super()._connected(protocol)
        send_unpaced(protocol.transport)

    def _give_up(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()

    def _drop(self, transport: Any) -> None:
        transport.abortConnection()

    def _endpoint(self) -> Any:
        host, port = self.address.host, self.address.port
        endpoint = HostnameEndpoint(self._loop.reactor, host, port, timeout=OPEN_SECONDS)
        if not self.address.secure:
            return endpoint
        from twisted.internet.ssl import optionsForClientTLS

        return wrapClientTLS(optionsForClientTLS(host), endpoint)
