"""The canvas: it is drawn in the thread of its loop, as fast as it is seen."""

import time
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import numpy as np
from rendercanvas.asyncio import loop
from rendercanvas.base import BaseCanvasGroup, BaseRenderCanvas

from geometry_ws.client.errors import ClientError
from geometry_ws.client.picture_handle import PictureHandle
from geometry_ws.client.showing import connect
from geometry_ws.protocol.surfaces import SurfaceInput, SurfaceLooked
from geometry_ws.rendercanvas.events import Translator

__all__ = ["RenderCanvas", "ScreenRenderCanvas", "loop"]

MOST_EVENTS: Final = 10_000
"""How many events wait for a program that computes; older ones are dropped."""


class ScreenCanvasGroup(BaseCanvasGroup):
    """The canvases of this back end; they share a loop."""


class ScreenRenderCanvas(BaseRenderCanvas):
    """A canvas on the screen that `geometry_ws.connect` gives. Raises Unreachable."""

    _rc_canvas_group = ScreenCanvasGroup(loop)

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self._screen = connect()
        if not self._screen.handles:
            self._screen.keep = False  # a script ends with its loop
        self._handle: PictureHandle | None = None
        self._translator = Translator()
        self._heard: deque[tuple[SurfaceInput, float]] = deque(maxlen=MOST_EVENTS)
        self._wants_drawing = False
        self._is_closed = False
        self._title = ""
        self._cursor = "default"
        self._scale = 1
        """The buffer scale that would be sharp for who looks."""
        self._final_canvas_init()

    # --- drawing ----------------------------------------------------------------------------------

    def _rc_gui_poll(self) -> None:
        self._advance()

    def _rc_get_present_info(self, present_methods: list[str]) -> dict[str, Any] | None:
        if "bitmap" not in present_methods:
            return None
        return {"method": "bitmap", "formats": ["rgba-u8"]}

    def _rc_request_draw(self) -> None:
        self._wants_drawing = True
        self._rc_canvas_group.get_loop().call_soon(self._advance)

    def _rc_request_paint(self) -> None:
        self._rc_canvas_group.get_loop().call_soon(self._time_to_paint)

    def _rc_force_paint(self) -> None:
        """What is drawn goes to the screen by itself."""

    def _rc_present_bitmap(self, *, data: Any, format: str, **_: Any) -> None:  # noqa: A002, ARG002
        pixels = np.array(data)  # the renderer may use its memory again
        handle, scale = self._handle, self._size_scale
        if self._is_closed:
            return
        with suppress(ClientError):  # the node refused it just now, which was said
            if handle is not None:
                handle.update(pixels, scale=scale)
                return
            shown: dict[str, Any] = {"title": self._title, "cursor": self._cursor, "scale": scale}
            is_taken = any(known.title == self._title for known in self._screen.handles)
            if is_taken:
                shown["title"] = ""
            handle = self._screen.show(pixels, wheel=True, keyboard="all", layout="hwc", **shown)
            if is_taken and self._title:
                handle.configure(title=self._title)
            self._begin(handle)

    def _begin(self, handle: PictureHandle) -> None:
        """Hear of a picture for as long as there is this canvas, and take it away then."""
        self._handle = handle
        weakref.finalize(self, handle.close).atexit = False
        myself = weakref.ref(self)

        def tell(action: Callable[["ScreenRenderCanvas", Any], None]) -> Callable[[Any], None]:
            def heard(event: Any) -> None:
                canvas = myself()
                if canvas is not None:
                    action(canvas, event)
                    # Without a loop that runs, it is done when there is one.
                    with suppress(AttributeError, RuntimeError):
                        canvas._rc_canvas_group.get_loop().call_soon_threadsafe(canvas._advance)

            return heard

        handle.on_input(tell(lambda canvas, event: canvas._hear(event)))
        handle.on_looked(tell(lambda canvas, event: canvas._hear_looked(event)))
        handle.on_sent(tell(lambda canvas, event: None))  # noqa: ARG005

    def _hear(self, event: SurfaceInput) -> None:
        self._heard.append((event, time.monotonic()))

    def _hear_looked(self, event: SurfaceLooked) -> None:
        if event.looked:
            self._scale = max(1, event.scale)

    def _advance(self) -> None:
        """Tell what was heard, and draw what is wanted, once what was drawn is sent and seen."""
        if self._is_closed:
            return
        handle = self._handle
        if handle is not None and handle.closed:
            self.close()  # the node refused it, or the screen was closed
            return
        while self._heard:
            event, moment = self._heard.popleft()
            for translated in self._translator.translate(event, moment):
                self.submit_event(translated)
        if self._scale != self._size_scale:
            self._rc_set_logical_size(*self.get_logical_size())
        is_free = handle is None or (handle.looked and not handle.pending)
        if self._wants_drawing and is_free:
            self._wants_drawing = False
            self._time_to_draw()

    @property
    def _size_scale(self) -> int:
        return int(self._size_info["native_pixel_ratio"])

    # --- the rest of a back end -------------------------------------------------------------------

    def _rc_set_logical_size(self, width: float, height: float) -> None:
        sides = (max(1, round(side)) * self._scale for side in (width, height))
        self._size_info.set_physical_size(*sides, self._scale)

    def _rc_close(self) -> None:
        self._is_closed = True
        self._heard.clear()
        if self._handle is not None:
            self._handle.close()

    def _rc_get_closed(self) -> bool:
        return self._is_closed

    def _rc_set_title(self, title: str) -> None:
        self._title = title[:200]
        self._configure(title=self._title)

    def _rc_set_cursor(self, cursor: str) -> None:
        self._cursor = cursor
        self._configure(cursor=cursor)

    def _configure(self, **changes: str) -> None:
        if self._handle is not None and not self._is_closed:
            with suppress(ClientError):
                self._handle.configure(**changes)


RenderCanvas = ScreenRenderCanvas
