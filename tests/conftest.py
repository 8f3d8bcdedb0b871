"""What tests share: repairs of pytest-twisted, WAMP clients, and the fixtures of `tests/support`.

Most tests need none of this. `tests/support/nodes.py` says how a test gets a real node.
"""

import gc
import inspect
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from autobahn.twisted.rawsocket import WampRawSocketClientFactory
from autobahn.twisted.websocket import WampWebSocketClientFactory
from autobahn.wamp.serializer import CBORSerializer, JsonSerializer, MsgPackSerializer
from autobahn.wamp.types import ComponentConfig
from hypothesis import settings
from twisted.internet import reactor
from twisted.internet.defer import Deferred, ensureDeferred, gatherResults
from twisted.internet.endpoints import HostnameEndpoint, UNIXClientEndpoint
from twisted.logger import globalLogPublisher

from geometry_ws.wamp.session import QuietSession

if TYPE_CHECKING:
    from tests.support.nodes import RunningNode

pytest_plugins = (
    "tests.support.golden_pictures",
    "tests.support.namespaces",
    "tests.support.nodes",
    "tests.support.gate",
    "tests.support.outside",
)

TEST_SECONDS = 60.0
_SERIALIZERS = {"msgpack": MsgPackSerializer, "cbor": CBORSerializer, "json": JsonSerializer}


# --- what a test needs, and what a run costs ---------------------------------------------------

# How long an example takes says more of what else the machine does than of the example.
settings.register_profile("without-deadline", settings(), deadline=None)
settings.load_profile("without-deadline")
# `make test` takes the first one, in each run other examples, and `make test-quick` the second.
settings.register_profile("half", settings(), max_examples=50)
settings.register_profile("quick", settings(), max_examples=20)

# A shell without a terminal starts what it puts into the background deaf to Ctrl-C, and programs
# that tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it loudly where the comparisons with the official OpenSpec tool didn't run."""
    if shutil.which("openspec") is None:
        terminalreporter.write_line(
            "The official OpenSpec tool isn't on PATH: nothing was compared with it. "
            "`make tools` installs it, and `make test` finds it then.",
            yellow=True,
        )


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
        node: "RunningNode", serializer: str = "msgpack", headers: dict[str, str] | None = None
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
    _end_all(open_clients)


@pytest.fixture
def connect_component() -> Iterator[Connect]:
    """`await connect_component(node)`: a session with a component's rights."""
    open_clients: list[Client] = []

    async def connect_one(node: "RunningNode") -> Client:
        client = Client(ComponentConfig("geometry", {}))
        factory = WampRawSocketClientFactory(lambda: client, serializer=CBORSerializer())
        factory.noisy = False
        socket = str(node.folders.private / "router.sock")
        await UNIXClientEndpoint(reactor, socket).connect(factory)
        await client.joined
        open_clients.append(client)
        return client

    yield lambda *given: ensureDeferred(connect_one(*given))
    _end_all(open_clients)


def _end_all(clients: list[Client]) -> None:
    if clients:
        import pytest_twisted

        for client in clients:
            if client.is_attached():
                client.leave()
        pytest_twisted.blockon(gatherResults([client.ended for client in clients]))


# --- what isn't on every machine ---------------------------------------------------------------


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
