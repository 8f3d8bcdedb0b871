"""The documents of many archived changes, to be searched at once; bounded in size.

They lie in blocks, in the order in which equally good hits come. A change that is another one now
makes only its block anew. Pure: whoever reads the changes says what they hold.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice

from geometry_ws.openspec.views.search import order_of_text
from geometry_ws.openspec.views.search_block import Block, Look, Piece, Spot

BLOCK_BYTES = 2**20
"""Of folded text: a look at it holds up other threads for less than a millisecond at a time."""


@dataclass(frozen=True, slots=True)
class CorpusPlace:
    """A place among the best: the document, its line (from 0), rank and parts as in `Place`."""

    document: Piece
    line: int
    rank: int
    parts: int


@dataclass(frozen=True, slots=True)
class CorpusPlaces:
    """The best places, best first, in how many documents, and how many places there are in all."""

    best: tuple[CorpusPlace, ...] = ()
    documents: int = 0
    count: int = 0


class Corpus:
    """Documents by what they belong to. One thread at a time may use it."""

    def __init__(self, block_bytes: int = BLOCK_BYTES) -> None:
        self._block_bytes = block_bytes
        self._blocks: list[Block] = []
        self._firsts: list[tuple[object, ...]] = []

    @property
    def size(self) -> int:
        """The bytes of all its texts."""
        return sum(block.size for block in self._blocks)

    def put(self, changes: Mapping[str, Sequence[Piece]]) -> None:
        """Put in the documents of some changes, in place of those that were there.

        The documents of a change come in the order of their paths (`piece_order`); a change without
        any is taken out.
        """
        by_block: dict[int, dict[str, Sequence[Piece]]] = {}
        for name, pieces in changes.items():
            at = max(0, bisect_right(self._firsts, order_of_text(name)) - 1)
            by_block.setdefault(at, {})[name] = pieces
        for at in sorted(by_block, reverse=True):
            self._renew(at, by_block[at])

    def _renew(self, at: int, changes: Mapping[str, Sequence[Piece]]) -> None:
        all_pieces: dict[str, list[Piece]] = {}
        for block in self._blocks[at : at + 1]:
            for piece in block.pieces():
                if piece.id not in changes:
                    all_pieces.setdefault(piece.id, []).append(piece)
        for name, pieces in changes.items():
            if pieces:
                all_pieces[name] = list(pieces)
        parts = list(self._divided(all_pieces))
        self._blocks[at : at + 1] = [Block(part) for part in parts]
        self._firsts[at : at + 1] = [order_of_text(part[0].id) for part in parts]

    def _divided(self, changes: Mapping[str, list[Piece]]) -> Iterator[list[Piece]]:
        """The documents in order, in portions for blocks; a change is never divided."""
        portion: list[Piece] = []
        size = 0
        for name in sorted(changes, key=order_of_text):
            portion += changes[name]
            size += sum(len(piece.text) + 1 for piece in changes[name])
            if size >= self._block_bytes:
                yield portion
                portion, size = [], 0
        if portion:
            yield portion

    def look(self, words: tuple[str, ...], most: int) -> CorpusPlaces:
        """All places of words, which hold no end of a line; of them the `most` best."""
        looks = [Look(block, words, most) for block in self._blocks]
        spots = ((at, spot) for at, look in enumerate(looks) for spot in look.spots)
        best = nsmallest(most, spots, key=_order)
        # Which of the others come first takes a while to say: no more of them than are wanted.
        best += islice(_spots_of(looks, Look.in_sections), most - len(best))
        best += islice(_spots_of(looks, Look.scattered), most - len(best))
        places = tuple(
            CorpusPlace(looks[at].block.piece(spot.document), spot.line, spot.rank, spot.parts)
            for at, spot in best
        )
        documents = sum(look.documents for look in looks)
        return CorpusPlaces(places, documents, sum(look.count for look in looks))


def piece_order(piece: Piece) -> tuple[object, ...]:
    """The order of a change's documents."""
    return order_of_text(piece.path)


def _spots_of(
    looks: Sequence[Look], spots: Callable[[Look], Iterator[Spot]]
) -> Iterator[tuple[int, Spot]]:
    for at, look in enumerate(looks):
        for spot in spots(look):
            yield at, spot


def _order(place: tuple[int, Spot]) -> tuple[int, ...]:
    """Blocks and documents have the order of their names and paths already."""
    at, spot = place
    return spot.rank, spot.parts, at, spot.document, spot.line
