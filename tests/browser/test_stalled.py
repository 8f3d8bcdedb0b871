"""A real browser that stands still hurts nobody, and is in the present when it goes on."""

import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.router]

PROGRAM = pathlib.Path(__file__).with_name("stepping_program.py")


@pytest.fixture
def film(node) -> Iterator[subprocess.Popen]:
    program = subprocess.Popen(
        [sys.executable, str(PROGRAM), node.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield program
    finally:
        program.stdin.close()  # which ends it
        program.wait(20)
        program.stdout.close()


def shows(page, surface, digest):
    page.wait(f"geometry_ws.hash('{surface}').then((now) => now === '{digest}', () => false)", 60)


def open_world(browser, node):
    page = browser.open()
    page.size(1200, 900)
    page.go(node.url)
    page.wait("window.geometry_ws?.state === 'open'")
    page.run("document.getElementById('canvas').focus()")
    page.key("0", "Digit0", "0")
    return page


def test_a_stopped_browser_hurts_nobody_and_comes_back(
    browser, other_browser, node, film, descendants
):
    surface = film.stdout.readline().strip()
    watched, stopped = open_world(browser, node), open_world(other_browser, node)
    for page in (watched, stopped):
        page.wait(f"geometry_ws.planes.some(({{plane}}) => plane === '{surface}')")
    processes = [other_browser.process.pid, *descendants(other_browser.process.pid)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        film.stdin.write("go\n")
        film.stdin.flush()
        # All steps were taken at the pace of the one who looks, and that one has the last.
        digest = film.stdout.readline().strip()
        shows(watched, surface, digest)
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
    shows(stopped, surface, digest)
    assert watched.messages == []
