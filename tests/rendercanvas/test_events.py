"""Input of a surface reaches canvases in rendercanvas's words."""

import pytest

from geometry_ws.protocol.surfaces import SurfaceInput
from geometry_ws.rendercanvas.events import Translator


def event(kind, phase="", *modifiers, **fields):
    return SurfaceInput(
        surface="s1", seat="v1", kind=kind, phase=phase, modifiers=list(modifiers), **fields
    )


@pytest.mark.parametrize(
    ("given", "name", "fields"),
    [
        (event("pointer", "move", x=3.0, y=4.0, buttons=1), "pointer_move",
         {"x": 3.0, "y": 4.0, "button": 0, "buttons": (1,)}),
        (event("pointer", "down", "shift", button=2, buttons=2), "pointer_down",
         {"button": 2, "buttons": (2,), "modifiers": ("Shift",), "ntouches": 0}),
        (event("pointer", "down", button=1, buttons=4), "pointer_down",
         {"button": 3, "buttons": (3,)}),
        (event("pointer", "enter"), "pointer_enter", {}),
        (event("pointer", "leave"), "pointer_leave", {}),
        (event("wheel", dx=2.0, dy=40.0, x=1.0), "wheel", {"dx": 2.0, "dy": 40.0, "x": 1.0}),
        (event("key", "down", "control", key="ArrowUp"), "key_down",
         {"key": "ArrowUp", "modifiers": ("Control",)}),
        (event("key", "up", key="a"), "key_up", {"key": "a"}),
        (event("text", text="é"), "char", {"data": "é"}),
    ],
)  # fmt: skip
def test_events_have_the_names_and_numbers_of_rendercanvas(given, name, fields):
    (heard,) = Translator().translate(given, 0.0)
    assert heard["event_type"] == name
    assert {key: heard[key] for key in fields} == fields


def test_a_second_press_is_a_double_click():
    translator = Translator()

    def press(now, x=10.0):
        given = event("pointer", "down", x=x, buttons=1)
        return [heard["event_type"] for heard in translator.translate(given, now)]

    assert press(1.0) == ["pointer_down"]
    assert press(1.3) == ["pointer_down", "double_click"]
    assert press(1.4) == ["pointer_down"]
    assert press(3.0) == ["pointer_down"]
    assert press(3.1, x=30.0) == ["pointer_down"]


def test_what_is_cancelled_goes_up():
    translator = Translator()
    for button in (0, 2):
        translator.translate(event("pointer", "down", button=button), 0.0)
    translator.translate(event("pointer", "up", button=0), 0.1)
    ups = translator.translate(event("pointer", "cancel"), 0.2)
    assert [(up["event_type"], up["button"]) for up in ups] == [("pointer_up", 2)]
    assert translator.translate(event("pointer", "unknown"), 0.3) == []
