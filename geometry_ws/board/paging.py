"""Which tasks of a long list stand on one card: a few around the first open one, or a page.

An open card ends before it is too high to be drawn sharply: no graphics chip holds a picture of
more than 8192 pixels, and twice as sharp a card of half that height has as many.
"""

from collections.abc import Callable, Iterator, Sequence

from geometry_ws.board.model import TaskLine

COLLAPSED_TASKS = 8
HEADING_HEIGHT = 26
HIGHEST_LIST = 3700
"""Logical pixels of one page; with all that stands around it, a card stays below 4096."""

_STEP = 4  # the visible part of a long list advances by so many tasks at once

Height = Callable[[str], int]
"""The height of a row with a task's text."""


def around_first_open(tasks: Sequence[TaskLine]) -> tuple[int, int]:
    """Give the range of tasks on a closed card; it moves in steps, so that ticks rarely move rows.

    The end is exclusive.
    """
    number = len(tasks)
    if number <= COLLAPSED_TASKS:
        return 0, number
    first_open = next((place for place, task in enumerate(tasks) if not task.done), 0)
    start = min(first_open // _STEP * _STEP, number - COLLAPSED_TASKS)
    return start, start + COLLAPSED_TASKS


def pages(tasks: Sequence[TaskLine], height_of: Height) -> Iterator[tuple[int, int]]:
    """Give the ranges of tasks of all pages, at least one; ticks don't change them."""
    start = height = 0
    heading: str | None = None
    for place, task in enumerate(tasks):
        own = height_of(task.text)
        headed = own + (HEADING_HEIGHT if task.section and task.section != heading else 0)
        if height + headed > HIGHEST_LIST and place > start:
            yield start, place
            start, height = place, 0
            headed = own + (HEADING_HEIGHT if task.section else 0)
        height += headed
        heading = task.section
    yield start, len(tasks)


def page_at(tasks: Sequence[TaskLine], page: int, height_of: Height) -> tuple[int, int]:
    """Give the range of tasks of a page; of the last one where there aren't as many."""
    last = 0, 0
    for number, last in enumerate(pages(tasks, height_of)):  # noqa: B007 - wanted afterwards
        if number >= page:
            break
    return last


def page_holding(tasks: Sequence[TaskLine], place: int, height_of: Height, highest: int) -> int:
    """Give the number of the page on which the task at a place stands.

    No row is higher than `highest`, so among the first ones none needs to be measured: a text costs
    more than all else on a card.
    """
    if (place + 1) * (highest + HEADING_HEIGHT) <= HIGHEST_LIST:
        return 0
    for number, (start, end) in enumerate(pages(tasks, height_of)):
        if start <= place < end:
            return number
    return 0
