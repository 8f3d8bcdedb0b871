"""The router keeps no events for later subscribers.

WAMP lets a publisher ask that the router keep an event for later subscribers. It would keep one for
each topic, for good, and permissions can't tell such a publish from another: any guest could fill
the router's memory. So the option is removed before the broker sees it, unless a component
publishes.
"""

from functools import wraps
from typing import Any

from crossbar.router.broker import Broker

from geometry_ws.protocol.rights import COMPONENT_ROLE

_MARK = "drops_retained"


def drop_retained(broker: type[Any] = Broker) -> None:
    """Let brokers of this class keep no events; a second call does no harm.

    Brokers that exist already keep none either.
    """
    original = broker.processPublish
    if getattr(original, _MARK, False):
        return

    @wraps(original)
    def process(self: Any, session: Any, publish: Any) -> Any:
        if publish.retain and session._authrole != COMPONENT_ROLE:
            publish.retain = None
        return original(self, session, publish)

    setattr(process, _MARK, True)
    broker.processPublish = process
