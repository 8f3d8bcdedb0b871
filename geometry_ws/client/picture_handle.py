"""A picture on a screen, as the program that shows it holds it.

What a program wants is written down here by any thread; a task in the background thread makes it
so, in each session anew. Only the newest picture is sent: those that came too fast are dropped.
"""

import asyncio
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from geometry_ws.client.arrays import Reading
from geometry_ws.client.errors import COMPONENT_AWAY, CallError, ClientError, Lost
from geometry_ws.client.notebook import Inline
from geometry_ws.client.picture_hearing import Hearing, tell
from geometry_ws.client.pictures import Limits, Picture, check_scale, picture_of

if TYPE_CHECKING:
    from geometry_ws.client.address import Address
    from geometry_ws.client.background import Background
    from geometry_ws.client.client import Client
    from geometry_ws.client.surface import Surface
    from geometry_ws.protocol.surfaces import SurfaceLooked

BUSY_SECONDS = 0.1
_CONFIGURED = frozenset(("title", "text", "cursor", "keyboard", "wheel", "opacity", "content"))


class PictureHandle(Inline, Hearing):
    """A picture on a screen; `Screen.show` makes it. All threads may use it."""

    def __init__(
        self,
        background: "Background",
        address: "Address",
        limits: Limits,
        picture: Picture,
        options: dict[str, Any],
        reading: Reading,
        ended: Callable[["PictureHandle"], None],
    ) -> None:
        self._background = background
        self.address = address
        self._limits = limits
        self._reading = reading
        self._options = options
        self._changes: dict[str, Any] = {}
        self._picture = picture
        self._state = threading.Condition()
        self._wanted = 1
        self._sent = 0
        self._seen = False
        self._closed = False
        self._problem = ""
        self._begin_hearing()
        self._scale = int(options.pop("scale", 1))
        self._place: tuple[int, int] | None = options.pop("at", None)
        self._placed: tuple[int, int] | None = None
        self._changed: asyncio.Event | None = None
        self._client: Client | None = None
        self._is_opaque = False
        self._surface = ""
        """The id of the surface that shows it."""
        self._shown: Picture | None = None
        """What the surface shows."""
        self._ended = ended

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self._options["title"])

    @property
    def surface(self) -> str:
        """The id of the surface that shows it now, which may become another one; empty before."""
        return self._surface

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height in pixels."""
        return self._picture.width, self._picture.height

    @property
    def closed(self) -> bool:
        """Whether it is gone: it was closed, its screen was, or the node refused it."""
        return self._closed

    @property
    def problem(self) -> str:
        """Why the node refused it, in a sentence; else empty."""
        return self._problem

    @property
    def looked(self) -> bool:
        """Whether somebody looks at it."""
        return self._look is not None and self._look.looked

    @property
    def rect(self) -> tuple[int, int, int, int] | None:
        """Where it lies in the world, once it does: x, y, width, height."""
        width, height = (side // self._scale for side in self.size)
        return None if self._place is None else (*self._place, width, height)

    @property
    def pending(self) -> bool:
        """Whether the newest picture isn't sent yet."""
        return not self._closed and self._sent < self._wanted

    def update(
        self, picture: Any, *, text: str | None = None, scale: int | None = None, **reading: Any
    ) -> None:
        """Show another picture in its place; takes what `Screen.show` takes, and returns at once.

        A picture that isn't sent yet is dropped for the new one: `flush` waits until it is.
        ``text`` says what it shows now; cmap, vmin, vmax and layout stay unless given. ``scale``:
        how many of its pixels are a pixel of the world each way; 1 at first, then it stays. Raises
        NoPicture, and ValueError for a scale that doesn't divide the picture.
        """
        self._check()
        if unknown := set(reading) - {"cmap", "vmin", "vmax", "layout"}:
            raise TypeError(f"update() takes no {', '.join(sorted(unknown))}")
        how = Reading(**{**vars(self._reading), **reading}) if reading else self._reading
        made = picture_of(picture, how, self._limits)
        if scale is not None:
            check_scale(scale, made)
        self._show(made, how, {} if text is None else {"text": text}, scale)

    def configure(self, **changes: Any) -> None:
        """Change title, text, cursor, keyboard, wheel, opacity or content."""
        self._check()
        if unknown := set(changes) - _CONFIGURED:
            raise TypeError(f"a picture has no {', '.join(sorted(unknown))}")
        with self._state:
            self._options.update(changes)
            self._changes.update(changes)
        self._wake()

    def move(self, x: int, y: int) -> None:
        """Put it somewhere else in the world."""
        self._check()
        self._place = int(x), int(y)
        self._wake()

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until the newest picture was sent; says whether somebody sees it.

        A loop that updates and flushes draws as fast as it is seen, and ten times a second where
        nobody looks. Raises TimeoutError after ``timeout`` seconds, ClientError if it was refused.
        """
        self._check()
        if self._background.runs_here:
            raise ClientError("A handler can't wait: it is called in the thread that sends.")
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._state:
            number = self._wanted
            while self._sent < number and not self._closed:
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise TimeoutError(f"{self.title!r} was not sent within {timeout} s.")
                self._state.wait(left)
        if self._problem:
            raise ClientError(self._problem)
        return self._seen

    def wait_until_looked(self, timeout: float | None = None) -> bool:
        """Wait until somebody looks at it, ``timeout`` seconds at the most; says whether one does.

        A program that waits so before it computes a picture computes none that nobody sees. It
        goes on as well when the picture is closed.
        """
        if self._background.runs_here:
            raise ClientError("A handler can't wait: it is called in the thread that sends.")
        with self._state:
            self._state.wait_for(lambda: self.looked or self._closed, timeout)
            return self.looked

    def close(self) -> None:
        """Take it away; once more does no harm."""
        if not self._closed and os.getpid() == self._background.process:
            self.end()

    def __enter__(self) -> "PictureHandle":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        width, height = self.size
        return f"<{self.title!r}, {width} × {height}{', closed' if self._closed else ''}>"

    def show_anew(
        self,
        picture: Picture,
        reading: Reading,
        place: tuple[int, int] | None = None,
        scale: int = 1,
        **changes: Any,
    ) -> None:
        """Show another picture as if nothing had been shown; its place stays unless given."""
        self._check()
        self._place = place or self._place
        self._show(picture, reading, changes, scale)

    def _show(
        self, picture: Picture, reading: Reading, changes: dict[str, Any], scale: int | None
    ) -> None:
        with self._state:
            self._picture, self._reading = picture, reading
            self._scale = scale or self._scale
            self._wanted += 1
            self._options.update(changes)
            self._changes.update(changes)
        self._wake()

    def _check(self) -> None:
        if os.getpid() != self._background.process:
            raise ClientError(
                "This picture belongs to the process before the fork: connect() and show it anew."
            )
        if self._closed:
            raise ClientError(self._problem or f"{self.title!r} is closed: show it anew.")

    def _wake(self) -> None:
        def tell() -> None:
            if self._changed is not None:
                self._changed.set()

        self._background.soon(tell)

    # --- in the background thread -----------------------------------------------------------------

    def begins_in(self, client: "Client") -> bool:
        """Whether it begins to be served in a session; the second time it doesn't."""
        begins = self._client is not client and not self._closed
        self._client = client
        return begins

    def end(self, problem: str = "") -> None:
        """Take it away, because of a problem if there is one; that is told."""
        with self._state:
            self._closed, self._problem = True, problem
            self._state.notify_all()
        if problem:
            tell(problem)
        self._ended(self)
        self._wake()

    def hear_looked(self, client: "Client", event: "SurfaceLooked") -> None:
        """A surface is looked at, more closely or no more; it may be another one's."""
        if event.surface == self._surface:
            self._set_look(event)
            self._hear(client, self._look_handlers, event)

    def _set_look(self, look: "SurfaceLooked | None") -> None:
        with self._state:
            self._look = look
            self._state.notify_all()

    async def serve(self, client: "Client") -> None:
        """Show it in a session, until it is closed.

        Raises CallError where the node's compositor is away.
        """
        self._changed = asyncio.Event()
        self._shown = None
        with self._state:
            self._sent = 0
        try:
            surface = None
            while not self._closed:
                self._changed.clear()
                try:
                    surface = await self._advance(client, surface)
                except CallError as problem:
                    if problem.name != "busy":
                        raise
                    await client.sleep(BUSY_SECONDS)
                    continue
                if self._sent == self._wanted and not self._closed:
                    await self._changed.wait()
            if surface is not None:
                await surface.destroy()
        except Lost:
            pass
        except Exception as problem:
            if isinstance(problem, CallError) and problem.uri in COMPONENT_AWAY:
                raise
            self.end(f"{self.title!r} can't be shown: {problem}")
            if not isinstance(problem, ClientError | ValueError):
                raise
        finally:
            self._set_look(None)

    async def _advance(self, client: "Client", shown: "Surface | None") -> "Surface":
        """Take the next step to what is wanted; gives the surface that shows it now."""
        with self._state:
            number, picture, scale = self._wanted, self._picture, self._scale
        surface, seen = shown, None
        if surface is None or number != self._sent:
            surface, seen = await self._draw(client, shown, picture, scale)
        with self._state:
            changes, self._changes = self._changes, {}
        if changes:
            await surface.configure(**changes)
        place = self._place
        if place is not None and place != self._placed:
            await surface.move(*place)
            self._placed = place
        await self._hear_surface(client, surface)
        if seen is not None:
            with self._state:
                self._sent, self._seen = number, seen
                self._state.notify_all()
            self._hear(client, self._sent_handlers, seen)
        return surface

    async def _draw(
        self, client: "Client", surface: "Surface | None", picture: Picture, scale: int
    ) -> tuple["Surface", bool]:
        """Bring a picture onto the surface, or onto another where it can't be."""
        if picture.codec != "rgba" and len(picture.data) > client.largest_picture:
            picture = picture.in_pixels()
        most = await client.most_at_once(len(picture.data))
        before, self._shown = self._shown, None
        ops = [["image", list(rect), codec, data] for rect, codec, data in picture.bands(most)]
        if surface is not None and not (self._is_opaque and not picture.opaque):
            same = surface.scale == scale
            if same and (part := self._part(before, picture, most)) is not None:
                ops = part
            if len(ops) < 2:
                width, height = picture.width // scale, picture.height // scale
                size: dict[str, Any] = {"width": width, "height": height, "scale": scale}
                if same and (surface.width, surface.height) == (width, height):
                    size = {}  # a new size would begin the buffer anew
                seen = (await surface.commit(ops=ops, **size)).seen
                self._shown = picture
                return surface, seen
        if len(ops) > 1:
            # All of them are drawn on a surface that nobody sees yet.
            fresh = await self._create(client, picture, scale, opacity=0.0)
            for operation in ops:
                await fresh.commit(ops=[operation])
            await fresh.configure(opacity=self._options.get("opacity", 1.0))
            ops = []
        else:
            fresh = await self._create(client, picture, scale)
        seen = (await fresh.commit(ops=ops)).seen
        if surface is not None:
            await surface.destroy()
        self._shown = picture
        return fresh, seen

    def _part(self, before: Picture | None, picture: Picture, most: int) -> list[list[Any]] | None:
        """What differs from the picture that is shown; None where all of it is to be sent.

        A video's pictures are whole ones.
        """
        if before is None or self._options.get("content") == "video":
            return None
        rect = picture.changed(before)
        if rect is None or rect[2] * rect[3] * 4 > most:
            return None
        return [["image", list(rect), "rgba", picture.part(rect)]] if rect[2] else []

    async def _create(
        self, client: "Client", picture: Picture, scale: int, **more: Any
    ) -> "Surface":
        """A surface where the picture lies, else in a free place, which it then keeps."""
        wanted = self._place
        with self._state:
            self._changes = {}
            options = {**self._options, **more}
        options |= {"place": "free"} if wanted is None else {"x": wanted[0], "y": wanted[1]}
        surface = await client.create_surface(
            width=picture.width // scale,
            height=picture.height // scale,
            scale=scale,
            opaque=picture.opaque,
            **options,
        )
        self._is_opaque = picture.opaque
        self._hears.clear()
        self._surface = surface.id
        self._placed = surface.x, surface.y
        self._place = self._place or self._placed
        return surface
