"""What a person does in a real browser, and what the program under it is told."""

import numpy as np
import pytest

from tests.browser import input_pads
from tests.browser.input_pads import keys, opened, presses, spot, texts

pytestmark = [pytest.mark.browser, pytest.mark.router]


@pytest.fixture
def pads(node):
    """Two surfaces of a program."""
    with input_pads.program(node, {}, {}) as started:
        yield started


def hold(page, key):
    page.send("Input.dispatchKeyEvent", type="rawKeyDown", key=key, code=f"Key{key.upper()}")


LEAVES = {
    "window": "dispatchEvent(new Event('blur'))",
    "page": "Object.defineProperty(document, 'hidden', {value: true}),"
    " document.dispatchEvent(new Event('visibilitychange'))",
    "navigation": "dispatchEvent(new PageTransitionEvent('pagehide'))",
    "list": "document.getElementById('panel').focus()",
}


@pytest.mark.parametrize("what", LEAVES)
def test_no_key_stays_down_when_the_page_is_left(browser, node, pads, what):
    """Whatever takes the keyboard away: keys that were down come up, each once."""
    page = opened(browser, node, pads)
    page.click(*spot(page, pads, 0))
    hold(page, "s")
    hold(page, "e")
    pads.until(lambda event: event["key"] == "e")
    page.run(LEAVES[what])
    ups = pads.until(lambda event: event["key"] == "e")
    assert keys(ups) == [(0, "up", "s"), (0, "up", "e")]


def test_keys_of_a_surface_that_lost_the_keyboard_come_up_and_it_hears_no_more(browser, node, pads):
    page = opened(browser, node, pads)
    page.click(*spot(page, pads, 0))
    for key in "sec":
        hold(page, key)
    page.click(*spot(page, pads, 1))
    # The keys are still down, and repeat.
    for key in "sec":
        page.send(
            "Input.dispatchKeyEvent",
            type="rawKeyDown",
            key=key,
            code=f"Key{key.upper()}",
            autoRepeat=True,
        )
        page.send("Input.dispatchKeyEvent", type="keyUp", key=key, code=f"Key{key.upper()}")
    for key in "secret":
        page.key(key, f"Key{key.upper()}", key)
    heard = keys(pads.until(lambda event: (event["key"], event["phase"]) == ("t", "up")))
    assert heard[:6] == [(0, phase, key) for phase in ("down", "up") for key in "sec"]
    assert heard[6:] == [(1, phase, key) for key in "secret" for phase in ("down", "up")]


def test_no_button_stays_down_when_the_page_is_left(browser, node, pads):
    """A drag that the page can't see the end of is cancelled; the next press is a new one."""
    page = opened(browser, node, pads)
    x, y = spot(page, pads, 0)
    page.mouse("mouseMoved", x, y)
    page.mouse("mousePressed", x, y, 1, button="left", clickCount=1)
    pads.until(lambda event: event["phase"] == "down")
    page.run(LEAVES["window"])
    (cancelled,) = [
        event
        for event in pads.until(lambda event: event["phase"] == "cancel")
        if event["phase"] == "cancel"
    ]
    assert abs(cancelled["x"] - 50) < 2
    assert abs(cancelled["y"] - 60) < 2
    page.mouse("mouseReleased", x, y, 0, button="left", clickCount=1)
    page.click(x, y)
    assert presses(pads.until(lambda event: event["phase"] == "up")) == [
        (0, "down", 0, 1),
        (0, "up", 0, 0),
    ]


def paste(page, kind, text):
    """Give the clipboard's content to what is focused, as the browser does after Ctrl+V."""
    page.run(
        "(() => { const clipboardData = new DataTransfer();"
        f" clipboardData.setData({kind!r}, {text});"
        " const told = {clipboardData, bubbles: true, cancelable: true};"
        " document.activeElement.dispatchEvent(new ClipboardEvent('paste', told)); })()"
    )


