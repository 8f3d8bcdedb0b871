"""The values of OpenSpec: specs, requirements, deltas, tasks, findings and a project's state.

All are frozen; none knows how it was read. Lines count from 1; names are spelt as in the documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from geometry_ws.openspec.format.worktrees import Copy

Level = Literal["ERROR", "WARNING", "INFO"]


@dataclass(frozen=True, slots=True)
class Task:
    """A task line: ``id`` is its number among the change's tasks, from 1.

    ``indent`` counts the columns before the marker (a tab reaches the next multiple of 4),
    ``number`` is what the text starts with (such as ``1.2``), ``file`` the path of its file
    below the change's folder. ``mark`` is the character in its box, empty where there is none, and
    ``body`` the further lines that belong to it, without their indent.
    """

    id: int
    line: int
    text: str
    done: bool
    section: str = ""
    indent: int = 0
    number: str = ""
    file: str = "tasks.md"
    mark: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """The number of tasks that are done, and of all tasks."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """The tasks below one header of a task file: how many are done, of how many."""

    name: str
    done: int
    total: int
    file: str = "tasks.md"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario of a requirement: its header's name and the text below it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement as readers see it: a header directly below "Requirements"."""

    name: str
    text: str
    line: int
    scenarios: tuple[Scenario, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A requirement as the merge sees it: its header's line up to the next one's, as written."""

    name: str
    line: int
    raw: str
    body: str
    scenario_names: tuple[str, ...] = ()
    filled_scenarios: int = 0


@dataclass(frozen=True, slots=True)
class Spec:
    """A main spec; ``problem`` says which section is missing, where one is."""

    purpose: str
    requirements: tuple[Requirement, ...]
    blocks: tuple[Block, ...]
    problem: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Rename:
    """A requirement that gets another name."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class UnpairedRename:
    """A FROM without a TO, or a TO without a FROM."""

    side: Literal["FROM", "TO"]
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class SkippedHeader:
    """A level 3 header in a delta section that is no requirement."""

    text: str
    section: str
    line: int


@dataclass(frozen=True, slots=True)
class Orphan:
    """A requirement outside every delta section; ``section`` is None above the first one."""

    name: str
    section: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Delta:
    """The operations of one file of a change on one spec."""

    added: tuple[Block, ...] = ()
    modified: tuple[Block, ...] = ()
    removed: tuple[str, ...] = ()
    removed_blocks: tuple[Block, ...] = ()
    renamed: tuple[Rename, ...] = ()
    unpaired: tuple[UnpairedRename, ...] = ()
    skipped: tuple[SkippedHeader, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    sections: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """The number of operations."""
        return len(self.added) + len(self.modified) + len(self.removed) + len(self.renamed)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that validation found; ``rule`` is stable, ``line`` 0 where it has none."""

    level: Level
    rule: str
    path: str
    message: str
    line: int = 0


MARKERS = "G1"
"""The rule on conflict markers, which is ours alone: it never changes a verdict."""

UNWRITTEN = "D19"
"""The rule that a change says something about specs."""


def is_valid(findings: tuple[Finding, ...], *, strict: bool = False) -> bool:
    """Say whether findings leave a thing valid; warnings count only when strict."""
    bad = {"ERROR", "WARNING"} if strict else {"ERROR"}
    return not any(finding.level in bad for finding in findings if finding.rule != MARKERS)


class Validity(StrEnum):
    """A verdict in a word: valid even where warnings count, valid where they don't, or not."""

    VALID = "valid"
    WARNED = "warned"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The number of findings of each level.

    ``unwritten`` is whether the only error is that a change says nothing about specs yet.
    """

    errors: int = 0
    warnings: int = 0
    infos: int = 0
    unwritten: bool = False

    @property
    def validity(self) -> Validity:
        """The verdict in a word."""
        if self.errors:
            return Validity.INVALID
        return Validity.WARNED if self.warnings else Validity.VALID

    @property
    def valid(self) -> bool:
        """Whether there is no error."""
        return not self.errors

    @property
    def strict(self) -> bool:
        """Whether there is no error and no warning."""
        return not self.errors and not self.warnings


def verdict_of(findings: tuple[Finding, ...]) -> Verdict:
    """Count findings by level."""
    levels = [finding.level for finding in findings if finding.rule != MARKERS]
    broken = [finding.rule for finding in findings if finding.level == "ERROR"]
    counts = levels.count("ERROR"), levels.count("WARNING"), levels.count("INFO")
    return Verdict(*counts, unwritten=broken == [UNWRITTEN])


class Status(StrEnum):
    """The state of a change, as lists and boards show it."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    INVALID = "invalid"
    UNREADABLE = "unreadable"


_MOST_QUOTED = 3
_QUOTED_LENGTH = 200


@dataclass(frozen=True, slots=True)
class MovedBase:
    """A requirement that has changed since a delta was written against it, by its name there.

    Archiving the delta as it is would take away the sentences `lost`, and bring `back` others that
    were removed meanwhile. `renamed_to` is its present name, where it has another one now.
    """

    spec: str
    requirement: str
    operation: Literal["added", "modified", "removed", "renamed"]
    what: Literal["changed", "removed", "renamed"]
    lost: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    renamed_to: str = ""

    @property
    def message(self) -> str:
        """What has become of it and what would go, in one or two sentences."""
        name = f'"{self.requirement}" of {self.spec}'
        if self.what == "renamed":
            text = f'{name} is called "{self.renamed_to}" now.'
        elif self.what == "removed":
            text = f"{name} has been removed since this was written."
        elif self.operation == "added":
            text = f"{name} has been added by somebody else since this was written."
        else:
            text = f"{name} has changed since this was written."
        if self.lost:
            text += f" Archiving would take away {_quoted(self.lost)}"
        if self.back:
            text += f" Archiving would bring back {_quoted(self.back)}"
        return text


def _quoted(sentences: tuple[str, ...]) -> str:
    shown = [
        f'"{text[:_QUOTED_LENGTH]}{"…" if len(text) > _QUOTED_LENGTH else ""}"'
        for text in sentences[:_MOST_QUOTED]
    ]
    more = len(sentences) - len(shown)
    if more > 0:
        return ", ".join(shown) + f" and {more} more."
    return ", ".join(shown) + ("" if sentences[-1].endswith((".", "!", "?")) else ".")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A requirement on which a change contradicts other open ones.

    In some order of archiving, one of them is refused or undoes another; `why` says what to do.
    """

    spec: str
    requirement: str
    changes: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Archiving:
    """Whether a change can be archived as it is, without agreeing to anything; if not, why.

    ``code`` is the refusal's (empty where a document can't be read), ``why`` a sentence, ``fix``
    one on what helps.
    """

    can: bool = False
    code: str = ""
    why: str = ""
    fix: str = ""


USUAL_RANK = 2
"""The rank of a change without a priority, or with one that isn't known."""


@dataclass(frozen=True, slots=True)
class Planning:
    """A change's priority as it is written, its rank (0 comes first), author, and what it needs.

    ``created`` is the day on which it was begun, such as 2026-01-31; ``problems`` are sentences on
    what can't be understood.
    """

    priority: str = ""
    rank: int = USUAL_RANK
    author: str = ""
    depends_on: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    created: str = ""


NO_PLANNING = Planning()


@dataclass(frozen=True, slots=True)
class Movement:
    """When something last moved, in milliseconds since 1970, and by whom, where that is known."""

    at: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class ChangeState:
    """An open change as it is now.

    ``revision`` is that of its task file (empty where there is none; of all of them where its
    schema has several); ``documents`` pairs each file's path with its revision; ``modified`` says
    in milliseconds since 1970 when a file in it last changed; ``moved`` are the requirements that
    have changed since its deltas were written, ``conflicts`` those on which it contradicts others;
    ``archiving`` says whether it can be archived; ``movement`` is when its texts last became other
    ones: by git's log where they are committed as they are, else as ``modified``. ``planning`` is
    what its metadata says for planning. Where there are several work trees, ``tree`` is the one
    that it lies in, ``branch`` what that is called where it isn't the one that is served, and
    ``copies`` are those elsewhere that are different.
    """

    name: str
    title: str
    status: Status
    progress: Progress
    revision: str
    tasks: tuple[Task, ...] = ()
    problem: str = ""
    findings: tuple[Finding, ...] = ()
    documents: tuple[tuple[str, str], ...] = ()
    modified: int = 0
    moved: tuple[MovedBase, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    archiving: Archiving = Archiving()
    movement: Movement = Movement(0)
    planning: Planning = NO_PLANNING
    tree: str = ""
    branch: str = ""
    copies: tuple[Copy, ...] = ()

    @property
    def finding_count(self) -> int:
        """The number of errors and warnings."""
        return sum(finding.level != "INFO" for finding in self.findings)

    @property
    def verdict(self) -> Verdict:
        """The verdict of validation."""
        return verdict_of(self.findings)


@dataclass(frozen=True, slots=True)
class Outline:
    """A requirement of a spec, known by its name; ``mark`` stands for the text below its header."""

    name: str
    mark: str


@dataclass(frozen=True, slots=True)
class SpecState:
    """A spec as it is now; ``outline`` has its requirements in order, as a merge sees them."""

    id: str
    requirements: int
    revision: str
    problem: str = ""
    findings: tuple[Finding, ...] = ()
    outline: tuple[Outline, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The verdict of validation."""
        return verdict_of(self.findings)

    @property
    def documents(self) -> tuple[tuple[str, str], ...]:
        """Its one document's path and revision, where it can be read."""
        return (("spec.md", self.revision),) if self.revision else ()


@dataclass(frozen=True, slots=True)
class ProjectState:
    """A whole project at one moment.

    ``problem`` is a sentence where something of it can't be read, ``notice`` one on how it is
    followed, where that is worse than it could be.
    """

    title: str = ""
    problem: str = ""
    changes: Mapping[str, ChangeState] = field(default_factory=lambda: MappingProxyType({}))
    specs: Mapping[str, SpecState] = field(default_factory=lambda: MappingProxyType({}))
    archived: tuple[str, ...] = ()
    notice: str = ""
