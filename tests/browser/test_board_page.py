"""The board's page in a real browser: panel, canvas and address agree, on every screen."""

import pytest

from tests.browser import dashboard_page as board
from tests.browser.pages import use

pytestmark = [pytest.mark.browser, pytest.mark.router]

NAME = "add-farewell"
ROW = "document.querySelector('#changes .row')"
RING = "document.querySelector('.ring.selected')?.getBoundingClientRect()"
BOX = "(({x, y, width, height}) => [x, y, width, height])"


def click_on(page, element):
    page.wait(f"Boolean({element.replace('.querySelector(', '?.querySelector(')})")
    x, y, width, height = page.run(f"{BOX}({element}.getBoundingClientRect())")
    page.click(x + width / 2, y + height / 2)


def ring_lies_on_card(page, node):
    """Wait until the ring of the selected card lies round the card, as the camera has it."""
    surfaces = board.ask(node, "surface.list")["surfaces"]
    place = next(each for each in surfaces if each["title"] == NAME)  # one place for all its faces
    page.wait(
        f"(() => {{ const ring = {RING}; if (!ring) return false;"
        " const canvas = document.getElementById('canvas').getBoundingClientRect();"
        " const {x, y, zoom} = geometry_ws.camera; const near = (a, b) => Math.abs(a - b) < 1;"
        f" return near(ring.x - canvas.x, ({place['x']} - x) * zoom)"
        f" && near(ring.y - canvas.y, ({place['y']} - y) * zoom)"
        f" && near(ring.width, {place['width']} * zoom); }})()"
    )


def test_a_row_selects_its_card_and_brings_it_into_view(browser, node):
    page = board.opened(browser, node)
    page.run("document.getElementById('canvas').focus()")
    for _ in range(12):
        page.key("ArrowRight", number=39)
    page.wait("geometry_ws.camera.x > 200")
    click_on(page, f"{ROW}.querySelector('.name')")
    page.wait(f"geometry_ws.selected === {NAME!r}")
    ring_lies_on_card(page, node)
    x, _, width, _ = page.run(f"{BOX}({RING})")
    assert x > 272
    assert x + width < 1440
    page.wait(f"location.search.includes('change={NAME}')")
    assert page.run(f"{ROW}.querySelector('a').ariaCurrent") == "true"
    page.key("Escape", number=27)
    page.wait("!location.search.includes('change=')")
    assert page.messages == []


def test_a_click_on_a_title_opens_the_page_and_back_leads_to_the_same_view(browser, node):
    page = board.opened(browser, node)
    page.run("document.getElementById('canvas').focus()")
    page.key("+", "Equal", "+")
    for _ in range(3):
        page.key("ArrowUp", number=38)
    page.wait("location.search.includes('at=')")
    camera = page.run("geometry_ws.camera")
    place = board.plane(page, board.surface_of_card(node))
    page.click(*board.on_screen(page, place["x"] + 60, place["y"] + 16))
    page.wait(f"location.pathname === '/changes/{NAME}'")
    use(page, "history.back()")
    page.wait("location.pathname === '/' && window.geometry_ws?.camera")
    page.wait(
        f"Math.abs(geometry_ws.camera.x - {camera['x']}) < 1"
        f" && Math.abs(geometry_ws.camera.zoom - {camera['zoom']}) < 0.001"
    )


def test_a_link_shows_what_was_selected_and_sought(browser, node):
    page = board.opened(browser, node)
    page.go(f"{node.url}?at=500,300,0.75&change={NAME}&filter=fare")
    page.wait(f"window.geometry_ws?.state === 'open' && geometry_ws.selected === {NAME!r}")
    page.wait("document.querySelectorAll('#changes .change').length === 1")
    page.wait("geometry_ws.camera.zoom === 0.75")
    ring_lies_on_card(page, node)
    page.wait("document.querySelectorAll('.ring.meant').length === 1")
    page.wait("document.getElementById('hits-text').innerText === '1 of 1'")
    page.key("f", "KeyF", "f")
    assert page.run("document.activeElement.id") == "filter"
    page.send("Input.insertText", text="nothing has this")
    page.wait("document.querySelectorAll('#changes .change').length === 0")
    page.wait("document.getElementById('list-none').innerText.includes('nothing has this')")
    page.key("Escape", number=27)
    page.wait("document.querySelectorAll('#changes .change').length === 1")


