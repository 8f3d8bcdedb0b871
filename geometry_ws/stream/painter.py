"""The reference painter: frames applied to planes, exactly as every viewer must do it.

It knows nothing of sessions, acks or screens. A frame is applied wholly or not at all: all its
parts are gathered, everything is checked and decoded, and only then do planes change.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from geometry_ws.render.errors import BadPicture
from geometry_ws.render.inflate import decode_plane
from geometry_ws.render.shrink import grown, reduced
from geometry_ws.render.video import VideoDecoder
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.surface import Pixels
from geometry_ws.stream.frame import (
    CopyOp,
    FillOp,
    Frame,
    FrameOp,
    ImageOp,
    PlanePlace,
    VideoOp,
    op_bytes,
)
from geometry_ws.stream.shown_planes import without

MOST_UNFINISHED_BYTES: Final = 1024 * 1024 * 1024
"""Parts of one frame that are kept; a sender that exceeds it isn't ours."""

MOST_VIDEOS: Final = 16
"""Planes that are videos at a time; twice as many as a node has."""


class NeedsRefresh(Exception):
    """A frame can't be applied; nothing of it was. Ask for a keyframe with this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Plane:
    """A picture and its place. ``pixels`` is (height, width, 4), BGRA, premultiplied.

    ``missing`` is what was never painted since the picture began; a copy paints nothing new.
    """

    place: PlanePlace
    pixels: Pixels
    missing: tuple[Rect, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash that all viewers agree on, as hex digits."""
        return hashlib.sha256(np.ascontiguousarray(self.pixels).reshape(-1).data).hexdigest()


@dataclass(frozen=True, slots=True)
class PaintedFrame:
    """What a frame changed: damage per plane in buffer pixels, new or moved planes, removed."""

    seq: int
    damage: Mapping[str, Region]
    placed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(slots=True)
class _Unfinished:
    """Parts of a frame that have arrived, the first of them in ``head``."""

    head: Frame
    parts: int = 0
    size_bytes: int = 0
    ops: list[FrameOp] = field(default_factory=list)


