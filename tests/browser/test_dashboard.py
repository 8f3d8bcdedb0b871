"""The dashboard of a real node in a real browser."""

import io
import os
import signal
import time

import numpy as np
import pytest
from PIL import Image

from geometry_ws.board.hit import Drag, OpenPage, ToggleTask
from geometry_ws.components.board.lately import FULL_S, LEVELS, STEP_S
from geometry_ws.node.logs import Log
from geometry_ws.node.process import Node
from tests.browser import dashboard_page as board
from tests.browser import input_pads
from tests.support.nodes import add_change

pytestmark = [pytest.mark.browser, pytest.mark.router]

OPEN = "- [ ] 1.2 Say them"
DONE = "- [x] 1.2 Say them"
BOXES = "[...document.querySelectorAll('#changes input')]"


def save(path, text):
    """Save as editors do: no half written file is ever seen, so there is one new picture."""
    beside = path.with_name(".saving")
    beside.write_text(text)
    beside.replace(path)


@pytest.fixture
def tasks(node):
    """The shared node's tasks.md, put back afterwards."""
    before = node.tasks.read_text()
    yield node.tasks
    save(node.tasks, before)


def read_until(path, text):
    """The file once it has the text; fails after some seconds."""
    deadline = time.monotonic() + 10
    while text not in (content := path.read_text()):
        assert time.monotonic() < deadline, content
        time.sleep(0.02)
    return content


def test_an_edit_on_disk_changes_the_pixels(browser, node, tasks):
    """Whoever saves tasks.md in an editor changes every picture of it, without reload."""
    page = board.opened(browser, node)
    card = board.surface_of_card(node)
    before = board.shown_hash(page, card)
    save(tasks, tasks.read_text().replace("Watch the door", "Hold the door"))
    board.wait_for_change(page, card, before)
    page.wait("document.getElementById('changes').textContent.includes('Hold the door')")


def test_two_browsers_show_the_same(browser, other_browser, node, tasks):
    """A tick in one browser and an edit on disk come to both, to the last byte."""
    pages = [board.opened(each, node) for each in (browser, other_browser)]
    card = board.surface_of_card(node)
    hashes = [board.shown_hash(page, card) for page in pages]
    assert hashes[0] == hashes[1]
    pages[0].click(*board.spot_of(pages[0], node, ToggleTask, 2))
    read_until(tasks, DONE)
    after = [board.wait_for_change(page, card, hashes[0]) for page in pages]
    save(tasks, tasks.read_text().replace("Watch the door", "Hold the door"))
    for page, before in zip(pages, after, strict=True):
        board.wait_for_change(page, card, before)
        page.wait("document.getElementById('changes').textContent.includes('Hold the door')")
    deadline = time.monotonic() + 10
    while len({board.shown_hash(page, card) for page in pages}) > 1:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    _see_where_others_point(*pages)


def _see_where_others_point(ann, ben):
    """Whoever moves over the board is seen by the other, by name and without a frame."""
    drawn = ben.run("geometry_ws.drawn")
    while not ben.run("document.querySelector('.pointer b')?.textContent"):
        ann.mouse("mouseMoved", 800 + time.monotonic() % 1 * 50, 860)
    assert ben.run("document.querySelector('.pointer b').textContent").startswith("guest")
    assert ben.run("geometry_ws.drawn") == drawn
    assert not ann.run("document.querySelectorAll('.pointer').length")
    ben.key("p", "KeyP", "p")
    assert not ben.run("document.querySelectorAll('.pointer').length")


def test_the_keyboard_ticks_in_the_list(browser, node, tasks):
    """Tab leads from the board into the list, Space sets a check box."""
    page = board.opened(browser, node)
    page.wait(f"{BOXES}.length > 1")
    page.run("document.getElementById('canvas').focus()")
    for _ in range(40):
        page.key("Tab", number=9)
        if page.run("document.activeElement.type === 'checkbox'"):
            break
    page.key("Tab", number=9)
    assert page.run(f"{BOXES}.indexOf(document.activeElement)") == 1
    page.key(" ", "Space", " ", 32)
    read_until(tasks, DONE)
    # Only a row that knows the answer takes the next key.
    page.wait(f"{BOXES}[1].closest('li').matches('.done:not(.waits)')")
    assert page.run(f"{BOXES}[1].checked")
    assert page.run("document.activeElement === document.querySelectorAll('#changes input')[1]")
    page.key(" ", "Space", " ", 32)
    read_until(tasks, OPEN)


