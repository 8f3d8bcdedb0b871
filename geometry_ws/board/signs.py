"""The signs of the board: above it, above its columns, and where it is empty.

Like cards they are opaque panels, so they can be read on any page. The header counts done tasks in
digits of one width, has room for as many as there are tasks, and its own width grows in steps: a
tick changes nothing of it but digits, and what follows them where there is one more.
"""

from math import ceil
from typing import NamedTuple

from geometry_ws.board.card import CARD_WIDTH, PADDING
from geometry_ws.board.marks import fill, paint_note, panel, round_rect, state_mark
from geometry_ws.board.model import (
    Column,
    ColumnFace,
    EmptyFace,
    HeaderFace,
    NoteKind,
    RestFace,
    State,
)
from geometry_ws.board.notes import NOTE_FRAME, NOTE_GAP, Note, PlacedNote, arrange_notes
from geometry_ws.board.placing import Rect
from geometry_ws.board.theme import LIGHT, Theme
from geometry_ws.board.words import (
    COLUMN_WORDS,
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

SIGN_HEIGHT = 40
SPINE_WIDTH = 40
SPINE_HEIGHT = 200
EMPTY_WIDTH, EMPTY_HEIGHT = 440, 214

_HEADER_ROOM = 480
_HEADER_STEP = 40
_BASELINE = 13.5  # of a line of 18 pixels in the small size
_STATE_OF = {
    Column.NOT_STARTED: State.NOT_STARTED,
    Column.IN_PROGRESS: State.IN_PROGRESS,
    Column.COMPLETE: State.COMPLETE,
    Column.ATTENTION: State.INVALID,
}


Sign = ColumnFace | HeaderFace | EmptyFace | RestFace


def sign_size(face: Sign) -> tuple[int, int]:
    """Give the width and height of a sign in logical pixels."""
    if isinstance(face, ColumnFace):
        return (SPINE_WIDTH, SPINE_HEIGHT) if face.folded else (face.width, SIGN_HEIGHT)
    if isinstance(face, EmptyFace):
        return EMPTY_WIDTH, EMPTY_HEIGHT
    if isinstance(face, RestFace):
        return CARD_WIDTH, SIGN_HEIGHT
    return _arrange_header(face, LIGHT).size


def paint_sign(canvas: skia.Canvas, face: Sign, theme: Theme) -> None:
    """Paint a sign from the canvas' origin, in logical pixels."""
    panel(canvas, *sign_size(face), theme)
    if isinstance(face, HeaderFace):
        _paint_header(canvas, face, theme)
    elif isinstance(face, EmptyFace):
        _paint_empty(canvas, face, theme)
    elif isinstance(face, RestFace):
        style = TextStyle(14, 600, theme.text, 20 / 14)
        lay_out(rest_line(face.count), style).paint(canvas, PADDING, 10)
    elif face.folded:
        _paint_spine(canvas, face, theme)
    else:
        _paint_column(canvas, face, theme)


class _HeaderLine(NamedTuple):
    """The header's line of numbers: words, a number, words.

    `start` and `rest` are where the number and the second words begin, `width` is wide enough for
    any number of done tasks; all are pixels from the left.
    """

    before: Layout
    number: str
    start: float
    after: Layout | None
    rest: float
    width: float


class _Header(NamedTuple):
    name: Layout
    line: _HeaderLine | None
    notes: tuple[PlacedNote, ...]
    size: tuple[int, int]


def _small(theme: Theme) -> TextStyle:
    return TextStyle(13, 400, theme.muted, 18 / 13)


def _arrange_header(face: HeaderFace, theme: Theme) -> _Header:
    name = lay_out_name(face.project, TextStyle(20, 700, theme.text, 1.3), _HEADER_ROOM)
    line = _arrange_line(face, theme) if face.counted else None
    said = ((NoteKind.PROBLEM, face.problem), (NoteKind.NOTICE, face.notice))
    notes = tuple(Note(sign, text) for sign, text in said if text)
    top = 74 if line else 52
    placed = arrange_notes(notes, PADDING, top, _HEADER_ROOM, theme)
    widths = [note.text.layout.width + NOTE_FRAME for note in placed]
    widest = max(name.width, line.width if line else 0, *widths)
    width = max(CARD_WIDTH, ceil((widest + 2 * PADDING) / _HEADER_STEP) * _HEADER_STEP)
    room = width - 2 * PADDING
    placed = tuple(each._replace(panel=each.panel._replace(width=room)) for each in placed)
    height = top + round(sum(each.panel.height + NOTE_GAP for each in placed))
    return _Header(name, line, placed, (width, height + (6 if placed else 0)))


def _arrange_line(face: HeaderFace, theme: Theme) -> _HeaderLine:
    style = _small(theme)
    before, number, after = summary_pieces(face)
    first = lay_out(before, style)
    if not number:
        return _HeaderLine(first, "", 0, None, 0, first.width)
    space, own = digits_width(" ", style), digits_width(number, style)
    start = first.width + space
    last = lay_out(after, style)
    room = max(own, digits_width(f"{face.total:,}", style))
    return _HeaderLine(
        first, number, start, last, start + own + space, start + room + space + last.width
    )


def _paint_header(canvas: skia.Canvas, face: HeaderFace, theme: Theme) -> None:
    name, line, notes, _ = _arrange_header(face, theme)
    name.paint(canvas, PADDING, 13)
    if line:
        _paint_line(canvas, line, PADDING, 42, theme)
    for note in notes:
        paint_note(canvas, note, theme)


def _paint_line(canvas: skia.Canvas, line: _HeaderLine, x: float, y: float, theme: Theme) -> None:
    line.before.paint(canvas, x, y)
    if line.after is None:
        return
    paint_digits(canvas, line.number, _small(theme), x + line.start, y + _BASELINE)
    line.after.paint(canvas, x + line.rest, y)


def _paint_column(canvas: skia.Canvas, face: ColumnFace, theme: Theme) -> None:
    state_mark(canvas, PADDING, 12, _STATE_OF[face.column], theme)
    label = lay_out(COLUMN_WORDS[face.column], TextStyle(14, 600, theme.text, 20 / 14))
    label.paint(canvas, PADDING + 24, 10)
    style = TextStyle(13, 600, theme.muted, 18 / 13)
    number = f"{face.count:,}"
    width = digits_width(number, style)
    pill = Rect(round(PADDING + 24 + label.width) + 10, 10, round(width) + 16, 20)
    round_rect(canvas, pill, 10, fill(theme.faint))
    paint_digits(canvas, number, style, pill.x + (pill.width - width) / 2, 24.5)


def _paint_spine(canvas: skia.Canvas, face: ColumnFace, theme: Theme) -> None:
    # An empty column needs no attention, so its mark is quiet, whatever the column is called.
    state_mark(canvas, 12, 14, _STATE_OF[face.column], theme.quiet())
    label = lay_out(COLUMN_WORDS[face.column], TextStyle(13, 500, theme.muted, 18 / 13))
    canvas.save()
    canvas.translate(29, 44)
    canvas.rotate(90)
    label.paint(canvas, 0, 0)
    canvas.restore()
    style = TextStyle(13, 600, theme.muted)
    number = f"{face.count:,}"
    paint_digits(canvas, number, style, 20 - digits_width(number, style) / 2, SPINE_HEIGHT - 16)


def _paint_empty(canvas: skia.Canvas, face: EmptyFace, theme: Theme) -> None:
    first, how, totals = empty_lines(face)
    room = EMPTY_WIDTH - 48
    small = TextStyle(13, 400, theme.muted, 18 / 13)
    lay_out("No open changes", TextStyle(18, 700, theme.text, 1.3)).paint(canvas, 24, 22)
    lay_out(first, TextStyle(14, 400, theme.text, 20 / 14), room, 2).paint(canvas, 24, 52)
    lay_out(how, small, room, 1).paint(canvas, 24, 88)
    round_rect(canvas, Rect(24, 114, room, 38), 8, fill(theme.faint))
    lay_out(NEW_CHANGE_COMMAND, TextStyle(14, 600, theme.accent, 20 / 14)).paint(canvas, 38, 123)
    lay_out(totals, small, room, 1).paint(canvas, 24, 170)
