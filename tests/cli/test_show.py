"""`geometry-ws show` at a real node: pictures, folders, standard input, videos."""

import io
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tests.cli.cli_support import QUIET, run
from tests.client.programs import surfaces, wait_for

pytestmark = pytest.mark.router


def png(grey, size=(40, 30)):
    data = io.BytesIO()
    Image.new("L", size, grey).save(data, "PNG")
    return data.getvalue()


@pytest.fixture
def show(node):
    """A `geometry-ws show` beside the test, with a pipe as its standard input."""
    programs = []

    def begin(*arguments):
        command = [sys.executable, "-m", "geometry_ws", "show", *map(str, arguments)]
        pipe = subprocess.PIPE
        program = subprocess.Popen(
            [*command, "--url", node.url], stdin=pipe, stdout=pipe, stderr=pipe, env=QUIET
        )
        programs.append(program)
        return program

    yield begin
    for program in programs:
        if program.poll() is None:
            program.kill()
        program.communicate()


def text_of(node, title):
    return surfaces(node).get(title, {}).get("text")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_picture_stays_until_ctrl_c(node, show, tmp_path, number):
    (tmp_path / "still.png").write_bytes(png(90))
    program = show(tmp_path / "still.png", "--at=-4000,20")
    line = f"Showing still.png at {node.url} until Ctrl-C.\n"
    assert program.stderr.readline().decode() == line
    shown = wait_for(lambda: surfaces(node).get("still.png"))
    place = [shown[name] for name in ("x", "y", "width", "height", "text")]
    assert place == [-4000, 20, 40, 30, "still.png"]
    program.send_signal(number)
    assert program.wait(20) == 0
    assert program.stderr.read() == b""
    assert "still.png" not in surfaces(node)


def test_a_folder_stands_still_while_nobody_looks(node, show, tmp_path):
    for number in (10, 9):
        (tmp_path / f"{number}.png").write_bytes(png(number))
    program = show(tmp_path, "--title", "Slides", "--fps", "50")
    wait_for(lambda: text_of(node, "Slides") == "9.png")
    assert program.poll() is None
    program.send_signal(signal.SIGINT)
    assert program.wait(20) == 0


def test_a_picture_of_standard_input_stays_and_a_stream_ends_with_it(node, show):
    program = show("-", "--title", "Piped")
    program.stdin.write(png(90))
    program.stdin.close()
    program.stdin = None
    wait_for(lambda: "Piped" in surfaces(node))
    program.send_signal(signal.SIGINT)
    assert program.wait(20) == 0

    program = show("-", "--title", "Stream", "--size", "4x2", "--pixels", "grey")
    program.stdin.write(bytes(8))
    program.stdin.flush()
    wait_for(lambda: "Stream" in surfaces(node))
    _, complaints = program.communicate(bytes(16), timeout=20)
    assert (program.returncode, complaints.count(b"\n")) == (0, 1)
    assert "Stream" not in surfaces(node)


def test_a_video_begins_and_stands_still_while_nobody_looks(node, show, tmp_path):
    av = pytest.importorskip("av")
    with av.open(str(tmp_path / "film.mp4"), "w") as film:
        stream = film.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for grey in range(5):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), grey * 50, np.uint8), "rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    program = show(tmp_path / "film.mp4")
    shown = wait_for(lambda: surfaces(node).get("film.mp4"))
    assert (shown["width"], shown["height"]) == (64, 48)
    assert program.poll() is None
    program.send_signal(signal.SIGINT)
    assert program.wait(20) == 0


def test_what_cannot_be_shown_is_said_in_a_sentence(node, tmp_path):
    (tmp_path / "broken.png").write_bytes(png(9)[:50])
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "empty").mkdir()
    sentences = {
        "broken.png": (1, "`broken.png` is no picture that can be read"),
        "notes.txt": (1, "'notes.txt' is neither a picture nor a video"),
        "missing.png": (1, "No such file or directory"),
        "empty": (1, "There is no picture in"),
        "*.gif": (1, "No file fits"),
    }
    for name, (status, sentence) in sentences.items():
        ended = run("show", tmp_path / name, "--url", node.url)
        assert (ended.returncode, ended.stderr.count(b"\n")) == (status, 1), ended.stderr
        assert sentence in ended.stderr.decode()
    ended = run("show", "-", "--url", node.url, stdin=b"no picture")
    assert ended.returncode == 1
    assert b"no PNG, JPEG or WebP" in ended.stderr.splitlines()[-1]


def test_without_a_node_it_ends_with_a_sentence(tmp_path):
    (tmp_path / "still.png").write_bytes(png(90))
    for address, status in (("http://localhost:1", 4), ("ftp://localhost", 2)):
        ended = run("show", tmp_path / "still.png", "--url", address)
        assert (ended.returncode, ended.stderr.count(b"\n")) == (status, 1), ended.stderr


@pytest.mark.parametrize(
    "arguments", [["--size", "0x4", "-"], ["--fps", "0", "x"], ["--at", "7", "x"], []]
)
def test_what_cannot_be_understood_has_a_status_of_its_own(arguments):
    assert run("show", *arguments).returncode == 2
