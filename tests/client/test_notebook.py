"""Pictures in a notebook: below the cell that shows them, and in its place when it runs again."""

import json
import re
import sys
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest

from geometry_ws.client.notebook import Cells, running_cell
from tests.client.programs import Program, surfaces


class Kernel:
    """What IPython gives a program that runs in a notebook."""

    def __init__(self):
        self.kernel = object()
        self.parent = {"header": {"msg_id": "0"}, "metadata": {}}

    def get_parent(self):
        return self.parent

    def run(self, cell):
        number = str(int(self.parent["header"]["msg_id"]) + 1)
        self.parent = {"header": {"msg_id": number}, "metadata": {"cellId": cell}}


@pytest.fixture
def kernel(monkeypatch):
    shell = Kernel()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    return shell


def test_a_picture_has_the_same_place_in_each_run_of_its_cell(kernel):
    cells = Cells()
    assert cells.next_place() is None  # a kernel that doesn't say which cell runs
    for _ in range(2):
        kernel.run("a")
        assert [cells.next_place(), cells.next_place()] == [("a", 0), ("a", 1)]
    kernel.run("b")
    assert cells.next_place() == ("b", 0)


@pytest.mark.parametrize("parent", [None, {}, {"metadata": None}, {"metadata": {}, "header": {}}])
def test_what_says_no_cell_is_none(kernel, parent):
    kernel.parent = parent
    assert running_cell() is None


def test_outside_of_ipython_there_is_no_cell(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert running_cell() is None


PROGRAM = Path(__file__).with_name("notebook_program.py")


def frame_of(shown):
    """The address of a frame that a notebook shows."""
    return unescape(re.search(r'src="([^"]+)"', shown["text/html"])[1])


@pytest.mark.router
def test_a_cell_shows_its_picture_live_and_again_in_its_place(node):
    def run(cell, expression):
        kernel.say(json.dumps([cell, expression]))
        return json.loads(kernel.line())

    with Program(PROGRAM, node.url) as kernel:
        shown = run("a", "screen.show(grey(), title='A <plot> & \"more\"')")
        assert 'width="90" height="60"' in shown["text/html"]
        assert "<plot>" not in shown["text/html"]
        visit = {"Site": "cross-site", "Mode": "navigate", "Dest": "iframe"}
        answer = node.fetch(
            "GET",
            frame_of(shown).removeprefix(node.url.rstrip("/")),
            headers={f"Sec-Fetch-{name}": value for name, value in visit.items()},
        )
        assert answer.status == 200
        assert "frame-ancestors" not in answer.headers["content-security-policy"]

        first = run("b", "screen.show(grey())")["text/plain"]
        assert first == "<'Picture 1', 90 × 60>"
        assert run("c", "screen.show(grey())")["text/plain"] == "<'Picture 2', 90 × 60>"
        again = run("b", "screen.show(grey(30))")
        assert again["text/plain"] == "<'Picture 1', 90 × 30>"
        titles = surfaces(node)
        assert titles["Picture 1"]["height"] == 30
        assert frame_of(again).endswith(f"&id={titles['Picture 1']['surface']}")
        assert not any(title.startswith("Picture 3") for title in titles)

        run("b", "screen.handles[1].close()")
        assert run("b", "screen.show(grey())")["text/plain"] == "<'Picture 3', 90 × 60>"
        run("d", "delattr(shell, 'kernel')")
        assert set(run("b", "screen.show(grey())")) == {"text/plain"}  # a terminal
