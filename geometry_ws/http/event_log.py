"""The node's latest events, for those who follow them by HTTP and come back after a break. Pure."""

from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

MOST_EVENTS: Final = 1000
MOST_BYTES: Final = 4 * 2**20


class LoggedEvent(NamedTuple):
    """One event: its number, its topic's URI and what is sent of it."""

    number: int
    topic: str
    data: bytes


class EventLog:
    """Events in their order, with growing numbers; the oldest are forgotten.

    An id names an event for those who come back: the log's own name, and the event's number.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._events: deque[LoggedEvent] = deque()
        self._bytes = 0
        self.newest = 0
        """The number of the newest event; 0 before the first one."""

    def add(self, topic: str, data: bytes) -> None:
        """Keep one more event."""
        self.newest += 1
        self._events.append(LoggedEvent(self.newest, topic, data))
        self._bytes += len(data)
        while len(self._events) > MOST_EVENTS or (self._bytes > MOST_BYTES and self._events):
            self._bytes -= len(self._events.popleft().data)

    def skip(self) -> None:
        """Forget all events, and one more that isn't kept: nobody follows."""
        self.newest += 1
        self._events.clear()
        self._bytes = 0

    @property
    def forgotten(self) -> int:
        """The number of the last event that isn't kept any more; 0 where all are."""
        return self._events[0].number - 1 if self._events else self.newest

    def after(self, number: int) -> Iterator[LoggedEvent]:
        """The events after one, as far as they are kept; the log mustn't grow meanwhile."""
        skipped = max(0, number - self.forgotten)
        for index in range(skipped, len(self._events)):
            yield self._events[index]

    def id_of(self, number: int) -> str:
        """The id of an event."""
        return f"{self._name}-{number}"

    def number_of(self, event_id: str) -> int | None:
        """The number in an id; None where it is none of this log's."""
        name, _, number = event_id.rpartition("-")
        if name != self._name or not number.isascii() or not number.isdigit() or len(number) > 15:
            return None
        return min(int(number), self.newest)
