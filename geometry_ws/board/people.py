"""People, agents and programs on cards: initials, one of six colours, how lately they moved.

Pages show them alike: see `src/shared/people.js`; a test holds both to the same vectors. Pure.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

STEPS_MS = tuple(minutes * 60_000 for minutes in (2, 5, 12, 30))
"""Times without a movement, after each of which a disc is one step fainter."""

FULL = len(STEPS_MS) + 1
QUIET_MS = 12 * 60_000
MOST_DISCS = 3
_COLOURS = 6
_NUMBERED = re.compile(r"(.+)-([0-9]{1,9})", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")


class Kind(StrEnum):
    """What somebody is; each has a shape."""

    PERSON = "person"
    AGENT = "agent"
    PROGRAM = "program"


class Person(NamedTuple):
    """Somebody at a change: how strong the disc is (0: away, to 5), and whether nothing moves.

    `tasks` are the numbers of open tasks that are held.
    """

    name: str
    kind: Kind = Kind.PERSON
    strength: int = FULL
    quiet: bool = False
    tasks: tuple[int, ...] = ()


def initials(name: str) -> str:
    """Give two or three letters for a name: `alex` is AL, `otter-12` O12, `ann/tests` AT."""
    words: list[str] = _WORD.findall(name) or ["?"]
    first, last = words[0][0], words[-1] if len(words) > 1 else ""
    if last.isnumeric():
        return (first + last[-2:]).upper()
    return (first + (last[:1] or words[0][1:2])).upper()


def colour_of(name: str) -> int:
    """Give the colour of a name, from 1 to 6: the same everywhere and always.

    Names that differ in their number alone, or in having none, have other ones.
    """
    match = _NUMBERED.fullmatch(name)
    value = 0
    for letter in match[1] if match else name:
        value = (value * 31 + ord(letter)) % 2147483647
    return (value + (int(match[2]) * 7 // 3 if match else 0)) % _COLOURS + 1


def strength_of(now_ms: int, moved_ms: int, *, lost: bool) -> int:
    """Give how strong a disc is: 5 while something moves, then fainter down to 1; 0: away."""
    return 0 if lost else FULL - sum(now_ms - moved_ms >= step for step in STEPS_MS)


def next_step(now_ms: int, moved_ms: int) -> int:
    """Give in how many milliseconds a disc is fainter; 0: it stays as it is."""
    age = now_ms - moved_ms
    return next((step - age for step in STEPS_MS if age < step), 0)


def describe_people(people: Sequence[Person]) -> str:
    """Say who is there; empty: nobody is."""
    named = [
        each.name if each.kind is Kind.PERSON else f"{each.name} ({each.kind.value})"
        for each in people[:MOST_DISCS]
    ]
    if not named:
        return ""
    more = f" and {len(people) - MOST_DISCS} more" if len(people) > MOST_DISCS else ""
    return f"Here: {', '.join(named)}{more}."


def fitting(people: Sequence[Person], room: float, size: float, rest: float) -> tuple[int, int]:
    """Give how many discs find room, 3 apart, and how many more there are that a number tells.

    The number takes `rest`; where even the first finds no room, nobody is shown.
    """
    most = min(len(people), MOST_DISCS)
    for shown in range(most, 0, -1):
        left = len(people) - shown
        if shown * (size + 3) - 3 + (rest + 3 if left else 0) <= room:
            return shown, left
    return (1, 0) if people and size <= room else (0, 0)


def holder_of(people: Iterable[Person], task: int) -> Person | None:
    """Give who holds a task."""
    return next((each for each in people if task in each.tasks), None)
