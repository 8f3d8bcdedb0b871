"""Whether a picture that a program sent may travel to viewers as it is.

It may when every decoder makes the same of it: no transparency, no colours that a profile or gamma
would change, no orientation, nothing animated. The caller has decoded it, so that it is a picture
of its size is known. Whatever isn't known to be harmless isn't forwarded, but encoded anew; neither
is a PNG in full colours that has but few, since a palette of ours has half of its bytes.
"""

import struct

from geometry_ws.render.encode import Encoded
from geometry_ws.render.palette import may_be_indexed
from geometry_ws.render.pixels import Pixels, is_opaque

_SPARE_BYTES = 4096
"""A picture that is larger than its pixels by more than that carries something else."""

_PNG_CHUNKS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"pHYs", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"sRGB"}
)
_FULL_COLOURS = frozenset({2, 6})
_JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_JPEG_HARMLESS = frozenset({0xC4, 0xDB, 0xDD, 0xE0, 0xFE})
_JPEG_ADOBE = 0xEE
_JPEG_SCAN = 0xDA


def forwardable_jpeg(data: bytes, width: int, height: int) -> Encoded | None:
    """The bytes of a JPEG file of that size as they are, if they may be forwarded."""
    if len(data) > 4 * width * height + _SPARE_BYTES:
        return None
    try:
        return Encoded("jpeg", data, lossless=False) if _is_plain_jpeg(data) else None
    except (struct.error, IndexError):  # decoders forgive what is cut off; viewers needn't
        return None


def forwardable(codec: str, data: bytes, decoded: Pixels) -> Encoded | None:
    """The bytes as they are, if they may be forwarded; ``decoded`` are their pixels.

    ``lossless`` says whether all decoders give exactly the same pixels.
    """
    if codec == "jpeg":
        return forwardable_jpeg(data, decoded.shape[1], decoded.shape[0])
    if len(data) > decoded.nbytes + _SPARE_BYTES or not is_opaque(decoded):
        return None
    try:
        if codec == "png":
            full = data[25] in _FULL_COLOURS and may_be_indexed(decoded)
            return Encoded("png", data) if _is_plain_png(data) and not full else None
        if codec == "webp" and data[12:16] in (b"VP8L", b"VP8 "):
            return Encoded("webp", data, lossless=data[12:16] == b"VP8L")
    except (struct.error, IndexError):  # as above
        return None
    return None


def _is_plain_png(data: bytes) -> bool:
    depth = data[24]
    at = 8
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind not in _PNG_CHUNKS:
            return False
        at += 12 + length
        if kind == b"IEND":
            return depth <= 8


def _is_plain_jpeg(data: bytes) -> bool:
    components, at = 0, 2
    while True:
        marker = data[at + 1]
        if data[at] != 0xFF or marker == _JPEG_SCAN:
            return data[at] == 0xFF and components in (1, 3)
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker in _JPEG_FRAMES:
            precision, components = data[at + 4], data[at + 9]
            if precision != 8:
                return False
        elif marker == _JPEG_ADOBE:
            if data[at + 4 : at + 9] != b"Adobe" or data[at + 15] != 1:
                return False  # its colours are not those of other JPEG files
        elif marker not in _JPEG_HARMLESS:
            return False
        at += 2 + length
