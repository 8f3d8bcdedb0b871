"""A program in a terminal, on a surface: `geometry-ws show -- command`.

The program goes on where the node is lost; its surface comes back with the node.
"""

import asyncio
import shlex
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec

from geometry_ws.cli.sources.copying import Copying
from geometry_ws.cli.sources.kept_files import KeptFiles
from geometry_ws.cli.sources.live import first_of, place_for
from geometry_ws.cli.sources.pty_program import PtyProgram
from geometry_ws.client.client import Client, Message
from geometry_ws.client.drawing import in_messages
from geometry_ws.client.drops import Drop
from geometry_ws.client.errors import CallError
from geometry_ws.client.surface import Surface
from geometry_ws.protocol.surfaces import SurfaceInput, SurfaceLooked, Surfaces
from geometry_ws.scene.limits import MAX_SCALE, SIDE_PX, SURFACE_PX
from geometry_ws.terminal.emulator import Emulator
from geometry_ws.terminal.faces import CELL
from geometry_ws.terminal.keyboard import Keyboard
from geometry_ws.terminal.picture import Picture, size_of
from geometry_ws.terminal.pointer import Pointer

USUAL_SIZE: Final = (100, 30)
DOCKED_SIZE: Final = (64, 20)
"""Beside a card: columns and rows that leave other lanes their place."""
LARGEST: Final = (400, 200)
PICTURE_SECONDS: Final = 1 / 30
"""No picture comes sooner after the last."""
HELD_SECONDS: Final = 0.15
"""So long a program may keep what it draws from being seen."""
WORDS_SECONDS: Final = 1.0
MOST_WORDS: Final = 8000
FAILED_SECONDS: Final = 10.0
"""So long a program's failure can be read on its surface."""
_BUSY_SECONDS: Final = 0.1


