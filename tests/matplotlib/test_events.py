"""Input of a surface in matplotlib's words."""

import pytest

from geometry_ws.matplotlib.events import Translator, key_name
from geometry_ws.protocol.surfaces import SurfaceInput


def event(kind, phase="", **more):
    return SurfaceInput(surface="s1", seat="v1", kind=kind, phase=phase, **more)


def heard(*events, translator=None):
    translator = translator or Translator()
    return [each for at, given in events for each in translator.translate(given, at)]


KEYS = [
    ("a", (), "a"),
    ("A", ("shift",), "A"),
    ("a", ("control",), "ctrl+a"),
    ("A", ("alt", "control", "shift"), "ctrl+alt+A"),
    (" ", ("shift",), "shift+ "),
    ("ArrowLeft", (), "left"),
    ("ArrowLeft", ("control", "shift"), "ctrl+shift+left"),
    ("Escape", (), "escape"),
    ("PageDown", (), "pagedown"),
    ("F5", ("alt",), "alt+f5"),
    ("s", ("meta",), "super+s"),
    ("Shift", ("shift",), "shift"),
    ("Control", ("control",), "control"),
    ("Meta", (), "super"),
    ("CapsLock", (), "caps_lock"),
    ("Dead", (), ""),
    ("", (), ""),
]


@pytest.mark.parametrize(("key", "modifiers", "name"), KEYS)
def test_a_key_has_matplotlibs_name(key, modifiers, name):
    assert key_name(key, modifiers) == name


@pytest.mark.parametrize(("button", "number"), [(0, 1), (1, 2), (2, 3), (3, 8), (4, 9)])
def test_a_button_has_matplotlibs_number(button, number):
    press = event("pointer", "down", x=3, y=4, button=button, modifiers=["control", "shift"])
    release = event("pointer", "up", x=5, y=4, button=button)
    down, up = heard((0.0, press), (0.1, release))
    assert down[:3] == ("button_press_event", 3, 4)
    assert down.more == {"button": number, "dblclick": False, "modifiers": ["ctrl", "shift"]}
    assert up[:3] == ("button_release_event", 5, 4)
    assert up.more["button"] == number


def test_a_move_says_which_buttons_are_down():
    (move,) = heard((0.0, event("pointer", "move", x=1, y=2, buttons=1 | 2 | 4)))
    assert move.name == "motion_notify_event"
    assert sorted(move.more["buttons"]) == [1, 2, 3]


def test_pressing_twice_quickly_in_a_place_is_a_double_click():
    def press(x):
        return event("pointer", "down", x=x)

    doubles = [
        each.more["dblclick"]
        for each in heard(
            (0.0, press(1)), (0.2, press(1)), (0.3, press(1)), (1.0, press(1)), (1.1, press(30))
        )
    ]
    assert doubles == [False, True, False, False, False]


def test_a_pointer_that_is_cancelled_releases_what_is_down():
    events = [event("pointer", "down", button=button) for button in (0, 2)]
    names = [
        (each.name, each.more.get("button"))
        for each in heard(*((0.0, each) for each in [*events, event("pointer", "cancel")]))
    ]
    assert names[2:] == [("button_release_event", 1), ("button_release_event", 3)]


def test_the_wheel_turns_up_by_steps():
    turns = [event("wheel", dy=dy) for dy in (-100, 240, -50, 0)]
    assert [each.more["step"] for each in heard(*((0.0, turn) for turn in turns))] == [1, -1, 0.5]


def test_text_is_a_key_only_where_no_key_says_so():
    """A keyboard tells both; a screen's keyboard tells text alone."""
    key = {"key": "p", "code": "KeyP"}
    down, up = event("key", "down", **key), event("key", "up", **key)
    names = [each.name for each in heard((0, down), (0, event("text", text="p")), (0, up))]
    assert names == ["key_press_event", "key_release_event"]
    typed = heard((0, event("text", text="p")), (0, event("text", text="pasted")))
    assert [(each.name, each.more["key"]) for each in typed] == [
        ("key_press_event", "p"),
        ("key_release_event", "p"),
    ]


def test_enter_and_leave_are_told_and_a_key_comes_from_where_the_pointer_is():
    enter, key, leave = heard(
        (0, event("pointer", "enter", x=7, y=8)),
        (0, event("key", "down", key="g")),
        (0, event("pointer", "leave", x=-1, y=8)),
    )
    assert (enter.name, leave.name) == ("figure_enter_event", "figure_leave_event")
    assert key[:3] == ("key_press_event", 7, 8)
