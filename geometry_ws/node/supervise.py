"""Keeps a node running until it is told to stop.

A dead worker ends the whole node (Crossbar.io restarts nothing); here it is started again, at
once the first time, then with growing delays. SIGINT, SIGTERM and a closed terminal stop it.
"""

import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from geometry_ws.node.folders import Folders
from geometry_ws.node.logs import Log
from geometry_ws.node.process import Node
from geometry_ws.node.readiness import drawn, missing

FIRST_DELAY = 0.2
LONGEST_DELAY = 30.0
STEADY_SECONDS = 60.0
"""A node that ran this long counts as well again."""

MOST_FALSE_STARTS = 3
_POLL_SECONDS = 0.1
_PATIENCE_SECONDS = 20.0
_PICTURE_SECONDS = 5.0
_TWICE_SECONDS = 1.0
_STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Say = Callable[[str], None]


@dataclass
class Delays:
    """How long to wait before the next start, by how the runs before went. Pure."""

    failures: int = field(default=0)
    false_starts: int = field(default=0)
    came_up: bool = field(default=False)

    def ended(self, was_ready: bool, lived: float) -> float | None:
        """Seconds to wait, or None when the node has never come up and won't.

        One that came up once is started again for ever: what it needs is there, and a start that
        fails, or that ends before it was seen to be ready, was bad luck.
        """
        self.came_up = self.came_up or was_ready
        self.false_starts += 1
        if not self.came_up and self.false_starts >= MOST_FALSE_STARTS:
            return None
        if was_ready and lived >= STEADY_SECONDS:
            self.failures = 0
        delay = min(FIRST_DELAY * 2.0**self.failures, LONGEST_DELAY)
        self.failures = min(self.failures + 1, 16)
        return delay


class Stops:
    """The signals that stop us, counted; `wait` also returns at the end of a child."""

    def __init__(self, reader: int) -> None:
        self.count = 0
        self._first = 0.0
        self._reader = reader

    def wait(self, seconds: float | None) -> bool:
        """Wait for a signal; gives whether the node shall end."""
        if not self.count:
            select.select([self._reader], [], [], seconds)
        with suppress(BlockingIOError):
            os.read(self._reader, 4096)
        return self.count > 0

    def stop(self, now: float) -> None:
        """Note that the node shall end."""
        # One Ctrl-C may arrive twice, by the terminal and by the program that started us.
        if not self.count or now - self._first >= _TWICE_SECONDS:
            self.count += 1
        if self.count == 1:
            self._first = now

    def hurry(self) -> bool:
        """Whether the end was asked for twice."""
        return self.count > 1


@contextmanager
def catching() -> Iterator[Stops]:
    """Turn the signals that stop us into a count, as long as this lasts."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    stops = Stops(reader)

    def stop(number: int, frame: object) -> None:  # noqa: ARG001 - what signal calls
        stops.stop(time.monotonic())

    numbers = (*_STOPPERS, signal.SIGCHLD)
    before = {number: signal.getsignal(number) for number in numbers}
    wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in _STOPPERS:
        signal.signal(number, stop)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)  # noqa: ARG005 - it only wakes
    try:
        yield stops
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reader)
        os.close(writer)


def supervise(folders: Folders, port: int, stops: Stops, say: Say, ready: Say) -> bool:
    """Run the node until it is stopped; False when it can't be started at all.

    `ready` is called once with the address, `say` with what a person may want to know.
    """
    log = Log(folders.logs)
    delays = Delays()
    try:
        first = True
        while True:
            started = time.monotonic()
            node = Node(folders, log)
            try:
                was_ready = _come_up(node, port, stops, say)
                if was_ready and not stops.count:
                    (ready if first else say)(_READY[first].format(port=port))
                    first = False
                while not node.ended() and not stops.wait(None):
                    pass
            finally:
                node.stop(stops.hurry) if stops.count else node.clear()
            if stops.count:
                return True
            delay = delays.ended(was_ready, time.monotonic() - started)
            if delay is None:
                say(f"The node doesn't start; {log.path} says why.")
                return False
            say("The node has ended by itself; it is started again.")
            if stops.wait(delay):
                return True
    finally:
        log.close()


_READY = {True: "http://localhost:{port}/", False: "The node is back at http://localhost:{port}/"}


def _come_up(node: Node, port: int, stops: Stops, say: Say) -> bool:
    """Wait until every component answers; False when the node ends or is stopped before."""
    patience = time.monotonic() + _PATIENCE_SECONDS
    while not node.ended():
        absent = missing(port, timeout=1.0)
        if absent == []:
            return _see_board(node, port, stops)
        if time.monotonic() > patience:
            what = ", ".join(absent) if absent else "the router"
            say(f"Still waiting for {what} to answer.")
            patience += _PATIENCE_SECONDS
        if stops.wait(_POLL_SECONDS):
            return False
    return False


def _see_board(node: Node, port: int, stops: Stops) -> bool:
    """Wait a little for the first picture, so that a page that is opened now shows cards."""
    patience = time.monotonic() + _PICTURE_SECONDS
    while not node.ended() and not drawn(port, timeout=1.0) and time.monotonic() < patience:
        if stops.wait(_POLL_SECONDS):
            break
    return True
