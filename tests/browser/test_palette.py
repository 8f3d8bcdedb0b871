"""Search and do, on the board and on the pages: by a few letters to everything that has a name."""

import pytest

from tests.browser.dashboard_page import ask
from tests.browser.pages import opened, says

pytestmark = [pytest.mark.browser, pytest.mark.router]

PALETTE = "dialog.palette[open]"
CHOSEN = f"{PALETTE} [aria-selected=true]"
CONTROL = 2


def press_k(page):
    page.wait(f"!document.querySelector('{PALETTE}')")
    page.key("k", "KeyK", "", 75, modifiers=CONTROL)
    page.wait(f"document.activeElement === document.querySelector('{PALETTE} input')")


def write(page, text):
    for letter in text:
        page.key(letter, text=letter)


def press(page, key, code, modifiers=0):
    page.key(key, key, "\r" if key == "Enter" else "", code, modifiers=modifiers)


def test_requirements_tasks_and_commands_are_found_too(browser, shop):
    page = opened(browser, shop, "/archive")
    press_k(page)
    write(page, "greet")
    says(page, "Greeting", f"{PALETTE} [aria-labelledby=palette-spec]")
    says(page, "in greeting", f"{PALETTE} [aria-labelledby=palette-spec]")
    press(page, "Escape", 27)
    page.wait(f"!document.querySelector('{PALETTE}')")
    press_k(page)
    assert page.run(f"document.querySelector('{PALETTE} input').value") == ""
    write(page, "smile")
    says(page, "2.1 Smile", CHOSEN)
    press(page, "Enter", 13)
    page.wait("location.hash === '#task%3A3' && Boolean(document.querySelector('.led'))")
    press_k(page)
    write(page, "no such words at all")
    says(page, "Search all texts for “no such words at all”", CHOSEN)
    press(page, "Enter", 13)
    page.wait("location.pathname === '/search' && location.search.includes('no+such')")


def test_it_opens_on_the_board_and_shows_a_change_there(browser, shop):
    page = browser.open()
    page.size(1440, 900)
    page.go(shop.url)
    page.wait("window.geometry_ws?.state === 'open' && geometry_ws.planes.length > 0")
    press_k(page)
    first = f"[...document.querySelectorAll('{PALETTE} [role=option] .what')]"
    names = page.run(f"{first}.map((row) => row.textContent)")
    asks = next(name for name in reversed(names) if name.endswith("-greeting"))
    assert asks != names[0]
    ask(shop, "agent.ask", me="agent-7", task=asks, question="Which words?")
    page.wait(f"{first}[0].textContent === {asks!r}")
    write(page, "loud")
    says(page, "loud-greeting", CHOSEN)
    press(page, "Enter", 13, CONTROL)
    page.wait("location.pathname === '/' && location.search.includes('change=loud-greeting')")
    page = opened(browser, shop, "/overlaps")
    press_k(page)
    write(page, "go to the board")
    press(page, "Enter", 13)
    page.wait("location.pathname === '/' && window.geometry_ws?.planes")


def test_with_nothing_typed_it_begins_with_what_needs_somebody(browser, shop):
    page = opened(browser, shop, "/overlaps")
    page.wait("!document.getElementById('needs').hidden")
    page.key("/", "Slash", "/", 191)
    page.wait(f"Boolean(document.querySelector('{PALETTE}'))")
    first = page.run(f"document.querySelector('{CHOSEN} .what').textContent")
    assert first in {"polite-greeting", "loud-greeting"}
    press(page, "ArrowUp", 38)
    assert page.run(f"document.querySelector('{CHOSEN} .what').textContent") != first


def test_keys_right_after_it_closed_are_the_pages(browser, shop):
    """A closed dialog has the focus until the browser draws again; nothing may be lost by that."""
    page = opened(browser, shop, "/archive")
    for key, control in [("k", "true"), ("/", "false")]:
        press_k(page)
        page.run(f"""(() => {{
          const palette = document.querySelector("{PALETTE}");
          const how = {{key: "{key}", ctrlKey: {control}, bubbles: true, cancelable: true}};
          palette.close();
          palette.querySelector("input").dispatchEvent(new KeyboardEvent("keydown", how));
        }})()""")
        page.wait(f"Boolean(document.querySelector('{PALETTE}'))")
        press(page, "Escape", 27)
