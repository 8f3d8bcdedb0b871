"""Figures without a node: drawing, saving, words, the loop."""

import asyncio
import io
import time
from types import SimpleNamespace

import pytest

matplotlib = pytest.importorskip("matplotlib", reason="matplotlib isn't installed: `make` does")
from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from geometry_ws.matplotlib import FigureCanvas  # noqa: E402
from geometry_ws.matplotlib.canvas import UNSEEN_SECONDS, Timer, _framed  # noqa: E402
from geometry_ws.matplotlib.event_loop import EventLoop, loop  # noqa: E402
from geometry_ws.matplotlib.toolbar import Toolbar  # noqa: E402
from geometry_ws.matplotlib.words import describe_figure  # noqa: E402
from geometry_ws.protocol.surfaces import SurfaceInput  # noqa: E402
from tests.client.programs import run_program  # noqa: E402


def plotted(canvas=FigureCanvas):
    figure = Figure()
    canvas(figure)
    axes = figure.subplots()
    axes.plot([1, 4, 9], label="squares")
    axes.set(title="Growth", xlabel="n", ylabel="n²")
    return figure


def saved(figure):
    file = io.BytesIO()
    figure.savefig(file, metadata={"Software": None})
    return file.getvalue()


def test_what_is_saved_is_what_matplotlib_saves():
    """Whatever the scale at which it is shown, and whatever lies above it."""
    figure = plotted()
    figure.canvas._set_device_pixel_ratio(2)
    figure.canvas.set_rubberband((10, 10, 50, 50))
    figure.canvas.draw()
    before = figure.canvas.picture().copy()
    assert before.shape == (960, 1280, 4)
    assert saved(figure) == saved(plotted(FigureCanvasAgg))
    assert (figure.canvas.picture() == before).all()


def test_a_picture_is_whole_world_pixels():
    figure = plotted()
    figure.set_size_inches(3.015, 2.005)
    figure.canvas._set_device_pixel_ratio(2)
    assert figure.canvas.picture().shape == (400, 602, 4)


def test_a_frame_lies_where_matplotlib_says_from_the_bottom_left():
    import numpy as np

    white = np.full((20, 30, 4), 255, np.uint8)
    framed = _framed(white, (25, 15, 5, 3))
    rows, columns = np.nonzero((framed != white).any(axis=2))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (4, 16, 5, 25)
    assert (white == 255).all()
    assert _framed(white, (-100, -100, 100, 100)).shape == white.shape


def test_a_figure_says_what_it_shows():
    figure = plotted()
    figure.suptitle("Numbers")
    assert describe_figure(figure) == "Numbers\nGrowth; x: n; y: n²; shown: squares"
    figure.axes[0].set_visible(False)
    figure.suptitle("x" * 5000)
    assert len(describe_figure(figure)) == 2000


class Said:
    """A manager that only says."""

    def __init__(self):
        self.sentences = []
        self.shown = False

    def say(self, sentence):
        self.sentences.append(sentence)


def test_saving_by_a_key_writes_over_nothing(tmp_path):
    figure = plotted()
    manager = figure.canvas.manager = Said()
    manager.get_window_title = lambda: "Growth"
    with matplotlib.rc_context({"savefig.directory": str(tmp_path)}):
        toolbar = Toolbar(figure.canvas)
        paths = [toolbar.save_figure() for _ in range(2)]
        assert paths == [str(tmp_path / "Growth.png"), str(tmp_path / "Growth-2.png")]
        assert manager.sentences == [f"Saved {path}" for path in paths]
    with matplotlib.rc_context({"savefig.directory": str(tmp_path / "none")}):
        assert toolbar.save_figure() is None
        assert manager.sentences[-1].startswith("Not saved: ")


class Canvas:
    """What the loop needs of a canvas."""

    def __init__(self):
        self.heard = []

    def hear(self, event, moment):
        self.heard.append(event)
        if event.phase == "down":
            raise KeyError("mine")

    def catch_up(self):
        return None


def pointer(phase, x=0.0, buttons=0):
    return SurfaceInput(surface="s1", seat="v1", kind="pointer", phase=phase, x=x, buttons=buttons)


