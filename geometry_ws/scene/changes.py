"""What a request changed in the world: the values that streams and announcements are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from geometry_ws.scene.geometry import Rect, Region

Colour: TypeAlias = tuple[int, int, int, int]
"""Blue, green, red, alpha; premultiplied, 0..255."""


class Filled(NamedTuple):
    """The rectangle has this colour now."""

    rect: Rect
    colour: Colour


class Copied(NamedTuple):
    """What was in ``source`` before the commit now lies with its corner at ``to``."""

    source: Rect
    to: tuple[int, int]

    @property
    def rect(self) -> Rect:
        """Where it lies now."""
        return Rect(self.to[0], self.to[1], self.source.w, self.source.h)


class Tile(NamedTuple):
    """A picture as its program encoded it, for viewers that know the codec.

    ``lossless``: they get exactly the pixels of the buffer from it, else nearly these.
    """

    codec: str
    data: bytes
    lossless: bool


class Painted(NamedTuple):
    """The rectangle has new pixels, which lie in the surface's buffer, and may lie in a tile."""

    rect: Rect
    tile: Tile | None = None


Stroke: TypeAlias = Filled | Copied | Painted


@dataclass(frozen=True, slots=True)
class PlaneChange:
    """What happened to one surface's picture and place. Rectangles are in buffer pixels.

    ``strokes`` in their order, over the picture before the commit, give the picture after it;
    ``damage`` holds all their rectangles (and may hold more).
    """

    placed: bool = False
    renewed: bool = False
    damage: Region = field(default_factory=Region)
    strokes: tuple[Stroke, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What one request has changed in the world; false where nothing has.

    ``described`` names the surfaces whose public description has changed.
    """

    planes: Mapping[str, PlaneChange] = field(default_factory=dict)
    created: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    described: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.planes or self.created or self.removed or self.described)
