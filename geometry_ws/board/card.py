"""Where everything stands on a card that is looked at from near; nothing is painted.

Painting and hit testing both read this, so what a press means is always what is seen there. All
numbers are logical pixels from the card's top left corner. The card's size is that of all its
faces: a change has one rectangle, from however far it is looked at.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from geometry_ws.board.disc_row import DiscRow, arrange_discs
from geometry_ws.board.groups import (
    ALL,
    CLOSED,
    FEW,
    MOST_GROUPS,
    can_always_be_seen,
    groups_of,
    page_with,
    shows_groups,
    view_of,
    visible,
)
from geometry_ws.board.model import CardFace, ChangeCard, Group, State, TaskLine
from geometry_ws.board.notes import PlacedNote, arrange_notes, notes_of, notes_said
from geometry_ws.board.people import Person, holder_of
from geometry_ws.board.placing import PlacedText, Rect, spans
from geometry_ws.board.theme import LIGHT, Rgb, Theme
from geometry_ws.board.words import tree_lines
from geometry_ws.render.text import Layout, TextStyle, digits_width, lay_out, lay_out_name

CARD_WIDTH = 256
PADDING = 12
TOP = 10
GAP = 6
ICON_SIZE = 16
NAME_LEFT = PADDING + ICON_SIZE + 8
BOX_SIZE = 14
DISC_SIZE = 20
HOLDER_SIZE = 16
TEXT_LEFT = PADDING + BOX_SIZE + 8
GROUP_HEIGHT = 20
LEAST_ROW = 22
LEAST_HEIGHT = 112
"""So that the faces for further away find room."""
HIGHEST_CARD = 4096
"""Twice as sharp, it is as high as graphics chips can hold."""

_STEP = 4
_TREE_STEP = 18
_LEAST_DISCS, _MOST_DISCS_WIDTH = 48, 100
"""What discs take beside a name: one and a number, or three and a number."""

_LONGEST_BY = 130
_TASK_SIZE, _TASK_LINE = 12.0, 16.0
_FEW_LINES, _ALL_LINES = 2, 3
_ROW_GAP = 2
_HIGHEST_LIST = HIGHEST_CARD - 400
_LEAST_SEGMENT = 3
_REMEMBERED_CARDS = 2000


class Bar(NamedTuple):
    """Progress: a segment per group, each with its share from 0 to 1; the count right of it."""

    segments: tuple[tuple[Rect, float], ...]
    done: str
    count_x: float
    baseline: float


class GroupRow(NamedTuple):
    """One group: the area to press, its number or a tick, its name, and how many are done."""

    group: Group
    place: int
    area: Rect
    text: PlacedText
    open: bool
    next_view: int


class TaskRow(NamedTuple):
    """One task: the area to press (box and text), the box, the text, and who holds it."""

    task: TaskLine
    area: Rect
    box: Rect
    text: PlacedText
    holder: Person | None = None


class MoreRow(NamedTuple):
    """A row that shows more of a group, or less."""

    text: PlacedText
    area: Rect
    place: int
    view: int
    up: bool


@dataclass(frozen=True, slots=True)
class CardPlan:
    """All that one card shows from near, and where; `trees` are signs with their words."""

    height: int
    name: PlacedText
    title: PlacedText | None
    trees: tuple[tuple[str, PlacedText], ...]
    bar: Bar | None
    opener: Rect | None
    notes: tuple[PlacedNote, ...]
    groups: tuple[GroupRow, ...]
    tasks: tuple[TaskRow, ...]
    more: tuple[MoreRow, ...]
    specs: tuple[PlacedText, ...]
    age: PlacedText | None
    close: Rect | None
    discs: DiscRow

    @property
    def title_area(self) -> Rect:
        """What leads to the change's page."""
        return Rect(PADDING, TOP, self.name.x - PADDING + self.name.layout.width, 20)


def small(theme: Theme, token: str, size: float = 12, weight: int = 420) -> TextStyle:
    """Give the style of lines on cards: 12 pixels, or 11 for what stands beside."""
    return TextStyle(size, weight, theme.rgb(token), 16 / size)


def count_style(theme: Theme) -> TextStyle:
    """Give the style of `5/12`."""
    return small(theme, "text-3", 11)


