"""Canvases at a real node: drawn while somebody looks, used, and ended."""

import signal

import pytest

from tests.cli.shown import Shown, person
from tests.client.programs import Program, run_program, wait_for

__all__ = ["person"]  # a fixture
pytestmark = pytest.mark.router

CANVAS = """
import sys
import numpy as np
from geometry_ws.rendercanvas import RenderCanvas, loop

canvas = RenderCanvas(title=sys.argv[1], size=(64, 48), update_mode="continuous", max_fps=500)
context = canvas.get_context("bitmap")
count = 0

@canvas.request_draw
def draw():
    global count
    count += 1
    width, height = canvas.get_physical_size()
    context.set_bitmap(np.full((height, width, 4), count % 250, np.uint8))
    print("drawn", count, width, height, flush=True)

@canvas.add_event_handler("pointer_down", "wheel", "char", "key_down", "close")
def heard(event):
    print("heard", event["event_type"], event.get("x"), event.get("data"), flush=True)
    if event.get("data") == "c":
        canvas.close()
    if event.get("data") == "t":
        canvas.set_title("Renamed canvas")
        canvas.set_cursor("crosshair")

loop.run()
print("through", flush=True)
"""


@pytest.fixture
def canvas(node, monkeypatch):
    programs = []

    def begin(title):
        monkeypatch.setenv("GEOMETRY_WS_URL", node.url)
        programs.append(Program(CANVAS, title))
        return programs[-1], Shown(node, title, programs[-1].process)

    yield begin
    for program in programs:
        program.__exit__()


def until(program, words):
    while words not in (line := program.line()):
        assert line, "it has ended"
    return line


def test_a_canvas_is_drawn_while_somebody_looks_and_is_used(canvas, person):
    program, shown = canvas("Canvas")
    assert program.line() == "drawn 1 64 48"
    surface = wait_for(lambda: shown.surface)
    assert (surface["width"], surface["height"], surface["wheel"]) == (64, 48, True)
    somebody = person(shown)
    somebody.press(10, 12)
    until(program, "heard pointer_down 10.0 None")
    place = {name: surface[name] for name in ("x", "y", "width", "height")}
    somebody.do("look", name=surface["surface"], scale=2.0, **place)
    until(program, " 128 96")  # sharp at the scale of who looks
    wait_for(lambda: shown.surface["scale"] == 2)
    somebody.do("seat.text", text="t")
    until(program, "heard char None t")
    renamed = Shown(shown.node, "Renamed canvas", None)
    wait_for(lambda: renamed.surface and renamed.surface["cursor"] == "crosshair")
    somebody.do("seat.text", text="c")
    until(program, "heard close")
    until(program, "through")
    assert program.process.wait(40) == 0
    wait_for(lambda: renamed.surface is None)


def test_ctrl_c_ends_the_loop_and_the_canvas(canvas):
    program, shown = canvas("Interrupted canvas")
    wait_for(lambda: shown.surface)
    program.process.send_signal(signal.SIGINT)
    until(program, "through")
    assert program.process.wait(40) == 0
    wait_for(lambda: shown.surface is None)


COMPLETE = """
from rendercanvas.base import BaseRenderCanvas
from geometry_ws.rendercanvas import RenderCanvas
wanted = {name for name in vars(BaseRenderCanvas) if name.startswith("_rc_")}
print(sorted(wanted ^ {name for name in vars(RenderCanvas) if name.startswith("_rc_")}))
"""


def test_a_back_end_has_exactly_what_rendercanvas_asks_of_one():
    assert run_program(COMPLETE).stdout == "[]\n"


def test_without_a_node_it_ends_with_a_sentence(monkeypatch):
    monkeypatch.setenv("GEOMETRY_WS_URL", "http://localhost:1")
    ended = run_program(CANVAS, "None")
    assert ended.returncode == 1
    assert ended.stderr.startswith("No node answers")
