"""Faces in a real page: each person sees the right one, and it is there before the other goes."""

import io
import json
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.browser import dashboard_page as board
from tests.browser.face_program import FACES

pytestmark = [pytest.mark.browser, pytest.mark.router]

PROGRAM = pathlib.Path(__file__).with_name("face_program.py")


class Thing:
    """The program's faces, and what it says."""

    def __init__(self, program: "subprocess.Popen[str]") -> None:
        self.program = program
        self.ids: dict[str, str] = self.read()
        self.titles = {surface: title for title, surface in self.ids.items()}

    def read(self) -> Any:
        assert self.program.stdout is not None
        return json.loads(self.program.stdout.readline())

    def next(self) -> tuple[str, str]:
        what, surface = self.read()
        return what, self.titles[surface]


@pytest.fixture
def thing(node) -> Iterator[Thing]:
    program = subprocess.Popen(
        [sys.executable, str(PROGRAM), node.url], stdout=subprocess.PIPE, text=True
    )
    try:
        yield Thing(program)
    finally:
        program.terminate()
        program.wait(20)
        program.stdout.close()


def opened(browser, node, theme):
    page = browser.open()
    page.size(1200, 900)
    page.prefer(prefers_color_scheme=theme, prefers_reduced_motion="reduce")
    page.go(node.url)
    page.wait("window.geometry_ws?.state === 'open'")
    page.run("document.getElementById('canvas').focus()")
    return page


def shows(page, thing, title):
    """The page shows this face of the three, and no other."""
    others = [surface for name, surface in thing.ids.items() if name != title]
    page.wait(
        f"(shown => shown.has('{thing.ids[title]}') && !{json.dumps(others)}.some((id) =>"
        " shown.has(id)))(new Set(geometry_ws.planes.map(({plane}) => plane)))"
    )
    page.wait("geometry_ws.painted === geometry_ws.seq")
    page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def middle(page, thing, title):
    place = board.plane(page, thing.ids[title])
    return board.on_screen(page, place["x"] + 100, place["y"] + 100)


def colour(page, thing, title):
    """What is on the screen in the middle of the thing."""
    x, y = middle(page, thing, title)
    screen = np.asarray(Image.open(io.BytesIO(page.picture())).convert("RGB"))
    return screen[int(y), int(x)].tolist()


def look_closely(page, thing, title):
    """Bring the thing into view at its size, by hand."""
    page.wait(f"geometry_ws.planes.some(({{plane}}) => plane === '{thing.ids[title]}')")
    x, y = middle(page, thing, title)
    while page.run("geometry_ws.camera.zoom") < 0.9:
        before = page.run("geometry_ws.camera.zoom")
        page.mouse("mouseWheel", x, y, deltaX=0, deltaY=-100)
        page.wait(f"geometry_ws.camera.zoom !== {before}")


def test_theme_and_distance_choose_the_face_and_others_see_theirs(
    browser, other_browser, node, thing
):
    page = opened(browser, node, "light")
    drawn = thing.next()
    assert drawn[0] == "drawn", "whatever is looked at first"
    shows(page, thing, drawn[1])
    look_closely(page, thing, drawn[1])
    if drawn[1] == "far":
        assert thing.next() == ("drawn", "day")
    shows(page, thing, "day")
    assert colour(page, thing, "day") == [*FACES["day"][1]]
    page.click(*middle(page, thing, "day"))
    assert thing.next() == ("pressed", "day")

    page.prefer(prefers_color_scheme="dark", prefers_reduced_motion="reduce")
    assert thing.next() == ("drawn", "night")
    shows(page, thing, "night")
    page.click(*middle(page, thing, "night"))
    assert thing.next() == ("pressed", "night")

    other = opened(other_browser, node, "light")
    by_day = [thing.ids["day"], thing.ids["far"]]
    other.wait(f"geometry_ws.planes.some(({{plane}}) => {by_day}.includes(plane))")
    shows(page, thing, "night")
    assert page.messages == other.messages == []


def test_screen_readers_are_told_of_the_faces_that_are_shown(browser, node, thing):
    page = opened(browser, node, "dark")
    thing.next()
    words = "[...document.querySelectorAll('#words-list strong')].map((entry) => entry.textContent)"
    page.run("document.getElementById('words').open = true")
    page.wait(f"['far', 'night'].some((title) => {words}.includes(title))")
    said = set(page.run(words))
    assert "day" not in said
    assert len(said & set(FACES)) == 1
    page.prefer(prefers_color_scheme="light", prefers_reduced_motion="reduce")
    page.wait(f"!{words}.includes('night')")
    assert page.messages == []
