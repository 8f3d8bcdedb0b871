"""Small measuring devices over sliding time: extremes and rates. Times are seconds."""

from collections import deque
from typing import Final

RATE_SECONDS: Final = 1.0


class _Extreme:
    """The extreme of the values of the last seconds; the newest is kept whatever its age."""

    __slots__ = ("_seconds", "_values")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._values: deque[tuple[float, float]] = deque()

    @property
    def value(self) -> float:
        """The extreme; 0 before the first value."""
        return self._values[0][1] if self._values else 0.0

    def add(self, value: float, now: float) -> None:
        """A value was measured; ``now`` never goes back."""
        while self._values and not self._beats(self._values[-1][1], value):
            self._values.pop()
        self._values.append((now, value))
        while self._values[0][0] < now - self._seconds:
            self._values.popleft()

    def _beats(self, one: float, other: float) -> bool:
        raise NotImplementedError


class Lowest(_Extreme):
    """The lowest value of the last seconds."""

    __slots__ = ()

    def _beats(self, one: float, other: float) -> bool:
        return one < other


class Highest(_Extreme):
    """The highest value of the last seconds."""

    __slots__ = ()

    def _beats(self, one: float, other: float) -> bool:
        return one > other


class Rate:
    """How often something happens a second, from whole seconds that are over."""

    __slots__ = ("_before", "_count", "_since")

    def __init__(self, now: float) -> None:
        self._since = now
        self._count = 0
        self._before = 0.0

    def add(self, now: float) -> None:
        """It happened."""
        self._roll(now)
        self._count += 1

    def value(self, now: float) -> float:
        """Times a second, of the last second or so."""
        self._roll(now)
        part = (now - self._since) / RATE_SECONDS
        return self._before * (1 - part) + self._count / RATE_SECONDS

    def _roll(self, now: float) -> None:
        passed = (now - self._since) // RATE_SECONDS
        if passed >= 1:
            self._before = self._count / RATE_SECONDS if passed == 1 else 0.0
            self._count = 0
            self._since += passed * RATE_SECONDS
