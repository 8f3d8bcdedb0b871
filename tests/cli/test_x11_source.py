"""What a show of an X program decides: input, and where pixels lie."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.cli.sources.vnc import read_server
from geometry_ws.cli.sources.x11_input import (
    MOST_CLICKS,
    WHEEL_PX,
    Button,
    InputTranslator,
    Key,
    Motion,
    Pasted,
    Typed,
    keysym_of,
)
from geometry_ws.cli.sources.x11_screen import NAME, BadScreen, Screen, read_layout
from geometry_ws.protocol.surfaces import SurfaceInput


def event(kind, **more):
    return SurfaceInput(surface="s1", kind=kind, seat="a", **more)


def key(phase, name, code="", *modifiers):
    return event("key", phase=phase, key=name, code=code, modifiers=list(modifiers))


def test_what_a_key_pastes_lies_on_the_clipboard_before_the_key_is_pressed():
    translator = InputTranslator()
    heard = [
        action
        for each in (
            key("down", "v", "KeyV", "control"),
            event("text", text="one "),
            event("text", text="two"),
            key("up", "v", "KeyV", "control"),
            key("down", "v", "KeyV", "control"),  # the clipboard holds no text
            key("up", "Control", "ControlLeft"),
            event("text", text="v"),
        )
        for action in translator.translate(each)
    ]
    pressed = [Key(ord("v"), True), Key(ord("v"), False)]
    assert heard == [Pasted("one two"), *pressed, *pressed, Typed(ord("v"))]


EVENTS = st.one_of(
    st.builds(
        lambda phase, button, x: event("pointer", phase=phase, button=button, x=x, y=1.0),
        st.sampled_from(["down", "up", "move", "enter", "leave", "cancel"]),
        st.integers(-1, 7),
        st.floats(-1e6, 1e6),
    ),
    st.builds(
        lambda dx, dy: event("wheel", dx=dx, dy=dy), st.floats(-1e5, 1e5), st.floats(-1e5, 1e5)
    ),
    st.builds(lambda text: event("text", text=text), st.text(max_size=20)),
    st.builds(
        lambda phase, name, code, held: key(phase, name, code, *held),
        st.sampled_from(["down", "up"]),
        st.sampled_from(["a", "v", "Ü", "Enter", "Shift", "Control", "F24", "Dead", ""]),
        st.sampled_from(["KeyA", "KeyB", "ShiftRight", "", "F24"]),
        st.lists(st.sampled_from(["shift", "control", "alt", "meta"]), max_size=2),
    ),
)


@given(st.lists(EVENTS, max_size=40))
def test_what_is_pressed_is_let_go_and_nothing_else_is(events):
    """A server that thinks of a key as held repeats it, and takes clicks for something else."""
    translator = InputTranslator()
    keys, buttons = set(), set()
    for each in events:
        for action in translator.translate(each):
            if isinstance(action, Key | Button):
                down, name = (keys, action[0]) if isinstance(action, Key) else (buttons, action[0])
                if action.down:
                    assert isinstance(action, Key) or name not in down
                    down.add(name)
                else:
                    assert isinstance(action, Key) or name in down
                    down.discard(name)
    for code in {
        "KeyA",
        "KeyB",
        "ShiftRight",
        "v",
        "F24",
        "a",
        "Ü",
        "Enter",
        "Shift",
        "Control",
        "Dead",
        "",
    }:
        for action in translator.translate(key("up", "", code)):
            if isinstance(action, Key):  # what was to be pasted comes now, too
                keys.discard(action.keysym)
    for action in translator.translate(event("pointer", phase="cancel", button=0)):
        if isinstance(action, Button):
            buttons.discard(action.number)
    assert not keys
    assert not buttons


def test_a_sign_is_typed_once_though_it_comes_as_a_key_too():
    translator = InputTranslator()
    actions = [
        action
        for each in (
            key("down", "ü", "BracketLeft"),
            event("text", text="ü"),
            key("up", "ü", "BracketLeft"),
        )
        for action in translator.translate(each)
    ]
    assert actions == [Typed(0xFC)]


def test_with_control_it_is_the_key():
    translator = InputTranslator()
    assert translator.translate(key("down", "Control", "ControlRight")) == [Key(0xFFE4, True)]
    assert translator.translate(key("down", "c", "KeyC", "control")) == [Key(0x63, True)]
    assert translator.translate(key("down", "c", "KeyC", "control")) == [
        Key(0x63, False),
        Key(0x63, True),
    ], "it is held: the server repeats nothing by itself"
    assert translator.translate(key("up", "c", "KeyC")) == [Key(0x63, False)]
    assert translator.translate(key("up", "Control", "ControlRight")) == [Key(0xFFE4, False)]


@pytest.mark.parametrize(
    ("sign", "keysym"),
    [
        ("a", 0x61),
        ("é", 0xE9),
        ("€", 0x10020AC),
        ("\n", 0xFF0D),
        ("\t", 0xFF09),
        ("\x07", 0),
        ("\x85", 0),
    ],
)
def test_signs_have_keysyms(sign, keysym):
    assert keysym_of(sign) == keysym


def test_the_wheel_clicks_and_keeps_the_rest():
    translator = InputTranslator()
    turn = event("wheel", x=3.0, y=4.0, dy=WHEEL_PX * 0.6)
    assert translator.translate(turn) == [Motion(3, 4)]
    assert translator.translate(turn) == [Motion(3, 4), Button(5, True), Button(5, False)]
    back = translator.translate(event("wheel", dx=-WHEEL_PX))
    assert back[1:] == [Button(6, True), Button(6, False)]
    assert len(translator.translate(event("wheel", dy=1e9))) == 1 + 2 * MOST_CLICKS


def header(width, height, row_bytes, colours=2, header_bytes=120, **more):
    values = [header_bytes, 7, 2, 24, width, height, 0, 0, 32, 0, 32, 32, row_bytes, 4]
    values += [0xFF0000, 0xFF00, 0xFF, 8, colours, colours, width, height, 0, 0, 0]
    for at, value in more.items():
        values[int(at[1:])] = value
    return struct.pack(">25I", *values)


@given(st.integers(1, 40), st.integers(1, 30), st.integers(0, 5), st.data())
def test_a_rectangle_of_the_screen_is_read(tmp_path_factory, width, height, spare, data):
    rng = np.random.default_rng(width * 100 + height)
    rows = rng.integers(0, 256, (height, 4 * (width + spare)), np.uint8)
    folder = tmp_path_factory.mktemp("screen")
    head = header(width, height, 4 * (width + spare))
    (folder / NAME).write_bytes(head.ljust(120, b"n") + bytes(24) + rows.tobytes())
    screen = Screen(folder)
    assert screen.size == (width, height)
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    w, h = data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y))
    pixels = np.frombuffer(screen.pixels((x, y, w, h)), np.uint8).reshape(h, w, 4)
    part = rows[y : y + h, 4 * x : 4 * (x + w)].reshape(h, w, 4)
    assert (pixels[..., :3] == part[..., :3]).all()
    assert (pixels[..., 3] == 255).all()


@pytest.mark.parametrize(
    "head",
    [
        b"",
        bytes(99),
        header(10, 10, 39),
        header(10, 10, 40, _1=6),
        header(10, 10, 40, _2=1),
        header(10, 10, 40, _7=1),
        header(10, 10, 40, _11=16),
    ],
)
def test_another_form_is_told(head):
    with pytest.raises(BadScreen):
        read_layout(head)


def test_a_file_that_ends_too_early_is_told(tmp_path):
    (tmp_path / NAME).write_bytes(header(10, 10, 40).ljust(200, b"\0"))
    with pytest.raises(BadScreen):
        Screen(tmp_path)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("vnc://desk", ("desk", 5900)),
        ("vnc://desk.example:5901/", ("desk.example", 5901)),
        ("vnc://[::1]:5907", ("[::1]", 5907)),
        ("vnc://desk:0", None),
        ("vnc://desk:70000", None),
        ("vnc://-oProxy", None),
        ("vnc:desk", None),
        ("vnc://a b", None),
    ],
)
def test_a_vnc_server_is_named(source, place):
    assert read_server(source) == place


def test_a_window_that_lies_elsewhere_is_met():
    translator = InputTranslator()
    translator.origin = (100, 20)
    moved = translator.translate(event("pointer", phase="move", x=3.0, y=4.0))
    assert moved == [Motion(103, 24)]
