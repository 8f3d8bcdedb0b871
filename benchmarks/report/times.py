"""Time and percentiles. Pure.

Times are seconds of the monotonic clock, which all processes of a machine share.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Window(NamedTuple):
    """The time in which things count."""

    begin: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.begin

    def holds(self, moment: float) -> bool:
        return self.begin <= moment < self.end


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The smallest value that so many percent of all don't exceed; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


def milliseconds(values: Sequence[float], percent: float) -> float | None:
    """A percentile of seconds, in milliseconds."""
    seconds = percentile(values, percent)
    return None if seconds is None else round(1000 * seconds, 1)
