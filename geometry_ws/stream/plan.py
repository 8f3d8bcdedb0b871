"""A tick's plan: which frame goes to which viewers, with pixels that aren't encoded yet.

A plan owns its pixels, so that encoding may run in threads while the world goes on. Planes that it
has borrowed are the exception: a writer must give these another buffer first. A picture that
several frames need is encoded once. Pictures of whole planes are cached until they change, so that
a thousand joining viewers cost one encoding.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias, TypeVar

from geometry_ws.render.shrink import shrunk
from geometry_ws.render.video import VideoFailed
from geometry_ws.scene.changes import Tile
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.surface import Pixels, Surface
from geometry_ws.stream.frame import (
    FRAME_BYTES,
    PART_BYTES,
    Cause,
    CopyOp,
    FillOp,
    Frame,
    FrameOp,
    ImageOp,
    PlanePlace,
    VideoOp,
    op_bytes,
    places_bytes,
)
from geometry_ws.stream.loss import NO_LOSS, Loss
from geometry_ws.stream.tiles import Encoding, Ready
from geometry_ws.stream.video import ChainPosition, VideoFrame
from geometry_ws.stream.viewer import Profile, Viewer

SLOW_PART_BYTES: Final = 64 * 1024
"""Parts for slow lines: what comes behind one waits no longer for it than it must."""

Key = TypeVar("Key")

Encoder: TypeAlias = Callable[[Pixels, Encoding], tuple[str, bytes, bool]]
"""Pixels to codec and bytes, and whether these are exact. Called in any thread."""

Encoded: TypeAlias = Sequence[tuple[str, bytes, bool]]

Item: TypeAlias = FillOp | CopyOp | Ready | int
"""What a frame paints; numbers are those of jobs."""


class Job(NamedTuple):
    """Pixels to be encoded, what they are a picture of, and how to encode them.

    ``tile`` is the same picture as its program encoded it, which is sent if it has fewer bytes.
    With a ``video_frame`` they are the next picture of a video, and its encoder encodes them.
    """

    plane: str
    rect: Rect
    pixels: Pixels
    encoding: Encoding
    keep: bool
    tile: Tile | None = None
    video_frame: VideoFrame | None = None


@dataclass(slots=True)
class Group:
    """One frame for several viewers."""

    viewers: tuple[Viewer, ...]
    head: Frame
    profile: Profile
    floors: dict[str, int] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    refined: int = 0
    video_positions: dict[str, ChainPosition] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What a tick wants to send. Call `encode` in any thread, then the stream's `commit`."""

    seq: int
    time: float = 0.0
    groups: list[Group] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    changed_since: float | None = None
    cause: Cause | None = None
    forwarded: int = 0
    borrowed: set[str] = field(default_factory=set)

    @property
    def moves(self) -> bool:
        """Whether any viewer gets new places in frame ``seq``."""
        return any(group.head.planes or group.head.removed for group in self.groups)

    @property
    def pixels(self) -> int:
        """How many are to be encoded."""
        return sum(job.rect.area for job in self.jobs)

    def encode(self, encoder: Encoder, first: int = 0, step: int = 1) -> Encoded:
        """Encode all pixels, or those of every so many jobs.

        Touches nothing but them and the encoders of videos, each of which has one job. Raises
        VideoFailed, like whatever else comes out of encoders; then the plan must be abandoned.
        """
        return [_encoded(job, encoder) for job in self.jobs[first::step]]

    @property
    def video_frames(self) -> list[VideoFrame]:
        """All pictures of videos."""
        return [job.video_frame for job in self.jobs if job.video_frame is not None]

    def videos(self, encoded: Encoded) -> list[tuple[VideoFrame, int]]:
        """The same with their bytes, when they are encoded."""
        return [
            (job.video_frame, len(data))
            for job, (_, data, _) in zip(self.jobs, encoded, strict=True)
            if job.video_frame is not None
        ]

    def parts(self, group: Group, encoded: Encoded) -> tuple[list[Frame], Loss]:
        """A group's frame with its encoded pixels, and what it does to exactness."""
        ops: list[FrameOp] = []
        lossy: dict[str, list[Rect]] = {}
        exact: dict[str, list[Rect]] = {}
        fills: dict[str, list[Rect]] = {}
        copies: dict[str, tuple[tuple[Rect, int, int], ...]] = {}
        downscaled: dict[tuple[str, int], list[Rect]] = {}
        for item in group.items:
            ready = self._ready(item, encoded) if isinstance(item, int) else item
            if isinstance(ready, Ready):
                ops.append(ready.op)
                kind = exact if ready.exact else lossy
                kind.setdefault(ready.op.plane, []).append(ready.op.rect)
                if isinstance(ready.op, ImageOp) and ready.op.shrink > 1:
                    key = ready.op.plane, ready.op.shrink
                    downscaled.setdefault(key, []).append(ready.op.rect)
                continue
            ops.append(ready)
            if isinstance(ready, FillOp):
                fills.setdefault(ready.plane, []).append(ready.rect)
            else:
                shift = ready.rect, ready.to[0] - ready.rect.x, ready.to[1] - ready.rect.y
                copies[ready.plane] = (*copies.get(ready.plane, ()), shift)
        loss = NO_LOSS
        if lossy or any(viewer.lossy or viewer.downscaled for viewer in group.viewers):
            for plane in fills.keys() - copies.keys():  # a copy may lie over a fill
                exact.setdefault(plane, []).extend(fills[plane])
            loss = Loss(_regions(lossy), exact, copies, _regions(downscaled), lossy)
        size = SLOW_PART_BYTES if group.profile.fast else PART_BYTES
        return lay_out(group.head, ops, size), loss

    def _ready(self, number: int, encoded: Encoded) -> Ready:
        job, (codec, data, exact) = self.jobs[number], encoded[number]
        if job.video_frame is not None:
            return Ready(
                VideoOp(job.plane, job.rect, codec, data, job.video_frame.key), exact=False
            )
        as_it_came = job.tile is not None and data is job.tile.data
        shrink = 1 if as_it_came else job.encoding.shrink
        return Ready(ImageOp(job.plane, job.rect, codec, data, shrink), exact)

    def cacheable(self, encoded: Encoded) -> list[tuple[Ready, Encoding]]:
        """Tiles among the pictures that viewers which join will need again."""
        return [
            (self._ready(number, encoded), job.encoding)
            for number, job in enumerate(self.jobs)
            if job.keep
        ]


