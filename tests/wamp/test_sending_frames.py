"""A WebSocket sends the same frames and counts the same, whether they are shared or not."""

import warnings
from types import SimpleNamespace

import pytest
from autobahn.exception import Disconnected, PayloadExceededError
from autobahn.twisted.websocket import WampWebSocketServerFactory
from autobahn.wamp import message
from autobahn.wamp.exception import SerializationError, TransportLost
from autobahn.wamp.serializer import CBORSerializer, JsonSerializer, MsgPackSerializer
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.testing import StringTransport

from geometry_ws.wamp.upstream.sending import make_frames_once

with warnings.catch_warnings():
    # Some modules of the router warn of libraries that aren't installed.
    warnings.simplefilter("ignore")
    from crossbar.router.protocol import WampWebSocketServerProtocol


class Changed(WampWebSocketServerProtocol):
    """Shares the frames of events."""


class Delivered(WampWebSocketServerProtocol):
    """As Crossbar.io delivers it, also where another test has changed that."""

    send = getattr(
        WampWebSocketServerProtocol.send, "__wrapped__", WampWebSocketServerProtocol.send
    )


Changed.send = Delivered.send
make_frames_once(Changed)
make_frames_once(Changed)

SERIALIZERS = (CBORSerializer, MsgPackSerializer, JsonSerializer)


def connections(kind, count=1):
    """Open connections of a kind: `count` for each serializer."""
    factory = WampWebSocketServerFactory(
        lambda: None, serializers=[serializer() for serializer in SERIALIZERS]
    )
    factory.protocol = kind
    opened = []
    for number in range(count * len(SERIALIZERS)):
        connection = factory.buildProtocol(None)
        connection.makeConnection(StringTransport())
        connection.state = connection.STATE_OPEN
        connection._session = SimpleNamespace(_authid="guest", _session_id=number + 1)
        name = SERIALIZERS[number % len(SERIALIZERS)].SERIALIZER_ID
        connection._serializer = factory._serializers[name]
        opened.append(connection)
    return opened


def sent(kind, events):
    """What each connection has sent, and what it has counted."""
    opened = connections(kind, 2)
    for event in events:
        for connection in opened:
            connection.send(event)
    return [
        (connection.transport.value(), vars(connection.trafficStats), figures(connection))
        for connection in opened
    ]


def figures(connection):
    serializer = connection._serializer
    return serializer.stats_bytes(), serializer.stats_messages(), serializer.stats_rated_messages()


def make_events(sizes):
    return [message.Event(7, number, kwargs={"a": "x" * size}) for number, size in enumerate(sizes)]


SIZES = st.one_of(
    st.integers(0, 200), st.integers(65_400, 65_700), st.sampled_from([18_000, 300_000])
)


@given(st.lists(SIZES, max_size=4))
def test_receivers_get_the_same_frames_both_ways(sizes):
    assert sent(Changed, make_events(sizes)) == sent(Delivered, make_events(sizes))


def test_a_frame_is_made_once_for_each_serializer():
    opened = connections(Changed, 3)
    written = []
    for connection in opened:
        connection.transport.write = written.append
    [event] = make_events([1000])
    for connection in opened:
        connection.send(event)
    assert len(written) == 9
    assert len({id(frame) for frame in written}) == 3


def test_other_messages_go_their_way():
    for connection in connections(Changed):
        connection.send(message.Result(1, args=[1]))
        assert connection.trafficStats.outgoingWebSocketMessages == 1


def change(name, value):
    return lambda connection: setattr(connection, name, value)


@pytest.mark.parametrize(
    ("alter", "raises"),
    [
        (change("state", WampWebSocketServerProtocol.STATE_CLOSING), Disconnected),
        (change("_session", None), TransportLost),
        (change("maxMessagePayloadSize", 10), PayloadExceededError),
        (change("autoFragmentSize", 100), None),
        (change("logFrames", True), None),
        (change("logOctets", True), None),
        (lambda connection: connection.send_queue.append((b"before", False)), None),
    ],
)
def test_whatever_is_unusual_is_done_and_refused_as_autobahn_does_it(alter, raises, monkeypatch):
    outcomes = []
    for kind in (Delivered, Changed):
        for connection in connections(kind):
            alter(connection)
            monkeypatch.setattr(connection, "_trigger", lambda: None)
            for name in ("logTxFrame", "logTxOctets"):
                monkeypatch.setattr(connection, name, lambda *_: None)
            try:
                connection.send(make_events([400])[0])
                problem = None
            except Exception as raised:  # noqa: BLE001 - it is compared
                problem = type(raised)
            outcomes.append((problem, connection.transport.value(), list(connection.send_queue)))
    assert outcomes[:3] == outcomes[3:]
    assert {problem for problem, *_ in outcomes} == {raises}


def test_an_event_that_a_serializer_cannot_write_is_refused_as_before():
    event = message.Event(1, 2, kwargs={"a": object()})
    for connection in connections(Changed):
        with pytest.raises(SerializationError):
            connection.send(event)
        assert connection.transport.value() == b""


def test_masked_frames_are_made_for_each():
    opened = connections(Changed, 2)
    [event] = make_events([100])
    for connection in opened:
        connection.maskServerFrames = True
        connection.send(event)
    assert all(connection.transport.value()[1] & 0x80 for connection in opened)
