"""The groups of a change's tasks, and which of their tasks a card shows.

What is left to do is shown: a finished group is a line, the group in work is open, later ones are
lines again. People open and close any of them; how a group is shown is a number, its view.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from geometry_ws.board.model import CardFace, ChangeCard, Group, Lane, TaskLine
from geometry_ws.board.words import plain

CLOSED, FEW, ALL = 0, 1, 2
"""Views: a line; at most `FEW_TASKS` around the first open one; from `ALL` on pages of all."""

FEW_TASKS = 8
PAGE_TASKS = 60
"""Tasks of a page; a card of two pages stays below the side that graphics chips can hold."""

MOST_GROUPS = 40
"""Groups that a card lists; it names how many more there are."""

_NUMBERED = re.compile(r"(\d{1,3})[.):]\s+(\S.*)", re.DOTALL)
_STEP = 4  # what is shown of a long list advances by so many tasks at once


def groups_of(tasks: Sequence[TaskLine]) -> tuple[Group, ...]:
    """Give the groups in their order; without headings all tasks are one, without a name."""
    groups: list[Group] = []
    start = 0
    for heading, members in groupby(tasks, lambda task: task.section or ""):
        lines = list(members)
        done = sum(task.done for task in lines)
        numbered = _NUMBERED.fullmatch(plain(heading).strip())
        number, name = numbered.groups() if numbered else (str(len(groups) + 1), plain(heading))
        groups.append(Group(number, name, start, start + len(lines), done))
        start += len(lines)
    return tuple(groups)


def group_in_work(groups: Sequence[Group]) -> int:
    """Give the place of the first group with something left to do; -1: there is none."""
    return next((place for place, group in enumerate(groups) if not group.finished), -1)


def shows_groups(face: CardFace) -> bool:
    """Whether a card lists groups and tasks; where notes come first it does once it is opened."""
    return bool(face.card.tasks) and (face.opened or can_always_be_seen(face.card))


def can_always_be_seen(card: ChangeCard) -> bool:
    """Whether a change's groups are seen without opening its card."""
    return card.lane in (Lane.NOT_STARTED, Lane.IN_PROGRESS)


def view_of(face: CardFace, groups: Sequence[Group], place: int) -> int:
    """Give how a group is shown: as somebody wanted, else open where work is done."""
    wanted = dict(face.views).get(place)
    if wanted is not None:
        return wanted
    if len(groups) == 1 and not groups[0].name:
        return FEW
    in_work = face.card.lane is not Lane.NOT_STARTED and place == group_in_work(groups)
    return FEW if in_work else CLOSED


def visible(group: Group, tasks: Sequence[TaskLine], view: int) -> tuple[int, int]:
    """Give the range of a card's tasks that a view of a group shows; the end is exclusive."""
    if view == CLOSED:
        return group.start, group.start
    if view == FEW:
        return _around_first_open(group, tasks)
    pages = max((group.total - 1) // PAGE_TASKS, 0)
    start = group.start + min(view - ALL, pages) * PAGE_TASKS
    return start, min(start + PAGE_TASKS, group.end)


def page_with(group: Group, place: int) -> int:
    """Give the view of all of a group that shows the task at a place."""
    return ALL + max(place - group.start, 0) // PAGE_TASKS


def _around_first_open(group: Group, tasks: Sequence[TaskLine]) -> tuple[int, int]:
    """Give a range that moves in steps, so that ticks rarely move rows."""
    if group.total <= FEW_TASKS:
        return group.start, group.end
    opens = (place for place in range(group.start, group.end) if not tasks[place].done)
    first = next(opens, group.start) - group.start
    start = min(first // _STEP * _STEP, group.total - FEW_TASKS)
    return group.start + start, group.start + start + FEW_TASKS
