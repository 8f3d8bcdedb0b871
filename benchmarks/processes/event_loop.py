"""One event loop over many sockets, at the price of their bytes."""

import heapq
import itertools
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable
from typing import Any


class Broken(Exception):
    """A session ended or was refused; the text says why."""


class Loop:
    """Sockets, timers and the words of the parent, until SIGTERM."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._running = True
        signal.signal(signal.SIGTERM, self._stop)

    def run(self) -> None:
        """Serve until told to end."""
        while self._running:
            self._once(self._pause())

    def until(self, holds: Callable[[], Any], seconds: float, *, strict: bool = True) -> bool:
        """Serve until something holds; raises Broken when it doesn't in time, if `strict`."""
        deadline = time.monotonic() + seconds
        while not holds():
            left = deadline - time.monotonic()
            if left <= 0:
                if strict:
                    raise Broken(f"nothing came for {seconds:g} s")
                return False
            self._once(min(left, self._pause()))
        return True

    def _once(self, pause: float) -> None:
        for key, _ in self._selector.select(pause):
            key.data()
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2]()

    def watch(self, file: Any, ready: Callable[[], None]) -> None:
        """Call when a file can be read."""
        self._selector.register(file, selectors.EVENT_READ, ready)

    def forget(self, file: Any) -> None:
        """Leave a file alone."""
        self._selector.unregister(file)

    def at(self, moment: float, action: Callable[[], None]) -> None:
        """Do something then."""
        heapq.heappush(self._timers, (moment, next(self._count), action))

    def hear(self, heard: Callable[[str], None]) -> None:
        """Get the lines of the parent."""

        def ready() -> None:
            line = os.read(sys.stdin.fileno(), 4096)
            if not line:
                self.forget(sys.stdin)
            for word in line.decode().split():
                heard(word)

        self.watch(sys.stdin, ready)

    def _pause(self) -> float:
        if not self._timers:
            return 0.5
        return min(max(self._timers[0][0] - time.monotonic(), 0), 0.5)

    def _stop(self, *_: Any) -> None:
        self._running = False
