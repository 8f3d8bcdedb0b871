"""Changes, tasks and specs: the values of an OpenSpec project on the wire."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.rights import GIVEN_ROLES
from geometry_ws.protocol.values import Counter, Revision

State = Literal["not_started", "in_progress", "complete", "invalid", "unreadable"]
Level = Literal["ERROR", "WARNING", "INFO"]
Operation = Literal["ADDED", "MODIFIED", "REMOVED", "RENAMED"]

DocumentName = Annotated[
    str,
    Meta(min_length=1, max_length=1000, description="a path in the folder, such as tasks.md"),
]


class TaskInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A task: ``id`` is its number in the file, from 1; ``line`` counts from 1.

    ``number`` is what its text begins with (such as 1.2), ``indent`` the columns before its mark,
    ``file`` where it stands when that isn't tasks.md. ``mark`` is what stands in its box, such as
    ``x`` or ``~``, and empty where nothing does; ``body`` has the further, deeper indented lines
    that belong to it.
    """

    id: int
    line: int
    text: str
    done: bool
    section: str = ""
    number: str = ""
    indent: int = 0
    file: str = ""
    mark: str = ""
    body: str = ""


class TaskGroup(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The tasks below one header: ``name`` is empty for those above the first header."""

    name: str
    done: int
    total: int
    file: str = ""


class Validity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A verdict in numbers; ``strict`` is whether it is valid where warnings count too.

    ``unwritten`` is whether the only error is that a change says nothing about specs yet.
    """

    valid: bool
    strict: bool
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    unwritten: bool = False


SOUND = Validity(valid=True, strict=True)
"""The verdict on what nothing is wrong with."""


class DocumentRevision(msgspec.Struct, frozen=True, kw_only=True):
    """A document and the revision that it has now."""

    name: str
    revision: str


class MovedBase(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A requirement that has changed since a change's delta was written against it.

    Archiving the change as it is would take away the sentences ``lost``, which others wrote, and
    bring ``back`` others that were removed; the first of each are listed. ``what`` has become of
    it, ``renamed_to`` is its present name where that is another one, ``message`` says all of it.
    """

    spec: str
    requirement: str
    operation: Operation
    what: Literal["changed", "removed", "renamed"]
    message: str
    lost: list[str] = []
    back: list[str] = []
    renamed_to: str = ""


class ChangeConflict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A requirement on which a change contradicts other open ones: see `project.overlaps`.

    ``changes`` are the others, of which ``more`` aren't listed. ``why`` says what to do.
    """

    spec: str
    requirement: str
    changes: list[str]
    why: str
    more: int = 0


class Archiving(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether a change can be archived as it is, decided as `change.archive` decides.

    Where it can't, ``code`` and ``fix`` are those of `archive_refused` (``code`` is empty where
    something can't be read), and ``why`` is its sentence.
    """

    can: bool
    code: str = ""
    why: str = ""
    fix: str = ""


class Movement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When something last moved, in milliseconds since 1970, and by whom.

    ``by`` is the author's name in git, or what whoever wrote through the node is called there, as
    in `presence.list`; where neither is known, it isn't there.
    """

    at: int
    by: str = ""


class Tree(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A work tree of a project's repository, in which the project lies as well.

    ``branch`` is the branch, or the beginning of the commit, that is checked out there. ``home`` is
    the one that is served: specs and the archive are read there.
    """

    tree: str
    branch: str
    home: bool = False
    locked: bool = False


class ChangeCopy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A copy of a change in another work tree, which is not the same as the one that is shown.

    Where it is archived there, ``archived`` is its name in that archive.
    """

    tree: str
    branch: str
    done: int = 0
    total: int = 0
    archived: str = ""


class ChangeInfo(msgspec.Struct, frozen=True, kw_only=True):
    """An open change.

    ``revision`` is that of tasks.md (empty where there is none), ``problem`` a sentence where the
    change is invalid or unreadable, or where it has more tasks than are listed; ``done`` and
    ``total`` count all of them. ``findings`` is the number of errors and warnings; ``modified``
    is when a file of it was last written, in milliseconds since 1970. ``base_moved`` are the
    requirements that have changed since its deltas were written: see `change.bases`.
    ``conflicts`` are those on which it contradicts other open changes, ``archiving`` says whether
    it can be archived now. ``specs`` are those for which it has a delta, ``groups`` its tasks
    counted below each header; of very many the first are listed. ``moved`` is when its texts last
    became other ones: where they are committed as they are, by git's log, and else by their files.
    ``priority``, ``author`` and ``depends_on`` are what its .openspec.yaml says: see `change.next`;
    ``created`` is the day that it names, such as 2026-01-31, empty where it names none.
    Where the project lies in several work trees of one repository, the furthest copy of a change is
    shown: ``tree`` is the one it lies in, and is written in; ``branch`` says what that is called
    where it isn't the one that is served; ``copies`` are those elsewhere that are different.
    """

    change: str
    title: str
    state: State
    done: int
    total: int
    revision: str
    verdict: Validity = SOUND
    problem: str = ""
    findings: int = 0
    modified: int = 0
    base_moved: list[MovedBase] = []
    conflicts: list[ChangeConflict] = []
    archiving: Archiving = Archiving(can=False)
    specs: list[str] = []
    groups: list[TaskGroup] = []
    priority: str = ""
    author: str = ""
    depends_on: list[str] = []
    created: str = ""
    moved: Movement = Movement(at=0)
    tree: str = ""
    branch: str = ""
    copies: list[ChangeCopy] = []


class ChangeDetail(ChangeInfo, frozen=True, kw_only=True):
    """An open change with its tasks and the revisions of its documents."""

    tasks: list[TaskInfo]
    documents: list[DocumentRevision] = []


class BriefChange(ChangeDetail, frozen=True, kw_only=True, omit_defaults=True):
    """An open change as lists show it: what it has nothing of isn't written."""


class SpecInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A spec (a capability)."""

    spec: str
    requirements: int
    revision: str
    verdict: Validity = SOUND
    problem: str = ""


class BriefSpec(SpecInfo, frozen=True, kw_only=True, omit_defaults=True):
    """A spec as lists show it: what it has nothing of isn't written."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a change or spec as it is on disk; undecodable bytes are shown as U+FFFD."""

    name: str
    revision: Revision
    text: str


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario of a requirement."""

    name: str
    text: str


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement of a spec; ``line`` counts from 1."""

    name: str
    text: str
    scenarios: list[Scenario]
    line: int = 0


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that validation found; ``rule`` is stable, ``message`` says what to do."""

    level: Level
    rule: str
    path: str
    message: str
    line: int = 0


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What validation says of one change or spec.

    ``base_moved`` are the requirements that have changed since a change's deltas were written. They
    leave it valid, as for the official tool, and archiving it asks first.
    """

    kind: Literal["change", "spec"]
    id: str
    valid: bool
    findings: list[Finding]
    base_moved: list[MovedBase] = []


class Ticked(msgspec.Struct, frozen=True, kw_only=True):
    """A task that was set or unset."""

    task: int
    text: str
    done: bool


def person_of(caller: Caller) -> str:
    """The name that a caller was given access by; empty where anybody may call."""
    return caller.authid if caller.authrole in GIVEN_ROLES else ""


class By(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote through the node; absent where a file was changed on disk.

    ``person`` is the name of a person, an agent or a program that was given access, empty for a
    guest; ``authid`` is what the router calls the session's owner. ``machine`` is where the session
    comes from, as the node sees it: an address, or localhost for its own machine; empty where that
    isn't known. ``forwarded`` is what a proxy on the node's machine says of where that is; whoever
    is on that machine could say it as well.
    """

    session: Counter
    authid: str
    person: str = ""
    role: str = ""
    machine: str = ""
    forwarded: str = ""

    @classmethod
    def of(cls, caller: Caller) -> "By":
        """Whoever calls or publishes."""
        return cls(
            session=caller.session,
            authid=caller.authid,
            person=person_of(caller),
            role=caller.authrole,
            machine=caller.origin.machine,
            forwarded=caller.origin.forwarded,
        )
