"""Which pictures a viewer gets: sharp or fast ones, and in how many fewer pixels.

`LineQuality`: a viewer whose line can't keep up gets fast pictures. What is measured is how much
longer acks take than the line's own round trip. A viewer becomes fast soon and sharp again late;
each time that sharp was too much, the next attempt waits twice as long.

`Downscale`: a viewer that shows the world small gets shrunk pictures, with at least one pixel for
each of its screen's, so it sees no difference. Looking closer counts at once. Looking from afar
counts at once for pixels that a viewer lacks anyway. In place of pixels that it has, shrunk ones
come only after a while, so that a short look around throws nothing away, and after a longer while
each time that it was soon over.
"""

from typing import Final

from geometry_ws.render.shrink import SHRINKS
from geometry_ws.scene.attention import Look
from geometry_ws.scene.surface import Surface

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

WAIT_SECONDS: Final = 0.3
MOST_WAIT_SECONDS: Final = 4.8
SOON_SECONDS: Final = 4.0
"""A look from afar that ends before was none: the next one must last twice as long."""


class LineQuality:
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


def shown_shrink(look: Look) -> int:
    """By how much pictures of the world may be shrunk for a look without being magnified."""
    return max((shrink for shrink in SHRINKS if shrink * look.scale <= 1), default=1)


def shrink_of(surface: Surface, shrink: int) -> int:
    """By how much a surface's pictures are shrunk where the world's are by so much.

    Those with more pixels than the world may be shrunk by more, those that must be exact never.
    """
    if shrink == 1 or surface.content == "lossless":
        return 1
    return max(factor for factor in SHRINKS if factor <= shrink * surface.scale)


class Downscale:
    """The class of one viewer, by its looks; begins with what it shows first."""

    __slots__ = ("_coming", "_held", "_since", "_wait", "shown")

    def __init__(self, shown: int, now: float) -> None:
        self.shown = shown
        """What its look allows now."""
        self._held = shown
        self._coming: int | None = None
        self._since = now
        self._wait = WAIT_SECONDS

    def looked(self, shown: int, now: float) -> None:
        """The viewer shows the world so that pictures may be shrunk by so much."""
        held, self.shown = self.shrink(now), shown
        if shown < held:
            soon = now - self._since < SOON_SECONDS
            self._wait = min(2 * self._wait, MOST_WAIT_SECONDS) if soon else WAIT_SECONDS
        if shown <= held:
            self._held, self._coming = shown, None
        elif self._coming is None:
            self._coming, self._since = shown, now
        else:
            self._coming = min(self._coming, shown)

    def shrink(self, now: float) -> int:
        """By how much pictures are shrunk that take the place of others."""
        if self._coming is not None and now - self._since >= self._wait:
            self._held, self._since = self._coming, self._since + self._wait
            self._coming = self.shown if self.shown > self._held else None
        return self._held
