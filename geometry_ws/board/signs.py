"""The signs of the board: its name above it, what it has no room for, and how to begin.

The name lies on the world itself, so it has no ground. It counts done tasks in digits of one
width and has room for as many as there are: a tick changes nothing of it but digits.
"""

from typing import NamedTuple

from geometry_ws.board.card import CARD_WIDTH, PADDING
from geometry_ws.board.marks import fill, paint_note, panel, round_rect
from geometry_ws.board.model import Distance, EmptyFace, HeaderFace, NoteKind, RestFace
from geometry_ws.board.notes import NOTE_GAP, Note, PlacedNote, arrange_notes
from geometry_ws.board.placing import Rect
from geometry_ws.board.theme import LIGHT, Theme
from geometry_ws.board.words import (
    NEW_CHANGE_COMMAND,
    empty_lines,
    rest_line,
    summary_pieces,
)
from geometry_ws.render.drawing import skia
from geometry_ws.render.text import (
    Layout,
    TextStyle,
    digits_width,
    lay_out,
    lay_out_name,
    paint_digits,
)

HEADER_HEIGHT = 44
REST_HEIGHT = 32
EMPTY_WIDTH, EMPTY_HEIGHT = 440, 196

_LEFT = 4
_SIZES = {
    Distance.NEAR: (20, 14),
    Distance.MIDDLE: (28, 20),
    Distance.FAR: (40, 28),
    Distance.DOT: (46, 34),
}
"""The size of the name and that of the summary."""

Sign = HeaderFace | EmptyFace | RestFace


def sign_size(face: Sign) -> tuple[int, int]:
    """Give the width and height of a sign in logical pixels."""
    if isinstance(face, EmptyFace):
        return EMPTY_WIDTH, EMPTY_HEIGHT
    if isinstance(face, RestFace):
        return CARD_WIDTH, REST_HEIGHT
    notes = _notes(face, LIGHT)
    return face.width, HEADER_HEIGHT + round(sum(n.panel.height + NOTE_GAP for n in notes))


def paint_sign(canvas: skia.Canvas, face: Sign, distance: Distance, theme: Theme) -> None:
    """Paint a sign from the canvas' origin, in logical pixels."""
    if isinstance(face, HeaderFace):
        _paint_header(canvas, face, distance, theme)
    elif isinstance(face, EmptyFace):
        _paint_empty(canvas, face, theme)
    else:
        panel(canvas, sign_size(face), theme)
        style = TextStyle(13, 620, theme.rgb("text"), 20 / 13)
        lay_out(rest_line(face.count), style).paint(canvas, PADDING, 6)


class _HeaderLine(NamedTuple):
    """The header's line of numbers: words, a number, words.

    `start` and `rest` are where the number and the second words begin, in pixels from the left.
    """

    before: Layout
    number: str
    start: float
    after: Layout | None
    rest: float


def _notes(face: HeaderFace, theme: Theme) -> tuple[PlacedNote, ...]:
    said = (Note(NoteKind.PROBLEM, face.problem or "", 3), Note(NoteKind.NOTICE, face.notice, 8))
    notes = tuple(note for note in said if note.text)
    room = min(face.width, 720)
    return arrange_notes(notes, 0, HEADER_HEIGHT - 4, room, theme)


def _arrange_line(face: HeaderFace, style: TextStyle) -> _HeaderLine:
    before, number, after = summary_pieces(face)
    first = lay_out(before, style)
    if not number:
        return _HeaderLine(first, "", 0, None, 0)
    space, own = digits_width(" ", style), digits_width(number, style)
    start = first.width + space
    return _HeaderLine(first, number, start, lay_out(after, style), start + own + space)


def _paint_header(canvas: skia.Canvas, face: HeaderFace, distance: Distance, theme: Theme) -> None:
    size, small = _SIZES[distance]
    tight = -0.02 * size
    style = TextStyle(size, 620, theme.rgb("text"), 1.2, tight)
    name = lay_out_name(face.project, style, face.width * 0.6)
    baseline = (HEADER_HEIGHT - 4 + 0.7 * size) / 2
    name.paint(canvas, _LEFT, baseline - 0.955 * size)
    if face.counted:
        quiet = TextStyle(small, 420, theme.rgb("text-2"), 1.2)
        x = _LEFT + name.width + 0.6 * size
        canvas.save()
        canvas.clipRect(skia.Rect.MakeXYWH(0, 0, face.width, HEADER_HEIGHT))
        _paint_line(canvas, _arrange_line(face, quiet), (x, baseline), quiet)
        canvas.restore()
    for note in _notes(face, theme):
        paint_note(canvas, note, theme)


def _paint_line(
    canvas: skia.Canvas, line: _HeaderLine, at: tuple[float, float], style: TextStyle
) -> None:
    x, baseline = at
    top = baseline - 0.955 * style.size
    line.before.paint(canvas, x, top)
    if line.after is None:
        return
    paint_digits(canvas, line.number, style, x + line.start, baseline)
    line.after.paint(canvas, x + line.rest, top)


def _paint_empty(canvas: skia.Canvas, face: EmptyFace, theme: Theme) -> None:
    first, how, totals = empty_lines(face)
    room = EMPTY_WIDTH - 48
    text, quiet = theme.rgb("text"), theme.rgb("text-2")
    small = TextStyle(13, 420, quiet, 20 / 13)
    panel(canvas, (EMPTY_WIDTH, EMPTY_HEIGHT), theme, theme.rgb("raised"))
    lay_out("Propose the first change", TextStyle(16, 620, text, 1.5)).paint(canvas, 24, 22)
    lay_out(f"{first} {how}", small, room, 2).paint(canvas, 24, 50)
    round_rect(canvas, Rect(24, 102, room, 36), 6, fill(theme.rgb("line")))
    round_rect(canvas, Rect(25, 103, room - 2, 34), 5, fill(theme.rgb("sunk")))
    lay_out(NEW_CHANGE_COMMAND, TextStyle(13, 530, text, 20 / 13)).paint(canvas, 36, 110)
    lay_out(totals, small, room, 1).paint(canvas, 24, 154)
