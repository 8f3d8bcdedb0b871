"""Puts operations and jobs into a plan, from the planes' newest pixels: each picture once.

What is to be encoded how is decided here, from what the program says of its picture and from what
the viewers' lines carry. The encoder then chooses the codec.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from geometry_ws.render.codecs import VIDEO_CODECS
from geometry_ws.render.encode import Quality
from geometry_ws.render.palette import may_be_indexed
from geometry_ws.scene.changes import Copied, Filled, Tile
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.surface import Pixels, Surface
from geometry_ws.stream.frame import CopyOp, FillOp, ImageOp
from geometry_ws.stream.plan import SLOW_PART_BYTES, Item, Job, Plan, whole_of
from geometry_ws.stream.quality import shrink_of
from geometry_ws.stream.tiles import (
    LOSSY_TILE_PIXELS,
    SMALL_TILE_PIXELS,
    TILE_PIXELS,
    Encoding,
    Ready,
    TileCache,
    cut_shrunk,
)
from geometry_ws.stream.video import VideoFrame
from geometry_ws.stream.viewer import LOSSY_CODECS, Profile

GROUP_PIXELS: Final = 4 * 1024 * 1024
"""Pixels that are looked through and copied in one tick for viewers behind, or one plane if
that has more."""

LEVEL_PIXELS: Final = 16 * 1024 * 1024
"""The same for level viewers: no less than one commit may touch, so none is shown by halves."""

BORROW_PIXELS: Final = 1024 * 1024
"""Of more pixels of one plane no copy is made at once: they are read where they lie, and a
commit that draws there meanwhile makes the copy (one of that size is drawn in a thread anyway)."""

SLOW_REFINE_PIXELS: Final = 32 * 1024
"""What a slow line gets again without loss at once: new content shall not wait for it long."""

SPARE_MS: Final = 8.0
"""Time for fewer bytes of a picture that is sent again, or shrunk, or over a slow line."""

DRAWN_RECT_COST_PX: Final = 12_288
"""What one more rectangle of a drawn picture costs, as pixels of it that needn't be sent: its own
palette has as many bytes."""

LEAST_SHRUNK_PIXELS: Final = 1024
"""Smaller pictures have few bytes anyway, and would have to be refined."""

_NEVER_LOSSY: Final = frozenset(("text", "lossless"))
_SURELY_LOSSY: Final = frozenset(("photo", "video"))


def encoding_for(
    surface: Surface, profile: Profile, *, exact: bool = False, shrink: int = 1
) -> Encoding:
    """How a surface's pictures are encoded for viewers of a profile."""
    encoding = _unshrunk(surface, profile, exact, frugal=profile.fast or shrink > 1)
    return encoding._replace(shrink=shrink)


def _unshrunk(surface: Surface, profile: Profile, exact: bool, *, frugal: bool) -> Encoding:
    content = surface.sent_as
    lossy = not exact and content not in _NEVER_LOSSY
    if lossy and not profile.codecs.isdisjoint(LOSSY_CODECS):
        if content in _SURELY_LOSSY:
            quality: Quality = "low" if profile.fast else "fast"
            return Encoding(content, quality, profile.codecs, 0.0, surface.opaque)
        if frugal:
            return Encoding(content, "fast", profile.codecs, SPARE_MS, surface.opaque)
    spare = SPARE_MS if exact or frugal else 0.0
    return Encoding(content, "sharp", profile.codecs, spare, surface.opaque)


