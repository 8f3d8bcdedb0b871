"""Planes become bytes for the wire: `raw` rows, or `deflate` (a zlib stream of the same rows).

Text and cards shrink to a few bits per pixel with the fastest deflate there is, whose library
also frees the interpreter's lock, so a pool of threads can encode beside composition.
"""

import importlib
import zlib
from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from geometry_ws.render.pixels import Pixels

PlaneCodec: TypeAlias = Literal["raw", "deflate"]

RAW_BELOW_BYTES = 1024
"""Smaller pictures go as they are: a zlib header and a second look don't pay."""


def _fast_deflate() -> Callable[[bytes | memoryview], bytes]:
    try:
        fast = importlib.import_module("isal.isal_zlib")
    except ImportError:  # a platform without a wheel: slower, but the same format
        return lambda data: zlib.compress(data, 1)
    return lambda data: bytes(fast.compress(data, 1))


deflate = _fast_deflate()
"""Compress bytes to a zlib stream (RFC 1950), level 1."""


def encode_plane(pixels: Pixels) -> tuple[PlaneCodec, bytes]:
    """Encode a (height, width, 4) picture without loss; gives the codec's name and the bytes.

    Thread-safe. An array that is a window into a larger one is copied first.
    """
    rows = np.ascontiguousarray(pixels)
    if rows.nbytes < RAW_BELOW_BYTES:
        return "raw", rows.tobytes()
    packed = deflate(rows.reshape(-1).data)
    if len(packed) >= rows.nbytes:
        return "raw", rows.tobytes()
    return "deflate", packed
