"""A node that a program starts for itself."""

import json
import signal

import pytest

from tests.client.programs import Program, run_program, surfaces, wait_for
from tests.support.nodes import fetch

pytestmark = pytest.mark.router

STARTS = """
import sys
import numpy as np
import geometry_ws as gw

screen = gw.connect(sys.argv[1], start=True)
handle = screen.show(np.zeros((20, 30)), title="Started")
handle.flush(60)
print(screen.url, flush=True)
"""


def titles(port):
    body = json.dumps({"procedure": "surface.list"}).encode()
    headers = {"Content-Type": "application/json"}
    answer = fetch(port, "POST", "/call", body=body, headers=headers)
    return [surface["title"] for surface in answer.json["args"][0]["surfaces"]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_it_serves_the_program_and_ends_with_it(free_port, descendants, tmp_path, number):
    """Also where the program is killed; the folder stays as it was, without a project in it."""
    port = free_port()
    with Program(STARTS, f"localhost:{port}", cwd=tmp_path) as program:
        assert program.complaint() == f"Starting a node at http://localhost:{port}/."
        assert program.line() == f"http://localhost:{port}/"
        assert "Started" in titles(port)
        below = descendants(program.process.pid)
        assert len(below) >= 4
        status, _ = program.end(number)
        assert status == (0 if number == signal.SIGINT else -number)
    wait_for(lambda: not set(below) & set(descendants(1)))
    assert list(tmp_path.iterdir()) == []


def test_a_node_that_listens_already_is_used(node):
    ended = run_program(STARTS.replace("start=True", "start=True, keep=False"), node.url)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"{node.url}\n", "")
    wait_for(lambda: "Started" not in surfaces(node))


REFUSED = """
import sys
import geometry_ws as gw

for address, start in (("example.org", True), ("https://localhost", True), ("localhost:1", "no/x")):
    try:
        gw.connect(address, start=start)
    except gw.client.ClientError as problem:
        print(problem)
gw.connect(sys.argv[1], start=True)
"""


def test_what_can_not_be_started_is_told_in_a_sentence(free_port, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nowhere")
    (tmp_path / "openspec" / "specs").mkdir(parents=True)
    port = free_port()
    ended = run_program(REFUSED, f"localhost:{port}", cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stdout.splitlines() == [
        "`start`: no node can be started at example.org:8081, only on localhost.",
        "`start`: no node can be started at localhost:443, only on localhost.",
        f"`start` names no folder: '{tmp_path}/no/x'.",
    ]
    assert ended.stderr.splitlines()[1].startswith("No node answers: The node can't be started")
