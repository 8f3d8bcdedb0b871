"""Pictures that follow each other as H.264 or VP8, by PyAV where that is installed (an extra).

Neither end keeps a picture back: each one that goes in comes out at once, and none is made from
later ones. Colours are BT.709, limited range, at half the size, with sides that are even: the last
row or column of an odd picture is there twice in the video, and cut away again. Libraries are
loaded when they are needed. An encoder or decoder is freed when nothing refers to it any more, so
that no thread can lose one that it works with.
"""

import functools
import importlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final, Protocol

import numpy as np

from geometry_ws.render.codecs import VIDEO_CODECS, VideoCodec
from geometry_ws.render.errors import BadPicture
from geometry_ws.render.pixels import Pixels

LEAST_SIDE_PX: Final = 64
MOST_PIXELS: Final = 1920 * 1088
MOST_SIDE_PX: Final = 2048
"""Less isn't worth a codec, more takes longer than there is from frame to frame."""

MOST_BYTES: Final = 512 * 1024
"""One picture of a video; encoders are set so that they stay well below it."""

_BT709, _LIMITED, _FULL = 1, 1, 2  # as the formats number them
_KEY, _ANY = 1, 0  # kinds of pictures that an encoder can be asked for
_RATE = 30
"""Pictures a second, as far as encoders ask: they are told nothing of real time."""

_CONVERTED_AT_ONCE = 16
"""Pixels of a row. Where a row ends between, libswscale leaves its last pixels as the memory was,
or writes on into the next row, which another of its threads may have done already.
"""

_NEVER = 10**6
_MOST_DECODED = 2 * MOST_PIXELS
_ENCODERS: Final[Mapping[str, str]] = {"h264": "libx264", "vp8": "libvpx"}
_OPTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "h264": {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "crf": "23",
        "forced-idr": "1",
        # Whatever is shown, no picture is larger than the buffer: 200 kB.
        "x264-params": "keyint=infinite:scenecut=0:bframes=0:annexb=1:repeat-headers=1"
        ":vbv-maxrate=40000:vbv-bufsize=1600",
    },
    "vp8": {
        "deadline": "realtime",
        "cpu-used": "8",
        "lag-in-frames": "0",
        "keyint_min": str(_NEVER),
        "qmin": "20",
        "qmax": "63",
        "max-intra-rate": "200",
    },
}
_VP8_BITS_PER_PIXEL_SECOND = 9


class VideoFailed(RuntimeError):
    """An encoder gave something else than one picture for one picture, or nothing at all.

    ``plane`` is whose encoder it was, where that is known.
    """

    plane = ""


class PictureEncoder(Protocol):
    """What makes a video of one surface's pictures."""

    def encode(self, pixels: Pixels, *, key: bool) -> bytes:
        """The next picture, opaque, of the size of the video; with ``key`` it needs none before.

        Raises VideoFailed; then the encoder is of no use any more.
        """


EncoderFactory = Callable[[str, int, int], PictureEncoder]
"""Codec, width and height become an encoder. Fast: libraries wait for the first picture."""


@functools.cache
def encodable() -> tuple[VideoCodec, ...]:
    """The codecs that can be encoded here; none without PyAV."""
    return tuple(codec for codec in VIDEO_CODECS if _knows(_ENCODERS[codec], "w"))


@functools.cache
def decodable() -> tuple[VideoCodec, ...]:
    """The codecs that can be decoded here; none without PyAV."""
    return tuple(codec for codec in VIDEO_CODECS if _knows(codec, "r"))


def fits(width: int, height: int) -> bool:
    """Whether a picture of this size may be a video."""
    return (
        min(width, height) >= LEAST_SIDE_PX
        and max(width, height) <= MOST_SIDE_PX
        and width * height <= MOST_PIXELS
    )


