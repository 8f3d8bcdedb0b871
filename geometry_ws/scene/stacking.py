"""The surfaces in their order, the lowest first, and where each lies, as one array.

A world may hold thousands of surfaces, and every pointer's move asks what lies under it. So the
places are kept as an array that follows each change, and are never gathered anew.
"""

from bisect import bisect_left
from collections.abc import Collection
from typing import Final

import numpy as np
import numpy.typing as npt

from geometry_ws.scene.faces import ALWAYS, ROWS, FaceArray
from geometry_ws.scene.surface import Surface

PlaceArray = npt.NDArray[np.int32]
"""Five rows: left, top, right and bottom in world pixels (the latter two exclusive), and the number
of the surface. A column for each surface, the lowest first."""

NUMBER: Final = 4
"""The row of the surfaces' numbers."""

_ROOM = 64


class Stacking:
    """All surfaces of a world, ordered by their ``z``, which no two have in common."""

    def __init__(self) -> None:
        self._order: list[Surface] = []
        self._array: PlaceArray = np.zeros((5, _ROOM), np.int32)
        self._faces: FaceArray = np.zeros((ROWS, _ROOM), np.float64)
        self._with_faces: set[str] = set()
        self._tuple: tuple[Surface, ...] | None = ()
        self.version = 0
        """Grows with every change of order, place or size."""

    @property
    def surfaces(self) -> tuple[Surface, ...]:
        """All surfaces, the lowest first."""
        if self._tuple is None:
            self._tuple = tuple(self._order)
        return self._tuple

    @property
    def places(self) -> PlaceArray:
        """Where they lie now; a view that the next change makes wrong."""
        return self._array[:, : len(self._order)]

    @property
    def faces(self) -> FaceArray | None:
        """For which looks they are, as such a view; None where all are for all."""
        return self._faces[:, : len(self._order)] if self._with_faces else None

    @property
    def bottom(self) -> int:
        """The lowest ``z``; 0 where there is no surface."""
        return self._order[0].z if self._order else 0

    @property
    def top(self) -> int:
        """The highest ``z``; 0 where there is no surface."""
        return self._order[-1].z if self._order else 0

    def add(self, surface: Surface) -> None:
        """Put in a new surface, where its ``z`` belongs."""
        index = bisect_left(self._order, surface.z, key=_z)
        count = len(self._order)
        if count == self._array.shape[1]:
            self._array = np.concatenate((self._array, np.zeros_like(self._array)), axis=1)
            self._faces = np.concatenate((self._faces, np.zeros_like(self._faces)), axis=1)
        self._array[:, index + 1 : count + 1] = self._array[:, index:count].copy()
        self._faces[:, index + 1 : count + 1] = self._faces[:, index:count].copy()
        self._order.insert(index, surface)
        self._write(index, surface)
        self._changed()

    def remove(self, surfaces: Collection[Surface]) -> None:
        """Take out these surfaces."""
        if not surfaces:
            return
        count = len(self._order)
        gone = [bisect_left(self._order, surface.z, key=_z) for surface in surfaces]
        kept_places = np.delete(self._array[:, :count], gone, axis=1)
        self._array[:, : count - len(gone)] = kept_places
        self._faces[:, : count - len(gone)] = np.delete(self._faces[:, :count], gone, axis=1)
        self._with_faces.difference_update(surface.id for surface in surfaces)
        for index in sorted(gone, reverse=True):
            del self._order[index]
        self._changed()

    def restack(self, surface: Surface, z: int) -> None:
        """Give a surface another ``z``, and the place in the order that belongs to it."""
        self.remove((surface,))
        surface.z = z
        self.add(surface)

    def placed(self, surface: Surface) -> None:
        """Note that a surface lies elsewhere, has another size, or is for other looks."""
        self._write(bisect_left(self._order, surface.z, key=_z), surface)
        self.version += 1

    def _write(self, index: int, surface: Surface) -> None:
        right, bottom = surface.x + surface.width, surface.y + surface.height
        self._array[:, index] = surface.x, surface.y, right, bottom, surface_number(surface.id)
        self._faces[:, index] = surface.shown_when.column
        if surface.shown_when is ALWAYS:
            self._with_faces.discard(surface.id)
        else:
            self._with_faces.add(surface.id)

    def _changed(self) -> None:
        self._tuple = None
        self.version += 1


def surface_id(number: int) -> str:
    """The id of the surface with this number."""
    return f"s{number}"


def surface_number(surface: str) -> int:
    """The number in a surface's id."""
    return int(surface[1:])


def _z(surface: Surface) -> int:
    return surface.z
