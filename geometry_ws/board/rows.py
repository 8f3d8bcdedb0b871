"""A change as a line, where there are many; and the order and columns in which lines stand.

Lines are grouped by the spec that they touch, and groups flow through the columns of a lane.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from geometry_ws.board.ages import LATELY_MS, OLD_MS
from geometry_ws.board.discs import paint_disc
from geometry_ws.board.marks import fill, glow, round_rect, state_sign
from geometry_ws.board.model import ChangeCard, Distance, RowFace, RowGroup
from geometry_ws.board.people import Person
from geometry_ws.board.placing import Rect
from geometry_ws.board.theme import Rgb, Theme
from geometry_ws.board.words import icon_of
from geometry_ws.render.drawing import skia
from geometry_ws.render.text import TextStyle, lay_out, lay_out_name

ROW_WIDTH, ROW_HEIGHT = 170, 18
ROW_STEP = ROW_HEIGHT + 1
HEAD_STEP = 23
COLUMN_GAP = 8
WIDEST_ROW = 2 * ROW_WIDTH + COLUMN_GAP

NAME_SIZES = {Distance.NEAR: 11.5, Distance.MIDDLE: 15.0}
"""From further away larger: on a laptop's screen, where a few hundred just fit, all can be read."""
_DISC = 16
_NO_SPEC = "no spec yet"
_NAME_LEFT = 22
_BESIDE_NAME = _NAME_LEFT + 6 + 14
_BESIDE_HEAD = 36
_WIDEST_HEAD = 240
_WIDTH_STEP = 4
_LEAST_MEAN = 2
"""With fewer changes in a group on average, heads say more than they sort: there are none."""

_MOST_LATELY = 0.3
"""The share of a lane's lines that can stand out."""

_LEAST_OF_GROUP = 2
"""A head isn't left alone at a column's end: so many lines follow it."""


class PlacedRow(NamedTuple):
    """A line's place in its lane."""

    card: ChangeCard
    name: str
    x: int
    y: int


class Columns(NamedTuple):
    """The lines and heads of a lane; how many columns they take, and how high the highest is.

    `row_width` is that of every line.
    """

    rows: tuple[PlacedRow, ...]
    heads: tuple[RowGroup, ...]
    number: int
    height: int
    row_width: int

    @property
    def width(self) -> int:
        """Give how wide all columns are."""
        return self.number * (self.row_width + COLUMN_GAP) - COLUMN_GAP


def row_face(
    row: PlacedRow,
    width: int,
    now_ms: int,
    fresh: int,
    people: tuple[Person, ...] = (),
    *,
    lately: bool,
) -> RowFace:
    """Give how a line looks at a time; `lately` is whether lines of its lane may stand out."""
    card = row.card
    age = now_ms - card.moved_at if card.moved_at > 0 else LATELY_MS
    stands_out = lately and age < LATELY_MS
    return RowFace(
        card, row.name, width, lately=stands_out, old=age >= OLD_MS, fresh=fresh, people=people
    )


def moved_lately(cards: Sequence[ChangeCard], now_ms: int) -> int:
    """Count what moved within a day; 0 where that is so much that it says nothing.

    All files of a fresh checkout have just been written.
    """
    number = sum(card.moved_at > 0 and now_ms - card.moved_at < LATELY_MS for card in cards)
    return number if number <= _MOST_LATELY * len(cards) else 0


def by_spec(cards: Sequence[ChangeCard]) -> dict[str, list[ChangeCard]]:
    """Group changes by the first spec that they touch; those that touch none come last.

    Where that would make hardly more than a group for each change, all are one without a name.
    """
    groups: dict[str, list[ChangeCard]] = {}
    for card in cards:
        groups.setdefault(card.specs[0] if card.specs else _NO_SPEC, []).append(card)
    if len(cards) < _LEAST_MEAN * len(groups):
        return {"": list(cards)}
    return dict(sorted(groups.items(), key=lambda entry: (entry[0] == _NO_SPEC, entry[0])))


