"""How much of the world one board may take: a node allows its owner only so much.

The limits of the compositor are 1024 surfaces, 256 MiB of buffers and 1 MiB of text for one
owner. A board stays below all three, as what is refused can't be seen at all. Bytes are those of
buffers, four for each pixel. Must not know how surfaces are made.
"""

from collections.abc import Iterable
from typing import NamedTuple

MOST_CARDS = 800
"""Cards of one board; its signs come on top of them."""

CLOSED_BYTES = 136 * 2**20
"""All cards, were they closed, at scale 1."""

LAID_OUT_BYTES = 168 * 2**20
"""All cards, the open ones open, at scale 1."""

MOST_BYTES = 208 * 2**20
"""All pieces at the scale at which they are drawn: the rest of the limit is for what changes."""

TEXT_BYTES = 800_000
"""The texts of all pieces together, in UTF-8."""

_LONGEST_TEXT = 20_000


class Sharpness(NamedTuple):
    """One piece: its bytes at scale 1, the scale it has, and the one its lookers would like.

    What nobody looks at wants scale 1.
    """

    key: str
    size: int
    scale: int
    wanted: int


def choose_scales(pieces: Iterable[Sharpness], most: int = MOST_BYTES) -> dict[str, int]:
    """Give every piece a scale, so that all together take at most `most` bytes where they can.

    Who is sharp already comes first, so that nothing is drawn to and fro; then the given order.
    """
    scales = {}
    sharp = []
    taken = 0
    for piece in pieces:
        scales[piece.key] = 1
        taken += piece.size
        if piece.wanted > 1:
            sharp.append(piece)
    for piece in sorted(sharp, key=lambda each: each.scale != each.wanted):
        more = piece.size * (piece.wanted**2 - 1)
        if taken + more <= most:
            taken += more
            scales[piece.key] = piece.wanted
    return scales


def longest_text(pieces: int) -> int:
    """Give how many bytes of text each of so many pieces may have.

    It halves when the number of pieces doubles, so that one more piece rarely changes all texts.
    """
    number = 1 << max(pieces - 1, 0).bit_length()
    return min(_LONGEST_TEXT, TEXT_BYTES // number)


def cut_text(text: str, most: int) -> str:
    """Cut a text to at most `most` bytes of UTF-8, at a letter, and say so with an ellipsis."""
    if len(text) * 4 <= most:
        return text
    encoded = text.encode(errors="replace")
    if len(encoded) <= most:
        return text
    return encoded[: max(most - 3, 0)].decode(errors="ignore") + "…"
