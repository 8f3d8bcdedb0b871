"""A node to measure, started as a person starts it, with a project of its own."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.loads.board_project import write_project
from benchmarks.processes.children import Failed
from benchmarks.processes.usage import children, command_line, free_port
from geometry_ws.node.readiness import drawn, missing

START_SECONDS = 60.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.02
WORKERS = {
    "router": "router_process",
    "compositor": "--worker compositor",
    "openspec": "--worker openspec",
}
"""The parts of a node that are measured, and what their commands hold."""


@dataclass
class RunningNode:
    """A node that answers; `workers` are the process ids of its parts, as far as known."""

    port: int
    project: Path
    process: subprocess.Popen[bytes]
    workers: dict[str, int] = field(default_factory=dict)
    served_s: float = 0.0
    """Seconds from the command until the project's changes were answered."""
    ready_s: float = 0.0
    """Seconds from the command until every component answered and the board was drawn."""

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def pids(self) -> list[int]:
        """All of its processes."""
        return [self.process.pid, *children(self.process.pid)]

    def part(self, name: str) -> int:
        """The process of one of WORKERS. Raises Failed."""
        for pid in children(self.process.pid):
            if WORKERS[name] in " ".join(command_line(pid)):
                return pid
        raise Failed(f"the node has no {name}")

    def wait_until_served(self) -> None:
        """Wait until the changes are answered. Raises Failed."""
        deadline = time.monotonic() + START_SECONDS
        while not serves_changes(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed("the project isn't served")
            time.sleep(POLL_SECONDS)

    def wait(self) -> None:
        """Wait until every component answers and the board is drawn. Raises Failed."""
        deadline = time.monotonic() + START_SECONDS
        while missing(self.port) != [] or not drawn(self.port):
            if self.process.poll() is not None:
                raise Failed("the node ended while starting")
            if time.monotonic() > deadline:
                absent = missing(self.port)
                what = (
                    "the router" if absent is None else ", ".join(absent) or "the board's picture"
                )
                raise Failed(f"the node didn't get ready; {what} is missing")
            time.sleep(POLL_SECONDS)

    def tasks(self, number: int = 1) -> Path:
        """The task list of a change."""
        return self.project / f"openspec/changes/change-{number}/tasks.md"


@contextmanager
def running_node(folder: Path, changes: int, options: Sequence[str] = ()) -> Iterator[RunningNode]:
    """Start a node in a folder of its own; it is gone when the block ends. Raises Failed.

    With the folder of a node before, it is that node's next start.
    """
    project = folder / "project"
    if not project.exists():
        write_project(project, changes)
    port = free_port()
    command = [sys.executable, "-m", "geometry_ws", "up", str(project), "--port", str(port)]
    begun = time.monotonic()
    with (folder / "up.log").open("wb") as said:
        process = subprocess.Popen(
            [*command, "--state", str(folder / "state"), *options],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    node = RunningNode(port, project, process)
    try:
        node.wait_until_served()
        node.served_s = time.monotonic() - begun
        node.wait()
        node.ready_s = time.monotonic() - begun
        node.workers = {name: node.part(name) for name in WORKERS}
        yield node
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serves_changes(port: int) -> bool:
    """Say whether the project's changes can be had."""
    return "changes" in _called(port, "change.list", {})


def stream_stats(port: int) -> dict[str, Any]:
    """What the compositor says of its stream; empty where it can't."""
    return _called(port, "stream.stats", {"stream": "world"})


def _called(port: int, procedure: str, keywords: dict[str, Any]) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        body = json.dumps({"procedure": procedure, "kwargs": keywords})
        connection.request("POST", "/call", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return json.loads(answer.read())["args"][0] if answer.status == 200 else {}
    except OSError:
        return {}
    finally:
        connection.close()
