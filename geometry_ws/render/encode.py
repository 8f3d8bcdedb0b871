"""Pixels become bytes for the wire: which codec is worth its time for which picture.

Figures for a tile of 256 x 192 pixels, milliseconds and kilobytes:

| codec | text | drawn, many colours | photo |
| --- | --- | --- | --- |
| `deflate` | 0.08 / 13 | 0.07 / 11 | 0.5 / 127 |
| `palette` | 0.3 / 3.5 | – | – |
| `png` | 0.2 / 10 | 0.2 / 11 | 0.6 / 119 |
| `webp` | 0.6 / 2.3 | 0.7 / 7 | 1.6 / 75 |
| `jpeg` | 0.1 / 19 | 0.1 / 10 | 0.1 / 5 |

So few colours are always a palette; photos are JPEG where that may be; WebP is for what
no viewer waits for; and PNG is only forwarded. `benchmarks/encoders.py` measures them anew.
"""

import zlib
from collections.abc import Set as AbstractSet
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np

from geometry_ws.render.codecs import EXACT_CODECS as EXACT_CODECS
from geometry_ws.render.codecs import FRAME_CODECS as FRAME_CODECS
from geometry_ws.render.codecs import Codec
from geometry_ws.render.deflate import deflate
from geometry_ws.render.jpeg import encode_jpeg
from geometry_ws.render.palette import has_coloured_edges, has_many_shades, indexed
from geometry_ws.render.pixels import Pixels, is_opaque
from geometry_ws.render.webp import encode_drawn_webp, encode_webp

Content: TypeAlias = Literal["auto", "text", "photo", "video", "lossless"]
Quality: TypeAlias = Literal["sharp", "fast", "low"]

RAW_BELOW_BYTES: Final = 1024
"""Smaller pictures go as they are: a zlib header and a second look don't pay."""

_PALETTE_FROM_PIXELS: Final = 1024
_LOSSY_FROM_PIXELS: Final = 1024
_WEBP_MS_PER_PIXEL: Final = 35e-6
_PACKING_MS_PER_PIXEL: Final = 8e-6
_PACKING_LEVEL: Final = 6
_JPEG_QUALITY: Final = {"fast": 80, "low": 40}
_PHOTO_BITS: Final = 9.0
"""Bits per pixel, losslessly: text and drawn things have 1 to 5, photos 18 to 24."""

_CHART_FROM_PIXELS: Final = 16 * 1024

_SAMPLE_ROWS: Final = 8
_SAMPLES: Final = 3


class Encoded(NamedTuple):
    """A picture as bytes; ``lossless``: decoding gives exactly the pixels that went in."""

    codec: Codec
    data: bytes
    lossless: bool = True


def encode(
    pixels: Pixels,
    *,
    opaque: bool = False,
    content: Content = "auto",
    quality: Quality = "sharp",
    codecs: AbstractSet[str] = EXACT_CODECS,
    spare_ms: float = 0.0,
) -> Encoded:
    """Encode a (height, width, 4) picture, BGRA premultiplied, in one of the ``codecs``.

    ``opaque`` says that alpha is 255 everywhere (it is looked at where it isn't said). ``content``
    is what the program says of its picture. ``sharp`` is always lossless; ``fast`` and
    ``low`` are lossy for photos and video, never for content ``text`` or ``lossless``.
    ``spare_ms`` is time that may be spent to make lossless bytes fewer. Thread-safe; a window of a
    larger array is copied first.
    """
    rows = np.ascontiguousarray(pixels)
    if rows.nbytes < RAW_BELOW_BYTES:
        return Encoded("raw", rows.tobytes())
    count = rows.shape[0] * rows.shape[1]
    if quality == "sharp" and _is_chart(rows, codecs, opaque=opaque):
        return Encoded("webp", encode_drawn_webp(rows))
    table = _table(rows, codecs)
    packed = None if table is None else _as_palette(table, count, spare_ms)
    if table is not None and packed is not None and _is_drawn(len(packed.data), count):
        return _with_smooth_edges(rows, table, packed, codecs, opaque=opaque)
    solid = count >= _LOSSY_FROM_PIXELS and (opaque or is_opaque(rows))
    if solid and quality != "sharp" and "jpeg" in codecs and _may_lose(rows, content):
        lossy = encode_jpeg(rows, _JPEG_QUALITY[quality])
        if packed is None or len(lossy) < len(packed.data):
            return Encoded("jpeg", lossy, lossless=False)
    if packed is not None:
        return packed
    return _lossless(rows, codecs, spare_ms, solid=solid)


