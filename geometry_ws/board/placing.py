"""Rectangles and laid out text with their places, in logical pixels of a card or sign."""

from typing import NamedTuple

from geometry_ws.board.words import pieces_of
from geometry_ws.render.text import Layout, Span, TextStyle


class Rect(NamedTuple):
    """A rectangle in logical pixels."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point lies inside; the right and lower edges are outside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


class PlacedText(NamedTuple):
    """Laid out text and its top left corner."""

    layout: Layout
    x: float
    y: float


def spans(markdown: str, style: TextStyle) -> tuple[Span, ...]:
    """Give one line of Markdown in a style; what stands out is bolder."""
    strong = style._replace(weight=min(style.weight + 100, 600))
    return tuple(
        Span(piece.text, strong if piece.strong else style) for piece in pieces_of(markdown)
    )
