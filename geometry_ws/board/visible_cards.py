"""Chooses the cards that a board shows, and those that are open, where not all fit the budget."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from geometry_ws.board.budget import WHOLE, Budget
from geometry_ws.board.draw import face_size
from geometry_ws.board.model import CardFace, ChangeCard, Lane
from geometry_ws.board.rows import ROW_HEIGHT, WIDEST_ROW
from geometry_ws.board.theme import Theme

_FIRST = (Lane.ATTENTION, Lane.IN_PROGRESS, Lane.NOT_STARTED, Lane.COMPLETE)
_ROW_BYTES = WIDEST_ROW * ROW_HEIGHT * 4


def cards_with_room(
    cards: Sequence[ChangeCard], theme: Theme, budget: Budget = WHOLE, *, as_rows: bool = False
) -> list[ChangeCard]:
    """Give the cards that fit, in their order; those that need attention are chosen first."""
    by_importance = sorted(cards, key=lambda card: _FIRST.index(card.lane))
    shown = set()
    taken = 0
    for card in by_importance[: budget.cards]:
        taken += _ROW_BYTES if as_rows else _bytes(CardFace(card), theme)
        if taken > budget.closed_bytes // 2:  # the other half is for lanes
            break
        shown.add(card.name)
    return [card for card in cards if card.name in shown]


def faces_with_room(
    cards: Sequence[ChangeCard],
    faces: Mapping[str, CardFace],
    theme: Theme,
    budget: Budget = WHOLE,
) -> dict[str, CardFace]:
    """Give the faces of cards by name: what people opened is open as long as there is room."""
    closed = {card.name: replace(faces[card.name], opened=False, views=()) for card in cards}
    left = (
        budget.laid_out_bytes
        - budget.closed_bytes // 2
        - sum(_bytes(face, theme) for face in closed.values())
    )
    result = dict(closed)
    for name, face in faces.items():
        if face == closed.get(name):
            continue
        more = _bytes(face, theme) - _bytes(closed[name], theme)
        if more <= left:
            left -= more
            result[name] = face
    return result


def _bytes(face: CardFace, theme: Theme) -> int:
    width, height = face_size(face, theme)
    return width * height * 4