def encode_plane(pixels: Pixels) -> tuple[Codec, bytes]:
    """Encode without loss in what every viewer knows; gives the codec's name and the bytes."""
    codec, data, _ = encode(pixels)
    return codec, data


def _table(rows: Pixels, codecs: AbstractSet[str]) -> bytes | None:
    count = rows.shape[0] * rows.shape[1]
    return indexed(rows) if "palette" in codecs and count >= _PALETTE_FROM_PIXELS else None


def _is_chart(rows: Pixels, codecs: AbstractSet[str], *, opaque: bool) -> bool:
    """Whether it surely has so many shades that indexing it would be in vain."""
    return (
        {"palette", "webp"} <= codecs
        and rows.shape[0] * rows.shape[1] >= _CHART_FROM_PIXELS
        and has_coloured_edges(rows)
        and (opaque or is_opaque(rows))
    )


def _as_palette(table: bytes, count: int, spare_ms: float) -> Encoded:
    if 0 < count * _PACKING_MS_PER_PIXEL <= spare_ms:
        return Encoded("palette", zlib.compress(table, _PACKING_LEVEL))
    return Encoded("palette", deflate(table))


def _with_smooth_edges(
    rows: Pixels, table: bytes, packed: Encoded, codecs: AbstractSet[str], *, opaque: bool
) -> Encoded:
    """A drawn picture with fewer bytes, if it has the many colours of smooth lines."""
    if "webp" not in codecs or not has_many_shades(table):
        return packed
    if not (opaque or is_opaque(rows)):
        return packed
    data = encode_drawn_webp(rows)
    return Encoded("webp", data) if len(data) < len(packed.data) else packed


def _is_drawn(length: int, pixels: int) -> bool:
    return length * 8 < _PHOTO_BITS / 3 * pixels  # a palette has a third of the bytes, about


def _may_lose(rows: Pixels, content: Content) -> bool:
    if content in ("photo", "video"):
        return True
    return content == "auto" and is_photographic(rows)


def is_photographic(rows: Pixels) -> bool:
    """Whether a picture doesn't compress without loss as drawn things do, by some of its rows."""
    return lossless_bits(rows) >= _PHOTO_BITS


def lossless_bits(rows: Pixels) -> float:
    """About how many bits a pixel takes losslessly, from some rows of a picture."""
    height = rows.shape[0]
    if height <= _SAMPLES * _SAMPLE_ROWS:
        sample = rows
    else:
        tops = [(height - _SAMPLE_ROWS) * part // (_SAMPLES - 1) for part in range(_SAMPLES)]
        sample = np.concatenate([rows[top : top + _SAMPLE_ROWS] for top in tops])
    return len(deflate(sample.reshape(-1).data)) * 8 / (sample.nbytes // 4)


def _lossless(rows: Pixels, codecs: AbstractSet[str], spare_ms: float, *, solid: bool) -> Encoded:
    count = rows.shape[0] * rows.shape[1]
    if solid and "webp" in codecs and 0 < count * _WEBP_MS_PER_PIXEL <= spare_ms:
        return Encoded("webp", encode_webp(rows))
    packed = deflate(rows.reshape(-1).data)
    if len(packed) >= rows.nbytes:
        return Encoded("raw", rows.tobytes())
    return Encoded("deflate", packed)
