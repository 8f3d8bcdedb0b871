"""Sockets send what they can at once; receivers get the same bytes in the same order."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet import abstract, reactor, tcp
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import clientFromString, serverFromString
from twisted.internet.protocol import Factory, Protocol
from twisted.python import log

from geometry_ws.wamp.upstream import sending


class Socket:
    """Takes some bytes of each message; what it is closed with is raised."""

    def __init__(self, takes=(), problem=None):
        self.taken, self._takes, self._problem = [], list(takes), problem

    def send(self, data):
        if self._problem is not None:
            raise self._problem
        size = min(self._takes.pop(0), len(data)) if self._takes else len(data)
        self.taken.append(bytes(data[:size]))
        return size


class Descriptor:
    """What Twisted's descriptors have, as far as it matters; keeps what waits."""

    def __init__(self, socket, **more):
        self.socket = socket
        self.connected, self.disconnecting, self._aborting = 1, 0, False
        self._writeDisconnected = False
        self.dataBuffer, self._tempDataLen = b"", 0
        self.producer, self.streamingProducer, self.producerPaused = None, False, False
        self.waiting = []
        vars(self).update(more)

    def write(self, data):
        self.waiting.append(data)
        self._tempDataLen += len(data)


def changed(*kinds):
    """A class of its own for each test, changed."""
    kind = type("Changed", (Descriptor,), {"write": Descriptor.write})
    sending.send_at_once(kind, kinds or (kind,))
    sending.send_at_once(kind, kinds or (kind,))
    return kind


def test_what_fits_is_sent_at_once():
    socket = Socket()
    descriptor = changed()(socket)
    descriptor.write(b"one")
    descriptor.write(b"two")
    assert (socket.taken, descriptor.waiting) == ([b"one", b"two"], [])


@given(
    st.lists(st.binary(min_size=1, max_size=20), max_size=12),
    st.lists(st.integers(0, 20), max_size=12),
)
def test_what_was_sent_and_what_waits_are_all_bytes_in_their_order(messages, takes):
    socket = Socket(takes)
    descriptor = changed()(socket)
    for message in messages:
        descriptor.write(message)
    assert b"".join(socket.taken + descriptor.waiting) == b"".join(messages)


def test_nothing_overtakes_what_waits():
    socket = Socket([2, 100])
    descriptor = changed()(socket)
    descriptor.write(b"first")
    descriptor.write(b"second")
    assert (socket.taken, descriptor.waiting) == ([b"fi"], [b"rst", b"second"])


def test_a_failure_is_left_to_twisted():
    for problem in (BlockingIOError(), BrokenPipeError(), ConnectionResetError()):
        descriptor = changed()(Socket(problem=problem))
        descriptor.write(b"data")
        assert descriptor.waiting == [b"data"]


@pytest.mark.parametrize(
    "state",
    [
        {"connected": 0},
        {"dataBuffer": b"old"},
        {"_tempDataLen": 3},
        {"disconnecting": 1},
        {"_aborting": True},
        {"_writeDisconnected": True},
        {"producer": object(), "streamingProducer": False},
        {"producer": object(), "streamingProducer": True, "producerPaused": True},
        {"_sendmsgQueue": [7]},
    ],
    ids=str,
)
def test_twisted_decides_in_every_other_state(state):
    socket = Socket()
    descriptor = changed()(socket, **state)
    descriptor.write(b"data")
    assert (socket.taken, descriptor.waiting) == ([], [b"data"])


def test_a_producer_that_is_told_to_pause_changes_nothing():
    # twisted.web stays the producer of a connection that a WebSocket has taken over.
    socket = Socket()
    descriptor = changed()(socket, producer=object(), streamingProducer=True)
    descriptor.write(b"data")
    assert socket.taken == [b"data"]


def test_other_kinds_of_descriptors_stay_as_they_are():
    socket = Socket()
    descriptor = changed(SimpleNamespace)(socket)
    descriptor.write(b"data")
    assert (socket.taken, descriptor.waiting) == ([], [b"data"])


# --- real sockets ------------------------------------------------------------------------------

MESSAGES = [b"a" * 10, b"b" * 70_000, b"c", b"d" * 3_000_000, b"e" * 5, b"f" * 200_000]


@pytest.fixture(params=["as delivered", "at once"])
def way(request, monkeypatch):
    """Both ways of sending, over real sockets."""
    monkeypatch.setattr(abstract.FileDescriptor, "write", abstract.FileDescriptor.write)
    if request.param == "at once":
        sending.send_at_once()
    elif hasattr(abstract.FileDescriptor.write, "__wrapped__"):
        monkeypatch.setattr(
            abstract.FileDescriptor, "write", abstract.FileDescriptor.write.__wrapped__
        )
    return request.param


