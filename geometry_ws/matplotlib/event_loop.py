"""What happens in the thread that draws: input, timers, drawing.

matplotlib is for one thread, so whatever comes from the background waits here until the program
runs the loop: in `show`, `pause` and `flush_events`. In a program that runs asyncio, such as a
notebook's kernel, that runs it between its tasks.
"""

import asyncio
import heapq
import itertools
import threading
import time
import traceback
import weakref
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from geometry_ws.matplotlib.canvas import FigureCanvas
    from geometry_ws.protocol.surfaces import SurfaceInput

MOST_EVENTS: Final = 10_000
"""How many events wait for a program that computes; older ones are dropped."""


class Alarm:
    """Something that is to happen at a time; it can be taken back."""

    def __init__(self, action: Callable[[], object]) -> None:
        self.action: Callable[[], object] | None = action

    def cancel(self) -> None:
        """Let it not happen."""
        self.action = None


class EventLoop:
    """The loop of all canvases; `post` and `wake` are for every thread, the rest for its own."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._woken = False
        self._events: deque[tuple[FigureCanvas, SurfaceInput, float]] = deque(maxlen=MOST_EVENTS)
        self._alarms: list[tuple[float, int, Alarm]] = []
        self._numbers = itertools.count()
        self._canvases: weakref.WeakSet[FigureCanvas] = weakref.WeakSet()
        self._host: asyncio.AbstractEventLoop | None = None
        self._host_woken = False
        self._depth = 0

    @property
    def runs(self) -> bool:
        """Whether what is wanted will happen soon by itself."""
        return self._depth > 0 or self._find_host()

    def add(self, canvas: "FigureCanvas") -> None:
        """Let a canvas catch up from now on, for as long as there is a canvas."""
        self._canvases.add(canvas)
        self._find_host()

    def post(self, canvas: "FigureCanvas", event: "SurfaceInput") -> None:
        """An event happened; of moves that wait for the program the last is enough."""
        with self._changed:
            if self._events:
                before, last, _ = self._events[-1]
                if before is canvas and _is_same_move(last, event):
                    self._events.pop()
            self._events.append((canvas, event, time.monotonic()))
        self.wake()

    def wake(self) -> None:
        """Something is to be done."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()
            host, tell = self._host, not self._host_woken
            self._host_woken = self._host_woken or host is not None
        if host is not None and tell:
            try:
                host.call_soon_threadsafe(self._in_host)
            except RuntimeError:  # it has ended
                self._host, self._host_woken = None, False

    def after(self, seconds: float, action: Callable[[], object]) -> Alarm:
        """Do something after so many seconds."""
        alarm = Alarm(action)
        entry = (time.monotonic() + seconds, next(self._numbers), alarm)
        with self._changed:
            heapq.heappush(self._alarms, entry)
        self.wake()
        return alarm

    def run(self, goes_on: Callable[[], bool], seconds: float | None = None) -> None:
        """Let happen what happens, while it goes on and for at most so many seconds."""
        end = None if seconds is None else time.monotonic() + seconds
        self._depth += 1
        try:
            while goes_on():
                due = self.step()
                now = time.monotonic()
                # What has just happened may have been all: then nothing wakes us.
                if (end is not None and now >= end) or not goes_on():
                    return
                times = [moment for moment in (due, end) if moment is not None]
                with self._changed:
                    if not self._woken:
                        self._changed.wait(max(0.0, min(times) - now) if times else None)
        finally:
            self._depth -= 1

    def step(self) -> float | None:
        """Let happen what is due; gives when the next is, on the monotonic clock."""
        with self._changed:
            self._woken = False
            events, self._events = self._events, deque(maxlen=MOST_EVENTS)
        for canvas, event, moment in events:
            _guarded(partial(canvas.hear, event, moment))
        due = self._ring()
        for canvas in list(self._canvases):
            moment_due = _guarded(canvas.catch_up)
            if isinstance(moment_due, float):
                due = moment_due if due is None else min(due, moment_due)
        return due

    def _ring(self) -> float | None:
        """Let the alarms ring that are due now, each once; gives when the next is."""
        now, actions = time.monotonic(), []
        with self._changed:
            while self._alarms and self._alarms[0][0] <= now:
                actions.append(heapq.heappop(self._alarms)[2])
        for alarm in actions:
            action, alarm.action = alarm.action, None
            if action is not None:
                _guarded(action)
        with self._changed:
            while self._alarms and self._alarms[0][2].action is None:
                heapq.heappop(self._alarms)
            return self._alarms[0][0] if self._alarms else None

    def _find_host(self) -> bool:
        """Whether asyncio runs in this thread, so that the loop runs in it."""
        try:
            host = asyncio.get_running_loop()
        except RuntimeError:
            return False
        if host is not self._host:
            self._host, self._host_woken = host, False
        return True

    def _in_host(self) -> None:
        self._host_woken = False
        if self._depth:
            return
        due = self.step()
        if due is not None and self._host is not None:
            self._host.call_later(max(0.0, due - time.monotonic()), self.wake)


def _is_same_move(last: "SurfaceInput", event: "SurfaceInput") -> bool:
    both = (last.kind, event.kind, last.phase, event.phase)
    same = last.seat == event.seat and last.buttons == event.buttons
    return both == ("pointer", "pointer", "move", "move") and same


def _guarded(action: Callable[[], object]) -> object:
    """What an action gives; what it raises is told and ends nothing."""
    try:
        return action()
    except Exception:  # noqa: BLE001 - a program's fault must not end its figures
        traceback.print_exc()
        return None


loop = EventLoop()
"""That of this process."""
