"""A surface, as the program that made it holds it.

Sizes and places are in world pixels, pictures and damage in buffer pixels: the surface's size times
its ``scale``. Nothing is remembered here but the size and the place.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from geometry_ws.client import drawing
from geometry_ws.client.drawing import Operation, Order, Update
from geometry_ws.protocol.surfaces import (
    Committed,
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


class Surface:
    """A rectangle of pixels in the world."""

    def __init__(self, client: "Client", identifier: str, width: int, height: int, scale: int = 1):
        self._client = client
        self.id = identifier
        self.x = self.y = 0
        self.width = width
        self.height = height
        self.scale = scale
        self._subscriptions: list[Subscription] = []
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
        it draws as fast as it is seen. The answer has ``frame`` and ``seen``.
        """
        return await self._client.commit(self.update(pixels, **more), cause=cause)

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
        """Change title, text (what it shows, in words), cursor, opacity, max_scale or content."""
        await self._client.call("surface.configure", surface=self.id, **changes)

    async def destroy(self) -> None:
        """Remove it."""
        await self._client.call("surface.destroy", surface=self.id)
        self._client.disown(self)
        subscriptions, self._subscriptions = self._subscriptions, []
        for subscription in subscriptions:
            await subscription.end()

    async def on_input(self, handler: Callable[[SurfaceInput], Any]) -> None:
        """Hear the input that is meant for it: pointer, wheel, keys and text."""
        await self._hear(Surfaces.on_input.at(self.id), handler, SurfaceInput)

    async def on_looked(self, handler: Callable[[SurfaceLooked], Any]) -> None:
        """Hear whether a viewer looks at it, and at which scale it would be sharp there."""
        await self._hear(Surfaces.on_looked.at(self.id), handler, SurfaceLooked)

    async def on_presented(self, handler: Callable[[SurfacePresented], Any]) -> None:
        """Hear when viewers have painted its content, and how many; make it with ``presented``."""
        await self._hear(Surfaces.on_presented.at(self.id), handler, SurfacePresented)

    def adopt(self, update: Update) -> None:
        """Remember the size and the place that a commit has given."""
        self.x = int(update.get("x", self.x))
        self.y = int(update.get("y", self.y))
        self.width = int(update.get("width", self.width))
        self.height = int(update.get("height", self.height))
        self.scale = int(update.get("scale", self.scale))

    async def _hear(self, topic: str, handler: Callable[[S], Any], kind: type[S]) -> None:
        def heard(message: "Message") -> Any:
            return handler(msgspec.convert(message.keywords, kind))

        self._subscriptions.append(await self._client.subscribe(topic, heard))

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
