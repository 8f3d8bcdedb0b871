"""Frames of streams: what is placed, removed and painted in one step."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import Event
from geometry_ws.protocol.values import Counter, Identifier, Rect, Rgba, ShownWhen


class PlanePlace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a plane lies, in world pixels; its buffer has its size times its scale.

    Viewers show it only where `shown_when` matches their look; see docs/streams.md.
    """

    plane: Identifier
    x: int
    y: int
    z: int
    width: int
    height: int
    scale: int = 1
    opacity: float = 1.0
    opaque: bool = False
    shown_when: ShownWhen | None = None


class FrameFill(msgspec.Struct, array_like=True, tag="fill", frozen=True):
    """``["fill", plane, rect, rgba]``: one colour, premultiplied."""

    plane: Identifier
    rect: Rect
    rgba: Rgba


class FrameCopy(msgspec.Struct, array_like=True, tag="copy", frozen=True):
    """``["copy", plane, rect, [x, y]]``: from the picture before this frame."""

    plane: Identifier
    rect: Rect
    to: tuple[int, int]


class FrameImage(msgspec.Struct, array_like=True, tag="image", frozen=True):
    """``["image", plane, rect, codec, bytes]``: pixels, in a codec of ``frame_codecs``.

    A sixth entry, 2 or 4, says that each pixel stands for a square of so many across and down.
    """

    plane: Identifier
    rect: Rect
    codec: str
    data: bytes
    shrink: int = 1


class FrameVideo(msgspec.Struct, array_like=True, tag="video", frozen=True):
    """``["video", plane, rect, codec, bytes, key]``: the next frame of the plane's video.

    The rectangle is all of the plane. Without ``key`` it needs the video frame before it.
    """

    plane: Identifier
    rect: Rect
    codec: Literal["h264", "vp8"]
    data: bytes
    key: bool


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """The newest input that a commit in the frame named; both times are on ``time_us``' clock."""

    input: Counter
    input_us: int
    commit_us: int


class Frame(Event, frozen=True, kw_only=True, omit_defaults=True):
    """One atomic step of a stream, or one part of it."""

    epoch: str
    seq: Counter
    base: Counter
    time_us: int
    keyframe: bool = False
    part: tuple[int, int] = (0, 1)
    planes: list[PlanePlace] = []
    removed: list[Identifier] = []
    ops: list[FrameFill | FrameCopy | FrameImage | FrameVideo] = []
    cause: Cause | None = None
    acks_per_second: Annotated[int, Meta(ge=0, description="from now on; 0: as before")] = 0
