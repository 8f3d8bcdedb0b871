"""What a card shows from further away: larger words, fewer of them; the rectangle stays.

All numbers are logical pixels from the card's top left corner.
"""

from geometry_ws.board.card import CARD_WIDTH, arrange_bar
from geometry_ws.board.disc_row import arrange_discs
from geometry_ws.board.discs import paint_discs
from geometry_ws.board.groups import groups_of
from geometry_ws.board.marks import (
    CORNER,
    fill,
    glow,
    panel,
    round_rect,
    segments,
    state_sign,
)
from geometry_ws.board.model import CardFace, ChangeCard, Lane, State, Tone
from geometry_ws.board.placing import Rect
from geometry_ws.board.theme import Rgb, Theme
from geometry_ws.board.words import badge, icon_of
from geometry_ws.render.drawing import skia
from geometry_ws.render.text import (
    Layout,
    TextStyle,
    digits_width,
    lay_out,
    lay_out_name,
    paint_digits,
)

_MIDDLE_PADDING = 16
_GROUPS_FROM = 210
"""The height from which the middle face has room for a bar for each group."""


def paint_middle(canvas: skia.Canvas, face: CardFace, height: int, theme: Theme) -> None:
    """Paint title, groups or progress, and what is special: 0.5 to 0.85 of the card's size."""
    card = face.card
    left, room = _MIDDLE_PADDING, CARD_WIDTH - 2 * _MIDDLE_PADDING
    panel(canvas, (CARD_WIDTH, height), theme, fresh=face.fresh)
    state_sign(canvas, (left, 17, 22), icon_of(card), theme, progress_of(card))
    style = TextStyle(19, 620, theme.rgb("text"), 24 / 19, -0.27)
    name = wrapped_name(card.name, style, room - 32, 2)
    name.paint(canvas, left + 32, 16)
    top = 16 + name.height + 10
    end = height - 16
    words, tone = badge(card)
    foot = 28 if words else 24 if face.age or face.people else 0
    if foot and end - foot + 6 >= top:
        _paint_foot(canvas, (words, tone), face, end - foot, theme)
        end -= foot + 8
    if card.total <= 0:
        return
    if height > _GROUPS_FROM and len(groups_of(card.tasks)) > 1:
        _paint_groups(canvas, card, (top, end), theme)
    elif end - top >= 20:
        bar = arrange_bar(card, theme, Rect(left, top, room, 20), 6, 17)
        segments(canvas, bar.segments, theme, full=card.state is State.COMPLETE)
        style = TextStyle(17, 420, theme.rgb("text-2"), 20 / 17)
        paint_digits(canvas, bar.done, style, bar.count_x, bar.baseline)


def _paint_foot(
    canvas: skia.Canvas, said: tuple[str, Tone | None], face: CardFace, y: float, theme: Theme
) -> None:
    words, tone = said
    width = _paint_words(canvas, words, tone, face, y, theme)
    room = CARD_WIDTH - 2 * _MIDDLE_PADDING - (width + 8 if width else 0)
    size = 28 if words else 24
    row = arrange_discs(face.people, CARD_WIDTH - _MIDDLE_PADDING, y, size, room)
    paint_discs(canvas, row, theme)


def _paint_words(
    canvas: skia.Canvas, words: str, tone: Tone | None, face: CardFace, y: float, theme: Theme
) -> float:
    """Paint what is special, or else the age; gives how wide that is."""
    if not words:
        fresh = face.fresh > 0
        ink = theme.rgb("accent" if fresh else "text-2")
        style = TextStyle(17, 530 if fresh else 420, ink, 24 / 17)
        age = lay_out(face.age, style)
        age.paint(canvas, _MIDDLE_PADDING, y)
        return age.width
    layout = lay_out(words, TextStyle(16, 530, theme.ink(tone), 24 / 16))
    pill = Rect(_MIDDLE_PADDING, y, layout.width + 24, 28)
    round_rect(canvas, pill, 14, fill(theme.wash(tone)))
    layout.paint(canvas, _MIDDLE_PADDING + 12, y + 2)
    return pill.width