class PlaneStore:
    """All planes of one stream in one epoch, as a viewer has them."""

    def __init__(
        self, epoch: str, new_decoder: Callable[[str], VideoDecoder] = VideoDecoder
    ) -> None:
        self.epoch = epoch
        self._new_decoder = new_decoder
        self.seq = 0
        self._planes: dict[str, Plane] = {}
        self._videos: dict[str, VideoDecoder] = {}
        self._unfinished: _Unfinished | None = None
        self._begun = False

    @property
    def planes(self) -> Mapping[str, Plane]:
        """Planes by id; a live view."""
        return MappingProxyType(self._planes)

    def hashes(self) -> dict[str, str]:
        """The SHA-256 of every plane."""
        return {name: plane.sha256 for name, plane in sorted(self._planes.items())}

    def apply(self, frame: Frame) -> PaintedFrame | None:
        """Apply a frame; None while parts are missing. Raises NeedsRefresh."""
        if frame.epoch != self.epoch:
            self._unfinished = None
            raise NeedsRefresh("the frame is of another epoch")
        index, count = frame.part
        if index == 0:
            self._unfinished = None
            if not frame.keyframe and not self._begun:
                raise NeedsRefresh("no keyframe yet")
            if not frame.keyframe and frame.base > self.seq:
                raise NeedsRefresh(f"base {frame.base} is newer than my frame {self.seq}")
            self._unfinished = _Unfinished(frame)
        unfinished = self._unfinished
        if unfinished is None or not _continues(unfinished, frame):
            self._unfinished = None
            raise NeedsRefresh(f"part {index} of frame {frame.seq} without the parts before it")
        unfinished.parts += 1
        unfinished.ops.extend(frame.ops)
        unfinished.size_bytes += sum(op_bytes(op) for op in frame.ops)
        if unfinished.size_bytes > MOST_UNFINISHED_BYTES:
            self._unfinished = None
            raise NeedsRefresh("the frame is too large")
        if unfinished.parts < count:
            return None
        self._unfinished = None
        return self._paint(unfinished.head, unfinished.ops)

    def _paint(self, head: Frame, ops: list[FrameOp]) -> PaintedFrame:
        planes, fresh = self._placed(head)
        decoded = [self._decoded(op, planes) for op in ops]
        removed = tuple(sorted(self._planes.keys() - planes.keys()))
        self._planes = planes
        self._videos = {name: video for name, video in self._videos.items() if name in planes}
        damage = {
            name: [Rect(0, 0, *planes[name].place.buffer_size)] for name in fresh if name in planes
        }
        before = [
            _window(planes[op.plane].pixels, op.rect).copy() if isinstance(op, CopyOp) else None
            for op in ops
        ]
        for op, pixels, source in zip(ops, decoded, before, strict=True):
            target = target_rect(op)
            plane = planes[op.plane]
            window = _window(plane.pixels, target)
            if plane.missing and not isinstance(op, CopyOp):
                plane.missing = without(plane.missing, target)
            if isinstance(op, FillOp):
                red, green, blue, alpha = op.rgba
                window[:] = (blue, green, red, alpha)
            elif pixels is not None:
                window[:] = pixels
            elif source is not None:
                window[:] = source
            damage.setdefault(op.plane, []).append(target)
        self.seq, self._begun = head.seq, True
        regions = {name: Region(rects) for name, rects in damage.items()}
        return PaintedFrame(head.seq, regions, tuple(place.plane for place in head.planes), removed)

    def _decoded(self, op: FrameOp, planes: Mapping[str, Plane]) -> Pixels | None:
        """The pixels of an image or a video; checks that any operation fits its plane."""
        plane = planes.get(op.plane)
        if plane is None:
            raise NeedsRefresh(f"an operation paints the unknown plane {op.plane}")
        whole = Rect(0, 0, *plane.place.buffer_size)
        if not whole.contains(op.rect) or not whole.contains(target_rect(op)):
            raise NeedsRefresh(f"an operation leaves plane {op.plane}")
        if isinstance(op, VideoOp):
            if op.rect != whole:
                raise NeedsRefresh(f"a video isn't all of plane {op.plane}")
            return self._next_picture(op)
        return decode_pixels(op) if isinstance(op, ImageOp) else None

    def _next_picture(self, op: VideoOp) -> Pixels:
        """Decode a picture of a video, and keep what decodes the next one.

        The sender goes on with fewer videos than are kept, so the oldest can be forgotten.
        """
        video = self._videos.pop(op.plane, None)
        if op.key:
            video = self._new_decoder(op.codec)
            while len(self._videos) >= MOST_VIDEOS:
                del self._videos[next(iter(self._videos))]
        if video is None or video.codec != op.codec:
            raise NeedsRefresh(f"plane {op.plane} has no {op.codec} that goes on")
        try:
            pixels = video.decode(op.data, op.rect.w, op.rect.h)
        except BadPicture as problem:
            raise NeedsRefresh(problem.reason) from problem
        self._videos[op.plane] = video
        return pixels

    def _placed(self, head: Frame) -> tuple[dict[str, Plane], list[str]]:
        """The planes after the frame's removals and places, and which begin anew."""
        named = {place.plane for place in head.planes}
        planes = {
            name: plane
            for name, plane in self._planes.items()
            if name not in head.removed and (name in named or not head.keyframe)
        }
        fresh = []
        for place in head.planes:
            plane = planes.get(place.plane)
            if plane is not None and plane.place.buffer_size == place.buffer_size:
                planes[place.plane] = Plane(place, plane.pixels, plane.missing)
            else:
                width, height = place.buffer_size
                blank = np.zeros((height, width, 4), np.uint8)
                planes[place.plane] = Plane(place, blank, (Rect(0, 0, width, height),))
                fresh.append(place.plane)
        return planes, fresh


def _continues(unfinished: _Unfinished, frame: Frame) -> bool:
    head = unfinished.head
    return (
        head.seq == frame.seq
        and head.part[1] == frame.part[1]
        and head.keyframe == frame.keyframe
        and unfinished.parts == frame.part[0]
    )


def target_rect(op: FrameOp) -> Rect:
    """What an operation paints."""
    if isinstance(op, CopyOp):
        return Rect(op.to[0], op.to[1], op.rect.w, op.rect.h)
    return op.rect


def _window(pixels: Pixels, rect: Rect) -> Pixels:
    return pixels[rect.y : rect.bottom, rect.x : rect.right]


def decode_pixels(op: ImageOp) -> Pixels:
    """The picture in an image operation; never takes more memory than its rectangle says."""
    try:
        size = reduced(op.rect.w, op.rect.h, op.shrink)
        pixels = decode_plane(op.codec, op.data, *size)
    except BadPicture as problem:
        raise NeedsRefresh(problem.reason) from problem
    return pixels if op.shrink == 1 else grown(pixels, op.shrink, op.rect.w, op.rect.h)
