"""People and agents in a real browser: who is where, what was asked, and what happened."""

import numpy as np
import pytest

from geometry_ws.render.png import encode_png
from tests.browser.dashboard_page import ask
from tests.browser.pages import opened, says, text_of
from tests.client.programs import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.router]

CHANGE = "polite-greeting"


def members(node):
    return {each["name"]: each for each in ask(node, "presence.list")["members"]}


def test_a_reader_is_there_and_agents_are_seen_asked_and_answered(browser, shop):
    ask(shop, "agent.note", me="agent-7", task=CHANGE, text="The old words are in greet.txt.")
    ask(shop, "agent.ask", me="agent-7", task=CHANGE, question="Bow?", options=["Yes", "No"])
    page = opened(browser, shop, f"/changes/{CHANGE}")
    says(page, "agent-7 (agent)", "#who")
    says(page, "noted", "#history")
    says(page, "The old words are in greet.txt.", "#history")
    page.wait("Boolean(document.querySelector('.facts .disc.agent'))")
    while "guest" not in members(shop) or not members(shop)["guest"].get("change"):
        pass
    assert members(shop)["guest"]["at"] == [{"project": "shop", "change": CHANGE, "why": "looks"}]
    says(page, "guest", "#who")
    assert text_of(page, "#questions .question b") == "Bow?"
    page.run("document.querySelectorAll('#questions .answers button')[1].click()")
    page.wait("!document.querySelector('#questions')")
    said = ask(shop, "agent.next", me="agent-7")["text"]
    assert "Answer to q1 (guest): No" in said
    says(page, "guest answered", "#history")

    page.run("document.querySelector('#people').click()")
    page.wait("Boolean(document.querySelector('#my-name'))")
    says(page, "agent-7 (agent)")
    page.run("document.querySelector('#my-name').value = 'Alex'")
    page.run("document.querySelector('.me').requestSubmit()")
    says(page, "You are Alex")
    ask(shop, "agent.claim", me="agent-7", task=f"{CHANGE}/2.1")
    page.wait("Boolean(document.querySelector('.held button'))")
    page.run("document.querySelector('.held button').click()")
    page.wait("!document.querySelector('.held button')")
    assert ask(shop, "claim.list")["claims"] == []

    page.run("document.querySelector('a[href=\"/activity\"]').click()")
    says(page, "agent-7 noted")
    assert "claimed 2.1" not in text_of(page)
    page.run("document.querySelector('[data-do=all]').click()")
    says(page, "agent-7 claimed 2.1")
    page.run("document.querySelector('[data-page=archive]').click()")
    page.wait("document.body.dataset.page === 'archive'")
    ask(shop, "agent.note", me="agent-8", task=CHANGE, text="A new one.")
    page.run("document.querySelector('[data-page=activity]').click()")
    says(page, "1 since you looked")
    assert page.run("location.search") == ""


def test_the_board_says_who_is_at_a_card_and_windows_are_moved_by_their_bars(browser, shop):
    ask(shop, "agent.note", me="agent-7", task=CHANGE, text="It is done soon.")
    red = encode_png(bytes_of(60, 120))
    shown = shop.fetch(
        "PUT", "/surfaces/loss?title=Loss", body=red, headers={"content-type": "image/png"}
    )
    assert shown.status in (200, 201), shown.body
    page = browser.open()
    page.size(1440, 900)
    page.prefer(prefers_reduced_motion="reduce")
    page.go(shop.url)
    page.wait("Boolean(document.querySelector('#changes .disc.agent'))")
    page.wait("Boolean(document.querySelector('.bar-grip'))")
    before = place_of(shop)
    grip = resting(page)
    page.drag(tuple(grip), (grip[0] - 60, grip[1] + 40))
    wait_for(lambda: place_of(shop) != before)
    zoom = page.run("geometry_ws.camera.zoom")
    page.wait("!document.querySelector('.bar.held')")
    moved = place_of(shop)
    assert abs(moved[0] - before[0] + 60 / zoom) < 3
    assert abs(moved[1] - before[1] - 40 / zoom) < 3
    page.run("document.querySelector('.bar-close:not(.bar-files)').click()")
    wait_for(lambda: place_of(shop) is None)
    page.wait("!document.querySelector('.bar-grip')")


def resting(page):
    """Where the bar is to be taken, once the page follows what has come no more."""
    place = None
    while place != (
        place := page.run(
            "(({x, y, width, height}) => [x + width / 2, y + height / 2])"
            "(document.querySelector('.bar-grip').getBoundingClientRect())"
        )
    ):
        page.run("new Promise((then) => setTimeout(then, 500))")
    return place


def place_of(node):
    surfaces = ask(node, "surface.list")["surfaces"]
    return next(((s["x"], s["y"]) for s in surfaces if s["title"] == "Loss"), None)


def bytes_of(height, width):
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 2:] = 255
    return pixels
