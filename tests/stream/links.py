"""Lines between a stream and its viewers, on a simulated clock: slow ones, distant ones.

A line carries messages one after the other, whoever waits; acks come back over the same distance,
at the viewer's own pace. Pictures aren't painted here, only counted and timed.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from geometry_ws.client.acks import Acks, Position
from geometry_ws.scene.world import World
from geometry_ws.stream.stream import Stream
from geometry_ws.stream.viewer import Joining


@dataclass
class Line:
    """One viewer's line, and what it has seen: for each message when it was sent and painted."""

    bytes_per_s: float
    distance_s: float
    stalled: bool = False
    free_at: float = 0.0
    queued: int = 0
    bytes: int = 0
    most_queued: int = 0
    held: deque = field(default_factory=deque)
    painted: list = field(default_factory=list)
    acks: Acks = field(default_factory=Acks)

    def ages(self, since: float = 0.0) -> list[float]:
        """How old each picture was when it was painted, of those painted after a moment."""
        return [done - sent for done, sent, *_ in self.painted if done >= since]


class Simulation:
    """A world, its stream, and lines; time goes on from event to event."""

    def __init__(self, encode: Callable) -> None:
        self.world = World()
        self.now = 100.0
        self.stream = Stream("e1", self.world.surfaces, self.now)
        self.lines: dict[int, Line] = {}
        self.encodings = 0
        self._encode = encode
        self._events: list = []
        self._number = itertools.count()
        self._woken = float("inf")

    def join(self, viewer: int, line: Line, *codecs: str) -> Line:
        self.lines[viewer] = line
        joining = Joining(frozenset(codecs), f"w{viewer}", f"t{viewer}")
        line.acks.begin(256 * 1024, joining.acks_per_second)
        self.stream.attach(viewer, None, self.now, joining)
        self.wake()
        return line

    def at(self, when: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._events, (when, next(self._number), action))

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self._events and self._events[0][0] <= end:
            self.now, _, action = heapq.heappop(self._events)
            action()
        self.now = end

    def change(self, method: str, *args, **more):
        result = getattr(self.world, method)(*args, **more)
        value, changes = result if isinstance(result, tuple) else (None, result)
        self.stream.changed(changes, None, self.now)
        self.wake()
        return value

    def every(self, seconds: float, until: float, action: Callable[[], None]) -> None:
        def again() -> None:
            action()
            if self.now + seconds <= until:
                self.at(self.now + seconds, again)

        self.at(self.now, again)

    def wake(self) -> None:
        due = self.stream.next_due(self.now)
        if due is not None and due < self._woken:
            self._woken = due
            self.at(due, self._tick)

    def _tick(self) -> None:
        self._woken = float("inf")
        due = self.stream.next_due(self.now)
        if due is not None and due <= self.now:
            self.stream.expire(self.now)
            plan = self.stream.plan(self.now)
            self.encodings += len(plan.jobs)
            outcome = self.stream.commit(plan, plan.encode(self._encode), self.now)
            for publish in outcome.publishes:
                for viewer in publish.eligible:
                    self._send(viewer, publish.frame)
        self.wake()

    def _send(self, viewer: int, frame) -> None:
        line, size = self.lines[viewer], frame.cost_bytes
        line.queued += size
        line.bytes += size
        line.most_queued = max(line.most_queued, line.queued)
        line.free_at = max(line.free_at, self.now) + size / line.bytes_per_s
        sent = self.now
        self.at(line.free_at + line.distance_s, lambda: self._arrive(viewer, frame, sent))

    def _arrive(self, viewer: int, frame, sent: float) -> None:
        line = self.lines[viewer]
        if line.stalled:
            line.held.append((frame, sent))
            return
        line.queued -= frame.cost_bytes
        if frame.part[0] == frame.part[1] - 1:
            line.painted.append((self.now, sent, frame))
        if frame.acks_per_second:
            line.acks.pace(frame.acks_per_second)
        line.acks.took(Position("e1", frame.seq, frame.part[0]), frame.cost_bytes)
        self._acknowledge(viewer)

    def read_again(self, viewer: int) -> None:
        line = self.lines[viewer]
        line.stalled = False
        while line.held:
            self._arrive(viewer, *line.held.popleft())

    def _acknowledge(self, viewer: int) -> None:
        acks = self.lines[viewer].acks
        if position := acks.next(self.now):
            self.at(self.now + self.lines[viewer].distance_s, lambda: self._hear(viewer, position))
        when = acks.when()
        if when is not None and when > self.now:
            self.at(when, lambda: self._acknowledge(viewer))

    def _hear(self, viewer: int, position: Position) -> None:
        if self.stream.ack(viewer, "e1", position.seq, position.part, 2000, self.now):
            self.wake()
