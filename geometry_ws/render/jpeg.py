"""Lossy pictures: JPEG, straight from BGRA, at two thirds of what lossless costs and less."""

import importlib
import io
from collections.abc import Callable

from PIL import Image

from geometry_ws.render.pixels import Pixels


def _fast_jpeg() -> Callable[[Pixels, int], bytes]:
    try:
        fast = importlib.import_module("simplejpeg")
    except ImportError:  # a platform without a wheel: it holds the interpreter's lock, but works
        return _slow_jpeg
    return lambda pixels, quality: bytes(fast.encode_jpeg(pixels, quality, "BGRA", "420"))


def _slow_jpeg(pixels: Pixels, quality: int) -> bytes:
    height, width = pixels.shape[:2]
    picture = Image.frombuffer("RGB", (width, height), pixels.tobytes(), "raw", "BGRX", 0, 1)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality, subsampling="4:2:0")
    return written.getvalue()


encode_jpeg = _fast_jpeg()
"""A contiguous opaque picture (height, width, 4) and a quality, 1 to 100, become a JPEG file."""
