"""A session as a program uses it: calls, events, surfaces.

A `Client` belongs to one session. When that ends everything of it is gone at the node, so a client
is never used again: `connection.py` makes a new one.
"""

import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

import msgspec
from autobahn.exception import Disconnected
from autobahn.wamp.exception import ApplicationError, SerializationError, TransportLost
from autobahn.wamp.types import CallOptions, PublishOptions

from geometry_ws.client.drawing import Update, whole
from geometry_ws.client.errors import CallError, ClientError, Lost
from geometry_ws.client.link import Link
from geometry_ws.client.loops import Loop, Promise, Task, Timer
from geometry_ws.client.shared_memory import SharedMemory
from geometry_ws.client.surface import SPARE_BYTES, Surface
from geometry_ws.protocol.compositor import CompositorHello
from geometry_ws.protocol.names import MAJOR, expand
from geometry_ws.protocol.surfaces import Committed

HELLO_SECONDS = 10
_ROOM_SECONDS = 0.002
_NUMBERS = ("x", "y", "scale", "max_scale")
_PLACED = frozenset(("width", "height", "x", "y", "scale", "place"))
_URI = re.compile(r"^[0-9a-z_]+(\.[0-9a-z_]+)*$(?!\n)")

S = TypeVar("S", bound=msgspec.Struct)


class Message(NamedTuple):
    """An event as it came; ``size`` counts the bytes of the whole message."""

    topic: str
    keywords: Mapping[str, Any]
    args: Sequence[Any]
    publisher: int | None
    size: int


Handler = Callable[[Message], Any]
"""What gets the messages of a subscription: a function, or a coroutine function."""


