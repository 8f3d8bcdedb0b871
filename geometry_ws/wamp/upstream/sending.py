"""How the router and the components send: the same bytes in the same order, for less work.

Nothing here changes what is sent. ``GEOMETRY_WS_PLAIN_SENDING`` in the environment of a process
leaves its libraries as they are: a comma-separated list of names of `CHANGES`, or ``all``.
"""

import os
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any, Final

SWITCH: Final = "GEOMETRY_WS_PLAIN_SENDING"

_CHANGED = "geometry_ws_sends"


def hurry_router(environment: Mapping[str, str] = os.environ) -> None:
    """Let this process, a router's, send faster; a second call does no harm."""
    _change(CHANGES, environment)


def hurry_component(environment: Mapping[str, str] = os.environ) -> None:
    """Let this process, a component's, send faster; a second call does no harm."""
    _change(["at_once"], environment)


def _change(names: Collection[str], environment: Mapping[str, str]) -> None:
    plain = environment.get(SWITCH, "").split(",")
    for name in names:
        if name not in plain and "all" not in plain:
            CHANGES[name]()


def send_at_once(descriptor: type[Any] | None = None, kinds: Collection[type] = ()) -> None:
    """Let sockets of these kinds send while nothing waits; the event loop gets only the rest.

    Twisted sends nothing in `write`. It asks the system to tell when the socket takes bytes, is
    called by its event loop, sends, and asks no more: three calls of the system for each message
    and viewer, where one does it. What doesn't fit, and every failure, takes Twisted's way.
    """
    if descriptor is None:
        from twisted.internet import tcp, unix
        from twisted.internet.abstract import FileDescriptor

        descriptor, kinds = FileDescriptor, (tcp.Server, tcp.Client, unix.Server, unix.Client)
    write = descriptor.write
    if getattr(write, _CHANGED, False):
        return
    quick = frozenset(kinds)

    @wraps(write)
    def write_at_once(self: Any, data: bytes) -> None:
        if data and type(data) is bytes and type(self) in quick and _nothing_waits(self):
            try:
                sent = self.socket.send(data)
            except OSError:
                sent = 0  # whatever is wrong, Twisted meets it again
            if sent == len(data):
                return
            data = data[sent:]
        write(self, data)

    setattr(write_at_once, _CHANGED, True)
    descriptor.write = write_at_once


def _nothing_waits(socket: Any) -> bool:
    """Whether bytes may go out now: before them there are none, and the socket isn't ending.

    A producer that is asked for more whenever the socket is empty depends on Twisted's way.
    """
    return (
        socket.connected
        and not socket._tempDataLen
        and not socket.dataBuffer
        and not socket.disconnecting
        and not socket._aborting
        and not socket._writeDisconnected
        and (socket.producer is None or (socket.streamingProducer and not socket.producerPaused))
        and not getattr(socket, "_sendmsgQueue", None)
    )


CHANGES: Final[Mapping[str, Callable[[], None]]] = MappingProxyType({"at_once": send_at_once})
"""What is changed, by the names that the switch has for it."""
