"""What is in flight to one viewer, how fast its line is, and whether it may get more.

The router keeps whatever a slow reader doesn't take, without bound; so the bound is here: a
congestion window in bytes, and the time since the oldest message that isn't acknowledged. The
window follows the line: about what it carries in a round trip, the painting and a little more, or
twice what it has just carried without delay; for where acks are few and there is little to send,
rates say little. Acks are cumulative; late, repeated, reordered ones and ones for what was never
sent change nothing.
"""

from collections import deque
from typing import Final, NamedTuple

from geometry_ws.stream.quality import CALM_SECONDS

LEAST_WINDOW_BYTES: Final = 64 * 1024
"""The least congestion window: half a second of 1 Mbit/s."""

FIRST_WINDOW_BYTES: Final = 128 * 1024
"""The congestion window of a line that was never filled, so that what it carries isn't known."""

WINDOW_BYTES: Final = 1024 * 1024
"""The largest congestion window, whatever the line: what a stalled viewer leaves in the router's
memory."""

MUCH_BYTES: Final = 32 * 1024
"""With less in flight a late ack has other reasons than the line: a viewer that is busy."""

SLACK_SECONDS: Final = 0.1
"""What the window holds beyond a round trip, painting and the acks' pace, so that it never limits
a line by itself."""

PATIENCE_SECONDS: Final = 0.25
"""How long, beyond the viewer's usual round trip and the pace of its acks, a message may wait for
its ack before the viewer counts as behind."""

STUCK_SECONDS: Final = 10.0
"""A viewer that acknowledges nothing for so long while something is in flight is detached."""

SLIDING_SECONDS: Final = 10.0
"""Round trips and rates older than that no longer count: lines change."""

PROBE_SECONDS: Final = 8.0
"""Where all acks have been late for so long, the line is left to run empty once: what is always
full never shows how short it is, and its window would grow with its own queue."""

RATE_SECONDS: Final = 1.0
"""What `Rate` counts as one."""


class Sent(NamedTuple):
    """A message in flight, and what had been delivered when it went out, and when."""

    seq: int
    part: int
    size_bytes: int
    time: float
    delivered: int
    delivered_time: float
    limited: bool
    queued: int


