"""A first program is seen, whole and at its size, without moving anything."""

import json

import pytest

from tests.browser import dashboard_page
from tests.client.programs import Program

PROGRAM = """
import sys
import numpy as np
import geometry_ws as gw

gw.connect(sys.argv[1]).show(np.full((400, 600), 0.5), title="First")
"""


@pytest.fixture(scope="module")
def own_node(start_shared_node):
    """Where no other test's surfaces lie."""
    return start_shared_node()


def seen(page, surface):
    """The zoom, and whether the surface is whole on the screen and above the cards."""
    page.wait(f"geometry_ws.planes.some(({{plane}}) => plane === '{surface}')")
    page.wait("geometry_ws.camera.zoom === 1")
    camera = page.run("geometry_ws.camera")
    canvas = page.run("(({width, height}) => [width, height])(document.querySelector('canvas'))")
    planes = page.run("geometry_ws.planes.map(({plane, x, y, width, height}) => "
                      "[plane, x, y, width, height])")  # fmt: skip
    rects = {plane: rect for plane, *rect in planes}
    x, y, width, height = rects.pop(surface)
    whole = camera["x"] <= x and x + width <= camera["x"] + canvas[0] and (
        camera["y"] <= y and y + height <= camera["y"] + canvas[1])  # fmt: skip
    above = all(y + height <= top for _, top, _, _ in rects.values())
    return whole, above, (width, height)


def test_a_first_program_is_seen_whole_and_at_its_size(browser, own_node):
    page = dashboard_page.opened(browser, own_node, (1280, 800))
    before = json.dumps(page.run("geometry_ws.camera"))
    with Program(PROGRAM, own_node.url) as program:
        assert program.complaint().startswith("Showing 1 picture")
        page.wait("geometry_ws.planes.some(({width}) => width === 600)")
        surface = dashboard_page.surface_of(own_node, "First")
        assert seen(page, surface) == (True, True, (600, 400))
    page.wait(f"JSON.stringify(geometry_ws.camera) === JSON.stringify({before})")


def test_a_page_that_is_opened_later_shows_it_too(browser, own_node):
    with Program(PROGRAM, own_node.url) as program:
        assert program.complaint().startswith("Showing 1 picture")
        page = browser.open()
        page.size(1280, 800)
        page.go(own_node.url)
        page.wait("geometry_ws.planes.some(({width}) => width === 600)")
        surface = dashboard_page.surface_of(own_node, "First")
        assert seen(page, surface) == (True, True, (600, 400))
