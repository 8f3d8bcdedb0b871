"""The small shapes of the board: panels, state marks, check boxes, progress bars.

Each takes a canvas and logical pixels; edges lie on whole logical pixels so that they are sharp.
"""

from geometry_ws.board.card import BOX_SIZE
from geometry_ws.board.model import NoteKind, State
from geometry_ws.board.notes import PlacedNote
from geometry_ws.board.placing import Rect
from geometry_ws.board.theme import Rgb, Theme
from geometry_ws.render.drawing import colour, skia

CORNER = 10.0


def fill(tone: Rgb) -> skia.Paint:
    """Give a paint that fills smoothly with one colour."""
    return skia.Paint(Color=colour(*tone), AntiAlias=True)


def line(tone: Rgb, width: float) -> skia.Paint:
    """Give a paint that draws lines with round ends."""
    return skia.Paint(
        Color=colour(*tone),
        AntiAlias=True,
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap,
        StrokeJoin=skia.Paint.kRound_Join,
    )


def round_rect(canvas: skia.Canvas, area: Rect, radius: float, paint: skia.Paint) -> None:
    """Draw a rectangle with round corners."""
    canvas.drawRoundRect(skia.Rect.MakeXYWH(*area), radius, radius, paint)


def panel(canvas: skia.Canvas, width: float, height: float, theme: Theme) -> None:
    """Draw a card's body with its border; outside of the corners nothing is drawn."""
    round_rect(canvas, Rect(0, 0, width, height), CORNER, fill(theme.border))
    round_rect(canvas, Rect(1, 1, width - 2, height - 2), CORNER - 1, fill(theme.card))


def bar(canvas: skia.Canvas, area: Rect, share: float, tone: Rgb, theme: Theme) -> None:
    """Draw progress from 0 to 1; a beginning is always seen, an end only when it is reached."""
    radius = area.height / 2
    round_rect(canvas, area, radius, fill(theme.faint))
    if share <= 0:
        return
    full: float = round(area.width * min(share, 1.0))
    if share < 1:
        full = min(max(full, area.height), area.width - area.height)
    round_rect(canvas, area._replace(width=full), radius, fill(tone))


def check_box(canvas: skia.Canvas, box: Rect, done: bool, theme: Theme) -> None:
    """Draw a box to tick, or a ticked one."""
    if not done:
        inner = Rect(box.x + 0.75, box.y + 0.75, BOX_SIZE - 1.5, BOX_SIZE - 1.5)
        round_rect(canvas, inner, 3.5, line(theme.box, 1.5))
        return
    round_rect(canvas, box, 4, fill(theme.accent))
    _tick(canvas, box.x, box.y, theme.on_accent)


def state_mark(canvas: skia.Canvas, x: float, y: float, state: State, theme: Theme) -> None:
    """Draw a state's mark, 16 x 16: ring, half disc, tick in a disc, warning, broken sheet."""
    tone = theme.of(state)
    if state is State.NOT_STARTED:
        canvas.drawCircle(x + 8, y + 8, 6.25, line(tone, 1.5))
    elif state is State.IN_PROGRESS:
        canvas.drawCircle(x + 8, y + 8, 6.25, line(tone, 1.5))
        half = skia.Rect.MakeXYWH(x + 4, y + 4, 8, 8)
        canvas.drawArc(half, -90, 180, True, fill(tone))
    elif state is State.COMPLETE:
        _ticked_disc(canvas, x, y, tone, theme.card)
    elif state is State.INVALID:
        _warning(canvas, x, y, tone, theme.card)
    else:
        _broken_sheet(canvas, x, y, tone)


def paint_note(canvas: skia.Canvas, placed: PlacedNote, theme: Theme) -> None:
    """Draw a note: its panel, its sign and its sentence."""
    note, area, text = placed
    wash = theme.wash(note.tone)
    round_rect(canvas, area, 6, fill(wash))
    _note_sign(canvas, *placed.sign_place, note.kind, theme.ink(note.tone), wash)
    text.layout.paint(canvas, text.x, text.y)


def _note_sign(
    canvas: skia.Canvas, x: float, y: float, kind: NoteKind, tone: Rgb, inside: Rgb
) -> None:
    """Draw a note's sign, 16 x 16; each kind has a shape of its own."""
    if kind is NoteKind.PROBLEM:
        _warning(canvas, x, y, tone, inside)
    elif kind is NoteKind.READY:
        _ticked_disc(canvas, x, y, tone, inside)
    elif kind is NoteKind.REFUSED:
        barred_disc(canvas, x, y, tone, inside)
    elif kind is NoteKind.MOVED:
        _shifted_sheets(canvas, x, y, tone, inside)
    elif kind is NoteKind.CONFLICT:
        _crossing_rings(canvas, x, y, tone)
    else:
        canvas.drawCircle(x + 8, y + 8, 6.25, line(tone, 1.5))
        canvas.drawLine(x + 8, y + 5, x + 8, y + 8.5, line(tone, 1.5))
        canvas.drawCircle(x + 8, y + 11, 0.9, fill(tone))


