"""A project of a machine that has joined, beside one of the node itself: calls by turns."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.loads.board_project import write_project
from benchmarks.processes.children import Failed
from benchmarks.report.rows import Row, row
from benchmarks.report.times import milliseconds
from benchmarks.systems.node import START_SECONDS, RunningNode
from benchmarks.systems.openspec_component import Component
from benchmarks.systems.system import GEOMETRY_WS

CALLS = 200
CHANGES = 6
HERE, THERE = "project", "desk_project"
COMMAND = [sys.executable, "-m", "geometry_ws"]


def joined(node: RunningNode, calls: int = CALLS) -> list[Row]:
    """How much longer a read and a tick take that go to a machine on this machine."""
    with _joining(node):
        client = Component(node)
        _wait_for(client)
        reads = _in_turns(client, "task.list", calls, change="change-1")
        ticks = _in_turns(client, "task.set", calls, change="change-1", task=1)
    return [_row("joined read", reads), _row("joined tick", ticks)]


def _in_turns(
    client: Component, procedure: str, calls: int, **keywords: object
) -> dict[str, list[float]]:
    """Seconds of each call, for the project here and the one there."""
    taken: dict[str, list[float]] = {HERE: [], THERE: []}
    tasks = {
        project: client.call("task.list", project=project, change="change-1")["tasks"]
        for project in taken
    }
    for number in range(calls + 3):
        for project, times in taken.items():
            more = {}
            if procedure == "task.set":
                more = {"done": bool(number % 2), "expect": tasks[project][0]["text"]}
            begun = time.monotonic()
            client.call(procedure, project=project, **keywords, **more)
            times.append(time.monotonic() - begun)
    # The first ones find everything cold.
    return {project: times[3:] for project, times in taken.items()}


def _row(load: str, taken: dict[str, list[float]]) -> Row:
    here, there = (milliseconds(taken[project], 50) for project in (HERE, THERE))
    figures = row(GEOMETRY_WS, load, 1)
    figures |= {"p50_ms": there, "p95_ms": milliseconds(taken[THERE], 95), "here_p50_ms": here}
    if here and there:
        figures |= {"extra_ms": round(there - here, 2), "joined_ratio": round(there / here, 2)}
    return figures


@contextmanager
def _joining(node: RunningNode) -> Iterator[None]:
    """A machine with a project as large as the node's own. Raises Failed."""
    folder = node.project.parent / "desk"
    folder.mkdir(exist_ok=True)
    if not (folder / "project").exists():
        write_project(folder / "project", CHANGES)
    token = folder / "token"
    given = subprocess.run(
        [*COMMAND, "access", "add", "desk", "--role", "machine", "--token",
         "--state", str(node.project.parent / "state")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if given.returncode:
        raise Failed(f"no machine can join: {given.stderr.strip()}")
    token.write_text(given.stdout)
    with (folder / "join.log").open("wb") as said:
        process = subprocess.Popen(
            [*COMMAND, "join", node.address, str(folder / "project"),
             "--token-file", str(token), "--state", str(folder / "state")],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    try:
        _wait_until_joined(process, folder / "join.log")
        yield
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _wait_until_joined(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while b"Joined" not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            raise Failed(f"the machine didn't join: {log.read_text().strip()[-200:]}")
        time.sleep(0.05)


def _wait_for(client: Component) -> None:
    """Wait until both projects are served under the names that are expected."""
    listed = [each["project"] for each in client.call("project.list")["projects"]]
    if not {HERE, THERE} <= set(listed):
        raise Failed(f"the projects are called {', '.join(listed)}")