@lru_cache(maxsize=_REMEMBERED_CARDS)
def arrange_card(face: CardFace, theme: Theme = LIGHT) -> CardPlan:
    """Place everything on a card; remembered. The theme colours the text and moves nothing."""
    card = face.card
    close = Rect(CARD_WIDTH - PADDING - 16, TOP + 2, 16, 16) if face.raised else None
    end = CARD_WIDTH - PADDING - (24 if close else 0)
    style = TextStyle(13, 620, theme.rgb("text"), 20 / 13, -0.1)
    discs = _discs(face, style, end)
    room = end - NAME_LEFT - (discs.width + 8 if discs.people else 0)
    name = PlacedText(lay_out_name(card.name, style, room), NAME_LEFT, TOP)
    top = TOP + 20.0 + GAP
    title = _title(card, theme, top)
    if title:
        top += title.layout.height + GAP
    trees = _trees(card, theme, top)
    top += len(trees) * _TREE_STEP + (GAP - 2 if trees else 0)
    said = notes_said(face.said) + (() if face.quiet else notes_of(card))
    notes = arrange_notes(said, PADDING, top + 2, CARD_WIDTH - 2 * PADDING, theme)
    if notes:
        top = notes[-1].panel.y + notes[-1].panel.height + GAP + 2
    bar = None
    opener = None
    if card.total > 0:
        opens = bool(card.tasks) and not can_always_be_seen(card)
        opener = Rect(PADDING / 2, top, CARD_WIDTH - PADDING, 16) if opens else None
        bar = arrange_bar(card, theme, Rect(PADDING, top, _bar_width(opens), 16), 4, 11)
        top += 16 + GAP
    groups, tasks, more, top = _list(face, theme, top) if shows_groups(face) else ((), (), (), top)
    foot = 16 + (2 if not groups and not tasks else 4)
    wanted = max(LEAST_HEIGHT, top + foot + TOP)
    height = min(-(-round(wanted) // _STEP) * _STEP, HIGHEST_CARD)
    age = _age(face, theme, height - TOP - 16)
    specs = _specs(card, theme, height - TOP - 16, age.x - 12 if age else CARD_WIDTH - PADDING)
    return CardPlan(
        height,
        name,
        title,
        trees,
        bar,
        opener,
        notes,
        groups,
        tasks,
        more,
        specs,
        age,
        close,
        discs,
    )


def _discs(face: CardFace, style: TextStyle, end: float) -> DiscRow:
    """Place the discs right of the name; where it is long there are fewer, but always one."""
    if not face.people:
        return DiscRow()
    beside = end - NAME_LEFT - 8 - lay_out(face.card.name, style).width
    room = min(max(beside, _LEAST_DISCS), _MOST_DISCS_WIDTH)
    return arrange_discs(face.people, end, TOP, DISC_SIZE, room)


def _bar_width(opens: bool) -> int:
    return CARD_WIDTH - 2 * PADDING - (18 if opens else 0)


def _title(card: ChangeCard, theme: Theme, top: float) -> PlacedText | None:
    style = small(theme, "text-2")
    title = card.title.strip()
    if title == card.name:
        title = ""
    if not title and not card.total and card.state is State.NOT_STARTED:
        title = "No tasks yet"
    if not title:
        return None
    return PlacedText(
        lay_out(spans(title, style), style, CARD_WIDTH - 2 * PADDING, 2), PADDING, top
    )


def _trees(card: ChangeCard, theme: Theme, top: float) -> tuple[tuple[str, PlacedText], ...]:
    style = small(theme, "text-2", 11)
    room = CARD_WIDTH - 2 * PADDING - 16
    return tuple(
        (sign, PlacedText(lay_out_name(words, style, room), PADDING + 16, top + place * _TREE_STEP))
        for place, (sign, words) in enumerate(tree_lines(card))
    )


def arrange_bar(card: ChangeCard, theme: Theme, area: Rect, thick: float, size: float) -> Bar:
    """Place progress in an area: segments as wide as their groups' tasks, the count at the end."""
    style = small(theme, "text-3", size)
    count = f"{card.done}/{card.total}"
    room = digits_width(count, style)
    width = area.width - room - (8 if size < 16 else 12)
    y = area.y + (area.height - thick) / 2
    segments = segments_of(card, Rect(area.x, y, width, thick))
    return Bar(segments, count, area.x + area.width - room, area.y + area.height / 2 + size * 0.36)


def segments_of(card: ChangeCard, area: Rect, gap: int = 2) -> tuple[tuple[Rect, float], ...]:
    """Divide a bar among the groups of a change; all in one where they would be too narrow."""
    groups = groups_of(card.tasks)
    room = area.width - gap * (len(groups) - 1)
    listed = sum(group.total for group in groups)
    if len(groups) < 2 or listed != card.total or room / len(groups) < 2 * _LEAST_SEGMENT:
        share = min(max(card.done / card.total, 0.0), 1.0) if card.total > 0 else 0.0
        return ((area, share),)
    spare = room - len(groups) * _LEAST_SEGMENT
    widths = [_LEAST_SEGMENT + spare * group.total / listed for group in groups]
    starts = [round(each) for each in accumulate([0.0, *widths])]
    return tuple(
        (
            Rect(area.x + starts[n] + n * gap, area.y, starts[n + 1] - starts[n], area.height),
            group.done / group.total,
        )
        for n, group in enumerate(groups)
    )


Rows = tuple[tuple[GroupRow, ...], tuple[TaskRow, ...], tuple[MoreRow, ...], float]


def _list(face: CardFace, theme: Theme, top: float) -> Rows:
    card = face.card
    groups = groups_of(card.tasks)
    heads: list[GroupRow] = []
    rows: list[TaskRow] = []
    more: list[MoreRow] = []
    for place, group in enumerate(groups[:MOST_GROUPS]):
        view = view_of(face, groups, place) if top < _HIGHEST_LIST / 2 else CLOSED
        if group.name:
            heads.append(_group(group, place, view, theme, top))
            top += GROUP_HEIGHT + _ROW_GAP
        start, end = visible(group, card.tasks, view)
        if view >= ALL and start > group.start:
            words = f"+ {start - group.start} before"
            more.append(_more(words, theme, top, place, view - 1))
            top += LEAST_ROW
        for task in card.tasks[start:end]:
            lines = _ALL_LINES if view >= ALL else _FEW_LINES
            row = _task(task, theme, top, lines, holder_of(face.people, task.id))
            rows.append(row)
            top += row.area.height + _ROW_GAP
        if view != CLOSED and (left := group.end - end):
            after = page_with(group, start) if view == FEW else view + 1
            more.append(_more(f"+ {left} more", theme, top, place, after))
            top += LEAST_ROW
        if view >= ALL:
            more.append(_more("Show less", theme, top, place, FEW, up=True))
            top += LEAST_ROW
    if left := len(groups) - MOST_GROUPS:
        layout = lay_out(f"+ {max(left, 0)} more groups", small(theme, "text-3"))
        if left > 0:
            heads.append(_rest(layout, len(groups), top))
            top += GROUP_HEIGHT
    return tuple(heads), tuple(rows), tuple(more), top


def _rest(layout: Layout, place: int, top: float) -> GroupRow:
    nothing = Group("", "", 0, 0, 0)
    area = Rect(PADDING / 2, top, 0, GROUP_HEIGHT)
    return GroupRow(nothing, place, area, PlacedText(layout, TEXT_LEFT, top + 2), False, CLOSED)


def _group(group: Group, place: int, view: int, theme: Theme, top: float) -> GroupRow:
    is_open = view != CLOSED
    style = small(theme, "text", weight=620) if is_open else small(theme, "text-2")
    room = CARD_WIDTH - TEXT_LEFT - PADDING - 44
    layout = lay_out(group.name, style, room, 1)
    area = Rect(PADDING / 2, top, CARD_WIDTH - PADDING, GROUP_HEIGHT)
    text = PlacedText(layout, TEXT_LEFT, top + 2)
    return GroupRow(group, place, area, text, is_open, CLOSED if is_open else FEW)


def _task(
    task: TaskLine, theme: Theme, top: float, lines: int, holder: Person | None = None
) -> TaskRow:
    """Place a task; the row of one that is held is as high as if it weren't."""
    colour = theme.rgb("text-3" if task.done else "text")
    layout = _task_text(task.text, colour, lines)
    height = max(LEAST_ROW, round(layout.height) + 6)
    if holder:
        layout = _task_text(task.text, colour, max(round(layout.height / _TASK_LINE), 1), 22)
    return TaskRow(
        task,
        Rect(PADDING / 2, top, CARD_WIDTH - PADDING, height),
        Rect(PADDING, top + 4, BOX_SIZE, BOX_SIZE),
        PlacedText(layout, TEXT_LEFT, top + 3),
        holder,
    )


def _task_text(text: str, colour: Rgb, lines: int, left: int = 0) -> Layout:
    style = TextStyle(_TASK_SIZE, 420, colour, _TASK_LINE / _TASK_SIZE)
    return lay_out(spans(text, style), style, CARD_WIDTH - TEXT_LEFT - PADDING - left, lines)


def _more(
    words: str, theme: Theme, top: float, place: int, view: int, *, up: bool = False
) -> MoreRow:
    style = small(theme, "accent", weight=530)
    area = Rect(PADDING / 2, top, CARD_WIDTH - PADDING, LEAST_ROW)
    return MoreRow(PlacedText(lay_out(words, style), TEXT_LEFT, top + 3), area, place, view, up)


def _age(face: CardFace, theme: Theme, y: float) -> PlacedText | None:
    if not face.age:
        return None
    fresh = face.fresh > 0
    style = small(theme, "accent" if fresh else "text-3", 11, 530 if fresh else 420)
    layout = lay_out(f"{face.card.moved_by}, {face.age}", style)
    if not face.card.moved_by or layout.width > _LONGEST_BY:
        layout = lay_out(f"moved {face.age}", style)
    return PlacedText(layout, CARD_WIDTH - PADDING - layout.width, y)


def _specs(card: ChangeCard, theme: Theme, y: float, end: float) -> tuple[PlacedText, ...]:
    """Name the specs that a change touches, as many as there is room for; the text of each."""
    x: float = PADDING + 16
    placed: list[PlacedText] = []
    style = small(theme, "text-3", 11)
    for number, spec in enumerate(card.specs):
        left = len(card.specs) - number
        more = lay_out(f"+{left}", style)
        layout = lay_out_name(spec, style, max(end - x, 1))
        after = 30 if left > 1 else 0
        if (layout.cut and (number or end - x < 60)) or (number and x + layout.width + after > end):
            if x - 16 + more.width <= end:
                placed.append(PlacedText(more, x - 16, y))
            break
        placed.append(PlacedText(layout, x, y))
        x += layout.width + 24
    return tuple(placed)
