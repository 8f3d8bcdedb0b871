"""Requests that are answered as their connection is accepted, before anything is made for it.

A connection costs Twisted and Crossbar.io ten times what its request does: a transport, counted
protocols, timers, and their end. Whoever sends many small requests, each by a connection of its
own, has mostly sent all of it by the time it is accepted. What a `Judge` answers then needs none of
that; everything else goes its usual way, with every byte still to be read.

Of a body that is still on its way the rest is dropped by the system, unread.
"""

import errno
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NamedTuple

from geometry_ws.wamp.upstream.changing import change_once

PEEKED_BYTES: Final = 16 * 1024
"""A judge sees so much of what has come."""

MOST_AT_ONCE: Final = 20
"""After so many in a row everybody else has a turn."""

MOST_DRAINED: Final = 64
"""Connections whose bodies are still coming; further ones go the usual way."""

DRAIN_SECONDS: Final = 20.0
_DROPPED_AT_ONCE: Final = 2 * 2**20
# Linux throws such bytes away in the kernel; elsewhere they are read into a buffer and forgotten.
_UNREAD: Final = socket.MSG_TRUNC if sys.platform == "linux" else 0


class Early(NamedTuple):
    """An answer, and how many bytes of the request it answers: those that came, and the rest."""

    answer: bytes
    came: int
    rest: int


Judge = Callable[[bytes], Early | None]
"""Gives the answer to a request of which this has come; None: it goes the usual way."""


class EarlySocket(socket.socket):
    """A listening socket that answers some requests itself, and gives out the other connections."""

    judge: Callable[[], Judge | None]
    drains: "Drains"

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection that isn't answered already; raises BlockingIOError."""
        judge = self.judge()
        for _ in range(MOST_AT_ONCE):
            connection, address = super().accept()
            if judge is None or not self._take(connection, judge):
                return connection, address
        raise BlockingIOError(errno.EAGAIN, "Others have their turn.")

    def _take(self, connection: socket.socket, judge: Judge) -> bool:
        """Answer what has come, if that is possible; says whether it was."""
        try:
            data = connection.recv(PEEKED_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            return False
        if not data or self.drains.is_full:
            return False
        early = judge(data)
        if early is None:
            return False
        try:
            connection.recv(early.came, socket.MSG_DONTWAIT)
            if early.rest:
                self.drains.add(connection, early.answer, early.rest)
                return True
            connection.send(early.answer, socket.MSG_DONTWAIT)
        except OSError:
            pass  # whoever asked has left
        connection.close()
        return True


class Drains:
    """Connections whose requests are answered when all of them has come, which nobody reads."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._count = 0
        self._buffer = bytearray(64 * 1024 if not _UNREAD else _DROPPED_AT_ONCE)

    @property
    def is_full(self) -> bool:
        """Whether there are as many as there may be."""
        return self._count >= MOST_DRAINED

    def add(self, connection: socket.socket, answer: bytes, rest: int) -> None:
        """Drop `rest` bytes that are still to come, then answer and end the connection."""
        self._count += 1
        connection.setblocking(False)
        with suppress(OSError):
            # Not to be woken for each packet.
            low = min(rest, _DROPPED_AT_ONCE)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, low)
        drain = _Drain(self, connection, answer, rest)
        self._reactor.addReader(drain)
        drain.timer = self._reactor.callLater(DRAIN_SECONDS, drain.end)

    def drop(self, connection: socket.socket, most: int) -> int:
        """Drop what has come; gives how much, 0 where the connection has ended."""
        most = min(most, len(self._buffer))
        return connection.recv_into(self._buffer, most, _UNREAD)

    def forget(self, drain: "_Drain") -> None:
        """One has ended."""
        self._count -= 1
        self._reactor.removeReader(drain)


class _Drain:
    """What the reactor wakes for one of them."""

    timer: Any = None

    def __init__(self, drains: Drains, connection: socket.socket, answer: bytes, rest: int) -> None:
        self._drains = drains
        self._socket = connection
        self._answer = answer
        self._rest = rest
        self._is_over = False

    def fileno(self) -> int:
        """For the reactor."""
        return self._socket.fileno()

    def logPrefix(self) -> str:  # noqa: N802 - Twisted's name
        """For the reactor."""
        return "early"

    def doRead(self) -> None:  # noqa: N802 - Twisted's name
        """Bytes have come, or the end has."""
        try:
            dropped = self._drains.drop(self._socket, self._rest)
            self._rest -= dropped
            if dropped and self._rest:
                if self._rest < _DROPPED_AT_ONCE:
                    self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, self._rest)
                return
            if not self._rest:
                self._socket.send(self._answer)
        except BlockingIOError:
            return
        except OSError:
            pass
        self.end()

    def connectionLost(self, reason: Any) -> None:  # noqa: ARG002, N802 - Twisted's name
        """The reactor has found out."""
        self.end()

    def end(self) -> None:
        """End the connection; a second time nothing happens."""
        if self._is_over:
            return
        self._is_over = True
        if self.timer is not None and self.timer.active():
            self.timer.cancel()
        self._drains.forget(self)
        self._socket.close()


def answer_early(port: Any, is_ours: Callable[[Any], bool], judge_of: Any, reactor: Any) -> None:
    """Let listening ports answer what their judge does; a second call does no harm.

    ``port`` is Twisted's `tcp.Port`, or what stands for it; `is_ours` says of a port's factory
    whether it is meant, and ``judge_of`` gives its judge, or None as long as there is none.
    """
    drains = Drains(reactor)

    def creating(create: Any) -> Any:
        def create_socket(self: Any) -> Any:
            made = create(self)
            if not is_ours(self.factory):
                return made
            own = EarlySocket(made.family, made.type, made.proto, made.detach())
            own.setblocking(False)
            own.judge = lambda: judge_of(self.factory)
            own.drains = drains
            # Twisted's descriptor makes two of them for each time that somebody connects.
            self._logger = self._logger
            return own

        return create_socket

    change_once(port, "createInternetSocket", creating)