def _encoded(job: Job, encoder: Encoder) -> tuple[str, bytes, bool]:
    if job.video_frame is not None:
        try:
            data = job.video_frame.encoder.encode(job.pixels, key=job.video_frame.key)
        except VideoFailed as problem:
            problem.plane = job.plane
            raise
        return job.video_frame.codec, data, False
    shrink, tile = job.encoding.shrink, job.tile
    pixels = job.pixels if shrink == 1 else shrunk(job.pixels, shrink)
    codec, data, exact = encoder(pixels, job.encoding)
    if tile is not None and len(tile.data) <= len(data):
        return tile.codec, tile.data, tile.lossless
    return codec, data, exact and shrink == 1


def _regions(rects: Mapping[Key, Sequence[Rect]]) -> dict[Key, Region]:
    return {key: Region(rects_of_key) for key, rects_of_key in rects.items()}


def interleaved(shares: Sequence[Encoded]) -> Encoded:
    """What several calls of `Plan.encode` have encoded, each with its own ``first``, in order."""
    count = sum(len(share) for share in shares)
    return [shares[number % len(shares)][number // len(shares)] for number in range(count)]


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
        surface.shown_when,
    )


def whole_of(surface: Surface) -> Rect:
    """All of a surface's buffer."""
    return Rect(0, 0, *surface.buffer_size)


def lay_out(head: Frame, ops: Sequence[FrameOp], most_bytes: int = PART_BYTES) -> list[Frame]:
    """A frame in as few parts as hold its operations; places and removals lie in the first."""
    chunks: list[list[FrameOp]] = [[]]
    room = most_bytes - FRAME_BYTES - places_bytes(head.planes)
    for op in ops:
        room -= op_bytes(op)
        if room < 0 and (chunks[-1] or len(chunks) == 1):
            chunks.append([])
            room = most_bytes - FRAME_BYTES - op_bytes(op)
        chunks[-1].append(op)
    if not chunks[0] and not head.planes and len(chunks) > 1:
        del chunks[0]
    count = len(chunks)
    return [
        head._replace(
            part=(index, count),
            planes=head.planes if index == 0 else (),
            removed=head.removed if index == 0 else (),
            cause=head.cause if index == 0 else None,
            acks_per_second=head.acks_per_second if index == 0 else 0,
            ops=tuple(chunk),
        )
        for index, chunk in enumerate(chunks)
    ]
