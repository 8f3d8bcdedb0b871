"""A node sends the same whether its libraries are as delivered or faster."""

import pytest
from autobahn.wamp.types import PublishOptions
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

from geometry_ws.protocol.names import uri
from geometry_ws.wamp.upstream.sending import SWITCH

pytestmark = pytest.mark.router

SERIALIZERS = ("msgpack", "cbor", "json")
SIZES = (0, 40, 125, 126, 1000, 65_000, 66_000, 400_000)


class Hearer:
    """A session that keeps every event it gets, and waits for the last one."""

    def __init__(self, client, names):
        self.client, self._names, self.events, self.all = client, names, [], Deferred()

    async def listen(self):
        for topic, match in (("app.both", None), ("app.", "prefix")):
            await self.client.listen(topic, self._hear, match)

    def _hear(self, args, keywords, details):
        publisher = self._names.get(details.publisher)
        self.events.append((args, keywords, details.topic, publisher, details.publisher_authrole))
        if details.topic == "app.last" and not self.all.called:
            self.all.callback(None)


async def exchange(node, connect):
    """What sessions with each serializer get of the same events."""
    clients = [await connect(node, serializer=name) for name in SERIALIZERS]
    names = {client._session_id: number for number, client in enumerate(clients)}
    hearers = [Hearer(client, names) for client in clients]
    for hearer in hearers:
        await hearer.listen()
    first, second, third = clients
    for number, size in enumerate(SIZES):
        first.publish_with("app.both", (number,), {"text": "x" * size})
    second.publish_with("app.both", (), {"n": 1}, PublishOptions(exclude_me=False))
    second.publish_with("app.both", (), {"n": 2}, PublishOptions(eligible=[first._session_id]))
    third.publish_with("app.both", (), {"n": 3}, PublishOptions(exclude=[first._session_id]))
    third.publish_with("app.other", (), {"n": 4}, PublishOptions(retain=True))
    second.publish_with(uri("surface.on_created"), (), {"forbidden": True})
    await third.publish_with("app.both", (), {"n": 5}, PublishOptions(acknowledge=True))
    await second.publish_with("app.both", (), {"n": 6}, PublishOptions(acknowledge=True))
    await first.publish_with("app.last", (), {}, PublishOptions(acknowledge=True, exclude_me=False))
    for hearer in hearers:
        await hearer.all
    await deferLater(reactor, 0)
    return [sorted(hearer.events, key=str) for hearer in hearers]


async def test_everybody_hears_the_same_from_both(node, start_node, connect, monkeypatch):
    monkeypatch.setenv(SWITCH, "all")
    plain = start_node()
    assert await exchange(node, connect) == await exchange(plain, connect)
