"""What runs in the container of the bare router: a relay, and a heartbeat that notes pauses."""

import time
from pathlib import Path
from typing import Any

from geometry_ws.wamp.session import QuietSession

PROCEDURE = "app.benchmark.commit"
TOPIC = "app.benchmark.shown"
HEARTBEAT = "app.benchmark.heartbeat"
BEAT_SECONDS = 0.001


class Relay(QuietSession):
    """Publishes what it is called with, and answers."""

    async def onJoin(self, details: Any) -> None:  # noqa: N802 - autobahn's name
        await self.serve(PROCEDURE, self._commit)

    async def _commit(self, args: Any, keywords: Any, details: Any) -> Any:
        self.publish_with(TOPIC, (), keywords)
        return {}


class Heartbeat(QuietSession):
    """Notes how long the event loop of its container was held up at most, and by what."""

    _last = (0.0, 0.0, 0.0)
    _worst = (0.0, 0.0, 0.0)

    async def onJoin(self, details: Any) -> None:  # noqa: N802 - autobahn's name
        from twisted.internet.task import LoopingCall

        # Importing holds everything up, once, before there is anything to serve.
        from geometry_ws.components.openspec import OpenSpec  # noqa: F401

        self._last = _clocks()
        LoopingCall(self._beat).start(BEAT_SECONDS, now=False)
        await self.serve(HEARTBEAT, self._tell)

    def _beat(self) -> None:
        now = _clocks()
        passed, worked, queued = (new - old for new, old in zip(now, self._last, strict=True))
        blocked = passed - queued - BEAT_SECONDS
        self._worst = max(self._worst, (blocked, worked, queued))
        self._last = now

    async def _tell(self, args: Any, keywords: Any, details: Any) -> Any:
        """The longest hold-up since the last call, and its parts, in milliseconds.

        The loop worked itself, or waited for the interpreter, which other threads held. What it
        waited for a processor that other processes had isn't counted, but told.
        """
        self._beat()
        (blocked, worked, queued), self._worst = self._worst, (0.0, 0.0, 0.0)
        longest = {"worst_ms": blocked, "worked_ms": worked, "queued_ms": queued}
        return {name: round(1000 * seconds, 1) for name, seconds in longest.items()}


def _clocks() -> tuple[float, float, float]:
    """Now, what this thread has worked, and what it has waited for a processor, in seconds."""
    try:
        queued = int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        queued = 0.0
    return time.monotonic(), time.thread_time(), queued
