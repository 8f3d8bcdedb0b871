"""What components hear of guests is short; the router reads no more of it to them."""

import pytest
from autobahn.wamp import message

from geometry_ws.protocol.errors import LimitExceeded
from geometry_ws.protocol.names import uri
from geometry_ws.wamp.upstream.connections import SIZE
from geometry_ws.wamp.upstream.guard import LARGE_BYTES
from tests.wamp.test_guard import Session, make_router


@pytest.mark.parametrize(
    ("topic", "size", "arrives"),
    [
        (uri("seat.key"), LARGE_BYTES, True),
        (uri("seat.key"), LARGE_BYTES + 1, False),
        ("app.x", LARGE_BYTES + 1, True),
    ],
)
def test_no_component_gets_a_large_event(topic, size, arrives):
    router, session = make_router(), Session()
    setattr(session, SIZE, size)
    router.process(session, message.Publish(1, topic, acknowledge=True))
    assert bool(router.processed) == arrives
    assert [error.error for _, error in router.sent] == ([] if arrives else [LimitExceeded.uri])
