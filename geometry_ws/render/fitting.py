"""Where a text that is too long must be cut: a good guess, and a search that starts from it.

Laying out is exact but costs a tenth of a millisecond, and a plain search does it eight times; with
a guess that is nearly right it is done twice or thrice.
"""

from collections.abc import Callable
from itertools import accumulate
from typing import TypeVar

from geometry_ws.render.drawing import skia

Fitting = TypeVar("Fitting")


def guess_cut(
    text: str, places: list[int], font: skia.Font, width: float, max_lines: int
) -> tuple[int, bool]:
    """Guess at which of `places` the last line is full, and whether a whole line is left over.

    Adding up the widths of letters is a hundred times faster than laying out, and nearly right.
    """
    size = font.getSize()
    widths = font.getWidths(font.textToGlyphs(text))
    if len(widths) != len(text):
        return 0, False
    ends = [
        0.0,
        *accumulate(
            size if letter >= "\u1100" else advance
            for letter, advance in zip(text, widths, strict=True)
        ),
    ]
    start, lines, last = 0.0, 1, len(places) - 1
    for number, place in enumerate(places):
        limit = width - size * 0.8 if lines == max_lines else width
        if ends[place] - start > limit and number:
            if lines == max_lines:
                last = min(last, number - 1)
            if lines > max_lines:
                return last, True
            start, lines = ends[places[number - 1]], lines + 1
    return last, False


def largest(trial: Callable[[int], Fitting | None], guess: int, highest: int) -> Fitting | None:
    """Give what `trial` gives for the largest number that fits, looking near `guess` first."""
    low, high = 0, highest
    probe, step = min(max(guess, low), high), 1
    best: Fitting | None = None
    bracketed = [False, False]
    while low <= high:
        layout = trial(probe)
        if layout:
            best, low, bracketed[0] = layout, probe + 1, True
        else:
            high, bracketed[1] = probe - 1, True
        if all(bracketed):
            probe = (low + high) // 2
        else:
            probe = min(max(probe + (step if layout else -step), low), high)
            step *= 2
    return best
