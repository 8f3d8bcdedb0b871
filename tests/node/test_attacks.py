"""What one guest does to a real node harms nobody else."""

import json

import pytest
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import CallOptions, PublishOptions
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect as connect_websocket

from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.protocol.names import uri

pytestmark = pytest.mark.router
SURFACE = {"width": 20, "height": 20, "title": "theirs"}


def forged(session):
    entry = {"session": session, "authid": "somebody else", "authrole": "component"}
    return CallOptions(forward_for=[entry])


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


async def epoch_of(client):
    return (await client.call_with(uri("compositor.hello")))["epoch"]


async def until_heard(client, topic):
    """The keywords of the topic's next event, as a Deferred."""
    heard = Deferred()

    def hear(_args, keywords, _details):
        if not heard.called:
            heard.callback(keywords)

    await client.listen(topic, hear)
    return heard


async def test_no_guest_acts_as_another(node, connect):
    owner, attacker = await connect(node), await connect(node)
    made = await owner.call_with(uri("surface.create"), keywords=SURFACE)
    with pytest.raises(ApplicationError, match="surface"):
        await attacker.call_with(
            uri("surface.destroy"),
            keywords={"surface": made["surface"]},
            options=forged(owner._session_id),
        )
    listed = await owner.call_with(uri("surface.list"))
    assert made["surface"] in [surface["surface"] for surface in listed["surfaces"]]


async def test_a_surface_for_another_session_belongs_to_its_maker(node, connect):
    watcher, attacker = await connect(node), await connect(node)
    made = await attacker.call_with(
        uri("surface.create"), keywords=SURFACE, options=forged(watcher._session_id)
    )
    listed = await attacker.call_with(uri("surface.list"))
    [mine] = [entry for entry in listed["surfaces"] if entry["surface"] == made["surface"]]
    assert mine["mine"] is True


async def test_an_event_says_who_published_it_whatever_the_publisher_says(node, connect):
    listener, attacker = await connect(node), await connect(node)
    heard = Deferred()
    await listener.listen("app.who", lambda _args, _keywords, details: heard.callback(details))
    entry = {"session": listener._session_id, "authid": "x", "authrole": "component"}
    await attacker.publish_with(
        "app.who", options=PublishOptions(acknowledge=True, forward_for=[entry])
    )
    details = await heard
    assert details.publisher in (None, attacker._session_id)
    assert details.publisher_authrole != "component"


@pytest.mark.parametrize("serializer", ["msgpack", "cbor", "json"])
async def test_a_deep_call_is_refused_and_nothing_ends(node, connect, serializer):
    other, attacker = await connect(node), await connect(node, serializer)
    before = await epoch_of(other)
    with pytest.raises(ApplicationError) as refused:
        await attacker.call_with(uri("surface.create"), keywords={"title": nested(300)})
    assert refused.value.error == InvalidArgument.uri
    assert refused.value.kwargs["field"] == "kwargs"
    attacker.publish_with(uri("stream.ack"), keywords={"stream": nested(300)})
    assert await epoch_of(attacker) == before
    assert await epoch_of(other) == before


class Raw:
    """A guest that sends whatever text it likes as a JSON message."""

    def __init__(self, node):
        self._websocket = connect_websocket(
            node.websocket,
            subprotocols=["wamp.2.json"],
            origin=f"http://localhost:{node.port}",
            max_size=2**26,
        )
        self.send('[1, "geometry", {"roles": {"publisher": {}}}]')
        self._websocket.recv(timeout=10)

    def send(self, text):
        self._websocket.send(text)

    def end(self):
        self._websocket.socket.close()


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '[16, 1, {}, "app.x", [[' + ",".join(["1"] * 3_000_000) + "]]]",
        '[16, 1, {}, "app.x", [' + ",".join(["[]"] * 2_000_000) + "]]",
    ],
    ids=["brackets", "numbers", "lists"],
)
async def test_no_json_holds_the_router(node, connect, text):
    """It held it for a minute, longer than a test may take."""
    other = await connect(node)
    before = await epoch_of(other)
    attackers = [Raw(node) for _ in range(3)]
    try:
        for attacker in attackers:
            attacker.send(text)
        assert await epoch_of(other) == before
    finally:
        for attacker in attackers:
            attacker.end()


async def test_an_event_that_one_listener_can_not_read_ends_no_session(node, connect):
    listener, attacker = await connect(node, "msgpack"), await connect(node, "cbor")
    heard = await until_heard(listener, "app.numbers")
    attacker.publish_with("app.numbers", keywords={"map": {1: "one"}})
    await attacker.publish_with(
        "app.numbers", keywords={"number": 2}, options=PublishOptions(acknowledge=True)
    )
    assert await heard == {"number": 2}
    assert listener.is_attached()


class Deaf:
    """A subscriber that says Close, reads no more, and keeps its socket open."""

    def __init__(self, node, topic):
        self._websocket = connect_websocket(
            node.websocket,
            subprotocols=["wamp.2.json"],
            origin=f"http://localhost:{node.port}",
        )
        self._ask([1, "geometry", {"roles": {"subscriber": {}}}])
        self._ask([32, 1, {}, topic])
        # A close frame with status 1000, masked with zeros.
        self._websocket.socket.sendall(b"\x88\x82\x00\x00\x00\x00\x03\xe8")

    def _ask(self, message):
        self._websocket.send(json.dumps(message))
        return self._websocket.recv(timeout=10)

    def end(self):
        """Close the socket at last."""
        self._websocket.socket.close()


async def test_subscribers_that_close_and_stay_cost_the_others_nothing(node, connect):
    counts = [0] * 8
    enough = Deferred()

    def count(number):
        def hear(_args, _keywords, _details):
            counts[number] += 1
            if not enough.called and all(each >= 5 for each in counts):
                enough.callback(None)

        return hear

    deaf = []
    for number in range(len(counts)):
        listener = await connect(node)
        await listener.listen("app.everybody", count(number))
        deaf.append(Deaf(node, "app.everybody"))
    try:
        speaker = await connect(node)
        for _ in range(5):
            await speaker.publish_with("app.everybody", options=PublishOptions(acknowledge=True))
        await enough
        assert counts == [5] * len(counts)
    finally:
        for each in deaf:
            each.end()


class Idle:
    """A subscriber that reads nothing until it is asked to."""

    def __init__(self, node, topic):
        self._websocket = connect_websocket(
            node.websocket,
            subprotocols=["wamp.2.json"],
            origin=f"http://localhost:{node.port}",
            max_size=2**26,
            max_queue=1,
            ping_interval=None,
        )
        for message in ([1, "geometry", {"roles": {"subscriber": {}}}], [32, 1, {}, topic]):
            self._websocket.send(json.dumps(message))
            self._websocket.recv(timeout=10)

    def read_until_the_end(self):
        """How many messages come before the connection ends."""
        count = 0
        try:
            while True:
                self._websocket.recv(timeout=20)
                count += 1
        except ConnectionClosed:
            return count


async def test_a_subscriber_that_does_not_read_is_dropped_and_others_get_everything(node, connect):
    listener, speaker = await connect(node), await connect(node)
    counts, everything = [], Deferred()

    def count(_args, _keywords, _details):
        counts.append(1)
        if len(counts) == 40:
            everything.callback(None)

    await listener.listen("app.flood", count)
    idle = Idle(node, "app.flood")
    for _ in range(40):
        await speaker.publish_with(
            "app.flood",
            keywords={"text": "x" * 2**20},
            options=PublishOptions(acknowledge=True),
        )
    await everything
    assert await deferToThread(idle.read_until_the_end) < 40
