"""What a person does on a surface, as what an X server is to think of pointer and keyboard. Pure.

A letter comes as a key and as text: the text is what is typed, but with Control, Alt or Meta the
key. A key that pastes is held back until it comes up: the text that came meanwhile was pasted.
Numbers of keys are keysyms, from X11/keysymdef.h.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from geometry_ws.protocol.surfaces import SurfaceInput

WHEEL_PX: Final = 60.0
"""One click of a wheel: programs scroll by three lines then."""
MOST_CLICKS: Final = 10
"""Of one turn."""


class Motion(NamedTuple):
    """The pointer lies there."""

    x: int
    y: int


class Button(NamedTuple):
    """A button of the pointer is pressed or let go; 4 to 7 are clicks of its wheels."""

    number: int
    down: bool


class Key(NamedTuple):
    """A key with that keysym is pressed or let go."""

    keysym: int
    down: bool


class Typed(NamedTuple):
    """A sign is typed, whatever keys that takes."""

    keysym: int


class Pasted(NamedTuple):
    """Text lies on the clipboard, for the keys that follow."""

    text: str


Action: TypeAlias = Motion | Button | Key | Typed | Pasted

_BUTTONS: Final = {0: 1, 1: 2, 2: 3, 3: 8, 4: 9}
_KEYS: Final = {
    "Backspace": 0xFF08, "Tab": 0xFF09, "Enter": 0xFF0D, "Pause": 0xFF13, "ScrollLock": 0xFF14,
    "Escape": 0xFF1B, "Home": 0xFF50, "ArrowLeft": 0xFF51, "ArrowUp": 0xFF52, "ArrowRight": 0xFF53,
    "ArrowDown": 0xFF54, "PageUp": 0xFF55, "PageDown": 0xFF56, "End": 0xFF57, "PrintScreen": 0xFF61,
    "Insert": 0xFF63, "ContextMenu": 0xFF67, "NumLock": 0xFF7F, "CapsLock": 0xFFE5,
    "Delete": 0xFFFF, **{f"F{number}": 0xFFBD + number for number in range(1, 25)},
}  # fmt: skip
_MODIFIERS: Final = {
    "Shift": (0xFFE1, 0xFFE2), "Control": (0xFFE3, 0xFFE4), "Alt": (0xFFE9, 0xFFEA),
    "Meta": (0xFFEB, 0xFFEC), "AltGraph": (0xFE03, 0xFE03),
}  # fmt: skip
"""The left one and the right one."""
_COMMANDING: Final = frozenset(("control", "alt", "meta"))
MOST_PASTED: Final = 2**20
"""Characters; what comes beyond is dropped."""
_LINE: Final = 0xFF0D
_TAB: Final = 0xFF09


def keysym_of(sign: str) -> int:
    """The keysym of one sign; 0 for what can't be typed."""
    number = ord(sign)
    if sign in "\r\n":
        return _LINE
    if sign == "\t":
        return _TAB
    if number < 0x20 or 0x7F <= number < 0xA0 or 0xD800 <= number < 0xE000:
        return 0
    return number if number < 0x100 else 0x01000000 + number


class InputTranslator:
    """The input of one screen, event by event."""

    def __init__(self) -> None:
        self.origin = (0, 0)
        """Where on the screen the surface's corner is."""
        self._held: dict[str, int] = {}
        """Keys that are down: by their place on the keyboard, what was pressed for them."""
        self._buttons: set[int] = set()
        self._turned = [0.0, 0.0]
        self._pasting: tuple[str, int] | None = None
        """The place and the keysym of a key that pastes and is down."""
        self._pasted = ""

    def translate(self, event: SurfaceInput) -> list[Action]:
        """What an event is to the server."""
        if self._pasting is not None:
            if event.kind == "text":
                self._pasted += event.text[: MOST_PASTED - len(self._pasted)]
                return []
            if event.kind == "key":
                return [*self._paste(), *self._translate(event)]
        return self._translate(event)

    def _paste(self) -> list[Action]:
        """The key that pastes, with what it pastes; without text it is the program's own."""
        if self._pasting is None:
            return []
        (_, keysym), text = self._pasting, self._pasted
        self._pasting, self._pasted = None, ""
        return [*([Pasted(text)] if text else []), Key(keysym, True), Key(keysym, False)]

    def _translate(self, event: SurfaceInput) -> list[Action]:
        if event.kind == "pointer":
            return self._pointer(event)
        if event.kind == "wheel":
            return [self._place(event), *self._wheel(event)]
        if event.kind == "text":
            return [Typed(keysym) for sign in event.text if (keysym := keysym_of(sign))]
        return self._key(event)

    def _pointer(self, event: SurfaceInput) -> list[Action]:
        place = self._place(event)
        number = _BUTTONS.get(event.button, 0)
        if event.phase == "down" and number and number not in self._buttons:
            self._buttons.add(number)
            return [place, Button(number, True)]
        if event.phase in ("up", "cancel"):
            let_go = [number] if event.phase == "up" else sorted(self._buttons)
            released = [Button(each, False) for each in let_go if each in self._buttons]
            self._buttons.difference_update(let_go)
            return [place, *released]
        return [place] if event.phase in ("move", "enter") else []

    def _wheel(self, event: SurfaceInput) -> Iterator[Button]:
        for axis, turned, (back, on) in ((0, event.dx, (6, 7)), (1, event.dy, (4, 5))):
            self._turned[axis] += turned / WHEEL_PX
            clicks = int(self._turned[axis])
            self._turned[axis] -= clicks
            number = on if clicks > 0 else back
            for _ in range(min(abs(clicks), MOST_CLICKS)):
                yield Button(number, True)
                yield Button(number, False)

    def _place(self, event: SurfaceInput) -> Motion:
        return Motion(round(event.x) + self.origin[0], round(event.y) + self.origin[1])

    def _key(self, event: SurfaceInput) -> list[Action]:
        place = event.code or event.key
        if event.phase != "down":
            keysym = self._held.pop(place, 0)
            return [Key(keysym, False)] if keysym else []
        keysym = _keysym(event)
        if not keysym:
            return []
        if _pastes(event):
            self._pasting = place, keysym
            return []
        before = self._held.get(place, 0)
        self._held[place] = keysym
        # A key that is held comes again and again; the server itself repeats nothing.
        if before == keysym and event.key in _MODIFIERS:
            return []
        return [*([Key(before, False)] if before else []), Key(keysym, True)]


def _pastes(event: SurfaceInput) -> bool:
    """Whether a browser pastes by this key."""
    held = set(event.modifiers)
    if event.key == "Insert":
        return held == {"shift"}
    return event.key.lower() == "v" and bool(held & {"control", "meta"}) and "alt" not in held


def _keysym(event: SurfaceInput) -> int:
    """What is pressed; 0 for a sign that comes as text."""
    if event.key in _MODIFIERS:
        return _MODIFIERS[event.key][event.code.endswith("Right")]
    if event.key in _KEYS:
        return _KEYS[event.key]
    if len(event.key) == 1 and _COMMANDING.intersection(event.modifiers):
        return keysym_of(event.key)
    return 0
