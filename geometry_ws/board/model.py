"""What the board shows, as plain values. Must not know where they come from."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What is known of a change; derived from its files, never set by the board."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    INVALID = "invalid"
    UNREADABLE = "unreadable"


class Column(StrEnum):
    """Where cards stand, from left to right."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    ATTENTION = "attention"


COLUMN_OF: dict[State, Column] = {
    State.NOT_STARTED: Column.NOT_STARTED,
    State.IN_PROGRESS: Column.IN_PROGRESS,
    State.COMPLETE: Column.COMPLETE,
    State.INVALID: Column.ATTENTION,
    State.UNREADABLE: Column.ATTENTION,
}


class Tone(StrEnum):
    """How urgent a note is: something is broken, somebody has to decide, or all is done."""

    BAD = "bad"
    WARN = "warn"
    GOOD = "good"


class NoteKind(StrEnum):
    """What a note is about; each has a shape of its own."""

    PROBLEM = "problem"
    NOTICE = "notice"
    REFUSED = "refused"
    MOVED = "moved"
    CONFLICT = "conflict"
    READY = "ready"


class Archiving(StrEnum):
    """What archiving a complete change would come to."""

    UNKNOWN = "unknown"
    READY = "ready"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A requirement on which a change contradicts other open ones; `more` aren't named."""

    requirement: str
    others: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task: its number in the file from 1, its text without the box, its section's heading."""

    id: int
    text: str
    done: bool
    section: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """One open change. `problem` is one sentence, `issues` counts what validation found.

    `moved` names the requirements that have changed since the change was written, `conflicts` those
    on which it contradicts others. Of a complete one, `archiving` is known, and `refusal` says why
    it would be refused where nothing else of it says so.
    """

    name: str
    state: State
    title: str = ""
    done: int = 0
    total: int = 0
    tasks: tuple[TaskLine, ...] = ()
    problem: str | None = None
    issues: int = 0
    moved: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    archiving: Archiving = Archiving.UNKNOWN
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class BoardModel:
    """One project: its open changes, and how many changes are archived and specs there are.

    `problem` says in a sentence why the project can't be read; the cards are then the last known.
    It isn't `counted` where nothing at all is known of it. `notice` says what else is wrong, such
    as in its settings, and what to do about it.
    """

    project: str
    changes: tuple[ChangeCard, ...] = ()
    archived: int = 0
    specs: int = 0
    problem: str | None = None
    counted: bool = True
    notice: str = ""


@dataclass(frozen=True, slots=True)
class CardFace:
    """Everything that decides how a card looks; equal faces have equal pictures."""

    card: ChangeCard
    expanded: bool = False
    page: int = 0
    """Of an open card whose list is too long for one."""


@dataclass(frozen=True, slots=True)
class ColumnFace:
    """The sign above a column; folded (an empty column), it is a narrow upright one."""

    column: Column
    count: int
    width: int
    folded: bool = False


@dataclass(frozen=True, slots=True)
class HeaderFace:
    """The sign above the board; without numbers where it isn't `counted`."""

    project: str
    changes: int
    done: int
    total: int
    archived: int
    specs: int
    problem: str | None = None
    counted: bool = True
    notice: str = ""


@dataclass(frozen=True, slots=True)
class EmptyFace:
    """What stands in place of the columns when no change is open: what to do next."""

    archived: int
    specs: int


@dataclass(frozen=True, slots=True)
class RestFace:
    """The sign that says how many open changes have no card, as there is no room for them."""

    count: int


Face = CardFace | ColumnFace | HeaderFace | EmptyFace | RestFace
