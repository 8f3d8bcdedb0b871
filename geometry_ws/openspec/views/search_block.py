"""Many documents as one text: a search finds in it what a look at each document would find.

Python looks at a document in some ten microseconds, which is too long for ten thousand of them.
Here the words are looked for in all of them at once, and what follows from where they stand is
worked out by line numbers. Only what can be among the best places is looked at more closely. Pure.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geometry_ws.openspec.format.headers import HEADER
from geometry_ws.openspec.format.text import trim
from geometry_ws.openspec.views.search import (
    HEADING,
    LINE,
    MOST_PER_DOCUMENT,
    SCATTERED,
    SECTION,
    TITLE,
    best_line,
    parts_of,
)
from geometry_ws.openspec.views.search_index import TextIndex

Numbers = npt.NDArray[np.int64]
Masks = npt.NDArray[np.uint16]
"""A bit for each word of a query: there are sixteen at most."""
Flags = npt.NDArray[np.bool_]

_RANK = 32
"""More than a query has words, so that rank and parts make one number."""
_LETTERS = np.array([chr(byte).isalnum() and byte < 128 for byte in range(256)])
_LONGEST_CHARACTER = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A document, folded: whose it is, and in which of its lines headings stand."""

    id: str
    path: str
    names: bool
    text: bytes
    headings: tuple[int, ...]


def piece_of(id_: str, path: str, names: bool, index: TextIndex) -> Piece:
    """A document by its index."""
    text = index.text.encode("utf-8", "surrogatepass")
    return Piece(id_, path, names, text, tuple(index.heading_lines))


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a block: the document's number, the line in it, rank and parts as in `Place`."""

    document: int
    line: int
    rank: int
    parts: int = 0


class Block:
    """Some documents in their order, searched together; there is at least one of them.

    Those of a change stand beside one another.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._labels = [(piece.id, piece.path, piece.names) for piece in pieces]
        by_id = Counter(piece.id for piece in pieces)
        self._names = [id_.casefold() for id_ in by_id]
        self._runs = list(by_id.values())
        self._headings = [piece.headings for piece in pieces]
        self._text = b"\n".join(piece.text for piece in pieces)
        ends = np.flatnonzero(np.frombuffer(self._text, np.uint8) == ord("\n"))
        self._starts = np.concatenate(([0], ends + 1)).astype(np.int32)
        places = np.cumsum([0, *(len(piece.text) + 1 for piece in pieces)])
        self._places = places.astype(np.int64)
        self._first = np.searchsorted(self._starts, places[:-1]).astype(np.int64)
        self._heading_lines = np.array(
            [
                first + line
                for first, lines in zip(self._first.tolist(), self._headings, strict=True)
                for line in lines
            ],
            np.int64,
        )

    def __len__(self) -> int:
        return len(self._labels)

    @property
    def size(self) -> int:
        """The bytes of its text."""
        return len(self._text)

    def piece(self, number: int) -> Piece:
        """A document of it."""
        id_, path, names = self._labels[number]
        start, end = self._places[number], self._places[number + 1] - 1
        return Piece(id_, path, names, self._text[start:end], self._headings[number])

    def pieces(self) -> list[Piece]:
        """All its documents."""
        return [self.piece(number) for number in range(len(self))]

    def look(self, words: tuple[str, ...], most: int) -> "Look":
        """Look for words, which hold no end of a line; at most sixteen of them."""
        return Look(self, words, most)

    # --- for Look -----------------------------------------------------------------------

    def _positions(self, word: bytes) -> Numbers:
        """Where a word stands; splitting the text is the quickest way to know."""
        parts = self._text.split(word)
        lengths = np.fromiter(map(len, parts), np.int64, len(parts))
        return np.cumsum(lengths[:-1] + len(word)) - len(word)

    def first_in_lines(self, word: bytes) -> tuple[Numbers, Numbers]:
        """The lines that hold a word, and where it first stands in each."""
        positions = self._positions(word)
        if not len(positions):
            return positions, positions
        lines = np.searchsorted(self._starts, positions, "right") - 1
        first = np.concatenate(([True], lines[1:] != lines[:-1]))
        return lines[first], positions[first]

    def are_parts(self, positions: Numbers, length: int) -> Flags:
        """Whether what stands at the positions is only part of a longer word."""
        data = np.frombuffer(self._text, np.uint8)
        if not len(data):
            return np.zeros(len(positions), np.bool_)
        before = data[np.maximum(positions - 1, 0)]
        before[positions == 0] = ord("\n")
        ends = positions + length
        after = data[np.minimum(ends, len(data) - 1)]
        after[ends >= len(data)] = ord("\n")
        parts: Flags = _LETTERS[before] | _LETTERS[after]
        for at in np.flatnonzero((before >= 128) | (after >= 128)).tolist():
            start, end = int(positions[at]), int(ends[at])
            parts[at] = self._before(start).isalnum() or self._after(end).isalnum()
        return parts

    def _before(self, position: int) -> str:
        """The character before a position; nothing at the beginning of the text."""
        start = max(0, position - _LONGEST_CHARACTER)
        return self._text[start:position].decode("utf-8", "replace")[-1:]

    def _after(self, position: int) -> str:
        return self._text[position : position + _LONGEST_CHARACTER].decode("utf-8", "replace")[:1]

    @cached_property
    def line_count(self) -> int:
        """All lines of its documents."""
        return len(self._starts)

    @property
    def first_lines(self) -> Numbers:
        """The number of each document's first line."""
        return self._first

    @property
    def heading_lines(self) -> Numbers:
        """The numbers of all lines that are headings."""
        return self._heading_lines

    def documents_of_lines(self) -> Numbers:
        """The document of each line, by number."""
        lengths = np.diff(self._first, append=self.line_count)
        return np.repeat(np.arange(len(self)), lengths)

    def title(self, line: int) -> str:
        """The folded title of a line that is a heading."""
        start = int(self._starts[line])
        end = self._text.find(b"\n", start)
        folded = self._text[start : end if end >= 0 else None].decode("utf-8", "surrogatepass")
        header = HEADER.match(folded)
        return trim(header.group(1)) if header else ""

    def first_heading(self, document: int) -> int | None:
        """The line of a document's first heading, in the block."""
        lines = self._headings[document]
        return int(self._first[document]) + lines[0] if lines else None

    def masks_of_names(self, words: tuple[str, ...]) -> Masks:
        """The words that the id of each document holds."""
        masks = np.zeros(len(self._names), np.uint16)
        for bit, word in enumerate(words):
            holds = np.fromiter((word in name for name in self._names), np.bool_, len(masks))
            masks[holds] |= np.uint16(1 << bit)
        return np.repeat(masks, self._runs)

    @cached_property
    def section_starts(self) -> Numbers:
        """The lines at which documents and their sections begin."""
        starts = np.sort(np.concatenate((self._first, self._heading_lines)))
        return starts[np.concatenate(([True], starts[1:] != starts[:-1]))]

    @cached_property
    def naming(self) -> Flags:
        """Whether each document names what it belongs to."""
        return np.array([names for _, _, names in self._labels], np.bool_)


