"""Keeps a program connected: opens a session, runs the program with it, and opens the next.

A session that is lost is lost with all that it had, and a session that the router ends never comes
back by itself. So each session gets a new `Client`, and the program's main function is
called again with it. Waits grow from 0.2 s to 5 s and begin again once a session was ready.

It is written for the event loop that runs where it is used: asyncio's, else Twisted's reactor.
"""

from collections.abc import Awaitable, Callable, Sequence
from inspect import isawaitable
from typing import Any, TypeVar

from geometry_ws.client.address import Address, parse_address, usual_address, with_token
from geometry_ws.client.client import HELLO_SECONDS, Client
from geometry_ws.client.errors import COMPONENT_AWAY, CallError, Lost, NotAdmitted, Unreachable
from geometry_ws.client.failure_reasons import Closed
from geometry_ws.client.link import Link
from geometry_ws.client.loops import Loop, Promise, Task, Timer, running_loop
from geometry_ws.protocol.names import uri

T = TypeVar("T")
Main = Callable[[Client], Awaitable[T]]

FIRST_WAIT = 0.2
LONGEST_WAIT = 5.0
_GROWTH = 1.7

UNSUPPORTED = uri("error.unsupported_version")


def begin(main: Main[T], client: Client) -> Awaitable[T]:
    """Call a main function; raises TypeError where there is nothing to await."""
    work = main(client)
    if not isawaitable(work):
        raise TypeError("main must be an `async def`: it is called with a client, and awaited.")
    return work


class Notices:
    """Notices about a connection; override the ones that you need."""

    def opened(self, client: Client) -> None:
        """A session was opened; the components may not answer yet."""

    def closed(self, closed: Closed) -> None:
        """A session has ended."""

    def waiting(self, reason: str, seconds: float) -> None:
        """There is no session; the next attempt comes after so many seconds."""


class Stopped(Exception):
    """The connection was told to stop."""


