"""The router keeps no events: nobody can fill its memory with them."""

from types import SimpleNamespace

import pytest
from autobahn.wamp.types import PublishOptions, SubscribeOptions
from twisted.internet.defer import Deferred

from geometry_ws.wamp.upstream.guard import drop_retained


def make_broker():
    class Broker:
        """Remembers what was asked of it."""

        def processPublish(self, session, publish):
            return session._authrole, publish.retain

    return Broker


def publish(broker, role, retain=True):
    publish = SimpleNamespace(retain=retain)
    return broker().processPublish(SimpleNamespace(_authrole=role), publish)


def test_only_components_may_have_events_kept():
    broker = make_broker()
    drop_retained(broker)
    assert publish(broker, "component") == ("component", True)
    for role in ("guest", "viewer", "bridge", None):
        assert publish(broker, role) == (role, None)
        assert publish(broker, role, None) == (role, None)


def test_a_broker_is_changed_once():
    broker = make_broker()
    drop_retained(broker)
    changed = broker.processPublish
    drop_retained(broker)
    assert broker.processPublish is changed


@pytest.mark.router
async def test_a_guests_event_is_not_kept_for_later_subscribers(node, connect):
    speaker, listener = await connect(node), await connect(node)
    retained = PublishOptions(acknowledge=True, retain=True)
    await speaker.publish_with("app.kept", keywords={"number": 1}, options=retained)
    heard: Deferred = Deferred()

    def hear(_keywords, _details):
        if not heard.called:
            heard.callback((_keywords["number"], bool(_details.retained)))

    options = SubscribeOptions(details_arg="_details", get_retained=True)
    await listener.subscribe(hear, "app.kept", options=options)
    await speaker.publish_with("app.kept", keywords={"number": 2}, options=retained)
    assert await heard == (2, False)
