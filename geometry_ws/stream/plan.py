"""A tick's plan: which frame goes to whom, with pixels copied out but not yet encoded.

A plan owns its pixels, so that encoding may run in a thread while the world goes on. One picture
that several frames need is encoded once; pictures of whole tiles are kept until they change, so
that a thousand joiners cost one encoding.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from geometry_ws.scene.changes import Copied, Filled
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.surface import Pixels, Surface
from geometry_ws.stream.frame import (
    FRAME_BYTES,
    PART_BYTES,
    PLACE_BYTES,
    CopyOp,
    FillOp,
    Frame,
    FrameOp,
    ImageOp,
    PlanePlace,
    op_bytes,
)
from geometry_ws.stream.viewer import Viewer

TILE_WIDTH: Final = 256
TILE_HEIGHT: Final = 192
"""A tile has 192 kB before encoding: it fits into a part even where nothing compresses it."""

CACHE_BYTES: Final = 64 * 1024 * 1024
"""Encoded tiles that are kept for joiners: some dozen full screens of text and cards."""

GROUP_PIXELS: Final = 4 * 1024 * 1024
"""Pixels that are looked through and copied in one tick for those who catch up, or one plane if
that has more: some 10 ms of the event loop, 40 for the largest plane."""

LEVEL_PIXELS: Final = 16 * 1024 * 1024
"""The same for level viewers: no less than one commit may touch, so none is shown by halves."""

Encoder: TypeAlias = Callable[[Pixels], tuple[str, bytes]]
"""Pixels to codec and bytes. Called in any thread."""

Encoded: TypeAlias = Sequence[tuple[str, bytes]]


class Job(NamedTuple):
    """Pixels to be encoded, contiguous, and what they are a picture of."""

    plane: str
    rect: Rect
    pixels: Pixels
    keep: bool


@dataclass(slots=True)
class Group:
    """One frame for several viewers. Items are operations, or indices of jobs."""

    viewers: tuple[Viewer, ...]
    head: Frame
    floors: dict[str, int]
    items: list[FrameOp | int] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What a tick wants to send. Call `encode` in any thread, then the stream's `commit`."""

    seq: int
    groups: list[Group] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)

    @property
    def moves(self) -> bool:
        """Whether somebody gets new places in frame ``seq``."""
        return any(group.head.planes or group.head.removed for group in self.groups)

    def encode(self, encoder: Encoder) -> Encoded:
        """Encode all pixels. Touches nothing but the plan's own copies."""
        return [encoder(job.pixels) for job in self.jobs]

    def ops(self, group: Group, encoded: Encoded) -> list[FrameOp]:
        """A group's operations with their encoded pixels."""
        ops: list[FrameOp] = []
        for item in group.items:
            if isinstance(item, int):
                job = self.jobs[item]
                ops.append(ImageOp(job.plane, job.rect, *encoded[item]))
            else:
                ops.append(item)
        return ops

    def kept(self, encoded: Encoded) -> list[ImageOp]:
        """Whole tiles among the pictures: what joiners will want again."""
        return [
            ImageOp(job.plane, job.rect, *result)
            for job, result in zip(self.jobs, encoded, strict=True)
            if job.keep
        ]


class TileCache:
    """Encoded tiles, each until something in it changes."""

    def __init__(self) -> None:
        self._planes: dict[str, dict[Rect, FillOp | ImageOp]] = {}
        self.size_bytes = 0

    def get(self, plane: str, rect: Rect) -> FillOp | ImageOp | None:
        """The operation that paints a tile with its newest content, if it is known."""
        return self._planes.get(plane, {}).get(rect)

    def put(self, op: FillOp | ImageOp) -> None:
        """Keep a tile's operation; the oldest planes' tiles make room."""
        tiles = self._planes.setdefault(op.plane, {})
        old = tiles.pop(op.rect, None)
        tiles[op.rect] = op
        self.size_bytes += op_bytes(op) - (op_bytes(old) if old is not None else 0)
        while self.size_bytes > CACHE_BYTES:
            self.drop(next(iter(self._planes)))

    def damaged(self, plane: str, damage: Region) -> None:
        """The plane's picture changed there."""
        tiles = self._planes.get(plane)
        if tiles is None:
            return
        for rect in [rect for rect in tiles if damage.overlaps(rect)]:
            self.size_bytes -= op_bytes(tiles.pop(rect))

    def drop(self, plane: str) -> None:
        """Forget a plane."""
        for op in self._planes.pop(plane, {}).values():
            self.size_bytes -= op_bytes(op)