class TerminalShow:
    """A program and its terminal. Raises MissingEmulator. See `LiveSource`."""

    until = "until it ends or Ctrl-C"

    def __init__(
        self,
        words: Sequence[str],
        title: str,
        at: tuple[int, int] | None,
        size: tuple[int, int] | None,
        dock: dict[str, str] | None = None,
    ) -> None:
        usual = DOCKED_SIZE if dock else USUAL_SIZE
        columns, rows = (min(pair) for pair in zip(size or usual, LARGEST, strict=True))
        self.emulator = Emulator(max(2, columns), max(1, rows), CELL)
        self._keyboard, self._pointer = Keyboard(self.emulator), Pointer(self.emulator)
        self._words = list(words)
        self._title = title
        self._at, self._dock = at, dock
        self._program: PtyProgram | None = None
        self._changed = asyncio.Event()
        self._says = asyncio.Event()
        self._over = asyncio.Event()
        self._look: dict[str, SurfaceLooked] = {}
        self._cursor = "text"
        self._copying = Copying()
        self._files = KeptFiles()
        self._cause = 0
        self._told: dict[str, str] = {}
        """What the surface is called, says and has as a cursor."""
        self.status: int | None = None
        self._is_ending = False
        self.failure = ""

    @property
    def doing(self) -> str:
        """See `LiveSource.doing`."""
        return f"Showing {self._name}"

    @property
    def _name(self) -> str:
        return shlex.join(self._words)

    def _start(self) -> None:
        """Start the program, unless it runs. Raises SourceError."""
        if self._program is None:
            size = self.emulator.columns, self.emulator.rows
            self._program = PtyProgram(self._words, size, self._hear_program, self._ended)

    async def end(self) -> None:
        """See `LiveSource.end`."""
        self._is_ending = True
        if self._program is not None:
            await self._program.end()
        self._files.end()

    # --- the program ------------------------------------------------------------------------------

    def _hear_program(self, data: bytes) -> None:
        self.emulator.feed(data)
        if (replies := self.emulator.take_replies()) and self._program is not None:
            self._program.write(replies)
        if copied := self.emulator.take_copied():
            self._copying.copy(copied)
        self._changed.set()
        self._says.set()

    def _ended(self, status: int) -> None:
        self.status = status
        if not status or self._is_ending:
            self._over.set()
            return
        how = f"the status {status}" if status > 0 else f"the signal {_signal_name(-status)}"
        self.failure = f"{self._words[0]} ended with {how}."
        self.emulator.feed(
            f"\x1b[?1049l\x1b[?25l\x1b[0m\r\n\x1b[7m {self.failure} \x1b[0m".encode()
        )
        self._changed.set()
        self._says.set()
        asyncio.get_running_loop().call_later(FAILED_SECONDS, self._over.set)

    # --- a session --------------------------------------------------------------------------------

    async def serve(self, client: Client) -> None:
        """See `LiveSource.serve`."""
        self._start()
        self._look.clear()
        await client.subscribe(Surfaces.on_looked.uri, self._hear_looked, prefix=True)
        width, height = size_of(self.emulator.columns, self.emulator.rows)
        place = place_for(self._at, self._dock)
        self._told = self._wanted()
        surface = await client.create_surface(
            width=width, height=height, max_scale=MAX_SCALE, opaque=True, content="text",
            keyboard="all", wheel=True, **self._told, **place,
        )  # fmt: skip
        self._at = surface.x, surface.y
        self._copying.begin(client, surface)
        await surface.on_input(self._hear_person)
        await surface.on_drop(self._take)
        await surface.on_closed(lambda _: self._over.set())
        self._changed.set()
        await first_of(self._draw(client, surface), self._say(client, surface), self._over.wait())

    async def _draw(self, client: Client, surface: Surface) -> None:
        """Bring what has changed onto the surface, as fast as it is seen, while somebody looks."""
        picture: Picture | None = None
        while True:
            await self._changed.wait()
            self._changed.clear()
            look = self._look.get(surface.id)
            if picture is not None and (look is None or not look.looked):
                continue
            await self._until_whole()
            self._changed.clear()
            began = client.now()
            scale = self._scale(look)
            size: dict[str, Any] = {}
            here = (self.emulator.columns, self.emulator.rows, scale)
            if picture is None or (picture.columns, picture.rows, picture.scale) != here:
                picture = Picture(*here)
                width, height = size_of(*here[:2])
                size = {"width": width, "height": height, "scale": scale}
                if all(getattr(surface, name) == value for name, value in size.items()):
                    size = {}
            operations = picture.advance(self.emulator.view())
            cause, self._cause = self._cause, 0
            try:
                for part in in_messages(operations, client.largest_picture):
                    await surface.commit(ops=part, cause=cause, **size)
                    size = {}
            except CallError as problem:
                if problem.name != "busy":
                    raise
                picture = None
                self._changed.set()
                await client.sleep(_BUSY_SECONDS)
            await client.sleep(max(0.0, PICTURE_SECONDS - (client.now() - began)))

    async def _until_whole(self) -> None:
        """Wait while the program is in the midst of drawing, but not for long."""
        until = asyncio.get_running_loop().time() + HELD_SECONDS
        while self.emulator.is_held:
            left = until - asyncio.get_running_loop().time()
            self._changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), max(left, 0.001))
                continue
            return

    async def _say(self, client: Client, surface: Surface) -> None:
        """Keep up to date what the surface is called and says."""
        while True:
            await self._says.wait()
            self._says.clear()
            wanted = self._wanted()
            changes = {name: value for name, value in wanted.items() if value != self._told[name]}
            self._told = wanted
            if changes:
                await surface.configure(**changes)
            is_cursor = set(changes) <= {"cursor"}
            await client.sleep(0.05 if is_cursor else WORDS_SECONDS)

    def _wanted(self) -> dict[str, str]:
        """What a person has selected is what the surface says, else its last lines."""
        words = self.emulator.selecting.text or self.emulator.words()
        title = self._title or self.emulator.title or self._name
        return {"title": title[:200], "text": words[-MOST_WORDS:], "cursor": self._cursor}

    def _scale(self, look: SurfaceLooked | None) -> int:
        width, height = size_of(self.emulator.columns, self.emulator.rows)
        scale = look.scale if look is not None else 1
        while scale > 1 and (
            width * height * scale**2 > SURFACE_PX or max(width, height) * scale > SIDE_PX
        ):
            scale -= 1
        return max(1, scale)

    # --- persons ----------------------------------------------------------------------------------

    def _hear_looked(self, message: Message) -> None:
        event = msgspec.convert(message.keywords, SurfaceLooked)
        self._look[event.surface] = event
        self._changed.set()

    def _hear_person(self, event: SurfaceInput) -> None:
        if self.status is not None:
            if event.kind in ("key", "text"):
                self._over.set()  # the failure was read
            return
        self._copying.hear(event)
        if event.kind in ("key", "text"):
            data = self._keyboard.hear(event)
            if data:
                self.emulator.selecting.clear()
        else:
            heard = self._pointer.hear(event, asyncio.get_running_loop().time())
            data = heard.data
            if heard.pasted:
                data += self._keyboard.paste(heard.pasted)
            if heard.copied:
                self._copying.copy(heard.copied)
            if heard.size is not None:
                self._resize(*heard.size)
            if heard.cursor:
                self._cursor = heard.cursor
        if data and self._program is not None:
            if event.kind != "pointer":
                self.emulator.scroll_to_end()
            self._program.write(data)
        self._cause = event.input
        self._changed.set()
        self._says.set()

    async def _take(self, drop: Drop) -> None:
        """Files were dropped: they are kept, and their paths are pasted."""
        paths = await self._files.keep(drop)
        if paths and self._program is not None:
            self._program.write(self._keyboard.paste(paths))

    def _resize(self, columns: int, rows: int) -> None:
        size = min(columns, LARGEST[0]), min(rows, LARGEST[1])
        if size != (self.emulator.columns, self.emulator.rows):
            self.emulator.resize(*size)
            if self._program is not None:
                self._program.resize(*size)


def _signal_name(number: int) -> str:
    with suppress(ValueError):
        return signal.Signals(number).name
    return str(number)