class Client:
    """A session at a node."""

    def __init__(self, link: Link, session: Any, loop: Loop) -> None:
        self._link = link
        self._session = session
        self._loop = loop
        self._tasks: set[Task] = set()
        self._timers: set[SessionTimer] = set()
        self._surfaces: dict[str, Surface] = {}
        self._memory = SharedMemory(
            link.address, lambda size: self.call("surface.share", bytes=size)
        )
        self.hello: CompositorHello | None = None
        """What the compositor said of itself, once it was asked."""

    @property
    def session(self) -> int:
        """The session's number at the router."""
        return int(self._session.session_id or 0)

    @property
    def name(self) -> str:
        """Who we are for the node: the name that access was given to, else one of the router's."""
        return str(self._session.name)

    @property
    def role(self) -> str:
        """Our role at the node."""
        return str(self._session.role)

    @property
    def connected(self) -> bool:
        """Whether the session still exists."""
        return bool(self._session.is_attached())

    @property
    def received_bytes(self) -> int:
        """How many bytes of messages have come from the node."""
        return self._link.received_bytes

    def now(self) -> float:
        """The event loop's clock, in seconds."""
        return self._loop.now()

    async def say_hello(self, name: str = "") -> CompositorHello:
        """Agree on the version with the compositor, and learn its limits."""
        keywords = {"major": MAJOR, "client": name}
        answer = await self.call_with("compositor.hello", keywords, HELLO_SECONDS)
        self.hello = hello = convert(answer, CompositorHello)
        self._link.maximum = hello.limits.message_bytes
        return hello

    async def call(self, procedure: str, /, **keywords: Any) -> dict[str, Any]:
        """Call a procedure, by its short name, with keywords of any name.

        Gives the result. Raises CallError with what was answered, Lost when the session ends first,
        TooLarge before anything is sent.
        """
        result: dict[str, Any] = await self.call_with(procedure, keywords)
        return result

    async def call_with(
        self, procedure: str, keywords: Mapping[str, Any], seconds: int | None = None
    ) -> Any:
        """Call with keywords as a mapping; raises like `call`.

        ``seconds``, a whole number of at least 1, is how long the router waits for the answer, give
        or take one. Then it raises CallError with the name ``canceled``. The router waits as long
        as it takes where ``seconds`` is None.
        """
        options = CallOptions(timeout=seconds) if seconds else None
        with _translated():
            return await self._session.call_with(full_name(procedure), (), keywords, options)

    async def publish(self, topic: str, /, **keywords: Any) -> None:
        """Publish a message, and wait until the router has taken it; raises like `call`."""
        await self.publish_with(topic, keywords)

    async def publish_with(self, topic: str, keywords: Mapping[str, Any]) -> None:
        """Publish with keywords as a mapping."""
        with _translated():
            options = PublishOptions(acknowledge=True)
            taken = self._session.publish_with(full_name(topic), (), keywords, options)
            if taken is not None:
                await taken

    def tell(self, topic: str, keywords: Mapping[str, Any]) -> None:
        """Publish without waiting, for frequent messages; does nothing when the session is gone."""
        with suppress(Lost), _translated():
            self._session.publish_with(full_name(topic), (), keywords)

    async def serve(
        self,
        procedure: str,
        endpoint: Callable[[Sequence[Any], Mapping[str, Any], Any], Awaitable[Any]],
        taken: Callable[[], Any],
    ) -> None:
        """Answer a procedure until the session ends, in place of any session that does so now.

        The endpoint is awaited as (args, keywords, details); ``taken`` is called when another
        session takes its place. Few roles may serve anything: see docs/join.md.
        """
        with _translated():
            self._session.taken = taken
            await self._session.serve(full_name(procedure), endpoint, take_over=True)

    async def subscribe(
        self, topic: str, handler: Handler, *, prefix: bool = False
    ) -> "Subscription":
        """Hear a topic, or with ``prefix`` all topics that begin so, until the session ends.

        What the handler raises is logged and stops nothing. What is given back can end it sooner.
        """

        def heard(args: Sequence[Any], keywords: Mapping[str, Any], details: Any) -> None:
            size = self._link.message_bytes
            self._handle(handler, Message(details.topic, keywords, args, details.publisher, size))

        with _translated():
            full = full_name(topic, prefix=prefix)
            match = "prefix" if prefix else None
            return Subscription(await self._session.listen(full, heard, match=match))

    async def create_surface(
        self, *, width: int, height: int, title: str = "", **more: Any
    ) -> Surface:
        """Make a surface of ``width`` by ``height`` world pixels.

        ``more``: x, y, place, scale, max_scale, opacity, opaque, text, cursor, keyboard, wheel,
        content, presented, shown_when, dock, as `surface.create` has them. It goes with the
        session.
        """
        numbers = {"width": width, "height": height}
        numbers |= {name: more.pop(name) for name in _NUMBERS if name in more}
        numbers = {name: whole(name, value) for name, value in numbers.items()}
        answer = await self.call("surface.create", **numbers, title=title, **more)
        identifier, scale = str(answer["surface"]), numbers.get("scale", 1)
        surface = Surface(self, identifier, numbers["width"], numbers["height"], scale)
        surface.x = int(answer.get("x", numbers.get("x", 0)))
        surface.y = int(answer.get("y", numbers.get("y", 0)))
        options = {"title": title, **more, **numbers}
        surface.options = {name: options[name] for name in options.keys() - _PLACED}
        return surface

    async def commit(self, *updates: Update, cause: int = 0) -> Committed:
        """Show changes of several surfaces in one step; `Surface.update` makes them.

        ``cause``: the ``input`` of the event that this answers, for the measuring of lags.
        """
        more = {"cause": cause} if cause else {}
        lent, wanted = self._memory.lend(updates, self.largest_picture)
        if wanted:
            self.spawn(self._memory.get(wanted))
        while lent.sent_bytes > self.largest_picture and await self._memory.has_room_for(updates):
            # Others are under way.
            lent.give_back()
            await self.sleep(_ROOM_SECONDS)
            lent, _ = self._memory.lend(updates, self.largest_picture)
        try:
            answer = await self.call("surface.commit", updates=lent.updates, **more)
        finally:
            lent.give_back()
        for update in updates:
            if surface := self._surfaces.get(update["surface"]):
                surface.adopt(update)
        return convert(answer, Committed)

    @property
    def largest_message(self) -> int:
        """How many bytes a message to the node may have."""
        return self._link.maximum

    @property
    def largest_picture(self) -> int:
        """How many bytes of pictures a message to the node may have."""
        return max(0, self.largest_message - SPARE_BYTES)

    async def most_at_once(self, length: int) -> int:
        """How many bytes a picture may have in one commit, if it may have so many.

        On the node's own machine it may be larger than a message.
        """
        most = self.largest_picture
        return length if length > most and await self._memory.has_room(length) else most

    @property
    def surfaces(self) -> int:
        """How many surfaces of this session there are."""
        return len(self._surfaces)

    def disown(self, surface: Surface) -> None:
        """Forget a surface that was removed."""
        self._surfaces.pop(surface.id, None)

    def own(self, surface: Surface) -> None:
        """Keep a surface's size up to date."""
        self._surfaces[surface.id] = surface

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds."""
        await self._loop.sleep(seconds)

    def later(self, seconds: float, action: Callable[[], Any]) -> Timer:
        """Do something after so many seconds, unless the session ends; what it raises is logged."""
        return SessionTimer(self._loop, seconds, action, self._timers)

    async def stay(self) -> None:
        """Wait for as long as the session lasts, so that what was made stays."""
        await self._loop.promise()

    def promise(self) -> Promise:
        """A result that somebody waits for, in whichever event loop this is."""
        return self._loop.promise()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> Task:
        """Run a task beside; the end of the session cancels it, and its failures are logged."""
        task = self._loop.spawn(self._guard(work))
        self._tasks.add(task)

        def ended() -> None:
            self._tasks.discard(task)
            work.close()  # where it was cancelled before it began

        self._loop.when_done(task, ended)
        return task

    def close(self) -> None:
        """End the session; its surfaces go with it."""
        self._link.close()

    def stop_tasks(self) -> None:
        """Cancel what was spawned; the connection does this when the session has ended."""
        for task in list(self._tasks):
            task.cancel()
        for timer in list(self._timers):
            timer.cancel()

    def _handle(self, handler: Handler, message: Message) -> None:
        try:
            work = handler(message)
        except Exception as problem:  # noqa: BLE001 - a program's fault must not end its session
            self._loop.log_failure(f"the handler of {message.topic} failed", problem)
            return
        if isinstance(work, Coroutine):
            self.spawn(work)

    async def _guard(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return await work
        except self._loop.cancelled:
            raise
        except Lost:
            return None
        except Exception as problem:  # noqa: BLE001 - it is logged
            self._loop.log_failure("a task failed", problem)
            return None


class SessionTimer:
    """A timer that a session's end can cancel: it is among the session's own until it is done."""

    def __init__(
        self, loop: Loop, seconds: float, action: Callable[[], Any], among: "set[SessionTimer]"
    ) -> None:
        self._loop = loop
        self._action: Callable[[], Any] | None = action
        self._among = among
        self._among.add(self)
        self._timer = loop.later(seconds, self._act)

    def cancel(self) -> None:
        """Don't do it; harmless when it is done."""
        self._among.discard(self)
        if self._action is not None:
            self._action = None
            self._timer.cancel()

    def _act(self) -> None:
        # The loop's timer and this one hold each other; what was to be done is let go.
        action, self._action = self._action, None
        self._among.discard(self)
        try:
            if action is not None:
                action()
        except Exception as problem:  # noqa: BLE001 - the event loop goes on
            self._loop.log_failure("what was to be done later failed", problem)


