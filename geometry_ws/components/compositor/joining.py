"""What a new viewer is told (codecs, token, rate of acks), and how pictures are encoded for it."""

import secrets
from collections.abc import Iterable

from geometry_ws.render import video
from geometry_ws.render.codecs import EXACT_CODECS, FRAME_CODECS, VIDEO_CODECS
from geometry_ws.render.encode import encode
from geometry_ws.scene.surface import Pixels
from geometry_ws.stream.pace import acks_per_second
from geometry_ws.stream.stream import Stream
from geometry_ws.stream.tiles import Encoding
from geometry_ws.stream.viewer import Joining

_ACKED_BYTES, _ACKED_BYTES_OF_MANY, _MANY = 256 * 1024, 512 * 1024, 10


class JoiningViewers:
    """Gives viewers the names that statistics show."""

    def __init__(self) -> None:
        self._count = 0

    def joining(
        self, codecs: Iterable[str], stream: Stream, *, thumbnails: bool = False
    ) -> Joining:  # fmt: skip
        """What a viewer that decodes these codecs, and thumbnails, brings into a stream."""
        self._count += 1
        named = frozenset(codecs)
        usable = named.intersection(FRAME_CODECS) - EXACT_CODECS
        if not named.isdisjoint(VIDEO_CODECS):
            usable |= named.intersection(video.encodable())
        return Joining(
            codecs=usable,
            name=f"w{self._count}",
            token=secrets.token_urlsafe(16),
            seq=stream.seq,
            acks_per_second=acks_per_second(len(stream.viewers) + 1),
            thumbnails=thumbnails,
        )


def acked_bytes(viewers: int) -> int:
    """The window that a viewer beside so many others is told: it acknowledges after half of it."""
    return _ACKED_BYTES if viewers < _MANY else _ACKED_BYTES_OF_MANY


def encode_as_wished(pixels: Pixels, encoding: Encoding) -> tuple[str, bytes, bool]:
    """Codec, bytes, and whether these are exact. Thread-safe."""
    return encode(
        pixels,
        opaque=encoding.opaque,
        content=encoding.content,
        quality=encoding.quality,
        codecs=encoding.codecs | EXACT_CODECS,
        spare_ms=encoding.spare_ms,
    )


def all_codecs(joining: Joining) -> list[str]:
    """What may come to a viewer, in the order in which they are documented."""
    names = (*FRAME_CODECS, *VIDEO_CODECS)
    return [name for name in names if name in joining.codecs or name in EXACT_CODECS]
