"""What a press on a card means: decided by where things stand, before anything is painted.

The theme moves nothing; naming the one that is drawn saves laying the text out a second time.
"""

from dataclasses import dataclass

from geometry_ws.board.card import CARD_WIDTH, arrange_card
from geometry_ws.board.model import CardFace
from geometry_ws.board.placing import Rect
from geometry_ws.board.theme import LIGHT, Theme


@dataclass(frozen=True, slots=True)
class ToggleTask:
    """Set a task; `text` is what the person read, to be compared with the file."""

    change: str
    task: int
    done: bool
    text: str


@dataclass(frozen=True, slots=True)
class Expand:
    """Show all tasks of a card, or of a long list a page of them."""

    change: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Collapse:
    """Show few tasks of a card again."""

    change: str


@dataclass(frozen=True, slots=True)
class Drag:
    """Take the card and move it."""

    change: str


Action = ToggleTask | Expand | Collapse | Drag


def hit_areas(face: CardFace, theme: Theme = LIGHT) -> tuple[tuple[Rect, Action], ...]:
    """Give the areas that mean something, in logical pixels of the card; they don't overlap."""
    plan = arrange_card(face, theme)
    name = face.card.name
    toggles = [
        (row.area, ToggleTask(name, row.task.id, not row.task.done, row.task.text))
        for row in plan.tasks
    ]
    openers = [
        (row.area, Collapse(name) if row.closes else Expand(name, row.page)) for row in plan.more
    ]
    return (*toggles, *openers)


def hit(face: CardFace, x: float, y: float, theme: Theme = LIGHT) -> Action | None:
    """Say what a press at (x, y) means; None outside of the card, Drag where nothing is."""
    if not Rect(0, 0, CARD_WIDTH, arrange_card(face, theme).height).holds(x, y):
        return None
    for area, action in hit_areas(face, theme):
        if area.holds(x, y):
            return action
    return Drag(face.card.name)
