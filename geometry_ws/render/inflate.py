"""Bytes from the wire become planes again: the inverse of `encode.encode_plane`.

Apart from `decode`, so that a viewer doesn't load libraries for pictures of other kinds.
"""

import importlib
import zlib
from typing import Any

import numpy as np

from geometry_ws.render.errors import BadPicture
from geometry_ws.render.pixels import Pixels


def _inflater() -> tuple[Any, type[Exception]]:
    try:
        fast = importlib.import_module("isal.isal_zlib")
    except ImportError:  # a platform without a wheel: slower, but the same format
        return zlib.decompressobj, zlib.error
    return fast.decompressobj, fast.error


_new_stream, _StreamError = _inflater()


def decode_plane(codec: str, data: bytes, width: int, height: int) -> Pixels:
    """Decode `raw` or `deflate` bytes; gives (height, width, 4), which may be read-only.

    Takes no more memory than the size says, whatever the bytes are. Raises BadPicture.
    """
    expected = width * height * 4
    rows = data
    if codec == "deflate":
        rows = _inflate(data, expected)
    elif codec != "raw":
        raise BadPicture("Planes come as raw or deflate; negotiate one of these.")
    if len(rows) != expected:
        raise BadPicture(
            f"A picture of {width} x {height} pixels is {expected} bytes, but {len(rows)} came."
        )
    return np.frombuffer(rows, dtype=np.uint8).reshape(height, width, 4)


def _inflate(data: bytes, expected: int) -> bytes:
    stream = _new_stream()
    try:
        rows: bytes = stream.decompress(data, expected)
        # The end of a stream may lie behind its last byte of content.
        over = b"" if stream.eof else stream.decompress(stream.unconsumed_tail, 1)
    except (_StreamError, zlib.error) as error:
        raise BadPicture("The deflate bytes are broken; ask for a refresh.") from error
    if over or not stream.eof:
        raise BadPicture("The deflate bytes are cut off or too many; ask for a refresh.")
    return rows
