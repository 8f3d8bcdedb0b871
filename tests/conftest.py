"""What tests share: repairs of pytest-twisted, a real node, clients of it.

Most tests need none of this. A test that takes `node` runs against the one real node of the whole
run; one that harms a node takes `start_node` and gets its own. Both show a small project.
"""

import gc
import http.client
import inspect
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from autobahn.twisted.websocket import WampWebSocketClientFactory
from autobahn.wamp.serializer import CBORSerializer, JsonSerializer, MsgPackSerializer
from autobahn.wamp.types import ComponentConfig
from hypothesis import settings
from twisted.internet import reactor
from twisted.internet.defer import Deferred, ensureDeferred, gatherResults
from twisted.internet.endpoints import HostnameEndpoint
from twisted.logger import globalLogPublisher

from geometry_ws.client.session import QuietSession
from geometry_ws.node.folders import Folders, prepare
from geometry_ws.node.logs import Log
from geometry_ws.node.process import Node
from geometry_ws.node.readiness import drawn, missing
from geometry_ws.node.template import Options, configuration

TEST_SECONDS = 60.0
START_SECONDS = 60.0
_SERIALIZERS = {"msgpack": MsgPackSerializer, "cbor": CBORSerializer, "json": JsonSerializer}


# --- what a test needs, and what a run costs ---------------------------------------------------

# How long an example takes says more of what else the machine does than of the example.
settings.register_profile("without-deadline", settings(), deadline=None)
settings.load_profile("without-deadline")
# `make test-quick` takes this one.
settings.register_profile("quick", settings(), max_examples=20)

_NEEDED_BY_FIXTURE = {
    "node": pytest.mark.router,
    "start_node": pytest.mark.router,
    "start_shared_node": pytest.mark.router,
    "chromium_program": pytest.mark.browser,
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that takes a node or a browser is marked so, before `-m` chooses among the tests."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        for fixture, mark in _NEEDED_BY_FIXTURE.items():
            # A fixture of the same name in the test's own module is something else.
            if fixture in item.fixturenames and not hasattr(item.module, fixture):
                item.add_marker(mark)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the `gc.collect` after each test looks at what came since."""
    gc.collect()
    gc.freeze()


# --- repairs of pytest-twisted -----------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """A coroutine test that never ends fails alone, instead of stopping the run."""
    test = pyfuncitem.obj
    if not inspect.iscoroutinefunction(test):
        return

    def limited(**arguments: Any) -> Deferred[Any]:
        outcome = ensureDeferred(test(**arguments))
        outcome.addTimeout(TEST_SECONDS, reactor)
        return outcome

    pyfuncitem.obj = limited


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Asynchronous tests leave no delayed call, and no failure that nobody has looked at."""
    if not inspect.iscoroutinefunction(request.function):
        yield
        return
    failures: list[Any] = []

    def observe(event: dict[str, Any]) -> None:
        if event.get("log_failure") is not None:
            failures.append(event["log_failure"])

    before = set(reactor.getDelayedCalls())
    globalLogPublisher.addObserver(observe)
    try:
        yield
        gc.collect()
    finally:
        globalLogPublisher.removeObserver(observe)
    expected = getattr(request.function, "expected_failures", ())
    left = [str(failure) for failure in failures if not failure.check(*expected)]
    assert not left, "failures were logged:\n" + "\n".join(left)
    calls = [call for call in set(reactor.getDelayedCalls()) - before if call.active()]
    assert not calls, f"delayed calls were left: {calls}"


# --- a project ---------------------------------------------------------------------------------

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


# --- a real node -------------------------------------------------------------------------------


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
) -> Response:
    """One HTTP request to a node, with these headers and a fitting Host."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        given = {"Host": f"localhost:{port}", **(headers or {})}
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

    def workers(self) -> dict[int, str]:
        """Its processes below the controller; by their ids: router, compositor, the rest."""
        return _descendants(self.process.pid)

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
        folders.configuration.write_text(json.dumps(settings))
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


# --- WAMP clients ------------------------------------------------------------------------------


class Client(QuietSession):
    """A session that tells when it has joined and how it ended."""

    def __init__(self, config: Any = None) -> None:
        super().__init__(config)
        self.joined: Deferred[Any] = Deferred()
        self.ended: Deferred[Any] = Deferred()

    def onJoin(self, details: Any) -> None:
        self.joined.callback(self)

    def onLeave(self, details: Any) -> None:
        if not self.joined.called:
            self.joined.errback(AssertionError(f"not joined: {details.reason} {details.message}"))
        super().onLeave(details)

    def onDisconnect(self) -> None:
        if not self.ended.called:
            self.ended.callback(None)


Connect = Callable[..., Deferred[Client]]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """`await connect(node, serializer="msgpack")`: a guest's session; ended after the test."""
    open_clients: list[Client] = []

    async def connect_one(
        node: RunningNode, serializer: str = "msgpack", headers: dict[str, str] | None = None
    ) -> Client:
        clients: list[Client] = []

        def make() -> Client:
            client = Client(ComponentConfig("geometry", {}))
            clients.append(client)
            return client

        factory = WampWebSocketClientFactory(
            make,
            url=node.websocket,
            serializers=[_SERIALIZERS[serializer]()],
            headers=headers or {},
        )
        factory.noisy = False
        endpoint = HostnameEndpoint(reactor, b"127.0.0.1", node.port)
        protocol = await endpoint.connect(factory)
        await protocol.is_open
        client = await clients[0].joined
        open_clients.append(client)
        return client

    yield lambda *given, **named: ensureDeferred(connect_one(*given, **named))
    if open_clients:
        import pytest_twisted

        for client in open_clients:
            if client.is_attached():
                client.leave()
        pytest_twisted.blockon(gatherResults([client.ended for client in open_clients]))


# --- what isn't on every machine ---------------------------------------------------------------


def _descendants(pid: int) -> dict[int, str]:
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    found: dict[int, str] = {}
    parents = {pid}
    while parents:
        level = {int(p): args for p, parent, args in rows if int(parent) in parents}
        found.update(level)
        parents = set(level)
    # `ps` itself may be among them.
    return {pid: args for pid, args in found.items() if not args.startswith("ps ")}


@pytest.fixture(scope="session")
def descendants() -> Callable[[int], dict[int, str]]:
    """Gives all processes below one, with their names."""
    return _descendants


@pytest.fixture
def as_nobody() -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs a Python program as another user of this machine; only root can."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can run a program as another user")

    def run(program: str) -> subprocess.CompletedProcess[str]:
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        # The system's Python: another user may not be able to enter our environment.
        python = shutil.which("python3", path="/usr/bin:/bin:/usr/local/bin") or sys.executable
        return subprocess.run(
            [*command, python, "-I", "-c", program],
            capture_output=True,
            text=True,
            timeout=30,
            cwd="/",
        )

    return run
