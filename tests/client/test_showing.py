"""Drawing without an event loop: connect, show, wait, in scripts, threads and notebooks."""

import signal
from pathlib import Path

import pytest

from tests.client.programs import Program, run_program, surfaces, wait_for

pytestmark = pytest.mark.router

SHORT = """
import sys
import numpy as np
import geometry_ws as gw

screen = gw.connect(sys.argv[1])
handle = screen.show(np.full((30, 40), 0.5), title=sys.argv[2])
"""


def test_what_a_script_shows_stays_until_ctrl_c(node):
    with Program(SHORT, node.url, "Stays") as program:
        assert program.complaint() == f"Showing 1 picture at {node.url} until Ctrl-C."
        wait_for(lambda: "Stays" in surfaces(node))
        shown = surfaces(node)["Stays"]
        assert (shown["width"], shown["height"]) == (40, 30)
        assert program.end(signal.SIGINT) == (0, "")
    wait_for(lambda: "Stays" not in surfaces(node))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_what_a_killed_script_showed_goes(node, number):
    with Program(SHORT, node.url, "Killed") as program:
        wait_for(lambda: "Killed" in surfaces(node))
        assert program.end(number)[0] == -number
    wait_for(lambda: "Killed" not in surfaces(node))


ENDINGS = {
    "not kept": ("gw.connect(keep=False)", 0, ""),
    "closed": ("handle.close()", 0, ""),
    "screen closed": ("screen.close()", 0, ""),
    "raised": ("1 / 0", 1, "ZeroDivisionError: division by zero\n"),
    "interrupted": ("raise KeyboardInterrupt", -2, "KeyboardInterrupt\n"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_script_that_says_so_or_fails_ends_at_once(node, name, monkeypatch):
    monkeypatch.setenv("GEOMETRY_WS_URL", node.url)
    line, status, last = ENDINGS[name]
    ended = run_program(f"{SHORT}assert handle.flush(20) is False\n{line}\n", node.url, name)
    assert ended.returncode == status
    assert ended.stderr.endswith(last)
    assert "Showing" not in ended.stderr
    wait_for(lambda: name not in surfaces(node))


def test_a_script_that_waits_goes_on_after_ctrl_c(node):
    with Program(f"{SHORT}gw.wait()\nprint('on')", node.url, "Waits") as program:
        assert program.complaint().startswith("Showing 1 picture")
        assert program.end(signal.SIGINT) == (0, "")
        assert program.line() == "on"


EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("example", "title"),
    [("plot", "Ripples"), ("draw_asyncio", "Ball"), ("numpy_video", "Plasma"), ("paint", "Paint")],
)
def test_an_example_shows_itself_until_ctrl_c(node, monkeypatch, example, title):
    monkeypatch.setenv("GEOMETRY_WS_URL", node.url)
    given = [] if example == "plot" else [node.url]
    with Program(EXAMPLES / f"{example}.py", *given) as program:
        wait_for(lambda: title in surfaces(node))
        if example == "plot":
            assert program.complaint().startswith("Showing 1 picture")
        assert program.end(signal.SIGINT) == (0, "")
    wait_for(lambda: title not in surfaces(node))


PIXELS = """
import asyncio, sys, threading
import numpy as np
import geometry_ws as gw
from geometry_ws.client import Connection, Viewer

screen = gw.connect(sys.argv[1], keep=False, name="pixels")
assert gw.connect(sys.argv[1]) is screen
random = np.random.default_rng(3)
last = {}

def draw(number):
    handle = screen.show(np.zeros((8, 8), np.uint8), title=f"Thread {number}")
    for _ in range(300):
        pixels = random.integers(0, 256, (20, 30, 3), dtype=np.uint8)
        handle.update(pixels)
    handle.flush(20)
    pixels = pixels.copy()
    pixels[3:5, 7:19] = 255 - pixels[3:5, 7:19]
    handle.update(pixels)  # only the part is sent
    last[handle.title] = pixels

threads = [threading.Thread(target=draw, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(screen.handles) == 4
rects = [handle.rect for handle in screen.handles if handle.flush(20) in (True, False)]

async def look():
    async with Connection(sys.argv[1], retry=False) as client:
        viewer = Viewer()
        await viewer.attach(client)
        listed = (await client.call("surface.list"))["surfaces"]
        ids = {info["title"]: info["surface"] for info in listed}
        for title, pixels in last.items():
            def shown(viewer):
                plane = viewer.planes.get(ids[title])
                return plane is not None and plane.pixels.shape[:2] == (20, 30) and (
                    plane.pixels[..., 2::-1] == pixels).all()
            await asyncio.wait_for(viewer.until(shown), 20)
        # Cards lie on their lanes.
        listed.sort(key=lambda info: info["title"] in last)
        return [(info["x"], info["y"], info["width"], info["height"]) for info in listed], (
            viewer.canvas.seq)

rects, frames = asyncio.run(look())
for number, (x, y, width, height) in enumerate(rects):
    for left, top, across, down in rects[:number] if number >= len(rects) - len(last) else ():
        assert x >= left + across or left >= x + width or y >= top + down or top >= y + height
assert not [name for name in sys.modules if name.startswith("twisted")]
print("through")
"""


def test_threads_draw_at_once_and_the_newest_pictures_are_seen(node):
    """Each has a place of its own, and a loop of asyncio beside sees them."""
    ended = run_program(PIXELS, node.url)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "through\n", "")


