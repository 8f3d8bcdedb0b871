"""A figure on a screen, and what `show` does."""

import asyncio
from contextlib import suppress
from typing import Any

from matplotlib import is_interactive
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import CloseEvent, FigureManagerBase, ResizeEvent

from geometry_ws.client.errors import ClientError
from geometry_ws.client.picture_handle import PictureHandle
from geometry_ws.client.screen import Screen
from geometry_ws.client.showing import connect
from geometry_ws.matplotlib.event_loop import loop
from geometry_ws.matplotlib.toolbar import Toolbar
from geometry_ws.matplotlib.words import describe_figure
from geometry_ws.protocol.surfaces import SurfaceInput, SurfaceLooked


class FigureManager(FigureManagerBase):
    """A figure as a picture on the screen that `connect` gives."""

    _toolbar2_class = Toolbar

    def __init__(self, canvas: Any, num: int | str) -> None:
        self.handle: PictureHandle | None = None
        """The picture, once it is shown."""
        self._screen: Screen | None = None
        self._cursor = "default"
        self._text = ""
        self._closed = False
        super().__init__(canvas, num)
        if is_interactive():
            self.show()

    @property
    def shown(self) -> bool:
        """Whether the figure is on a screen."""
        handle, screen = self.handle, self._screen
        return handle is not None and not handle.closed and not (screen is None or screen.closed)

    def show(self) -> None:
        """Show the figure, and go on; raises Unreachable where no node answers."""
        if self.shown:
            if self.canvas.figure.stale:
                self.canvas.draw_idle()
            return
        screen = connect()
        if not screen.handles:
            screen.keep = False  # a script ends after `show`, as with matplotlib's other back ends
        title = self.get_window_title()
        is_taken = any(handle.title == title for handle in screen.handles)
        if self.canvas.figure.stale:
            self.canvas.draw()
        self._text = describe_figure(self.canvas.figure)
        handle = screen.show(
            self.canvas.picture(),
            title="" if is_taken else title,
            text=self._text,
            wheel=True,
            layout="hwc",
            scale=self.canvas.device_pixel_ratio,
            cursor=self._cursor,
        )
        if is_taken:
            handle.configure(title=title)
        self._screen, self.handle = screen, handle
        handle.on_input(self._heard)
        handle.on_looked(self._looked)
        handle.on_sent(self._sent)
        loop.add(self.canvas)

    def present(self) -> None:
        """Show what the canvas has drawn."""
        if self.handle is None:
            return
        text = describe_figure(self.canvas.figure)
        with suppress(ClientError):  # the node refused it just now, which was told
            words, self._text = None if text == self._text else text, text
            scale = self.canvas.device_pixel_ratio
            self.handle.update(self.canvas.picture(), text=words, scale=scale)

    def set_cursor(self, cursor: str) -> None:
        """Give the pointer another shape over the figure."""
        if cursor != self._cursor:
            self._cursor = cursor
            self._configure(cursor=cursor)

    def set_window_title(self, title: str) -> None:
        """Call the surface so."""
        self._window_title = title
        self._configure(title=title)

    def resize(self, w: float, h: float) -> None:  # noqa: ARG002
        """Take the size that the figure has now."""
        ResizeEvent("resize_event", self.canvas)._process()
        self.canvas.draw_idle()

    def destroy(self) -> None:
        """Take the figure away."""
        if self._closed:
            return
        self._closed = True
        CloseEvent("close_event", self.canvas)._process()
        if self.handle is not None:
            self.handle.close()
        loop.wake()

    def say(self, sentence: str) -> None:
        """Tell the person who runs the program."""
        if self._screen is not None:
            self._screen.say(sentence)

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        """Show all figures, and stay until Ctrl-C or the last is closed; not in a notebook."""
        with suppress(RuntimeError):
            asyncio.get_running_loop()
            block = False
        super().pyplot_show(block=block)

    @classmethod
    def start_main_loop(cls) -> None:
        """Stay until Ctrl-C, or until no figure is shown any more."""
        screens = {manager._screen for manager in _managers() if manager.shown}
        for screen in screens:
            if screen is not None:
                count = sum(manager._screen is screen for manager in _managers())
                figures = "1 figure" if count == 1 else f"{count} figures"
                screen.say(f"Showing {figures} at {screen.url} until Ctrl-C")
        with suppress(KeyboardInterrupt):
            loop.run(lambda: any(manager.shown for manager in _managers()))

    def _configure(self, **changes: str) -> None:
        if self.shown and self.handle is not None:
            with suppress(ClientError):
                self.handle.configure(**changes)

    # --- in the background thread -----------------------------------------------------------------

    def _heard(self, event: SurfaceInput) -> None:
        loop.post(self.canvas, event)

    def _looked(self, event: SurfaceLooked) -> None:
        self.canvas.looked = event.looked
        if event.looked:
            self.canvas.wanted_scale = max(1, event.scale)
        loop.wake()

    def _sent(self, seen: bool) -> None:
        self.canvas.looked = seen
        loop.wake()


def _managers() -> list[FigureManager]:
    managers = Gcf.get_all_fig_managers()
    return [manager for manager in managers if isinstance(manager, FigureManager)]
