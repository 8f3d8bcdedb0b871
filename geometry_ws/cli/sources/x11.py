"""A graphical program of X, on a surface: `geometry-ws show x11 -- command`.

The program draws on an X server of its own, whose pixels are read from memory where it says that it
has drawn. The program goes on where the node is lost; its surface comes back with the node.
"""

import asyncio
import shlex
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec

from geometry_ws.cli.sources import x11_server
from geometry_ws.cli.sources.copying import Copying
from geometry_ws.cli.sources.live import first_of, place_for
from geometry_ws.cli.sources.source import SourceError
from geometry_ws.cli.sources.x11_cursor import Shape
from geometry_ws.cli.sources.x11_display import XDisplay
from geometry_ws.cli.sources.x11_input import InputTranslator
from geometry_ws.cli.sources.x11_screen import BadScreen, Screen
from geometry_ws.cli.sources.x11_server import XServer
from geometry_ws.client.client import Client, Message
from geometry_ws.client.drawing import in_messages
from geometry_ws.client.errors import CallError
from geometry_ws.client.surface import Surface
from geometry_ws.protocol.surfaces import SurfaceInput, SurfaceLooked, Surfaces
from geometry_ws.scene.geometry import Rect

USUAL_SIZE: Final = (1280, 800)
"""Of the screen; its surface is only as large as the program's windows."""
LARGEST: Final = (4096, 4096)
PICTURE_SECONDS: Final = 1 / 60
"""No picture comes sooner after the last."""
WORDS_SECONDS: Final = 1.0
SHAPE_SECONDS: Final = 0.05
"""No shape of the pointer comes sooner after the last."""
_BUSY_SECONDS: Final = 0.1