def width_of(groups: Mapping[str, Sequence[ChangeCard]]) -> int:
    """Give how wide lines are: as the longest head needs, or without heads the longest name."""
    if "" in groups:
        style = _name_style(Distance.NEAR, 530, (0, 0, 0))
        widths = [lay_out(card.name, style).width + _BESIDE_NAME for card in groups[""]]
        most = WIDEST_ROW
    else:
        style = head_style(Distance.NEAR, 620, (0, 0, 0))
        widths = [lay_out(spec, style).width + _BESIDE_HEAD for spec in groups]
        most = _WIDEST_HEAD
    wanted = min(max([ROW_WIDTH, *widths]), most)
    return -(-math.ceil(wanted) // _WIDTH_STEP) * _WIDTH_STEP if wanted > ROW_WIDTH else ROW_WIDTH


def read_from(distance: Distance) -> Distance:
    """Give from where a line is drawn to be read: there is no face for further away."""
    return Distance.NEAR if distance is Distance.NEAR else Distance.MIDDLE


def head_style(distance: Distance, weight: int, ink: Rgb) -> TextStyle:
    """Give the style of what stands above lines."""
    size = NAME_SIZES[distance] - (0.5 if distance is Distance.NEAR else 0)
    return TextStyle(size, weight, ink, 18 / size, -0.012 * size)


def _name_style(distance: Distance, weight: int, ink: Rgb) -> TextStyle:
    size = NAME_SIZES[distance]
    return TextStyle(size, weight, ink, 16 / size, -0.2 if distance is Distance.MIDDLE else 0)


def flow(
    groups: Mapping[str, Sequence[ChangeCard]], width: int, highest: float, *, progress: bool
) -> Columns:
    """Let groups flow through columns of at most a height; one that is cut is named again.

    The group without a name has no head, and its changes have their whole names.
    """
    step = width + COLUMN_GAP
    rows: list[PlacedRow] = []
    heads: list[RowGroup] = []
    column, y, height = 0, 0, 0
    for spec, cards in groups.items():
        mean = _progress(cards) if progress else None
        head: RowGroup | None = None
        for number, card in enumerate(cards):
            new = HEAD_STEP + min(len(cards) - 1, _LEAST_OF_GROUP) * ROW_STEP
            if head or not spec:
                new = 0
            if y and y + new + ROW_STEP > highest:
                column, y, head = column + 1, 0, None
            if spec and head is None:
                head = RowGroup(column * step, y, spec, len(cards), width, mean, number > 0)
                heads.append(head)
                y += HEAD_STEP
            name = short_name(card.name, spec) if spec else card.name
            rows.append(PlacedRow(card, name, column * step, y))
            y += ROW_STEP
            height = max(height, y)
        y += 6
    return Columns(tuple(rows), tuple(heads), column + 1, height, width)


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


def paint_row(canvas: skia.Canvas, face: RowFace, distance: Distance, theme: Theme) -> None:
    """Paint a line; only what moved lately has a ground of its own."""
    distance = read_from(distance)
    whole = Rect(0, 0, face.width, ROW_HEIGHT)
    stands_out = face.lately or face.fresh > 0 or bool(face.people)
    if stands_out:
        round_rect(canvas, whole, 4, fill(theme.rgb("card-bg")))
    if face.fresh:
        glow(canvas, whole, 4, theme, face.fresh)
    card = face.card
    share = min(max(card.done / card.total, 0.0), 1.0) if card.total > 0 else 0.0
    state_sign(canvas, (3, 2, 14), icon_of(card), theme, share)
    ink = theme.rgb("text-3" if face.old and not stands_out else "text")
    style = _name_style(distance, 530 if stands_out else 420, ink)
    dot = 18 if face.people else 14 if face.fresh else 0
    name = lay_out_name(face.name, style, face.width - _NAME_LEFT - 6 - dot)
    name.paint(canvas, _NAME_LEFT, 1)
    if face.people:
        paint_disc(canvas, face.people[0], (face.width - 18, 1, _DISC), theme)
    elif dot:
        canvas.drawCircle(face.width - 10, ROW_HEIGHT / 2, 3, fill(theme.rgb("accent")))
