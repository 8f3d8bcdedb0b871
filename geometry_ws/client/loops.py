"""The event loop below a client: what it must do, and which one is running.

A client is written once for Twisted and asyncio. `on_twisted.py` and `on_asyncio.py` are the two
shells: a loop and a link each. Autobahn serves one of the two in a process, the first that is used.
"""

import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from geometry_ws.client.address import Address
    from geometry_ws.client.link import Link


class Promise(Protocol):
    """A result that somebody waits for."""

    @property
    def done(self) -> bool:
        """Whether it has come, or nobody waits any more."""

    def resolve(self, value: Any = None) -> None:
        """Give the result, unless it is done."""

    def reject(self, problem: BaseException) -> None:
        """Give an exception instead, unless it is done."""

    def __await__(self) -> Generator[Any, Any, Any]: ...


class Task(Protocol):
    """Work that runs beside."""

    def cancel(self) -> Any:
        """End it: what it waits for raises the loop's ``cancelled``."""

    def __await__(self) -> Generator[Any, Any, Any]: ...


class Timer(Protocol):
    """Something that will be done."""

    def cancel(self) -> Any:
        """Don't do it; harmless when it is done."""


class Loop(Protocol):
    """An event loop."""

    @property
    def cancelled(self) -> type[BaseException]:
        """What is raised where a task is cancelled."""

    def now(self) -> float:
        """Its clock, in seconds."""

    def sleep(self, seconds: float) -> Awaitable[None]:
        """Wait."""

    def later(self, seconds: float, action: Callable[[], Any]) -> Timer:
        """Do something after so many seconds."""

    def promise(self) -> Promise:
        """A new promise."""

    def spawn(self, work: Coroutine[Any, Any, Any]) -> Task:
        """Begin to run a task."""

    def when_done(self, task: Task, action: Callable[[], Any]) -> None:
        """Do something when a task has ended, which no one else awaits."""

    def is_being_cancelled(self) -> bool:
        """Whether the running task itself was told to end."""

    def link(self, address: "Address") -> "Link":
        """A connection that is not open yet."""

    def log_failure(self, text: str, problem: BaseException) -> None:
        """Log an exception that no code waits for, with its traceback."""


def running_loop(reactor: Any = None) -> Loop:
    """The loop that runs here: that of asyncio where one does, else Twisted's reactor."""
    if reactor is None and (asyncio := sys.modules.get("asyncio")) is not None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            from geometry_ws.client.on_asyncio import AsyncioLoop

            return AsyncioLoop(loop)
    from geometry_ws.client.on_twisted import TwistedLoop

    if reactor is None:
        from twisted.internet import reactor as installed

        reactor = installed
    return TwistedLoop(reactor)
