"""Lanes of lines: how wide and high they are, and what stands below their heads."""

from collections import Counter
from collections.abc import Mapping, Sequence

from geometry_ws.board.ages import LATELY_MS, OLD_MS
from geometry_ws.board.lanes import FACTS_HEIGHT, LANE_HEAD, LANE_PADDING
from geometry_ws.board.model import ChangeCard, Lane, LaneFace
from geometry_ws.board.rows import (
    COLUMN_STEP,
    ROW_STEP,
    ROW_WIDTH,
    Columns,
    PlacedRow,
    by_spec,
    flow,
)
from geometry_ws.board.words import count, icon_of

LEAST_ROWS_LANE = 200

_LOWEST = 360
_GROWTH = 1.12
_WIDEST_SHAPE = 1.75  # width over height from which on lanes may become higher
_GAP = 12

RowsLane = tuple[int, LaneFace, tuple[PlacedRow, ...]]
"""Where a lane begins, how it looks, and its lines with their places in the board."""


def lay_out_rows(
    lanes: Mapping[Lane, Sequence[ChangeCard]], counts: Mapping[Lane, int], now_ms: int
) -> list[RowsLane]:
    """Place lines in lanes side by side; the height is the least that keeps a fair shape."""
    groups = {lane: by_spec(cards) for lane, cards in lanes.items()}
    highest = float(_LOWEST)
    while True:
        columns = {
            lane: flow(members, highest, progress=lane is Lane.IN_PROGRESS)
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
        facts = _facts(lane, lanes[lane], now_ms)
        heads = tuple(
            head.__class__(
                head.x + LANE_PADDING,
                head.y + top,
                head.name,
                head.count,
                head.progress,
                head.continued,
            )
            for head in placed.heads
        )
        height = tallest + LANE_PADDING
        empty = not counts[lane]
        face = LaneFace(lane, _width(placed), height, empty, facts=facts, groups=heads)
        rows = tuple(row._replace(x=row.x + LANE_PADDING, y=row.y + top) for row in placed.rows)
        laid.append((left, face, rows))
        left += face.width + _GAP
    return laid


def _evened(groups: Mapping[str, Sequence[ChangeCard]], lane: Lane, columns: Columns) -> Columns:
    """Give a lane's columns with about one height, without having more of them."""
    least = columns.height // 2
    for highest in range(columns.height - ROW_STEP, least, -ROW_STEP):
        lower = flow(groups, highest, progress=lane is Lane.IN_PROGRESS)
        if lower.number > columns.number:
            break
        columns = lower
    return columns


def _width(columns: Columns) -> int:
    inner = (columns.number - 1) * COLUMN_STEP + ROW_WIDTH
    return max(inner + 2 * LANE_PADDING, LEAST_ROWS_LANE)


def _facts(lane: Lane, cards: Sequence[ChangeCard], now_ms: int) -> tuple[tuple[str, str], ...]:
    """Say what stands out among a lane's changes: signs with counts, or words."""
    if lane in (Lane.ATTENTION, Lane.COMPLETE):
        signs = Counter(icon_of(card) for card in cards)
        return tuple((name, f"{number:,}") for name, number in sorted(signs.items()))
    ages = [now_ms - card.moved_at for card in cards if card.moved_at > 0]
    lately = sum(age < LATELY_MS for age in ages)
    old = sum(age >= OLD_MS for age in ages)
    facts = []
    if lately:
        facts.append(("", f"{count(lately, 'change')} moved today"))
    if old:
        facts.append(("", f"{old:,} older than 30 days"))
    return tuple(facts[:1] if lane is Lane.IN_PROGRESS else facts[-1:])
