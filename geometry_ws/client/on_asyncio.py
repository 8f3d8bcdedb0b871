"""A client's event loop and link on asyncio, as programs use them."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Coroutine, Generator
from typing import Any

from geometry_ws.client.address import Address
from geometry_ws.client.errors import ClientError

try:
    from autobahn.asyncio.wamp import ApplicationSession
    from autobahn.asyncio.websocket import WampWebSocketClientFactory, WampWebSocketClientProtocol
except RuntimeError:
    raise ClientError(
        "This process uses Autobahn with Twisted already, and it can't use both: "
        "say run(main, twisted=True), or draw from a process of its own."
    ) from None

from geometry_ws.client.link import CountingProtocol, JoinedSession, Link, set_options
from geometry_ws.client.loopback import unpace
from geometry_ws.wamp.serializers import make_serializers

log = logging.getLogger("geometry_ws")
# What Autobahn logs is told by our errors; a program that sets up logging gets it all the same.
for _name in ("autobahn", __name__):
    logging.getLogger(_name).addHandler(logging.NullHandler())


class FuturePromise:
    """A promise of asyncio."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._future: asyncio.Future[Any] = loop.create_future()

    @property
    def done(self) -> bool:
        """Whether the result has come, or nobody waits any more."""
        return self._future.done()

    def resolve(self, value: Any = None) -> None:
        """Give the result, unless it is done."""
        if not self._future.done():
            self._future.set_result(value)

    def reject(self, problem: BaseException) -> None:
        """Give an exception instead, unless it is done."""
        if not self._future.done():
            self._future.set_exception(problem)
            self._future.exception()  # that nobody waits for it is no news

    def __await__(self) -> Generator[Any, Any, Any]:
        """Wait for the result."""
        return asyncio.shield(self._future).__await__()


class AsyncioLoop:
    """A loop of asyncio."""

    cancelled: type[BaseException] = asyncio.CancelledError

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._resolved: dict[tuple[str, int], list[str]] = {}

    def now(self) -> float:
        """Its clock, in seconds."""
        return self.loop.time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def later(self, seconds: float, action: Callable[[], Any]) -> asyncio.TimerHandle:
        """Do something after so many seconds."""
        return self.loop.call_later(seconds, action)

    def promise(self) -> FuturePromise:
        """A new promise."""
        return FuturePromise(self.loop)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Begin to run a task."""
        return self.loop.create_task(work)

    def when_done(self, task: Any, action: Callable[[], Any]) -> None:
        """Do something when a task has ended, which no one else awaits."""
        task.add_done_callback(lambda _: action())

    def is_being_cancelled(self) -> bool:
        """Whether the running task itself was told to end."""
        task = asyncio.current_task()
        return task is not None and task.cancelling() > 0

    def link(self, address: Address) -> Link:
        """A connection that is not open yet."""
        return AsyncioLink(address, self)

    def log_failure(self, text: str, problem: BaseException) -> None:
        """Log an exception that no code waits for, with its traceback."""
        log.error("%s", text, exc_info=problem)

    async def hosts(self, host: str, port: int) -> list[str]:
        """The numbers of a host. Raises OSError.

        Once known they are remembered: while the interpreter ends, no thread can ask any more.
        """
        try:
            infos = await self.loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except RuntimeError:
            if known := self._resolved.get((host, port)):
                return known
            raise
        numbers = list(dict.fromkeys(str(info[4][0]) for info in infos))
        self._resolved[host, port] = numbers
        return numbers


class _Session(JoinedSession, ApplicationSession):  # type: ignore[misc]
    pass


class _Protocol(CountingProtocol, WampWebSocketClientProtocol):  # type: ignore[misc]
    pass


class AsyncioLink(Link):
    """A link on a loop of asyncio."""

    _loop: AsyncioLoop
    _connecting: "asyncio.Task[None] | None" = None

    def _make_factory(self) -> Any:
        factory = WampWebSocketClientFactory(
            lambda: _Session(self._welcomed),
            self.address.url,
            headers=self.address.headers,
            serializers=make_serializers(),
            loop=self._loop.loop,
        )
        factory.protocol = _Protocol
        set_options(factory, self._over)
        return factory

    def _connect(self) -> None:
        self._connecting = self._loop.spawn(self._try_all())

    def _give_up(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        self._refused(ConnectionAbortedError("given up"))

    def _drop(self, transport: Any) -> None:
        transport.abort()

    def let_go(self) -> None:
        """In a forked process: the connection is the first process's alone, and ends with it."""
        transport = self._protocol.transport if self._protocol is not None else None
        connected = transport.get_extra_info("socket") if transport is not None else None
        if connected is not None and connected.fileno() >= 0:
            # The number stays taken: whoever closes it later must not close another file.
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, connected.fileno())
            os.close(nothing)

    async def _try_all(self) -> None:
        """Connect to the first number of the host that answers."""
        host, port = self.address.host, self.address.port
        problem: Exception = OSError(f"{host} has no address")
        try:
            for number in await self._loop.hosts(host, port):
                try:
                    transport, protocol = await self._loop.loop.create_connection(
                        self._factory, number, port, **self._tls()
                    )
                except OSError as refused:
                    problem = refused
                else:
                    unpace(transport.get_extra_info("socket"), number)
                    self._connected(protocol)
                    return
        except Exception as unexpected:  # noqa: BLE001 - it is told by `open`
            problem = unexpected
        self._refused(problem)

    def _tls(self) -> dict[str, Any]:
        if not self.address.secure:
            return {}
        import ssl

        return {"ssl": ssl.create_default_context(), "server_hostname": self.address.host}
