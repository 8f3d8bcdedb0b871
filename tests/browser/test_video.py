"""A video from a program through a real node into a real browser, which decodes it by itself."""

import io
import json
import pathlib
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from geometry_ws.render.video import encodable
from tests.browser import dashboard_page as board
from tests.browser import filming_program as film

pytestmark = [
    pytest.mark.browser,
    pytest.mark.router,
    pytest.mark.skipif(not encodable(), reason="PyAV isn't installed"),
]

PROGRAM = pathlib.Path(film.__file__)
PATIENCE = 20.0


@pytest.fixture
def program(node) -> Iterator[subprocess.Popen]:
    started = subprocess.Popen(
        [sys.executable, str(PROGRAM), node.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.stdin.close()
        started.terminate()
        started.wait(10)
        started.stdout.close()


def videos(node, least: int = 0) -> int:
    """How many pictures of videos the node has encoded, once they are that many."""
    deadline = time.monotonic() + PATIENCE
    while (count := board.ask(node, "stream.stats")["totals"]["videos"]) < least:
        assert time.monotonic() < deadline, f"{count} of {least}"
        time.sleep(0.02)
    return count


def colours(page, surface: str) -> list[list[int]]:
    """What the screen shows in the middle of each bar."""
    shot = np.asarray(Image.open(io.BytesIO(page.picture())).convert("RGB")).astype(int)
    place = board.plane(page, surface)
    width = film.WIDTH / len(film.BARS)
    shown = []
    for bar in range(len(film.BARS)):
        x, y = board.on_screen(page, place["x"] + width * (bar + 0.5), place["y"] + 135)
        shown.append(np.median(shot[int(y) - 3 : int(y) + 3, int(x) - 3 : int(x) + 3], (0, 1)))
    return shown


def test_a_video_is_shown_in_its_colours_and_rests_exactly(browser, node, program):
    """What comes is a video; when it rests, the page has the program's very pixels."""
    page = browser.open()
    page.size(1200, 900)
    page.go(node.url)
    page.wait("window.geometry_ws?.state === 'open'")
    surface = json.loads(program.stdout.readline())["surface"]
    page.wait(f"geometry_ws.planes.some(({{plane}}) => plane === '{surface}')")
    page.run("document.getElementById('canvas').focus()")
    page.key("0", "Digit0", "0")
    before, refreshes = videos(node), board.ask(node, "stream.stats")["totals"]["refreshes"]
    program.stdin.write("play\n")
    program.stdin.flush()
    running = videos(node, before + 15)
    shown = colours(page, surface)
    assert videos(node, running + 5), "it still ran when the screen was looked at"
    for seen, wanted in zip(shown, film.BARS, strict=True):
        assert np.abs(seen - wanted).max() <= 12, (seen, wanted)
    said = json.loads(program.stdout.readline())
    page.wait(f"geometry_ws.hash('{surface}').then((now) => now === '{said['sha256']}')")
    stats = board.ask(node, "stream.stats")
    assert stats["totals"]["refreshes"] == refreshes
    assert any({"h264", "vp8"} <= set(viewer["codecs"]) for viewer in stats["viewers"])
    assert page.messages == []
