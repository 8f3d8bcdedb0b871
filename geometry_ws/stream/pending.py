"""What the world changed since the last frame, gathered until the next one.

Per plane: fills and copies that may be forwarded as such, and the region whose newest pixels must
be sent. The promise: over the picture before, the fills and copies in order, then the newest
pixels of the region, give the picture now. Pixels are absolute, so more of them is never wrong;
a copy reads the picture before the frame, so it is kept only where nothing has changed its source.
"""

from dataclasses import dataclass, field
from typing import Final

from geometry_ws.scene.changes import Changes, Copied, Filled, Painted, PlaneChange, Tile
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.stream.frame import Cause

MOST_STROKES: Final = 64
"""Fills and copies of one plane in one frame; beyond that its pixels are simply sent."""

MOST_TILE_BYTES: Final = 16 * 1024 * 1024
"""Encoded tiles of programs that are kept to be sent on; beyond that all are encoded anew."""


@dataclass(slots=True)
class PendingPlane:
    """One plane's changes since the last frame."""

    placed: bool = False
    renewed: bool = False
    damage: Region = field(default_factory=Region)
    strokes: list[Filled | Copied] = field(default_factory=list)
    painted: Region = field(default_factory=Region)
    tiles: dict[Rect, Tile] = field(default_factory=dict)

    def add(self, change: PlaneChange) -> None:
        """One more step, after all before."""
        self.placed = self.placed or change.placed
        if change.renewed:
            self.renewed = True
            self.damage, self.painted = Region(), Region()
            self.strokes.clear()
            self.tiles.clear()
        before = self.damage
        paint = []
        for stroke in change.strokes:
            self._over(stroke.rect)
            if isinstance(stroke, Painted) and stroke.tile is not None:
                self.tiles[stroke.rect] = stroke.tile
            if isinstance(stroke, Painted) or (
                isinstance(stroke, Copied) and (self.renewed or before.overlaps(stroke.source))
            ):
                paint.append(stroke.rect)
            else:
                self._push(stroke)
                if len(self.strokes) > MOST_STROKES:
                    self.tiles.clear()
                    break  # all of it will be sent as pixels
        self.damage = before.union(change.damage)
        if paint:
            self.painted = self.painted.union(Region(paint))
        if len(self.strokes) > MOST_STROKES:
            self.strokes.clear()
            self.painted = self.damage

    def _over(self, rect: Rect) -> None:
        """Something lies over what was there: those tiles aren't the newest pixels any more."""
        for old in [old for old in self.tiles if old.overlaps(rect)]:
            del self.tiles[old]

    def _push(self, stroke: Filled | Copied) -> None:
        """What the stroke covers wholly needs no other any more."""
        rect = stroke.rect
        self.strokes = [old for old in self.strokes if not rect.contains(old.rect)]
        self.strokes.append(stroke)

    def covers(self, region: Region) -> bool:
        """Whether every pixel of the region is in a stroke or in what is painted.

        Damage may name pixels that nothing has written, so it can't answer this.
        """
        left = list(region.rects)
        for rect in (*(stroke.rect for stroke in self.strokes), *self.painted.rects):
            left = [piece for part in left for piece in part.subtract(rect)]
        return not left


class Pending:
    """All planes' changes since the last frame."""

    def __init__(self) -> None:
        self.planes: dict[str, PendingPlane] = {}
        self.removed: list[str] = []
        self._created: set[str] = set()
        self._placed: set[str] = set()
        self.since: float | None = None
        self.cause: Cause | None = None

    def add(self, changes: Changes, now: float | None = None, cause: Cause | None = None) -> None:
        """One more step of the world, after all before; when it came, and what it answers."""
        self.since = now if self.since is None else self.since
        self.cause = cause or self.cause
        self._created.update(changes.created)
        for plane, change in changes.planes.items():
            if change.placed or change.damage:
                self.planes.setdefault(plane, PendingPlane()).add(change)
            if change.placed:
                self._placed.add(plane)
        for plane in changes.removed:
            self.planes.pop(plane, None)
            self._placed.discard(plane)
            if plane in self._created:
                self._created.remove(plane)  # it has never been in a frame
            else:
                self.removed.append(plane)
        if any(self.planes[plane].tiles for plane in changes.planes if plane in self.planes):
            self._bound()

    def _bound(self) -> None:
        tiles = (tile for plane in self.planes.values() for tile in plane.tiles.values())
        if sum(len(tile.data) for tile in tiles) > MOST_TILE_BYTES:
            for plane in self.planes.values():
                plane.tiles.clear()

    @property
    def moves(self) -> bool:
        """Whether places or removals are among them, which concern every viewer."""
        return bool(self.removed or self._placed)

    def __bool__(self) -> bool:
        return bool(self.planes or self.removed)
