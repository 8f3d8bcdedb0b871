"""Cards that people put elsewhere: the order of a lane that a card dropped at a place makes."""

from geometry_ws.board.card import CARD_WIDTH
from geometry_ws.board.docks import dock_key
from geometry_ws.board.lanes import LANE_PADDING
from geometry_ws.board.layout import (
    COLUMN_GAP,
    COLUMN_STEP,
    BoardLayout,
    Placed,
    card_key,
    head_key,
    lane_key,
)
from geometry_ws.board.model import CardFace


def place_in_lane(layout: BoardLayout, name: str, x: int, y: int) -> list[str] | None:
    """Give the names of a lane in the order that a card dropped at a place makes.

    None where it was dropped elsewhere, and where the order stays. `x` and `y` are the card's
    corner where it was let go.
    """
    here = layout.items.get(card_key(name))
    if here is None or not isinstance(here.face, CardFace):
        return None
    key = here.face.card.lane
    lane = layout.items.get(lane_key(key)) or layout.items[head_key(key)]
    middle = x + CARD_WIDTH / 2, y + here.height / 2
    if not lane.x <= middle[0] < lane.x + lane.width or middle[1] < lane.y - here.height:
        return None
    others = [each for each in layout.items.values() if _stands_in(each, here) and each is not here]
    lowest = max((each.y + each.height for each in others), default=0)
    if middle[1] >= max(lane.y + lane.height, lowest) + here.height:
        return None
    number = (lane.width - 2 * LANE_PADDING + COLUMN_GAP) // COLUMN_STEP
    column = round((x - lane.x - LANE_PADDING) / COLUMN_STEP)
    column = min(max(column, 0), number - 1)
    left = lane.x + LANE_PADDING + column * COLUMN_STEP
    docked = [each for each in others if dock_key(each.title) in layout.items]
    free = [each for each in others if each not in docked]
    if dock_key(name) in layout.items:
        docked.insert(sum(_is_above(each, middle[1]) for each in docked), here)
    else:
        above = sum(each.x == left and _is_above(each, middle[1]) for each in free)
        # Cards go through the columns in turn: this is the place that stands below `above` others.
        free.insert(min(above * number + column, len(free)), here)
    names = [each.title for each in (*docked, *free)]
    before = [each.title for each in layout.items.values() if _stands_in(each, here)]
    return None if names == before else names


def _is_above(placed: Placed, y: float) -> bool:
    return placed.y + placed.height / 2 < y


def _stands_in(placed: Placed, here: Placed) -> bool:
    """Whether a piece is a card in the lane of another."""
    face, other = placed.face, here.face
    return (
        isinstance(face, CardFace)
        and isinstance(other, CardFace)
        and face.card.lane is other.card.lane
    )
