"""Whether a new picture is the old one scrolled, in programs that repaint everything.

Rows are recognised by a hash of some of their pixels, in four bands of columns: a scroll bar or a
side bar that doesn't move along spoils one band only. Every changed row that occurs once in the old
picture votes for how far it has moved. Where that gives no result, rows that occur several times
vote too, for all their places: there are pages that repeat themselves. The result is a guess. All
pixels are then compared, so that a wrong guess is never wrong on the screen.
"""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from geometry_ws.scene.compare import Colours
from geometry_ws.scene.geometry import Rect

_BANDS = 4
_SAMPLES = 32
"""Pixels of a row in each band."""

_FEWEST_VOTES = 8
_FEWEST_LINES = 32
_MOST_ALIKE = 24
"""Lines with more that are like them, blank ones above all, know nothing."""

_SHARE = 3
"""One of so many lines that vote must say the same."""

_BLOCK = 8
_FACTORS = np.random.default_rng(5).integers(1, 2**31, _SAMPLES, np.uint32) * np.uint32(2)
_FACTORS += np.uint32(1)


Hashes: TypeAlias = npt.NDArray[np.uint32]
"""(bands, lines): a number for each line's pixels in each band."""


class Shift(NamedTuple):
    """What lay in ``source`` lies with its corner at ``to``, nearly everywhere."""

    source: Rect
    to: tuple[int, int]


def find_shifts(old: Colours, new: Colours, box: Rect) -> Iterator[Shift]:
    """Guess how the picture has moved inside ``box``, which holds all that differs; best first.

    ``old`` and ``new`` are (height, width) of one size. Looks for rows, then for columns; for such
    as occur once, then for others.
    """
    before = old[box.y : box.bottom, box.x : box.right]
    after = new[box.y : box.bottom, box.x : box.right]
    rows = _bands(_of_rows(before), _of_rows(after))
    yield from _guesses(rows, 1, before, after, box, across=False)
    columns = _bands(_of_columns(before), _of_columns(after))
    yield from _guesses(columns, 1, before.T, after.T, box, across=True)
    yield from _guesses(rows, _MOST_ALIKE, before, after, box, across=False)
    yield from _guesses(columns, _MOST_ALIKE, before.T, after.T, box, across=True)


def _guesses(
    bands: "list[_Band]", most_alike: int, old: Colours, new: Colours, box: Rect, *, across: bool
) -> Iterator[Shift]:
    """One guess at most."""
    by = _elected(bands, most_alike)
    matching = _matching(old, new, by) if by else None
    if matching is not None:
        yield _shift(box, *matching, by, across=across)


class _Band:
    """Lines of the new picture that have changed, and where the old one has such lines."""

    def __init__(self, old: npt.NDArray[np.uint32], new: npt.NDArray[np.uint32]) -> None:
        self.changed = np.flatnonzero(old != new)
        self.order = np.argsort(old, kind="stable")
        ordered = old[self.order]
        self.firsts = np.searchsorted(ordered, new[self.changed], side="left")
        self.counts = np.searchsorted(ordered, new[self.changed], side="right") - self.firsts
        self.height = old.size

    def vote(self, votes: npt.NDArray[np.int64], most_alike: int) -> int:
        """Each line votes for all that may be it, unless these are too many; gives the voters."""
        voting = (self.counts > 0) & (self.counts <= most_alike)
        lines, firsts, counts = self.changed[voting], self.firsts[voting], self.counts[voting]
        for number in range(int(counts.max(initial=0))):
            there = counts > number
            moved = lines[there] - self.order[firsts[there] + number]
            votes += np.bincount(moved + self.height, minlength=votes.size)
        return int(lines.size)


def _bands(old: Hashes, new: Hashes) -> list[_Band]:
    """The bands of a picture; none where it has too few lines to tell."""
    if old.shape[1] < _FEWEST_LINES:
        return []
    return [_Band(*both) for both in zip(old, new, strict=True)]


def _elected(bands: list[_Band], most_alike: int) -> int:
    """By how many lines most of the old lines have moved, forwards positive; 0: they haven't."""
    if not bands:
        return 0
    votes = np.zeros(2 * bands[0].height, np.int64)
    voters = sum(band.vote(votes, most_alike) for band in bands)
    best = int(votes.argmax())
    most = int(votes[best])
    if most < _FEWEST_VOTES or most * _SHARE < voters:
        return 0
    return best - bands[0].height


def _samples(length: int) -> npt.NDArray[np.intp]:
    return np.arange(_BANDS * _SAMPLES) * length // (_BANDS * _SAMPLES)


def _of_rows(picture: Colours) -> Hashes:
    height, width = picture.shape
    samples = picture.take(_samples(width), axis=1).reshape(height, _BANDS, _SAMPLES)
    return np.asarray(np.einsum("hbs,s->bh", samples, _FACTORS))


def _of_columns(picture: Colours) -> Hashes:
    height, width = picture.shape
    samples = picture.take(_samples(height), axis=0).reshape(_BANDS, _SAMPLES, width)
    return np.asarray(np.einsum("bsw,s->bw", samples, _FACTORS))


def _matching(old: Colours, new: Colours, down: int) -> tuple[int, int, int, int] | None:
    """Rows and columns of the new picture that are mostly the old ones moved; None: hardly any."""
    height, width = old.shape
    top, bottom = max(0, down), min(height, height + down)
    same = np.ones((bottom - top, -(-width // _BLOCK) * _BLOCK), np.bool_)
    np.equal(old[top - down : bottom - down], new[top:bottom], out=same[:, :width])
    blocks = np.bitwise_and.reduceat(
        same.view(np.uint64), np.arange(0, bottom - top, _BLOCK), axis=0
    )
    good = blocks == np.uint64(0x0101010101010101)
    columns = np.flatnonzero(good.mean(axis=0) >= 0.5)
    if not columns.size:
        return None
    left, right = int(columns[0]), int(columns[-1]) + 1
    rows = np.flatnonzero(good[:, left:right].mean(axis=1) >= 0.5)
    if not rows.size:
        return None
    first, last = int(rows[0]) * _BLOCK, min((int(rows[-1]) + 1) * _BLOCK, bottom - top)
    return top + first, top + last, left * _BLOCK, min(right * _BLOCK, width)


def _shift(
    box: Rect, first: int, last: int, left: int, right: int, by: int, *, across: bool
) -> Shift:
    if across:
        source = Rect(box.x + first - by, box.y + left, last - first, right - left)
        return Shift(source, (source.x + by, source.y))
    source = Rect(box.x + left, box.y + first - by, right - left, last - first)
    return Shift(source, (source.x, source.y + by))