DROPPED = """
import sys
import numpy as np
import geometry_ws as gw
from geometry_ws.client.surface import Surface

commits = []
commit = Surface.commit

async def counted(surface, *given, **named):
    commits.append(surface.id)
    return await commit(surface, *given, **named)

Surface.commit = counted
screen = gw.connect(sys.argv[1], keep=False)
handle = screen.show(np.zeros((4, 4), np.uint8), title="Dropped", wheel=True)
handle.flush(20)
for grey in range(1000):
    handle.update(np.full((4, 4), grey % 256, np.uint8))
handle.flush(20)
assert 2 <= len(commits) < 500, len(commits)
handle.update(np.zeros((4, 4), np.uint8), text="black")
handle.configure(title="Renamed", opacity=0.5, keyboard="all")
handle.move(-70, 900)
handle.flush(20)
print("ready")
sys.stdin.readline()
try:
    handle.update("no such file.png")
except gw.client.NoPicture as problem:
    print(problem)
for wrong in (dict(colour=1), dict(titel="x")):
    try:
        handle.update(np.zeros((4, 4)), **wrong) if "colour" in wrong else handle.configure(**wrong)
    except TypeError as problem:
        print(problem)
try:
    screen.show(np.zeros((4, 4)), at=3)
except gw.client.ClientError as problem:
    print(problem)
print(handle)
handle.close()
handle.close()
try:
    handle.update(np.zeros((4, 4)))
except gw.client.ClientError as problem:
    print(problem)
"""


def test_pictures_that_come_too_fast_are_dropped_and_what_is_said_stays(node):
    with Program(DROPPED, node.url) as program:
        assert program.line() == "ready", program.process.stderr.read()
        wait_for(lambda: "Renamed" in surfaces(node))
        wait_for(lambda: surfaces(node)["Renamed"]["x"] == -70)
        shown = surfaces(node)["Renamed"]
        assert (shown["y"], shown["text"], shown["opacity"]) == (900, "black", 0.5)
        assert (shown["keyboard"], shown["wheel"]) == ("all", True)
        program.say("go on")
        rest = program.process.stdout.read().splitlines()
        assert program.process.wait(20) == 0
    assert rest == [
        "`picture` names no file that can be read: 'no such file.png' (No such file or directory).",
        "update() takes no colour",
        "a picture has no titel",
        "`at` is a pair of whole numbers, x and y, not 3.",
        "<'Renamed', 4 × 4>",
        "'Renamed' is closed: show it anew.",
    ]


@pytest.mark.slow
def test_without_a_node_a_script_ends_with_a_sentence_and_a_status():
    show = "import geometry_ws as gw\ngw.connect('localhost:1', timeout=2)\nprint('on')"
    ended = run_program(show)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "No node answers: nothing listens at localhost:1; "
        "`geometry-ws up` or connect(start=True) starts one.\n"
    )
    caught = """
import threading
import geometry_ws as gw
def connect():
    try:
        gw.connect("localhost:1", timeout=2)
    except gw.client.Unreachable as problem:
        print(problem)
connect()
thread = threading.Thread(target=connect)
thread.start()
thread.join()
for wrong in ("ftp://x", "localhost:1/#x"):
    try:
        gw.connect(wrong)
    except ValueError as problem:
        print(problem)
"""
    ended = run_program(caught)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.count("nothing listens at localhost:1") == 2
    assert ended.stdout.count("\n") == 4


CLIENT_ALONE = """
import sys
for name in ("crossbar", "twisted", "skia", "isal", "simplejpeg", "watchdog", "yaml", "xxhash"):
    sys.modules[name] = None  # as if it weren't installed
import numpy as np
import geometry_ws as gw

gw.connect(sys.argv[1], keep=False)
handle = gw.show(np.zeros((4, 4)), title="Alone")
handle.flush(20)
handle.update(sys.argv[2])
handle.flush(20)
print(handle)
"""


