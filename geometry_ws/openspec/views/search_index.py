"""The index that search keeps of a document, and the snippets that it shows. Pure.

Case is folded as Unicode says, where one character may become several; lines have the same
numbers before and after.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from geometry_ws.openspec.format.sources import Source
from geometry_ws.openspec.format.text import fence_mask, trim

SNIPPET = 200
"""Characters of a line that are shown; of those before the first match, at most `_LEAD`."""
_LEAD = 40
_PIECE = 1000
_LONGEST = 400
"""No word of a query is longer."""

HEADER = re.compile("^(?:\ufeff)?#{1,6}[ \t]+([^\n]*)", re.MULTILINE)


class TextIndex:
    """A document's text folded, and where its lines and headers are."""

    __slots__ = ("heading_lines", "headings", "plain", "starts", "text")

    def __init__(self, source: Source) -> None:
        original = source.text if source.readable else ""
        # Folding touches no end of line, so lines have the same numbers in both texts.
        self.text = original.casefold() if not original.isascii() else original.lower()
        self.plain = self.text is original or len(self.text) == len(original)
        self.starts: list[int] | None = None
        self.headings: list[str] = []
        self.heading_lines: list[int] = []
        self._read_headings(original)

    @classmethod
    def of_folded(cls, text: str, heading_lines: Sequence[int]) -> "TextIndex":
        """The index of a text that is folded already; it has no titles and no original lines."""
        index = cls.__new__(cls)
        index.text, index.plain, index.starts = text, False, None
        index.headings, index.heading_lines = [], list(heading_lines)
        return index

    def _read_headings(self, original: str) -> None:
        headers = list(HEADER.finditer(original))
        mask = []
        if headers and ("```" in original or "~~~" in original):
            mask = fence_mask(original.split("\n"))
        line, at = 0, 0
        for header in headers:
            line += original.count("\n", at, header.start())
            at = header.start()
            if not (mask and mask[line]):
                self.headings.append(trim(header.group(1)))
                self.heading_lines.append(line)

    def line_at(self, position: int) -> int:
        """The line (from 0) of a position in the folded text."""
        if self.starts is None:
            starts = [0]
            at = self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.text.find("\n", at + 1)
            self.starts = starts
        return bisect_right(self.starts, position) - 1

    def folded_line(self, line: int) -> str:
        """A line of the folded text; `line_at` must have been asked before."""
        starts = self.starts or [0]
        end = starts[line + 1] - 1 if line + 1 < len(starts) else len(self.text)
        return self.text[starts[line] : end]

    def original_line(self, line: int, original: str) -> str:
        """A line as it is written in the text that this was made of."""
        if not self.plain:
            return original.split("\n")[line]
        self.line_at(0)
        starts = self.starts or [0]
        end = starts[line + 1] - 1 if line + 1 < len(starts) else len(self.text)
        return original[starts[line] : end]

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