def test_a_tap_on_a_phone_ticks(browser, node, tasks):
    """On a phone's screen a finger does what a click does, and what it pans isn't dragged."""
    page = board.opened(browser, node, (390, 844), 2, touch=True)
    place = board.plane(page, board.surface_of_card(node))
    start = board.on_screen(page, place["x"] + 40, place["y"] + 20)
    camera = page.run("geometry_ws.camera")
    page.touch("touchStart", start)
    for step in (10, 20, 30):
        page.touch("touchMove", (start[0], start[1] - step))
    page.touch("touchEnd")
    page.wait(f"geometry_ws.camera.y > {camera['y'] + 10}")
    after = board.plane(page, board.surface_of_card(node))
    assert (after["x"], after["y"]) == (place["x"], place["y"])
    spot = board.spot_of(page, node, ToggleTask, 2)
    page.touch("touchStart", spot)
    page.touch("touchEnd")
    read_until(tasks, DONE)


def test_the_keyboard_moves_the_camera(browser, node):
    """Arrows pan, plus and minus zoom, 1 is 100 %, 0 shows everything."""
    page = board.opened(browser, node)
    page.run("document.getElementById('canvas').focus()")
    first = page.run("geometry_ws.camera")
    page.key("ArrowRight", number=39)
    page.wait(f"geometry_ws.camera.x > {first['x']}")
    page.key("+", "Equal", "+")
    page.wait(f"geometry_ws.camera.zoom > {first['zoom']}")
    page.key("1", "Digit1", "1")
    page.wait("geometry_ws.camera.zoom === 1")
    page.key("0", "Digit0", "0")
    page.wait(f"geometry_ws.camera.x === {first['x']}")


def test_text_is_drawn_again_when_it_is_looked_at_larger(browser, node):
    """At 200 % the card has two pixels for one, after the viewer has said how it looks."""
    page = board.opened(browser, node)
    card = board.surface_of_card(node)
    page.run("document.getElementById('canvas').focus()")
    page.key("1", "Digit1", "1")
    for _ in range(2):
        page.key("+", "Equal", "+")
    page.wait("geometry_ws.camera.zoom === 2")
    page.wait(f"geometry_ws.planes.find(({{plane}}) => plane === '{card}').scale === 2")


def test_a_press_on_a_lane_moves_the_view_and_one_on_a_name_opens_the_page(browser, node):
    """A lane is only looked at; a card's name is a link, with the pointer that says so."""
    page = board.opened(browser, node)
    lane = board.plane(page, board.surface_of(node, "In progress"))
    ground = board.on_screen(page, lane["x"] + 100, lane["y"] + lane["height"] - 20)
    before = page.run("geometry_ws.camera.x")
    page.drag(ground, (ground[0] - 120, ground[1]))
    page.wait(f"geometry_ws.camera.x > {before} + 50")
    name = board.spot_of(page, node, OpenPage)
    page.mouse("mouseMoved", *name)
    page.wait("document.getElementById('canvas').style.cursor === 'pointer'")
    page.click(*name)
    page.wait("location.pathname === '/changes/add-farewell'")


def test_a_page_in_the_background_is_sent_nothing_and_catches_up(browser, node, tasks):
    """A hidden tab pauses its stream; in the foreground it shows what has become of it all."""
    page = board.opened(browser, node)
    card = board.surface_of_card(node)
    front = browser.open(node.url)
    front.size(1440, 900)
    page.wait("geometry_ws.paused")
    front.wait(f"window.geometry_ws?.planes.some(({{plane}}) => plane === '{card}')")
    front.wait("geometry_ws.painted === geometry_ws.seq")
    before, paused = board.shown_hash(front, card), board.shown_hash(page, card)
    save(tasks, tasks.read_text().replace("Watch the door", "Hold the door"))
    board.wait_for_change(front, card, before)
    assert board.shown_hash(page, card) == paused
    time.sleep(FULL_S + LEVELS * STEP_S + 1)  # the card glows until then
    front.wait("geometry_ws.painted === geometry_ws.seq")
    after = board.shown_hash(front, card)
    page.send("Page.bringToFront")
    page.wait(f"geometry_ws.hash('{card}').then((now) => now === '{after}')")


def test_what_is_seen_has_names(browser, node):
    """The canvas says what it is, every landmark and every button has a name."""
    page = board.opened(browser, node)
    count = len(page.run("geometry_ws.planes"))
    assert page.run("document.getElementById('canvas').ariaLabel") == f"The board: {count} surfaces"
    nameless = page.run(
        "[...document.querySelectorAll('button, select, main, aside, nav, footer')]"
        ".filter((one) => !(one.ariaLabel || one.textContent.trim() || one.labels?.length))"
        ".map((one) => one.outerHTML)"
    )
    assert nameless == []


# Chromium draws for WebGL by the processor here, which pages do without; this hides that from them.
AS_IF_BY_A_CARD = """
const given = WebGL2RenderingContext.prototype.getExtension;
WebGL2RenderingContext.prototype.getExtension = function (name) {
  return name === "WEBGL_debug_renderer_info" ? null : given.call(this, name);
};
"""


