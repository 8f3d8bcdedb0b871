"""What a program hears of a picture that it shows: input, looks, files that are dropped on it."""

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from geometry_ws.client.drops import Drop, in_thread
from geometry_ws.protocol.drops import Drops, FilesDropped

if TYPE_CHECKING:
    from geometry_ws.client.background import Background
    from geometry_ws.client.client import Client, Message
    from geometry_ws.client.surface import Surface
    from geometry_ws.protocol.surfaces import SurfaceInput, SurfaceLooked

Handler = TypeVar("Handler", bound=Callable[["SurfaceInput"], Any])
LookHandler = TypeVar("LookHandler", bound=Callable[["SurfaceLooked"], Any])
SentHandler = TypeVar("SentHandler", bound=Callable[[bool], Any])
DropHandler = TypeVar("DropHandler", bound=Callable[[Drop], Any])


class Hearing:
    """The handlers of a picture. All threads may give it some."""

    _options: dict[str, Any]
    _background: "Background"
    _client: "Client | None"
    _state: threading.Condition
    _changes: dict[str, Any]
    _check: Callable[[], None]
    _wake: Callable[[], None]

    def _begin_hearing(self) -> None:
        self._handlers: list[Callable[[SurfaceInput], Any]] = []
        self._look_handlers: list[Callable[[SurfaceLooked], Any]] = []
        self._sent_handlers: list[Callable[[bool], Any]] = []
        self._drop_handlers: list[Callable[[Drop], Any]] = []
        self._hears: set[str] = set()
        """What is heard of the surface that shows it."""
        self._look: SurfaceLooked | None = None
        """What was heard last of viewers that look at it."""

    def on_input(self, handler: Handler) -> Handler:
        """Call a function with each pointer, wheel, key and text event that is meant for it.

        It is called in the background thread, so it should be quick; a coroutine function runs as a
        task there. What it raises is told on stderr and stops nothing. Gives the function, so that
        it may stand above a function as decorator.
        """
        if not callable(handler):
            raise TypeError("`handler` is a function that takes an event")
        self._check()
        self._handlers.append(handler)
        self._wake()
        return handler

    def on_looked(self, handler: LookHandler) -> LookHandler:
        """Call a function when viewers begin or end to look at it, and when they look closer.

        The event's ``looked`` says whether any looks, ``scale`` at which `update` would be sharp
        there. It is called as those of `on_input` are.
        """
        self._check()
        self._look_handlers.append(handler)
        if self._look is not None:
            self._background.soon(self._hear, self._client, [handler], self._look)
        return handler

    def on_sent(self, handler: SentHandler) -> SentHandler:
        """Call a function when a picture was sent, with whether somebody sees it.

        Whoever draws only then draws as fast as it is seen. It is called as those of `on_input`.
        """
        self._check()
        self._sent_handlers.append(handler)
        return handler

    def on_drop(self, handler: DropHandler) -> DropHandler:
        """Call a function with each `Drop` of files that a person drops on it.

        ``drop.files`` have ``name``, ``type``, ``bytes``, ``read()`` and ``save(folder)``, and
        ``drop.refuse(reason)`` is told to the person. The function runs in a thread of its own, so
        it may take its time; a coroutine function is a task as that of `on_input`, and awaits
        ``data()``. One function takes the files: a new one takes the place of the one before.
        """
        if not callable(handler):
            raise TypeError("`handler` is a function that takes a drop")
        self._check()
        with self._state:
            self._drop_handlers = [handler]
            self._options["files"] = self._changes["files"] = True
        self._wake()
        return handler

    async def _hear_surface(self, client: "Client", surface: "Surface") -> None:
        """Hear of a surface what there are handlers for."""
        if self._handlers and "input" not in self._hears:
            self._hears.add("input")
            await surface.on_input(lambda event: self._hear(client, self._handlers, event))
        if self._drop_handlers and "drops" not in self._hears:
            self._hears.add("drops")
            topic = Drops.on_drop.at(surface.id)
            await client.subscribe(topic, lambda message: self._hear_drop(client, message))

    def _hear_drop(self, client: "Client", message: "Message") -> None:
        event = msgspec.convert(message.keywords, FilesDropped)
        drop = Drop(client, event, asyncio.get_running_loop())
        client.spawn(drop.handled(in_thread(self._drop_handlers[-1], drop)))

    def _hear(self, client: "Client", handlers: list[Callable[[Any], Any]], event: Any) -> None:
        for handler in list(handlers):
            try:
                work = handler(event)
            except Exception as problem:  # noqa: BLE001 - a program's fault must not end its session
                tell(f"a handler of {self._options['title']!r} failed", problem)
            else:
                if asyncio.iscoroutine(work):
                    client.spawn(work)


def tell(sentence: str, problem: BaseException | None = None) -> None:
    """Tell the program's person."""
    from geometry_ws.client.on_asyncio import log

    log.error("%s", sentence, exc_info=problem)
