"""The pointer and the wheel: a program that wants them reads them, else a person selects and looks
back. With Shift they are the person's anyway. Pure: time is an argument, in seconds.
"""

from typing import Final, NamedTuple

from geometry_ws.protocol.surfaces import SurfaceInput
from geometry_ws.terminal.emulator import Emulator
from geometry_ws.terminal.faces import CELL
from geometry_ws.terminal.library import library
from geometry_ws.terminal.picture import MARGIN, cells_of, size_of
from geometry_ws.terminal.selecting import Cell, Unit

GRIP: Final = 14
"""Pixels of the corner below on the right, by which the terminal is drawn larger or smaller."""
DOUBLE_SECONDS: Final = 0.4
_UNITS: Final[tuple[Unit, ...]] = ("cells", "words", "lines")
_BUTTONS: Final = {0: "LEFT", 1: "MIDDLE", 2: "RIGHT", 3: "EIGHT", 4: "NINE"}
_MAIN, _MIDDLE = 0, 1
_MODIFIERS: Final = {"shift": 1, "control": 2, "alt": 4, "meta": 8}
_BYTES: Final = 64
_MOST_LINES: Final = 200
"""What a single turn of the wheel may scroll."""
_ALTERNATE_SCROLL: Final = 1007


class Heard(NamedTuple):
    """What becomes of an event."""

    data: bytes = b""
    """What the program reads."""
    pasted: str = ""
    """Text that is to be pasted."""
    copied: str = ""
    """Text that a person has selected, for the clipboard."""
    size: tuple[int, int] | None = None
    """Columns and rows that a person wants."""
    cursor: str = ""
    """The pointer's shape, where it may become another."""


