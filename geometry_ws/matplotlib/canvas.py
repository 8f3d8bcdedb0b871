"""The canvas: matplotlib's own drawing, shown as a picture, with the input of its surface."""

import time
from typing import Any, Final

import numpy as np
from matplotlib import _api
from matplotlib.backend_bases import KeyEvent, LocationEvent, MouseEvent, ResizeEvent, TimerBase
from matplotlib.backend_tools import Cursors
from matplotlib.backends.backend_agg import FigureCanvasAgg

from geometry_ws.client.background import is_interactive
from geometry_ws.matplotlib.event_loop import Alarm, loop
from geometry_ws.matplotlib.events import Translator
from geometry_ws.protocol.surfaces import SurfaceInput

UNSEEN_SECONDS: Final = 1.0
"""How long a figure may lie behind where nobody looks: it costs little, and isn't old when read."""

_CURSORS: Final = {
    Cursors.HAND: "pointer",
    Cursors.POINTER: "default",
    Cursors.SELECT_REGION: "crosshair",
    Cursors.MOVE: "move",
    Cursors.WAIT: "wait",
    Cursors.RESIZE_HORIZONTAL: "ew-resize",
    Cursors.RESIZE_VERTICAL: "ns-resize",
}
_MOUSE: Final = (
    "motion_notify_event", "button_press_event", "button_release_event", "scroll_event"
)  # fmt: skip