def test_what_is_pasted_arrives_whole(browser, node):
    """A long text comes in several messages that cut no character; one too long is refused."""
    complaint = "document.getElementById('complaint-text').textContent"
    with input_pads.program(node, {"cursor": "text"}) as pads:
        page = opened(browser, node, pads)
        page.click(*spot(page, pads, 0))
        page.wait("document.activeElement.id === 'writer'")
        page.send(
            "Browser.grantPermissions",
            permissions=["clipboardReadWrite", "clipboardSanitizedWrite"],
        )
        copied = "'x'.repeat(9999) + '\\u{1f600}'.repeat(7500) + '!'"
        page.run(f"navigator.clipboard.writeText({copied})")
        control_v = {"key": "v", "code": "KeyV", "modifiers": 2, "commands": ["paste"]}
        page.send("Input.dispatchKeyEvent", type="rawKeyDown", **control_v)
        heard = pads.until(lambda event: event["text"].endswith("!"))
        assert texts(heard) == "x" * 9999 + "\U0001f600" * 7500 + "!"
        paste(page, "text/plain", "'x'.repeat(1_000_001)")
        page.wait(f"{complaint}.includes('1,000,001')")
        paste(page, "image/png", "'x'")
        page.wait(f"{complaint}.includes('only text')")
        page.send("Input.insertText", text="a")
        assert texts(pads.until(lambda event: event["text"])) == "a"
        _copy_from_the_program(page)


def _copy_from_the_program(page):
    copied = "document.querySelector('.toast')?.textContent === 'Copied 9 characters from pad 0.'"
    page.send("Input.insertText", text="©")
    page.wait(copied)
    assert page.run("navigator.clipboard.readText()") == "one\ntwo \U0001f600"
    page.run("var write = navigator.clipboard.writeText; navigator.clipboard.writeText = null;"
             "document.execCommand = () => false")  # fmt: skip
    page.send("Input.insertText", text="©")
    button = "document.querySelector('.toast button')"
    page.wait(f"{button} && (navigator.clipboard.writeText = write, {button}.click(), true)")
    page.wait(copied)


EVERY_KEY = [
    ("Tab", 0), ("Escape", 0), (" ", 0), ("ArrowLeft", 0), ("ArrowDown", 0), ("f", 0), ("0", 0),
    ("+", 0), ("-", 0), ("=", 0), ("Enter", 0), ("Backspace", 0), ("Tab", 8), ("a", 2), ("z", 2),
]  # fmt: skip
BROWSERS_KEYS = [("F5", 0), ("F1", 0), ("s", 2), ("f", 2), ("r", 2), ("ArrowLeft", 1), ("d", 1)]
NOTE_PREVENTED = (
    "window.noted = []; addEventListener('keydown', (event) =>"
    " noted.push([event.key, event.defaultPrevented]))"
)


def type_key(page, key, modifiers=0):
    """Press and release a key with modifiers (1 Alt, 2 Control, 4 Meta, 8 Shift)."""
    text = {"text": key} if len(key) == 1 and not modifiers else {}
    named = {"key": key, "code": f"Key{key}", "modifiers": modifiers}
    kind = "keyDown" if text else "rawKeyDown"
    page.send("Input.dispatchKeyEvent", type=kind, **named, **text)
    page.send("Input.dispatchKeyEvent", type="keyUp", **named)


def looks_at(page):
    """Where the camera is."""
    return page.run("JSON.stringify(geometry_ws.camera)")


def ends(event):
    """Whether this is the release of the key that a test presses last."""
    return (event["key"], event["phase"]) == ("!", "up")


@pytest.mark.parametrize("wish", ["text", "all"])
def test_a_surface_with_the_keyboard_gets_every_key(browser, node, wish):
    """Neither the view nor the page takes one; the browser's own are done once: there or here."""
    with input_pads.program(node, {"keyboard": wish}) as pads:
        page = opened(browser, node, pads)
        page.click(*spot(page, pads, 0))
        camera = looks_at(page)
        page.run(NOTE_PREVENTED)
        for key, modifiers in EVERY_KEY + BROWSERS_KEYS:
            type_key(page, key, modifiers)
        type_key(page, "!")
        heard = pads.until(ends)
        mine = EVERY_KEY + (BROWSERS_KEYS if wish == "all" else [])
        names = [key for key, _ in [*mine, ("!", 0)]]
        assert keys(heard) == [(0, phase, key) for key in names for phase in ("down", "up")]
        assert texts(heard) == " f0+-=!"
        left = [key for key, prevented in page.run("noted")[:-1] if not prevented]
        browsers = [key for key, _ in BROWSERS_KEYS] if wish == "text" else []
        assert left == [" ", "f", "0", "+", "-", "=", *browsers]
        assert looks_at(page) == camera
        assert page.run("document.activeElement.id") == "writer"