def test_keys_go_through_cards_tick_and_take_back(browser, node):
    page = board.opened(browser, node)
    before = node.tasks.read_text()
    page.wait("Boolean(document.querySelector('#changes .row'))")
    page.run("document.getElementById('canvas').focus()")
    page.key("j", "KeyJ", "j")
    page.wait(f"geometry_ws.selected === {NAME!r}")
    page.key("x", "KeyX", "x")
    page.wait("document.querySelectorAll('#changes .task.done').length === 2")
    page.key("z", "KeyZ", "z")
    page.wait("document.querySelectorAll('#changes .task.done').length === 1")
    page.wait("!document.querySelector('#changes .task.waits')")
    assert node.tasks.read_text() == before
    page.key("?", "Slash", "?")
    page.wait("document.getElementById('help').open")
    page.key("Escape", "Escape", "", 27)
    page.wait("!document.getElementById('help').open")
    page.key("[", "BracketLeft", "[")
    page.wait("document.body.classList.contains('wide')")
    page.key("[", "BracketLeft", "[")
    page.key("Enter", "Enter", "\r", 13)
    page.wait(f"location.pathname === '/changes/{NAME}'")


def test_the_panel_has_a_width_of_ones_own(browser, node):
    page = board.opened(browser, node)
    page.run("document.getElementById('grip').focus()")
    for _ in range(20):
        page.key("ArrowRight", number=39)
    page.wait("document.getElementById('list').getBoundingClientRect().width === 400")
    page.go(node.url)
    page.wait("document.getElementById('list').getBoundingClientRect().width === 400")
    page.run("document.getElementById('grip').focus()")
    for _ in range(8):
        page.key("ArrowLeft", number=37)
    page.wait("document.getElementById('list').getBoundingClientRect().width === 272")


def test_a_mouse_leaves_no_frame_round_the_board_and_the_keyboard_does(browser, node):
    page = board.opened(browser, node)
    outline = "getComputedStyle(document.getElementById('canvas')).outlineStyle"
    page.click(1400, 850)
    page.wait("document.activeElement.id === 'canvas'")
    assert page.run(outline) == "none"
    page.key("Tab", number=9)
    page.send("Input.dispatchKeyEvent", type="rawKeyDown", key="Tab", code="Tab", modifiers=8,
              windowsVirtualKeyCode=9)  # fmt: skip
    page.wait(f"document.activeElement.id === 'canvas' && {outline} === 'solid'")


def test_a_dark_page_filters_nobodys_pixels(browser, node):
    page = board.opened(browser, node)
    use(page, "document.documentElement.dataset.theme = 'dark'")
    filters = "[...document.querySelectorAll('#stage, #stage *')]"
    assert page.run(f"{filters}.every((each) => getComputedStyle(each).filter === 'none')")


def test_a_phone_opens_on_what_needs_somebody_and_the_board_is_one_press_away(browser, node):
    page = browser.open()
    page.size(390, 844, 2, touch=True)
    page.go(node.url)
    page.wait("location.pathname === '/now' && Boolean(document.querySelector('.tabs a'))")
    use(page, "document.querySelector('.tabs a:nth-child(2)').click()")
    page.wait("location.pathname === '/' && Boolean(document.querySelector('#lane-tabs button'))")


def test_a_phone_shows_a_lane_and_a_swipe_another(browser, node):
    page = board.opened(browser, node, (390, 844), 2, touch=True)
    page.wait("document.querySelector('#lane-tabs [aria-current]')?.innerText.includes('progress')")
    camera = page.run("geometry_ws.camera")
    assert camera["zoom"] > 1
    start = (340, 600)
    page.touch("touchStart", start)
    for step in (20, 60, 100):
        page.touch("touchMove", (start[0] - step, start[1]))
    page.touch("touchEnd")
    page.wait("document.querySelector('#lane-tabs [aria-current]')?.innerText.includes('Complete')")
    use(page, "document.querySelector('#lane-tabs button:nth-child(3)').click()")
    page.wait(f"Math.abs(geometry_ws.camera.x - {camera['x']}) < 1")
    use(page, "document.getElementById('panel').click()")
    page.wait("document.getElementById('list').getBoundingClientRect().width === 390")
    assert page.run("document.documentElement.scrollWidth") <= 390


def test_a_tablet_held_upright_shows_the_selected_change_below(browser, node):
    page = browser.open()  # from afar another face of the card is shown
    page.size(820, 1180)
    page.prefer(prefers_reduced_motion="reduce")
    page.go(node.url)
    page.wait("Boolean(document.querySelector('#changes .row'))")
    click_on(page, f"{ROW}.querySelector('.name')")
    page.wait("document.querySelectorAll('.sheet .task').length === 3")
    low, high = page.run(
        "['stage', 'list'].map((id) => document.getElementById(id).getBoundingClientRect().height)"
    )
    assert low > 300
    assert high == 0
    box = "document.querySelector('.sheet .task label').getBoundingClientRect().height"
    assert page.run(box) >= 44


@pytest.mark.parametrize("size", [(208, 208), (240, 240)])
def test_a_watch_says_one_number_and_nothing_is_cut(browser, node, size):
    page = browser.open()
    page.size(*size, 2, touch=True)
    page.go(node.url)
    page.wait("document.querySelector('.watch-number')?.innerText === '1/3'")
    page.wait("document.querySelector('.watch-words').innerText === 'tasks done'")
    width, height = page.run(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert (width, height) == size
