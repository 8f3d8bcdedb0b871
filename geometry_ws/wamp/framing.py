"""Large messages over the router's own socket, received in time proportional to their length.

Twisted's receiver of prefixed strings joins all that it has of a message with each piece that
arrives: a picture of 3.6 MB, in pieces of 64 kB, costs 28 ms of the event loop, in which nobody
gets a frame. Here pieces are kept until the message is whole, and joined once. And while much is
missing of a message, the pieces are larger: each is a turn of the event loop.
"""

import struct
from collections.abc import Callable
from typing import Any, Final

from twisted.protocols.basic import Int32StringReceiver

from geometry_ws.wamp.upstream.sessions import take_unprocessed

_PREFIX = struct.Struct("!I")

USUAL_READ: Final = 64 * 1024
"""What Twisted reads at a time."""

LARGE_READ: Final = 256 * 1024
"""What is read at a time of a large message."""


class Gathering:
    """Stands before a receiver's `dataReceived`; what it hands on are whole messages."""

    def __init__(self, receiver: Int32StringReceiver) -> None:
        self._receiver = receiver
        self._receive: Callable[[bytes], Any] = receiver.dataReceived
        self._pieces: list[bytes] = []
        self._size = 0
        self._needed = 0
        self._take_rest()

    def received(self, data: bytes) -> None:
        """Some bytes have arrived; none at all when the receiver goes on after a pause."""
        self._pieces.append(data)
        self._size += len(data)
        if data and self._size < self._needed:
            read_at_once(self._receiver.transport, self._needed - self._size)
            return
        whole = b"".join(self._pieces)
        self._pieces.clear()
        self._receive(whole)
        self._take_rest()

    def _take_rest(self) -> None:
        """The beginning of the next message is kept here, where it costs nothing to add to it."""
        rest = take_unprocessed(self._receiver)
        self._pieces, self._size = [rest], len(rest)
        self._needed = _PREFIX.size
        if len(rest) >= _PREFIX.size:
            (length,) = _PREFIX.unpack_from(rest)
            # One that is too long is refused by the receiver, when its first piece comes.
            self._needed += min(length, self._receiver.MAX_LENGTH)
        read_at_once(self._receiver.transport, self._needed - self._size)


def read_at_once(transport: Any, missing: int) -> None:
    """Let a socket read larger pieces while so many bytes are missing, never more than these.

    What comes behind a message has its turn as always. Without a socket nothing happens.
    """
    while (below := getattr(transport, "transport", None)) is not None:
        transport = below
    if hasattr(transport, "bufferSize"):
        transport.bufferSize = min(max(missing, USUAL_READ), LARGE_READ)


def gather(transport: Any) -> None:
    """Receive what comes over a component's transport so; not to be called while it receives.

    Transports of other kinds are left as they are.
    """
    if isinstance(transport, Int32StringReceiver):
        transport.dataReceived = Gathering(transport).received  # type: ignore[method-assign]
