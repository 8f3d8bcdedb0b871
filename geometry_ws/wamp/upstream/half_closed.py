"""A client that says it has nothing more to send, as ``nc -N`` does, still gets its answer.

Twisted ends a connection when its other side stops sending. One whose request waits for an answer
stays until that is out; all others end as before, also those that are followed without an end.
"""

from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.python.failure import Failure
from zope.interface import classImplements

from geometry_ws.wamp.upstream.connections import channel_of, unsent_bytes


def answer_half_closed(counted: Any) -> None:
    """Let connections that are half closed be answered; a second call does no harm.

    The argument is the protocol of Crossbar.io's `MaxConnectionsFactory`, or what stands for it.
    """
    classImplements(counted, IHalfCloseableProtocol)  # type: ignore[misc]
    counted.readConnectionLost = _stopped_sending
    counted.writeConnectionLost = _nothing


def _stopped_sending(connection: Any) -> None:
    channel, socket = channel_of(connection), connection.transport
    if _is_awaited(channel):
        channel.persistent = False
    elif hasattr(channel, "requests") and unsent_bytes(socket):
        socket.loseConnection()
    else:
        socket.connectionLost(Failure(ConnectionDone()))


def _is_awaited(channel: Any) -> bool:
    """Whether an answer with an end is still to come."""
    if not getattr(channel, "_handlingRequest", False) or not channel.requests:
        return False
    request = channel.requests[0]
    return not request.startedWriting or request.responseHeaders.hasHeader(b"content-length")


def _nothing(connection: Any) -> None:
    """The node itself never stops sending before it ends a connection."""
