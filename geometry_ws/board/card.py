"""Where everything stands on one card: text is laid out and places are given, nothing is painted.

Painting and hit testing both read this, so what a press means is always what is seen there. All
numbers are logical pixels from the card's top left corner.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from geometry_ws.board.model import CardFace, ChangeCard, State, TaskLine
from geometry_ws.board.notes import PlacedNote, arrange_notes, notes_of
from geometry_ws.board.paging import HEADING_HEIGHT, around_first_open, page_at, page_holding
from geometry_ws.board.placing import PlacedText, Rect, spans
from geometry_ws.board.theme import LIGHT, Rgb, Theme
from geometry_ws.board.words import count
from geometry_ws.render.text import Layout, TextStyle, digits_width, lay_out, lay_out_name

CARD_WIDTH = 320
PADDING = 16
LEAST_ROW = 28
BOX_SIZE = 16
TEXT_LEFT = PADDING + BOX_SIZE + 10
ICON_SIZE = 16
NAME_LEFT = PADDING + ICON_SIZE + 8
BAR_HEIGHT = 4

_LINES_COLLAPSED, _LINES_EXPANDED = 2, 3
_TASK_SIZE, _TASK_LINE = 13.0, 18.0
_ROW_SPACE = 10
_HIGHEST_ROW = round(_LINES_EXPANDED * _TASK_LINE) + _ROW_SPACE
_REMEMBERED_CARDS = 1000
_REMEMBERED_ROWS = 20_000


class TaskRow(NamedTuple):
    """One task: the area to press (box and text), the box, the text."""

    task: TaskLine
    area: Rect
    box: Rect
    text: PlacedText


class MoreRow(NamedTuple):
    """A row that opens the list at a page, or closes it."""

    text: PlacedText
    area: Rect
    closes: bool
    page: int


@dataclass(frozen=True, slots=True)
class CardPlan:
    """All that one card shows and where."""

    height: int
    name: PlacedText
    progress: str
    progress_x: float
    title: PlacedText | None
    bar: Rect | None
    notes: tuple[PlacedNote, ...]
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


def visible_tasks(card: ChangeCard, expanded: bool, page: int = 0) -> tuple[int, int]:
    """Give the range of tasks that a card shows: the end is exclusive.

    A closed card shows at most eight, from around the first open task; a finished one shows none,
    as finished work should take little room. An open one shows a page.
    """
    if expanded:
        return page_at(card.tasks, page, _row_height)
    if card.state is State.COMPLETE:
        return 0, 0
    return around_first_open(card.tasks)


@lru_cache(maxsize=_REMEMBERED_ROWS)
def _row_height(text: str) -> int:
    """Give the height of a task's row on an open card; no colour changes it."""
    return _row_of(_task_text(text, LIGHT.text, _LINES_EXPANDED))


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
        layout = lay_out(spans(card.title, style), style, CARD_WIDTH - 2 * PADDING, 2)
        title = PlacedText(layout, PADDING, top + 4)
        top += 4 + layout.height
    bar = None
    if card.total and card.state is not State.COMPLETE:  # a full bar would only take room
        bar = Rect(PADDING, top + 9, CARD_WIDTH - 2 * PADDING, BAR_HEIGHT)
        top += 9 + BAR_HEIGHT
    notes = arrange_notes(notes_of(card), PADDING, top + 10, CARD_WIDTH - 2 * PADDING, theme)
    if notes:
        top = notes[-1].panel.y + notes[-1].panel.height
    sections, tasks, more, top = _list(face, theme, top)
    return CardPlan(
        height=round(top + (8 if tasks or more else 14)),
        name=name,
        progress=progress,
        progress_x=CARD_WIDTH - PADDING - room,
        title=title,
        bar=bar,
        notes=notes,
        sections=sections,
        tasks=tasks,
        more=more,
    )


def _list(
    face: CardFace, theme: Theme, top: float
) -> tuple[tuple[PlacedText, ...], tuple[TaskRow, ...], tuple[MoreRow, ...], float]:
    card = face.card
    start, end = visible_tasks(card, face.expanded, face.page)
    sections: list[PlacedText] = []
    rows: list[TaskRow] = []
    more: list[MoreRow] = []
    if card.tasks:
        top += 8 if start < end else 4
    page = _page(face, start, end)
    if start and end > start:
        more.append(_more(f"+ {start} before", theme, top, page=max(page - face.expanded, 0)))
        top += LEAST_ROW
    heading: str | None = None
    for task in card.tasks[start:end]:
        if task.section and task.section != heading:
            style = TextStyle(11, 600, theme.muted, 16 / 11, 0.3)
            layout = lay_out(spans(task.section, style), style, CARD_WIDTH - 2 * PADDING, 1)
            sections.append(PlacedText(layout, PADDING, top + 8))
            top += HEADING_HEIGHT
        heading = task.section
        row = _task(task, theme, top, _LINES_EXPANDED if face.expanded else _LINES_COLLAPSED)
        rows.append(row)
        top += row.area.height
    if left := len(card.tasks) - end:
        words = f"+ {left} more" if end else f"Show {count(left, 'task')}"
        more.append(_more(words, theme, top, page=page + face.expanded))
        top += LEAST_ROW + 2
    if face.expanded and card.tasks and visible_tasks(card, False) != (0, len(card.tasks)):
        more.append(_more("Show less", theme, top, closes=True))
        top += LEAST_ROW + 2
    return tuple(sections), tuple(rows), tuple(more), top


def _page(face: CardFace, start: int, end: int) -> int:
    """Give the page that an open card shows, or on which a closed one should open."""
    tasks = face.card.tasks
    if face.expanded or (start, end) != (0, len(tasks)):
        return page_holding(tasks, start, _row_height, _HIGHEST_ROW)
    return 0


def _task(task: TaskLine, theme: Theme, top: float, lines: int) -> TaskRow:
    layout = _task_text(task.text, theme.muted if task.done else theme.text, lines)
    return TaskRow(
        task,
        Rect(PADDING / 2, top, CARD_WIDTH - PADDING, _row_of(layout)),
        Rect(PADDING, top + 6, BOX_SIZE, BOX_SIZE),
        PlacedText(layout, TEXT_LEFT, top + 5),
    )


def _task_text(text: str, colour: Rgb, lines: int) -> Layout:
    style = _small(colour)
    return lay_out(spans(text, style), style, CARD_WIDTH - TEXT_LEFT - PADDING, lines)


def _row_of(layout: Layout) -> int:
    return max(LEAST_ROW, round(layout.height) + _ROW_SPACE)


def _more(words: str, theme: Theme, top: float, *, closes: bool = False, page: int = 0) -> MoreRow:
    style = _small(theme.accent, 500)
    return MoreRow(
        PlacedText(lay_out(words, style), TEXT_LEFT, top + 5),
        Rect(PADDING / 2, top, CARD_WIDTH - PADDING, LEAST_ROW),
        closes,
        page,
    )
