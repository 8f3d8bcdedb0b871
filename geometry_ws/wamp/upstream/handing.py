"""Large messages between the router and components are handed over as files.

A socket takes a message in pieces of some hundred kilobytes, and each piece wakes both processes:
15 MB were 150 turns of each, and whatever came behind them waited. Here it is written into a file
in memory that has no name. The other process is given the file over the socket and reads all of it
at once; a mark stands in its place among the messages, so their order stays.

Both have to know of it: a component asks when it joins, and the router answers in WELCOME. Between
others, as in a router of somebody else's, messages go as ever.
"""

import os
import tempfile
from collections import deque
from contextlib import suppress
from io import FileIO
from typing import Any, Final

from twisted.internet.interfaces import IFileDescriptorReceiver
from zope.interface import alsoProvides

from geometry_ws.protocol.rights import COMPONENT_ROLE
from geometry_ws.wamp.upstream.changing import change_once
from geometry_ws.wamp.upstream.sessions import transport_of

HANDED_BYTES: Final = 256 * 2**10
"""A message from this size is handed over: a socket of Linux takes less at once."""

ASKED: Final = "geometry_ws_asks_for_files"
"""A component has this in what it gives to be admitted."""

_OFFERED: Final = "geometry_ws_hands_files"
_HANDING: Final = "geometry_ws_handing"
_MARK: Final = b"\xff a file"
"""No WAMP message begins so, in whatever serializer."""


class Handing:
    """What is handed over on one connection, a receiver of prefixed strings on a Unix socket."""

    def __init__(self, connection: Any) -> None:
        self._socket = connection.transport
        self._send, connection.sendString = connection.sendString, self.send
        self._receive, connection.stringReceived = connection.stringReceived, self.receive
        self._lost, connection.connectionLost = connection.connectionLost, self.lost
        self._given: deque[Any] = deque()
        self._got: deque[Any] = deque()
        # What Twisted asks may stand around the connection.
        asked = self._socket.protocol
        asked.fileDescriptorReceived = self.file_received
        alsoProvides(asked, IFileDescriptorReceiver)
        setattr(connection, _HANDING, self)

    @property
    def waiting_bytes(self) -> int:
        """The bytes of files that the other process hasn't read yet."""
        self._close_read()
        return sum(map(_size_of, self._given))

    def _close_read(self) -> None:
        while self._given and not _size_of(self._given[0]):
            # A reader leaves its file empty.
            self._given.popleft().close()

    def send(self, data: bytes) -> None:
        """Send a message: as a file, if it is large and there is room for one."""
        if len(data) >= HANDED_BYTES:
            self._close_read()
            with suppress(OSError):
                file = _file_of(data)
                self._given.append(file)
                self._socket.sendFileDescriptor(file.fileno())
                data = _MARK
        self._send(data)

    def receive(self, data: bytes) -> None:
        """Receive a message, or the mark of one.

        A mark comes without its file where this process can open no more. The sender would wait for
        that file to be read for ever, and so would all calls in its lane: the connection ends.
        """
        if data == _MARK:
            if not self._got:
                self._socket.abortConnection()
                return
            with self._got.popleft() as file:
                file.seek(0)
                data = file.read()
                file.truncate(0)
        self._receive(data)

    def file_received(self, descriptor: int) -> None:
        """A file has come; its mark comes behind it."""
        self._got.append(FileIO(descriptor, "r+"))

    def lost(self, reason: Any) -> None:
        """The connection has ended."""
        for file in (*self._given, *self._got):
            file.close()
        self._given.clear()
        self._got.clear()
        self._lost(reason)


def _size_of(file: Any) -> int:
    return os.fstat(file.fileno()).st_size


def _file_of(data: bytes) -> Any:
    """A file without a name; raises OSError where there is no room."""
    if hasattr(os, "memfd_create"):
        file: Any = FileIO(os.memfd_create("geometry_ws"), "r+")
    else:
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - its reader closes it
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        file.close()
        raise
    return file


def handed_bytes(session: Any) -> int:
    """The bytes of files that the other side of a session's connection hasn't read yet."""
    handing = getattr(transport_of(session), _HANDING, None)
    return handing.waiting_bytes if handing is not None else 0


def hand_over_if_offered(session: Any, given: Any) -> None:
    """Hand large messages over, if that is among what a router gives a component that joins."""
    if (given or {}).get(_OFFERED) is True:
        Handing(transport_of(session))


def hand_over(router: type[Any]) -> None:
    """Let routers of this class hand over to components that ask; a second call does no harm.

    The argument is Crossbar.io's `Router`, or what stands for it.
    """
    change_once(router, "attach", _offering)


def _offering(attach: Any) -> Any:
    def attach_and_offer(self: Any, session: Any) -> Any:
        roles = attach(self, session)
        given: Any = getattr(session, "_authextra", None)
        asks = isinstance(given, dict) and given.get(ASKED) is True
        connection = transport_of(session)
        socket = getattr(connection, "transport", None)
        if asks and session._authrole == COMPONENT_ROLE and hasattr(socket, "sendFileDescriptor"):
            # WELCOME, which is sent next, says so.
            given[_OFFERED] = True
            Handing(connection)
        return roles

    return attach_and_offer
