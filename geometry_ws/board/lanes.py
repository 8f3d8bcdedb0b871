"""The ground and the head of a lane, as they are seen from each distance. A lane never collapses.

Names grow with the distance, so that they are at least 12 pixels on the screen down to 0.4 of the
board's size, and from 0.3 down as far as their strip allows: they never touch the first card.
"""

from geometry_ws.board.marks import (
    LANE_CORNER,
    dashed,
    fill,
    paint_note,
    round_rect,
    segments,
    state_sign,
)
from geometry_ws.board.model import Distance, HeadFace, Lane, LaneFace, NoteKind, RowGroup
from geometry_ws.board.notes import Note, PlacedNote, arrange_notes
from geometry_ws.board.placing import Rect
from geometry_ws.board.rows import head_style, read_from
from geometry_ws.board.theme import LANE_ICONS, LIGHT, Theme
from geometry_ws.board.words import EMPTY_WORDS, LANE_WORDS, UNWRITTEN_LINE
from geometry_ws.render.drawing import skia
from geometry_ws.render.text import TextStyle, digits_width, lay_out, lay_out_name, paint_digits

LANE_WIDTH = 272
LANE_PADDING = 8
LANE_HEAD = 40
FACTS_HEIGHT = 20
LEAST_LANE = 320

_EMPTY_HEIGHT = 92
_HEADS = {
    Distance.NEAR: (13, 16),
    Distance.MIDDLE: (24, 22),
    Distance.FAR: (30, 0),
    Distance.DOT: (40, 0),
}
"""The size of the name, and that of the sign before it; where there is no room there is none."""

_SHORT = {Lane.ATTENTION: "Attention"}
_HALF = 0.5


def note_height(text: str, width: int) -> int:
    """Give how much room a lane's note takes below its head."""
    return round(_note(text, width, LIGHT).panel.height) + LANE_PADDING if text else 0


def _note(text: str, width: int, theme: Theme) -> PlacedNote:
    kind = NoteKind.UNWRITTEN if text.endswith(UNWRITTEN_LINE) else NoteKind.PROBLEM
    note = Note(kind, text, 3)
    room = width - 2 * LANE_PADDING
    return arrange_notes((note,), LANE_PADDING, LANE_HEAD, room, theme)[0]


def paint_lane(canvas: skia.Canvas, face: LaneFace, distance: Distance, theme: Theme) -> None:
    """Paint a lane without its head from the canvas' origin."""
    whole = Rect(0, 0, face.width, face.height)
    round_rect(canvas, whole, LANE_CORNER, fill(theme.rgb("lane-bg")))
    if face.note:
        paint_note(canvas, _note(face.note, face.width, theme), theme)
    if face.empty:
        _paint_empty(canvas, face, theme)
    for group in face.groups:
        _paint_group(canvas, group, read_from(distance), theme)


def paint_head(canvas: skia.Canvas, face: HeadFace, distance: Distance, theme: Theme) -> None:
    """Paint a lane's head, which lies on its ground."""
    size, icon = _HEADS[distance]
    x: float = LANE_PADDING + 8 if size < 20 else LANE_PADDING
    if icon:
        at = x, (LANE_HEAD - icon) / 2, icon
        state_sign(canvas, at, LANE_ICONS[face.lane], theme, _HALF)
        x += icon + (8 if size < 20 else 10)
    words = LANE_WORDS[face.lane]
    far = distance in (Distance.FAR, Distance.DOT)
    tight = -0.025 * size if size > 20 else 0
    name = TextStyle(size, 620, theme.rgb("text"), 1.2, tight)
    number = TextStyle(size, 530, theme.rgb("text-2"), 1.2)
    count = f"{face.count:,}"
    gap = min(0.62 * size, 12)
    room = face.width - x - digits_width(count, number) - gap - LANE_PADDING
    if (far and face.width <= LANE_WIDTH) or lay_out(words, name).width > room:
        words = _SHORT.get(face.lane, words)
    layout = lay_out_name(words, name, room)
    y = (LANE_HEAD - 1.2 * size) / 2 - (2 if far else 0)
    layout.paint(canvas, x, y)
    baseline = y + size * 0.955
    paint_digits(canvas, count, number, x + layout.width + gap, baseline)
    if distance is Distance.NEAR:  # from further away they are too small to read
        _paint_facts(canvas, face, theme)


def _paint_empty(canvas: skia.Canvas, face: LaneFace, theme: Theme) -> None:
    width = min(face.width, LANE_WIDTH) - 2 * LANE_PADDING
    area = Rect(LANE_PADDING, LANE_HEAD, width, _EMPTY_HEIGHT)
    dashed(canvas, area, theme)
    words, size = EMPTY_WORDS[face.lane], 12
    style = TextStyle(size, 420, theme.rgb("text-2"), 4 / 3)
    layout = lay_out(words, style, width - 40, 2)
    # Lines of a paragraph begin at one edge: each is set by itself to stand in the middle.
    y = area.y + (area.height - layout.height) / 2
    for text in _lines(words, style, width - 40):
        part = lay_out(text, style)
        part.paint(canvas, area.x + (area.width - part.width) / 2, y)
        y += size * 4 / 3


def _lines(words: str, style: TextStyle, width: float) -> list[str]:
    """Break words into lines of about one length."""
    whole = lay_out(words, style)
    if whole.width <= width:
        return [words]
    parts = words.split(" ")
    return [
        " ".join(parts[: len(parts) // 2 + 1]),
        " ".join(parts[len(parts) // 2 + 1 :]),
    ]


def _paint_facts(canvas: skia.Canvas, face: HeadFace, theme: Theme) -> None:
    x: float = LANE_PADDING + 8
    style = TextStyle(12, 420, theme.rgb("text-2"), 16 / 12)
    for icon, words in face.facts:
        if icon:
            state_sign(canvas, (x, LANE_HEAD, 14), icon, theme, _HALF)
            x += 18
        layout = lay_out(words, style)
        if x + layout.width > face.width - LANE_PADDING:
            return
        layout.paint(canvas, x, LANE_HEAD - 1)
        x += layout.width + 12


def _paint_group(canvas: skia.Canvas, group: RowGroup, distance: Distance, theme: Theme) -> None:
    """Paint the head of lines; one that goes on in another column is quieter."""
    x, y = group.x + 4, group.y + 4
    token = "text-2" if group.continued else "text"
    style = head_style(distance, 530 if group.continued else 620, theme.rgb(token))
    name = lay_out(group.name, style, group.width - 36, 1)
    name.paint(canvas, x, y)
    quiet = head_style(distance, 420, theme.rgb("text-2"))
    if group.continued:
        lay_out("cont.", quiet).paint(canvas, x + name.width + 5, y)
        return
    paint_digits(canvas, f"{group.count}", quiet, x + name.width + 6, y + 14)
    if group.progress is not None and name.width + 76 <= group.width:
        area = Rect(group.x + group.width - 44, y + 8, 40, 4)
        segments(canvas, ((area, group.progress),), theme, full=False)
