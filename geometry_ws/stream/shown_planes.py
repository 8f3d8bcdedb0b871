"""Which planes a viewer shows: those that are for its look, once all of their pixels are there.

A plane whose `shown_when` names other looks isn't shown. Where the look changes, what was shown
stays until the pixels are there of all that is to be shown in its place, or of a face that covers
most of it and isn't much larger: nothing blinks. What lies on a ground that stays in the other
theme waits for it: dark words never stand on a dark ground. While somebody zooms, planes are chosen
by a scale that lags a little, so that nothing flickers at a border. `src/painter/faces.js` does the
same in the page, held by the same vectors.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from geometry_ws.scene.faces import ALWAYS, Theme
from geometry_ws.scene.geometry import Rect
from geometry_ws.stream.frame import PlanePlace

SLACK: Final = 1.025
"""How much larger or smaller the scale may become before the one for choosing follows it."""

MOST_PIECES: Final = 256
"""What is missing of a picture in more pieces than that counts as painted."""


class FaceScale:
    """The scale by which planes are chosen; it follows that of the view and lags a little."""

    def __init__(self, scale: float = 1.0) -> None:
        self.at = scale

    def follow(self, scale: float) -> float:
        """The view's scale changes bit by bit, as when somebody zooms by hand."""
        self.at = min(max(self.at, scale / SLACK), scale * SLACK)
        return self.at

    def jump(self, scale: float) -> float:
        """The view's scale is another one at once."""
        self.at = scale
        return scale


class PlaneLike(Protocol):
    """A plane: its place, and what of its picture was never painted."""

    @property
    def place(self) -> PlanePlace:
        """Where it lies, and for which looks it is."""

    @property
    def missing(self) -> tuple[Rect, ...]:
        """What was never painted, in buffer pixels."""


class ShownPlanes:
    """Chooses the planes that are shown, and remembers them: what is shown may have to stay."""

    def __init__(self) -> None:
        self._faces: frozenset[str] = frozenset()

    def choose(
        self, planes: Mapping[str, PlaneLike], theme: Theme, scale: float
    ) -> tuple[str, ...]:
        """The planes to show for a look of this theme and scale, the lowest first."""
        shown = [name for name, plane in planes.items() if plane.place.shown_when is ALWAYS]
        faces: list[str] = []
        others: list[str] = []
        awaited: list[PlanePlace] = []
        for name, plane in planes.items():
            place = plane.place
            if place.shown_when is ALWAYS:
                continue
            if not place.shown_when.matches(theme, scale):
                others.append(name)
            elif plane.missing:
                awaited.append(place)
            else:
                faces.append(name)
        old = [name for name in others if name in self._faces]
        stay = _staying(planes, old, faces, awaited)
        grounds = [
            place
            for name in stay
            if (place := planes[name].place).shown_when.theme not in {None, theme}
        ]
        waiting = {name for name in faces if _lies_on(planes[name].place, grounds)}
        if waiting:
            faces = [name for name in faces if name not in waiting]
            awaited += [planes[name].place for name in waiting]
            stay = _staying(planes, old, faces, awaited)
        faces += stay
        self._faces = frozenset((*shown, *faces))  # what is for all looks may be for some tomorrow
        return tuple(sorted((*shown, *faces), key=lambda name: planes[name].place.z))


def _staying(
    planes: Mapping[str, PlaneLike],
    old: Sequence[str],
    faces: Sequence[str],
    awaited: Sequence[PlanePlace],
) -> list[str]:
    """Which of the old ones stay: where something is awaited, and nothing stands for them yet."""
    there = [planes[name].place for name in faces]
    return [
        name
        for name in old
        if not any(_replaces(place, planes[name].place) for place in there)
        and any(_overlap(planes[name].place, new) for new in awaited)
    ]


def _lies_on(place: PlanePlace, grounds: Sequence[PlanePlace]) -> bool:
    return any(ground.z < place.z and _overlap(ground, place) for ground in grounds)


def without(missing: Sequence[Rect], painted: Rect) -> tuple[Rect, ...]:
    """What is still missing when a rectangle was painted."""
    left = tuple(piece for rect in missing for piece in rect.subtract(painted))
    return left if len(left) <= MOST_PIECES else ()


def _replaces(place: PlanePlace, old: PlanePlace) -> bool:
    """Whether a face stands for an older one: it covers half of it, and isn't twice as large."""
    across = min(place.x + place.width, old.x + old.width) - max(place.x, old.x)
    down = min(place.y + place.height, old.y + old.height) - max(place.y, old.y)
    area = old.width * old.height
    covers = across > 0 and down > 0 and 2 * across * down >= area
    return covers and place.width * place.height <= 2 * area


def _overlap(first: PlanePlace, second: PlanePlace) -> bool:
    return (
        first.x < second.x + second.width
        and second.x < first.x + first.width
        and first.y < second.y + second.height
        and second.y < first.y + first.height
    )
