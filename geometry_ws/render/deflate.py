"""Bytes become a zlib stream (RFC 1950), by the fastest library that this machine has.

It frees the interpreter's lock, so a pool of threads can compress beside composition.
"""

import importlib
import zlib
from collections.abc import Callable


def _fast_deflate() -> Callable[[bytes | memoryview], bytes]:
    try:
        fast = importlib.import_module("isal.isal_zlib")
    except ImportError:  # a platform without a wheel: slower, but the same format
        return lambda data: zlib.compress(data, 1)
    return lambda data: bytes(fast.compress(data, 1))


deflate = _fast_deflate()
"""Compress bytes to a zlib stream, level 1."""
