"""What is in flight to one viewer, and whether it may get more.

The router keeps whatever a slow reader doesn't take, without bound; so the bound is here: bytes
and time since the oldest message that isn't acknowledged. Acks are cumulative; late, repeated,
reordered ones and ones for what was never sent change nothing.
"""

from collections import deque
from typing import Final, NamedTuple

WINDOW_BYTES: Final = 512 * 1024
"""Bytes in flight from which on a viewer gets nothing more: two parts, so that a distant viewer's
line stays filled while one part is drawn."""

PATIENCE_SECONDS: Final = 0.25
"""How long, beyond the viewer's usual round trip, a message may wait for its ack before the
viewer counts as behind. Viewers gather acks for up to a fifteenth of a second."""

STUCK_SECONDS: Final = 10.0
"""A viewer that acknowledges nothing for so long while something is in flight is detached."""

ROUND_TRIPS: Final = 16
"""Samples whose minimum is the round trip: a line that becomes longer is believed soon."""


class Sent(NamedTuple):
    """A message in flight."""

    seq: int
    part: int
    size_bytes: int
    time: float


class Flow:
    """Flow control of one viewer. Times are seconds on whatever clock the caller has."""

    __slots__ = (
        "_in_flight",
        "_round_trips",
        "acked_frames",
        "draw_us",
        "in_flight_bytes",
        "last_ack",
        "progress",
        "sent_bytes",
        "sent_messages",
    )

    def __init__(self, now: float) -> None:
        self._in_flight: deque[Sent] = deque()
        self._round_trips: deque[float] = deque(maxlen=ROUND_TRIPS)
        self.progress = now
        """When the last message was acknowledged, or the first one sent after silence."""
        self.in_flight_bytes = 0
        self.sent_bytes = 0
        self.sent_messages = 0
        self.acked_frames = 0
        self.last_ack: float | None = None
        self.draw_us = 0

    @property
    def round_trip(self) -> float:
        """The smallest recent time from a message to its ack, without drawing, in seconds."""
        return min(self._round_trips, default=0.0)

    @property
    def messages_in_flight(self) -> int:
        """How many messages wait for an ack; bounded by the window."""
        return len(self._in_flight)

    def ready(self, now: float) -> bool:
        """Whether the viewer may get one more message."""
        if not self._in_flight:
            return True
        waiting = now - self._in_flight[0].time
        return self.in_flight_bytes < WINDOW_BYTES and waiting < PATIENCE_SECONDS + self.round_trip

    def sent(self, seq: int, part: int, size_bytes: int, now: float) -> None:
        """A message went out."""
        if not self._in_flight:
            self.progress = now
        self._in_flight.append(Sent(seq, part, size_bytes, now))
        self.in_flight_bytes += size_bytes
        self.sent_bytes += size_bytes
        self.sent_messages += 1

    def ack(self, seq: int, part: int, draw_us: int, now: float) -> bool:
        """The viewer has painted everything up to this message; says whether that was news."""
        if not self._in_flight or (seq, part) > self._in_flight[-1][:2]:
            return False
        progress = False
        while self._in_flight and self._in_flight[0][:2] <= (seq, part):
            first = self._in_flight.popleft()
            self.in_flight_bytes -= first.size_bytes
            self.acked_frames += 1
            progress = True
            if first[:2] == (seq, part):
                trip = now - first.time - draw_us / 1e6
                self._round_trips.append(max(0.0, trip))
        if progress:
            self.progress = self.last_ack = now
            self.draw_us = draw_us
        return progress

    def awake(self, now: float) -> None:
        """The viewer was away with our knowledge; its silence up to now means nothing."""
        self.progress = now

    @property
    def stuck_at(self) -> float | None:
        """When the viewer will count as stuck, if no ack arrives; None while nothing waits."""
        return self.progress + STUCK_SECONDS if self._in_flight else None
