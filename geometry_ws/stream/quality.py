"""Which class of pictures a viewer gets: sharp, or fast while its line can't keep up.

What is measured is how much longer acks take than the line's own round trip. A viewer becomes fast
soon and sharp again late; each time that sharp was too much, the next attempt waits twice as long.
"""

from typing import Final

SLOW_SECONDS: Final = 0.15
"""Acks so much later than the round trip mean that data waits somewhere on its way."""

CALM_SECONDS: Final = 0.06
"""Acks that are no later than that mean that nothing waits."""

SLOW_FOR_SECONDS: Final = 0.3

TRIAL_SECONDS: Final = 2.0
TRIAL_SLOW_SECONDS: Final = 0.1
"""Sharp again is a trial at first, which ends with the first ack that is so late: what waits on
the way by then is seen late by just so much."""

CALM_FOR_SECONDS: Final = 4.0
MOST_CALM_FOR_SECONDS: Final = 64.0


class Quality:
    """The class of one viewer."""

    __slots__ = ("_calm_for", "_calm_since", "_sharp_since", "_slow_since", "fast")

    def __init__(self) -> None:
        self.fast = False
        self._slow_since: float | None = None
        self._calm_since: float | None = None
        self._sharp_since = float("-inf")
        self._calm_for = CALM_FOR_SECONDS

    def measured(self, excess: float, now: float) -> None:
        """An ack came ``excess`` seconds later than the line's round trip."""
        on_trial = not self.fast and now - self._sharp_since < TRIAL_SECONDS
        if on_trial and excess > TRIAL_SLOW_SECONDS:
            self._calm_since, self._slow_since = None, now
            self._become_fast(now)
        elif excess > SLOW_SECONDS:
            self._calm_since = None
            self._slow_since = now if self._slow_since is None else self._slow_since
            if not self.fast and now - self._slow_since >= SLOW_FOR_SECONDS:
                self._become_fast(now)
        elif excess < CALM_SECONDS:
            self._slow_since = None
            self._calm_since = now if self._calm_since is None else self._calm_since
            if self.fast and now - self._calm_since >= self._calm_for:
                self.fast, self._sharp_since = False, now
        else:
            self._slow_since = self._calm_since = None

    def _become_fast(self, now: float) -> None:
        self.fast = True
        tried = now - self._sharp_since < 2 * self._calm_for
        again = self._calm_for * 2 if tried else CALM_FOR_SECONDS
        self._calm_for = min(again, MOST_CALM_FOR_SECONDS)
