"""Pictures of every kind, from a program through a real node into a real browser."""

import json
import pathlib
import subprocess
import sys
from collections.abc import Iterator

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.router]

PROGRAM = pathlib.Path(__file__).with_name("drawing_program.py")


@pytest.fixture
def drawn(node) -> Iterator[dict[str, tuple[str, str]]]:
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


def test_all_pictures_come_to_rest_exactly(browser, node, drawn):
    """Photos too, which may come with loss first: what is at rest is the program's very pixels."""
    page = browser.open()
    page.size(1200, 900)
    page.go(node.url)
    page.wait("window.geometry_ws?.state === 'open'")
    page.run("document.getElementById('canvas').focus()")
    page.key("f", "KeyF", "f")
    assert drawn.keys() == {"photo", "page", "glass", "jpeg", "png", "webp"}
    for title, (surface, digest) in drawn.items():
        page.wait(f"geometry_ws.planes.some(({{plane}}) => plane === '{surface}')")
        page.wait(f"geometry_ws.hash('{surface}').then((now) => now === '{digest}')"), title
    assert page.messages == []
