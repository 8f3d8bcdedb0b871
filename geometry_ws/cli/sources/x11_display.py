"""A connection to the X server that shows a program: what it draws, its windows, and input to it.

Requests go over a socket of this machine to a server of ours, so an answer takes a fraction of a
millisecond. There is no window manager: a window lies where its program puts it, and the newest one
has the keyboard.
"""

import asyncio
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geometry_ws.cli.sources.source import SourceError
from geometry_ws.cli.sources.x11_cursor import PointerShape, Shape
from geometry_ws.cli.sources.x11_input import Action, Button, Key, Motion, Pasted, Typed
from geometry_ws.cli.sources.x11_selections import Selections
from geometry_ws.scene.geometry import Rect

if TYPE_CHECKING:
    from geometry_ws.cli.sources.x11_server import XServer

_SHIFT: Final = 0xFFE1
_LEAST_SIDE: Final = 2


@dataclass(slots=True)
class _Window:
    """A window that lies on the screen itself."""

    rect: Rect
    is_popup: bool
    title: str = ""


class XDisplay:
    """A connection; ``changed`` is called when something is to be shown, ``lost`` when it ends,
    ``copied`` with what a program has copied, ``shaped`` when the pointer has another shape.
    """

    def __init__(
        self,
        server: "XServer",
        changed: Callable[[], None],
        lost: Callable[[], None],
        copied: Callable[[str], None],
        shaped: Callable[[], None],
    ) -> None:
        """Raises SourceError."""
        self._changed, self._lost = changed, lost
        os.environ.update(server.environment)  # where the library looks for the cookie
        try:
            from Xlib import XK, X, display, error
            from Xlib.ext import damage
        except ImportError as problem:
            raise SourceError(
                f"The client of X can't be loaded ({problem}): pip install python-xlib."
            ) from None
        self._x, self._keysyms, self._errors = X, XK, error
        try:
            self._display = display.Display(server.name)
        except (error.DisplayError, OSError) as problem:
            raise SourceError(f"The X server doesn't answer: {problem}.") from None
        self._display.set_error_handler(lambda *_: None)  # a window may be gone meanwhile
        # The library's RandR takes the core's first codes for its own errors, which are none of X.
        self._display.display.error_classes.update(error.xerror_class)
        for name in ("DAMAGE", "XTEST"):
            if not self._display.has_extension(name):
                raise SourceError(f"Xvfb lacks the extension {name}: install a newer one.")
        self._display.damage_query_version()  # the server refuses the rest before
        self._root = self._display.screen().root
        self._windows: dict[int, _Window] = {}
        self._rect: Rect | None = None
        self._down: set[int] = set()
        self._spare = self._find_spare()
        self._lent: dict[int, int] = {}
        self._root.change_attributes(event_mask=X.SubstructureNotifyMask)
        self._selections = Selections(self._display, copied)
        self._pointer = PointerShape(self._display, shaped)
        self._damage = self._root.damage_create(damage.DamageReportBoundingBox)
        self._damage_event = self._display.extension_event.DamageNotify
        self._display.change_keyboard_control(auto_repeat_mode=X.AutoRepeatModeOff)
        self._display.sync()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._display.fileno(), self._read)

    def close(self) -> None:
        """Hear no more of it."""
        self._loop.remove_reader(self._display.fileno())
        with suppress(Exception):
            self._display.close()

    @property
    def area(self) -> Rect | None:
        """The part of the screen that its windows take; None where there is none.

        It begins where windows do that are no menus, so that no menu moves what is there.
        """
        rects = [window.rect for window in self._windows.values()]
        firm = [window.rect for window in self._windows.values() if not window.is_popup]
        if not rects:
            return None
        screen = self._display.screen()
        left = _within(min(x for x, *_ in firm or rects), screen.width_in_pixels - _LEAST_SIDE)
        top = _within(min(y for _, y, *_ in firm or rects), screen.height_in_pixels - _LEAST_SIDE)
        right = min(max(x + width for x, _, width, _ in rects), screen.width_in_pixels)
        bottom = min(max(y + height for _, y, _, height in rects), screen.height_in_pixels)
        return Rect(left, top, max(right - left, _LEAST_SIDE), max(bottom - top, _LEAST_SIDE))

    @property
    def titles(self) -> list[str]:
        """What its windows are called, the newest last."""
        return [window.title for window in self._windows.values() if window.title]

    def shape(self) -> Shape:
        """The shape of its pointer."""
        with self._losing():
            return self._pointer.shape()
        return {}

    def take_damage(self) -> Rect | None:
        """What was drawn on since this was asked last; its pixels are there when it returns."""
        rect, self._rect = self._rect, None
        if rect is not None:
            self._display.damage_subtract(self._damage)
            # What is drawn from here on is told again, and what was drawn before can be read.
            self._display.sync()
            self._read()
        return rect

    def perform(self, actions: Iterable[Action]) -> None:
        """Let it happen to pointer and keyboard."""
        x = self._x
        for action in actions:
            if isinstance(action, Motion):
                self._fake(x.MotionNotify, 0, x=max(0, action.x), y=max(0, action.y))
            elif isinstance(action, Button):
                self._fake(x.ButtonPress if action.down else x.ButtonRelease, action.number)
            elif isinstance(action, Key):
                self._key(action)
            elif isinstance(action, Pasted):
                with self._losing():
                    self._selections.own(action.text)
            else:
                self._type(action)
        with self._losing():
            self._display.flush()
        self._read()  # what came with an answer to a request is told by no socket any more

    # --- input ------------------------------------------------------------------------------------

    def _fake(self, kind: int, detail: int, **place: int) -> None:
        with self._losing():
            self._display.xtest_fake_input(kind, detail, **place)

    def _key(self, key: Key) -> None:
        code, _ = self._code(key.keysym)
        if key.down:
            self._down.add(key.keysym)
        else:
            self._down.discard(key.keysym)
        if code:
            self._fake(self._x.KeyPress if key.down else self._x.KeyRelease, code)

    def _type(self, typed: Typed) -> None:
        """Press and let go a key, with Shift just as the sign needs it."""
        code, needs_shift = self._code(typed.keysym)
        if not code:
            return
        x = self._x
        shift, _ = self._code(_SHIFT)
        has_shift = bool(self._down & {_SHIFT, _SHIFT + 1})
        if needs_shift != has_shift:
            self._fake(x.KeyPress if needs_shift else x.KeyRelease, shift)
        self._fake(x.KeyPress, code)
        self._fake(x.KeyRelease, code)
        if needs_shift != has_shift:
            self._fake(x.KeyRelease if needs_shift else x.KeyPress, shift)

    def _code(self, keysym: int) -> tuple[int, bool]:
        """The key that gives a keysym, and whether with Shift; a spare one is lent it."""
        for code, index in self._display.keysym_to_keycodes(keysym):
            if index in (0, 1):
                return code, index == 1
        if keysym in self._lent:
            return self._lent[keysym], False
        if not self._spare:
            return 0, False
        code = self._spare.pop(0)
        self._spare.append(code)  # the one that was lent first is lent again
        self._lent = {known: lent for known, lent in self._lent.items() if lent != code}
        self._lent[keysym] = code
        with self._losing():
            self._display.change_keyboard_mapping(code, [(keysym, keysym)])
            self._display.sync()
        return code, False

    def _find_spare(self) -> list[int]:
        first = self._display.display.info.min_keycode
        count = self._display.display.info.max_keycode - first + 1
        mapping = self._display.get_keyboard_mapping(first, count)
        return [first + at for at, keysyms in enumerate(mapping) if not any(keysyms)]

    # --- events -----------------------------------------------------------------------------------

    def _read(self) -> None:
        with self._losing():
            while self._display.pending_events():
                self._hear(self._display.next_event())

    def _hear(self, event: Any) -> None:
        x = self._x
        if self._selections.hear(event) or self._pointer.hear(event):
            return
        if event.type == self._damage_event:
            area = event.area
            drawn = Rect(area.x, area.y, area.width, area.height)
            self._rect = drawn if self._rect is None else self._rect.union(drawn)
            self._changed()
        elif event.type == x.MapNotify:
            self._mapped(event.window, is_popup=bool(event.override))
        elif event.type in (x.UnmapNotify, x.DestroyNotify):
            if self._windows.pop(event.window.id, None) is not None:
                self._focus_newest()
        elif event.type == x.ConfigureNotify and event.window.id in self._windows:
            edge = 2 * event.border_width
            self._windows[event.window.id].rect = Rect(
                event.x, event.y, event.width + edge, event.height + edge,
            )  # fmt: skip
        elif event.type == x.PropertyNotify and event.window.id in self._windows:
            self._windows[event.window.id].title = self._title(event.window)
        else:
            return
        self._changed()

    def _mapped(self, window: Any, *, is_popup: bool) -> None:
        try:
            place = window.get_geometry()
            if window.get_attributes().win_class != self._x.InputOutput:
                return
            window.change_attributes(event_mask=self._x.PropertyChangeMask)
        except self._errors.XError:
            return  # it is gone already
        edge = 2 * place.border_width
        rect = Rect(place.x, place.y, place.width + edge, place.height + edge)
        self._windows[window.id] = _Window(rect, is_popup, "" if is_popup else self._title(window))
        self._focus_newest()

    def _focus_newest(self) -> None:
        """Give the keyboard to the newest window that isn't a menu or a hint."""
        for number, window in reversed(self._windows.items()):
            if not window.is_popup:
                newest = self._display.create_resource_object("window", number)
                newest.set_input_focus(self._x.RevertToPointerRoot, self._x.CurrentTime)
                return

    def _title(self, window: Any) -> str:
        with suppress(self._errors.XError, UnicodeDecodeError, AttributeError):
            utf8 = self._display.intern_atom("UTF8_STRING")
            answer = window.get_full_property(self._display.intern_atom("_NET_WM_NAME"), utf8)
            if answer is not None and answer.value:
                return bytes(answer.value).decode()[:200]
            name = window.get_wm_name()
            return name[:200] if isinstance(name, str) else name.decode("latin-1")[:200]
        return ""

    def _losing(self) -> "_Losing":
        return _Losing(self._errors, self._lost)


class _Losing:
    """Where the connection ends within it, that is told, once it is over."""

    def __init__(self, errors: Any, lost: Callable[[], None]) -> None:
        self._errors, self._lost = errors, lost

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: Any, problem: Any, *more: object) -> bool:
        if isinstance(problem, self._errors.ConnectionClosedError | OSError):
            self._lost()
            return True
        return False


def _within(value: int, most: int) -> int:
    return max(0, min(value, most))
