"""How much of the world one board may take: a node allows its owner only so much.

The limits of the compositor are 1024 surfaces, 256 MiB of buffers and 1 MiB of text for one
owner. An owner's boards stay below all three together, as what is refused can't be seen at all.
Bytes are those of buffers, four for each pixel. Must not know how surfaces are made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

MOST_BOARDS = 128
"""Boards that one owner can draw: each has its signs, and at least some cards."""

_SURFACES = 1024
_SIGNS = 6  # a header, four lanes, the sign that counts the rest
_GROUNDS = 12  # four grounds of lanes, and eight places that tell how the board is looked at
_WITH_GROUNDS = 64
_RAISED = 8


@dataclass(frozen=True, slots=True)
class Budget:
    """What one board may take; without arguments, one that is its owner's only one.

    ``cards`` counts cards, the signs come on top of them; ``closed_bytes`` is for all cards, were
    they closed, at scale 1; ``laid_out_bytes`` for all cards, the open ones open, at scale 1;
    ``most_bytes`` for all pieces at the scale at which they are drawn, as the rest of the limit is
    for what changes; ``text_bytes`` for the texts of all pieces together, in UTF-8; ``surfaces``
    counts all of them.
    """

    cards: int = 800
    closed_bytes: int = 136 * 2**20
    laid_out_bytes: int = 168 * 2**20
    most_bytes: int = 208 * 2**20
    text_bytes: int = 800_000
    surfaces: int = _SURFACES

    @property
    def has_grounds(self) -> bool:
        """Whether there is room for lanes with a ground, and for knowing how they are looked at."""
        return self.surfaces >= _WITH_GROUNDS

    def shared(self, boards: int) -> "Budget":
        """Give what each of so many boards (1 to `MOST_BOARDS`) may take, so that all fit."""
        number = min(max(boards, 1), MOST_BOARDS)
        return Budget(
            min(self.cards // number, _cards_beside_signs(number)),
            self.closed_bytes // number,
            self.laid_out_bytes // number,
            self.most_bytes // number,
            self.text_bytes // number,
            self.surfaces // number,
        )


def _cards_beside_signs(number: int) -> int:
    """Give how many cards find room on each of so many boards; one board more gives nobody more."""
    surfaces = _SURFACES // number
    if surfaces < _WITH_GROUNDS:
        return min(surfaces - _SIGNS, _cards_beside_signs(_SURFACES // _WITH_GROUNDS))
    return surfaces - _SIGNS - _GROUNDS - min(_RAISED, surfaces // _WITH_GROUNDS)


WHOLE = Budget()

_LONGEST_TEXT = 20_000


class Sharpness(NamedTuple):
    """One piece: its bytes at scale 1, the scale it has, and the one that its viewers want.

    What no viewer looks at wants scale 1.
    """

    key: str
    size: int
    scale: int
    wanted: int


def choose_scales(pieces: Iterable[Sharpness], most: int = WHOLE.most_bytes) -> dict[str, int]:
    """Give every piece a scale, so that all together take at most `most` bytes where they can.

    Pieces that are sharp already come first, so that nothing is drawn to and fro; then the order.
    """
    scales = {}
    sharp = []
    taken = 0
    for piece in pieces:
        scales[piece.key] = 1
        taken += piece.size
        if piece.wanted > 1:
            sharp.append(piece)
    for piece in sorted(sharp, key=lambda piece: piece.scale != piece.wanted):
        more = piece.size * (piece.wanted**2 - 1)
        if taken + more <= most:
            taken += more
            scales[piece.key] = piece.wanted
    return scales


def longest_text(pieces: int, most: int = WHOLE.text_bytes) -> int:
    """Give how many bytes of text each of so many pieces may have, for at most `most` in all.

    It halves when the number of pieces doubles, so that one more piece rarely changes all texts.
    """
    number = 1 << max(pieces - 1, 0).bit_length()
    return min(_LONGEST_TEXT, most // number)


def cut_text(text: str, most: int) -> str:
    """Cut a text to at most `most` bytes of UTF-8, at a letter, and say so with an ellipsis."""
    if len(text) * 4 <= most:
        return text
    encoded = text.encode(errors="replace")
    if len(encoded) <= most:
        return text
    return encoded[: max(most - 3, 0)].decode(errors="ignore") + "…"
