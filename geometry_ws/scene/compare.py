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
    """Where two pictures of one size differ.

    With ``source`` and ``to``: where they would after a copy of that rectangle in the first one.
    """

    def __init__(
        self,
        first: Colours,
        second: Colours,
        source: Rect | None = None,
        to: tuple[int, int] = (0, 0),
    ) -> None:
        self.height, self.width = first.shape
        padded = np.zeros((self.height, -(-self.width // GRID_PX) * GRID_PX), np.bool_)
        np.not_equal(first, second, out=padded[:, : self.width])
        if source is not None:
            moved = np.s_[to[1] : to[1] + source.h, to[0] : to[0] + source.w]
            before = first[source.y : source.bottom, source.x : source.right]
            np.not_equal(before, second[moved], out=padded[moved])
        self._words = padded.view(np.uint64)
        tops = np.arange(0, self.height, GRID_PX)
        self._bands = np.bitwise_or.reduceat(self._words, tops, axis=0)
        cells = self._bands.reshape(len(self._bands), -1, GRID_PX // _WORD).any(axis=2)
        self._cells = np.asarray(cells)

    def __bool__(self) -> bool:
        return bool(self._cells.any())

    @property
    def area(self) -> int:
        """How many pixels the cells hold in which something differs: about what it takes."""
        return int(np.count_nonzero(self._cells)) * GRID_PX * GRID_PX

    def rects(self) -> tuple[Rect, ...]:
        """Few rectangles that hold every pixel that differs; none where nothing does."""
        if not self:
            return ()
        if self._cells.all():
            return (self.bounds(),)
        edges = np.diff(np.pad(self._cells, ((0, 0), (1, 1))).view(np.int8), axis=1)
        firsts, lasts = np.argwhere(edges == 1), np.argwhere(edges == -1)
        if len(firsts) > _MOST_RUNS:  # noise all over: cheaper said whole than sorted out
            return (self.bounds(),)
        return Region(
            self._run(band, first, last)
            for (band, first), (_, last) in zip(firsts.tolist(), lasts.tolist(), strict=True)
        ).rects

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
