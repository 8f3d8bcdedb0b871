"""Where surfaces lay in the latest frames: a click is meant for what its viewer showed.

A person clicks on a picture that is some frames old. The event says which frame that was; this
bounded history says what lay where in it.
"""

from bisect import bisect_right
from typing import Final, NamedTuple

import numpy as np

from geometry_ws.scene.attention import EVERYTHING, Look
from geometry_ws.scene.faces import FaceArray, matching
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.stacking import NUMBER, PlaceArray, Stacking, surface_id, surface_number

MOST_STACKS: Final = 128
"""Placement changes that are remembered: two seconds of an animation at 60 frames a second."""


class PlacedSurface(NamedTuple):
    """A surface's id and rectangle in world pixels."""

    surface: str
    rect: Rect


class PlaceHistory:
    """Where surfaces lay in the latest frames, and where they lie at this moment (``stacking``)."""

    def __init__(self, stacking: Stacking) -> None:
        self._stacking = stacking
        self._version = 0
        self._seqs: list[int] = [0]
        self._places: list[PlaceArray] = [np.zeros((5, 0), np.int32)]
        self._faces: list[FaceArray | None] = [None]

    def note(self, seq: int) -> None:
        """Frame ``seq`` shows the world as it is now; seqs only grow.

        Cheap to call for each frame: what hasn't changed isn't stored again.
        """
        if self._stacking.version == self._version or seq < self._seqs[-1]:
            return
        self._version = self._stacking.version
        self._seqs.append(seq)
        self._places.append(self._stacking.places.copy())
        faces = self._stacking.faces
        self._faces.append(None if faces is None else faces.copy())
        del self._seqs[:-MOST_STACKS], self._places[:-MOST_STACKS], self._faces[:-MOST_STACKS]

    def hit(self, seq: int, x: float, y: float, look: Look = EVERYTHING) -> PlacedSurface | None:
        """The topmost surface under a world point in frame ``seq``; None for the bare world.

        Surfaces that aren't for this look are looked through. 0 stands for this moment, seen or
        not. A frame that is too old counts as the oldest known.
        """
        places, faces = self._at(seq)
        left, top, right, bottom, numbers = places
        under = np.flatnonzero((left <= x) & (x < right) & (top <= y) & (y < bottom))
        if faces is not None:
            under = under[matching(faces[:, under], look.theme, look.faces_at)]
        if not under.size:
            return None
        topmost = under[-1]
        return PlacedSurface(surface_id(int(numbers[topmost])), _rect(places, topmost))

    def rect(self, seq: int, surface: str) -> Rect | None:
        """Where a surface lay in frame ``seq``; None when it wasn't there.

        At this moment (0) the surface itself knows best: None.
        """
        if seq <= 0:
            return None
        places, _ = self._at(seq)
        there = np.flatnonzero(places[NUMBER] == surface_number(surface))
        return _rect(places, there[0]) if there.size else None

    def _at(self, seq: int) -> tuple[PlaceArray, FaceArray | None]:
        if seq <= 0:
            return self._stacking.places, self._stacking.faces
        index = max(0, bisect_right(self._seqs, seq) - 1)
        return self._places[index], self._faces[index]


def _rect(places: PlaceArray, index: np.intp) -> Rect:
    left, top, right, bottom = places[:NUMBER, index].tolist()
    return Rect(left, top, right - left, bottom - top)