class VideoEncoder:
    """Encodes one video; one thread at a time, not always the same."""

    def __init__(self, codec: str, width: int, height: int) -> None:
        self._codec = codec
        self._size = width, height
        self._context: Any = None
        self._converter: Any = None
        self._count = 0

    def encode(self, pixels: Pixels, *, key: bool) -> bytes:
        """See `PictureEncoder.encode`."""
        try:
            packets = self._encoded(pixels, key=key)
            data = b"".join(bytes(packet) for packet in packets)
        except Exception as problem:  # libraries below say neither which nor when
            raise VideoFailed(f"{self._codec}: {problem}") from problem
        if len(packets) != 1 or not 0 < len(data) <= MOST_BYTES:
            raise VideoFailed(f"{self._codec}: {len(data)} bytes in {len(packets)} packets")
        if key and not packets[0].is_keyframe:
            raise VideoFailed(f"{self._codec}: a picture needs others that shouldn't")
        return data

    def _encoded(self, pixels: Pixels, *, key: bool) -> list[Any]:
        frames = importlib.import_module("av.video.frame")
        height, width = pixels.shape[:2]
        if (width, height) != self._size:
            raise ValueError(f"a picture of {width} x {height} pixels")
        if self._context is None:
            self._context = self._opened()
            reformatter = importlib.import_module("av.video.reformatter")
            self._converter = reformatter.VideoReformatter()
        even = np.ascontiguousarray(_padded(pixels))
        # A converter of its own for each picture, in threads, takes half as much time again.
        frame = self._converter.reformat(
            frames.VideoFrame.from_ndarray(even, "bgra"),
            format="yuv420p",
            dst_colorspace="ITU709",
            dst_color_range=_LIMITED,
            threads=1,
        )
        frame.pts = self._count
        frame.pict_type = _KEY if key or not self._count else _ANY
        self._count += 1
        return list(self._context.encode(frame))

    def _opened(self) -> Any:
        width, height = (side + side % 2 for side in self._size)
        context = _context(_ENCODERS[self._codec], "w")
        context.width, context.height = width, height
        context.pix_fmt = "yuv420p"
        context.time_base, context.framerate = Fraction(1, _RATE), Fraction(_RATE, 1)
        context.gop_size = _NEVER
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED
        if self._codec == "vp8":
            context.bit_rate = width * height * _VP8_BITS_PER_PIXEL_SECOND
        context.options = dict(_OPTIONS[self._codec])
        return context


class VideoDecoder:
    """Decodes one video from a picture on that needs none before."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self._context: Any = None

    def decode(self, data: bytes, width: int, height: int) -> Pixels:
        """The next picture, (height, width, 4). Raises BadPicture; then this decoder is over."""
        if not 0 < len(data) <= MOST_BYTES or not fits(width, height):
            raise BadPicture("A video has a size or bytes that no video here has.")
        try:
            frames = self._decoded(data)
        except Exception as problem:  # fed by strangers: whatever it raises is the bytes' fault
            raise BadPicture("The video's bytes are broken; ask for a refresh.") from problem
        even = width + width % 2, height + height % 2
        if len(frames) != 1 or (frames[0].width, frames[0].height) != even:
            raise BadPicture("The video has another size than its rectangle.")
        return _pixels(frames[0])[:height, :width]

    def _decoded(self, data: bytes) -> list[Any]:
        if self._context is None:
            self._context = _context(self.codec, "r")
            # Nothing is reserved for a picture that says that it is larger than a video may be.
            self._context.options = {"flags": "low_delay", "max_pixels": str(_MOST_DECODED)}
        # Of that size first: memory of its own has the zeros behind it that decoders read.
        packet = importlib.import_module("av").Packet(len(data))
        packet.update(data)
        return list(self._context.decode(packet))


def _pixels(frame: Any) -> Pixels:
    """The picture of a frame, opaque, (height, width or more, 4)."""
    converted = _widened(frame).reformat(
        format="bgra", src_colorspace="ITU709", dst_color_range=_FULL
    )
    pixels: Pixels = converted.to_ndarray()
    pixels[..., 3] = 255
    return pixels


def _widened(frame: Any) -> Any:
    """The frame with black columns at its right, up to a multiple of `_CONVERTED_AT_ONCE`."""
    width, height = frame.width, frame.height
    if not width % _CONVERTED_AT_ONCE:
        return frame
    if frame.format.name != "yuv420p":  # other programs' videos
        frame = frame.reformat(format="yuv420p")
    wide = -(-width // _CONVERTED_AT_ONCE) * _CONVERTED_AT_ONCE
    planar = np.zeros((height + height // 2, wide), np.uint8)
    start = 0
    for plane in frame.planes:
        columns = wide * plane.width // width
        rows = planar.reshape(-1)[start : start + plane.height * columns].reshape(-1, columns)
        lines = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        rows[:, : plane.width] = lines[: plane.height, : plane.width]
        start += rows.size
    widened = importlib.import_module("av.video.frame").VideoFrame.from_ndarray(planar, "yuv420p")
    widened.color_range = frame.color_range
    return widened


def _padded(pixels: Pixels) -> Pixels:
    """A picture with even sides: the last column and row once more."""
    height, width = pixels.shape[:2]
    if width % 2 or height % 2:
        return np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return pixels


def _knows(name: str, mode: str) -> bool:
    try:
        _context(name, mode)
    except Exception:  # noqa: BLE001 - not installed, not loadable here, or built without it
        return False
    return True


def _context(name: str, mode: str) -> Any:
    context = importlib.import_module("av.codec").CodecContext.create(name, mode)
    context.thread_count = 1  # several threads would keep pictures back
    return context