class X11Show:
    """A program on an X server of its own, shown. See `LiveSource`."""

    until = "until it ends or Ctrl-C"

    def __init__(
        self,
        words: Sequence[str],
        title: str,
        at: tuple[int, int] | None,
        size: tuple[int, int] | None,
        dock: dict[str, str] | None = None,
    ) -> None:
        width, height = (min(pair) for pair in zip(size or USUAL_SIZE, LARGEST, strict=True))
        self._server = XServer(width, height)
        self._words = list(words)
        self._title = title
        self._at, self._dock = at, dock
        self._program: subprocess.Popen[bytes] | None = None
        self._display: XDisplay | None = None
        self._screen: Screen | None = None
        self._input = InputTranslator()
        self._changed = asyncio.Event()
        self._over = asyncio.Event()
        self._look: dict[str, SurfaceLooked] = {}
        self._cause = 0
        self._copying = Copying()
        self._shaped = asyncio.Event()
        self._is_ending = False
        self.failure = ""

    @property
    def doing(self) -> str:
        """See `LiveSource.doing`."""
        return f"Showing {shlex.join(self._words)}"

    async def end(self) -> None:
        """See `LiveSource.end`."""
        self._is_ending = True
        if self._program is not None:
            await x11_server.stop(self._program)
        if self._display is not None:
            self._display.close()
        await self._server.end()

    async def serve(self, client: Client) -> None:
        """See `LiveSource.serve`. Raises SourceError."""
        if self._display is None:
            await self._start()
        self._look.clear()
        await client.subscribe(Surfaces.on_looked.uri, self._hear_looked, prefix=True)
        self._changed.set()
        await first_of(self._draw(client), self._over.wait())

    # --- the program ------------------------------------------------------------------------------

    async def _start(self) -> None:
        await self._server.start()
        try:
            self._screen = Screen(self._server.folder)
        except (BadScreen, OSError) as problem:
            raise SourceError(f"The screen of Xvfb can't be read: {problem}.") from None
        self._display = XDisplay(
            self._server,
            self._changed.set,
            self._lost,
            self._copying.copy,
            self._shaped.set,
        )
        environment = self._server.environment | {"GDK_BACKEND": "x11", "QT_QPA_PLATFORM": "xcb"}
        self._program = x11_server.start(self._words, environment)
        waiting = (asyncio.get_running_loop(), self._program)
        threading.Thread(target=self._wait, args=waiting, daemon=True).start()

    def _wait(self, loop: asyncio.AbstractEventLoop, program: "subprocess.Popen[bytes]") -> None:
        status = program.wait()
        with suppress(RuntimeError):  # the loop is over
            loop.call_soon_threadsafe(self._ended, status)

    def _ended(self, status: int) -> None:
        if status and not self._is_ending and not self._over.is_set():
            how = f"the status {status}" if status > 0 else f"the signal {-status}"
            self.failure = f"{self._words[0]} ended with {how}."
        self._over.set()

    def _lost(self) -> None:
        if not self._is_ending and not self._over.is_set():
            self.failure = "The X server of the program has ended."
            self._over.set()

    # --- a session --------------------------------------------------------------------------------

    async def _draw(self, client: Client) -> None:
        """Bring what the program has drawn onto the surface, while somebody looks."""
        surface: Surface | None = None
        is_whole = False
        while True:
            await self._changed.wait()
            self._changed.clear()
            display = self._display
            area = display.area if display is not None else None
            if display is None or area is None:
                continue  # it has no window yet
            if surface is None:
                surface = await self._create(client, area)
            look = self._look.get(surface.id)
            if is_whole and (look is None or not look.looked):
                continue
            began = client.now()
            size: dict[str, Any] = {}
            if (surface.width, surface.height) != area[2:]:
                size, is_whole = {"width": area[2], "height": area[3]}, False
            if self._input.origin != area[:2]:
                self._input.origin, is_whole = area[:2], False
            damage = display.take_damage()
            rect = damage and damage.intersect(area) if is_whole else area
            if rect is not None:
                is_whole = await self._commit(client, surface, rect, size)
            await client.sleep(max(0.0, PICTURE_SECONDS - (client.now() - began)))

    async def _commit(
        self, client: Client, surface: Surface, rect: Rect, size: dict[str, Any]
    ) -> bool:
        """Show a part of the screen; says whether the node has taken it."""
        screen = self._screen
        if screen is None:
            return False
        cause, self._cause = self._cause, 0
        left, top = self._input.origin
        place = [rect[0] - left, rect[1] - top, *rect[2:]]
        picture = ["image", place, "bgra", screen.pixels(rect)]
        try:
            most = await client.most_at_once(len(picture[3]))
            for part in in_messages([picture], most):
                await surface.commit(ops=part, cause=cause, **size)
                size = {}
        except CallError as problem:
            if problem.name != "busy":
                raise
            self._changed.set()
            await client.sleep(_BUSY_SECONDS)
            return False
        return True

    async def _create(self, client: Client, area: Rect) -> Surface:
        place = place_for(self._at, self._dock)
        title = self._wanted()["title"]
        surface = await client.create_surface(
            width=area[2], height=area[3], opaque=True, keyboard="all", wheel=True,
            title=title, **place,
        )  # fmt: skip
        self._at = surface.x, surface.y
        self._copying.begin(client, surface)
        await surface.on_input(self._hear_person)
        await surface.on_closed(lambda _: self._over.set())
        client.spawn(self._say(client, surface))
        self._shaped.set()
        client.spawn(self._shape(client, surface))
        return surface

    async def _say(self, client: Client, surface: Surface) -> None:
        """Keep up to date what the surface is called and says."""
        said: dict[str, str] = {}
        with suppress(CallError):
            while True:
                wanted = self._wanted()
                if wanted != said:
                    said = wanted
                    await surface.configure(title=said["title"], text=said["text"])
                await client.sleep(WORDS_SECONDS)

    async def _shape(self, client: Client, surface: Surface) -> None:
        """Let the pointer over the surface have the shape that the program gives it."""
        shown: Shape = {}
        with suppress(CallError):
            while True:
                await self._shaped.wait()
                self._shaped.clear()
                shape = self._display.shape() if self._display is not None else {}
                if shape != shown:
                    shown = shape
                    await surface.configure(cursor_picture=shape)
                await client.sleep(SHAPE_SECONDS)

    def _wanted(self) -> dict[str, str]:
        titles = self._display.titles if self._display is not None else []
        name = titles[0] if titles else shlex.join(self._words)
        return {"title": (self._title or name)[:200], "text": "\n".join(titles)[:8000]}

    def _hear_looked(self, message: Message) -> None:
        event = msgspec.convert(message.keywords, SurfaceLooked)
        self._look[event.surface] = event
        self._changed.set()

    def _hear_person(self, event: SurfaceInput) -> None:
        if self._display is not None:
            self._copying.hear(event)
            self._display.perform(self._input.translate(event))
            self._cause = event.input
