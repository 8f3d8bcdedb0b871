"""Pages of a real node in a real browser: addresses, links, the keyboard, and small screens."""

import re

import pytest

from tests.browser import axe, pages_project
from tests.browser.pages import (
    CHANGES,
    opened,
    save,
    says,
    use,
    wait_read,
)

pytestmark = [pytest.mark.browser, pytest.mark.router]

PHONE, WATCH = (390, 844), (208, 208)
EDITED = "/changes/polite-greeting?project=shop"


def follow(page, address):
    """Show another page in the same document, as a link of ours does."""
    use(page, f"history.pushState(null, '', {address!r}); dispatchEvent(new Event('popstate'))")
    wait_read(page)


def test_nothing_is_wider_than_the_screen(browser, shop):
    page = opened(browser, shop, "/projects/shop")
    for address in (
        "/projects/shop",
        "/changes",
        "/changes/polite-greeting",
        "/changes/nasty",
        "/specs/greeting",
        "/overlaps",
        "/search?q=shop",
        "/archive",
    ):
        follow(page, address)
        for size in (PHONE, (1440, 900), (1920, 1080)):
            page.size(*size, touch=size == PHONE)
            assert page.run("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_addresses_are_answered_and_others_are_not(shop):
    for path in (
        "/now",
        "/projects",
        "/projects/shop",
        "/changes",
        "/changes/polite-greeting",
        "/specs/greeting",
        "/overlaps",
        "/archive/2026-01-02-first-words",
        "/search?q=x",
        "/changes/x",
        "/changes/polite-greeting?project=x",
        "/specs/a/b",
        "/archive/x",
    ):
        answer = shop.fetch("GET", path)
        # what names nothing has the same page, which says what may have been meant
        assert answer.status == (404 if re.search(r"(?<!q)[/=](x|a/b)$", path) else 200), path
        assert b"/pages-" in answer.body
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
    assert shop.fetch("GET", "/changes/").status == 308
    for path in ("/project", "/changes/a/b", "/changes/..", "/nothing"):
        assert shop.fetch("GET", path).status == 404, path
        shown = shop.fetch("GET", path, headers={"accept": "text/html,*/*;q=0.8"})
        assert shown.status == 404, path
        assert b"/pages-" in shown.body


def test_the_list_and_the_pages_lead_to_each_other(browser, shop):
    link = '#changes a[href="/changes/polite-greeting"]'
    page = opened(browser, shop, "/changes/polite-greeting")
    use(page, "document.getElementById('board').click()")
    page.wait(f"location.pathname === '/' && Boolean(document.querySelector({link!r}))")
    use(page, f"document.querySelector({link!r}).click()")
    page.wait("location.pathname === '/changes/polite-greeting'")
    wait_read(page)
    says(page, "Manners matter")


def _serve_too(settings, paths):
    """Let the node of a configuration serve more projects."""
    if isinstance(settings, dict):
        if isinstance(settings.get("projects"), list):
            settings["projects"] += [{"path": str(path)} for path in paths]
        settings = list(settings.values())
    for inner in settings if isinstance(settings, list) else ():
        _serve_too(inner, paths)


@pytest.fixture(scope="module")
def projects(start_shared_node, tmp_path_factory):
    """A node of the project for pages, another copy of it, and a project without anything."""
    root = tmp_path_factory.mktemp("projects")
    other = pages_project.write(root / "other")
    save(other / CHANGES / "polite-greeting/tasks.md", "- [ ] 1.1 Only here\n")
    (root / "empty" / CHANGES).mkdir(parents=True)
    return start_shared_node(
        pages_project.write(root / "shop"),
        lambda settings: _serve_too(settings, [other, root / "empty"]),
    )


class Inspected:
    """A tab whose pages axe looks at, and what it has to say."""

    def __init__(self, browser, node):
        self.page = opened(browser, node, "/projects")
        self.node = node
        self.broken = {}
        axe.load(self.page)

    def look(self, what):
        if said := axe.findings(self.page):
            self.broken[what] = said

    def show(self, address, size=(1440, 900)):
        self.page.size(*size, touch=size[0] < 400)
        self.page.go(self.node.url.rstrip("/") + address)
        if address.startswith("/?"):
            # a watch has a number in place of the board
            self.page.wait(
                "window.geometry_ws?.state === 'open' && (geometry_ws.planes.length > 0"
                " || Boolean(document.querySelector('.watch-number')?.innerText))"
            )
        else:
            wait_read(self.page)


@pytest.fixture
def inspected(browser, projects):
    tab = Inspected(browser, projects)
    yield tab
    assert tab.broken == {}
    assert tab.page.messages == []


def test_axe_has_nothing_to_say_of_any_page(inspected):
    """Of none, in neither theme, with data and without."""
    page = inspected.page
    inspected.show(EDITED)
    use(page, "document.querySelectorAll('details').forEach((each) => { each.open = true })")
    page.wait("Boolean(document.querySelector('button[data-do=edit][value=\"design.md\"]'))")
    use(page, "document.querySelector('button[data-do=edit][value=\"design.md\"]').click()")
    page.wait("Boolean(document.querySelector('textarea.editor'))")
    inspected.look("a change that is edited")
    for address in (
        "/projects",
        "/now",
        "/people",
        "/activity",
        "/access",
        "/specs/greeting?project=shop",
        "/changes/nasty?project=shop",
        "/overlaps?project=shop",
        "/archive?project=shop",
        "/search?q=shop&project=shop",
        "/changes/polite-greetings?project=shop",
        "/projects/empty",
        "/specs?project=empty",
        "/archive?project=empty",
        "/search?q=shop&project=empty",
    ):
        follow(page, address)
        inspected.look(address)


def test_axe_has_nothing_to_say_of_dialogs_the_board_and_other_screens(inspected):
    page = inspected.page
    inspected.show("/projects/shop")
    page.key("n", "KeyN", "n", 78)
    page.wait("document.activeElement?.dataset.do === 'new-name'")
    inspected.look("a new change")
    page.key("k", "KeyK", "", 75, modifiers=2)
    page.wait("Boolean(document.querySelector('dialog.palette[open]'))")
    page.key("g", text="g")
    inspected.look("the palette")
    inspected.show("/changes/loud-greeting?project=shop")
    use(page, "document.querySelector('button[data-do=archive]').click()")
    says(page, "can't be archived now", ".archiving")
    inspected.look("what archiving would do")
    inspected.show("/?project=shop&change=polite-greeting")
    inspected.look("the board")
    use(page, "document.getElementById('view').click(); document.getElementById('canvas').focus()")
    page.key("?", "Slash", "?")
    page.wait("document.getElementById('help').open")
    inspected.look("the keys")
    inspected.show("/?project=shop", PHONE)
    inspected.look("the board on a phone")
    inspected.show(EDITED, PHONE)
    inspected.look("a change on a phone")
    inspected.show("/?project=shop", WATCH)
    inspected.look("a watch")
    inspected.show("/projects/shop", WATCH)
    inspected.look("a page on a watch")
    inspected.show("/?wall&project=shop", (1920, 1080))
    says(page, "shop", ".wall-title")
    inspected.look("a wall")


def test_of_several_projects_each_has_addresses(browser, projects):
    """The address says which; links keep it; another one is chosen without loading anything."""
    page = opened(browser, projects, "/changes/polite-greeting?project=other")
    says(page, "Only here")
    assert page.run("document.getElementById('projects').value") == "other"
    assert page.run("getComputedStyle(document.querySelector('#page h1')).position") == "static"
    links = "[...document.querySelectorAll('header a, #page a[href^=\"/\"]')].map((a) => a.href)"
    assert all("project=other" in link or "/projects/other" in link for link in page.run(links))
    use(
        page,
        "(() => { const picker = document.getElementById('projects'); picker.value = 'shop';"
        " picker.dispatchEvent(new Event('change', {bubbles: true})) })()",
    )
    page.wait("location.pathname === '/projects/shop' && geometry_ws.project === 'shop'")
    page.wait("document.activeElement.tagName === 'H1'")
    page.wait("Boolean(document.querySelector('.changes a[href*=polite]'))")
    use(page, "document.querySelector('.changes a[href*=polite]').click()")
    page.wait("location.href.endsWith('/changes/polite-greeting?project=shop')")
    says(page, "1 of 3 tasks done")
    use(page, "history.go(-2)")
    says(page, "Only here")
    page = opened(browser, projects, "/projects/nothing")
    says(page, "no project")
    page = opened(browser, projects, "/projects")
    page.wait("document.querySelectorAll('.projects .row-name').length === 3")
