"""A surface, as the program that made it holds it.

Sizes and places are in world pixels, pictures and damage in buffer pixels: the surface's size times
its ``scale``. Its size and place are remembered, and what it is made anew with for a picture that
is too large for one message.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from geometry_ws.client import drawing
from geometry_ws.client.drawing import Operation, Order, Update
from geometry_ws.client.drops import Drop
from geometry_ws.protocol.declare import Topic
from geometry_ws.protocol.drops import Drops, FilesDropped
from geometry_ws.protocol.surfaces import (
    Committed,
    SurfaceClosed,
    SurfaceInput,
    SurfaceLooked,
    SurfacePresented,
    Surfaces,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from geometry_ws.client.client import Client, Message, Subscription

S = TypeVar("S", bound=msgspec.Struct)

SPARE_BYTES = 64 * 1024
"""What a commit has besides its pixels."""


class Surface:
    """A rectangle of pixels in the world."""

    def __init__(self, client: "Client", identifier: str, width: int, height: int, scale: int = 1):
        self._client = client
        self.id = identifier
        self.x = self.y = 0
        self.width = width
        self.height = height
        self.scale = scale
        self.options: dict[str, Any] = {}
        """What it was made and configured with, but size and place."""
        self._subscriptions: list[Subscription] = []
        self._heard: list[tuple[Topic, Callable[[Message], Any]]] = []
        client.own(self)

    @property
    def buffer_size(self) -> tuple[int, int]:
        """Width and height of the picture, in buffer pixels."""
        return self.width * self.scale, self.height * self.scale

    def update(
        self,
        pixels: "npt.NDArray[np.uint8] | None" = None,
        *,
        at: Sequence[int] = (0, 0),
        damage: Iterable[Sequence[int]] | None = None,
        order: Order = "rgb",
        premultiplied: bool = False,
        ops: Iterable[Operation] = (),
        **changes: int,
    ) -> Update:
        """What a commit shall do to this surface, for `Client.commit`.

        ``pixels``: an array (height, width, 3 or 4) of numpy.uint8, red first unless ``order`` is
        "bgr", alpha straight unless ``premultiplied``; it covers the whole buffer from ``at`` on.
        ``damage``: only these rectangles of it are sent. ``ops``: further operations of `drawing`,
        before the picture. ``changes``: x, y, width, height and scale, new. Raises ValueError for
        a picture that does not fit.
        """
        unknown = set(changes) - {"x", "y", "width", "height", "scale"}
        if unknown:
            raise TypeError(f"a surface has no {', '.join(sorted(unknown))}")
        changes = {name: drawing.whole(name, value) for name, value in changes.items()}
        update: Update = {"surface": self.id, **changes}
        operations = list(ops)
        if pixels is not None:
            pixels = drawing.check(pixels)
            self._check_fit(pixels.shape, at, changes)
            operations += drawing.picture(pixels, at, damage, order, premultiplied)
        update["ops"] = operations
        return update

    async def commit(
        self, pixels: "npt.NDArray[np.uint8] | None" = None, *, cause: int = 0, **more: Any
    ) -> Committed:
        """Show a picture; takes what `update` takes, and the ``input`` of an event it answers.

        Answers when a viewer has it, or after 100 ms when no viewer looks, so a loop that awaits
        it draws as fast as it is seen. The answer has ``frame`` and ``seen``. A whole picture that
        is too large for one message goes in several, and is seen at once: it is drawn on a surface
        that nobody sees, which then takes this one's place, and its ``id``, above all others.
        """
        update = self.update(pixels, **more)
        parts = await self._parts(update)
        if len(parts) < 2:
            return await self._client.commit(update, cause=cause)
        await self._replace({**update, "ops": []}, parts)
        return await self._client.commit(self.update(), cause=cause)

    async def fill(self, rgba: Sequence[int], rect: Sequence[int] | None = None) -> Committed:
        """Fill a rectangle, or all of it, with one colour of 0 to 255 each."""
        whole = (0, 0, *self.buffer_size)
        return await self.commit(ops=[drawing.fill(whole if rect is None else rect, rgba)])

    async def copy(self, rect: Sequence[int], to: Sequence[int]) -> Committed:
        """Copy a rectangle of the picture so that its corner lies at ``to`` (x, y)."""
        return await self.commit(ops=[drawing.copy(rect, to)])

    async def move(self, x: int, y: int) -> None:
        """Put it somewhere else in the world."""
        await self._client.call("surface.move", surface=self.id, x=int(x), y=int(y))
        self.x, self.y = int(x), int(y)

    async def raise_(self) -> None:
        """Put it above all others."""
        await self._client.call("surface.raise", surface=self.id)

    async def lower(self) -> None:
        """Put it below all others."""
        await self._client.call("surface.lower", surface=self.id)

    async def configure(self, **changes: Any) -> None:
        """Change title, text (what it shows, in words), cursor, keyboard, wheel and the like."""
        await self._client.call("surface.configure", surface=self.id, **changes)
        self.options |= changes

    async def offer_text(self, text: str, event: SurfaceInput) -> None:
        """Offer text to the clipboard of whoever pressed or typed ``event``, within 5 s and once.

        The person's browser may ask first. Raises CallError.
        """
        await self._client.call("seat.clipboard", input=event.input, text=text)

    async def destroy(self) -> None:
        """Remove it."""
        await self._client.call("surface.destroy", surface=self.id)
        self._client.disown(self)
        subscriptions, self._subscriptions = self._subscriptions, []
        for subscription in subscriptions:
            await subscription.end()

    async def on_input(self, handler: Callable[[SurfaceInput], Any]) -> None:
        """Hear the input that is meant for it: pointer, wheel, keys and text."""
        await self._hear(Surfaces.on_input, handler, SurfaceInput)

    async def on_drop(self, handler: Callable[[Drop], Any]) -> None:
        """Take files that a person drops on it: the handler, a coroutine function, fetches them.

        The person is told when it has returned, or why the handler has refused them.
        """

        def heard(event: FilesDropped) -> Any:
            drop = Drop(self._client, event)
            return drop.handled(handler(drop))

        await self._hear(Drops.on_drop, heard, FilesDropped)
        await self.configure(files=True)

    async def on_looked(self, handler: Callable[[SurfaceLooked], Any]) -> None:
        """Hear whether a viewer looks at it, and at which scale it would be sharp there."""
        await self._hear(Surfaces.on_looked, handler, SurfaceLooked)

    async def on_closed(self, handler: Callable[[SurfaceClosed], Any]) -> None:
        """Hear that somebody has closed it, as one closes a window: it is gone then."""
        await self._hear(Surfaces.on_closed, handler, SurfaceClosed)

    async def on_presented(self, handler: Callable[[SurfacePresented], Any]) -> None:
        """Hear when viewers have painted its content, and how many; make it with ``presented``."""
        await self._hear(Surfaces.on_presented, handler, SurfacePresented)

    def adopt(self, update: Update) -> None:
        """Remember the size and the place that a commit has given."""
        self.x = int(update.get("x", self.x))
        self.y = int(update.get("y", self.y))
        self.width = int(update.get("width", self.width))
        self.height = int(update.get("height", self.height))
        self.scale = int(update.get("scale", self.scale))

    async def _hear(self, topic: Topic, handler: Callable[[S], Any], kind: type[S]) -> None:
        def heard(message: "Message") -> Any:
            return handler(msgspec.convert(message.keywords, kind))

        self._heard.append((topic, heard))
        self._subscriptions.append(await self._client.subscribe(topic.at(self.id), heard))

    async def _parts(self, update: Update) -> list[Operation]:
        """The picture of an update as parts that can be sent; none where it has no other."""
        if len(update["ops"]) != 1 or update["ops"][0][0] != "image":
            return []
        (operation,) = update["ops"]
        most = await self._client.most_at_once(len(operation[3]))
        width, height = (update.get(name, getattr(self, name)) for name in ("width", "height"))
        scale = update.get("scale", self.scale)
        is_whole = operation[1] == [0, 0, width * scale, height * scale]
        if len(operation[3]) <= most or not is_whole or operation[2] not in ("rgba", "bgra"):
            return []
        return list(drawing.cut(operation, most))

    async def _replace(self, update: Update, parts: Iterable[Operation]) -> None:
        """Let a surface with this picture take the place of the one that is seen."""
        listed = await self._client.call("surface.list", mine=True)
        for entry in listed["surfaces"]:
            if entry["surface"] == self.id:
                self.x, self.y = entry["x"], entry["y"]  # somebody may have moved it
        place = {"width": self.width, "height": self.height, "scale": self.scale}
        place |= {"x": self.x, "y": self.y}
        place |= {name: value for name, value in update.items() if name in place}
        fresh = await self._client.create_surface(**{**self.options, **place, "opacity": 0.0})
        for part in parts:
            await fresh.commit(ops=[part])
        subscriptions = [
            await self._client.subscribe(topic.at(fresh.id), heard) for topic, heard in self._heard
        ]
        await fresh.configure(opacity=self.options.get("opacity", 1.0))
        before, self._subscriptions = self._subscriptions, subscriptions
        self._client.disown(fresh)
        self._client.disown(self)
        identifier, self.id = self.id, fresh.id
        self.adopt(place)
        self._client.own(self)
        await self._client.call("surface.destroy", surface=identifier)
        for subscription in before:
            await subscription.end()

    def _check_fit(self, shape: Sequence[int], at: Sequence[int], changes: dict[str, int]) -> None:
        scale = changes.get("scale", self.scale)
        width = changes.get("width", self.width) * scale
        height = changes.get("height", self.height) * scale
        x, y = at
        if x < 0 or y < 0 or shape[1] + x > width or shape[0] + y > height:
            raise ValueError(
                f"A picture of {shape[1]} × {shape[0]} pixels at {x}, {y} doesn't fit "
                f"into the surface's {width} × {height}."
            )
