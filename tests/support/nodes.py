"""A real node for tests, and the small project that it shows.

A test that takes `node` runs against the one real node of the whole run; a test that harms a node
takes `start_node` and gets its own.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from geometry_ws.node.folders import Folders, prepare
from geometry_ws.node.logs import Log
from geometry_ws.node.process import Node, configure
from geometry_ws.node.readiness import drawn, missing
from geometry_ws.node.template import Options, configuration

START_SECONDS = 60.0
PROJECT = {
    "specs/greeting/spec.md": """# greeting Specification

## Purpose
Says how visitors of the shop are greeted, whatever door they come in by.

## Requirements
### Requirement: Greeting
The shop SHALL greet every visitor.

#### Scenario: A visitor comes in
- **WHEN** a visitor comes in
- **THEN** the visitor is greeted
""",
    "changes/add-farewell/proposal.md": """# Add a farewell

## Why
Visitors leave without a word, which they remember.

## What Changes
- Say goodbye to visitors who leave
""",
    "changes/add-farewell/specs/greeting/spec.md": """## ADDED Requirements
### Requirement: Farewell
The shop SHALL say goodbye to every visitor who leaves.

#### Scenario: A visitor leaves
- **WHEN** a visitor leaves
- **THEN** the visitor is told goodbye
""",
    "changes/add-farewell/tasks.md": """## 1. Words
- [x] 1.1 Find the words
- [ ] 1.2 Say them

## 2. Door
- [ ] 2.1 Watch the door
""",
}


def write_project(folder: Path) -> Path:
    """A small OpenSpec project with one spec and one open change of three tasks."""
    for name, text in PROJECT.items():
        path = folder / "openspec" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project of one's own."""
    return write_project(tmp_path / "shop")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def add_change(project, name):
    """Write another change in progress into the small project; it contradicts no other one."""
    folder = project / "openspec/changes" / name
    (folder / "specs/greeting").mkdir(parents=True)
    delta = PROJECT["changes/add-farewell/specs/greeting/spec.md"]
    named = delta.replace("### Requirement: ", f"### Requirement: {name} ")
    (folder / "specs/greeting/spec.md").write_text(named)
    (folder / "proposal.md").write_text(PROJECT["changes/add-farewell/proposal.md"])
    (folder / "tasks.md").write_text("- [x] 1.1 First\n- [ ] 1.2 Second\n")


@dataclass(frozen=True)
class Response:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


def fetch(
    port: int,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    seconds: float = 30,
    host: str = "127.0.0.1",
) -> Response:
    """One HTTP request to a node, with these headers and a fitting Host."""
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        named = "localhost" if host == "127.0.0.1" else host
        given = {"Host": f"{named}:{port}", **(headers or {})}
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        fields = {name.lower(): value for name, value in answer.getheaders()}
        return Response(answer.status, fields, answer.read())
    finally:
        connection.close()


@dataclass(frozen=True)
class RunningNode:
    """A node that answers."""

    port: int
    project: Path
    folders: Folders
    process: Node

    @property
    def url(self) -> str:
        """Where its dashboard is."""
        return f"http://localhost:{self.port}/"

    @property
    def websocket(self) -> str:
        """Where WAMP clients connect."""
        return f"ws://localhost:{self.port}/ws"

    @property
    def router_pid(self) -> int:
        """The process of the router."""
        return self.process.pid

    @property
    def compositor_pid(self) -> int:
        """The process of the compositor."""
        return self.process.components["compositor"]

    @property
    def openspec_pid(self) -> int:
        """The process of OpenSpec and the board."""
        return self.process.components["openspec"]

    @property
    def tasks(self) -> Path:
        """The one tasks.md of the project."""
        return self.project / "openspec/changes/add-farewell/tasks.md"

    def fetch(self, method: str, path: str, **given: Any) -> Response:
        """One HTTP request, see `fetch`."""
        return fetch(self.port, method, path, **given)

    def call(self, procedure: str, /, **keywords: Any) -> Response:
        """One call by HTTP."""
        body = json.dumps({"procedure": procedure, "kwargs": keywords}).encode()
        return self.fetch("POST", "/call", body=body, headers={"Content-Type": "application/json"})


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Gives a port that is free now."""
    return _free_port


def _wait_until_ready(port: int, ended: Callable[[], bool]) -> None:
    """Wait until every component answers."""
    deadline = time.monotonic() + START_SECONDS
    while missing(port) != []:
        assert not ended(), "the node ended while starting"
        assert time.monotonic() < deadline, "the node didn't get ready"
        time.sleep(0.05)
    while not drawn(port):
        assert time.monotonic() < deadline, "the board didn't get drawn"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def wait_until_ready() -> Callable[[int, Callable[[], bool]], None]:
    """Waits until every component of the node at a port answers: `(port, ended)`."""
    return _wait_until_ready


@dataclass
class Nodes:
    """Starts nodes and ends them all."""

    root: Path
    running: list[tuple[Node, Log, Any]] = field(default_factory=list)

    def start(
        self,
        project: Path | None = None,
        change: Callable[[dict[str, Any]], None] = lambda configuration: None,
    ) -> RunningNode:
        """A node for a project (the small one); `change` may alter its configuration."""
        place = self.root / str(len(self.running))
        place.mkdir(parents=True)
        shown = project or write_project(place / "shop")
        entered = prepare(place / "state")
        folders = entered.__enter__()
        port = _free_port()
        options = Options(
            str(shown), port=port, state=str(folders.state), private=str(folders.private)
        )
        settings = configuration(options)
        change(settings)
        configure(folders, settings)
        log = Log(folders.logs)
        process = Node(folders, log)
        self.running.append((process, log, entered))
        try:
            _wait_until_ready(port, process.ended)
        except AssertionError:
            sys.stderr.write(log.path.read_text("utf-8", "replace")[-4000:])
            raise
        return RunningNode(port, shown, folders, process)

    def stop(self) -> None:
        """End all of them; no process is left."""
        for process, log, entered in self.running:
            process.stop()
            log.close()
            entered.__exit__(None, None, None)


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """The one node that most tests share: leave it as it was."""
    nodes = Nodes(tmp_path_factory.mktemp("node"))
    try:
        yield nodes.start()
    finally:
        nodes.stop()


@pytest.fixture(scope="module")
def start_shared_node(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., RunningNode]]:
    """Starts nodes that the tests of one module share."""
    nodes = Nodes(tmp_path_factory.mktemp("nodes"))
    try:
        yield nodes.start
    finally:
        nodes.stop()


@pytest.fixture
def start_node(tmp_path: Path) -> Iterator[Callable[..., RunningNode]]:
    """Starts nodes of one's own, which may be harmed: `start_node(project, change)`."""
    nodes = Nodes(tmp_path / "nodes")
    try:
        yield nodes.start
    finally:
        nodes.stop()


@contextmanager
def standing_still(pid: int) -> Iterator[None]:
    """A process that answers nothing meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _descendants(pid: int) -> dict[int, str]:
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    below: dict[int, str] = {}
    parents = {pid}
    while parents:
        level = {int(p): args for p, parent, args in rows if int(parent) in parents}
        below.update(level)
        parents = set(level)
    # `ps` itself may be among them.
    return {pid: args for pid, args in below.items() if not args.startswith("ps ")}


@pytest.fixture(scope="session")
def descendants() -> Callable[[int], dict[int, str]]:
    """Gives all processes below one, with their names."""
    return _descendants
