"""Pictures in fewer pixels: each stands for a square of k x k, and is painted as one.

Shrinking takes means (of premultiplied colours, so transparent pixels count for nothing), halves
upward; at the right and lower edge, where squares are cut off, the last column and row stand in
for what is missing. Growing repeats each pixel. It is exact, so that all viewers show the same.
"""

import numpy as np
import numpy.typing as npt

from geometry_ws.render.pixels import Pixels

SHRINKS = (2, 4)
"""By how much pictures may be shrunk; their means are shifts."""

_LANES = np.uint32(0x00FF00FF)
_LANE = np.uint32(8)


def reduced(width: int, height: int, shrink: int) -> tuple[int, int]:
    """The size of a shrunk picture of so many pixels, each side rounded up."""
    return -(-width // shrink), -(-height // shrink)


def shrunk(pixels: Pixels, shrink: int) -> Pixels:
    """A (height, width, 4) picture in fewer pixels; a new array. ``shrink`` is one of SHRINKS."""
    height, width = pixels.shape[:2]
    across, down = reduced(width, height, shrink)
    if (across * shrink, down * shrink) != (width, height):
        missing = (0, down * shrink - height), (0, across * shrink - width), (0, 0)
        pixels = np.pad(pixels, missing, mode="edge")
    words = pixels.view(np.uint32)[:, :, 0]
    # Two colours at a time: each has 16 bits of a word, which hold the sum of 16 pixels.
    low = _sums(words & _LANES, shrink)
    high = _sums((words >> _LANE) & _LANES, shrink)
    bits = np.uint32(2 * (shrink.bit_length() - 1))
    half = np.uint32((shrink * shrink // 2) * 0x00010001)
    low = ((low + half) >> bits) & _LANES
    high = ((high + half) >> bits) & _LANES
    result: Pixels = (low | (high << _LANE)).view(np.uint8).reshape(down, across, 4)
    return result


def _sums(lanes: npt.NDArray[np.uint32], shrink: int) -> npt.NDArray[np.uint32]:
    rows = lanes[::shrink].copy()
    for first in range(1, shrink):
        rows += lanes[first::shrink]
    squares = rows[:, ::shrink].copy()
    for first in range(1, shrink):
        squares += rows[:, first::shrink]
    return squares


def grown(pixels: Pixels, shrink: int, width: int, height: int) -> Pixels:
    """A shrunk picture in width x height pixels again: each is repeated, the edge cut off."""
    words = pixels.view(np.uint32)[:, :, 0]
    wide = words.repeat(shrink, axis=1)[:, :width]
    result: Pixels = np.ascontiguousarray(wide.repeat(shrink, axis=0)[:height]).view(np.uint8)
    return result.reshape(height, width, 4)
