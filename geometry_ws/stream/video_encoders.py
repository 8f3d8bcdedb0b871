"""Which surfaces go out as video in a tick, in which codec, and when a key is due.

Each surface has one encoder for all viewers. A viewer that is out of step (it has just come, was
left out of a frame, or looked elsewhere) gets images, as a viewer without video codecs does. A key
for it is made at most once a second. An encoder is given up when no viewer has used it for a while,
and so is one of a surface where encoding failed several times.
"""

import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from geometry_ws.render.codecs import VIDEO_CODECS
from geometry_ws.render.pixels import is_opaque
from geometry_ws.render.shrink import SHRINKS
from geometry_ws.render.video import EncoderFactory, PictureEncoder, fits
from geometry_ws.scene.surface import Surface
from geometry_ws.stream.motion import covers_most
from geometry_ws.stream.pending import PendingPlane
from geometry_ws.stream.plan import SLOW_PART_BYTES
from geometry_ws.stream.video import ChainPosition, VideoFrame
from geometry_ws.stream.viewer import Profile, Viewer

MOST_ENCODERS: Final = 8
"""At a time: what two cores can do beside everything else, at some megabytes each."""

KEY_SECONDS: Final = 1.0
"""From one key of a surface to the next, however many viewers are out of step: a key has as many
bytes as six other pictures."""

IDLE_SECONDS: Final = 5.0
"""An encoder from which no viewer has got anything for so long is given up."""

RUNNING_SECONDS: Final = 0.16
"""A video that has had no picture for so long is at rest, and its lossy pixels are refined."""

SHRUNK_BYTES_PER_PIXEL: Final = 0.12
"""Of a shrunk picture as JPEG, measured with recorded and with drawn pictures."""

NEWEST_WEIGHT: Final = 1 / 16
"""Of a picture in the mean of a video's bytes."""

MOST_FAILURES: Final = 3
"""One after the other, of one surface."""


class Recipient(NamedTuple):
    """A viewer that may get what changes, as what, and whether it missed nothing before."""

    viewer: Viewer
    profile: Profile
    current: bool


@dataclass(slots=True)
class _SurfaceEncoder:
    """One surface's encoder, and how many pictures it has been given."""

    codec: str
    size: tuple[int, int]
    chain: int
    encoder: PictureEncoder
    used: float
    count: int = 0
    mean_bytes: float = 0.0

    def next_frame(self, plane: str, *, key: bool) -> VideoFrame:
        """The picture that it would make next."""
        position = ChainPosition(self.chain, self.count + 1)
        return VideoFrame(plane, self.codec, position, key, self.encoder, self.most_shrink)

    def encoded(self, size_bytes: int) -> None:
        """A picture has so many bytes."""
        weight = NEWEST_WEIGHT if self.mean_bytes else 1.0
        self.mean_bytes += weight * (size_bytes - self.mean_bytes)

    @property
    def most_shrink(self) -> int:
        """The most by which pictures may be shrunk that would have no fewer bytes than its own."""
        area = self.size[0] * self.size[1]
        return max(
            (
                shrink
                for shrink in SHRINKS
                if self.mean_bytes * shrink**2 <= SHRUNK_BYTES_PER_PIXEL * area
            ),
            default=1,
        )

    def is_in_step(self, viewer: Viewer, plane: str) -> bool:
        """Whether the viewer has the newest picture, on which the next one builds."""
        return self.count > 0 and viewer.video_positions.get(plane) == (self.chain, self.count)


class VideoFrames:
    """What goes out as video in one tick, to which profiles."""

    def __init__(
        self,
        frames: Mapping[str, VideoFrame] | None = None,
        changes: Mapping[str, PendingPlane] | None = None,
    ) -> None:
        self._frames = frames or {}
        self._changes = changes or {}

    def get(self, profile: Profile, plane: str) -> VideoFrame | None:
        """The plane's picture as video, if viewers of the profile get it as such."""
        frame = self._frames.get(plane)
        if frame is None or not serves(
            frame.codec, frame.most_shrink, profile, self._changes[plane]
        ):
            return None
        return frame

    def of(self, profile: Profile) -> list[VideoFrame]:
        """All for a profile."""
        return [frame for plane in self._frames if (frame := self.get(profile, plane)) is not None]

    def reduced(self, profile: Profile) -> Profile:
        """A profile without the videos of which there is none for it: others may be equal to it."""
        codecs = profile.codecs.difference(VIDEO_CODECS)
        return profile._replace(codecs=codecs.union(frame.codec for frame in self.of(profile)))

    def split(self, profile: Profile, viewers: list[Viewer]) -> tuple[list[Viewer], list[Viewer]]:
        """Viewers who can decode all for their profile, and those who are out of step."""
        frames = self.of(profile)
        if not frames:
            return viewers, []
        able, late = list[Viewer](), list[Viewer]()
        for viewer in viewers:
            fits_all = all(frame.fits(viewer.video_positions) for frame in frames)
            (able if fits_all else late).append(viewer)
        return able, late


