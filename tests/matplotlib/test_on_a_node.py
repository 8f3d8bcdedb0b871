"""Figures on the screens of a real node: seen, pressed, closed."""

import os
import signal
from pathlib import Path

import pytest

from tests.client.programs import Program, run_program, surfaces, wait_for

matplotlib = pytest.importorskip("matplotlib", reason="matplotlib isn't installed: `make` does")
pytestmark = pytest.mark.router

BEGIN = """
import asyncio, os, signal, sys, threading
import matplotlib
matplotlib.use("module://geometry_ws.matplotlib")
import matplotlib.pyplot as plt
import numpy as np
"""


@pytest.fixture
def environment(node):
    return {**os.environ, "GEOMETRY_WS_URL": node.url}


SHOWN = f"""{BEGIN}
plt.plot([1, 4, 9])
plt.gcf().canvas.manager.set_window_title(sys.argv[1])
plt.show()
print("after")
"""


def test_show_stays_until_ctrl_c_and_goes_on(node, environment):
    title = "Stays, plotted"
    with Program(SHOWN, title, env=environment) as program:
        assert program.complaint() == f"Showing 1 figure at {node.url} until Ctrl-C."
        wait_for(lambda: title in surfaces(node))
        assert program.end(signal.SIGINT) == (0, "")
        assert program.line() == "after"
    wait_for(lambda: title not in surfaces(node))


PEOPLE = f"""{BEGIN}
from geometry_ws.client import Connection, Viewer

figure, axes = plt.subplots(num="Seen", figsize=(3, 2))
axes.plot([1, 4, 9])
axes.set(title="Growth", xlabel="n", ylabel="squares")
heard = []
for name in figure.canvas.events:
    if name.startswith(("button", "key", "motion", "scroll", "figure")):
        figure.canvas.mpl_connect(name, heard.append)
told = threading.Event()
figure.canvas.mpl_connect("scroll_event", lambda event: told.set())

async def watch():
    async with Connection(os.environ["GEOMETRY_WS_URL"], retry=False) as client:
        while True:
            listed = (await client.call("surface.list"))["surfaces"]
            shown = [info for info in listed if info["title"] == "Seen"]
            if shown and shown[0]["scale"] == SCALE:
                return await act(client, shown[0])
            if shown and SCALE == 2 and not viewers:
                viewers.append(Viewer())
                viewers[0].look(shown[0]["x"], shown[0]["y"], 300, 200, scale=2.0)
                await viewers[0].attach(client)
            await asyncio.sleep(0.01)

viewers = []
SCALE = 2

async def act(client, info):
    assert (info["width"], info["height"], info["wheel"]) == (300, 200, True)
    assert info["text"] == "Growth; x: n; y: squares", info
    at = {{"x": info["x"] + 100.0, "y": info["y"] + 50.0}}
    await client.publish("seat.pointer", phase="move", **at)
    await client.publish("seat.pointer", phase="down", button=2, buttons=2, **at)
    await client.publish("seat.pointer", phase="up", button=2, buttons=0, **at)
    await client.publish("seat.key", phase="down", key="g", code="KeyG")
    await client.publish("seat.key", phase="up", key="g", code="KeyG")
    await client.publish("seat.wheel", dx=0.0, dy=-100.0, **at)
    while not told.is_set():
        await asyncio.sleep(0.01)
    def same(viewer):
        plane = viewer.planes.get(info["surface"])
        pixels = np.asarray(figure.canvas.buffer_rgba())
        return plane is not None and plane.pixels.shape[:2] == pixels.shape[:2] and (
            plane.pixels[..., 2::-1] == pixels[..., :3]).all()
    await asyncio.wait_for(viewers[0].until(same), 20)
    await client.publish("seat.key", phase="down", key="q", code="KeyQ")

def people():
    try:
        asyncio.run(watch())
    except BaseException as problem:
        print("failed", repr(problem), flush=True)
        os._exit(3)

threading.Thread(target=people, daemon=True).start()
plt.show()
for event in heard:
    print(event.name, getattr(event, "button", None), getattr(event, "key", None), event.x, event.y)
print(axes.xaxis.get_gridlines()[0].get_visible(), figure.dpi / figure._original_dpi)
"""