class Builder:
    """Collects operations and jobs of one plan."""

    def __init__(self, plan: Plan, planes: Mapping[str, Surface], cache: TileCache) -> None:
        self._plan = plan
        self._planes = planes
        self._cache = cache
        self._in_plan: dict[tuple[str, Rect, Encoding], FillOp | Ready | int] = {}
        self._video_jobs: dict[str, int] = {}
        self._pixels = 0
        self._enough = 0
        self._profile = Profile()
        self._refine_left = 0
        self.forwarded = 0

    def next_group(self, most_pixels: int, profile: Profile) -> None:
        """What is asked for from now on is for another group, which may have so much."""
        self._enough = self._pixels + most_pixels
        self._profile = profile._replace(codecs=profile.codecs.difference(VIDEO_CODECS))
        self._refine_left = SLOW_REFINE_PIXELS if profile.fast else most_pixels

    @property
    def full(self) -> bool:
        """Whether the group has as much as one tick may copy; the rest is for later ticks."""
        return self._pixels >= self._enough

    def whole(self, plane: str) -> list[Item]:
        """All of a plane's pixels."""
        return self.region(plane, Region((self._whole(plane),)))

    def region(self, plane: str, region: Region) -> list[Item]:
        """The newest pixels of a region, in as few pictures as may be."""
        surface, items = self._planes[plane], list[Item]()
        rects: dict[int, list[Rect]] = {}
        for rect in region.rects:
            rects.setdefault(self._shrink(surface, rect), []).append(rect)
        for shrink, shrunk_rects in rects.items():
            encoding = encoding_for(surface, self._profile, shrink=shrink)
            part = region if len(rects) == 1 else Region(shrunk_rects)
            if shrink == 1 and encoding.quality == "sharp" and not self._profile.fast:
                part = _joined(surface, part) if "palette" in encoding.codecs else part
            items += self._pictures(plane, part, encoding)
        return items

    def refine(self, plane: str, region: Region) -> list[Item]:
        """The newest pixels of a region without loss; as much as the group may still have."""
        if self._refine_left <= 0:
            return []
        region = _first(region, self._refine_left)
        self._refine_left -= region.area
        encoding = encoding_for(self._planes[plane], self._profile, exact=True)
        return self._pictures(plane, region, encoding)

    def strokes(self, plane: str, strokes: Sequence[Filled | Copied]) -> list[Item]:
        """Fills and copies as they are."""
        return [
            CopyOp(plane, stroke.source, stroke.to)
            if isinstance(stroke, Copied)
            else FillOp(plane, stroke.rect, _rgba(stroke.colour))
            for stroke in strokes
        ]

    def painted(self, plane: str, region: Region, tiles: Mapping[Rect, Tile]) -> list[Item]:
        """The newest pixels of a region; what the program sent encoded travels as it came."""
        surface = self._planes[plane]
        content = surface.sent_as
        items: list[Item] = []
        for rect, tile in tiles.items():
            if (
                tile.codec in self._profile.codecs
                and len(tile.data) <= SLOW_PART_BYTES
                and (tile.lossless or content not in _NEVER_LOSSY)
                and not (self._profile.fast and content in _SURELY_LOSSY)
            ):
                items.append(self._forwarded(surface, rect, tile))
                region = region.subtract(Region((rect,)))
        # Tiles lie over what a region may hold beside itself, and are the newest pixels too.
        return [*self.region(plane, region), *items] if items else self.region(plane, region)

    def video(self, video_frame: VideoFrame) -> Item:
        """A whole plane as the next picture of its video; the same for all groups."""
        number = self._video_jobs.get(video_frame.plane)
        if number is None:
            rect = self._whole(video_frame.plane)
            self._pixels += rect.area
            pixels, encoding = (
                self._planes[video_frame.plane].buffer,
                Encoding("video", opaque=True),
            )
            if rect.area > BORROW_PIXELS:
                self._plan.borrowed.add(video_frame.plane)
            else:
                pixels = pixels.copy()
            number = self._video_jobs[video_frame.plane] = len(self._plan.jobs)
            self._plan.jobs.append(
                Job(video_frame.plane, rect, pixels, encoding, keep=False, video_frame=video_frame)
            )
        return number

    def _forwarded(self, surface: Surface, rect: Rect, tile: Tile) -> Item:
        """A tile as it came, or shrunk where that has fewer bytes."""
        shrink = self._shrink(surface, rect)
        if shrink > 1:
            encoding = encoding_for(surface, self._profile, shrink=shrink)
            borrow = rect.area > BORROW_PIXELS
            return self._picture(surface.id, rect, encoding, keep=False, borrow=borrow, tile=tile)
        self.forwarded += 1
        return Ready(ImageOp(surface.id, rect, tile.codec, tile.data), tile.lossless)

    def _shrink(self, surface: Surface, rect: Rect) -> int:
        if rect.area < LEAST_SHRUNK_PIXELS:
            return 1
        return shrink_of(surface, self._profile.shrink)

    def _whole(self, plane: str) -> Rect:
        return whole_of(self._planes[plane])

    def _pictures(self, plane: str, region: Region, encoding: Encoding) -> list[Item]:
        most = SMALL_TILE_PIXELS if self._profile.fast else TILE_PIXELS
        if encoding.opaque and encoding.quality != "sharp" and encoding.content in _SURELY_LOSSY:
            most = LOSSY_TILE_PIXELS
        whole = self._whole(plane)
        borrow = region.area > BORROW_PIXELS
        return [
            self._picture(plane, tile, encoding, keep=rect == whole, borrow=borrow)
            for rect in region.rects
            for tile in cut_shrunk(rect, most, encoding.shrink, whole)
        ]

    def _picture(
        self,
        plane: str,
        rect: Rect,
        encoding: Encoding,
        *,
        keep: bool,
        borrow: bool,
        tile: Tile | None = None,
    ) -> Item:
        picture = self._in_plan.get((plane, rect, encoding))
        if picture is None:
            picture = self._cache.get(plane, rect, encoding)
            if picture is None:
                picture = self._new_picture(plane, rect, encoding, keep, borrow, tile)
            self._in_plan[plane, rect, encoding] = picture
        return picture

    def _new_picture(
        self,
        plane: str,
        rect: Rect,
        encoding: Encoding,
        keep: bool,
        borrow: bool,
        tile: Tile | None,
    ) -> FillOp | int:
        self._pixels += rect.area
        buffer = self._planes[plane].buffer
        window = buffer[rect.y : rect.bottom, rect.x : rect.right]
        if _is_uniform(window):
            blue, green, red, alpha = window[0, 0].tolist()
            op = FillOp(plane, rect, (red, green, blue, alpha))
            if keep:
                self._cache.put(op, encoding)
            return op
        if borrow:
            self._plan.borrowed.add(plane)
        pixels = window if borrow else window.copy(order="C")
        self._plan.jobs.append(Job(plane, rect, pixels, encoding, keep, tile))
        return len(self._plan.jobs) - 1


def _first(region: Region, most_pixels: int) -> Region:
    """Some of a region: whole rectangles, and of the last one a band of whole rows.

    Bands leave one rectangle, so a region that is sent bit by bit never falls to pieces.
    """
    first: list[Rect] = []
    for rect in region.rects:
        if rect.area > most_pixels:
            rows = max(1, -(-most_pixels // rect.w))
            first.append(Rect(rect.x, rect.y, rect.w, min(rows, rect.h)))
            break
        first.append(rect)
        most_pixels -= rect.area
    return Region(first)


def _joined(surface: Surface, region: Region) -> Region:
    """All of a region as one rectangle, where that takes fewer bytes: one palette for all of it."""
    rects = region.rects
    if len(rects) < 3:
        return region
    bounds = rects[0]
    for rect in rects[1:]:
        bounds = bounds.union(rect)
    if bounds.area - region.area > (len(rects) - 1) * DRAWN_RECT_COST_PX:
        return region
    window = surface.buffer[bounds.y : bounds.bottom, bounds.x : bounds.right]
    return Region((bounds,)) if may_be_indexed(window) else region


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


def _rgba(colour: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    blue, green, red, alpha = colour
    return red, green, blue, alpha
