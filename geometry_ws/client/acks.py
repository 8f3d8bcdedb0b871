"""Decides when a viewer acknowledges what it has painted. Pure: time is an argument, in seconds.

An ack is sent at once when half of the window has arrived since the last one, else at most so many
times a second. The last ack is sent once more after a second of silence, in case it was lost.
"""

from typing import NamedTuple

REPEAT_SECONDS = 1.0
DEFAULT_WINDOW = 512 << 10
DEFAULT_RATE = 15


class Position(NamedTuple):
    """The last part of the last frame that was painted."""

    epoch: str
    seq: int
    part: int


class Acks:
    """Decides which ack to send when."""

    def __init__(self) -> None:
        self._position: Position | None = None
        self._bytes = 0
        self._due = False
        self._repeat = False
        self._sent_at = float("-inf")
        self.window = DEFAULT_WINDOW
        self._interval = 1 / DEFAULT_RATE

    def begin(self, window: int, per_second: int) -> None:
        """Begin again after an attach: nothing is to be acknowledged yet."""
        self.window = max(window, 1)
        self.pace(per_second)
        self.forget()

    def pace(self, per_second: int) -> None:
        """Send at most so many acks a second from now on."""
        self._interval = 1 / max(per_second, 1)

    def rest(self) -> Position | None:
        """The ack for what hasn't been acknowledged yet, to be sent at once before a `forget`.

        The node counts it as in flight until an ack says that it has come.
        """
        if not self._due:
            return None
        self._due = self._repeat = False
        return self._position

    def forget(self) -> None:
        """Drop what was painted: it belongs to another epoch or session."""
        self._position = None
        self._bytes = 0
        self._due = self._repeat = False

    def took(self, position: Position, count: int) -> None:
        """Note that a message of so many bytes was received and painted."""
        self._position = position
        self._bytes += count
        self._due = True

    def next(self, now: float) -> Position | None:
        """The ack to send now, if one is to be sent."""
        if self._position is None:
            return None
        if self._due and (self._hurried() or now >= self._sent_at + self._interval):
            self._due, self._repeat = False, True
        elif self._repeat and not self._due and now >= self._sent_at + REPEAT_SECONDS:
            self._repeat = False
        else:
            return None
        self._bytes = 0
        self._sent_at = now
        return self._position

    def when(self) -> float | None:
        """The time to ask `next` again, if nothing arrives before."""
        if self._due:
            return self._sent_at + self._interval
        return self._sent_at + REPEAT_SECONDS if self._repeat else None

    def _hurried(self) -> bool:
        return self._bytes * 2 >= self.window
