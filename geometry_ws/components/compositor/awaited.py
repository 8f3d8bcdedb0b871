"""Commits that wait to be seen, each for a bounded time."""

from typing import Any

from twisted.internet.defer import Deferred

SEEN_SECONDS = 0.1
"""How long a commit waits to be seen before its program may go on."""


class Awaited:
    """Answers by token; ``clock`` is the reactor."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock
        self._waiting: dict[object, tuple[Deferred[int | None], Any]] = {}

    def wait(self) -> "tuple[object, Deferred[int | None]]":
        """A new token, and what fires with the frame that showed it; None after SEEN_SECONDS."""
        token = object()
        waiting: Deferred[int | None] = Deferred()
        timer = self._clock.callLater(SEEN_SECONDS, self._answer, token, None)
        self._waiting[token] = waiting, timer
        return token, waiting

    def seen(self, token: object, frame: int) -> None:
        """Somebody who looks has it in that frame."""
        self._answer(token, frame)

    def stop(self) -> None:
        """Nobody waits any more."""
        waiting, self._waiting = self._waiting, {}
        for deferred, timer in waiting.values():
            timer.cancel()
            deferred.cancel()

    def _answer(self, token: object, frame: int | None) -> None:
        entry = self._waiting.pop(token, None)
        if entry is None:
            return
        waiting, timer = entry
        if timer.active():
            timer.cancel()
        waiting.callback(frame)
