"""Pictures of every kind, from a program through a real node into a real browser."""

import contextlib
import io
import json
import pathlib
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from tests.browser import chromium, input_pads
from tests.browser import dashboard_page as board

pytestmark = [pytest.mark.browser, pytest.mark.router]

PROGRAM = pathlib.Path(__file__).with_name("drawing_program.py")


@contextlib.contextmanager
def drawing(node) -> Iterator[dict[str, tuple[str, str]]]:
    """Id and hash of each surface of a program, by its title; the program runs meanwhile."""
    program = subprocess.Popen(
        [sys.executable, str(PROGRAM), node.url], stdout=subprocess.PIPE, text=True
    )
    try:
        yield json.loads(program.stdout.readline())
    finally:
        program.terminate()
        program.wait(10)
        program.stdout.close()


@pytest.fixture
def drawn(node) -> Iterator[dict[str, tuple[str, str]]]:
    with drawing(node) as said:
        yield said


def opened(browser, node) -> chromium.Page:
    """A page that shows all of the world."""
    page = browser.open()
    page.size(1200, 900)
    page.prefer(prefers_reduced_motion="reduce")
    page.go(node.url)
    page.wait("window.geometry_ws?.state === 'open'")
    page.run("document.getElementById('canvas').focus()")
    page.key("0", "Digit0", "0")
    return page


def wait_until_exact(page, drawn) -> None:
    assert drawn.keys() == {"photo", "page", "glass", "jpeg", "png", "webp"}
    for title, (surface, digest) in drawn.items():
        page.wait(f"geometry_ws.planes.some(({{plane}}) => plane === '{surface}')")
        page.wait(f"geometry_ws.hash('{surface}').then((now) => now === '{digest}')"), title
    assert page.messages == []


def test_all_pictures_come_to_rest_exactly(browser, node, drawn):
    """Photos too, which may come with loss first: what is at rest is the program's very pixels."""
    wait_until_exact(opened(browser, node), drawn)


def test_from_afar_pictures_come_with_fewer_pixels_and_exactly_when_looked_at_closer(browser, node):
    page = opened(browser, node)
    page.wait("geometry_ws.attached")
    while page.run("geometry_ws.camera.zoom") > 0.2:
        page.key("-", "Minus", "-")
    with drawing(node) as drawn:
        ids = [surface for surface, _ in drawn.values()]
        page.wait(
            f"{json.dumps(ids)}.every((id) => geometry_ws.planes.some((p) => p.plane === id))"
        )
        page.wait("geometry_ws.painted === geometry_ws.seq")
        stats = board.ask(node, "stream.stats", stream="world")
        (viewer,) = [each for each in stats["viewers"] if each["state"] != "hidden"]
        assert (viewer["quality"], viewer["shrink"]) == ("thumbnail", 4)
        assert viewer["rough_planes"] >= len(ids)
        for surface, digest in drawn.values():
            assert board.shown_hash(page, surface) != digest
        page.key("0", "Digit0", "0")
        page.wait("geometry_ws.camera.zoom > 0.5")
        wait_until_exact(page, drawn)


@pytest.mark.parametrize("density", [1, 2])
def test_on_a_dense_screen_single_pixels_stay_black_and_white(browser, node, density):
    """A surface of scale 1 has two by two pixels of the screen for each of its own, unblended."""
    with input_pads.program(node, {}) as pads:
        page = input_pads.opened(browser, node, pads, density)
        input_pads.show_whole(page, pads)
        x, y = (int(at * density + 0.5) for at in input_pads.spot(page, pads, 0, 0, 0))
        page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        screen = np.asarray(Image.open(io.BytesIO(page.picture())).convert("RGB"))
        part = screen[y : y + 200 * density, x : x + 200 * density]
        board_of_pixels = np.where(np.indices((200, 200)).sum(axis=0) % 2 == 1, 255, 0)
        squares = np.kron(board_of_pixels, np.ones((density, density), int))
        assert (part == squares[..., None]).all()
