"""What a person should read first stands on the card, in the list and on the pages."""

import pytest

from tests.browser import pages_project
from tests.browser.dashboard_page import ask
from tests.browser.pages import CHANGES, opened, save, says, text_of, use, wait_read

pytestmark = [pytest.mark.browser, pytest.mark.router]

CONFLICT = "Conflicts with {} in {}Greeting{}."
ROWS = "[...document.querySelectorAll('.changes tbody tr')]"


@pytest.fixture
def house(start_node, tmp_path):
    """A node of one's own with the project for pages, whose settings are wrong."""
    folder = pages_project.write(tmp_path / "house")
    save(folder / "openspec/config.yaml", "schema: spec-driven\nrules:\n  tasks: Short\n")
    return start_node(folder)


def text_of_surface(node, title):
    surfaces = ask(node, "surface.list")["surfaces"]
    return next(surface["text"] for surface in surfaces if surface["title"] == title)


def item(change):
    return (
        "[...document.querySelectorAll('#changes .change')]"
        f".find((item) => item.querySelector('.name').textContent === {change!r})"
    )


def board_page(browser, node):
    page = browser.open()
    page.size(1440, 900)
    page.go(node.url)
    page.wait("window.geometry_ws?.state === 'open'")
    page.wait("document.querySelectorAll('#changes .change').length > 0")
    return page


def test_a_conflict_stands_on_the_card_in_the_list_and_on_the_changes_own_page(browser, shop):
    for name, other in (("polite-greeting", "loud-greeting"), ("loud-greeting", "polite-greeting")):
        assert CONFLICT.format(other, '"', '"') in text_of_surface(shop, name)
        words = CONFLICT.format(other, "“", "”")
        page = board_page(browser, shop)
        page.wait(f"{item(name)}.querySelector('.remark.warn').textContent.includes({words!r})")
        page = opened(browser, shop, "/projects/shop")
        says(page, " in “Greeting”", ".needs-list .conflict")
        says(page, name, ".needs-list .conflict")
        page = opened(browser, shop, f"/changes/{name}")
        says(page, "is also changed by", "#conflicts")
        card = "#conflicts .card"
        says(page, "Greeting", card)
        says(page, "Only one of them can be archived as it stands.", card)
        use(page, f"document.querySelector('{card} h3 a').click()")
        page.wait(f"location.pathname === '/changes/{other}' && location.hash === '#conflicts'")
        wait_read(page)
        says(page, name, "#conflicts")


def test_a_conflict_that_ends_vanishes_everywhere(browser, house):
    board, page = board_page(browser, house), opened(browser, house, "/changes/loud-greeting")
    page.wait("Boolean(document.querySelector('#conflicts'))")
    board.wait(f"Boolean({item('polite-greeting')}.querySelector('.remark.warn'))")
    save(
        house.project / CHANGES / "loud-greeting/specs/greeting/spec.md",
        pages_project.LOUD.replace("Requirement: Greeting", "Requirement: Shouting").replace(
            "MODIFIED", "ADDED"
        ),
    )
    page.wait("!document.querySelector('#conflicts')")
    board.wait(f"!{item('polite-greeting')}.querySelector('.remark.warn')")


def test_what_is_wrong_in_the_settings_stands_on_the_board_and_on_the_pages_once(browser, house):
    line = "config.yaml, line 3: the rules for tasks are ignored"
    board, page = board_page(browser, house), opened(browser, house, "/projects/house")
    header = text_of_surface(house, "house")
    assert header.count(line) == 1
    assert "Quote it." in header
    looked = ask(house, "surface.list", theme="light", scale=1)["surfaces"]
    assert sum(line in each["text"] for each in looked) == 1
    for shown in (board, page):
        shown.wait("document.querySelectorAll('.remark.warn').length > 0")
        assert shown.run("document.body.textContent").count(line) == 1
    board.send("Page.bringToFront")
    zoom = board.run("geometry_ws.camera.zoom")
    looked = ask(house, "surface.list", theme="light", scale=zoom)["surfaces"]
    surface = next(each["surface"] for each in looked if each["title"] == "house")
    board.wait(f"geometry_ws.planes.some(({{plane}}) => plane === '{surface}')")
    before = board.run(f"geometry_ws.hash('{surface}')")
    save(house.project / "openspec/config.yaml", "schema: spec-driven\n")
    for shown in (board, page):
        shown.wait(f"!document.body.textContent.includes({line!r})")
    board.wait(f"geometry_ws.hash('{surface}').then((now) => now !== '{before}')")
    assert line not in text_of_surface(house, "house")
    assert "trouble" not in text_of(page)


DONE = "- [x] 1.1 Done\n"
GONE = """## MODIFIED Requirements
### Requirement: Gone
The shop SHALL be gone.

#### Scenario: It is gone
- **WHEN** it is gone
- **THEN** it is gone
"""
HELLO = """## ADDED Requirements
### Requirement: Hello
The shop SHALL say hello.

#### Scenario: A visitor comes in
- **WHEN** a visitor comes in
- **THEN** the visitor is told hello
"""
REFUSED = "Archiving would be refused: "


@pytest.fixture
def finished(start_node, tmp_path):
    """A node of one's own with two complete changes, of which one can't be archived."""
    folder = pages_project.write(tmp_path / "finished")
    for name, delta in (("say-hello", HELLO), ("rewrite-gone", GONE)):
        for path, text in {
            "proposal.md": f"# {name}\n\n## Why\nNobody knows, and it is long ago by now, so that"
            " it can't be asked.\n\n## What Changes\n- Something\n",
            "tasks.md": DONE,
            "specs/greeting/spec.md": delta,
        }.items():
            place = folder / CHANGES / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            save(place, text)
    return start_node(folder)


def test_a_complete_change_says_whether_it_can_be_archived_wherever_it_stands(browser, finished):
    board = board_page(browser, finished)
    board.wait(f"{item('say-hello')}.querySelector('.remark.good').textContent.includes('Ready')")
    refusal = f"{item('rewrite-gone')}.querySelector('.remark.warn').textContent"
    board.wait(f"{refusal}.startsWith({REFUSED!r}) && {refusal}.includes('Gone')")
    assert "Ready to archive." in text_of_surface(finished, "say-hello")
    assert REFUSED in text_of_surface(finished, "rewrite-gone")
    page = opened(browser, finished, "/projects/finished")
    says(page, "rewrite-gone", ".need.refused")
    says(page, REFUSED, ".need.refused")
    says(page, "say-hello", ".need.ready")
    for name, words in (
        ("rewrite-gone", "Archive would refuse"),
        ("say-hello", "Ready to archive"),
    ):
        page.wait(
            f"{ROWS}.find((row) => row.dataset.key === {name!r}).innerText.includes({words!r})"
        )
    page = opened(browser, finished, "/changes/rewrite-gone")
    says(page, "Archive would refuse", ".head .badge.warn")
    says(page, "Gone", ".wrong > .remark.warn")
    page = opened(browser, finished, "/changes/say-hello")
    says(page, "Ready to archive", ".head .badge.ok")
    save(finished.project / CHANGES / "say-hello/specs/greeting/spec.md", GONE)
    says(page, "Archive would refuse", ".head .badge.warn")
    says(page, "Gone", ".wrong > .remark.warn")
