"""In how many fewer pixels a viewer gets pictures: by how small it shows the world.

It always has at least one pixel of a picture for each of its screen's, so it sees no difference.
Looking closer counts at once. Looking from afar counts at once for what a viewer lacks anyway; in
place of pixels that it has, shrunk ones come only after a while, so that a short look around
throws nothing away, and after a longer while each time that it was soon over.
"""

from typing import Final

from geometry_ws.render.shrink import SHRINKS
from geometry_ws.scene.attention import Look
from geometry_ws.scene.surface import Surface

WAIT_SECONDS: Final = 0.3
MOST_WAIT_SECONDS: Final = 4.8
SOON_SECONDS: Final = 4.0
"""A look from afar that ends before was none: the next one must last twice as long."""


def shown_shrink(look: Look) -> int:
    """By how much pictures of the world may be shrunk for a look without being magnified."""
    return max((shrink for shrink in SHRINKS if shrink * look.scale <= 1), default=1)


def shrink_of(surface: Surface, shrink: int) -> int:
    """By how much a surface's pictures are shrunk where the world's are by so much.

    Those with more pixels than the world may be shrunk by more, those that must be exact never.
    """
    if shrink == 1 or surface.content == "lossless":
        return 1
    return max(one for one in SHRINKS if one <= shrink * surface.scale)


class Shrinking:
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
