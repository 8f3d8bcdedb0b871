"""The index that search makes of a document, and the snippets that it shows. Pure.

Case is folded as Unicode says, where one character may become several; lines have the same
numbers before and after.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from geometry_ws.openspec.format.headers import Headers
from geometry_ws.openspec.format.sources import Source
from geometry_ws.openspec.format.text import trim

SNIPPET = 200
"""Characters of a line that are shown; of those before the first match, at most `_LEAD`."""
_LEAD = 40
_PIECE = 1000
_LONGEST = 400
"""No word of a query is longer."""


class TextIndex:
    """A document's text folded, and where its lines and headers are: looked for when asked."""

    __slots__ = ("_counted", "_headers", "_headings", "_original", "_source", "plain", "text")

    def __init__(self, source: Source) -> None:
        original = source.text if source.readable else ""
        # Folding touches no end of line, so lines have the same numbers in both texts.
        self.text = original.casefold() if not original.isascii() else original.lower()
        self.plain = len(self.text) == len(original)
        self._counted = 0, 0
        self._original = original
        self._source: Source | None = source
        self._headers: Headers | None = None
        self._headings: list[str] | None = None

    @classmethod
    def of_folded(cls, text: str, heading_lines: Sequence[int]) -> "TextIndex":
        """The index of a text that is folded already; it has no titles and no original lines."""
        index = cls.__new__(cls)
        index.text, index.plain, index._counted, index._original = text, False, (0, 0), ""
        index._source, index._headers, index._headings = None, Headers(heading_lines), []
        return index

    @property
    def heading_lines(self) -> Sequence[int]:
        """The lines (from 0) of the headers."""
        return self._all_headers().lines

    @property
    def headings(self) -> list[str]:
        """The headers' texts, in order."""
        if self._headings is None:
            text, bounds = self._original, self._all_headers().bounds
            pairs = zip(bounds[::2], bounds[1::2], strict=True)
            self._headings = [trim(text[start:end]) for start, end in pairs]
        return self._headings

    def _all_headers(self) -> Headers:
        if self._headers is None:
            self._headers = self._source.headers if self._source is not None else Headers()
        return self._headers

    def folded_titles(self) -> Iterator[str]:
        """The headers' texts folded, in order; white space at their ends may be there or not."""
        if not self.plain:
            yield from (title.casefold() for title in self.headings)
            return
        bounds = self._all_headers().bounds
        for at in range(0, len(bounds), 2):
            yield self.text[bounds[at] : bounds[at + 1]]

    def line_at(self, position: int) -> int:
        """The line (from 0) of a position in the folded text; cheap where positions grow."""
        before, line = self._counted
        if position < before:
            before = line = 0
        line += self.text.count("\n", before, position)
        self._counted = position, line
        return line

    def original_line(self, line: int) -> str:
        """A line as it is written in the text that this was made of."""
        return self._original.split("\n")[line]

    def heading_of(self, line: int) -> int:
        """The number of the heading at or above a line; -1 where there is none."""
        return bisect_right(self.heading_lines, line) - 1


# --- showing ------------------------------------------------------------------------------


def snippet_of(line: str, words: tuple[str, ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A line as it is shown, cut around the first match, and where words stand in it."""
    whole = trim(line)
    start = 0
    if len(whole) > SNIPPET:
        start = max(0, min(_first(whole, words) - _LEAD, len(whole) - SNIPPET))
    end = min(start + SNIPPET, len(whole))
    before = "\u2026" if start else ""
    after = "\u2026" if end < len(whole) else ""
    shift = len(before)
    # Of a match that is cut off, its first part is marked.
    near = ranges_of(whole[start : end + _LONGEST], words)
    inside = tuple(
        (first + shift, min(last, end - start) + shift)
        for first, last in near
        if first < end - start
    )
    return f"{before}{whole[start:end]}{after}", inside


def _first(text: str, words: tuple[str, ...]) -> int:
    """The start of the first match, without looking further than needed; 0 where there is none."""
    for start in range(0, len(text), _PIECE):
        ranges = ranges_of(text[start : start + _PIECE + _LONGEST], words)
        if ranges:
            return start + ranges[0][0]
    return 0


def ranges_of(text: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """The ranges of words in a text, in its own characters, in order and without overlaps."""
    folded = text.casefold()
    places: list[int] | None = None
    if len(folded) != len(text):
        # Some characters fold to several: remember which one each comes from.
        places = [at for at, character in enumerate(text) for _ in character.casefold()]
    ranges = []
    for word in words:
        at = folded.find(word)
        while at >= 0:
            last = at + len(word) - 1
            ranges.append((at, last + 1) if places is None else (places[at], places[last] + 1))
            at = folded.find(word, last + 1)
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged
