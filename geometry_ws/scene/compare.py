"""What differs between two pictures of one size, as few rectangles.

Programs that repaint everything each time are sent as what they really changed, so this looks at
every pixel of every commit: eight comparisons lie in one word, and whole words are looked at.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.surface import Pixels

GRID_PX = 64
"""Side of the cells in which pictures are compared."""

_MOST_RUNS = 512
_WORD = 8

Colours: TypeAlias = npt.NDArray[np.uint32]
"""(height, width): a pixel's four bytes as one number."""


def colours_of(pixels: Pixels) -> Colours:
    """A number for each pixel; the same memory, unless the four bytes don't lie together."""
    if pixels.strides[2] != 1:
        pixels = np.ascontiguousarray(pixels)
    colours: Colours = pixels.view(np.uint32)[:, :, 0]
    return colours


class Difference:
    """Where two pictures of one size differ."""

    def __init__(self, one: Colours, other: Colours) -> None:
        self.height, self.width = one.shape
        padded = np.zeros((self.height, -(-self.width // GRID_PX) * GRID_PX), np.bool_)
        np.not_equal(one, other, out=padded[:, : self.width])
        self._words = padded.view(np.uint64)
        tops = np.arange(0, self.height, GRID_PX)
        self._bands = np.bitwise_or.reduceat(self._words, tops, axis=0)

    def __bool__(self) -> bool:
        return bool(self._bands.any())

    def rects(self) -> tuple[Rect, ...]:
        """Few rectangles that hold every pixel that differs."""
        cells = np.asarray(self._bands.reshape(len(self._bands), -1, GRID_PX // _WORD).any(axis=2))
        if cells.all():
            return (self.bounds(),)
        runs: list[Rect] = []
        for band, row in enumerate(cells):
            edges = np.flatnonzero(np.diff(row.view(np.int8), prepend=0, append=0))
            for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                runs.append(self._run(band, first, last))
        if len(runs) > _MOST_RUNS:  # noise all over: cheaper said whole than sorted out
            return (self.bounds(),)
        return Region(runs).rects

    def bounds(self) -> Rect:
        """The smallest rectangle with everything that differs; something does."""
        rows = np.flatnonzero(self._words.any(axis=1))
        columns = np.flatnonzero(np.bitwise_or.reduce(self._bands, axis=0).view(np.bool_))
        return _between(columns, rows, 0, 0)

    def _run(self, band: int, first: int, last: int) -> Rect:
        """The smallest rectangle in some cells of a band; something differs in each."""
        words = slice(first * GRID_PX // _WORD, last * GRID_PX // _WORD)
        top = band * GRID_PX
        rows = np.flatnonzero(self._words[top : top + GRID_PX, words].any(axis=1))
        columns = np.flatnonzero(self._bands[band, words].view(np.bool_))
        return _between(columns, rows, first * GRID_PX, top)


def _between(
    columns: npt.NDArray[np.intp], rows: npt.NDArray[np.intp], left: int, top: int
) -> Rect:
    x, y = int(columns[0]), int(rows[0])
    return Rect(left + x, top + y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1)
