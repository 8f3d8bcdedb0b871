"""What is asked for more often than others can bear it. The clock is handed in."""

from collections.abc import Callable
from typing import Any


class Throttle:
    """Calls something at once, and again only after a while, however often it is asked to."""

    def __init__(self, clock: Any, seconds: float, work: Callable[[], None]) -> None:
        self._clock, self._seconds, self._work = clock, seconds, work
        self._wanted = self._waits = False

    def __call__(self) -> None:
        """Call it, now or when the while is over."""
        self._wanted = True
        if not self._waits:
            self._go_on()

    def stop(self) -> None:
        """Call nothing more."""
        self._wanted, self._waits = False, True

    def _go_on(self) -> None:
        self._waits = self._wanted
        if self._wanted:
            self._wanted = False
            self._clock.callLater(self._seconds, self._go_on)
            self._work()
