"""Lanes of lines: how wide and high they are, and what stands below their heads."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from geometry_ws.board.ages import OLD_MS
from geometry_ws.board.lanes import FACTS_HEIGHT, LANE_HEAD, LANE_PADDING
from geometry_ws.board.model import ChangeCard, Facts, Lane, LaneFace
from geometry_ws.board.rows import (
    ROW_STEP,
    Columns,
    PlacedRow,
    by_spec,
    flow,
    moved_lately,
    width_of,
)
from geometry_ws.board.words import count, icon_of

LEAST_ROWS_LANE = 200

_LOWEST = 360
_GROWTH = 1.04
_WIDEST_SHAPE = 1.75  # width over height from which on lanes may become higher
_GAP = 12


class RowsLane(NamedTuple):
    """Where a lane begins, how it looks, and its lines with their places in the board.

    `lately` is how many of them stand out because they moved; `facts` are said below its head.
    """

    left: int
    face: LaneFace
    rows: tuple[PlacedRow, ...]
    row_width: int
    lately: int
    facts: Facts


def lay_out_rows(
    lanes: Mapping[Lane, Sequence[ChangeCard]], counts: Mapping[Lane, int], now_ms: int
) -> list[RowsLane]:
    """Place lines in lanes side by side; the height is the least that keeps a fair shape."""
    groups = {lane: by_spec(cards) for lane, cards in lanes.items()}
    widths = {lane: width_of(members) for lane, members in groups.items()}
    highest = float(_LOWEST)
    while True:
        columns = {
            lane: flow(members, widths[lane], highest, progress=lane is Lane.IN_PROGRESS)
            for lane, members in groups.items()
        }
        width = sum(_width(each) + _GAP for each in columns.values()) - _GAP
        tallest = max(each.height for each in columns.values()) + LANE_HEAD + FACTS_HEIGHT
        most = max(each.number for each in columns.values())
        if most == 1 or width <= _WIDEST_SHAPE * tallest:
            break
        highest *= _GROWTH
    columns = {lane: _evened(groups[lane], lane, each) for lane, each in columns.items()}
    laid: list[RowsLane] = []
    left = 0
    top = LANE_HEAD + FACTS_HEIGHT
    for lane, placed in columns.items():
        lately = moved_lately(lanes[lane], now_ms)
        facts = _facts(lane, lanes[lane], lately, now_ms)
        heads = tuple(
            replace(head, x=head.x + LANE_PADDING, y=head.y + top) for head in placed.heads
        )
        height = tallest + LANE_PADDING
        empty = not counts[lane]
        face = LaneFace(lane, _width(placed), height, empty, groups=heads)
        rows = tuple(row._replace(x=row.x + LANE_PADDING, y=row.y + top) for row in placed.rows)
        laid.append(RowsLane(left, face, rows, placed.row_width, lately, facts))
        left += face.width + _GAP
    return laid


def _evened(groups: Mapping[str, Sequence[ChangeCard]], lane: Lane, columns: Columns) -> Columns:
    """Give a lane's columns with about one height, without having more of them."""
    least = columns.height // 2
    for highest in range(columns.height - ROW_STEP, least, -ROW_STEP):
        lower = flow(groups, columns.row_width, highest, progress=lane is Lane.IN_PROGRESS)
        if lower.number > columns.number:
            break
        columns = lower
    return columns


def _width(columns: Columns) -> int:
    return max(columns.width + 2 * LANE_PADDING, LEAST_ROWS_LANE)


def _facts(lane: Lane, cards: Sequence[ChangeCard], lately: int, now_ms: int) -> Facts:
    """Say what stands out among a lane's changes: signs with counts, or words."""
    if lane in (Lane.ATTENTION, Lane.COMPLETE):
        signs = Counter(icon_of(card) for card in cards)
        return tuple((name, f"{number:,}") for name, number in sorted(signs.items()))
    old = sum(card.moved_at > 0 and now_ms - card.moved_at >= OLD_MS for card in cards)
    facts = []
    if lately:
        facts.append(("", f"{count(lately, 'change')} moved today"))
    if old:
        facts.append(("", f"{old:,} older than 30 days"))
    return tuple(facts[:1] if lane is Lane.IN_PROGRESS else facts[-1:])
