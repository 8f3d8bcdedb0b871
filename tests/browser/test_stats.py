"""The panel of figures in a real browser, beside the board of a real node."""

import pytest

from tests.browser import dashboard_page as board

pytestmark = [pytest.mark.browser, pytest.mark.router]

OPEN = "document.getElementById('stats').open"
FOCUS = "document.activeElement.id"
ROWS = "[...document.querySelectorAll('#stats tbody')].at(-1).rows.length"


def asked(node):
    """What the node says of its stream."""
    return board.ask(node, "stream.stats", stream="world")


def test_the_keyboard_opens_and_closes_it_and_keeps_its_place(browser, node):
    page = board.opened(browser, node)
    page.run("document.getElementById('view').focus()")
    page.key("Enter", "Enter", "\r", 13)
    page.key("Tab", number=9)
    assert page.run(FOCUS) == "stats-open"
    page.key("Enter", "Enter", "\r", 13)
    page.wait(OPEN)
    assert page.run(FOCUS) == "stats-title"
    page.wait(f"{ROWS} > 0")
    page.key("Escape", "Escape", "", 27)
    page.wait(f"!{OPEN}")
    assert page.run(FOCUS) == "view"


def test_it_shows_each_viewer_and_what_the_stream_does(browser, node):
    page = board.opened(browser, node)
    page.run("document.getElementById('stats-open').click()")
    page.wait(f"{ROWS} > 0")
    names = {viewer["viewer"] for viewer in asked(node)["viewers"]}
    shown = page.run(
        "[...document.querySelectorAll('#stats tbody')].at(-1).innerText.split(/\\s+/)"
    )
    assert names & set(shown)
    texts = page.run("document.querySelector('.stats-stream').innerText")
    assert f"{asked(node)['surfaces']:,}" in texts


def test_an_address_with_stats_opens_it_at_once_and_it_fits_a_phone(browser, node):
    page = browser.open()
    page.size(390, 844, 2, touch=True)
    page.go(node.url + "?stats")
    page.wait(f"{OPEN} && {ROWS} > 0")
    box = page.run("(({left, right}) => [left, right])(stats.getBoundingClientRect())")
    assert box[0] >= 0
    assert box[1] <= 390
    assert page.run("document.documentElement.scrollWidth") <= 390
