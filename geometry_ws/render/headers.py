"""The size that a picture file says it has, read from its first bytes without decoding it.

This is what stands between a stranger's few bytes and gigabytes of memory, so it is done here
and not by the decoder, which may reserve memory as soon as it opens a file. The router asks it
too, so nothing here needs numpy.
"""

import struct

from geometry_ws.render.errors import BadPicture

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_JPEG_MAGIC = b"\xff\xd8"

_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_WEBP_ANIMATED = 0x02


def codec_of(data: bytes) -> str | None:
    """Which picture file the first bytes begin: png, jpeg or webp; None for anything else."""
    if data.startswith(PNG_MAGIC):
        return "png"
    if data.startswith(_JPEG_MAGIC):
        return "jpeg"
    return "webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def declared_size(codec: str, data: bytes) -> tuple[int, int]:
    """Give (width, height) as the file's header says; codec is png, jpeg or webp.

    Raises BadPicture when the bytes are no such file, are cut off, or are animated WebP.
    """
    try:
        if codec == "png":
            return _png(data)
        if codec == "jpeg":
            return _jpeg(data)
        return _webp(data)
    except (struct.error, IndexError):
        raise BadPicture(
            f"The {codec} picture is cut off inside its header; send the whole file."
        ) from None


def _not_a(codec: str) -> BadPicture:
    return BadPicture(
        f"The bytes are not a {codec} picture; send one, or name the codec that they are in."
    )


def _png(data: bytes) -> tuple[int, int]:
    if data[:8] != PNG_MAGIC or data[12:16] not in (b"IHDR", b""):
        raise _not_a("png")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    if data[:2] != _JPEG_MAGIC:
        raise _not_a("jpeg")
    at = 2
    while True:
        if data[at] != 0xFF:
            raise BadPicture("The jpeg picture has a broken header; encode it anew.")
        marker = data[at + 1]
        if marker == 0xFF:  # padding before a marker
            at += 1
            continue
        if marker in _JPEG_BARE:
            at += 2
            continue
        if marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        (length,) = struct.unpack_from(">H", data, at + 2)
        at += 2 + max(length, 2)


def _webp(data: bytes) -> tuple[int, int]:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise _not_a("webp")
    kind = data[12:16]
    if kind == b"VP8X":
        flags, width, width_high, height, height_high = struct.unpack_from("<B3xHBHB", data, 20)
        if flags & _WEBP_ANIMATED:
            raise BadPicture("The webp picture is animated; send its frames as single commits.")
        return 1 + width + (width_high << 16), 1 + height + (height_high << 16)
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if len(data) < 16:
        raise IndexError
    raise _not_a("webp")
