"""Which surfaces are videos although their programs don't say what they show.

A surface of content `auto` is exact by default. One that changes all over many times a second, and
whose pictures don't compress without loss, would cost every viewer some tens of megabytes a second.
So it is taken for a video while it moves, and is refined when it rests, like one whose program says
so. A change that comes late or that covers little ends that, and so do pictures that compress.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from geometry_ws.render.encode import is_photographic
from geometry_ws.scene.surface import Surface
from geometry_ws.stream.pending import PendingPlane

PICTURES: Final = 8
SECONDS: Final = 1.0
"""So many whole pictures within that time make a surface a video."""

REST_SECONDS: Final = 1.0
"""A video without a whole picture for so long is none any more."""

LOOK_AGAIN: Final = 64
"""After so many pictures of a video one is looked at again, whether it compresses now."""


@dataclass(slots=True)
class _Pictures:
    """The newest whole pictures of one surface: when they came, and how many weren't looked at."""

    times: deque[float] = field(default_factory=lambda: deque(maxlen=PICTURES))
    unseen: int = 0


class Motion:
    """Sets `Surface.moving` of a stream's planes, by the changes that ticks take."""

    def __init__(self, planes: Mapping[str, Surface]) -> None:
        self._planes = planes
        self._pictures: dict[str, _Pictures] = {}

    def changed(self, plane: str, change: PendingPlane, now: float) -> None:
        """A tick takes this change of a plane that is there."""
        surface = self._planes[plane]
        pictures = self._pictures.get(plane)
        if pictures is not None and now - pictures.times[-1] >= REST_SECONDS:
            self.drop(plane)
            pictures, surface.moving = None, False
        if surface.content == "auto" and covers_most(surface, change):
            if pictures is None:
                pictures = self._pictures[plane] = _Pictures()
            pictures.times.append(now)
            pictures.unseen += 1
            _judge(surface, change, pictures)

    def drop(self, plane: str) -> None:
        """A plane is gone, or rests."""
        self._pictures.pop(plane, None)

    def videos(self, now: float) -> tuple[str, ...]:
        """The planes that are taken for videos just now although their programs don't say so."""
        return tuple(
            plane
            for plane, pictures in self._pictures.items()
            if self._planes[plane].moving and now - pictures.times[-1] < REST_SECONDS
        )


def covers_most(surface: Surface, change: PendingPlane) -> bool:
    """Whether a change brings new pixels for at least half of a surface."""
    width, height = surface.buffer_size
    return change.painted.area * 2 >= width * height


def _judge(surface: Surface, change: PendingPlane, pictures: _Pictures) -> None:
    """Look at one picture in so many: that costs a fraction of a millisecond."""
    times = pictures.times
    if len(times) < PICTURES or times[-1] - times[0] > SECONDS:
        return
    if pictures.unseen >= (LOOK_AGAIN if surface.moving else PICTURES):
        pictures.unseen = 0
        surface.moving = _is_lossy(change) or is_photographic(surface.buffer)


def _is_lossy(change: PendingPlane) -> bool:
    """Whether the program itself has sent pictures with loss, as nobody does with drawings."""
    return any(not tile.lossless for tile in change.tiles.values())