class Reader(Protocol):
    """Reads after a while, then to the end."""

    def __init__(self):
        self.data, self.ended = [], Deferred()

    def connectionMade(self):
        self.transport.pauseProducing()
        reactor.callLater(0.01, self.transport.resumeProducing)

    def dataReceived(self, data):
        self.data.append(data)

    def connectionLost(self, reason):
        self.ended.callback((b"".join(self.data), reason.type.__name__))


class Writer(Protocol):
    """Writes everything when it is connected, then says goodbye or gives up."""

    def __init__(self, messages, end):
        self.messages, self.end, self.ended = messages, end, Deferred()

    def connectionMade(self):
        for message in self.messages:
            self.transport.write(message)
        getattr(self.transport, self.end)()
        self.transport.write(b"too late" if self.end == "abortConnection" else b"")

    def connectionLost(self, reason):
        self.ended.callback(None)


async def exchanged(where, writer):
    reader = Reader()
    port = await serverFromString(reactor, where).listen(Factory.forProtocol(lambda: writer))
    address = port.getHost()
    if where.startswith("tcp"):
        client = f"tcp:127.0.0.1:{address.port}"
    else:
        client = f"unix:{address.name.decode()}"
    await clientFromString(reactor, client).connect(Factory.forProtocol(lambda: reader))
    outcome = await reader.ended
    await writer.ended
    await port.stopListening()
    return outcome


@pytest.mark.parametrize("kind", ["tcp", "unix"])
async def test_a_receiver_gets_the_same_bytes_both_ways(way, kind, tmp_path):
    where = "tcp:0:interface=127.0.0.1" if kind == "tcp" else f"unix:{tmp_path}/s"
    data, reason = await exchanged(where, Writer(MESSAGES, "loseConnection"))
    assert data == b"".join(MESSAGES)
    assert reason == "ConnectionDone"


async def test_nothing_follows_what_was_given_up(way):
    where = "tcp:0:interface=127.0.0.1"
    data, _ = await exchanged(where, Writer([b"first"], "abortConnection"))
    assert data in (b"", b"first")


# --- the switch, and what it stands on -----------------------------------------------------------


def test_the_switch_names_what_stays_as_it_is(monkeypatch):
    done = []
    changes = {name: lambda name=name: done.append(name) for name in sending.CHANGES}
    monkeypatch.setattr(sending, "CHANGES", changes)
    sending.hurry_router({})
    assert done == list(changes)
    done.clear()
    sending.hurry_router({sending.SWITCH: "other,at_once"})
    assert done == [name for name in changes if name != "at_once"]
    done.clear()
    for value in ("all", "at_once,no_context"):
        sending.hurry_component({sending.SWITCH: value})
    sending.hurry_router({sending.SWITCH: "all"})
    assert done == []
    sending.hurry_component({})
    assert done == ["at_once", "no_context"]


def test_kinds_of_sockets_are_those_that_send_by_write():
    # Twisted's TLS comes before `FileDescriptor.write`, and its ciphertext passes through it.
    assert tcp.Server.write is tcp.Connection.write
    assert abstract.FileDescriptor in tcp.Connection.__mro__


# --- sockets that are called without a logging context -------------------------------------------


@pytest.fixture(params=["as delivered", "plainly"])
def call(request, monkeypatch):
    """Twisted's way of calling a socket, and ours."""
    delivered = getattr(log.callWithLogger, "__wrapped__", log.callWithLogger)
    monkeypatch.setattr(log, "callWithLogger", delivered)
    if request.param == "plainly":
        sending.call_without_context(log)
        sending.call_without_context(log)
        assert log.callWithLogger.__wrapped__ is delivered
    return log.callWithLogger


def test_what_is_called_gets_its_arguments_and_answers(call):
    assert call(log.Logger(), lambda *args, **named: (args, named), 1, n=2) == ((1,), {"n": 2})


async def test_a_failure_is_logged_with_the_name_of_the_connection(call):
    heard = []
    log.addObserver(heard.append)
    try:
        assert call(SimpleNamespace(logPrefix=lambda: "theirs"), lambda: 1 / 0) is None
    finally:
        log.removeObserver(heard.append)
    [event] = [event for event in heard if event.get("isError")]
    assert event["system"] == "theirs"
    assert event["failure"].type is ZeroDivisionError
    assert "lambda" in event["failure"].getTraceback()


test_a_failure_is_logged_with_the_name_of_the_connection.expected_failures = (ZeroDivisionError,)


def test_an_interrupt_ends_the_loop(call):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(log.Logger(), interrupt)
