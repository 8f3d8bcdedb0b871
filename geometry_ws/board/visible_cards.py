"""Chooses the cards that a board shows, and those that are open, where not all fit the budget."""

from collections.abc import Iterator, Mapping, Sequence, Set

from geometry_ws.board.budget import WHOLE, Budget
from geometry_ws.board.draw import face_size
from geometry_ws.board.model import COLUMN_OF, CardFace, ChangeCard, Column
from geometry_ws.board.theme import Theme

_FIRST = (Column.ATTENTION, Column.IN_PROGRESS, Column.NOT_STARTED, Column.COMPLETE)


def cards_with_room(
    cards: Sequence[ChangeCard], theme: Theme, budget: Budget = WHOLE
) -> list[ChangeCard]:
    """Give the cards that fit, in their order; those that need attention are chosen first."""
    by_importance = sorted(cards, key=lambda card: _FIRST.index(COLUMN_OF[card.state]))
    shown = set()
    taken = 0
    for card in by_importance[: budget.cards]:
        taken += _bytes(CardFace(card), theme)
        if taken > budget.closed_bytes:
            break
        shown.add(card.name)
    return [card for card in cards if card.name in shown]


def faces_with_room(
    cards: Sequence[ChangeCard],
    expanded: Set[str],
    pages: Mapping[str, int],
    theme: Theme,
    budget: Budget = WHOLE,
) -> dict[str, CardFace]:
    """Give the faces of cards by name: open ones are open as long as there is room."""
    faces = {card.name: CardFace(card) for card in cards}
    opened = {
        card.name: CardFace(card, True, pages.get(card.name, 0))
        for card in cards
        if card.name in expanded
    }
    left = budget.laid_out_bytes - sum(_bytes(face, theme) for face in faces.values())
    faces.update(_affordable(faces, opened, left, theme))
    return faces


def _affordable(
    faces: Mapping[str, CardFace], opened: Mapping[str, CardFace], left: int, theme: Theme
) -> Iterator[tuple[str, CardFace]]:
    for name, face in opened.items():
        more = _bytes(face, theme) - _bytes(faces[name], theme)
        if more <= left:
            left -= more
            yield name, face


def _bytes(face: CardFace, theme: Theme) -> int:
    width, height = face_size(face, theme)
    return width * height * 4
