"""What a person does on a surface, as commands of the Chrome DevTools Protocol. Pure."""

from typing import Any, Final

from geometry_ws.protocol.surfaces import SurfaceInput

Command = tuple[str, dict[str, Any]]

_MODIFIERS: Final = {"alt": 1, "control": 2, "meta": 4, "shift": 8}
_BUTTONS: Final = {0: "left", 1: "middle", 2: "right", 3: "back", 4: "forward"}
_HELD: Final = ((1, "left"), (2, "right"), (4, "middle"), (8, "back"), (16, "forward"))
_NUMBERS: Final = {
    "Backspace": 8, "Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "PageUp": 33, "PageDown": 34,
    "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40,
    "Insert": 45, "Delete": 46, **{f"F{number}": 111 + number for number in range(1, 13)},
}  # fmt: skip
"""The numbers by which pages and the browser's own editing know keys."""
_EDITS: Final = {"a": "selectAll", "c": "copy", "x": "cut", "z": "undo", "y": "redo"}
DOUBLE_SECONDS: Final = 0.4


class InputTranslator:
    """The input of one tab, event by event; ``scale``: the tab's pixels for one of the surface."""

    def __init__(self) -> None:
        self.scale = 1.0
        self._pressed: tuple[float, int, float, float] | None = None
        self._clicks = 1

    def translate(self, event: SurfaceInput, now: float) -> list[Command]:
        """The commands for an event that came at ``now``, in seconds."""
        modifiers = sum(_MODIFIERS[word] for word in event.modifiers if word in _MODIFIERS)
        if event.kind == "pointer":
            return self._pointer(event, modifiers, now)
        if event.kind == "wheel":
            place = {"x": event.x * self.scale, "y": event.y * self.scale}
            turn = {"deltaX": event.dx, "deltaY": event.dy, "modifiers": modifiers}
            return [("Input.dispatchMouseEvent", {"type": "mouseWheel", **place, **turn})]
        if event.kind == "text":
            return [("Input.insertText", {"text": event.text})]
        return self._key(event, modifiers)

    def _pointer(self, event: SurfaceInput, modifiers: int, now: float) -> list[Command]:
        kinds = {"down": "mousePressed", "move": "mouseMoved", "enter": "mouseMoved",
                 "up": "mouseReleased", "cancel": "mouseReleased"}  # fmt: skip
        if event.phase not in kinds:
            return []
        more: dict[str, Any] = {"buttons": event.buttons, "modifiers": modifiers}
        if event.phase in ("down", "up", "cancel"):
            if event.phase == "down":
                self._clicks = self._count(event, now)
            more |= {"button": _BUTTONS.get(event.button, "none"), "clickCount": self._clicks}
        else:
            held = [name for mask, name in _HELD if event.buttons & mask]
            more["button"] = held[0] if held else "none"
        place = {"x": event.x * self.scale, "y": event.y * self.scale}
        return [("Input.dispatchMouseEvent", {"type": kinds[event.phase], **place, **more})]

    def _count(self, event: SurfaceInput, now: float) -> int:
        """How many times it was pressed here in quick succession."""
        before, self._pressed = self._pressed, (now, event.button, event.x, event.y)
        if before is None or before[1] != event.button or now - before[0] > DOUBLE_SECONDS:
            return 1
        near = max(abs(before[2] - event.x), abs(before[3] - event.y)) <= 5
        return self._clicks % 3 + 1 if near else 1

    def _key(self, event: SurfaceInput, modifiers: int) -> list[Command]:
        command = bool(modifiers & (_MODIFIERS["control"] | _MODIFIERS["meta"]))
        is_sign = len(event.key) == 1
        number = _NUMBERS.get(event.key, ord(event.key.upper()) if is_sign else 0)
        key: dict[str, Any] = {
            "key": event.key, "code": event.code, "windowsVirtualKeyCode": number,
            "modifiers": modifiers,
        }  # fmt: skip
        if event.phase != "down":
            return [("Input.dispatchKeyEvent", {"type": "keyUp", **key})]
        if event.key == "Enter" and not command:
            key["text"] = "\r"
        if command and (edit := _EDITS.get(event.key.lower())):
            key["commands"] = [edit]
        # The text of a sign comes by itself.
        kind = "keyDown" if "text" in key or "commands" in key else "rawKeyDown"
        return [("Input.dispatchKeyEvent", {"type": kind, **key})]
