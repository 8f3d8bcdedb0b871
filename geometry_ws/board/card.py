"""Where everything stands on one card: text is laid out and places are given, nothing is painted.

Painting and hit testing both read this, so what a press means is always what is seen there. All
numbers are logical pixels from the card's top left corner.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from geometry_ws.board.model import CardFace, ChangeCard, State, TaskLine
from geometry_ws.board.theme import LIGHT, Rgb, Theme
from geometry_ws.board.words import count, pieces_of
from geometry_ws.render.text import Layout, Span, TextStyle, digits_width, lay_out, lay_out_name

CARD_WIDTH = 320
PADDING = 16
COLLAPSED_TASKS = 8
LEAST_ROW = 28
BOX_SIZE = 16
TEXT_LEFT = PADDING + BOX_SIZE + 10
ICON_SIZE = 16
NAME_LEFT = PADDING + ICON_SIZE + 8
BAR_HEIGHT = 4
HIGHEST_CARD = 8000
"""No opened list is longer, as graphics chips hold no picture of more than 8192 pixels."""

_PAGE = 4  # the visible part of a long list advances by so many tasks at once
_LINES_COLLAPSED, _LINES_EXPANDED = 2, 3
_TASK_SIZE, _TASK_LINE = 13.0, 18.0
_HIGHEST_ROW = 26 + round(_LINES_EXPANDED * _TASK_LINE) + 10  # a heading and a task
_REMEMBERED_CARDS = 1000


class Rect(NamedTuple):
    """A rectangle in logical pixels."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point lies inside; the right and lower edges are outside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


class PlacedText(NamedTuple):
    """Laid out text and its top left corner."""

    layout: Layout
    x: float
    y: float


class TaskRow(NamedTuple):
    """One task: the area to press (box and text), the box, the text."""

    task: TaskLine
    area: Rect
    box: Rect
    text: PlacedText


class MoreRow(NamedTuple):
    """A row that opens or closes the list; `closes` says which."""

    text: PlacedText
    area: Rect
    closes: bool


@dataclass(frozen=True, slots=True)
class CardPlan:
    """All that one card shows and where."""

    height: int
    name: PlacedText
    progress: str
    progress_x: float
    title: PlacedText | None
    bar: Rect | None
    problem: PlacedText | None
    problem_panel: Rect | None
    sections: tuple[PlacedText, ...]
    tasks: tuple[TaskRow, ...]
    more: tuple[MoreRow, ...]


def name_style(theme: Theme) -> TextStyle:
    """Give the style of names."""
    return TextStyle(15, 600, theme.text, 20 / 15)


def progress_style(theme: Theme) -> TextStyle:
    """Give the style of `13/14`."""
    return TextStyle(13, 600, theme.muted, 18 / 13)


def _small(colour: Rgb, weight: int = 400) -> TextStyle:
    return TextStyle(_TASK_SIZE, weight, colour, _TASK_LINE / _TASK_SIZE)


