"""Pages of a real node in a real browser: addresses, links, the keyboard, and small screens."""

import itertools
import re

import pytest

from tests.browser import pages_project
from tests.browser.pages import (
    CHANGES,
    opened,
    save,
    says,
    use,
    wait_read,
)

pytestmark = [pytest.mark.browser, pytest.mark.router]


def test_the_keyboard_and_screen_readers_find_their_way(browser, shop):
    """Landmarks, one h1, headings without gaps, names for everything that can be used."""
    addresses = (
        "/projects/shop",
        "/changes",
        "/changes/polite-greeting",
        "/specs/greeting",
        "/overlaps",
        "/search?q=shop",
        "/archive",
    )
    for address in addresses:
        page = opened(browser, shop, address)
        levels = page.run(
            "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]"
            ".map((one) => Number(one.tagName[1]))"
        )
        assert levels.count(1) == 1, address
        assert levels[0] == 1, address
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (
            address,
            levels,
        )
        unnamed = page.run(
            "[...document.querySelectorAll('a, button, input, select, textarea')].filter((one) =>"
            " !(one.textContent.trim() || one.getAttribute('aria-label') || one.labels?.length))"
            ".map((one) => one.outerHTML)"
        )
        assert unnamed == [], address
        landmarks = page.run(
            "['header', 'main', 'nav[aria-label]']"
            ".map((one) => document.querySelectorAll(one).length)"
        )
        assert landmarks[:2] == [1, 1]
        assert landmarks[2] >= 1
        doubled = page.run(
            "[...document.querySelectorAll('[id]')].map((one) => one.id)"
            ".filter((id, at, all) => all.indexOf(id) !== at)"
        )
        assert doubled == [], address
    use(page, "document.querySelector('nav.pages [data-page=project]').focus()")
    page.key("Enter", "Enter", "\r", 13)
    page.wait("location.pathname === '/projects/shop' && document.activeElement.tagName === 'H1'")
    page.key("/", "Slash", "/", 191)
    page.wait("Boolean(document.activeElement.closest('dialog.palette'))")


@pytest.mark.parametrize("size", [(390, 844), (1440, 900), (1920, 1080)], ids=str)
def test_nothing_is_wider_than_the_screen(browser, shop, size):
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
        page = opened(browser, shop, address, size, touch=size[0] < 500)
        assert page.run("document.documentElement.scrollWidth - innerWidth") <= 0, address
        browser.forget(page)


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


def _serve_too(settings, path):
    """Let the node of a configuration serve one more project."""
    if isinstance(settings, dict):
        if isinstance(settings.get("projects"), list):
            settings["projects"].append({"path": str(path)})
        settings = list(settings.values())
    for inner in settings if isinstance(settings, list) else ():
        _serve_too(inner, path)


def test_of_several_projects_each_has_addresses(browser, start_node, tmp_path):
    """The address says which; links keep it; another one is chosen without loading anything."""
    other = pages_project.write(tmp_path / "other")
    save(other / CHANGES / "polite-greeting/tasks.md", "- [ ] 1.1 Only here\n")
    node = start_node(
        pages_project.write(tmp_path / "shop"), lambda settings: _serve_too(settings, other)
    )
    page = opened(browser, node, "/changes/polite-greeting?project=other")
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
    page.wait("Boolean(document.querySelector('.changes a[href*=polite]'))")
    use(page, "document.querySelector('.changes a[href*=polite]').click()")
    page.wait("location.href.endsWith('/changes/polite-greeting?project=shop')")
    says(page, "1 of 3 tasks done")
    use(page, "history.go(-2)")
    says(page, "Only here")
    page = opened(browser, node, "/projects/nothing")
    says(page, "no project")
    page = opened(browser, node, "/projects")
    page.wait("document.querySelectorAll('.projects .row-name').length === 2")
