"""One component alone, in a configuration that somebody wrote by hand: the page's own example."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from autobahn.twisted.websocket import WampWebSocketClientFactory
from autobahn.wamp.serializer import MsgPackSerializer
from autobahn.wamp.types import ComponentConfig
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import ConnectError
from twisted.internet.task import deferLater

from geometry_ws.protocol.names import uri
from geometry_ws.wamp.session import QuietSession

pytestmark = pytest.mark.router

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def example(name):
    """A JSON block of the page, by the comment before it."""
    match = re.search(rf"<!-- example: {name} -->\n```json\n(.*?)```", PAGE.read_text(), re.S)
    return json.loads(match[1])


class Guest(QuietSession):
    """A session that tells when it has joined and when it is gone."""

    def __init__(self, config):
        super().__init__(config)
        self.joined: Deferred = Deferred()
        self.ended: Deferred = Deferred()

    def onJoin(self, details):
        self.joined.callback(self)

    def onDisconnect(self):
        self.ended.callback(None)


@pytest.fixture
def crossbar(project, free_port):
    """Starts plain `crossbar start` with a configuration beside a project; gives its port."""
    started = []

    def start(configuration):
        port = free_port()
        transport = configuration["workers"][0]["transports"][0]
        transport["endpoint"]["port"] = port
        folder = project / ".crossbar"
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps(configuration))
        command = [str(Path(sys.executable).with_name("crossbar")), "start"]
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        log = (project / "log").open("wb")
        node = subprocess.Popen(
            command, cwd=project, stdout=log, stderr=log, env=environment, start_new_session=True
        )
        started.append((node, log))
        return port

    yield start
    for node, log in started:
        node.send_signal(signal.SIGINT)
        try:
            node.wait(20)
        finally:
            if node.poll() is None:
                os.killpg(node.pid, signal.SIGKILL)
            log.close()


async def join(port):
    clients = []

    def make():
        clients.append(Guest(ComponentConfig("geometry", {})))
        return clients[-1]

    factory = WampWebSocketClientFactory(
        make, url=f"ws://127.0.0.1:{port}/", serializers=[MsgPackSerializer()]
    )
    factory.noisy = False
    for _ in range(200):
        try:
            protocol = await HostnameEndpoint(reactor, b"127.0.0.1", port).connect(factory)
            break
        except ConnectError:
            await deferLater(reactor, 0.1)
    await protocol.is_open
    return await clients[0].joined


async def answer(client, name, **keywords):
    """Call something that may not be registered yet."""
    for _ in range(100):
        try:
            return await client.call_with(uri(name), (), keywords)
        except Exception as problem:
            if "no_such_procedure" not in str(problem):
                raise
            await deferLater(reactor, 0.1)
    raise AssertionError(f"{name} never answered")


async def test_openspec_alone_answers_and_ticks(crossbar, project):
    client = await join(crossbar(example("openspec-alone")))
    listed = await answer(client, "change.list")
    assert [change["change"] for change in listed["changes"]] == ["add-farewell"]
    ticked = await answer(
        client, "task.set", change="add-farewell", task=2, done=True, expect="1.2 Say them"
    )
    assert ticked["done"] == 2
    assert "- [x] 1.2 Say them" in (project / "openspec/changes/add-farewell/tasks.md").read_text()
    client.leave()
    await client.ended


async def test_the_compositor_alone_stacks_surfaces(crossbar):
    configuration = example("openspec-alone")
    (component,) = configuration["workers"][0]["components"]
    component.update(classname="geometry_ws.Compositor", extra={})
    for role in configuration["workers"][0]["realms"][0]["roles"]:
        if role["name"] == "component":
            role["permissions"].append(
                {"uri": "wamp.session.on_leave", "match": "exact", "allow": {"subscribe": True}}
            )
    client = await join(crossbar(configuration))
    made = await answer(client, "surface.create", width=4, height=4, title="alone")
    listed = await answer(client, "surface.list")
    assert [(surface["surface"], surface["title"]) for surface in listed["surfaces"]] == [
        (made["surface"], "alone")
    ]
    client.leave()
    await client.ended