def visible_tasks(card: ChangeCard, expanded: bool) -> tuple[int, int]:
    """Give the range of tasks that a card shows: the end is exclusive.

    A closed card shows at most eight, from around the first open task; a finished one shows none,
    as finished work should take little room. The range moves in steps, so that ticking boxes
    rarely moves the rows under the pointer.
    """
    number = len(card.tasks)
    if expanded:
        return 0, number
    if card.state is State.COMPLETE:
        return 0, 0
    if number <= COLLAPSED_TASKS:
        return 0, number
    first_open = next((place for place, task in enumerate(card.tasks) if not task.done), 0)
    start = min(first_open // _PAGE * _PAGE, number - COLLAPSED_TASKS)
    return start, start + COLLAPSED_TASKS


def arrange_card(face: CardFace, theme: Theme = LIGHT) -> CardPlan:
    """Place everything on a card; remembered. The theme colours the text and moves nothing."""
    return _arrange(face, theme)


@lru_cache(maxsize=_REMEMBERED_CARDS)
def _arrange(face: CardFace, theme: Theme) -> CardPlan:
    card = face.card
    progress = f"{card.done}/{card.total}" if card.total else ""
    room = digits_width(progress, progress_style(theme))
    name_width = CARD_WIDTH - NAME_LEFT - PADDING - (room + 12 if room else 0)
    top = 14.0
    name = PlacedText(lay_out_name(card.name, name_style(theme), name_width), NAME_LEFT, top)
    top += 20
    title = None
    if not card.tasks and not card.total and card.state is State.NOT_STARTED and not card.title:
        title = PlacedText(lay_out("No tasks yet", _small(theme.muted)), PADDING, top + 4)
        top += 22
    if card.title.strip() and card.title.strip() != card.name:
        style = _small(theme.muted)
        layout = lay_out(_spans(card.title, style), style, CARD_WIDTH - 2 * PADDING, 2)
        title = PlacedText(layout, PADDING, top + 4)
        top += 4 + layout.height
    bar = None
    if card.total and card.state is not State.COMPLETE:  # a full bar would only take room
        bar = Rect(PADDING, top + 9, CARD_WIDTH - 2 * PADDING, BAR_HEIGHT)
        top += 9 + BAR_HEIGHT
    problem, panel = _problem(card, theme, top)
    if panel:
        top = panel.y + panel.height
    sections, tasks, more, top = _list(face, theme, top)
    return CardPlan(
        height=round(top + (8 if tasks or more else 14)),
        name=name,
        progress=progress,
        progress_x=CARD_WIDTH - PADDING - room,
        title=title,
        bar=bar,
        problem=problem,
        problem_panel=panel,
        sections=sections,
        tasks=tasks,
        more=more,
    )


def _problem(card: ChangeCard, theme: Theme, top: float) -> tuple[PlacedText | None, Rect | None]:
    sentence = card.problem or ""
    if card.issues > 1:
        sentence = f"{sentence} ({count(card.issues, 'issue')})".strip()
    if not sentence and card.state is State.UNREADABLE:
        sentence = "This change can't be read."
    if not sentence and card.state is State.INVALID:
        sentence = count(max(card.issues, 1), "issue") + " found by validation."
    if not sentence:
        return None, None
    style = _small(theme.bad, 500)
    width = CARD_WIDTH - 2 * PADDING
    layout = lay_out(_spans(sentence, style), style, width - 20, 4)
    panel = Rect(PADDING, top + 10, width, layout.height + 12)
    return PlacedText(layout, PADDING + 10, panel.y + 6), panel


def _list(
    face: CardFace, theme: Theme, top: float
) -> tuple[tuple[PlacedText, ...], tuple[TaskRow, ...], tuple[MoreRow, ...], float]:
    card = face.card
    start, end = visible_tasks(card, face.expanded)
    sections: list[PlacedText] = []
    rows: list[TaskRow] = []
    more: list[MoreRow] = []
    if card.tasks:
        top += 8 if start < end else 4
    if start and end > start:
        more.append(_more(f"+ {start} before", theme, top))
        top += LEAST_ROW
    heading: str | None = None
    for number, task in enumerate(card.tasks[start:end], start):
        if top > HIGHEST_CARD - 2 * LEAST_ROW - _HIGHEST_ROW:
            words = f"and {len(card.tasks) - number} more in tasks.md"
            sections.append(PlacedText(lay_out(words, _small(theme.muted)), TEXT_LEFT, top + 5))
            top += LEAST_ROW
            break
        if task.section and task.section != heading:
            style = TextStyle(11, 600, theme.muted, 16 / 11, 0.3)
            layout = lay_out(_spans(task.section, style), style, CARD_WIDTH - 2 * PADDING, 1)
            sections.append(PlacedText(layout, PADDING, top + 8))
            top += 26
        heading = task.section
        row = _task(task, theme, top, _LINES_EXPANDED if face.expanded else _LINES_COLLAPSED)
        rows.append(row)
        top += row.area.height
    left = len(card.tasks) - end
    if face.expanded and card.tasks and visible_tasks(card, False) != (0, len(card.tasks)):
        more.append(_more("Show less", theme, top, closes=True))
        top += LEAST_ROW + 2
    elif left:
        words = f"+ {left} more" if end else f"Show {count(left, 'task')}"
        more.append(_more(words, theme, top))
        top += LEAST_ROW + 2
    return tuple(sections), tuple(rows), tuple(more), top


def _task(task: TaskLine, theme: Theme, top: float, lines: int) -> TaskRow:
    style = _small(theme.muted if task.done else theme.text)
    width = CARD_WIDTH - TEXT_LEFT - PADDING
    layout = lay_out(_spans(task.text, style), style, width, lines)
    height = max(LEAST_ROW, round(layout.height) + 10)
    text_x = TEXT_LEFT
    return TaskRow(
        task,
        Rect(PADDING / 2, top, CARD_WIDTH - PADDING, height),
        Rect(PADDING, top + 6, BOX_SIZE, BOX_SIZE),
        PlacedText(layout, text_x, top + 5),
    )


def _more(words: str, theme: Theme, top: float, *, closes: bool = False) -> MoreRow:
    style = _small(theme.accent, 500)
    return MoreRow(
        PlacedText(lay_out(words, style), TEXT_LEFT, top + 5),
        Rect(PADDING / 2, top, CARD_WIDTH - PADDING, LEAST_ROW),
        closes,
    )


def _spans(markdown: str, style: TextStyle) -> tuple[Span, ...]:
    strong = style._replace(weight=min(style.weight + 100, 600))
    return tuple(
        Span(piece.text, strong if piece.strong else style) for piece in pieces_of(markdown)
    )