class Subscription:
    """What a program hears; until it is ended its handler is kept."""

    def __init__(self, subscription: Any) -> None:
        self._subscription = subscription

    async def end(self) -> None:
        """Hear no more; does nothing where the session has ended."""
        if self._subscription.active:
            with suppress(Lost), _translated():
                await self._subscription.unsubscribe()


def full_name(name: str, *, prefix: bool = False) -> str:
    """The URI for a short name; raises ClientError for what the router would close us for."""
    full = expand(name)
    if not _URI.match(full.removesuffix(".") if prefix else full):
        raise ClientError(
            f"{name!r} is no name here: small letters, digits and _ in parts with dots between."
        )
    return full


def convert(answer: Any, kind: type[S]) -> S:
    """A result or event as the protocol's type; raises ClientError where it can't be one."""
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as problem:
        raise ClientError(f"The node sent a wrong {kind.__name__}: {problem}.") from None


class _translated:  # noqa: N801 - used like a function
    """Turns autobahn's exceptions into ours."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, problem: BaseException | None, traceback: Any) -> None:
        if isinstance(problem, TransportLost | Disconnected):
            # The second one is said while a connection is being closed.
            raise Lost("The connection was lost.") from None
        if isinstance(problem, SerializationError):
            raise ClientError(f"This can't be sent: {problem}.") from None
        if isinstance(problem, ApplicationError):
            if problem.error.startswith("wamp.close."):
                raise Lost("The connection was lost.") from None
            text = str(problem.args[0]) if problem.args else ""
            raise CallError(problem.error, text, problem.kwargs) from None
