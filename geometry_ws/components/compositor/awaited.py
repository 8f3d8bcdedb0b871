"""Answers to commits, which wait until a viewer has the pixels, but for a bounded time."""

from typing import Any

from twisted.internet.defer import Deferred

SEEN_SECONDS = 0.1
"""How long the answer to a commit waits at most."""


class Awaited:
    """The waiting answers by token; ``clock`` is the reactor."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock
        self._waiting: dict[object, tuple[Deferred[int | None], Any]] = {}

    def wait(self) -> "tuple[object, Deferred[int | None]]":
        """A new token, and a Deferred that fires with the frame that showed it.

        It fires with None after SEEN_SECONDS.
        """
        token = object()
        waiting: Deferred[int | None] = Deferred()
        timer = self._clock.callLater(SEEN_SECONDS, self._answer, token, None)
        self._waiting[token] = waiting, timer
        return token, waiting

    def seen(self, token: object, frame: int) -> None:
        """A viewer that looks has the commit in that frame."""
        self._answer(token, frame)

    def stop(self) -> None:
        """Cancel all waiting answers."""
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
