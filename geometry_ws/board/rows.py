"""A change as a line, where there are many; and the order and columns in which lines stand.

Lines are grouped by the spec that they touch, and groups flow through the columns of a lane.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from geometry_ws.board.ages import LATELY_MS, OLD_MS
from geometry_ws.board.marks import fill, glow, round_rect, state_sign
from geometry_ws.board.model import ChangeCard, RowFace, RowGroup
from geometry_ws.board.placing import Rect
from geometry_ws.board.theme import Theme
from geometry_ws.board.words import icon_of
from geometry_ws.render.drawing import skia
from geometry_ws.render.text import TextStyle, lay_out_name

ROW_WIDTH, ROW_HEIGHT = 170, 18
ROW_STEP = ROW_HEIGHT + 1
HEAD_STEP = 23
COLUMN_STEP = ROW_WIDTH + 8

_NO_SPEC = "no spec yet"
_NAME_LEFT = 22
_LEAST_OF_GROUP = 2
"""A head isn't left alone at a column's end: so many lines follow it."""


class PlacedRow(NamedTuple):
    """A line's place in its lane."""

    card: ChangeCard
    name: str
    x: int
    y: int


class Columns(NamedTuple):
    """The lines and heads of a lane; how many columns they take, and how high the highest is."""

    rows: tuple[PlacedRow, ...]
    heads: tuple[RowGroup, ...]
    number: int
    height: int


def row_face(card: ChangeCard, name: str, now_ms: int, fresh: int) -> RowFace:
    """Give how a line looks at a time."""
    age = now_ms - card.moved_at if card.moved_at > 0 else LATELY_MS
    return RowFace(card, name, lately=age < LATELY_MS, old=age >= OLD_MS, fresh=fresh)


def by_spec(cards: Sequence[ChangeCard]) -> dict[str, list[ChangeCard]]:
    """Group changes by the first spec that they touch; those that touch none come last."""
    groups: dict[str, list[ChangeCard]] = {}
    for card in cards:
        groups.setdefault(card.specs[0] if card.specs else _NO_SPEC, []).append(card)
    return dict(sorted(groups.items(), key=lambda entry: (entry[0] == _NO_SPEC, entry[0])))


def flow(groups: Mapping[str, Sequence[ChangeCard]], highest: float, *, progress: bool) -> Columns:
    """Let groups flow through columns of at most a height; one that is cut is named again."""
    rows: list[PlacedRow] = []
    heads: list[RowGroup] = []
    column, y, height = 0, 0, 0
    for spec, cards in groups.items():
        mean = _progress(cards) if progress else None
        head: RowGroup | None = None
        for number, card in enumerate(cards):
            new = 0 if head else HEAD_STEP + min(len(cards) - 1, _LEAST_OF_GROUP) * ROW_STEP
            if y and y + new + ROW_STEP > highest:
                column, y, head = column + 1, 0, None
            if head is None:
                head = RowGroup(column * COLUMN_STEP, y, spec, len(cards), mean, number > 0)
                heads.append(head)
                y += HEAD_STEP
            rows.append(PlacedRow(card, short_name(card.name, spec), column * COLUMN_STEP, y))
            y += ROW_STEP
            height = max(height, y)
        y += 6
    return Columns(tuple(rows), tuple(heads), column + 1, height)


def short_name(name: str, spec: str) -> str:
    """Leave off what the head says: `add-billing-rates` below `billing` is `add-rates`."""
    group = spec.rsplit("/", 1)[-1].split("-")
    parts = name.split("-")
    for start in range(len(parts) - len(group) + 1):
        if parts[start : start + len(group)] == group:
            short = "-".join(parts[:start] + parts[start + len(group) :])
            return short or name
    return name


def _progress(cards: Sequence[ChangeCard]) -> float:
    total = sum(card.total for card in cards)
    return sum(card.done for card in cards) / total if total > 0 else 0.0


def paint_row(canvas: skia.Canvas, face: RowFace, theme: Theme) -> None:
    """Paint a line; only what moved lately has a ground of its own."""
    whole = Rect(0, 0, ROW_WIDTH, ROW_HEIGHT)
    stands_out = face.lately or face.fresh > 0
    if stands_out:
        round_rect(canvas, whole, 4, fill(theme.rgb("card-bg")))
    if face.fresh:
        glow(canvas, whole, 4, theme, face.fresh)
    card = face.card
    share = min(max(card.done / card.total, 0.0), 1.0) if card.total > 0 else 0.0
    state_sign(canvas, (4, 3, 12), icon_of(card), theme, share)
    ink = theme.rgb("text-3" if face.old and not stands_out else "text")
    style = TextStyle(11.5, 530 if stands_out else 420, ink, 16 / 11.5)
    dot = 14 if face.fresh else 0
    name = lay_out_name(face.name, style, ROW_WIDTH - _NAME_LEFT - 6 - dot)
    name.paint(canvas, _NAME_LEFT, 1)
    if dot:
        canvas.drawCircle(ROW_WIDTH - 10, ROW_HEIGHT / 2, 3, fill(theme.rgb("accent")))