class Flow:
    """Flow control of one viewer. Times are seconds on whatever clock the caller has."""

    __slots__ = (
        "_acked",
        "_calm",
        "_delivered",
        "_delivered_time",
        "_filled",
        "_in_flight",
        "_patience",
        "_queued",
        "_rates",
        "_short_at",
        "_trips",
        "acks",
        "acks_per_second",
        "draw_us",
        "in_flight_bytes",
        "lag",
        "last_ack",
        "progress",
        "sent_bytes",
        "sent_messages",
        "window",
    )

    def __init__(self, now: float, acks_per_second: int = 15) -> None:
        self._in_flight: deque[Sent] = deque()
        self._trips = Lowest(SLIDING_SECONDS)
        self._rates = Highest(SLIDING_SECONDS)
        self._queued = 0
        self._short_at = now
        self._acked = 0
        self._filled = False
        self._calm = Highest(SLIDING_SECONDS)
        self._delivered = 0
        self._delivered_time = now
        self.acks_per_second = acks_per_second
        """How often the viewer acknowledges, as it was told last."""
        self.window = FIRST_WINDOW_BYTES
        """The congestion window: bytes in flight from which on the viewer gets nothing more."""
        self._patience = 0.0
        self.progress = now
        """When the last message was acknowledged, or the first one sent after silence."""
        self.in_flight_bytes = 0
        self.sent_bytes = 0
        self.sent_messages = 0
        self.acks = 0
        self.last_ack: float | None = None
        self.draw_us = 0
        self.lag = 0.0
        """From a message to its ack, painting included, the last that was measured."""
        self._weigh()

    @property
    def round_trip(self) -> float:
        """The shortest recent time from a message to its ack, without painting, in seconds."""
        return self._trips.value

    @property
    def bandwidth(self) -> float:
        """What the line carries, in bytes a second, as far as was seen; 0 while unknown."""
        return self._rates.value

    def paced(self, acks_per_second: int) -> None:
        """The viewer is being told another pace."""
        self.acks_per_second = acks_per_second
        self._weigh()

    def _weigh(self) -> None:
        """Work out what is asked for every frame, from what changes with acks alone."""
        trip, pace = self.round_trip, 1 / self.acks_per_second
        self._patience = PATIENCE_SECONDS + trip + pace
        seconds = trip + self.draw_us / 1e6 + pace + SLACK_SECONDS
        least = LEAST_WINDOW_BYTES if self._filled else FIRST_WINDOW_BYTES
        most = max(self._rates.value * seconds, 2 * self._calm.value)
        self.window = int(max(least, min(most, WINDOW_BYTES)))

    @property
    def messages_in_flight(self) -> int:
        """How many messages wait for an ack; bounded by the window."""
        return len(self._in_flight)

    def ready(self, now: float) -> bool:
        """Whether the viewer may get one more message."""
        if not self._in_flight:
            return True
        if now - self._short_at > PROBE_SECONDS:
            return False
        waiting = now - self._in_flight[0].time
        return waiting < self._patience and self.in_flight_bytes < self.window

    def sent(self, seq: int, part: int, size_bytes: int, now: float) -> None:
        """A message went out."""
        if not self._in_flight:
            # Nothing is before it, so its ack will tell.
            self.progress = self._delivered_time = self._short_at = now
        self.in_flight_bytes += size_bytes
        queued = self.in_flight_bytes
        limited = self.in_flight_bytes < self.window
        self._in_flight.append(
            Sent(seq, part, size_bytes, now, self._delivered, self._delivered_time, limited, queued)
        )
        self.sent_bytes += size_bytes
        self.sent_messages += 1

    def ack(self, seq: int, part: int, draw_us: int, now: float) -> bool:
        """The viewer has painted everything up to this message; says whether that was news."""
        if not self._in_flight or (seq, part) > self._in_flight[-1][:2]:
            return False
        last: Sent | None = None
        while self._in_flight and self._in_flight[0][:2] <= (seq, part):
            last = self._in_flight.popleft()
            self.in_flight_bytes -= last.size_bytes
            self._delivered += last.size_bytes
        if last is None:
            return False
        if last[:2] == (seq, part):
            self.lag = now - last.time
            self._queued = last.queued
            trip = max(0.0, self.lag - draw_us / 1e6)
            if trip <= self.round_trip * 1.25 + 0.03:
                self._short_at = now
            self._trips.add(trip, now)
            if trip - self.round_trip < CALM_SECONDS:
                self._calm.add(last.queued, now)
        self._acked = seq
        self._measure(last, now)
        self.progress = self.last_ack = self._delivered_time = now
        self.draw_us = draw_us
        self.acks += 1
        self._weigh()
        return True

    def _measure(self, last: Sent, now: float) -> None:
        """How fast bytes arrived; while there was little to send that says little of the line."""
        rate = (self._delivered - last.delivered) / max(now - last.delivered_time, 0.001)
        if not last.limited or rate > self._rates.value:
            self._rates.add(rate, now)
            self._filled = self._filled or not last.limited

    @property
    def painted(self) -> int:
        """The last frame of which nothing is in flight any more; 0 before the first ack."""
        first = self._in_flight[0].seq if self._in_flight else None
        return self._acked - 1 if first == self._acked else self._acked

    def awake(self, now: float) -> None:
        """The viewer was away with our knowledge; its silence up to now means nothing."""
        self.progress = now

    def inherit(self, before: "Flow") -> None:
        """The viewer has a new session, with nothing in flight, over what may be the same line."""
        self._trips, self._rates = before._trips, before._rates
        self._calm, self._filled = before._calm, before._filled
        self._weigh()

    @property
    def excess(self) -> float:
        """How much longer than the shortest recent round trip the last one was, in seconds.

        0 where so little was in flight that fewer bytes wouldn't have helped.
        """
        return max(0.0, self.lag - self.round_trip) if self._queued >= MUCH_BYTES else 0.0

    def is_stuck(self, now: float) -> bool:
        """Whether something has been in flight for so long that the viewer counts as stuck."""
        return self.progress + STUCK_SECONDS <= now and bool(self._in_flight)

    @property
    def stuck_at(self) -> float | None:
        """When the viewer will count as stuck, if no ack arrives; None while nothing waits."""
        return self.progress + STUCK_SECONDS if self._in_flight else None


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

    def _beats(self, value: float, other: float) -> bool:
        raise NotImplementedError


class Lowest(_Extreme):
    """The lowest value of the last seconds."""

    __slots__ = ()

    def _beats(self, value: float, other: float) -> bool:
        return value < other


class Highest(_Extreme):
    """The highest value of the last seconds."""

    __slots__ = ()

    def _beats(self, value: float, other: float) -> bool:
        return value > other


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