def _paint_groups(
    canvas: skia.Canvas, card: ChangeCard, span: tuple[float, float], theme: Theme
) -> None:
    """Paint a bar for each group; as many as there is room for, the first ones."""
    top, end = span
    style = TextStyle(17, 420, theme.rgb("text-2"), 22 / 17)
    full = card.state is State.COMPLETE
    room = CARD_WIDTH - 2 * _MIDDLE_PADDING
    for group in groups_of(card.tasks):
        if top + 32 > end:
            return
        count = f"{group.done}/{group.total}"
        width = digits_width(count, style)
        lay_out(group.name, style, room - width - 8, 1).paint(canvas, _MIDDLE_PADDING, top)
        paint_digits(canvas, count, style, CARD_WIDTH - _MIDDLE_PADDING - width, top + 17)
        area = Rect(_MIDDLE_PADDING, top + 26, room, 6)
        segments(canvas, ((area, group.done / group.total),), theme, full=full)
        top += 42


def paint_far(canvas: skia.Canvas, face: CardFace, height: int, theme: Theme) -> None:
    """Paint sign, count and name on the state's ground: 0.3 to 0.5 of the card's size."""
    card = face.card
    _paint_ground(canvas, face, height, theme)
    state_sign(canvas, (16, 11, 28), icon_of(card), theme, progress_of(card))
    left, end = 52.0, CARD_WIDTH - 16.0
    if card.total > 0:
        count = f"{card.done}/{card.total}"
        style = TextStyle(25, 530, theme.rgb("text-2"), 30 / 25)
        end -= digits_width(count, style)
        paint_digits(canvas, count, style, end, 34)
        end -= 10
    width = arrange_discs(face.people, end, 8, 34, end - left).width
    paint_discs(canvas, arrange_discs(face.people, left + width, 8, 34, end - left), theme)
    lines = int((height - 44 - 12) // 34)
    style = TextStyle(29, 620, theme.rgb("text"), 34 / 29, -0.58)
    if lines < 2:
        style, lines = TextStyle(25, 620, theme.rgb("text"), 28 / 25, -0.5), 2
    wrapped_name(card.name, style, CARD_WIDTH - 32, lines).paint(canvas, 16, 44)


def paint_dot(canvas: skia.Canvas, face: CardFace, height: int, theme: Theme) -> None:
    """Paint a colour and a sign, which is all that can be seen below 0.3 of the card's size."""
    _paint_ground(canvas, face, height, theme)
    size = 72
    at = (CARD_WIDTH - size) / 2, (height - 10 - size) / 2, size
    state_sign(canvas, at, icon_of(face.card), theme, progress_of(face.card))


def _paint_ground(canvas: skia.Canvas, face: CardFace, height: int, theme: Theme) -> None:
    card = face.card
    whole = Rect(0, 0, CARD_WIDTH, height)
    panel(canvas, (CARD_WIDTH, height), theme, ground_of(card, theme))
    if card.total > 0:
        canvas.save()
        clip = skia.RRect.MakeRectXY(skia.Rect.MakeXYWH(*whole), 10, 10)
        canvas.clipRRect(clip, doAntiAlias=True)
        area = Rect(0, height - 10, CARD_WIDTH, 10)
        canvas.drawRect(skia.Rect.MakeXYWH(*area), fill(theme.rgb("track")))
        share = min(max(card.done / card.total, 0.0), 1.0)
        tone = theme.rgb("ok-fill" if card.state is State.COMPLETE else "accent")
        done = area._replace(width=round(CARD_WIDTH * share))
        canvas.drawRect(skia.Rect.MakeXYWH(*done), fill(tone))
        canvas.restore()
    if face.fresh:
        glow(canvas, whole, CORNER, theme, face.fresh, width=3)


def ground_of(card: ChangeCard, theme: Theme) -> Rgb:
    """Give the ground of a card from far away: the wash of its state."""
    _, tone = badge(card)
    if tone is not None:
        return theme.wash(tone)
    if card.lane is Lane.COMPLETE:
        return theme.wash(Tone.GOOD)
    return theme.wash(Tone.BUSY) if card.lane is Lane.IN_PROGRESS else theme.rgb("card-bg")


def progress_of(card: ChangeCard) -> float:
    """Give a change's progress from 0 to 1."""
    return min(max(card.done / card.total, 0.0), 1.0) if card.total > 0 else 0.0


def wrapped_name(name: str, style: TextStyle, width: float, lines: int) -> Layout:
    """Set a name on some lines, broken at its dashes; one that is too long loses its middle."""
    if lines == 1:
        return lay_out_name(name, style, width)
    return lay_out(name, style, width, lines)
