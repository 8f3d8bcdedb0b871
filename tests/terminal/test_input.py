"""What a person does reaches the program as terminals say it, or selects and looks back."""

import pytest

from geometry_ws.protocol.surfaces import SurfaceInput
from geometry_ws.terminal.emulator import Emulator
from geometry_ws.terminal.keyboard import Keyboard
from geometry_ws.terminal.picture import MARGIN, size_of
from geometry_ws.terminal.pointer import Heard, Pointer


def event(kind, phase="", *modifiers, **fields):
    return SurfaceInput(
        surface="s1", seat="v1", kind=kind, phase=phase, modifiers=list(modifiers), **fields
    )


class Person:
    """Somebody at a terminal in which a program has written something."""

    def __init__(self, written="", size=(40, 10)):
        self.emulator = Emulator(*size)
        self.keyboard, self.pointer = Keyboard(self.emulator), Pointer(self.emulator)
        self.now = 0.0
        self.emulator.feed(written.encode())

    def key(self, key, code="", *modifiers):
        """Press and release a key."""
        return b"".join(
            self.keyboard.hear(event("key", phase, *modifiers, key=key, code=code))
            for phase in ("down", "up")
        )

    def text(self, text):
        return self.keyboard.hear(event("text", text=text))

    def point(self, phase, column, row, button=0, *modifiers):
        x, y = MARGIN + column * 8 + 4, MARGIN + row * 18 + 9
        return self.pointer.hear(
            event("pointer", phase, *modifiers, x=x, y=y, button=button), self.now
        )

    def turn(self, dy, *modifiers):
        return self.pointer.hear(event("wheel", "", *modifiers, x=50, y=50, dy=dy), self.now)


KEYS = [
    (("Enter", "Enter"), b"\r"),
    (("Enter",), b"\r"),
    (("Tab", "Tab"), b"\t"),
    (("Tab", "Tab", "shift"), b"\x1b[Z"),
    (("Escape", "Escape"), b"\x1b"),
    (("Backspace", "Backspace"), b"\x7f"),
    (("Delete", "Delete"), b"\x1b[3~"),
    (("ArrowUp", "ArrowUp"), b"\x1b[A"),
    (("ArrowLeft", "ArrowLeft", "control"), b"\x1b[1;5D"),
    (("Home", "Home"), b"\x1b[H"),
    (("PageUp", "PageUp"), b"\x1b[5~"),
    (("F1", "F1"), b"\x1bOP"),
    (("F12", "F12", "shift"), b"\x1b[24;2~"),
    (("c", "KeyC", "control"), b"\x03"),
    (("[", "BracketLeft", "control"), b"\x1b"),
    ((" ", "Space", "control"), b"\x00"),
    (("_", "Minus", "control", "shift"), b"\x1f"),
    (("x", "KeyX", "alt"), b"\x1bx"),
    (("a", "KeyA"), b""),  # its text says it
    (("Shift", "ShiftLeft", "shift"), b""),
    (("Nonsense", "Nonsense"), b""),
    (("v", "KeyV", "control"), b"\x16"),
]


@pytest.mark.parametrize(("key", "expected"), KEYS)
def test_keys_are_written_as_programs_know_them(key, expected):
    assert Person().key(*key) == expected


def test_keys_follow_the_modes_of_the_program():
    assert Person("\x1b[?1h").key("ArrowUp", "ArrowUp") == b"\x1bOA"
    kitty = Person("\x1b[>1u")
    assert kitty.key("Escape", "Escape") == b"\x1b[27u"
    assert kitty.key("[", "BracketLeft", "control") == b"\x1b[91;5u"
    everything = Person("\x1b[>9u")
    assert everything.keyboard.hear(event("key", "down", key="a", code="KeyA")) == b"\x1b[97u"
    assert everything.text("a") == b""  # the key has said it
    assert everything.text("a") == b"a"


def test_text_is_written_as_it_is():
    assert Person().text("é") == "é".encode()
    assert Person().text("😀") == "😀".encode()
    assert Person().text("ab\ncd") == b"ab\rcd"
    assert Person("\x1b[?2004h").text("ab\ncd") == b"\x1b[200~ab\ncd\x1b[201~"


