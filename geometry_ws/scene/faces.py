"""Faces: for which looks a surface is shown.

A look has a theme and a scale; a surface may say for which ones it is.
Several surfaces that lie at one place, each for other looks, are the faces of one thing. Nothing
here knows which belong together.
"""

import math
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

Theme: TypeAlias = Literal["light", "dark"]

THEMES: Final[tuple[str, ...]] = get_args(Theme)

FaceArray: TypeAlias = npt.NDArray[np.float64]
"""Three rows: theme (0 for any), least scale, and the scale below which it is shown. A column for
each surface."""

ROWS: Final = 3


class ShownWhen(NamedTuple):
    """Which looks a surface is for: those of a theme, of a scale from ``least`` and ``below``."""

    theme: Theme | None = None
    least: float = 0.0
    below: float = math.inf

    def matches(self, theme: Theme, scale: float) -> bool:
        """Whether a look of this theme and scale shows it."""
        return (self.theme is None or self.theme == theme) and self.least <= scale < self.below

    @property
    def column(self) -> tuple[int, float, float]:
        """Its column of a FaceArray."""
        return _number(self.theme), self.least, self.below


ALWAYS: Final = ShownWhen()
"""What a surface without a word is shown for: all looks."""


def interned(shown_when: ShownWhen) -> ShownWhen:
    """The same; what is for all looks is ALWAYS itself."""
    return ALWAYS if shown_when == ALWAYS else shown_when


def matching(faces: FaceArray, theme: Theme, scale: float) -> npt.NDArray[np.bool_]:
    """Which columns a look of this theme and scale shows."""
    themes, least, below = faces
    shown: npt.NDArray[np.bool_] = (least <= scale) & (scale < below)
    shown &= (themes == 0) | (themes == _number(theme))
    return shown


def _number(theme: str | None) -> int:
    return 0 if theme is None else THEMES.index(theme) + 1