def test_a_surface_that_wants_no_keys_leaves_them_to_the_view(browser, node):
    with input_pads.program(node, {"keyboard": "none"}, {"keyboard": "all"}) as pads:
        page = opened(browser, node, pads)
        page.click(*spot(page, pads, 1))
        assert page.run("document.getElementById('keyboard').hidden") is False
        page.click(*spot(page, pads, 0))
        assert page.run("document.getElementById('keyboard').hidden") is True
        x = page.run("geometry_ws.camera.x")
        page.key("ArrowRight", number=39)
        page.wait(f"geometry_ws.camera.x > {x}")
        page.click(*spot(page, pads, 1))
        page.key("!", "Digit1", "!")
        assert keys(pads.until(ends)) == [(1, "down", "!"), (1, "up", "!")]


@pytest.mark.parametrize("way", ["keys", "button"])
def test_there_is_a_way_out_of_a_surface_with_the_keyboard(browser, node, way):
    """Shift+Escape and a button give the keyboard back to the view, and nothing stays down."""
    with input_pads.program(node, {"keyboard": "all", "title": "editor"}) as pads:
        page = opened(browser, node, pads)
        page.click(*spot(page, pads, 0))
        page.wait("document.getElementById('keyboard-text').textContent.includes('editor')")
        hold(page, "s")
        if way == "keys":
            type_key(page, "Escape", 8)
        else:
            page.click(*page.run(
                "(({x, y, width, height}) => [x + width / 2, y + height / 2])"
                "(document.getElementById('keyboard-leave').getBoundingClientRect())"
            ))  # fmt: skip
        page.wait("document.getElementById('keyboard').hidden")
        assert keys(pads.until(lambda event: event["phase"] == "up" and event["key"])) == [
            (0, "down", "s"),
            (0, "up", "s"),
        ]
        assert page.run("document.activeElement.id") == "canvas"
        x = page.run("geometry_ws.camera.x")
        page.key("ArrowRight", number=39)
        page.wait(f"geometry_ws.camera.x > {x}")


@pytest.mark.parametrize("cursor", ["default", "crosshair", "text"])
def test_input_methods_and_screen_keyboards_write_on_every_surface(browser, node, cursor):
    """Composed text arrives once, when it is done; a backspace that is no key arrives as one."""
    with input_pads.program(node, {"cursor": cursor, "keyboard": "all"}) as pads:
        page = opened(browser, node, pads)
        page.click(*spot(page, pads, 0))
        page.wait("document.activeElement.id === 'writer'")
        for part in ("に", "にほ", "日本"):
            unknown = {"key": "Process", "code": "KeyN", "windowsVirtualKeyCode": 229}
            page.send("Input.dispatchKeyEvent", type="rawKeyDown", **unknown)
            page.send("Input.imeSetComposition", text=part, selectionStart=0, selectionEnd=0)
        where = page.run("(({x, y}) => [x, y])(document.activeElement.getBoundingClientRect())")
        assert np.hypot(*np.subtract(where, spot(page, pads, 0))) < 3
        page.send("Input.insertText", text="日本")
        unknown = {"key": "Unidentified", "code": "", "windowsVirtualKeyCode": 229}
        for command in ("DeleteBackward", "InsertNewline"):
            page.send("Input.dispatchKeyEvent", type="rawKeyDown", commands=[command], **unknown)
            page.send("Input.dispatchKeyEvent", type="keyUp", **unknown)
        type_key(page, "!")
        heard = pads.until(ends)
        assert keys(heard) == [
            (0, phase, key) for key in ("Backspace", "Enter", "!") for phase in ("down", "up")
        ]
        assert texts(heard) == "日本!"


def test_what_is_being_composed_goes_to_whom_it_was_meant_for(browser, node, pads):
    page = opened(browser, node, pads)
    page.click(*spot(page, pads, 0))
    page.wait("document.activeElement.id === 'writer'")
    page.send("Input.imeSetComposition", text="日", selectionStart=0, selectionEnd=0)
    page.click(*spot(page, pads, 1))
    type_key(page, "!")
    heard = pads.until(ends)
    assert (texts(heard, 0), texts(heard, 1)) == ("日", "!")


def turn(page, spot_, by=60, **more):
    page.mouse("mouseMoved", *spot_)
    page.mouse("mouseWheel", *spot_, deltaX=0, deltaY=by, **more)


