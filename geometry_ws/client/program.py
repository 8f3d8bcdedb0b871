"""Runs a program: starts the event loop, connects, and ends in order."""

import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from geometry_ws.client.address import Address, parse_address, usual_address, with_token
from geometry_ws.client.errors import ClientError
from geometry_ws.client.failure_reasons import Closed

if TYPE_CHECKING:
    from geometry_ws.client.client import Client
    from geometry_ws.client.connection import Connection


def run(
    main: "Callable[[Client], Awaitable[Any]]",
    address: str | Address | None = None,
    *,
    token: str | None = None,
    name: str = "",
    quiet: bool = False,
    twisted: bool = False,
) -> None:
    """Connect to a node and run ``async def main(client)``; returns when main has returned.

    It runs on asyncio, with ``twisted`` on Twisted's reactor. When the connection is lost, main is
    called again with a new client as soon as the node is back: what the old session had made, its
    surfaces too, went with it. Ctrl-C and SIGTERM end the program with status 0. What main raises
    ends it too, with its traceback. Waits and losses are told on stderr unless ``quiet``.
    ``address``: of the node, else the environment's GEOMETRY_WS_URL, else http://localhost:8081.
    ``token``: what lets us in at a node that asks for it, else the environment's
    GEOMETRY_WS_TOKEN. Raises NotAdmitted where the node lets us in no more.
    """
    address = with_token(parse_address(usual_address() if address is None else address), token)
    if not twisted and _runs_here():
        raise ClientError(
            "An event loop runs here already: `await Connection(address).serve(main)`, or draw "
            "without one: geometry_ws.show(picture)."
        )
    from geometry_ws.client.connection import Connection, Notices, begin

    notices = Notices() if quiet else _printed_notices()
    connection = Connection(address, name=name, notices=notices)
    surfaces: list[int] = []

    async def counted(client: "Client") -> None:
        await begin(main, client)
        surfaces.append(client.surfaces)

    failure = (run_connection if twisted else run_on_asyncio)(connection, counted)
    if failure is not None:
        raise failure
    if surfaces and surfaces[0] and not quiet:
        _say("main has returned, and its surfaces went with it: `await client.stay()` keeps them")


def _runs_here() -> bool:
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def run_on_asyncio(
    connection: "Connection", main: "Callable[[Client], Awaitable[Any]]"
) -> BaseException | None:
    """Run a loop of asyncio until main is through or a signal comes; give what main raised."""
    import asyncio

    from geometry_ws.client.connection import Stopped

    async def served() -> None:
        loop = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, connection.stop)
        await connection.serve(main)

    try:
        asyncio.run(served())
    except Stopped:
        return None
    except Exception as problem:  # noqa: BLE001 - the caller raises it
        return problem
    return None


def run_connection(
    connection: "Connection", main: "Callable[[Client], Awaitable[Any]]"
) -> BaseException | None:
    """Run Twisted's reactor until main is through or a signal comes; give what main raised."""
    from twisted.internet import reactor as installed
    from twisted.internet.defer import Deferred

    from geometry_ws.client.connection import Stopped

    reactor: Any = installed
    raised: list[BaseException] = []

    def ended(failure: Any) -> None:
        if not failure.check(Stopped):
            raised.append(failure.value)

    def stop(*_: Any) -> None:
        reactor.callFromThread(connection.stop)

    def begin() -> None:
        _log_failures()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        served = Deferred.fromCoroutine(connection.serve(main))
        served.addErrback(ended)
        served.addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(begin)
    reactor.run(installSignalHandlers=True)
    return raised[0] if raised else None


def _log_failures() -> None:
    """Log failures that no code waits for (of handlers, of tasks), and nothing else."""
    from twisted.logger import (
        FilteringLogObserver,
        LogLevel,
        LogLevelFilterPredicate,
        globalLogBeginner,
        textFileLogObserver,
    )

    faults = LogLevelFilterPredicate(defaultLogLevel=LogLevel.critical)
    observer = FilteringLogObserver(textFileLogObserver(sys.stderr), [faults])
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False, discardBuffer=True)


def _printed_notices() -> Any:
    from geometry_ws.client.connection import Notices

    class PrintedNotices(Notices):
        """Says on stderr why nothing happens."""

        silent = False

        def closed(self, closed: Closed) -> None:
            if closed.reason != "wamp.close.normal":
                _say(f"{closed.sentence}; connecting again")
            self.silent = True

        def waiting(self, reason: str, seconds: float) -> None:  # noqa: ARG002
            if reason and not self.silent:
                _say(f"{reason}; trying until it does")
            self.silent = True

        def opened(self, client: "Client") -> None:  # noqa: ARG002
            self.silent = False

    return PrintedNotices()


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}.\n")