class Pointer:
    """The pointer over one terminal."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._library = library()
        ffi, lib = self._library.ffi, self._library.lib
        encoder, event = ffi.new("GhosttyMouseEncoder*"), ffi.new("GhosttyMouseEvent*")
        lib.ghostty_mouse_encoder_new(ffi.NULL, encoder)
        lib.ghostty_mouse_event_new(ffi.NULL, event)
        self._encoder = ffi.gc(encoder[0], lib.ghostty_mouse_encoder_free)
        self._event = ffi.gc(event[0], lib.ghostty_mouse_event_free)
        self._buffer = ffi.new("char[]", _BYTES)
        self._turned = 0.0
        self._selects = False
        self._grip: tuple[float, float] | None = None
        self._moved = b""
        """What the program read of the last move."""
        self._told: set[int] = set()
        """The buttons that the program was told are down."""
        self._pressed: tuple[float, Cell, int] | None = None
        """When and where it was pressed last, and how many times there."""

    def hear(self, event: SurfaceInput, now: float) -> Heard:
        """What becomes of an event of kind pointer or wheel."""
        if event.kind == "wheel":
            return self._wheel(event)
        if event.phase == "down":
            return self._down(event, now)
        if event.phase == "move":
            return self._move(event)
        if event.phase in ("up", "cancel"):
            return self._up(event)
        return Heard()

    def _down(self, event: SurfaceInput, now: float) -> Heard:
        if event.button == _MAIN and self._is_grip(event):
            width, height = size_of(self._emulator.columns, self._emulator.rows)
            self._grip = width - event.x, height - event.y
            return Heard(cursor="nwse-resize")
        if self._is_told(event):
            self._emulator.selecting.clear()
            self._told.add(event.button)
            return Heard(self._encode("PRESS", event))
        if event.button == _MIDDLE:
            return Heard(pasted=self._emulator.selecting.text)
        if event.button == _MAIN:
            cell = self._cell(event)
            if "shift" in event.modifiers and self._pressed is not None:
                self._emulator.selecting.extend(cell)
            else:
                self._emulator.selecting.begin(cell, _UNITS[self._clicks(cell, now) - 1])
            self._selects = True
        return Heard()

    def _move(self, event: SurfaceInput) -> Heard:
        if self._grip is not None:
            size = cells_of(event.x + self._grip[0], event.y + self._grip[1])
            return Heard(size=size, cursor="nwse-resize")
        if self._selects:
            self._follow(event)
            self._emulator.selecting.extend(self._cell(event))
            return Heard()
        data = b""
        if self._told or self._is_told(event):
            data = self._encode("MOTION", event)
            same, self._moved = data == self._moved, data
            data = b"" if same else data  # it is in that cell already
        return Heard(data, cursor=self._shape(event))

    def _up(self, event: SurfaceInput) -> Heard:
        self._grip = None
        has_selected = self._selects and event.phase == "up" and event.button == _MAIN
        self._selects = False
        copied = self._emulator.selecting.text if has_selected else ""
        buttons = sorted(self._told) if event.phase == "cancel" else [event.button]
        data = b""
        for button in buttons:
            if button in self._told:
                self._told.discard(button)
                data += self._encode("RELEASE", event, button)
        return Heard(data, copied=copied, cursor=self._shape(event))

    def _wheel(self, event: SurfaceInput) -> Heard:
        self._turned += event.dy / CELL[1]
        lines = max(-_MOST_LINES, min(_MOST_LINES, int(self._turned)))
        self._turned = 0.0 if abs(self._turned) > _MOST_LINES else self._turned - lines
        if not lines:
            return Heard()
        if self._is_told(event):
            # Button 4 turns up, and 5 down; programs take one turn for some lines.
            turn = self._encode("PRESS", event, 0, "FOUR" if lines < 0 else "FIVE")
            return Heard(turn * max(1, round(abs(lines) / 3)))
        if self._emulator.is_alternate and self._emulator.has_mode(_ALTERNATE_SCROLL):
            sign = b"O" if self._emulator.has_mode(1) else b"["
            return Heard((b"\x1b" + sign + (b"A" if lines < 0 else b"B")) * abs(lines))
        self._emulator.scroll(lines)
        return Heard()

    def _follow(self, event: SurfaceInput) -> None:
        """Look back or forth while a person selects beyond the edge."""
        _, height = size_of(self._emulator.columns, self._emulator.rows)
        if event.y < MARGIN or event.y > height - MARGIN:
            self._emulator.scroll(-1 if event.y < MARGIN else 1)

    def _clicks(self, cell: Cell, now: float) -> int:
        """How many times it was pressed here in quick succession, from 1 to 3."""
        count = 1
        if self._pressed is not None:
            before, place, times = self._pressed
            near = abs(place[0] - cell[0]) <= 1 and place[1] == cell[1]
            count = times % 3 + 1 if near and now - before <= DOUBLE_SECONDS else 1
        self._pressed = now, cell, count
        return count

    def _is_told(self, event: SurfaceInput) -> bool:
        return self._emulator.wants_pointer and "shift" not in event.modifiers

    def _is_grip(self, event: SurfaceInput) -> bool:
        width, height = size_of(self._emulator.columns, self._emulator.rows)
        return event.x >= width - GRIP and event.y >= height - GRIP

    def _shape(self, event: SurfaceInput) -> str:
        if self._is_grip(event):
            return "nwse-resize"
        return "default" if self._is_told(event) else "text"

    def _cell(self, event: SurfaceInput) -> Cell:
        x, y = (event.x - MARGIN) // CELL[0], (event.y - MARGIN) // CELL[1]
        columns, rows = self._emulator.columns, self._emulator.rows
        return max(0, min(columns - 1, int(x))), max(0, min(rows - 1, int(y)))

    def _encode(
        self, action: str, event: SurfaceInput, button: int | None = None, name: str = ""
    ) -> bytes:
        ffi, lib, made = self._library.ffi, self._library.lib, self._event
        lib.ghostty_mouse_encoder_setopt_from_terminal(self._encoder, self._emulator.handle)
        size = self._library.sized("GhosttyMouseEncoderSize")
        size.screen_width, size.screen_height = size_of(self._emulator.columns, self._emulator.rows)
        size.cell_width, size.cell_height = CELL
        size.padding_left = size.padding_right = size.padding_top = size.padding_bottom = MARGIN
        lib.ghostty_mouse_encoder_setopt(self._encoder, lib.GHOSTTY_MOUSE_ENCODER_OPT_SIZE, size)
        held = ffi.new("bool*", bool(self._told))
        key = lib.GHOSTTY_MOUSE_ENCODER_OPT_ANY_BUTTON_PRESSED
        lib.ghostty_mouse_encoder_setopt(self._encoder, key, held)
        lib.ghostty_mouse_event_set_action(made, getattr(lib, f"GHOSTTY_MOUSE_ACTION_{action}"))
        number = event.button if button is None else button
        word = name or _BUTTONS.get(number, "")
        if action == "MOTION" and not name:
            word = _BUTTONS.get(min(self._told), "") if self._told else ""
        if word:
            lib.ghostty_mouse_event_set_button(made, getattr(lib, f"GHOSTTY_MOUSE_BUTTON_{word}"))
        else:
            lib.ghostty_mouse_event_clear_button(made)
        modifiers = sum(_MODIFIERS[word] for word in event.modifiers if word in _MODIFIERS)
        lib.ghostty_mouse_event_set_mods(made, modifiers)
        lib.ghostty_mouse_event_set_position(made, {"x": event.x, "y": event.y})
        size = ffi.new("size_t*")
        encode = lib.ghostty_mouse_encoder_encode
        if encode(self._encoder, made, self._buffer, _BYTES, size):
            return b""
        return bytes(ffi.buffer(self._buffer, size[0])[:])