class Builder:
    """Collects operations and jobs of one plan from the planes' newest pixels."""

    def __init__(self, plan: Plan, planes: Mapping[str, Surface], cache: TileCache) -> None:
        self._plan = plan
        self._planes = planes
        self._cache = cache
        self._known: dict[tuple[str, Rect], FillOp | ImageOp | int] = {}
        self._pixels = 0
        self._enough = 0

    def next_group(self, most_pixels: int) -> None:
        """What is asked for from now on is for another group, which may have so much."""
        self._enough = self._pixels + most_pixels

    @property
    def full(self) -> bool:
        """Whether the group has as much as one tick may copy; the rest is for later ticks."""
        return self._pixels >= self._enough

    def whole(self, plane: str) -> list[FrameOp | int]:
        """All of a plane's pixels."""
        height, width = self._planes[plane].buffer.shape[:2]
        return self.region(plane, Region((Rect(0, 0, width, height),)))

    def region(self, plane: str, region: Region) -> list[FrameOp | int]:
        """The newest pixels of a region, cut so that each fits into a part."""
        items: list[FrameOp | int] = []
        for rect in region.rects:
            if rect.area <= TILE_WIDTH * TILE_HEIGHT:
                items.append(self._picture(plane, rect))
            else:
                tiles = rect.tiles(TILE_WIDTH, TILE_HEIGHT)
                items.extend(self._picture(plane, tile) for tile in tiles)
        return items

    def strokes(self, plane: str, strokes: Sequence[Filled | Copied]) -> list[FrameOp | int]:
        """Fills and copies as they are."""
        return [
            CopyOp(plane, stroke.source, stroke.to)
            if isinstance(stroke, Copied)
            else FillOp(plane, stroke.rect, _rgba(stroke.colour))
            for stroke in strokes
        ]

    def _picture(self, plane: str, rect: Rect) -> FrameOp | int:
        known = self._known.get((plane, rect))
        if known is None:
            known = self._cache.get(plane, rect)
            if known is None:
                known = self._new_picture(plane, rect)
            self._known[plane, rect] = known
        return known

    def _new_picture(self, plane: str, rect: Rect) -> FillOp | int:
        self._pixels += rect.area
        buffer = self._planes[plane].buffer
        window = buffer[rect.y : rect.bottom, rect.x : rect.right]
        keep = _is_tile(rect, buffer.shape[1], buffer.shape[0])
        if _is_uniform(window):
            blue, green, red, alpha = window[0, 0].tolist()
            op = FillOp(plane, rect, (red, green, blue, alpha))
            if keep:
                self._cache.put(op)
            return op
        self._plan.jobs.append(Job(plane, rect, window.copy(order="C"), keep))
        return len(self._plan.jobs) - 1


def _is_uniform(window: Pixels) -> bool:
    """Whether all pixels are the same; four corners and the middle say no in most cases."""
    points = window.view(np.uint32)[:, :, 0]
    height, width = points.shape
    first = points[0, 0]
    if (
        points[-1, -1] != first
        or points[0, -1] != first
        or points[-1, 0] != first
        or points[height // 2, width // 2] != first
    ):
        return False
    return bool((points == first).all())


def _is_tile(rect: Rect, width: int, height: int) -> bool:
    """Whether it is one that a whole plane is cut into."""
    if width * height <= TILE_WIDTH * TILE_HEIGHT:
        return rect == (0, 0, width, height)
    return (
        rect.x % TILE_WIDTH == 0
        and rect.y % TILE_HEIGHT == 0
        and rect.w == min(TILE_WIDTH, width - rect.x)
        and rect.h == min(TILE_HEIGHT, height - rect.y)
    )


def _rgba(colour: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    blue, green, red, alpha = colour
    return red, green, blue, alpha


def place_of(surface: Surface) -> PlanePlace:
    """A surface's place, as frames say it."""
    return PlanePlace(
        surface.id,
        surface.x,
        surface.y,
        surface.z,
        surface.width,
        surface.height,
        surface.scale,
        surface.opacity,
        surface.opaque,
    )


def lay_out(head: Frame, ops: Sequence[FrameOp]) -> list[Frame]:
    """A frame in as few parts as hold its operations; places and removals lie in the first."""
    chunks: list[list[FrameOp]] = [[]]
    room = PART_BYTES - FRAME_BYTES - PLACE_BYTES * len(head.planes)
    for op in ops:
        room -= op_bytes(op)
        if room < 0 and (chunks[-1] or len(chunks) == 1):
            chunks.append([])
            room = PART_BYTES - FRAME_BYTES - op_bytes(op)
        chunks[-1].append(op)
    if not chunks[0] and not head.planes and len(chunks) > 1:
        del chunks[0]
    count = len(chunks)
    return [
        head._replace(
            part=(index, count),
            planes=head.planes if index == 0 else (),
            removed=head.removed if index == 0 else (),
            ops=tuple(chunk),
        )
        for index, chunk in enumerate(chunks)
    ]
