"""Frames as values: one atomic step of a stream, or one part of it.

A frame places planes (pictures that the viewer composes), removes planes and paints into them.
It applies to any viewer whose last frame is `base` or later; a keyframe applies to any viewer.
Rectangles of operations are in buffer pixels of their plane, places are in world pixels.
How frames lie on the wire is in wire.py; how they are painted is in painter.py.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

from geometry_ws.scene.faces import ALWAYS, ShownWhen
from geometry_ws.scene.geometry import Rect

CAUSE_BYTES: Final = 64
"""What the cause of a frame costs on the wire, rounded up."""

PART_BYTES: Final = 128 * 1024
"""Pixel data in one message: a part delays input on the same connection by its time. A single
picture may have twice as much, where nothing compresses it."""

OP_OVERHEAD: Final = 32
"""What an operation costs on the wire beside its data, rounded up."""

PLACE_BYTES: Final = 96
"""What a plane's place costs on the wire, rounded up."""

FACE_BYTES: Final = 64
"""What it costs beside that to say for which looks a plane is shown, rounded up."""

FRAME_BYTES: Final = 128
"""What a frame's own fields and the router's envelope cost, rounded up."""


class PlanePlace(NamedTuple):
    """Where a plane lies, how, and for which looks; its buffer has its size times its scale."""

    plane: str
    x: int
    y: int
    z: int
    width: int
    height: int
    scale: int = 1
    opacity: float = 1.0
    opaque: bool = False
    shown_when: ShownWhen = ALWAYS

    @property
    def buffer_size(self) -> tuple[int, int]:
        """Width and height in buffer pixels."""
        return self.width * self.scale, self.height * self.scale


class FillOp(NamedTuple):
    """One colour, premultiplied: red, green, blue, alpha."""

    plane: str
    rect: Rect
    rgba: tuple[int, int, int, int]


class CopyOp(NamedTuple):
    """What the rectangle held before this frame, put with its corner at ``to``."""

    plane: str
    rect: Rect
    to: tuple[int, int]


class ImageOp(NamedTuple):
    """Pixels of the rectangle, encoded: all of them, or each for ``shrink`` x ``shrink``."""

    plane: str
    rect: Rect
    codec: str
    data: bytes
    shrink: int = 1


class VideoOp(NamedTuple):
    """The next picture of the plane's video; the rectangle is all of the plane.

    One with ``key`` can be decoded by itself. Another needs the video operation of this plane
    before it to have been decoded.
    """

    plane: str
    rect: Rect
    codec: str
    data: bytes
    key: bool


FrameOp: TypeAlias = FillOp | CopyOp | ImageOp | VideoOp


class Cause(NamedTuple):
    """An input that a commit answers: its number, when it came, when the commit came."""

    number: int
    input_time: float
    commit_time: float


class FrameCause(NamedTuple):
    """The newest input that a frame answers, and when it and the commit came, in microseconds."""

    input: int
    input_us: int
    commit_us: int


class Frame(NamedTuple):
    """One frame, or part ``part[0]`` of ``part[1]`` of it."""

    epoch: str
    seq: int
    base: int
    time_us: int
    keyframe: bool = False
    part: tuple[int, int] = (0, 1)
    planes: tuple[PlanePlace, ...] = ()
    removed: tuple[str, ...] = ()
    ops: tuple[FrameOp, ...] = ()
    cause: FrameCause | None = None
    acks_per_second: int = 0

    @property
    def cost_bytes(self) -> int:
        """About what it takes on the wire; for flow control, never less than the pixel data."""
        return (
            FRAME_BYTES
            + (CAUSE_BYTES if self.cause is not None else 0)
            + places_bytes(self.planes)
            + sum(16 + len(plane) for plane in self.removed)
            + sum(op_bytes(op) for op in self.ops)
        )


def places_bytes(places: Sequence[PlanePlace]) -> int:
    """About what places take on the wire."""
    faces = sum(place.shown_when is not ALWAYS for place in places)
    return PLACE_BYTES * len(places) + FACE_BYTES * faces


def op_bytes(op: FrameOp) -> int:
    """About what an operation takes on the wire."""
    return OP_OVERHEAD + (len(op.data) if isinstance(op, ImageOp | VideoOp) else 0)