class Timer(TimerBase):
    """A timer of matplotlib, on the loop of this back end."""

    _alarm: Alarm | None = None

    def _timer_start(self) -> None:
        self._timer_stop()
        self._alarm = loop.after(self.interval / 1000, self._ring)

    def _timer_stop(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _timer_set_interval(self) -> None:
        if self._alarm is not None:
            self._timer_start()

    def _ring(self) -> None:
        alarm = self._alarm
        self._on_timer()
        if self._alarm is not alarm:  # a callback stopped it or started it anew
            return
        self._alarm = None
        if not self._single:
            self._timer_start()


class FigureCanvas(FigureCanvasAgg):
    """A figure's canvas; drawn in the thread that uses matplotlib alone."""

    _timer_cls = Timer

    @_api.classproperty
    def manager_class(cls) -> Any:  # noqa: N805
        """What shows a canvas."""
        from geometry_ws.matplotlib.manager import FigureManager

        return FigureManager

    def __init__(self, *args: Any, **keywords: Any) -> None:
        self._translator = Translator()
        self._wants_drawing = self._wants_presenting = False
        self._drawn: Any = None
        """The renderer with what was drawn last."""
        self._rubberband: tuple[float, float, float, float] | None = None
        self._presented = 0.0
        self._looping = False
        self.looked = True
        """Whether a viewer looks, as far as that is known."""
        self.wanted_scale = 1
        """The buffer scale that would be sharp for who looks."""
        super().__init__(*args, **keywords)

    # --- drawing ----------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the figure now, and show it."""
        self._draw()
        self._present()

    def draw_idle(self, *_: Any, **__: Any) -> None:
        """Draw the figure soon, as often as it is seen."""
        self._wants_drawing = True
        if loop.runs:
            loop.wake()
        elif is_interactive() and self.manager is not None and self.manager.shown:
            self.draw()  # a person types: nothing else would draw it

    def blit(self, bbox: Any = None) -> None:  # noqa: ARG002
        """Show what the renderer has."""
        if loop.runs:
            self._wants_presenting = True
            loop.wake()
        else:
            self._present()

    def catch_up(self) -> float | None:
        """Draw what is wanted, if what was drawn before has been seen; gives when it may be then.

        That is a time on the monotonic clock; None where something else says when.
        """
        if self.manager is None or not self.manager.shown:
            return None
        if self.wanted_scale != self.device_pixel_ratio:
            self._rescale()
        if not (self._wants_drawing or self._wants_presenting) or self.manager.handle.pending:
            return None
        due = self._presented + UNSEEN_SECONDS
        if not self.looked and time.monotonic() < due:
            return due
        self._show_wanted()
        return None

    def picture(self) -> Any:
        """The pixels that are to be seen: whole world pixels, (height, width, 4)."""
        renderer = self.get_renderer()
        if renderer is not self._drawn:  # nothing was, or it was saved in another size
            self._draw()
            renderer = self.get_renderer()
        width, height = (side * self.device_pixel_ratio for side in self.get_width_height())
        pixels = np.asarray(renderer.buffer_rgba())[:height, :width]
        return pixels if self._rubberband is None else _framed(pixels, self._rubberband)

    def set_rubberband(self, corners: tuple[float, float, float, float] | None) -> None:
        """Show a rectangle above the figure, or none; from the bottom left, in its pixels."""
        if corners != self._rubberband:
            self._rubberband = corners
            self.blit()

    def set_cursor(self, cursor: Any) -> None:
        """Give the pointer another shape over the figure."""
        if self.manager is not None and cursor != Cursors.WAIT:
            self.manager.set_cursor(_CURSORS.get(cursor, "default"))

    def _draw(self) -> None:
        self._wants_drawing = False
        super().draw()
        self._drawn = self.get_renderer()

    def _present(self) -> None:
        self._wants_presenting = False
        if self.manager is not None and self.manager.shown:
            self._presented = time.monotonic()
            self.manager.present()

    def _show_wanted(self) -> None:
        if self._wants_drawing:
            with self._idle_draw_cntx():
                self.draw()
        elif self._wants_presenting:
            self._present()

    def _rescale(self) -> None:
        if self._set_device_pixel_ratio(self.wanted_scale):
            ResizeEvent("resize_event", self)._process()
            self._wants_drawing = True

    # --- input ------------------------------------------------------------------------------------

    def hear(self, event: SurfaceInput, moment: float) -> None:
        """Tell matplotlib of an event of the surface that came at that moment."""
        if self.manager is None or not self.manager.shown:
            return
        scale = self.device_pixel_ratio
        height = self.get_width_height(physical=True)[1]
        for name, left, top, more in self._translator.translate(event, moment):
            x, y = left * scale, height - top * scale
            if name in _MOUSE:
                made = MouseEvent(name, self, x, y, guiEvent=event, **more)
            elif name in ("key_press_event", "key_release_event"):
                made = KeyEvent(name, self, more["key"], x, y, guiEvent=event)
            else:
                made = LocationEvent(name, self, x, y, guiEvent=event, **more)
            made._process()

    def flush_events(self) -> None:
        """Let happen what waits, and draw what is wanted."""
        loop.step()
        self._show_wanted()

    def start_event_loop(self, timeout: float = 0) -> None:
        """Let happen what happens, for so many seconds or until `stop_event_loop`."""
        self._looping = True
        if self._wants_drawing or self._wants_presenting:
            self._show_wanted()
        loop.run(lambda: self._looping, timeout if timeout > 0 else None)
        self._looping = False

    def stop_event_loop(self) -> None:
        """End `start_event_loop`."""
        self._looping = False
        loop.wake()


def _framed(pixels: Any, corners: tuple[float, float, float, float]) -> Any:
    """A copy with a dashed frame; the corners are from the bottom left."""
    framed = pixels.copy()
    height, width = framed.shape[:2]
    left, right = (int(min(max(x, 0), width - 1)) for x in sorted(corners[::2]))
    top, bottom = (
        int(min(max(height - 1 - y, 0), height - 1)) for y in sorted(corners[1::2])[::-1]
    )
    dashes = np.where(np.arange(max(height, width)) // 4 % 2, 255, 0)[:, None]
    for edge in (framed[top, left : right + 1], framed[bottom, left : right + 1],
                 framed[top : bottom + 1, left], framed[top : bottom + 1, right]):  # fmt: skip
        edge[:, :3] = dashes[: len(edge)]
        edge[:, 3] = 255
    return framed