def test_of_moves_that_wait_the_last_is_heard_and_a_failure_is_told(capsys):
    own, canvas = EventLoop(), Canvas()
    for event in [pointer("move", 1), pointer("move", 2), pointer("down"), pointer("move", 3, 1)]:
        own.post(canvas, event)
    own.step()
    assert [(event.phase, event.x) for event in canvas.heard] == [
        ("move", 2),
        ("down", 0),
        ("move", 3),
    ]
    assert "KeyError: 'mine'" in capsys.readouterr().err


def test_timers_ring_until_they_are_stopped():
    """Both of those that stop by themselves: a single one, and one whose callback says so."""
    rings = []
    often, single = Timer(1), Timer(1)
    often.add_callback(lambda: rings.append("often") or len(rings) < 4)
    single.single_shot = True
    single.add_callback(lambda: rings.append("single"))
    stopped = Timer(1, [(lambda: rings.append("never"), (), {})])
    for timer in (often, single, stopped):
        timer.start()
    stopped.stop()
    loop.run(lambda: often._alarm is not None or single._alarm is not None, 20)
    assert rings.count("single") == 1
    assert rings.count("often") >= 3
    assert "never" not in rings


def test_the_loop_ends_with_what_it_ran_for(monkeypatch):
    """Nothing wakes it then: it would wait for the next alarm, or for ever."""
    own, happened, waited = EventLoop(), [], []
    monkeypatch.setattr(own._changed, "wait", waited.append)
    own.after(0, lambda: happened.append(True))
    own.run(lambda: not happened)
    assert happened
    assert not waited


def test_the_loop_runs_for_its_time_and_until_it_is_stopped():
    canvas = plotted().canvas
    timer = canvas.new_timer(1, [(canvas.stop_event_loop, (), {})])
    timer.start()
    canvas.start_event_loop(0)
    timer.stop()
    began = time.monotonic()
    canvas.start_event_loop(0.02)
    assert time.monotonic() - began >= 0.02


async def _hosted():
    own, canvas = EventLoop(), Canvas()
    own.add(canvas)
    assert own.runs
    rung = asyncio.Event()
    await asyncio.to_thread(own.post, canvas, pointer("move", 1))
    own.after(0.001, rung.set)
    await asyncio.wait_for(rung.wait(), 20)
    assert len(canvas.heard) == 1


def test_in_a_program_on_asyncio_it_runs_between_tasks():
    """As in a notebook's kernel."""
    asyncio.run(_hosted())


def test_nothing_else_loads_matplotlib():
    text = (
        "import sys, geometry_ws, geometry_ws.client.showing, geometry_ws.cli\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'matplotlib']\n"
    )
    assert run_program(text).returncode == 0


def test_without_a_node_showing_ends_with_a_sentence():
    text = (
        "import matplotlib; matplotlib.use('module://geometry_ws.matplotlib')\n"
        "import matplotlib.pyplot as plt\n"
        "plt.plot([1, 2]); plt.show()\n"
    )
    ended = run_program(text, env={"GEOMETRY_WS_URL": "http://localhost:1", "HOME": "/tmp"})
    assert ended.returncode == 1
    assert ended.stderr.startswith("No node answers: nothing listens at localhost:1;")


class Showing(Said):
    """A manager whose picture is on a screen; what is presented is counted."""

    def __init__(self):
        super().__init__()
        self.shown = True
        self.presented = 0
        self.handle = SimpleNamespace(pending=False)

    def present(self):
        self.presented += 1


def shown_canvas():
    canvas = plotted().canvas
    canvas.manager = Showing()
    canvas.draw()
    canvas._wants_drawing = True
    return canvas, canvas.manager


def test_what_is_not_seen_yet_is_not_drawn_over():
    canvas, manager = shown_canvas()
    manager.handle.pending = True
    assert canvas.catch_up() is None
    assert manager.presented == 1
    manager.handle.pending = False
    assert canvas.catch_up() is None
    assert manager.presented == 2
    assert canvas.catch_up() is None  # nothing is wanted any more
    assert manager.presented == 2


def test_where_nobody_looks_it_is_drawn_once_in_a_while():
    canvas, manager = shown_canvas()
    canvas.looked = False
    assert canvas.catch_up() == canvas._presented + UNSEEN_SECONDS
    assert manager.presented == 1
    canvas._presented -= UNSEEN_SECONDS
    canvas.catch_up()
    assert manager.presented == 2
    canvas._wants_drawing = canvas.looked = True
    canvas.catch_up()
    assert manager.presented == 3
