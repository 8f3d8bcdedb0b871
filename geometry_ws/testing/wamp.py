"""A real WAMP session without a network: a transport that keeps what was sent.

Messages travel through a real serializer in both directions, so what can't be sent isn't sent here
either, and what arrives is what a router's bytes would be read as.
"""

from collections.abc import Mapping
from typing import Any

from autobahn.wamp import message, role

from geometry_ws.wamp.serializers import make_serializers
from geometry_ws.wamp.session import QuietSession

SESSION = 4711


class MemoryTransport:
    """Stands for the connection of a session."""

    def __init__(self) -> None:
        self._serializer = make_serializers()[0]
        self.sent: list[Any] = []
        self.transport_details = None
        self.is_closed = False

    def send(self, msg: Any) -> None:
        """Keep a message of the session."""
        payload, binary = self._serializer.serialize(msg)
        self.sent += self._serializer.unserialize(payload, binary)

    def isOpen(self) -> bool:  # noqa: N802 - autobahn's name
        """Whether messages can be sent."""
        return not self.is_closed

    def close(self) -> None:
        """Close, as the session wishes."""
        self.is_closed = True

    abort = close

    def last(self, kind: type) -> Any:
        """The last message of a kind that was sent."""
        return next(msg for msg in reversed(self.sent) if isinstance(msg, kind))


def joined(session: QuietSession) -> tuple[QuietSession, MemoryTransport]:
    """Let a session join; gives it and its transport."""
    transport = MemoryTransport()
    session.onOpen(transport)
    features = {"broker": role.RoleBrokerFeatures(), "dealer": role.RoleDealerFeatures()}
    deliver(session, transport, message.Welcome(SESSION, features, realm="geometry"))
    return session, transport


def deliver(session: QuietSession, transport: MemoryTransport, msg: Any) -> None:
    """Let a message of the router arrive."""
    payload, binary = transport._serializer.serialize(msg)
    for read in transport._serializer.unserialize(payload, binary):
        session.onMessage(read)


def subscribed(session: QuietSession, transport: MemoryTransport, number: int = 1) -> None:
    """Answer the last subscription."""
    request = transport.last(message.Subscribe).request
    deliver(session, transport, message.Subscribed(request, number))


def event(
    session: QuietSession, transport: MemoryTransport, keywords: Mapping[str, Any], number: int = 1
) -> None:
    """Let an event arrive on a subscription."""
    deliver(session, transport, message.Event(number, 99, args=[], kwargs=dict(keywords)))
