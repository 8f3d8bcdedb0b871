"""The main promises, in Chromium and in Firefox alike."""

import json

import pytest

from geometry_ws.board.hit import ToggleTask
from tests.browser import dashboard_page as board
from tests.browser.pages import BOXES, read_until, save, says, use, wait_read

pytestmark = [pytest.mark.browser, pytest.mark.router]

OPEN, DONE = "- [ ] 1.2 Say them", "- [x] 1.2 Say them"
CHANGE = "/changes/add-farewell"
PALETTE = "dialog.palette[open]"


@pytest.fixture(params=["browser", "firefox_window"], ids=["chromium", "firefox"])
def each(request):
    """Both browsers, one after the other; what they share is in `pages` and `dashboard_page`."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def change(node):
    """The folder of the small project's change, as it was afterwards."""
    folder = node.tasks.parent
    before = {path: path.read_text() for path in folder.rglob("*.md")}
    yield folder
    for path, text in before.items():
        if path.read_text() != text:
            save(path, text)


def press(page, selector):
    """Click in the middle of an element, as a hand does."""
    where = f"document.querySelector({selector!r})"
    page.wait(f"Boolean({where})")
    use(page, f"{where}.scrollIntoView({{block: 'center'}})")
    script = "(({x, y, width, height}) => [x + width / 2, y + height / 2])"
    page.click(*page.run(f"{script}({where}.getBoundingClientRect())"))


def write(page, text):
    for letter in text:
        page.key(letter, text=letter)


def test_a_click_on_a_card_ticks_the_task_on_disk_and_a_lost_line_comes_back(each, node, change):
    """One character of tasks.md changes, and the card and the list show it."""
    page = board.opened(each, node)
    card = board.surface_of_card(node)
    tasks = change / "tasks.md"
    before, text = board.shown_hash(page, card), tasks.read_text()
    page.click(*board.spot_of(page, node, ToggleTask, 2))
    assert read_until(tasks, DONE) == text.replace(OPEN, DONE)
    board.wait_for_change(page, card, before)
    boxes = "[...document.querySelectorAll('#changes input')].map((box) => box.checked).join()"
    page.wait(f"{boxes} === 'true,true,false'")
    assert page.messages == []
    # the next message finds no line
    use(
        page,
        "window.states = new Set();"
        "setInterval(() => states.add(geometry_ws.state), 5);"
        "const {send} = WebSocket.prototype;"
        "WebSocket.prototype.send = function () {"
        " WebSocket.prototype.send = send; this.close() }",
    )
    save(tasks, text)
    page.wait("states.has('lost') && geometry_ws.state === 'open'")
    page.wait(f"{boxes} === 'true,false,false'")


def test_a_page_ticks_and_writes_a_document(each, node, change):
    page = each.open()
    page.size(1440, 900)
    page.go(node.url.rstrip("/") + CHANGE)
    wait_read(page)
    press(page, ".tasks li:nth-of-type(2) input")
    read_until(change / "tasks.md", DONE)
    page.wait(f"{BOXES}.map((box) => box.checked).join() === 'true,true,false'")
    press(page, "button[data-do=edit][value='proposal.md']")
    page.wait("document.querySelector('textarea.editor')?.value.includes('Visitors leave')")
    use(page, "document.querySelector('textarea.editor').focus()")
    use(page, "document.querySelector('textarea.editor').setSelectionRange(0, 0)")
    write(page, "Well. ")
    page.key("s", "KeyS", "", 83, modifiers=2)
    written = read_until(change / "proposal.md", "Well. # Add a farewell")
    page.wait("!document.querySelector('textarea.editor')")
    assert written.count("Well. ") == 1
    press(page, "button[data-do=archive]")
    says(page, "can't be archived now", ".archiving")
    press(page, "input[data-do=archive-incomplete]")
    says(page, "To archive/", ".archiving")
    assert (change / "tasks.md").exists()
    assert page.messages == []


def test_a_change_is_found_by_a_few_letters_and_the_theme_is_ones_own(each, node):
    page = each.open()
    page.size(1440, 900)
    page.go(f"{node.url}specs")
    wait_read(page)
    page.key("k", "KeyK", "", 75, modifiers=2)
    page.wait(f"document.activeElement === document.querySelector({PALETTE + ' input'!r})")
    write(page, "adfa")
    says(page, "add-farewell", f"{PALETTE} [aria-selected=true]")
    page.key("Enter", "Enter", "\r", 13)
    page.wait(f"location.pathname === {json.dumps(CHANGE)}")
    wait_read(page)
    assert not page.run(f"Boolean(document.querySelector({PALETTE!r}))")
    ground = "getComputedStyle(document.body).backgroundColor"
    while page.run("document.getElementById('theme').ariaLabel") != "Theme: light":
        press(page, "#theme")
    page.wait("document.documentElement.dataset.theme === 'light'")
    light = page.run(ground)
    press(page, "#theme")
    page.wait(f"document.documentElement.dataset.theme === 'dark' && {ground} !== {light!r}")
    press(page, "#theme")
    page.wait("document.getElementById('theme').ariaLabel === 'Theme: as the system'")
    assert page.messages == []
