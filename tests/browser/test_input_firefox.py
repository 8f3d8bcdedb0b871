"""What a person does in a real Firefox, and what the program under it is told."""

import pytest

from tests.browser import input_pads
from tests.browser.input_pads import keys, presses, spot, texts

pytestmark = [pytest.mark.browser, pytest.mark.router]

EVERY_KEY = [
    *("Tab", "Escape", " ", "ArrowLeft", "f", "0", "+", "-", "=", "Enter", "Backspace"),
]  # fmt: skip
BROWSERS_KEYS = [("F5", 0), ("s", 2), ("f", 2), ("ArrowLeft", 1)]
MODIFIERS = {"Alt", "Control", "Shift"}


@pytest.fixture
def window(firefox_window):
    firefox_window.size(1200, 900)
    return firefox_window


def show(window, node, pads):
    """Open the dashboard with the program's surfaces."""
    window.go("about:blank")
    window.go(node.url)
    window.wait("window.geometry_ws?.state === 'open'")
    for surface in pads.ids:
        window.wait(f"geometry_ws.planes.some(({{plane}}) => plane === '{surface}')")
    window.wait("geometry_ws.painted === geometry_ws.seq")
    window.run("window.stayed = true")


def ends(event):
    return (event["key"], event["phase"]) == ("!", "up")


def heard_keys(events):
    """Keys without the modifiers that were held for them."""
    return [(phase, key) for _, phase, key in keys(events) if key not in MODIFIERS]


@pytest.mark.parametrize("wish", ["text", "all"])
def test_a_surface_with_the_keyboard_gets_every_key(window, node, wish):
    """With all the browser's own too, and the browser is kept from acting; else it acts alone."""
    with input_pads.program(node, {"keyboard": wish}) as pads:
        show(window, node, pads)
        window.click(*spot(window, pads, 0))
        window.wait("document.activeElement.id === 'writer'")
        for key in EVERY_KEY:
            window.type_key(key)
        window.run("window.left = []")
        window.run(
            "addEventListener('keydown', (event) => event.defaultPrevented || left.push(event.key))"
        )
        for key, modifiers in BROWSERS_KEYS if wish == "all" else BROWSERS_KEYS[:1]:
            window.type_key(key, modifiers)
        left = window.run("left")
        assert left == ([] if wish == "all" else ["F5"])
        window.type_key("!")
        heard = pads.until(ends)
        browsers = [key for key, _ in BROWSERS_KEYS] if wish == "all" else []
        names = [*EVERY_KEY, *browsers, "!"]
        assert heard_keys(heard) == [(phase, key) for key in names for phase in ("down", "up")]
        assert texts(heard) == " f0+-=!"
        assert window.run("stayed")


def test_shift_escape_is_the_way_out(window, node):
    with input_pads.program(node, {"keyboard": "all"}) as pads:
        show(window, node, pads)
        window.click(*spot(window, pads, 0))
        window.wait("!document.getElementById('keyboard').hidden")
        window.type_key("Escape", 8)
        window.wait("document.getElementById('keyboard').hidden")
        x = window.run("geometry_ws.camera.x")
        window.type_key("ArrowRight")
        window.wait(f"geometry_ws.camera.x > {x}")


def test_what_is_pasted_arrives_whole(window, node):
    with input_pads.program(node, {}) as pads:
        show(window, node, pads)
        window.click(*spot(window, pads, 0))
        window.wait("document.activeElement.id === 'writer'")
        window.run(
            "(() => { const source = document.createElement('textarea');"
            " source.value = 'x'.repeat(9999) + '\\u{1f600}'.repeat(7500) + '!';"
            " document.body.append(source); source.select();"
            " source.dataset.done = document.execCommand('copy'); source.remove(); })()"
        )
        window.click(*spot(window, pads, 0))
        window.wait("document.activeElement.id === 'writer'")
        window.type_key("v", 2)
        heard = pads.until(lambda event: event["text"].endswith("!"))
        assert texts(heard) == "x" * 9999 + "\U0001f600" * 7500 + "!"


def test_buttons_and_wheel_reach_what_they_are_meant_for(window, node):
    """A second button, the wheel's button, the wheel, and the button for back.

    Driven so, Firefox doesn't go back by itself; what is seen is that it is told not to.
    """
    with input_pads.program(node, {"wheel": True}, {}) as pads:
        show(window, node, pads)
        camera = window.run("geometry_ws.camera")
        x, y = spot(window, pads, 0)
        window.move(x, y)
        window.press("left")
        window.press("right")
        window.lift("left")
        window.lift("right")
        window.press("middle")
        window.lift("middle")
        window.run("window.back = []")
        window.run("addEventListener('mouseup', (event) => back.push(event.defaultPrevented))")
        window.press("back")
        window.lift("back")
        window.turn(x, y, 60)
        heard = pads.until(lambda event: event["kind"] == "wheel")
        assert presses(heard) == [
            (0, "down", 0, 1),
            (0, "down", 2, 3),
            (0, "up", 0, 2),
            (0, "up", 2, 0),
            (0, "down", 1, 4),
            (0, "up", 1, 0),
            (0, "down", 3, 8),
            (0, "up", 3, 0),
        ]
        assert abs(heard[-1]["dy"] - 60 / camera["zoom"]) < 2
        assert window.run("back") == [True]
        assert window.run("geometry_ws.camera") == camera
        window.turn(*spot(window, pads, 1), -60)
        window.wait(f"geometry_ws.camera.y < {camera['y'] - 1}")
