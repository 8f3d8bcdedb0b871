"""How a connection comes back, on a simulated clock."""

from types import SimpleNamespace

import pytest
from autobahn.exception import Disconnected
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from geometry_ws.client import CallError, Client, Connection, Lost, Notices, Unreachable
from geometry_ws.client.address import parse_address
from geometry_ws.client.connection import LONGEST_WAIT, Stopped
from geometry_ws.client.failure_reasons import LOST, Closed
from geometry_ws.client.on_twisted import TwistedLoop

HELLO = {
    "version": {"major": 1, "minor": 1},
    "software": "test",
    "epoch": "e",
    "features": [],
    "limits": {
        "message_bytes": 99,
        "surface_side": 1,
        "surface_pixels": 1,
        "surfaces_per_session": 1,
        "bytes_per_session": 1,
    },
    "frame_codecs": [],
    "picture_codecs": [],
    "streams": [],
    "outputs": [],
}


class Session:
    """Answers hello with what the network says just now."""

    session_id = 5

    def __init__(self, link):
        self.link = link

    def is_attached(self):
        return self.link.closed is None

    async def call_with(self, procedure, args, keywords, options=None):
        from autobahn.wamp.exception import ApplicationError

        self.link.network.hellos += 1
        if self.link.network.hello is None:
            raise ApplicationError("wamp.error.no_such_procedure", "nobody")
        return self.link.network.hello


class Link:
    """A link whose fate the test decides."""

    message_bytes = received_bytes = maximum = 0

    def __init__(self, network, address):
        self.address = address
        self.network = network
        self.closed = None
        self.listeners = []

    async def open(self):
        if not self.network.up:
            raise Unreachable("nothing listens at here:1")
        return Session(self)

    def when_closed(self, listener):
        self.listeners.append(listener)

    async def until_closed(self):
        assert self.closed is not None

    def close(self, closed=None):
        if self.closed is None:
            self.closed = closed or Closed("wamp.close.normal")
            for listener in self.listeners:
                listener(self.closed)


class Network:
    """What a test changes: whether a node is there, and what it answers."""

    def __init__(self):
        self.up = True
        self.hello = HELLO
        self.hellos = 0
        self.links = []

    def link(self, loop, address):
        self.links.append(Link(self, address))
        return self.links[-1]

    def lose(self):
        self.links[-1].close(Closed(LOST, code=1006))


class Recorder(Notices):
    def __init__(self):
        self.opens, self.closes, self.waits = 0, [], []

    def opened(self, client):
        self.opens += 1

    def closed(self, closed):
        self.closes.append(closed)

    def waiting(self, reason, seconds):
        self.waits.append(seconds)


@pytest.fixture
def network(monkeypatch):
    network = Network()
    monkeypatch.setattr(TwistedLoop, "link", lambda loop, address: network.link(loop, address))
    return network


def serve(main, clock, **options):
    notices = Recorder()
    connection = Connection("localhost:1", reactor=clock, notices=notices, **options)
    return connection, Deferred.fromCoroutine(connection.serve(main)), notices


async def wait_for_ever(client):
    await Deferred()


def test_waits_grow_up_to_their_bound(network):
    network.up = False
    clock = Clock()
    connection, served, notices = serve(wait_for_ever, clock)
    for _ in range(12):
        clock.advance(notices.waits[-1])
    assert notices.waits[0] == pytest.approx(0.2)
    assert notices.waits == sorted(notices.waits)
    assert notices.waits[-1] == LONGEST_WAIT
    connection.stop()
    served.addErrback(lambda failure: failure.trap(Stopped))
    assert not clock.getDelayedCalls()


def test_each_session_calls_main_anew_and_resets_the_waits(network):
    clock = Clock()
    clients = []

    async def main(client):
        clients.append(client)
        await Deferred()

    connection, served, notices = serve(main, clock)
    network.up = False
    network.lose()
    for _ in range(4):
        clock.advance(notices.waits[-1])
    network.up = True
    clock.advance(notices.waits[-1])
    assert len(clients) == 2
    assert clients[0] is not clients[1]
    assert not clients[0].connected
    assert clients[1].connected
    network.lose()
    assert notices.waits[-1] == pytest.approx(0.2)
    assert [closed.code for closed in notices.closes] == [1006, 1006]
    connection.stop()
    served.addErrback(lambda failure: failure.trap(Stopped))


def test_main_waits_until_the_components_answer(network):
    clock = Clock()
    network.hello = None
    called = []

    async def main(client):
        called.append(client.hello.epoch)
        return "done"

    _connection, served, notices = serve(main, clock)
    for _ in range(5):
        clock.advance(1)
    assert called == []
    assert network.hellos > 3
    network.hello = HELLO
    clock.advance(1)
    assert called == ["e"]
    assert served.result == "done"
    assert network.links[0].maximum == 99
    assert notices.opens == 1


def test_a_component_that_dies_under_a_call_is_a_lost_session(network):
    clock = Clock()
    calls = []

    async def main(client):
        calls.append(client)
        if len(calls) == 1:
            text = "callee disconnected from in-flight request"
            raise CallError("wamp.error.canceled", text)
        return "second"

    _connection, served, notices = serve(main, clock)
    clock.advance(notices.waits[-1])
    assert served.result == "second"


def test_an_error_of_the_program_ends_it(network):
    async def main(client):
        raise CallError("wamp.error.no_such_procedure", "a typing error")

    _connection, served, notices = serve(main, Clock())
    served.addErrback(lambda failure: failure.trap(CallError))
    assert served.result is CallError
    assert notices.waits == []


def test_a_task_that_was_spawned_ends_with_its_session(network):
    ended = []

    async def beside():
        try:
            await Deferred()
        finally:
            ended.append(True)

    async def main(client):
        client.spawn(beside())
        await Deferred()

    connection, served, _told = serve(main, Clock())
    network.lose()
    assert ended == [True]
    connection.stop()
    served.addErrback(lambda failure: failure.trap(Stopped))


def test_one_attempt_is_one_attempt(network):
    network.up = False
    _, refused, notices = serve(wait_for_ever, Clock(), retry=False)
    refused.addErrback(lambda failure: failure.trap(Unreachable))
    assert refused.result is Unreachable
    network.up = True
    _, lost, notices = serve(wait_for_ever, Clock(), retry=False)
    network.lose()
    lost.addErrback(lambda failure: failure.trap(Lost))
    assert lost.result is Lost
    assert notices.waits == []


def test_stopping_closes_the_session_and_ends_main(network):
    connection, served, notices = serve(wait_for_ever, Clock())
    connection.stop()
    connection.stop()
    served.addErrback(lambda failure: failure.trap(Stopped))
    assert served.result is Stopped
    assert notices.closes == [Closed("wamp.close.normal")]


async def test_what_is_said_while_a_connection_is_closed_is_lost_and_no_failure():
    """A viewer's last ack was a trace in the log of a program that was stopped."""

    class Closing:
        def publish_with(self, *_):
            raise Disconnected("Attempt to send on a closed protocol")

        call_with = publish_with

    client = Client(SimpleNamespace(address=parse_address("http://127.0.0.1:1")), Closing(), None)
    client.tell("stream.ack", {})
    with pytest.raises(Lost):
        await client.call("surface.list")
