"""What a program without an event loop shows at one node.

Everything happens in the background thread. A lost session is opened again, and what was shown
comes back.
"""

import os
import sys
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec

from geometry_ws.client.address import Address
from geometry_ws.client.arrays import Reading
from geometry_ws.client.background import Background, the_background
from geometry_ws.client.client import Client, Message
from geometry_ws.client.connection import LONGEST_WAIT, Connection, Notices, Stopped
from geometry_ws.client.errors import CallError, ClientError, NotAdmitted, Unreachable
from geometry_ws.client.failure_reasons import Closed
from geometry_ws.client.figures import figure_of
from geometry_ws.client.loops import Promise
from geometry_ws.client.notebook import Cells
from geometry_ws.client.picture_handle import PictureHandle
from geometry_ws.client.pictures import Limits, check_scale, picture_of, title_of
from geometry_ws.client.started_node import StartedNode
from geometry_ws.protocol.surfaces import SurfaceLooked, Surfaces

CLOSE_SECONDS = 3.0
_LOOK_SECONDS = 0.1
_STARTING_SECONDS = 0.05


class Screen:
    """What a program shows at one node; `connect` makes it. All threads may use it."""

    def __init__(
        self,
        address: Address,
        *,
        name: str = "",
        quiet: bool = False,
        node: StartedNode | None = None,
    ) -> None:
        self.keep = True
        """Whether the pictures stay when the script ends, until Ctrl-C."""
        self._node = node
        self.address = address
        self._quiet = quiet
        self._background: Background = the_background()
        # A node that we have started ourselves is on this machine, and there in a moment.
        longest = LONGEST_WAIT if node is None else _STARTING_SECONDS
        self._connection = Connection(
            address, name=name, notices=_Heard(self), longest_wait=longest
        )
        self._state = threading.Condition()
        self._handles: list[PictureHandle] = []
        self._figures: weakref.WeakKeyDictionary[Any, PictureHandle] = weakref.WeakKeyDictionary()
        self._cells = Cells()
        self._in_cells: dict[tuple[str, int], PictureHandle] = {}
        self._client: Client | None = None
        self._broken: Promise | None = None
        self._limits = Limits()
        self._connected = False
        self._was_connected = False
        self._closed = False
        self._ended = False
        self._reason = ""
        self._failure: BaseException | None = None
        self._pictures = 0
        self._background.begin(self._serve())

    @property
    def url(self) -> str:
        """What to open in a browser."""
        return f"{'https' if self.address.secure else 'http'}://{self.address.place}/"

    @property
    def connected(self) -> bool:
        """Whether there is a session at the moment."""
        return self._connected

    @property
    def closed(self) -> bool:
        """Whether it was closed, or can't be used here."""
        return self._closed or os.getpid() != self._background.process

    @property
    def handles(self) -> list[PictureHandle]:
        """The pictures that are shown."""
        with self._state:
            return list(self._handles)

    def show(
        self,
        picture: Any,
        *,
        title: str = "",
        text: str = "",
        at: tuple[int, int] | None = None,
        content: str = "auto",
        cursor: str = "default",
        keyboard: str = "text",
        wheel: bool = False,
        cmap: str | None = None,
        vmin: float | None = None,
        vmax: float | None = None,
        layout: str | None = None,
        scale: int = 1,
        change: str = "",
        project: str = "",
    ) -> PictureHandle:
        """Show a picture, and go on; the handle changes it.

        ``picture``: an array (height, width) or (height, width, 1 to 4) of uint8, uint16, bool, or
        floats from 0 to 1, channels first where nothing else can be meant; an image of Pillow; a
        figure of matplotlib; the path or the bytes of a file. A ``title``, or a figure, that is
        shown already is shown anew, in its place; so is what a notebook's cell showed when it ran
        before. ``at``: x and y in the world; else a free place is taken, or that beside the card of
        a ``change``, of the node's first ``project`` where none is named. ``text`` says what the
        picture shows, for those who don't see it. ``content``, ``cursor``, ``keyboard`` (none, text
        or all keys) and ``wheel`` are those of a surface. ``cmap``: colours for one channel, from
        ``vmin`` to ``vmax``. ``scale``: how many pixels of the picture are a pixel of the world
        each way. Raises NoPicture, and ValueError for a scale that doesn't divide the picture.
        """
        self._check()
        place = None if at is None else _place(at)
        reading = Reading(cmap, vmin, vmax, layout)
        made = picture_of(picture, reading, self._limits)
        check_scale(scale, made)
        words: dict[str, Any] = {
            "text": text, "content": content, "cursor": cursor, "keyboard": keyboard, "wheel": wheel
        }  # fmt: skip
        if change:
            words |= {"dock": {"change": change, "project": project}}
        figure = figure_of(picture)
        with self._state:
            shown, cell = self._shown(title, figure)
            if shown is None:
                named = {"title": title or self._title(picture), "at": place, "scale": scale}
                given = (self._limits, made, {**named, **words}, reading, self._forget)
                handle = PictureHandle(self._background, self.address, *given)
                self._handles.append(handle)
        if shown is not None:
            shown.show_anew(made, reading, place, scale, **words)
            return shown
        if figure is not None and not title:
            self._figures[figure] = handle
        if cell is not None:
            self._in_cells[cell] = handle
        self._background.soon(self._begin, handle)
        return handle

    def wait(self) -> bool:
        """Keep showing until Ctrl-C, or until nothing is shown any more; True for Ctrl-C."""
        if self._background.runs_here:
            raise ClientError("A handler can't wait: it is called in the thread that sends.")
        if not self.handles or self.closed:
            return False
        try:
            self.say(f"Showing {_counted(len(self.handles))} at {self.url} until Ctrl-C")
            self.stay()
        except KeyboardInterrupt:
            return True
        return False

    def stay(self) -> None:
        """Wait without a word until nothing is shown any more."""
        with self._state:
            while self._handles and not self._ended:
                self._state.wait()

    def close(self) -> None:
        """Take everything away and leave; once more does no harm."""
        if self.closed:
            return
        self._closed = True
        for handle in self.handles:
            handle.end()
        self._background.soon(self._connection.stop)
        if not self._background.runs_here:
            with self._state:
                self._state.wait_for(lambda: self._ended, CLOSE_SECONDS)
        if self._node is not None:
            self._node.stop()

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self.closed else "connected" if self._connected else "not connected"
        return f"<Screen at {self.url}, {state}>"

    def wait_until_connected(self, seconds: float, gone: Callable[[], bool] | None = None) -> None:
        """Wait for the first session, but not when ``gone`` says that there will be none.

        Raises Unreachable, or ClientError for why there can be none.
        """
        deadline = time.monotonic() + seconds
        with self._state:
            while not self._was_connected and not self._ended:
                left = deadline - time.monotonic()
                if left <= 0 or (gone is not None and gone()):
                    break
                self._state.wait(left if gone is None else min(left, _LOOK_SECONDS))
            if self._was_connected:
                return
            failure = self._failure
        if isinstance(failure, NotAdmitted):
            raise failure
        if failure is not None:
            raise ClientError(str(failure)) from failure
        raise Unreachable(self._reason or f"{self.address.place} does not answer")

    def let_go(self) -> None:
        """In a forked process: leave the session to the first process."""
        link: Any = self._connection.link
        if link is not None:
            link.let_go()
        if self._node is not None:
            self._node.let_go()

    def say(self, sentence: str) -> None:
        """Tell the person who runs the program."""
        if not self._quiet:
            with suppress(OSError, ValueError, AttributeError):
                sys.stderr.write(f"{sentence}.\n")
                sys.stderr.flush()

    def _shown(
        self, title: str, figure: Any
    ) -> tuple[PictureHandle | None, tuple[str, int] | None]:
        """What is shown already in a picture's place; and its place in a notebook's cell."""
        if title:
            return next((handle for handle in self._handles if handle.title == title), None), None
        handle = None if figure is None else self._figures.get(figure)
        if handle in self._handles:
            return handle, None
        cell = self._cells.next_place()
        handle = None if cell is None else self._in_cells.get(cell)
        return handle if handle in self._handles else None, cell

    def _title(self, picture: Any) -> str:
        if own := title_of(picture):
            return own
        self._pictures += 1
        return f"Picture {self._pictures}"

    def _forget(self, handle: PictureHandle) -> None:
        with self._state:
            if handle in self._handles:
                self._handles.remove(handle)
            self._in_cells = {
                cell: shown for cell, shown in self._in_cells.items() if shown is not handle
            }
            self._state.notify_all()

    def _check(self) -> None:
        if os.getpid() != self._background.process:
            raise ClientError(
                "This screen belongs to the process before the fork: connect() again in this one."
            )
        if self._closed:
            raise ClientError("This screen is closed: connect() again.")

    # --- in the background thread -----------------------------------------------------------------

    def lost(self, closed: Closed) -> None:
        """A session has ended."""
        was, self._connected, self._client = self._connected, False, None
        if was and not self._closed:
            self.say(f"{closed.sentence[0].upper()}{closed.sentence[1:]}; connecting again")

    def refused(self, reason: str) -> None:
        """No session could be had."""
        self._reason = reason or self._reason

    async def _serve(self) -> None:
        try:
            await self._connection.serve(self._main)
        except Stopped:
            pass
        except Exception as problem:  # noqa: BLE001 - it is told to who waits
            self._failure = problem
            if self._was_connected:
                self.say(f"Nothing is shown any more: {problem}")
        finally:
            with self._state:
                self._ended, self._connected, self._closed = True, False, True
                self._state.notify_all()

    async def _main(self, client: Client) -> None:
        if client.hello is not None:
            limits = client.hello.limits
            self._limits = Limits(limits.surface_side, limits.surface_pixels)
        if self._was_connected:
            self.say(f"Connected to {self.url} again")
        heard = partial(self._hear_looked, client)
        await client.subscribe(Surfaces.on_looked.uri, heard, prefix=True)
        self._broken = client.promise()
        with self._state:
            self._client = client
            self._connected = self._was_connected = True
            self._state.notify_all()
        for handle in self.handles:
            self._begin(handle)
        await self._broken

    def _hear_looked(self, client: Client, message: Message) -> None:
        event = msgspec.convert(message.keywords, SurfaceLooked)
        for handle in self.handles:
            handle.hear_looked(client, event)

    def _begin(self, handle: PictureHandle) -> None:
        client = self._client
        if client is not None and self._connected and handle.begins_in(client):
            client.spawn(self._serve_handle(handle, client))

    async def _serve_handle(self, handle: PictureHandle, client: Client) -> None:
        broken = self._broken
        try:
            await handle.serve(client)
        except CallError as problem:
            if broken is not None:
                broken.reject(problem)


class _Heard(Notices):
    """What a connection says, to its screen."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def closed(self, closed: Closed) -> None:
        """A session has ended."""
        self._screen.lost(closed)

    def waiting(self, reason: str, seconds: float) -> None:  # noqa: ARG002
        """There is no session."""
        self._screen.refused(reason)


def _place(at: Any) -> tuple[int, int]:
    try:
        x, y = at
        return int(x), int(y)
    except (TypeError, ValueError):
        raise ClientError(f"`at` is a pair of whole numbers, x and y, not {at!r}.") from None


def _counted(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"
