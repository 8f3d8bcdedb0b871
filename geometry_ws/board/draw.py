"""Faces become pixels, for a theme and a distance, at any buffer scale: text is drawn again."""

from geometry_ws.board.card import (
    BOX_SIZE,
    CARD_WIDTH,
    HOLDER_SIZE,
    PADDING,
    TOP,
    CardPlan,
    arrange_card,
)
from geometry_ws.board.card import count_style as small_count
from geometry_ws.board.discs import paint_disc, paint_discs
from geometry_ws.board.distances import paint_dot, paint_far, paint_middle, progress_of
from geometry_ws.board.docks import paint_dock
from geometry_ws.board.lanes import FACTS_HEIGHT, LANE_HEAD, paint_head, paint_lane
from geometry_ws.board.marks import (
    check_box,
    fill,
    paint_note,
    panel,
    round_rect,
    segments,
    sign,
    state_sign,
    tick,
)
from geometry_ws.board.model import (
    CardFace,
    Distance,
    DockFace,
    Face,
    HeadFace,
    LaneFace,
    LookFace,
    RowFace,
    State,
)
from geometry_ws.board.rows import ROW_HEIGHT, paint_row
from geometry_ws.board.signs import paint_sign, sign_size
from geometry_ws.board.theme import LIGHT, Theme
from geometry_ws.board.words import icon_of
from geometry_ws.render.drawing import new_sheet, skia
from geometry_ws.render.pixels import Pixels
from geometry_ws.render.text import TextStyle, digits_width, lay_out, paint_digits


def face_size(face: Face, theme: Theme = LIGHT) -> tuple[int, int]:
    """Give the width and height of a face in logical pixels, without painting it.

    They are the same for every theme and distance.
    """
    if isinstance(face, CardFace):
        return CARD_WIDTH, arrange_card(face, theme).height
    if isinstance(face, RowFace):
        return face.width, ROW_HEIGHT
    if isinstance(face, LaneFace | LookFace | DockFace):
        return face.width, face.height
    if isinstance(face, HeadFace):
        return face.width, LANE_HEAD + (FACTS_HEIGHT if face.facts else 0)
    return sign_size(face)


def draw_face(
    face: Face, scale: int = 1, theme: Theme = LIGHT, distance: Distance = Distance.NEAR
) -> Pixels:
    """Paint a face into a fresh buffer of its size times `scale`; its corners are transparent."""
    width, height = face_size(face, theme)
    sheet = new_sheet(width * scale, height * scale)
    canvas = sheet.canvas
    canvas.scale(scale, scale)
    if isinstance(face, CardFace):
        if distance is Distance.NEAR:
            _paint_card(canvas, face, arrange_card(face, theme), theme)
        else:
            _FURTHER[distance](canvas, face, height, theme)
    elif isinstance(face, RowFace):
        paint_row(canvas, face, distance, theme)
    elif isinstance(face, DockFace):
        paint_dock(canvas, face, distance, theme)
    elif isinstance(face, LaneFace):
        paint_lane(canvas, face, distance, theme)
    elif isinstance(face, HeadFace):
        paint_head(canvas, face, distance, theme)
    elif not isinstance(face, LookFace):
        paint_sign(canvas, face, distance, theme)
    return sheet.pixels


_FURTHER = {
    Distance.MIDDLE: paint_middle,
    Distance.FAR: paint_far,
    Distance.DOT: paint_dot,
}


def _paint_card(canvas: skia.Canvas, face: CardFace, plan: CardPlan, theme: Theme) -> None:
    card = face.card
    panel(canvas, (CARD_WIDTH, plan.height), theme, fresh=face.fresh)
    state_sign(canvas, (PADDING, TOP + 2, 16), icon_of(card), theme, progress_of(card))
    plan.name.layout.paint(canvas, plan.name.x, plan.name.y)
    paint_discs(canvas, plan.discs, theme)
    if plan.close:
        sign(canvas, (*plan.close[:2], 16), "x", theme, "text-3")
    if plan.title:
        plan.title.layout.paint(canvas, plan.title.x, plan.title.y)
    for name, words in plan.trees:
        sign(canvas, (PADDING, words.y + 2, 12), name, theme, "text-3")
        words.layout.paint(canvas, words.x, words.y)
    if plan.bar:
        full = card.state is State.COMPLETE
        segments(canvas, plan.bar.segments, theme, full=full)
        style = small_count(theme)
        paint_digits(canvas, plan.bar.done, style, plan.bar.count_x, plan.bar.baseline)
    if plan.opener:
        name = "minus" if face.opened else "chevron-down"
        x = CARD_WIDTH - PADDING - 12
        sign(canvas, (x, plan.opener.y + 2, 12), name, theme, "text-3")
    for note in plan.notes:
        paint_note(canvas, note, theme)
    _paint_list(canvas, plan, theme)
    _paint_foot(canvas, plan, theme)


def _paint_list(canvas: skia.Canvas, plan: CardPlan, theme: Theme) -> None:
    style = small_count(theme)
    for row in plan.groups:
        row.text.layout.paint(canvas, row.text.x, row.text.y)
        if not row.group.total:
            continue
        if row.group.finished:
            tick(canvas, PADDING, row.area.y + 3, theme.rgb("ok"))
        else:
            number = lay_out(row.group.number, TextStyle(11, 530, style.colour, 16 / 11))
            x = PADDING + (BOX_SIZE - number.width) / 2
            number.paint(canvas, x, row.area.y + 2)
        count = f"{row.group.done}/{row.group.total}"
        x = CARD_WIDTH - PADDING - digits_width(count, style)
        paint_digits(canvas, count, style, x, row.area.y + 14)
    for task in plan.tasks:
        if task.holder:
            round_rect(canvas, task.area, 6, fill(theme.rgb("accent-wash")))
            x = CARD_WIDTH - PADDING - HOLDER_SIZE
            paint_disc(canvas, task.holder, (x, task.area.y + 3, HOLDER_SIZE), theme)
        check_box(canvas, task.box, task.task.done, theme)
        task.text.layout.paint(canvas, task.text.x, task.text.y)
    for more in plan.more:
        name = "minus" if more.up else "plus"
        sign(canvas, (PADDING + 1, more.area.y + 5, 12), name, theme, "accent")
        more.text.layout.paint(canvas, more.text.x, more.text.y)


def _paint_foot(canvas: skia.Canvas, plan: CardPlan, theme: Theme) -> None:
    for spec in plan.specs:
        if not spec.layout.shown.startswith("+"):
            sign(canvas, (spec.x - 16, spec.y + 2, 12), "book-open", theme, "text-3")
        spec.layout.paint(canvas, spec.x, spec.y)
    if plan.age:
        plan.age.layout.paint(canvas, plan.age.x, plan.age.y)
