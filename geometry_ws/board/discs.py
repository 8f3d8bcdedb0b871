"""Discs of people: a circle is a person, a rounded square an agent or a program."""

from typing import NamedTuple

from geometry_ws.board.disc_row import DiscRow, rest_style
from geometry_ws.board.marks import fill, line, round_rect
from geometry_ws.board.people import FULL, Kind, Person, colour_of, initials
from geometry_ws.board.placing import Rect
from geometry_ws.board.theme import Rgb, Theme
from geometry_ws.render.drawing import skia
from geometry_ws.render.text import TextStyle, lay_out

SHARES = (0, 18, 32, 48, 66, 100)
"""How much of somebody's colour a disc has, in percent, by its strength."""

_ROUND = 0.28


class Ink(NamedTuple):
    """The colours of a disc: its ground, and its letters."""

    ground: Rgb
    letters: Rgb


def ink_of(person: Person, theme: Theme) -> Ink:
    """Give a disc's colours; every pair can be read."""
    ground, colour = theme.rgb("idle-wash"), theme.rgb(f"person-{colour_of(person.name)}")
    share = SHARES[person.strength]
    red, green, blue = (
        round((a * share + b * (100 - share)) / 100) for a, b in zip(colour, ground, strict=True)
    )
    letters = {0: "text-2", FULL: "on-accent"}.get(person.strength, "text")
    return Ink((red, green, blue), theme.rgb(letters))


def paint_disc(
    canvas: skia.Canvas, person: Person, at: tuple[float, float, float], theme: Theme
) -> None:
    """Paint one of them at x, y, size."""
    x, y, size = at
    ink = ink_of(person, theme)
    round_is = 0.5 if person.kind is Kind.PERSON else _ROUND
    round_rect(canvas, Rect(x, y, size, size), size * round_is, fill(ink.ground))
    letters = initials(person.name)
    large = size * (0.34 if len(letters) > 2 else 0.42)
    layout = lay_out(letters, TextStyle(large, 620, ink.letters, 1.2))
    layout.paint(canvas, x + (size - layout.width) / 2, y + size / 2 - 0.59 * large)
    if person.quiet:
        mark = max(6.0, size * 0.34)
        centre = x + size + 2 - mark / 2, y + size + 2 - mark / 2
        canvas.drawCircle(*centre, mark / 2, fill(theme.rgb("card-bg")))
        canvas.drawCircle(*centre, mark / 2 - 0.75, line(theme.rgb("warn-fill"), 1.5))


def paint_discs(canvas: skia.Canvas, row: DiscRow, theme: Theme) -> None:
    """Paint a row: the first of them, and how many more there are."""
    for person, x in row.people:
        paint_disc(canvas, person, (x, row.y, row.size), theme)
    if row.rest:
        style = rest_style(row.size, theme.rgb("text-2"))
        layout = lay_out(f"+{row.rest}", style)
        layout.paint(canvas, row.rest_x, row.y + row.size / 2 - 0.59 * style.size)