def test_what_is_pasted_cannot_end_the_paste():
    assert b"\x1b[201~rm" not in Person("\x1b[?2004h").text("x\x1b[201~rm -r /\n")[:-6]
    assert b"\x1b" not in Person().text("x\x1b[A")


def test_keys_that_come_with_text_are_written_once():
    person = Person()
    assert person.keyboard.hear(event("key", "down", "control", key="v", code="KeyV")) == b""
    assert person.text("pasted") == b"pasted"
    assert person.keyboard.hear(event("key", "up", "control", key="v", code="KeyV")) == b""
    graph = event("key", "down", "control", "alt", key="@", code="KeyQ")
    assert person.keyboard.hear(graph) == b""
    assert person.text("@") == b"@"


def test_a_person_selects_by_the_pointer():
    person = Person("hello big world\r\nsecond")
    assert person.point("down", 0, 0) == Heard()
    person.point("move", 4, 0)
    assert person.point("up", 4, 0).copied == "hello"
    assert person.point("up", 4, 0).copied == ""
    assert person.emulator.selecting.text == "hello"
    person.point("down", 8, 1, 0, "shift")
    assert person.emulator.selecting.text == "hello big world\nsecond"
    for expected in ("", "big", "hello big world", ""):
        person.now += 0.3
        person.point("down", 7, 0)
        person.point("up", 7, 0)
        assert person.emulator.selecting.text == expected
    person.now += 1
    person.point("down", 7, 0)
    assert person.emulator.selecting.text == ""


def test_the_middle_button_pastes_what_is_selected():
    person = Person("hello")
    person.point("down", 0, 0)
    person.point("move", 9, 0)
    person.point("up", 9, 0)
    assert person.point("down", 3, 3, 1).pasted == "hello"


def test_a_program_that_wants_the_pointer_gets_it():
    person = Person("text\x1b[?1002h\x1b[?1006h")
    assert person.point("down", 3, 1).data == b"\x1b[<0;4;2M"
    assert person.point("move", 4, 1).data == b"\x1b[<32;5;2M"
    assert person.point("move", 4, 1).data == b""  # the same cell
    assert person.point("up", 4, 1).data == b"\x1b[<0;5;2m"
    assert person.point("move", 6, 1).data == b""  # no button is down
    assert person.point("down", 0, 0, 2).data == b"\x1b[<2;1;1M"
    assert person.point("cancel", 0, 0).data == b"\x1b[<2;1;1m"
    assert person.turn(54).data == b"\x1b[<65;6;3M"
    assert person.emulator.selecting.text == ""
    person.point("down", 0, 0, 0, "shift")
    person.point("move", 3, 0, 0, "shift")
    assert person.emulator.selecting.text == "text"  # with Shift it is the person's


def test_the_wheel_looks_back_or_moves_the_cursor_of_a_program():
    person = Person("\r\n".join(str(number) for number in range(50)))
    assert person.turn(-9).data == b""
    assert person.emulator.is_at_end  # half a line
    person.turn(-45)
    assert not person.emulator.is_at_end
    assert person.emulator.view().rows[0].text == "37"
    person.turn(1e5)
    assert person.emulator.is_at_end
    pager = Person("\x1b[?1049h")
    assert pager.turn(36).data == b"\x1b[B\x1b[B"
    assert len(pager.turn(-1e5).data) <= 600


def test_the_corner_is_drawn_to_another_size():
    person = Person(size=(40, 10))
    width, height = size_of(40, 10)
    corner = {"x": width - 3.0, "y": height - 5.0}
    over = person.pointer.hear(event("pointer", "move", **corner), 0)
    assert over.cursor == "nwse-resize"
    person.pointer.hear(event("pointer", "down", **corner), 0)
    moved = {"x": corner["x"] + 5 * 8, "y": corner["y"] - 2 * 18}
    assert person.pointer.hear(event("pointer", "move", **moved), 0).size == (45, 8)
    far = {"x": -500.0, "y": -500.0}
    assert person.pointer.hear(event("pointer", "move", **far), 0).size == (2, 1)
    person.pointer.hear(event("pointer", "up", **far), 0)
    assert person.pointer.hear(event("pointer", "move", x=50, y=50), 0).size is None
