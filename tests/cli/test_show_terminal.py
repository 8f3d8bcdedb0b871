"""`geometry-ws show -- command` at a real node: a program's terminal on the board."""

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.cli.cli_support import run
from tests.cli.shown import person, show
from tests.client.programs import wait_for

__all__ = ["person", "show"]  # fixtures

pytestmark = pytest.mark.router

# It says what it is, repeats lines, and forgets to listen to the end of its terminal.
SAYS = """
import os, shutil, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
print("I am", os.getpid(), "in", "x".join(map(str, shutil.get_terminal_size())), flush=True)
print(sys.stdin.isatty(), os.environ["TERM"], flush=True)
for line in sys.stdin:
    line = line.strip()
    if line == "size":
        print("x".join(map(str, os.get_terminal_size(0))), flush=True)
    elif line == "copy":
        print("\\x1b]52;c;b3R0ZXI=\\x07", flush=True)
    elif line.startswith("'"):
        print("read", open(line.strip("'")).read(), flush=True)
    elif line.startswith("exit"):
        sys.exit(int(line.split()[1]))
    else:
        print("heard", line, flush=True)
"""


def is_there(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_person_types_into_a_program_until_it_ends(show, person):
    shown = show("Typed into", "--", sys.executable, "-c", SAYS, options=["--size", "60x20"])
    surface = shown.says("True xterm-256color")
    assert "in 60x20" in surface["text"]
    assert [surface[name] for name in ("width", "height", "keyboard", "wheel")] == [
        60 * 8 + 16, 20 * 18 + 16, "all", True
    ]  # fmt: skip
    somebody = person(shown)
    somebody.press()
    somebody.write("hello")
    shown.says("heard hello")
    somebody.write("copy")
    assert somebody.do("copied") == "otter"
    somebody.do("drop", surface=surface["surface"], name="a beaver.txt", data="gnaws")
    shown.says("a beaver.txt")  # the path stands there, and Enter hands it on
    somebody.write(" ")
    shown.says("read gnaws")
    somebody.write("exit 0")
    assert shown.process.wait(40) == 0
    wait_for(lambda: shown.surface is None)


def test_it_is_drawn_sharper_where_a_person_looks_closely(show, person):
    shown = show("Close", "--", sys.executable, "-c", SAYS, options=["--size", "40x10"])
    surface = shown.says("xterm")
    place = {name: surface[name] for name in ("x", "y", "width", "height")}
    person(shown).do("look", name=surface["surface"], scale=2.0, **place)
    wait_for(lambda: shown.surface["scale"] == 2)


def test_a_person_draws_it_to_another_size(show, person):
    shown = show("Resized", "--", sys.executable, "-c", SAYS, options=["--size", "40x10"])
    surface = shown.says("xterm")
    somebody = person(shown)
    corner = {"x": surface["width"] - 4.0, "y": surface["height"] - 4.0}
    somebody.press(**corner, phases=("down",))
    somebody.press(corner["x"] + 80, corner["y"] + 36, phases=("move", "up"))
    somebody.write("size")
    shown.says("50x12")
    place = {name: surface[name] for name in ("x", "y")}
    somebody.do("look", name=surface["surface"], scale=1.0, width=500, height=300, **place)
    wait_for(lambda: shown.surface["width"] == 50 * 8 + 16)


def test_what_a_person_selects_is_what_the_surface_says(show, person):
    shown = show("Selected", "--", sys.executable, "-c", SAYS)
    shown.says("xterm")
    somebody = person(shown)
    somebody.press(9, 30, phases=("down",))
    somebody.press(9 + 3 * 8, 30, phases=("move", "up"))
    wait_for(lambda: shown.surface["text"] == "True")


def test_a_failure_stands_on_the_surface_and_is_said(show, person):
    shown = show("Fails", "--", sys.executable, "-c", SAYS)
    shown.says("xterm")
    somebody = person(shown)
    somebody.press()
    somebody.write("exit 3")
    name = sys.executable
    shown.says("ended with the status 3.")
    somebody.do("seat.key", phase="down", key="q", code="KeyQ")  # it was read
    assert shown.end() == (1, f"geometry-ws: {name} ended with the status 3.")


def test_closing_its_window_ends_the_program(show, node):
    shown = show("Closed window", "--", sys.executable, "-c", SAYS)
    child = shown.child
    assert node.call("surface.close", surface=shown.surface["surface"]).status == 200
    assert shown.process.wait(40) == 0
    assert not is_there(child)


def test_nothing_stays_of_a_program_whose_show_was_killed(show):
    shown = show("Killed show", "--", sys.executable, "-c", SAYS)
    child = shown.child
    shown.process.kill()
    wait_for(lambda: shown.surface is None)
    wait_for(lambda: not is_there(child))


def test_nothing_stays_of_a_show_whose_program_was_killed(show, person):
    shown = show("Killed program", "--", sys.executable, "-c", SAYS)
    child = shown.child
    os.kill(child, signal.SIGKILL)
    shown.says("ended with the signal SIGKILL.")
    somebody = person(shown)
    somebody.press()
    somebody.do("seat.key", phase="down", key="q", code="KeyQ")
    assert shown.end() == (1, f"geometry-ws: {sys.executable} ended with the signal SIGKILL.")
    wait_for(lambda: shown.surface is None)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_a_program_that_does_not_listen(show, number):
    shown = show("Ended", "--", sys.executable, "-c", SAYS)
    child = shown.child
    shown.process.send_signal(number)
    assert shown.process.wait(40) == 0
    assert not is_there(child)
    assert shown.surface is None


@pytest.mark.skipif(shutil.which("vim") is None, reason="there is no vim")
def test_vim_is_used_and_left(show, person, tmp_path):
    path = tmp_path / "written.txt"
    shown = show("Vim", "--", "vim", "-N", "-u", "NONE", "-n", str(path))
    shown.says("written.txt")
    somebody = person(shown)
    somebody.press()
    somebody.do("seat.text", text="i")
    shown.says("INSERT")
    somebody.do("seat.text", text="naïve 漢字")  # as it is pasted
    shown.says("naïve 漢字")
    somebody.do("seat.key", phase="down", key="Escape", code="Escape")
    wait_for(lambda: "INSERT" not in shown.surface["text"])
    for letter in ":wq":
        somebody.do("seat.text", text=letter)
    somebody.write("!")
    assert shown.process.wait(40) == 0
    assert path.read_text() == "naïve 漢字\n"


@pytest.mark.skipif(shutil.which("less") is None, reason="there is no less")
def test_less_is_turned_by_the_wheel(show, person, tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("".join(f"line {number}\n" for number in range(300)))
    shown = show("Less", "--", "less", str(path), options=["--size", "40x10"])
    shown.says("line 8")
    somebody = person(shown)
    surface = shown.surface
    somebody.do("seat.wheel", x=surface["x"] + 50, y=surface["y"] + 50, dy=18.0 * 20)
    shown.says("line 28\n")


def test_what_cannot_be_run_is_said_in_a_sentence(node):
    for words, status, sentence in (
        (["--", "no-such-program"], 1, "'no-such-program' can't be started: No such file"),
        (["--"], 2, "geometry-ws show -- COMMAND"),
        (["picture.png", "--", "ls"], 2, "shown alone"),
        (["--fps", "3", "--", "ls"], 2, "for pictures"),
        ([], 2, "Nothing to show"),
    ):
        ended = run("show", "--url", node.url, *words)
        assert ended.returncode == status
        assert sentence in ended.stderr.decode()
    ended = run("show", "--url", "http://localhost:1", "--", "ls")
    assert (ended.returncode, ended.stderr.count(b"\n")) == (4, 1)
    assert b"geometry-ws up" in ended.stderr