def barred_disc(canvas: skia.Canvas, x: float, y: float, tone: Rgb, inside: Rgb) -> None:
    """Draw the sign of a change that is complete and can't be archived, 16 x 16."""
    canvas.drawCircle(x + 8, y + 8, 7, fill(tone))
    canvas.drawLine(x + 5, y + 8, x + 11, y + 8, line(inside, 1.75))


def _ticked_disc(canvas: skia.Canvas, x: float, y: float, tone: Rgb, inside: Rgb) -> None:
    canvas.drawCircle(x + 8, y + 8, 7, fill(tone))
    _tick(canvas, x, y, inside)


def chevron(canvas: skia.Canvas, x: float, y: float, up: bool, tone: Rgb) -> None:
    """Draw the small arrow of a row that opens or closes the list, within 16 x 16."""
    middle, ends = (6.0, 10.0) if up else (10.0, 6.0)
    path = skia.Path()
    path.moveTo(x + 4, y + ends)
    path.lineTo(x + 8, y + middle)
    path.lineTo(x + 12, y + ends)
    canvas.drawPath(path, line(tone, 1.5))


def _tick(canvas: skia.Canvas, x: float, y: float, tone: Rgb) -> None:
    path = skia.Path()
    path.moveTo(x + 4.5, y + 8.25)
    path.lineTo(x + 7, y + 10.75)
    path.lineTo(x + 11.5, y + 5.5)
    canvas.drawPath(path, line(tone, 1.75))


def _warning(canvas: skia.Canvas, x: float, y: float, tone: Rgb, inside: Rgb) -> None:
    path = skia.Path()
    path.moveTo(x + 8, y + 2)
    path.lineTo(x + 14.5, y + 13.5)
    path.lineTo(x + 1.5, y + 13.5)
    path.close()
    canvas.drawPath(path, fill(tone))
    canvas.drawPath(path, line(tone, 1.5))
    canvas.drawLine(x + 8, y + 6, x + 8, y + 9.5, line(inside, 1.5))
    canvas.drawCircle(x + 8, y + 12, 0.9, fill(inside))


def _broken_sheet(canvas: skia.Canvas, x: float, y: float, tone: Rgb) -> None:
    path = skia.Path()
    path.moveTo(x + 3.5, y + 6.5)
    path.lineTo(x + 3.5, y + 1.75)
    path.lineTo(x + 12.5, y + 1.75)
    path.lineTo(x + 12.5, y + 7.5)
    path.lineTo(x + 9.5, y + 6)
    path.lineTo(x + 6.5, y + 8)
    path.close()
    path.moveTo(x + 3.5, y + 10)
    path.lineTo(x + 6.5, y + 11.5)
    path.lineTo(x + 9.5, y + 9.5)
    path.lineTo(x + 12.5, y + 11)
    path.lineTo(x + 12.5, y + 14.25)
    path.lineTo(x + 3.5, y + 14.25)
    path.close()
    canvas.drawPath(path, line(tone, 1.5))


def _shifted_sheets(canvas: skia.Canvas, x: float, y: float, tone: Rgb, inside: Rgb) -> None:
    round_rect(canvas, Rect(x + 1.75, y + 1.75, 8.5, 8.5), 2, line(tone, 1.5))
    round_rect(canvas, Rect(x + 4.5, y + 4.5, 11, 11), 3, fill(inside))
    round_rect(canvas, Rect(x + 5.5, y + 5.5, 9, 9), 2, fill(tone))
    arrow = skia.Path()
    arrow.moveTo(x + 8, y + 9.75)
    arrow.lineTo(x + 10, y + 7.75)
    arrow.lineTo(x + 12, y + 9.75)
    canvas.drawPath(arrow, line(inside, 1.25))
    canvas.drawLine(x + 10, y + 8, x + 10, y + 12.25, line(inside, 1.25))


def _crossing_rings(canvas: skia.Canvas, x: float, y: float, tone: Rgb) -> None:
    left = skia.Path()
    left.addCircle(x + 5.5, y + 8, 4.5)
    canvas.save()
    canvas.clipPath(left, doAntiAlias=True)
    canvas.drawCircle(x + 10.5, y + 8, 4.5, fill(tone))
    canvas.restore()
    canvas.drawPath(left, line(tone, 1.5))
    canvas.drawCircle(x + 10.5, y + 8, 4.5, line(tone, 1.5))
