"""Bytes from programs become pixels: BGRA, premultiplied, exactly the size promised.

Nothing is decompressed before the size in the file's own header equals the size that the sender
declared, so a few bytes can't reserve much memory. Whatever is wrong with a picture comes out as
`BadPicture` and as nothing else. Orientation (EXIF) and colour profiles are not applied: pixels
are taken as they are stored. Of a JPEG with several pictures the first is taken; animated PNG and
WebP are refused.
"""

import io
import threading
import warnings

import numpy as np
from PIL import Image

from geometry_ws.render.errors import BadPicture
from geometry_ws.render.headers import declared_size
from geometry_ws.render.jpeg import decode_jpeg, is_sound_jpeg
from geometry_ws.render.pixels import (
    ALPHA,
    MAX_PICTURE_PIXELS,
    Pixels,
    lower_to_alpha,
    premultiply,
    swapped,
)

PICTURE_CODECS = ("bgra", "rgba", "png", "jpeg", "webp")
"""What programs may send in a commit."""

MOST_SCANS = 64
"""Of a progressive JPEG: each goes over the whole picture, and may have a few bytes. One of 14 MB
took half a minute. Usual files have ten."""

_SCAN = b"\xff\xda"

_opening = threading.Lock()  # filters of warnings belong to the whole process
_SIXTEEN_BIT = frozenset({"I", "I;16", "I;16L", "I;16B", "I;16N"})


def decode(codec: str, data: bytes, width: int, height: int, *, opaque: bool) -> Pixels:
    """Decode a picture of exactly width x height pixels into a fresh, writable array.

    `bgra` and `rgba` are raw premultiplied rows; colours above their alpha are lowered to it.
    `opaque` forces alpha to 255 (a transparent file then lies over black). Raises BadPicture.
    """
    _check_size(width, height)
    if codec in ("bgra", "rgba"):
        return _decode_raw(codec, data, width, height, opaque=opaque)
    if codec not in PICTURE_CODECS:
        known = ", ".join(PICTURE_CODECS)
        raise BadPicture(f"There is no picture codec of this name; use one of {known}.")
    _check_declared(codec, data, width, height)
    pixels = _decode_file(codec, data, width, height)
    if codec == "jpeg":
        return pixels  # has no transparency
    pixels = premultiply(pixels)
    if opaque:
        pixels[..., 3] = 255
    return pixels


def is_sound(codec: str, data: bytes, width: int, height: int) -> bool:
    """Whether `decode` is known to give the pixels of a file; False: only decoding it can tell.

    It takes a third of the time, and only JPEG is looked at. Raises BadPicture for a wrong size.
    """
    if codec != "jpeg":
        return False
    _check_size(width, height)
    _check_declared(codec, data, width, height)
    return is_sound_jpeg(data)


def decode_opaque(codec: str, data: bytes, width: int, height: int) -> Pixels:
    """Decode a file without transparency (png, jpeg or webp), as they come in frames.

    Alpha is 255 whatever the file says. Raises BadPicture.
    """
    _check_size(width, height)
    _check_declared(codec, data, width, height)
    pixels = _decode_file(codec, data, width, height)
    pixels[..., 3] = 255
    return pixels


def _check_declared(codec: str, data: bytes, width: int, height: int) -> None:
    declared = declared_size(codec, data)
    if declared != (width, height):
        raise BadPicture(
            f"The {codec} picture is {declared[0]} x {declared[1]} pixels where {width} x {height} "
            "were declared; send a picture of the declared size."
        )
    if codec == "jpeg" and data.count(_SCAN) > MOST_SCANS:
        raise BadPicture(f"The jpeg picture has more than {MOST_SCANS} scans; encode it anew.")


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise BadPicture("A picture has at least one pixel in each direction.")
    if width * height > MAX_PICTURE_PIXELS:
        raise BadPicture(
            f"A picture of {width} x {height} pixels is too large (at most {MAX_PICTURE_PIXELS} "
            "pixels); send it as several smaller ones."
        )


def _wrong_length(codec: str, length: int, width: int, height: int) -> BadPicture:
    return BadPicture(
        f"{width} x {height} pixels in {codec} are {width * height * 4} bytes, but {length} came; "
        "send four bytes for each pixel, rows from the top, without padding."
    )


def _decode_raw(codec: str, data: bytes, width: int, height: int, *, opaque: bool) -> Pixels:
    if len(data) != width * height * 4:
        raise _wrong_length(codec, len(data), width, height)
    rows = np.frombuffer(data, dtype=np.uint8).reshape(height, width, 4)
    pixels = swapped(rows) if codec == "rgba" else rows.copy()
    if opaque:
        words = pixels.view(np.uint32)
        words |= ALPHA
    else:
        lower_to_alpha(pixels)
    return pixels


def _decode_file(codec: str, data: bytes, width: int, height: int) -> Pixels:
    """Give the pixels as BGRA with straight alpha, in an array of its own."""
    pixels = decode_jpeg(data) if codec == "jpeg" else None
    if pixels is None:
        pixels = _decode_by_pillow(codec, data)
    if pixels.shape != (height, width, 4):
        raise BadPicture(f"The {codec} picture says two sizes; encode it anew.")
    return pixels


def _decode_by_pillow(codec: str, data: bytes) -> Pixels:
    try:
        with _open(codec, data) as picture:
            if codec != "jpeg" and getattr(picture, "is_animated", False):
                raise BadPicture(
                    f"The {codec} picture is animated; send its frames as single commits."
                )
            return _straight(picture)
    except BadPicture:
        raise
    except Exception as error:
        # The decoder is fed by strangers: whatever it raises is the picture's fault, and the
        # exceptions it may raise are not documented.
        raise BadPicture(
            f"The {codec} picture is broken or cut off; encode it anew and send the whole file."
        ) from error


def _open(codec: str, data: bytes) -> Image.Image:
    """Read the file's header; what it says about odd metadata is nothing for our error stream."""
    with _opening, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Image.open(io.BytesIO(data), formats=[codec.upper()])


def _straight(picture: Image.Image) -> Pixels:
    if picture.mode == "RGB":
        solid = np.frombuffer(picture.tobytes("raw", "BGRX"), "<u4") | np.uint32(0xFF000000)
        return solid.view(np.uint8).reshape(picture.height, picture.width, 4)
    if picture.mode in _SIXTEEN_BIT:
        grey = np.asarray(picture).astype(np.int64).clip(0, 65535)
        pixels = np.empty((*grey.shape, 4), dtype=np.uint8)
        pixels[..., :3] = (grey >> 8)[..., None]
        pixels[..., 3] = 255
        return pixels
    colours = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    rows = np.frombuffer(colours.tobytes("raw", "BGRA"), dtype=np.uint8)
    return rows.reshape(picture.height, picture.width, 4).copy()
