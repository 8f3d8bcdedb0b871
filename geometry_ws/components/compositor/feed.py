"""Tells subscribers which surfaces came, changed and went, at a bounded rate.

A dragged surface changes its place sixty times a second; a subscriber of `surface.on_changed`
wants to know where it ended. Changes of one surface are told at most ten times a second, the
last one for certain; that it came or went is told at once.
"""

from collections.abc import Callable
from typing import Any, Literal

Kind = Literal["created", "changed", "destroyed"]
QUIET_SECONDS = 0.1


class SurfaceFeed:
    """Collects changes and tells them through ``tell(kind, surface id)``."""

    def __init__(self, clock: Any, tell: Callable[[Kind, str], None]) -> None:
        self._clock = clock
        self._tell = tell
        self._waiting: dict[str, None] = {}
        self._timer: Any = None

    def created(self, surface: str) -> None:
        """A surface came; its later changes are told after this."""
        self._tell("created", surface)

    def changed(self, surface: str) -> None:
        """Something about a surface is different, its pixels apart."""
        self._waiting[surface] = None
        if self._timer is None:
            self._timer = self._clock.callLater(QUIET_SECONDS, self._flush)

    def destroyed(self, surface: str) -> None:
        """A surface went; changes of it that weren't told yet are dropped."""
        self._waiting.pop(surface, None)
        self._tell("destroyed", surface)

    def stop(self) -> None:
        """Tell nothing more."""
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _flush(self) -> None:
        self._timer = None
        waiting, self._waiting = self._waiting, {}
        for surface in waiting:
            self._tell("changed", surface)