def test_drawing_needs_nothing_of_what_a_node_needs(node):
    picture = Path(__file__).parents[2] / "docs" / "dashboard.png"
    ended = run_program(CLIENT_ALONE, node.url, str(picture))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("<'Alone', ")


ON_TWISTED = """
import sys
import autobahn.twisted.wamp
import geometry_ws as gw
try:
    gw.connect(sys.argv[1])
except gw.client.Unreachable:
    raise
except gw.client.ClientError as problem:
    print(problem)
"""


def test_what_no_wait_would_mend_is_told_at_once(node):
    ended = run_program(ON_TWISTED, node.url)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "with Twisted already" in ended.stdout


@pytest.mark.slow
def test_importing_the_package_stays_light():
    program = (
        "import sys, geometry_ws\n"
        "heavy = ('twisted', 'autobahn', 'asyncio', 'numpy', 'msgspec', 'threading')\n"
        "loaded = [name for name in heavy if name in sys.modules]\n"
        "assert not loaded, loaded\n"
        "assert geometry_ws.show and geometry_ws.connect and geometry_ws.wait\n"
        "assert not [name for name in sys.modules if name.startswith('twisted')]\n"
    )
    ended = run_program(program)
    assert (ended.returncode, ended.stderr) == (0, "")


LOOKED = """
import asyncio, sys, threading
import numpy as np
import geometry_ws as gw
from geometry_ws.client import Connection, Viewer

screen = gw.connect(sys.argv[1], keep=False)
handle = screen.show(np.zeros((8, 8)), title="Looked at")
handle.flush(20)
assert not handle.looked
assert handle.wait_until_looked(0) is False

async def look(come, go, gone):
    async with Connection(sys.argv[1], retry=False) as client:
        viewer = Viewer()
        await viewer.attach(client)
        viewer.look(*handle.rect, scale=1)
        await asyncio.to_thread(come.wait)
        viewer.look(handle.rect[0] + 5000, handle.rect[1] + 5000, 10, 10, scale=1)
        await asyncio.to_thread(go.wait)
    gone.set()

come, go, gone = (threading.Event() for _ in range(3))
threading.Thread(target=lambda: asyncio.run(look(come, go, gone))).start()
assert handle.wait_until_looked(20)
handle.update(np.zeros((9, 9, 4)))  # it becomes transparent: another surface shows it
assert handle.flush(20)
assert handle.wait_until_looked(20)
come.set()
while handle.looked:
    pass
go.set()
gone.wait(20)
threading.Thread(target=handle.close).start()
assert handle.wait_until_looked() is False
print("through")
"""


def test_a_program_waits_until_somebody_looks(node):
    ended = run_program(LOOKED, node.url)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "through\n", "")


SHARP = """
import asyncio, sys
import numpy as np
import geometry_ws as gw
from geometry_ws.client import Connection, Viewer

screen = gw.connect(sys.argv[1], keep=False)
handle = screen.show(np.zeros((40, 60)), title="Sharp", at=(-6000, -6000))
sent = []
handle.on_sent(sent.append)

@handle.on_looked
def draw_sharp(event):
    if event.looked and event.scale == 2:
        handle.update(pixels, scale=2)

pixels = np.random.default_rng(5).integers(0, 256, (80, 120, 3), dtype=np.uint8)

async def look():
    async with Connection(sys.argv[1], retry=False) as client:
        viewer = Viewer()
        viewer.look(-6000, -6000, 100, 100, scale=2.0)
        await viewer.attach(client)
        def sharp(viewer):
            return any(plane.pixels.shape[:2] == (80, 120) and
                       (plane.pixels[..., 2::-1] == pixels).all()
                       for plane in viewer.planes.values())
        await asyncio.wait_for(viewer.until(sharp), 20)
        listed = (await client.call("surface.list"))["surfaces"]
        info = [info for info in listed if info["title"] == "Sharp"][0]
        return info["width"], info["height"], info["scale"]

assert asyncio.run(look()) == (60, 40, 2)
assert handle.flush(20) in (True, False)
assert not handle.pending and sent and handle.rect == (-6000, -6000, 60, 40)
for scale in (0, 3):
    try:
        handle.update(pixels, scale=scale)
    except ValueError as problem:
        print(problem)
handle.update(np.zeros((40, 60)), scale=1)
handle.flush(20)
assert handle.rect == (-6000, -6000, 60, 40)
"""


def test_a_picture_is_redrawn_at_the_scale_that_is_looked_at(node):
    """In its place and at its size in the world; a scale that doesn't divide it is refused."""
    ended = run_program(SHARP, node.url)
    assert ended.returncode == 0, ended.stderr
    refused = "a picture of 120 × 80 pixels isn't a whole number of world pixels then."
    assert ended.stdout.splitlines() == [f"`scale` is {scale}, and {refused}" for scale in (0, 3)]
