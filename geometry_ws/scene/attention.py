"""Who looks at what: told to owners, so that nobody draws for nobody, nor too coarsely.

A look is what one viewer shows of the world. Nothing here knows how looks arrive.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.surface import Surface


@dataclass(frozen=True, slots=True)
class Look:
    """What a viewer shows: a rectangle in world pixels and screen pixels per world pixel."""

    x: float
    y: float
    width: float
    height: float
    scale: float = 1.0
    hidden: bool = False

    def sees(self, rect: Rect) -> bool:
        """Whether some of a rectangle in world pixels is shown."""
        return (
            not self.hidden
            and rect.x < self.x + self.width
            and self.x < rect.right
            and rect.y < self.y + self.height
            and self.y < rect.bottom
        )


EVERYTHING = Look(-1e9, -1e9, 2e9, 2e9)
"""The look of a viewer that never said what it shows: all of the world, at its own scale."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Whether anybody looks at a surface, and the buffer scale that would serve them best."""

    surface: str
    owner: object
    looked: bool
    scale: int


class Attention:
    """Remembers what owners were told, so that only changes come out."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[bool, int]] = {}

    def update(self, looks: Iterable[Look], surfaces: Iterable[Surface]) -> list[Looked]:
        """What has changed for which surface, given everybody's looks and all surfaces now.

        A new surface that nobody looks at is told so too. While nobody looks, the scale last
        wanted stays.
        """
        shown = [look for look in looks if not look.hidden]
        told: dict[str, tuple[bool, int]] = {}
        changes = []
        for surface in surfaces:
            scales = [look.scale for look in shown if look.sees(surface.rect)]
            before = self._told.get(surface.id)
            scale = before[1] if before is not None else 1
            if scales:
                scale = max(1, math.ceil(max(scales)))
            state = bool(scales), min(scale, surface.max_scale)
            told[surface.id] = state
            if state != before:
                changes.append(Looked(surface.id, surface.owner, *state))
        self._told = told
        return changes