class Look:
    """What one search finds in one block.

    `spots` are the best places that are a title, a heading or a line, best first; `documents` were
    found in all, with `count` places.
    """

    def __init__(self, block: Block, words: tuple[str, ...], most: int) -> None:
        self.block = block
        self._words = words
        self._named = block.masks_of_names(words)
        self._mask = np.zeros(block.line_count, np.uint16)
        self._parts = np.zeros(block.line_count, np.uint8)
        for bit, word in enumerate(words):
            encoded = word.encode("utf-8", "surrogatepass")
            lines, positions = block.first_in_lines(encoded)
            if len(lines):
                self._mask[lines] |= np.uint16(1 << bit)
                self._parts[lines] += block.are_parts(positions, len(encoded))
        whole = np.uint16((1 << len(words)) - 1)
        self._left = ~self._named & whole
        held = np.bitwise_or.reduceat(self._mask, block.first_lines)
        self._matched = (self._left & ~held) == 0
        self.spots: list[Spot] = []
        self.documents = self.count = 0
        self._scattered = np.zeros(len(block), np.bool_)
        if self._matched.any():
            self._look(np.flatnonzero(self._mask == whole), most)

    def _look(self, full: Numbers, most: int) -> None:
        """`full` are the lines that hold all words."""
        block, of_line = self.block, self.block.documents_of_lines()
        special = self._titles()
        self._add_headings(special, of_line)
        self._add_lines(special, full)
        plain = full
        with_places = np.zeros(len(block), np.bool_)
        if special:
            with_places[list(special)] = True
            plain = full[~with_places[of_line[full]]]
        plain = _first_of_each(plain, of_line[plain])
        with_places[of_line[plain]] = True
        self._scattered = self._matched & ~with_places & (self._left != 0)
        scattered = int(self._scattered.sum())
        self.documents = int(with_places.sum()) + scattered
        self.count = len(plain) + sum(map(len, special.values())) + scattered
        best = [
            (rank * _RANK + parts, line)
            for lines in special.values()
            for line, (rank, parts) in lines.items()
        ]
        best += self._best_lines(plain, most)
        self.spots = [self._spot(key, line, of_line) for key, line in sorted(best)[:most]]

    def _spot(self, key: int, line: int, of_line: Numbers) -> Spot:
        document = int(of_line[line])
        rank, parts = divmod(key, _RANK)
        return Spot(document, line - int(self.block.first_lines[document]), rank, parts)

    def _best_lines(self, lines: Numbers, most: int) -> list[tuple[int, int]]:
        keys = self._parts[lines].astype(np.int64) * self.block.line_count + lines
        if len(keys) > most:
            keys = np.partition(keys, most)[:most]
        parts, chosen = np.divmod(keys, self.block.line_count)
        return list(zip((parts + LINE * _RANK).tolist(), chosen.tolist(), strict=True))

    # --- titles and headings ------------------------------------------------------------

    def _words_left(self, document: int) -> tuple[str, ...]:
        mask = int(self._left[document])
        return tuple(word for bit, word in enumerate(self._words) if mask >> bit & 1)

    def _titles(self) -> dict[int, dict[int, tuple[int, int]]]:
        """The places in what changes are called: rank and parts by line, by document."""
        special: dict[int, dict[int, tuple[int, int]]] = {}
        block = self.block
        for document in np.flatnonzero(self._matched & block.naming & (self._named != 0)).tolist():
            line = block.first_heading(document)
            title = "" if line is None else block.title(line)
            if all(word in title for word in self._words_left(document)):
                called = f"{block.piece(document).id.casefold()} {title}"
                first = int(block.first_lines[document]) if line is None else line
                special[document] = {first: (TITLE, parts_of(called, self._words))}
        return special

    def _add_headings(
        self, special: dict[int, dict[int, tuple[int, int]]], of_line: Numbers
    ) -> None:
        lines = self.block.heading_lines
        masks, documents = self._mask[lines], of_line[lines]
        # A title is part of its line, so that a line without the words has no title with them.
        likely = (masks != 0) & ((self._left[documents] & ~masks) == 0)
        chosen = zip(lines[likely].tolist(), documents[likely].tolist(), strict=True)
        for line, document in chosen:
            places = special.get(document, {})
            if len(places) == MOST_PER_DOCUMENT or line in places:
                continue
            title, left = self.block.title(line), self._words_left(document)
            if any(word in title for word in self._words) and all(word in title for word in left):
                places[line] = HEADING, parts_of(title, left)
                special[document] = places

    def _add_lines(self, special: dict[int, dict[int, tuple[int, int]]], full: Numbers) -> None:
        """Add the full lines of documents that have other places."""
        block = self.block
        for document, places in special.items():
            last = document + 1 == len(block)
            end = block.line_count if last else int(block.first_lines[document + 1])
            start, stop = np.searchsorted(full, (block.first_lines[document], end))
            for line in full[start:stop].tolist():
                if len(places) == MOST_PER_DOCUMENT:
                    break
                if line not in places:
                    places[line] = LINE, int(self._parts[line])

    # --- words that are scattered -------------------------------------------------------

    def in_sections(self) -> Iterator[Spot]:
        """The documents with a section that holds all words, and in no better place."""
        if not self._scattered.any():
            return
        for document in np.flatnonzero(self._scattered & self._may_hold()).tolist():
            line, whole = self._best_line(document)
            if whole:
                yield Spot(document, line, SECTION)

    def scattered(self) -> Iterator[Spot]:
        """The documents that have all words in no section."""
        for document in np.flatnonzero(self._scattered).tolist():
            line, whole = self._best_line(document)
            if not whole:
                yield Spot(document, line, SCATTERED)

    def _may_hold(self) -> Flags:
        """Whether each document may have a section that holds all words."""
        block = self.block
        bounds = block.section_starts
        held = np.bitwise_or.reduceat(self._mask, bounds)
        documents = block.documents_of_lines()[bounds]
        holds = np.zeros(len(block), np.bool_)
        holds[documents[(self._left[documents] & ~held) == 0]] = True
        return holds

    def _best_line(self, document: int) -> tuple[int, bool]:
        piece = self.block.piece(document)
        index = TextIndex.of_folded(piece.text.decode("utf-8", "surrogatepass"), piece.headings)
        return best_line(index, self._words_left(document))


def _first_of_each(lines: Numbers, documents: Numbers) -> Numbers:
    """As many lines of each document as count; the lines are in order."""
    if not len(lines):
        return lines
    at = np.arange(len(lines))
    begins = np.concatenate(([True], documents[1:] != documents[:-1]))
    first = np.maximum.accumulate(np.where(begins, at, 0))
    return lines[at - first < MOST_PER_DOCUMENT]
