"""Faces become pixels, at any buffer scale: text is drawn again, never enlarged."""

from geometry_ws.board.card import (
    CARD_WIDTH,
    PADDING,
    CardPlan,
    arrange_card,
    progress_style,
)
from geometry_ws.board.marks import (
    bar,
    barred_disc,
    check_box,
    chevron,
    paint_note,
    panel,
    state_mark,
)
from geometry_ws.board.model import Archiving, CardFace, ChangeCard, Face
from geometry_ws.board.signs import paint_sign, sign_size
from geometry_ws.board.theme import LIGHT, Theme
from geometry_ws.render.drawing import new_sheet, skia
from geometry_ws.render.pixels import Pixels
from geometry_ws.render.text import paint_digits


def face_size(face: Face, theme: Theme = LIGHT) -> tuple[int, int]:
    """Give the width and height of a face in logical pixels, without painting it."""
    if isinstance(face, CardFace):
        return CARD_WIDTH, arrange_card(face, theme).height
    return sign_size(face)


def draw_face(face: Face, scale: int = 1, theme: Theme = LIGHT) -> Pixels:
    """Paint a face into a fresh buffer of its size times `scale`; its corners are transparent."""
    width, height = face_size(face, theme)
    sheet = new_sheet(width * scale, height * scale)
    sheet.canvas.scale(scale, scale)
    if isinstance(face, CardFace):
        _paint_card(sheet.canvas, face.card, arrange_card(face, theme), theme)
    else:
        paint_sign(sheet.canvas, face, theme)
    return sheet.pixels


def _paint_card(canvas: skia.Canvas, card: ChangeCard, plan: CardPlan, theme: Theme) -> None:
    tone = theme.of(card.state)
    panel(canvas, CARD_WIDTH, plan.height, theme)
    if card.archiving is Archiving.REFUSED:
        barred_disc(canvas, PADDING, plan.name.y + 2, theme.warn, theme.card)
    else:
        state_mark(canvas, PADDING, plan.name.y + 2, card.state, theme)
    plan.name.layout.paint(canvas, plan.name.x, plan.name.y)
    if plan.progress:
        paint_digits(
            canvas, plan.progress, progress_style(theme), plan.progress_x, plan.name.y + 15
        )
    if plan.title:
        plan.title.layout.paint(canvas, plan.title.x, plan.title.y)
    if plan.bar:
        bar(canvas, plan.bar, card.done / card.total, tone, theme)
    for note in plan.notes:
        paint_note(canvas, note, theme)
    for heading in plan.sections:
        heading.layout.paint(canvas, heading.x, heading.y)
    for row in plan.tasks:
        check_box(canvas, row.box, row.task.done, theme)
        row.text.layout.paint(canvas, row.text.x, row.text.y)
    for more in plan.more:
        chevron(canvas, PADDING, more.area.y + 6, more.closes, theme.accent)
        more.text.layout.paint(canvas, more.text.x, more.text.y)
