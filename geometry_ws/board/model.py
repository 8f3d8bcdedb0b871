"""What the board shows, as plain values. Must not know where they come from."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from geometry_ws.board.people import Person


class State(StrEnum):
    """What is known of a change; derived from its files, never set by the board."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    INVALID = "invalid"
    UNREADABLE = "unreadable"


class Lane(StrEnum):
    """Where cards stand, from left to right; a fact about a change, not a choice."""

    ATTENTION = "attention"
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


_LANES: dict[State, Lane] = {
    State.NOT_STARTED: Lane.NOT_STARTED,
    State.IN_PROGRESS: Lane.IN_PROGRESS,
    State.COMPLETE: Lane.COMPLETE,
    State.INVALID: Lane.ATTENTION,
    State.UNREADABLE: Lane.ATTENTION,
}


class Said(NamedTuple):
    """What people and agents say of a change: open questions and the last note, as sentences."""

    questions: tuple[str, ...] = ()
    note: str = ""


NOTHING_SAID = Said()


class Distance(StrEnum):
    """How far away a viewer is; from each, a card has a face that can be read."""

    NEAR = "near"
    MIDDLE = "middle"
    FAR = "far"
    DOT = "dot"


class Tone(StrEnum):
    """What words are about: it is broken, somebody has to decide, all is done, it is worked on."""

    BAD = "bad"
    WARN = "warn"
    GOOD = "good"
    BUSY = "busy"


class NoteKind(StrEnum):
    """What a note is about; each has a shape of its own."""

    PROBLEM = "problem"
    NOTICE = "notice"
    UNWRITTEN = "unwritten"
    REFUSED = "refused"
    MOVED = "moved"
    CONFLICT = "conflict"
    READY = "ready"
    QUESTION = "question"
    SAID = "said"


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
class Group:
    """Tasks that stand below one heading of a change: `tasks[start:end]` of its card."""

    number: str
    name: str
    start: int
    end: int
    done: int

    @property
    def total(self) -> int:
        """How many tasks it has."""
        return self.end - self.start

    @property
    def finished(self) -> bool:
        """Whether nothing is left of it."""
        return self.done == self.total


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """One open change. `problem` is one sentence, `issues` counts what validation found.

    `moved` names the requirements that have changed since the change was written, `conflicts` those
    on which it contradicts others. Of a complete one, `archiving` is known, and `refusal` says why
    it would be refused where nothing else of it says so. `specs` are those that it touches,
    `moved_at` is when it last moved, in milliseconds since 1970 (0: not known), `moved_by` whose
    doing that was, where that is known. `branch` is that of its work tree, where that isn't the one
    that is served; `archived_on` are the trees where it is archived already.
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
    specs: tuple[str, ...] = ()
    moved_at: int = 0
    branch: str = ""
    archived_on: tuple[str, ...] = ()
    moved_by: str = ""
    unwritten: bool = False

    @property
    def lane(self) -> Lane:
        """Where it stands; what is complete stays so, whatever archiving would say.

        What is archived in another work tree is over, and only waits to be merged.
        """
        if self.archived_on:
            return Lane.COMPLETE
        if self.state is not State.COMPLETE and (self.moved or self.conflicts):
            return Lane.ATTENTION
        return _LANES[self.state]


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
    id: str = ""
    """The project's, which addresses of its pages name."""
    away: str = ""
    """Since when the machine where it lies is away, in words; empty while it is there."""


@dataclass(frozen=True, slots=True)
class CardFace:
    """Everything that decides how a card looks; equal faces have equal pictures.

    `views` says of groups (by their place) how they are shown where that isn't as usual: see
    `groups`. `opened` shows the groups of a card that usually shows none. `fresh` is how lately it
    moved, from 5 down to 0, and `age` says when, in words. `quiet` cards leave their notes to
    their lane. A `raised` one lies above rows, and can be put away. `people` are at it, the most
    important first, and `said` is what they say.
    """

    card: ChangeCard
    opened: bool = False
    views: tuple[tuple[int, int], ...] = ()
    age: str = ""
    fresh: int = 0
    quiet: bool = False
    raised: bool = False
    people: tuple[Person, ...] = ()
    said: Said = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class DockedWindow:
    """A program's surface that is to lie beside a change's card: its size and its title."""

    surface: str
    width: int
    height: int
    title: str


@dataclass(frozen=True, slots=True)
class DockFace:
    """The panel behind a card on which programs' windows lie beside it; see `docks`."""

    windows: tuple[DockedWindow, ...]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class RowFace:
    """A change as a line, where there are many: `name` leaves off what its group says.

    `lately` moved within a day, `old` not for thirty; `people` are at it.
    """

    card: ChangeCard
    name: str
    width: int
    lately: bool = False
    old: bool = False
    fresh: int = 0
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class RowGroup:
    """The head of rows that touch one spec: its place in the lane, and what it counts."""

    x: int
    y: int
    name: str
    count: int
    width: int
    progress: float | None = None
    continued: bool = False


@dataclass(frozen=True, slots=True)
class LaneFace:
    """The ground of a lane, and in an empty one what would stand there.

    `note` is a sentence that many of its cards would say. `groups` are there where changes are
    lines.
    """

    lane: Lane
    width: int
    height: int
    empty: bool = False
    note: str = ""
    groups: tuple[RowGroup, ...] = ()


Facts = tuple[tuple[str, str], ...]
"""Signs, each with words; a sign may be ""."""


@dataclass(frozen=True, slots=True)
class HeadFace:
    """The name of a lane, and how many changes it has.

    `facts` are signs and words that stand below it where changes are lines.
    """

    lane: Lane
    count: int
    width: int
    facts: Facts = ()


@dataclass(frozen=True, slots=True)
class LookFace:
    """Nothing to see: a place as large as the board that tells how it is looked at."""

    width: int
    height: int


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
    width: int = 0
    away: str = ""


@dataclass(frozen=True, slots=True)
class EmptyFace:
    """What stands below the lanes when no change is open: what to do next."""

    archived: int
    specs: int


@dataclass(frozen=True, slots=True)
class RestFace:
    """The sign that says how many open changes have no card, as there is no room for them."""

    count: int


Face = (
    CardFace
    | DockFace
    | RowFace
    | LaneFace
    | HeadFace
    | LookFace
    | HeaderFace
    | EmptyFace
    | RestFace
)