class VideoEncoders:
    """All encoders of a stream's planes. Without ``new_encoder``, which makes them, no video."""

    def __init__(self, planes: Mapping[str, Surface], new_encoder: EncoderFactory | None) -> None:
        self._planes = planes
        self._new_encoder = new_encoder
        self._encoders: dict[str, _SurfaceEncoder] = {}
        self._key_times: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._chains = itertools.count(1)

    def __len__(self) -> int:
        return len(self._encoders)

    @property
    def closes_at(self) -> float | None:
        """When the next encoder will be given up; None without encoders."""
        used = [encoder.used for encoder in self._encoders.values()]
        return min(used) + IDLE_SECONDS if used else None

    def expire(self, now: float) -> None:
        """Give up encoders that no viewer uses any more."""
        for plane, encoder in list(self._encoders.items()):
            if encoder.used + IDLE_SECONDS <= now:
                del self._encoders[plane]

    def drop(self, plane: str) -> None:
        """A plane is gone."""
        self._encoders.pop(plane, None)
        self._key_times.pop(plane, None)
        self._failures.pop(plane, None)

    def is_running(self, plane: str, viewer: Viewer, now: float) -> bool:
        """Whether the viewer is about to get the next picture of the plane's video."""
        encoder, position = self._encoders.get(plane), viewer.video_positions.get(plane)
        return (
            encoder is not None
            and position is not None
            and position.chain == encoder.chain
            and now - encoder.used < RUNNING_SECONDS
        )

    def failed(self, frame: VideoFrame, *, itself: bool) -> None:
        """A tick with this picture came to nothing: what its encoder has seen isn't known.

        It counts against the surface only where its encoder ``itself`` has failed.
        """
        self._encoders.pop(frame.plane, None)
        if itself:
            self._failures[frame.plane] = self._failures.get(frame.plane, 0) + 1

    def succeeded(self, frame: VideoFrame, size_bytes: int) -> None:
        """A picture was encoded, in so many bytes."""
        self._failures.pop(frame.plane, None)
        encoder = self._encoders.get(frame.plane)
        if encoder is not None and encoder.chain == frame.position.chain:
            encoder.encoded(size_bytes)

    def used(self, frame: VideoFrame, now: float) -> None:
        """This picture goes to a viewer."""
        encoder = self._encoders[frame.plane]
        encoder.count, encoder.used = frame.position.number, now
        if frame.key:
            self._key_times[frame.plane] = now

    def frames(
        self,
        changes: Mapping[str, PendingPlane],
        recipients: Iterable[Recipient],
        viewers: Collection[Viewer],
        now: float,
    ) -> VideoFrames:
        """What may go out as video in this tick: changes of planes that are all there.

        All ``viewers`` together decide on the codec, also those who get nothing now. Nothing
        changes but that encoders are made.
        """
        encoders = self._candidates(changes, viewers, now)
        if not encoders:
            return VideoFrames()
        served = [
            (recipient, self._served(recipient, encoders, changes)) for recipient in recipients
        ]
        keys = self._keys(encoders, served, now)
        frames: dict[str, VideoFrame] = {}
        for plane, encoder in encoders.items():
            in_step = any(
                plane in planes and encoder.is_in_step(recipient.viewer, plane)
                for recipient, planes in served
            )
            if in_step or plane in keys:
                frames[plane] = encoder.next_frame(plane, key=plane in keys)
                self._encoders[plane] = encoder
        return VideoFrames(frames, changes)

    def _candidates(
        self, changes: Mapping[str, PendingPlane], viewers: Collection[Viewer], now: float
    ) -> dict[str, _SurfaceEncoder]:
        """Encoders of the planes that may go out as video; new ones aren't kept yet."""
        encoders: dict[str, _SurfaceEncoder] = {}
        able = [viewer for viewer in viewers if not viewer.joining.codecs.isdisjoint(VIDEO_CODECS)]
        if not able:
            return encoders
        for plane, change in changes.items():
            surface = self._planes[plane]
            if self._new_encoder is None or not self._may_be_video(surface, change):
                continue
            if len(self._encoders | encoders) >= MOST_ENCODERS and plane not in self._encoders:
                continue
            profiles = [
                viewer.profile(now)
                for viewer in able
                if not viewer.hidden and viewer.look.shows(surface)
            ]
            codec = _codec_for(profiles, change, self._most_shrink(plane))
            if codec and (surface.opaque or is_opaque(surface.buffer)):
                encoders[plane] = self._encoder(surface, codec, self._new_encoder, now)
        return encoders

    def _most_shrink(self, plane: str) -> int:
        encoder = self._encoders.get(plane)
        return max(SHRINKS) if encoder is None else encoder.most_shrink

    def _may_be_video(self, surface: Surface, change: PendingPlane) -> bool:
        """Whether a change is worth a picture of a video, if it is opaque."""
        return (
            surface.sent_as == "video"
            and fits(*surface.buffer_size)
            and covers_most(surface, change)
            and self._failures.get(surface.id, 0) < MOST_FAILURES
        )

    def _encoder(
        self, surface: Surface, codec: str, new_encoder: EncoderFactory, now: float
    ) -> _SurfaceEncoder:
        """The encoder of a surface, perhaps a new one."""
        width, height = surface.buffer_size
        encoder = self._encoders.get(surface.id)
        if encoder is not None and (encoder.codec, encoder.size) == (codec, (width, height)):
            return encoder
        chain = next(self._chains)
        return _SurfaceEncoder(
            codec, (width, height), chain, new_encoder(codec, width, height), now
        )

    def _served(
        self,
        recipient: Recipient,
        encoders: Mapping[str, _SurfaceEncoder],
        changes: Mapping[str, PendingPlane],
    ) -> list[str]:
        """The planes that a recipient looks at and would get as video."""
        return [
            plane
            for plane, encoder in encoders.items()
            if serves(encoder.codec, encoder.most_shrink, recipient.profile, changes[plane])
            and recipient.viewer.look.shows(self._planes[plane])
        ]

    def _keys(
        self,
        encoders: Mapping[str, _SurfaceEncoder],
        served: Iterable[tuple[Recipient, list[str]]],
        now: float,
    ) -> set[str]:
        """The planes for which a key is made.

        Viewers who are out of step get one, unless they missed a frame just now: a viewer that
        always does would cost the others a key each second. Of a viewer that is out of step with
        several planes all or none are keys, for one picture that can't be decoded keeps a frame
        away.
        """
        keys: set[str] = set()
        for recipient, planes in served:
            if recipient.current:
                lacking = {
                    plane
                    for plane in planes
                    if not encoders[plane].is_in_step(recipient.viewer, plane)
                }
                if all(self._may_have_key(plane, now) for plane in lacking):
                    keys |= lacking
        return keys

    def _may_have_key(self, plane: str, now: float) -> bool:
        return self._key_times.get(plane, float("-inf")) + KEY_SECONDS <= now


def serves(codec: str, most_shrink: int, profile: Profile, change: PendingPlane) -> bool:
    """Whether viewers of a profile get a change as video, if they are in step.

    Over good lines a picture that the program has encoded travels as it came; viewers that show
    the world smaller than by ``most_shrink`` get shrunk pictures, which have fewer bytes.
    """
    if codec not in profile.codecs or profile.shrink > most_shrink:
        return False
    return profile.fast or not any(
        tile.codec in profile.codecs and len(tile.data) <= SLOW_PART_BYTES
        for tile in change.tiles.values()
    )


def _codec_for(profiles: Iterable[Profile], change: PendingPlane, most_shrink: int) -> str:
    """What most viewers decode; of equally many the preferred one. Empty: nothing."""
    counts = dict.fromkeys(VIDEO_CODECS, 0)
    for profile in profiles:
        for codec in VIDEO_CODECS:
            counts[codec] += serves(codec, most_shrink, profile, change)
    best = max(VIDEO_CODECS, key=lambda codec: counts[codec])
    return best if counts[best] else ""
