"""A tab of a running browser: `geometry-ws show chrome:9222/words`.

The browser's pictures go to the node as they come. Nothing is made there while nobody looks.
"""

import asyncio
import base64
import binascii
import re
from contextlib import suppress
from typing import Any, Final

import msgspec

from geometry_ws.cli.sources.devtools import Gone, Tab, find_tab
from geometry_ws.cli.sources.devtools_input import InputTranslator
from geometry_ws.cli.sources.live import first_of, place_for
from geometry_ws.client.client import Client, Message
from geometry_ws.client.errors import CallError
from geometry_ws.client.surface import Surface
from geometry_ws.protocol.surfaces import SurfaceInput, SurfaceLooked, Surfaces
from geometry_ws.render.errors import BadPicture
from geometry_ws.render.headers import declared_size

SOURCE: Final = re.compile(r"chrome:(\d{1,5})(?:/(.*))?", re.S)
QUALITY: Final = 80
WORDS_SECONDS: Final = 2.0
_LARGEST_SIDE: Final = 4096
_WORDS: Final = "[document.title, location.href, document.body?.innerText.slice(0, 8000) ?? '']"


class ChromeShow:
    """A tab, shown. See `LiveSource`."""

    until = "until it is closed or Ctrl-C"
    failure = ""

    def __init__(
        self,
        port: int,
        words: str,
        title: str,
        at: tuple[int, int] | None,
        dock: dict[str, str] | None = None,
    ) -> None:
        self._port, self._words = port, words
        self._title, self._at, self._dock = title, at, dock
        self._tab: Tab | None = None
        self._name = ""
        self._input = InputTranslator()
        self._frame: dict[str, Any] | None = None
        """The newest picture, until it is shown."""
        self._changed = asyncio.Event()
        self._over = asyncio.Event()
        self._look: dict[str, SurfaceLooked] = {}
        self._casts = False

    @property
    def doing(self) -> str:
        """See `LiveSource.doing`."""
        return f"Showing a tab of the browser at port {self._port}"

    async def end(self) -> None:
        """See `LiveSource.end`."""
        if self._tab is not None:
            self._cast(False)
            self._tab.close()

    async def serve(self, client: Client) -> None:
        """See `LiveSource.serve`. Raises SourceError."""
        if self._tab is None:
            tab_info = await asyncio.to_thread(find_tab, self._port, self._words)
            self._name = tab_info["title"] or tab_info["url"]
            self._tab = Tab(self._hear_tab)
            await self._tab.open(tab_info["webSocketDebuggerUrl"])
            await self._tab.ask("Page.enable")
        self._look.clear()
        await client.subscribe(Surfaces.on_looked.uri, self._hear_looked, prefix=True)
        with suppress(Gone):
            self._casts = True  # a picture that nobody acknowledged may be on its way
            self._cast(False)
            self._cast(True)
            tab = self._tab
            await first_of(self._draw(client), tab.gone.wait(), self._over.wait())

    async def _draw(self, client: Client) -> None:
        surface: Surface | None = None
        while True:
            await self._changed.wait()
            self._changed.clear()
            frame, self._frame = self._frame, None
            if frame is not None:
                surface = await self._show(client, surface, frame)
            if surface is not None:
                look = self._look.get(surface.id)
                self._cast(look is not None and look.looked)

    async def _show(
        self, client: Client, surface: Surface | None, frame: dict[str, Any]
    ) -> Surface | None:
        """Show a picture; the browser makes the next one when this was sent."""
        tab = self._tab
        try:
            data = base64.b64decode(frame["data"], validate=True)
            width, height = declared_size("jpeg", data)
            if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
                raise ValueError
            self._input.scale = float(frame["metadata"]["deviceWidth"]) / width
        except (KeyError, TypeError, ValueError, binascii.Error, BadPicture):
            return surface  # a picture that can't be read is followed by others
        if surface is None:
            surface = await self._create(client, width, height)
        size = {}
        if (surface.width, surface.height) != (width, height):
            size = {"width": width, "height": height}
        try:
            picture = ["image", [0, 0, width, height], "jpeg", data]
            await surface.commit(ops=[picture], **size)  # type: ignore[arg-type]
        except CallError as problem:
            if problem.name != "busy":
                raise
        if tab is not None:
            tab.tell("Page.screencastFrameAck", sessionId=frame.get("sessionId", 0))
        return surface

    async def _create(self, client: Client, width: int, height: int) -> Surface:
        place = place_for(self._at, self._dock)
        surface = await client.create_surface(
            width=width, height=height, title=(self._title or self._name)[:200], opaque=True,
            keyboard="all", wheel=True, **place,
        )  # fmt: skip
        self._at = surface.x, surface.y
        await surface.on_input(self._hear_person)
        await surface.on_closed(lambda _: self._over.set())
        client.spawn(self._say(client, surface))
        return surface

    async def _say(self, client: Client, surface: Surface) -> None:
        """Keep up to date what the surface is called and says, while somebody looks."""
        said: tuple[str, str] | None = None
        tab = self._tab
        with suppress(Gone, CallError):
            while tab is not None:
                look = self._look.get(surface.id)
                if said is None or (look is not None and look.looked):
                    answer = await tab.ask(
                        "Runtime.evaluate", expression=_WORDS, returnByValue=True
                    )
                    words = _words_of(answer)
                    title = self._title or words[0] or words[1] or self._name
                    text = f"{words[1]}\n{words[2]}"
                    if (title[:200], text) != said:
                        said = title[:200], text
                        await surface.configure(title=said[0], text=said[1])
                await client.sleep(WORDS_SECONDS)

    def _cast(self, wanted: bool) -> None:
        """Let the browser make pictures, or not."""
        if wanted == self._casts or self._tab is None:
            return
        self._casts = wanted
        if wanted:
            self._tab.tell(
                "Page.startScreencast", format="jpeg", quality=QUALITY,
                maxWidth=_LARGEST_SIDE, maxHeight=_LARGEST_SIDE,
            )  # fmt: skip
        else:
            self._tab.tell("Page.stopScreencast")

    def _hear_tab(self, name: str, parameters: dict[str, Any]) -> None:
        if name == "Page.screencastFrame":
            self._frame = parameters
            self._changed.set()

    def _hear_looked(self, message: Message) -> None:
        event = msgspec.convert(message.keywords, SurfaceLooked)
        self._look[event.surface] = event
        self._changed.set()

    def _hear_person(self, event: SurfaceInput) -> None:
        if self._tab is not None:
            now = asyncio.get_running_loop().time()
            for method, parameters in self._input.translate(event, now):
                self._tab.tell(method, **parameters)


def _words_of(answer: dict[str, Any]) -> tuple[str, str, str]:
    """Title, address and text of a page; empty where it doesn't say them."""
    value = answer.get("result", {}).get("value")
    if isinstance(value, list) and len(value) == 3 and all(isinstance(v, str) for v in value):
        title, address, text = value
        return title, address[:1000], text[:8000]
    return "", "", ""
