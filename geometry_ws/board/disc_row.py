"""A row of discs: how many find room, where they stand, and how many more a number tells."""

from collections.abc import Sequence
from typing import NamedTuple

from geometry_ws.board.people import Person, fitting
from geometry_ws.board.theme import Rgb
from geometry_ws.render.text import TextStyle, digits_width

_GAP = 3
_REST_SIZE = 0.55


class DiscRow(NamedTuple):
    """Whose discs begin where, all of a size; `rest` more aren't shown, which stands at `rest_x`.

    The row ends where it was asked to end.
    """

    people: tuple[tuple[Person, float], ...] = ()
    y: float = 0
    size: float = 0
    rest: int = 0
    rest_x: float = 0
    width: float = 0


def arrange_discs(
    people: Sequence[Person], end: float, y: float, size: float, room: float
) -> DiscRow:
    """Place discs in a row that ends at `end` and is at most `room` wide."""
    shown, rest = fitting(people, room, size, _rest_width(len(people), size))
    if not shown:
        return DiscRow()
    discs = shown * (size + _GAP) - _GAP
    width = discs + (_rest_width(rest, size) + _GAP if rest else 0)
    left = end - width
    placed = tuple((person, left + n * (size + _GAP)) for n, person in enumerate(people[:shown]))
    return DiscRow(placed, y, size, rest, left + discs + _GAP, width)


def rest_style(size: float, colour: Rgb) -> TextStyle:
    """Give the style of how many more there are."""
    return TextStyle(max(11.0, size * _REST_SIZE), 530, colour, 1.2)


def _rest_width(number: int, size: float) -> float:
    return digits_width(f"+{number}", rest_style(size, (0, 0, 0)))
