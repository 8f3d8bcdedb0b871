"""What a person does in a real browser, and what the program under it is told."""

import pytest

from tests.browser import input_pads
from tests.browser.input_pads import keys, opened, presses, spot, texts

pytestmark = [pytest.mark.browser, pytest.mark.router]


@pytest.fixture
def pads(node):
    """Two surfaces of a program."""
    with input_pads.program(node, {"cursor": "crosshair"}, {"cursor": "crosshair"}) as started:
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
