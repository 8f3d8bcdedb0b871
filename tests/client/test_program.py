"""Programs around `run`, as processes of their own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def surfaces(node):
    listed = node.call("surface.list").json["args"][0]["surfaces"]
    return {surface["title"]: surface for surface in listed}


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.router
@pytest.mark.parametrize("example", ["draw", "clock"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_example_appears_and_vanishes_with_its_program(node, example, number):
    title = {"draw": "Waves", "clock": "Clock"}[example]
    program = subprocess.Popen(
        [sys.executable, str(EXAMPLES / f"{example}.py"), node.url], stderr=subprocess.PIPE
    )
    try:
        wait_for(lambda: title in surfaces(node))
        assert program.poll() is None
    finally:
        program.send_signal(number)
        status = program.wait(20)
        errors = program.stderr.read()
        program.stderr.close()
    assert status == (-signal.SIGKILL if number == signal.SIGKILL else 0)
    assert errors == b""
    wait_for(lambda: title not in surfaces(node))


@pytest.mark.slow
@pytest.mark.parametrize(
    "example", sorted(path.name for path in EXAMPLES.glob("*.py") if path.name != "plot.py")
)
def test_an_example_says_how_it_is_used(example):
    """And does not take the option for an address."""
    ended = subprocess.run(
        [sys.executable, EXAMPLES / example, "--help"], capture_output=True, text=True, timeout=30
    )
    assert ended.returncode == 0
    assert ended.stdout.startswith(f"usage: {example} [-h] [")
    assert ended.stderr == ""


def run_program(text, timeout=30):
    return subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, timeout=timeout, check=False
    )


@pytest.mark.slow
def test_importing_the_client_picks_no_event_loop_and_loads_nothing_heavy():
    program = (
        "import sys, geometry_ws.client, geometry_ws.client.address\n"
        "heavy = ('twisted', 'autobahn', 'numpy', 'msgspec', 'crossbar')\n"
        "assert not [name for name in heavy if name in sys.modules], sys.modules\n"
        "from geometry_ws.client import *\n"
        "assert 'twisted.internet.reactor' not in sys.modules\n"
        "import geometry_ws.client as c\n"
        "assert all(hasattr(c, name) for name in c.__all__)\n"
    )
    ended = run_program(program)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.router
def test_a_program_that_raises_ends_with_its_traceback(node):
    program = (
        "from geometry_ws.client import run\n"
        "async def main(client):\n"
        "    raise ZeroDivisionError('mine')\n"
        f"run(main, {node.url!r})\n"
    )
    ended = run_program(program)
    assert ended.returncode == 1
    assert "ZeroDivisionError: mine" in ended.stderr


@pytest.mark.slow
def test_a_program_says_that_it_waits_for_a_node():
    program = subprocess.Popen(
        [sys.executable, str(EXAMPLES / "draw.py"), "localhost:1"],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert "nothing listens at localhost:1" in program.stderr.readline()
    finally:
        program.send_signal(signal.SIGINT)
        assert program.wait(20) == 0
        program.stderr.close()


def test_an_address_that_is_none_is_an_error_of_the_program():
    ended = run_program("from geometry_ws.client import run\nrun(None, 'ftp://x')")
    assert ended.returncode == 1
    assert "BadAddress" in ended.stderr


@pytest.mark.router
@pytest.mark.parametrize(("command", "words"), [("true", "It went well."), ("false", "It failed.")])
def test_the_example_by_curl_shows_how_a_command_ended(node, command, words):
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    program = subprocess.Popen(
        ["sh", str(EXAMPLES / "draw.sh"), node.url, command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout.readline() == "The lamp stays until Ctrl-C.\n"
        assert surfaces(node)["Lamp"]["text"] == words
    finally:
        program.send_signal(signal.SIGINT)
        _, complaints = program.communicate(timeout=20)
    assert (program.returncode, complaints) == (130, "")
    assert "Lamp" not in surfaces(node)


@pytest.mark.router
def test_the_example_in_go_shows_its_bars_until_ctrl_c(node, tmp_path):
    if shutil.which("go") is None:
        pytest.skip("there is no Go")
    program = tmp_path / "bars"
    environment = {**os.environ, "GOCACHE": str(tmp_path / "cache")}
    build = ["go", "build", "-o", str(program), str(EXAMPLES / "draw.go")]
    subprocess.run(build, check=True, env=environment)
    running = subprocess.Popen(
        [program, node.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout.readline() == f"Bars are shown at {node.url} until Ctrl-C.\n"
        wait_for(lambda: surfaces(node)["Requests"]["text"].startswith("The last request took "))
    finally:
        running.send_signal(signal.SIGINT)
        _, complaints = running.communicate(timeout=20)
    assert (running.returncode, complaints) == (0, "")
    assert "Requests" not in surfaces(node)
