"""Pictures in frames become pixels again: the inverse of `encode.encode`.

Apart from `decode`, so that a viewer loads libraries for files when the first one comes.
"""

import importlib
import zlib
from typing import Any

import numpy as np

from geometry_ws.render.codecs import FILE_CODECS, FRAME_CODECS
from geometry_ws.render.errors import BadPicture
from geometry_ws.render.palette import looked_up, most_bytes
from geometry_ws.render.pixels import Pixels


def _inflater() -> tuple[Any, type[Exception]]:
    try:
        fast = importlib.import_module("isal.isal_zlib")
    except ImportError:  # a platform without a wheel: slower, but the same format
        return zlib.decompressobj, zlib.error
    return fast.decompressobj, fast.error


_new_stream, _StreamError = _inflater()


def decode_plane(codec: str, data: bytes, width: int, height: int) -> Pixels:
    """Decode a picture in one of `codecs.FRAME_CODECS`; gives (height, width, 4).

    The array may be read-only. Takes no more memory than the size says, whatever the bytes are.
    Raises BadPicture.
    """
    if codec in FILE_CODECS:
        from geometry_ws.render.decode import decode_opaque

        return decode_opaque(codec, data, width, height)
    if codec == "palette":
        pixels = looked_up(_inflate(data, most_bytes(width, height)), width, height)
        if pixels is None:
            raise BadPicture("The bytes are no palette of this size; ask for a refresh.")
        return pixels
    expected = width * height * 4
    rows = data
    if codec == "deflate":
        rows = _inflate(data, expected)
    elif codec != "raw":
        raise BadPicture(f"Planes come as one of {', '.join(FRAME_CODECS)}; negotiate these.")
    if len(rows) != expected:
        raise BadPicture(
            f"A picture of {width} x {height} pixels is {expected} bytes, but {len(rows)} came."
        )
    return np.frombuffer(rows, dtype=np.uint8).reshape(height, width, 4)


def _inflate(data: bytes, most: int) -> bytes:
    """Inflate what has at most so many bytes."""
    stream = _new_stream()
    try:
        rows: bytes = stream.decompress(data, most)
        # The end of a stream may lie behind its last byte of content.
        over = b"" if stream.eof else stream.decompress(stream.unconsumed_tail, 1)
    except (_StreamError, zlib.error) as error:
        raise BadPicture("The deflate bytes are broken; ask for a refresh.") from error
    if over or not stream.eof:
        raise BadPicture("The deflate bytes are cut off or too many; ask for a refresh.")
    return rows
