"""Which surfaces viewers look at, and how closely; owners then needn't draw what no viewer shows.

A look is what one viewer shows of the world. Nothing here knows how looks arrive.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geometry_ws.scene import limits
from geometry_ws.scene.faces import ALWAYS, FaceArray, Theme, matching
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.surface import Surface


@dataclass(frozen=True, slots=True)
class Look:
    """What a viewer shows: a rectangle in world pixels and screen pixels per world pixel.

    Surfaces are chosen by ``theme`` and ``face_scale``, which is ``scale`` where it is None.
    """

    x: float
    y: float
    width: float
    height: float
    scale: float = 1.0
    hidden: bool = False
    theme: Theme = "light"
    face_scale: float | None = None

    @property
    def faces_at(self) -> float:
        """The scale that surfaces are chosen by."""
        return self.scale if self.face_scale is None else self.face_scale

    def shows(self, surface: Surface) -> bool:
        """Whether a viewer with this look is to have the surface's pixels."""
        if surface.shown_when is not ALWAYS and (
            surface.blank or not surface.shown_when.matches(self.theme, self.faces_at)
        ):
            return False
        return self.sees(surface.rect)

    def sees(self, rect: Rect) -> bool:
        """Whether a part of a rectangle in world pixels is shown."""
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
    """Whether a viewer looks at a surface, and the buffer scale that would serve it best."""

    surface: str
    owner: object
    looked: bool
    scale: int


def shown_surfaces(surfaces: Iterable[Surface], theme: Theme, scale: float) -> list[Surface]:
    """What a picture of this theme and scale shows of these, in their order.

    In the place of a face that was never drawn lies another one that was, the most alike.
    """
    shown: list[Surface] = []
    others: dict[Rect, list[Surface]] = {}
    missing: set[Rect] = set()
    for surface in surfaces:
        face = surface.shown_when
        if face is ALWAYS:
            shown.append(surface)
        elif surface.blank:
            if face.matches(theme, scale):
                missing.add(surface.rect)
        elif face.matches(theme, scale):
            shown.append(surface)
        else:
            others.setdefault(surface.rect, []).append(surface)

    def unlike(surface: Surface) -> tuple[bool, float]:
        face = surface.shown_when
        nearest = face.least if scale < face.least else min(scale, face.below)
        return face.theme not in (None, theme), abs(math.log(nearest / scale))

    shown += [min(others[rect], key=unlike) for rect in missing if rect in others]
    return sorted(shown, key=lambda surface: surface.z)


class Attention:
    """Remembers what owners were told, so that `update` gives only changes."""

    def __init__(self) -> None:
        self._states: dict[str, tuple[bool, int]] = {}

    def update(self, looks: Iterable[Look], surfaces: Iterable[Surface]) -> list[Looked]:
        """What has changed for each surface, given all looks and all surfaces now.

        A new surface that no viewer looks at is in the list too. While no viewer looks, the scale
        that was wanted last stays.
        """
        there = list(surfaces)
        states: dict[str, tuple[bool, int]] = {}
        changes = []
        for surface, wanted in zip(there, _wanted_scales(looks, there), strict=True):
            before = self._states.get(surface.id)
            scale = wanted or (before[1] if before is not None else 1)
            state = wanted > 0, min(scale, surface.max_scale)
            states[surface.id] = state
            if state != before:
                changes.append(Looked(surface.id, surface.owner, *state))
        self._states = states
        return changes

    def is_looked(self, surface: str) -> bool:
        """Whether the owner was told that somebody looks at it."""
        return self._states.get(surface, (False, 1))[0]


def _wanted_scales(looks: Iterable[Look], surfaces: Sequence[Surface]) -> list[int]:
    """The largest scale that a look wants, for each surface; 0 where no viewer looks.

    Written with arrays, since there may be thousands of both. Looks of the largest scale come
    first: a surface that one of them sees needn't be compared with the others.
    """
    wanted = np.zeros(len(surfaces), np.int64)
    corners = [
        (surface.x, surface.y, surface.x + surface.width, surface.y + surface.height)
        for surface in surfaces
    ]
    left, top, right, bottom = np.array(corners, np.float64).reshape(-1, 4).T.copy()
    faces = _faces(surfaces)
    pending: npt.NDArray[np.intp] = np.arange(len(surfaces))
    shown = {look for look in looks if not look.hidden}
    for look in sorted(shown, key=lambda look: look.scale, reverse=True):
        sees = (left < look.x + look.width) & (look.x < right)
        sees &= (top < look.y + look.height) & (look.y < bottom)
        if faces is not None:
            sees &= matching(faces, look.theme, look.faces_at)
        if not sees.any():
            continue
        scale = max(1, math.ceil(min(look.scale, limits.MAX_SCALE)))
        wanted[pending[sees]] = scale
        keep = ~sees
        pending = pending[keep]
        left, top, right, bottom = left[keep], top[keep], right[keep], bottom[keep]
        faces = None if faces is None else faces[:, keep]
        if not pending.size:
            break
    result: list[int] = wanted.tolist()
    return result


def _faces(surfaces: Sequence[Surface]) -> FaceArray | None:
    """For which looks they are; None where all are for all."""
    if all(surface.shown_when is ALWAYS for surface in surfaces):
        return None
    return np.array([surface.shown_when.column for surface in surfaces], np.float64).T
