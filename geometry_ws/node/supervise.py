"""Keeps a node running until it is told to stop.

What ends by itself is started again: OpenSpec and the board alone, where nothing else has ended,
else the whole node. What was ready before is started again at once, what never became ready with
growing delays. SIGINT, SIGTERM and a closed terminal stop the node.
"""

import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from geometry_ws.node.children import adopt_orphans
from geometry_ws.node.folders import Folders
from geometry_ws.node.logs import Log
from geometry_ws.node.process import Node
from geometry_ws.node.readiness import drawn, missing

FIRST_DELAY = 0.2
LONGEST_DELAY = 30.0
MOST_FALSE_STARTS = 3
_POLL_SECONDS = 0.05
_PATIENCE_SECONDS = 20.0
_PICTURE_SECONDS = 5.0
_TWICE_SECONDS = 1.0
_ROUTER_SECONDS = 2.0
"""How long to wait for the end of a router that a component has lost."""

_STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Say = Callable[[str], None]


@dataclass
class Delays:
    """How long to wait before the next start, by how the starts before went. Pure."""

    failures: int = field(default=0)
    came_up: bool = field(default=False)

    def ended(self, was_ready: bool) -> float | None:
        """Seconds to wait, or None when it has never come up and won't.

        What came up once is started again for ever: what it needs is there, and a start that
        fails, or that ends before it was seen to be ready, was bad luck.
        """
        if was_ready:
            self.came_up, self.failures = True, 0
            return 0.0
        self.failures += 1
        if not self.came_up and self.failures >= MOST_FALSE_STARTS:
            return None
        return float(min(FIRST_DELAY * 2.0 ** min(self.failures - 1, 16), LONGEST_DELAY))


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
    adopt_orphans()
    log = Log(folders.logs)
    delays = Delays()
    try:
        first = True
        while True:
            node = Node(folders, log)
            try:
                was_ready = _come_up(node, port, stops, say)
                if was_ready and not stops.count:
                    (ready if first else say)(_READY[first].format(port=port))
                    first = False
                    _keep(node, port, stops, say)
            finally:
                node.stop(stops.hurry) if stops.count else node.clear()
            if stops.count:
                return True
            delay = delays.ended(was_ready)
            if delay is None:
                say(f"The node doesn't start; {log.path} says why.")
                return False
            say("The node has ended by itself; it is started again.")
            if stops.wait(delay):
                return True
    finally:
        log.close()


_READY = {True: "http://localhost:{port}/", False: "The node is back at http://localhost:{port}/"}


def _keep(node: Node, port: int, stops: Stops, say: Say) -> None:
    """Keep a node that is ready until it ends or is stopped."""
    was_ready, delays = True, Delays(came_up=True)
    while not node.ended() and not stops.count:
        fallen = node.fallen()
        if not fallen:
            stops.wait(None)
            continue
        # Where the router has gone, and not this one connection, that shows in a moment.
        if any(fallen.values()) and _pause(node, stops, _ROUTER_SECONDS):
            return
        names = " and ".join(fallen)
        say(f"{names} has ended by itself; it is started again.")
        if _pause(node, stops, delays.ended(was_ready) or 0.0):
            return
        for name in fallen:
            node.start_again(name)
        was_ready = _come_up(node, port, stops, say)
        if was_ready and not stops.count:
            say(f"{names} is back.")


def _pause(node: Node, stops: Stops, seconds: float) -> bool:
    """Wait, unless the node ends or is stopped; gives whether it did."""
    deadline = time.monotonic() + seconds
    while not node.ended() and not stops.count and (left := deadline - time.monotonic()) > 0:
        stops.wait(left)
    return node.ended() or stops.count > 0


def _come_up(node: Node, port: int, stops: Stops, say: Say) -> bool:
    """Wait until every component answers; False when something ends or is stopped before."""
    patience = time.monotonic() + _PATIENCE_SECONDS
    while not _lacks_a_process(node):
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
    while not drawn(port, timeout=1.0) and time.monotonic() < patience:
        if _lacks_a_process(node) or stops.wait(_POLL_SECONDS):
            break
    return True


def _lacks_a_process(node: Node) -> bool:
    return node.ended() or bool(node.fallen())