def test_the_wheel_turns_what_wants_it_and_else_moves_the_view(browser, node):
    """Over a surface that asked for the wheel the program scrolls; Alt exchanges the two."""
    with input_pads.program(node, {"wheel": True}, {}) as pads:
        page = opened(browser, node, pads)
        camera = page.run("geometry_ws.camera")
        turn(page, spot(page, pads, 0))
        (first,) = [
            event
            for event in pads.until(lambda event: event["kind"] == "wheel")
            if event["kind"] == "wheel"
        ]
        assert (first["pad"], first["modifiers"]) == (0, [])
        assert abs(first["dy"] - 60 / camera["zoom"]) < 1
        assert page.run("geometry_ws.camera") == camera
        turn(page, spot(page, pads, 1), modifiers=1)
        assert pads.until(lambda event: event["kind"] == "wheel")[-1]["pad"] == 1
        assert page.run("geometry_ws.camera") == camera
        turn(page, spot(page, pads, 1), -60)
        page.wait(f"geometry_ws.camera.y < {camera['y'] - 1}")
        y = page.run("geometry_ws.camera.y")
        turn(page, spot(page, pads, 0), -60, modifiers=1)
        page.wait(f"geometry_ws.camera.y < {y - 1}")
        turn(page, spot(page, pads, 0), modifiers=2)
        page.wait(f"geometry_ws.camera.zoom < {camera['zoom'] * 0.99}")
        page.mouse("mouseMoved", *spot(page, pads, 0, 20, 20))
        page.click(*spot(page, pads, 0, 20, 20))
        last = pads.until(lambda event: event["phase"] == "up")
        assert not [event for event in last if event["kind"] == "wheel"]


def test_the_wheels_button_presses_what_wants_it_and_else_moves_the_view(browser, node):
    with input_pads.program(node, {"wheel": True}, {}) as pads:
        page = opened(browser, node, pads)
        camera = page.run("geometry_ws.camera")
        for pad in (0, 1):
            x, y = spot(page, pads, pad)
            page.mouse("mouseMoved", x, y)
            page.mouse("mousePressed", x, y, 4, button="middle", clickCount=1)
            page.mouse("mouseMoved", x + 20, y, 4, button="middle")
            page.mouse("mouseReleased", x + 20, y, 0, button="middle", clickCount=1)
        page.wait(f"geometry_ws.camera.x < {camera['x'] - 5}")
        page.click(*spot(page, pads, 1))
        assert presses(pads.until(lambda event: event["pad"] == 1 and event["phase"] == "up")) == [
            (0, "down", 1, 4),
            (0, "up", 1, 0),
            (1, "down", 0, 1),
            (1, "up", 0, 0),
        ]


def test_a_second_button_goes_down_and_up_by_itself_and_in_order(browser, node, pads):
    page = opened(browser, node, pads)
    x, y = spot(page, pads, 0)
    page.mouse("mouseMoved", x, y)
    page.mouse("mousePressed", x, y, 1, button="left", clickCount=1)
    page.mouse("mouseMoved", x + 5, y, 1, button="left")
    page.mouse("mousePressed", x + 5, y, 3, button="right", clickCount=1)
    page.mouse("mouseMoved", x + 9, y, 3, button="left")
    page.mouse("mouseReleased", x + 9, y, 2, button="left", clickCount=1)
    page.mouse("mouseReleased", x + 9, y, 0, button="right", clickCount=1)
    heard = pads.until(lambda event: event["phase"] == "up" and event["button"] == 2)
    assert presses(heard) == [
        (0, "down", 0, 1),
        (0, "down", 2, 3),
        (0, "up", 0, 2),
        (0, "up", 2, 0),
    ]
    second = next(event for event in heard if event["button"] == 2)
    moves = [event["x"] for event in heard[: heard.index(second)] if event["phase"] == "move"]
    assert moves[-1] <= second["x"]


def test_the_button_for_back_is_the_programs_over_a_surface(browser, node, pads):
    """The page stays; over the empty world the browser goes back."""
    page = opened(browser, node, pads)
    page.run("window.stayed = true")
    x, y = spot(page, pads, 0)
    page.mouse("mouseMoved", x, y)
    page.mouse("mousePressed", x, y, 8, button="back", clickCount=1)
    page.mouse("mouseReleased", x, y, 0, button="back", clickCount=1)
    heard = pads.until(lambda event: event["phase"] == "up")
    assert presses(heard) == [(0, "down", 3, 8), (0, "up", 3, 0)]
    assert page.run("stayed")
    page.mouse("mousePressed", x, y, 1, button="left", clickCount=1)
    page.mouse("mousePressed", x, y, 9, button="back", clickCount=1)
    page.mouse("mouseReleased", x, y, 1, button="back", clickCount=1)
    page.mouse("mouseReleased", x, y, 0, button="left", clickCount=1)
    pads.until(lambda event: (event["phase"], event["button"]) == ("up", 0))
    assert page.run("stayed")
    x, y = spot(page, pads, 0, -60, 60)
    page.mouse("mouseMoved", x, y)
    page.mouse("mousePressed", x, y, 8, button="back", clickCount=1)
    page.mouse("mouseReleased", x, y, 0, button="back", clickCount=1)
    page.wait("!window.stayed")