def test_people_see_it_sharp_and_what_they_press_is_heard(node, environment):
    """At twice the pixels, in matplotlib's places, until its key closes it."""
    ended = run_program(PEOPLE, env=environment)
    assert ended.returncode == 0, (ended.stdout, ended.stderr)
    lines = ended.stdout.splitlines()
    place = "200 300"
    assert f"motion_notify_event None None {place}" in lines
    assert f"button_press_event 3 None {place}" in lines
    assert f"button_release_event 3 None {place}" in lines
    assert f"key_press_event None g {place}" in lines
    assert f"scroll_event up None {place}" in lines
    assert lines[-1] == "True 2.0"
    assert "Seen" not in surfaces(node)


PAUSES = f"""{BEGIN}
figure, axes = plt.subplots(num="Paused")
(line,) = axes.plot([0, 1])
for number in range(5):
    line.set_ydata([number, 1])
    axes.set_title(f"step {{number}}")
    plt.pause(0.01)
handle = figure.canvas.manager.handle
handle.flush(20)
print(handle._options["text"])
before = handle._picture
line.set_ydata([5, 5])
figure.canvas.draw_idle()
figure.canvas.flush_events()
assert handle._picture.data != before.data
plt.show(block=False)
second = plt.figure("Second")
second.canvas.manager.set_window_title("Paused")
plt.show(block=False)
assert second.canvas.manager.handle is not handle
assert second.canvas.manager.handle.title == "Paused"
plt.close("all")
assert handle.closed
"""


def test_pausing_shows_each_step_and_a_script_ends_by_itself(node, environment):
    """And figures of the same title are two."""
    ended = run_program(PAUSES, env=environment)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "step 4\n", "")


EXAMPLE = Path(__file__).parents[2] / "examples" / "matplotlib_live.py"


def test_the_example_shows_itself_until_ctrl_c(node, environment):
    with Program(EXAMPLE, env=environment) as program:
        assert program.complaint().startswith("Showing 1 figure")
        shown = wait_for(lambda: surfaces(node).get("Live wave"))
        assert shown["text"] == "A wave; x: time, s; y: volts"
        assert program.end(signal.SIGINT) == (0, "")


ANIMATED = f"""{BEGIN}
from matplotlib.animation import FuncAnimation
figure, axes = plt.subplots()
(line,) = axes.plot([0, 1])
seen = []

def step(number):
    line.set_ydata([number, 1])
    if handle := figure.canvas.manager.handle:
        seen.append(handle._picture.data)
    if len(set(seen)) > 3:
        plt.close(figure)
    return (line,)

animation = FuncAnimation(figure, step, interval=1, blit=sys.argv[1] == "blit",
                          cache_frame_data=False)
plt.show()
print("through")
"""


@pytest.mark.parametrize("how", ["whole", "blit"])
def test_an_animation_moves(environment, how):
    ended = run_program(ANIMATED, how, env=environment)
    assert (ended.returncode, ended.stdout) == (0, "through\n"), ended.stderr


TYPED = f"""{BEGIN}
sys.ps1 = ">>> "
plt.ion()
plt.plot([1, 4, 9])
plt.title("typed")
handle = plt.gcf().canvas.manager.handle
handle.flush(20)
assert plt.show() is None
plt.title("typed anew")
handle.flush(20)
print(handle._options["text"])
"""


def test_what_is_typed_in_a_shell_is_seen(environment):
    ended = run_program(TYPED, env=environment)
    assert (ended.returncode, ended.stdout) == (0, "typed anew\n"), ended.stderr


THEIRS = Path(matplotlib.__file__).parent / "tests" / "test_backends_interactive.py"
MATPLOTLIBS = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("theirs", sys.argv[1])
theirs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(theirs)
getattr(theirs, sys.argv[2])()
"""


@pytest.mark.skipif(not THEIRS.exists(), reason="matplotlib came without its tests")
@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("_test_thread_impl", ["CloseEvent"]),
        ("_test_number_of_draws_script", ["DrawEvent"]),
        ("_impl_test_interactive_timers", []),
    ],
)
def test_matplotlibs_own_programs_for_its_back_ends_run(environment, name, output):
    """Drawing from another thread, blitting without drawing anew, timers.

    The file is loaded by itself: its package needs pictures that wheels don't have.
    """
    backend = {"MPLBACKEND": "module://geometry_ws.matplotlib"}
    ended = run_program(MATPLOTLIBS, str(THEIRS), name, env={**environment, **backend})
    assert ended.returncode == 0, ended.stderr
    lines = [line for line in ended.stdout.splitlines() if line]
    assert [line for line in lines if not any(word in line for word in output)] == []
    assert len(lines) <= 4