def test_a_graphics_card_that_is_lost_for_good_is_done_without(browser, node):
    """The picture comes back on a plain canvas, and what is pressed on it still arrives.

    Without any the page begins with such a canvas.
    """
    with input_pads.program(node, {}, {}) as pads:
        page = input_pads.opened(browser, node, pads)
        assert page.run("geometry_ws.presenter") == "canvas"
        page = input_pads.opened(browser, node, pads, script=AS_IF_BY_A_CARD)
        input_pads.show_whole(page, pads)
        assert page.run("geometry_ws.presenter") == "WebGL"
        drawn = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        page.run(drawn)
        left, top = (int(at + 0.5) for at in input_pads.spot(page, pads, 0, 0, 0))

        def shown():
            screen = np.asarray(Image.open(io.BytesIO(page.picture())).convert("RGB"))
            return screen[top : top + 200, left : left + 440]

        before = shown()
        page.run(
            "document.getElementById('canvas').getContext('webgl2')"
            ".getExtension('WEBGL_lose_context').loseContext()"
        )
        page.wait("geometry_ws.presenter === 'canvas'")
        page.run(drawn)
        assert (shown() == before).all()
        page.size(1100, 900)
        page.wait("document.querySelector('.stand-in').width < 900")
        page.click(*input_pads.spot(page, pads, 1))
        heard = pads.until(lambda event: event["phase"] == "up")
        assert input_pads.presses(heard) == [(1, "down", 0, 1), (1, "up", 0, 0)]
        assert page.messages == []


def test_a_killed_node_is_awaited_and_the_board_is_as_before(browser, start_node, project):
    """The page keeps its picture in grey, comes back by itself, and finds the card's place."""
    add_change(project, "add-later")
    node = start_node(project)
    page = board.opened(browser, node)
    card = board.surface_of_card(node)
    before = board.plane(page, card)
    x, y = board.spot_of(page, node, Drag)
    page.drag((x, y), (x, y + 300 * page.run("geometry_ws.camera.zoom")))
    page.wait(f"geometry_ws.planes.find(({{plane}}) => plane === '{card}').y > {before['y'] + 20}")
    time.sleep(1)  # the board writes its order down a moment after a drag
    moved = board.plane(page, card)
    hashed = board.shown_hash(page, card)
    epoch = page.run("geometry_ws.epoch")
    node.process.clear()
    page.wait("geometry_ws.state === 'lost'")
    page.wait("document.getElementById('link').textContent.startsWith('Reconnecting, as of')")
    assert page.run("getComputedStyle(document.getElementById('stage')).filter") == "grayscale(1)"
    page.wait(f"{BOXES}.every((box) => box.ariaDisabled === 'true')")
    assert page.run("document.getElementById('complaint').hidden")
    assert board.shown_hash(page, card) == hashed
    log = Log(node.folders.logs)
    again = Node(node.folders, log)
    try:
        page.wait("geometry_ws.state === 'open'", 40)
        page.wait("getComputedStyle(document.getElementById('stage')).filter === 'none'")
        page.wait(f"{BOXES}.every((box) => box.ariaDisabled !== 'true')")
        # The picture of before stays until the new one is there, and ids are given anew.
        page.wait(f"geometry_ws.epoch !== '{epoch}'")
        there = f"x === {moved['x']} && y === {moved['y']}"
        card = page.wait(f"geometry_ws.planes.find(({{x, y}}) => {there})?.plane")
        page.wait(f"geometry_ws.hash('{card}').then((now) => now === '{hashed}')")
        page.wait(f"{BOXES}.length === 5")
    finally:
        again.stop()
        log.close()


def test_a_page_outlives_the_process_of_openspec_and_shows_what_was_edited_meanwhile(
    browser, start_node
):
    """It stays connected, and never grey; the list and the board follow the new process."""
    node = start_node()
    page = board.opened(browser, node)
    page.run("window.stayed = true; window.states = new Set()")
    page.run("window.noting = setInterval(() => states.add(geometry_ws.state), 5)")
    epoch = page.run("geometry_ws.epoch")
    card = board.surface_of_card(node)
    os.kill(node.openspec_pid, signal.SIGKILL)
    while not node.process.fallen():
        time.sleep(0.02)
    save(node.tasks, node.tasks.read_text().replace(OPEN, DONE))
    node.process.start_again("openspec")
    page.wait(f"{BOXES}.map((box) => box.checked).join() === 'true,true,false'", 40)
    page.wait(f"geometry_ws.planes.every(({{plane}}) => plane !== '{card}')")
    page.wait("geometry_ws.planes.length > 1")
    assert page.run("[...states].join()") == "open"
    assert page.run("window.stayed") is True
    assert page.run("geometry_ws.epoch") == epoch
