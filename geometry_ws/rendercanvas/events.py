"""Input of a surface becomes events in rendercanvas's words; pure, time is an argument."""

from typing import Any, Final

from geometry_ws.protocol.surfaces import SurfaceInput

DOUBLE_SECONDS: Final = 0.4
DOUBLE_PIXELS: Final = 5

_BUTTONS: Final = {0: 1, 1: 3, 2: 2, 3: 4, 4: 5}
"""The DOM counts left, middle, right; rendercanvas left, right, middle."""
_HELD: Final = ((1, 1), (2, 2), (4, 3), (8, 4), (16, 5))
_MODIFIERS: Final = {"shift": "Shift", "control": "Control", "alt": "Alt", "meta": "Meta"}
_PHASES: Final = {
    "move": "pointer_move",
    "down": "pointer_down",
    "up": "pointer_up",
    "enter": "pointer_enter",
    "leave": "pointer_leave",
}


class Translator:
    """The input of one surface, event by event."""

    def __init__(self) -> None:
        self._down: list[int] = []
        self._pressed: tuple[float, int, float, float] | None = None

    def translate(self, event: SurfaceInput, now: float) -> list[dict[str, Any]]:
        """What rendercanvas is to hear of an event that came at ``now``, in seconds."""
        modifiers = tuple(_MODIFIERS[word] for word in event.modifiers if word in _MODIFIERS)
        held = tuple(number for mask, number in _HELD if event.buttons & mask)
        common = {"x": event.x, "y": event.y, "buttons": held, "modifiers": modifiers}
        if event.kind == "wheel":
            return [{"event_type": "wheel", "dx": event.dx, "dy": event.dy, **common}]
        if event.kind == "key":
            name = "key_down" if event.phase == "down" else "key_up"
            return [{"event_type": name, "key": event.key, "modifiers": modifiers}]
        if event.kind == "text":
            return [
                {"event_type": "char", "data": sign, "char_str": sign, "modifiers": modifiers}
                for sign in event.text
            ]
        return self._pointer(event, {**common, "ntouches": 0, "touches": {}}, now)

    def _pointer(
        self, event: SurfaceInput, common: dict[str, Any], now: float
    ) -> list[dict[str, Any]]:
        if event.phase == "cancel":
            down, self._down = self._down, []
            return [{"event_type": "pointer_up", "button": button, **common} for button in down]
        name = _PHASES.get(event.phase)
        if name is None:
            return []
        button = _BUTTONS.get(event.button, 0) if event.phase in ("down", "up") else 0
        made = [{"event_type": name, "button": button, **common}]
        if event.phase == "down":
            self._down.append(button)
            if self._is_second(event, now):
                made.append({"event_type": "double_click", "button": button, **common})
        elif button in self._down:
            self._down.remove(button)
        return made

    def _is_second(self, event: SurfaceInput, now: float) -> bool:
        before, self._pressed = self._pressed, (now, event.button, event.x, event.y)
        if before is None or before[1] != event.button or now - before[0] > DOUBLE_SECONDS:
            return False
        near = max(abs(before[2] - event.x), abs(before[3] - event.y)) <= DOUBLE_PIXELS
        if near:
            self._pressed = None
        return near
