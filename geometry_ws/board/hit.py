"""What a press on a card means: decided by where things stand, before anything is painted.

The theme moves nothing; naming the one that is drawn saves laying the text out a second time.
"""

from dataclasses import dataclass
from typing import NamedTuple

from geometry_ws.board.card import CARD_WIDTH, arrange_card
from geometry_ws.board.draw import face_size
from geometry_ws.board.model import CardFace, Distance, Face, NoteKind, RowFace
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
class ShowGroup:
    """Show a group of a card's tasks otherwise: see `groups` for views."""

    change: str
    group: int
    view: int


@dataclass(frozen=True, slots=True)
class OpenCard:
    """Show a card's groups, or a line's card; or put them away again."""

    change: str
    opened: bool


@dataclass(frozen=True, slots=True)
class OpenPage:
    """Nothing for the board: the viewer opens the change's page, at a spot of it."""

    change: str
    spot: str = ""


@dataclass(frozen=True, slots=True)
class Drag:
    """Take the card and move it."""

    change: str


_MOST_AREAS = 256

Action = ToggleTask | ShowGroup | OpenCard | OpenPage | Drag


def hit_areas(
    face: Face, theme: Theme = LIGHT, distance: Distance = Distance.NEAR
) -> tuple[tuple[Rect, Action], ...]:
    """Give the areas that mean something, in logical pixels of the card; they don't overlap."""
    if isinstance(face, RowFace):
        return ((Rect(0, 0, *face_size(face)), OpenCard(face.card.name, True)),)
    if not isinstance(face, CardFace):
        return ()
    name = face.card.name
    plan = arrange_card(face, theme)
    if distance is not Distance.NEAR:
        height = min(plan.height, 64) if distance is Distance.MIDDLE else plan.height
        return ((Rect(0, 0, CARD_WIDTH, height), OpenPage(name)),)
    areas: list[tuple[Rect, Action]] = [(plan.title_area, OpenPage(name))]
    areas += [
        (note.panel, OpenPage(name, "questions"))
        for note in plan.notes
        if note.note.kind is NoteKind.QUESTION
    ]
    if plan.close:
        areas.append((plan.close, OpenCard(name, False)))
    if plan.opener:
        areas.append((plan.opener, OpenCard(name, not face.opened)))
    areas += [
        (row.area, ShowGroup(name, row.place, row.next_view))
        for row in plan.groups
        if row.area.width
    ]
    areas += [
        (row.area, ToggleTask(name, row.task.id, not row.task.done, row.task.text))
        for row in plan.tasks
    ]
    areas += [(row.area, ShowGroup(name, row.place, row.view)) for row in plan.more]
    return tuple(areas)


def hit(
    face: Face,
    x: float,
    y: float,
    theme: Theme = LIGHT,
    distance: Distance = Distance.NEAR,
) -> Action | None:
    """Say what a press at (x, y) means; None outside of the card, Drag where nothing is."""
    if not isinstance(face, CardFace | RowFace):
        return None
    if not Rect(0, 0, *face_size(face, theme)).holds(x, y):
        return None
    for area, action in hit_areas(face, theme, distance):
        if area.holds(x, y):
            return action
    return Drag(face.card.name)


class Area(NamedTuple):
    """What viewers are told of a part that can be pressed: whole pixels, a cursor, a page."""

    rect: tuple[int, int, int, int]
    cursor: str
    link: str = ""


def areas_of(
    face: Face, link: str, theme: Theme = LIGHT, distance: Distance = Distance.NEAR
) -> tuple[Area, ...]:
    """Give the parts of a piece that can be pressed, as viewers are told."""
    return tuple(
        Area(_whole(rect), "pointer", _link(link, action))
        for rect, action in hit_areas(face, theme, distance)[:_MOST_AREAS]
    )


def _link(link: str, action: Action) -> str:
    if not isinstance(action, OpenPage):
        return ""
    return f"{link}#{action.spot}" if link and action.spot else link


def _whole(rect: Rect) -> tuple[int, int, int, int]:
    left, top = round(rect.x), round(rect.y)
    return left, top, round(rect.x + rect.width) - left, round(rect.y + rect.height) - top