def phone(browser, node, pads):
    """The surfaces on a phone's screen."""
    return opened(browser, node, pads, touch=True, size=(390, 844))


def test_two_fingers_turn_what_wants_the_wheel_and_else_move_the_view(browser, node):
    """Fingers that part zoom the view over any surface."""
    with input_pads.program(node, {"wheel": True}, {}) as pads:
        page = phone(browser, node, pads)
        camera = page.run("geometry_ws.camera")
        fingers = [spot(page, pads, 0, 60, 150), spot(page, pads, 0, 140, 150)]
        page.touch("touchStart", *fingers)
        for step in (10, 20, 30):
            page.touch("touchMove", *[(x, y - step) for x, y in fingers])
        page.touch("touchEnd")
        page.touch("touchStart", spot(page, pads, 1))
        page.touch("touchEnd")
        heard = pads.until(lambda event: event["phase"] == "up")
        turns = [event for event in heard if event["kind"] == "wheel"]
        assert {event["pad"] for event in turns} == {0}
        assert abs(sum(event["dy"] for event in turns) - 30 / camera["zoom"]) < 3
        assert page.run("geometry_ws.camera") == camera
        for pad, side in ((1, 30), (0, 30)):
            zoom = page.run("geometry_ws.camera.zoom")
            x, y = spot(page, pads, pad, 100, 100)
            page.touch("touchStart", (x - 10, y), (x + 10, y))
            for step in (5, side):
                page.touch("touchMove", (x - 10 - step, y), (x + 10 + step, y))
            page.touch("touchEnd")
            page.wait(f"geometry_ws.camera.zoom > {zoom * 1.5}")
            page.run("document.getElementById('zoom-fit').click()")
            page.wait(f"geometry_ws.camera.zoom < {zoom * 1.1}")


def test_a_finger_that_rests_is_the_right_button_or_drags(browser, node):
    with input_pads.program(node, {}, {}) as pads:
        page = phone(browser, node, pads)
        page.run("window.felt = 0; navigator.vibrate = () => felt++")
        x, y = spot(page, pads, 0)
        page.touch("touchStart", (x, y))
        page.wait("felt === 1")
        page.touch("touchEnd")
        heard = pads.until(lambda event: event["phase"] == "up")
        assert presses(heard) == [(0, "down", 2, 2), (0, "up", 2, 0)]
        page.touch("touchStart", (x, y))
        page.wait("felt === 2")
        page.touch("touchMove", (x + 20, y))
        page.touch("touchEnd")
        heard = pads.until(lambda event: event["phase"] == "up")
        assert presses(heard) == [(0, "down", 0, 1), (0, "up", 0, 0)]
        assert abs(next(event["x"] for event in heard if event["phase"] == "down") - 50) < 3
        assert "touch" in [event.get("device") for event in heard]
        for kind, down in (("mousePressed", 1), ("mouseReleased", 0)):
            page.mouse(kind, x, y, down, button="left", pointerType="pen", force=0.25)
        heard = pads.until(lambda event: event["phase"] == "up")
        assert ("pen", 0.25) in [(e.get("device"), e.get("pressure")) for e in heard]


def test_a_touch_calls_a_screens_keyboard_only_where_text_is_edited(browser, node):
    """Elsewhere a button shows it; the surface has the keyboard all the same."""
    with input_pads.program(node, {"cursor": "text"}, {}) as pads:
        page = phone(browser, node, pads)
        mode = "document.getElementById('writer').inputMode"
        shows = "document.getElementById('keyboard-show')"
        page.touch("touchStart", spot(page, pads, 0))
        page.touch("touchEnd")
        page.wait(f"{mode} === 'text' && document.activeElement.id === 'writer'")
        assert page.run(f"{shows}.hidden")
        page.touch("touchStart", spot(page, pads, 1))
        page.touch("touchEnd")
        page.wait(f"{mode} === 'none' && !{shows}.hidden")
        page.run(f"{shows}.click()")
        page.wait(f"{mode} === 'text' && document.activeElement.id === 'writer'")
        type_key(page, "!")
        heard = pads.until(ends)
        assert keys(heard) == [(1, "down", "!"), (1, "up", "!")]
