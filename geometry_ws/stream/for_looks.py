"""Which planes are for a look, wherever they lie: a set for each theme and scale that is looked at.

A viewer lacks the pixels of all faces that aren't for its look, which may be a thousand, and is
asked several times a tick whether it lacks something. What changes seldom is found out once here;
where a plane lies, which may change with each frame, isn't looked at.
"""

from collections.abc import Mapping
from typing import Final

from geometry_ws.scene.attention import Look
from geometry_ws.scene.changes import Changes
from geometry_ws.scene.faces import ALWAYS, ShownWhen, Theme
from geometry_ws.scene.surface import Surface

MOST_LOOKS: Final = 64
"""Themes and scales that are remembered; where there are more, all are found out again."""


class ForLooks:
    """Knows the planes (a live mapping) by the looks that they are for."""

    def __init__(self, planes: Mapping[str, Surface]) -> None:
        self._planes = planes
        self._sets: dict[tuple[Theme, float], set[str]] = {}
        self._faces: dict[str, tuple[ShownWhen, bool]] = {}
        self.version = 0
        """Grows when a plane is for other looks than before."""

    def names(self, look: Look) -> set[str]:
        """The planes that are for a look, and have a picture; only to be read."""
        key = look.theme, look.faces_at
        names = self._sets.get(key)
        if names is None:
            if len(self._sets) >= MOST_LOOKS:
                self._sets.clear()
            if not self._sets:
                faces = ((plane, _face(surface)) for plane, surface in self._planes.items())
                self._faces = {plane: face for plane, face in faces if face is not None}
            names = {plane for plane, surface in self._planes.items() if _is_for(surface, *key)}
            self._sets[key] = names
        return names

    def changed(self, changes: Changes) -> None:
        """The world has changed; to be told each step."""
        if not self._sets:
            return
        for plane in changes.removed:
            self._faces.pop(plane, None)
            for names in self._sets.values():
                names.discard(plane)
        for plane in changes.planes:
            surface = self._planes.get(plane)
            if surface is None:
                continue
            face = _face(surface)
            if face == self._faces.get(plane) and plane not in changes.created:
                continue
            if face is None:
                self._faces.pop(plane, None)
            else:
                self._faces[plane] = face
            self._sort_in(plane, surface)

    def _sort_in(self, plane: str, surface: Surface) -> None:
        self.version += 1
        for key, names in self._sets.items():
            if _is_for(surface, *key):
                names.add(plane)
            else:
                names.discard(plane)


def _face(surface: Surface) -> tuple[ShownWhen, bool] | None:
    """What decides for whom it is; None for all."""
    return None if surface.shown_when is ALWAYS else (surface.shown_when, surface.blank)


def _is_for(surface: Surface, theme: Theme, scale: float) -> bool:
    return surface.shown_when is ALWAYS or (
        not surface.blank and surface.shown_when.matches(theme, scale)
    )
