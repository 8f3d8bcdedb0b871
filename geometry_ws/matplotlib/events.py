"""Input of a surface becomes events in matplotlib's words; pure, time is an argument.

Positions stay the surface's: the canvas turns them upside down.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

from geometry_ws.protocol.surfaces import SurfaceInput

DOUBLE_SECONDS: Final = 0.4
DOUBLE_PIXELS: Final = 5
NOTCH_PIXELS: Final = 100
"""What browsers say of one notch of a wheel, more or less."""

_BUTTONS: Final = {0: 1, 1: 2, 2: 3, 3: 8, 4: 9}
_MASKS: Final = {1: 1, 2: 3, 4: 2, 8: 8, 16: 9}
_MODIFIERS: Final = {"control": "ctrl", "alt": "alt", "shift": "shift", "meta": "super"}
_KEYS: Final = {
    "AltGraph": "alt",
    "ArrowDown": "down",
    "ArrowLeft": "left",
    "ArrowRight": "right",
    "ArrowUp": "up",
    "CapsLock": "caps_lock",
    "Meta": "super",
    "NumLock": "num_lock",
    "OS": "super",
    "ScrollLock": "scroll_lock",
    "Spacebar": " ",
}

Name = Literal[
    "motion_notify_event",
    "button_press_event",
    "button_release_event",
    "scroll_event",
    "figure_enter_event",
    "figure_leave_event",
    "key_press_event",
    "key_release_event",
]


class Heard(NamedTuple):
    """An event for matplotlib; ``more`` has what its kind needs beside the place."""

    name: Name
    x: float
    y: float
    more: dict[str, Any]


class Translator:
    """The input of one surface, event by event."""

    def __init__(self) -> None:
        self._at = (0.0, 0.0)
        self._down: list[int] = []
        self._keys: set[str] = set()
        self._pressed: tuple[float, int, float, float] | None = None

    def translate(self, event: SurfaceInput, now: float) -> list[Heard]:
        """What matplotlib is to hear of an event that came at ``now``, in seconds."""
        if event.kind == "pointer":
            self._at = (event.x, event.y)
            return self._pointer(event, now)
        if event.kind == "wheel":
            self._at = (event.x, event.y)
            step = max(-1.0, min(1.0, -event.dy / NOTCH_PIXELS))
            return [self._heard("scroll_event", event, step=step)] if step else []
        return self._key(event) if event.kind == "key" else self._text(event)

    def _pointer(self, event: SurfaceInput, now: float) -> list[Heard]:
        if event.phase in ("enter", "leave"):
            name: Name = "figure_enter_event" if event.phase == "enter" else "figure_leave_event"
            return [self._heard(name, event)]
        if event.phase == "move":
            buttons = [button for mask, button in _MASKS.items() if event.buttons & mask]
            return [self._heard("motion_notify_event", event, buttons=buttons)]
        if event.phase == "cancel":
            down, self._down = self._down, []
            return [self._heard("button_release_event", event, button=button) for button in down]
        button = _BUTTONS.get(event.button)
        if button is None:
            return []
        if event.phase == "up":
            if button in self._down:
                self._down.remove(button)
            return [self._heard("button_release_event", event, button=button)]
        if event.phase != "down":
            return []
        self._down.append(button)
        double = self._is_second(button, now)
        self._pressed = None if double else (now, button, *self._at)
        return [self._heard("button_press_event", event, button=button, dblclick=double)]

    def _is_second(self, button: int, now: float) -> bool:
        if self._pressed is None:
            return False
        before, pressed, x, y = self._pressed
        near = max(abs(x - self._at[0]), abs(y - self._at[1])) <= DOUBLE_PIXELS
        return pressed == button and near and now - before <= DOUBLE_SECONDS

    def _key(self, event: SurfaceInput) -> list[Heard]:
        down = event.phase == "down"
        (self._keys.add if down else self._keys.discard)(event.code or event.key)
        key = key_name(event.key, event.modifiers)
        if not key:
            return []
        name: Name = "key_press_event" if down else "key_release_event"
        return [Heard(name, *self._at, {"key": key})]

    def _text(self, event: SurfaceInput) -> list[Heard]:
        """Text without a key that is down is typed on a screen's keyboard, or pasted."""
        if self._keys or len(event.text) != 1:
            return []
        key = key_name(event.text, ())
        names: tuple[Name, Name] = ("key_press_event", "key_release_event")
        return [Heard(name, *self._at, {"key": key}) for name in names]

    def _heard(self, name: Name, event: SurfaceInput, **more: Any) -> Heard:
        modifiers = [_MODIFIERS[word] for word in event.modifiers if word in _MODIFIERS]
        return Heard(name, *self._at, {**more, "modifiers": modifiers})


def key_name(key: str, modifiers: Sequence[str]) -> str:
    """A key of the DOM in matplotlib's words, such as ctrl+left; empty where it has none.

    Shift is within a sign that it makes, and a modifier alone has no others before it.
    """
    if not key or key in ("Dead", "Process", "Unidentified"):
        return ""
    name = _KEYS.get(key, key if len(key) == 1 else key.lower())
    if key in ("Alt", "AltGraph", "Control", "Meta", "OS", "Shift"):
        return name
    words = [word for given, word in _MODIFIERS.items() if given in modifiers]
    if len(name) == 1 and name != " " and "shift" in words:
        words.remove("shift")
    return "+".join([*words, name])