class Connection:
    """A connection to a node that comes back.

    ``needs``: the hello that must be answered before the program's main function is called; empty
    for programs that can do without a compositor. ``retry``: False for one attempt only.
    ``address``: of the node, else the environment's GEOMETRY_WS_URL, else http://localhost:8081.
    ``token``: what lets us in at a node that asks for it; else the environment's.
    ``longest_wait``: at most so many seconds lie between two attempts.

    With ``async with Connection(…) as client`` there is one session, which ends with the block.
    """

    def __init__(
        self,
        address: str | Address | None = None,
        *,
        reactor: Any = None,
        notices: Notices | None = None,
        name: str = "",
        needs: Sequence[str] = ("compositor.hello",),
        retry: bool = True,
        token: str | None = None,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self.address = with_token(
            parse_address(usual_address() if address is None else address), token
        )
        self._reactor = reactor
        self._notices = notices or Notices()
        self._name = name
        self._needs = tuple(needs)
        self._retry = retry
        self._stopped = False
        self._loop: Loop | None = None
        self._link: Link | None = None
        self._pause: tuple[Promise, Timer] | None = None
        self._work: Task | None = None
        self._longest_wait = longest_wait
        self._wait = min(FIRST_WAIT, longest_wait)
        self._refusal = ""
        self._block: tuple[Promise, Task] | None = None

    @property
    def link(self) -> Link | None:
        """The link of the newest session."""
        return self._link

    async def serve(self, main: Main[T]) -> T:
        """Call ``main`` with a client, and again with a new one whenever the session was lost.

        When a session is lost, what ``main`` waits for raises (Lost or the loop's CancelledError).
        Gives what main returns and raises what it raises. Raises Unreachable without ``retry``,
        NotAdmitted where the node lets us in no more, and Stopped after `stop`.
        """
        loop = self._loop = running_loop(self._reactor)
        while not self._stopped:
            reason = ""
            try:
                return await self._serve_once(loop, main)
            except Lost as lost:
                if self._refusal:
                    raise NotAdmitted(self._refusal) from lost
                if not self._retry:
                    raise
            except Unreachable as problem:
                if not self._retry or isinstance(problem, NotAdmitted):
                    raise
                reason = str(problem)
            if not self._stopped:
                await self._rest(loop, reason)
        raise Stopped

    async def __aenter__(self) -> Client:
        """Open a session; gives its client. Raises Unreachable without ``retry``."""
        loop = running_loop(self._reactor)
        opened, over = loop.promise(), loop.promise()

        async def stay(client: Client) -> None:
            opened.resolve(client)
            await over

        async def served() -> None:
            try:
                await self._serve_once(loop, stay)
            except (Lost, Stopped):
                pass
            except BaseException as problem:
                if opened.done:
                    raise
                opened.reject(problem)
            opened.reject(Lost("The session ended."))

        self._block = over, loop.spawn(served())
        try:
            client: Client = await opened
        except BaseException:
            over.resolve()
            raise
        return client

    async def __aexit__(self, *_: object) -> None:
        """End the session."""
        if self._block is not None:
            (over, served), self._block = self._block, None
            over.resolve()
            await served

    def stop(self) -> None:
        """End the session, and don't open another."""
        self._stopped = True
        if self._pause is not None:
            pause, timer = self._pause
            timer.cancel()
            pause.resolve()
        if self._work is not None:
            self._work.cancel()
        if self._link is not None:
            self._link.close()

    async def _serve_once(self, loop: Loop, main: Main[T]) -> T:
        """One session from beginning to end; raises Lost when it ended before main did."""
        self._link = link = loop.link(self.address)
        try:
            session = await link.open()
        except BaseException:
            link.close()
            raise
        client = Client(link, session, loop)
        self._notices.opened(client)
        self._work = work = loop.spawn(self._worked(client, main))
        link.when_closed(lambda closed: self._ended(closed, client, work))
        try:
            result: T = await work
            return result
        except loop.cancelled:
            if loop.is_being_cancelled() or (client.connected and not self._stopped):
                raise
            raise Lost("The session ended.") from None
        except CallError as problem:
            if await self._component_gone(client, problem):
                raise Lost("The node lost a component.") from problem
            raise
        finally:
            self._work = None
            client.stop_tasks()
            link.close()
            await link.until_closed()

    async def _worked(self, client: Client, main: Main[T]) -> T:
        if self._needs:
            await self._agree(client)
        self._wait = min(FIRST_WAIT, self._longest_wait)
        return await begin(main, client)

    async def _agree(self, client: Client) -> None:
        """Wait until the components answer: they come some seconds after the router."""
        wait = min(FIRST_WAIT, self._longest_wait)
        for procedure in self._needs:
            while True:
                try:
                    if procedure == "compositor.hello":
                        await client.say_hello(self._name)
                    else:
                        await client.call_with(procedure, {}, HELLO_SECONDS)
                    break
                except CallError as problem:
                    if problem.uri not in COMPONENT_AWAY or not self._retry:
                        raise
                await client.sleep(wait)
                wait = min(wait * _GROWTH, 1.0, self._longest_wait)

    async def _component_gone(self, client: Client, problem: CallError) -> bool:
        """Whether a call failed because a component has died, with which the node ends too."""
        if not self._needs or problem.uri not in COMPONENT_AWAY:
            return False
        if not client.connected or "disconnected" in problem.message:
            return True
        try:
            await client.call_with(self._needs[0], {}, HELLO_SECONDS)
        except (CallError, Lost):
            return True
        return False

    def _ended(self, closed: Closed, client: Client, work: Task) -> None:
        if closed.is_refusal:
            self._refusal = f"{self.address.place}: {closed.sentence}"
        self._notices.closed(closed)
        client.stop_tasks()
        work.cancel()

    async def _rest(self, loop: Loop, reason: str) -> None:
        longest = self._longest_wait
        seconds, self._wait = self._wait, min(self._wait * _GROWTH, longest)
        self._notices.waiting(reason, seconds)
        pause = loop.promise()
        self._pause = pause, loop.later(seconds, pause.resolve)
        try:
            await pause
        finally:
            self._pause = None
