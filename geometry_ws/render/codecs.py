"""Names of the codecs of pictures in frames; what loads their libraries lies elsewhere."""

from typing import Final, Literal, TypeAlias

Codec: TypeAlias = Literal["raw", "deflate", "palette", "png", "webp", "jpeg"]

FRAME_CODECS: Final[tuple[Codec, ...]] = ("raw", "deflate", "palette", "png", "webp", "jpeg")
"""All that a picture in a frame may be; `png`, `webp` and `jpeg` are opaque pictures alone."""

FILE_CODECS: Final[frozenset[str]] = frozenset({"png", "webp", "jpeg"})
"""Those that are files, with headers of their own and alpha 255 everywhere."""

EXACT_CODECS: Final[frozenset[str]] = frozenset({"raw", "deflate"})
"""What every viewer knows."""

VideoCodec: TypeAlias = Literal["h264", "vp8"]

VIDEO_CODECS: Final[tuple[VideoCodec, ...]] = ("h264", "vp8")
"""What a video operation may be, the one that is preferred first."""
