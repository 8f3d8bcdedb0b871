"""Views of changes: their deltas against the specs, and where their documents stand."""

from typing import Literal

import msgspec

from geometry_ws.protocol.changes import OneChange
from geometry_ws.protocol.declare import Answer, Caller, Interface, Request, Result, procedure
from geometry_ws.protocol.errors import NoSuchChange, NoSuchProject, Unreadable
from geometry_ws.protocol.project_values import MovedBase, Operation
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Name, ProjectId


class ChangedRequirement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a change does to one requirement; ``requirement`` is its name afterwards.

    ``before`` is its text in the current spec (absent where there is none), ``after`` what it
    becomes (absent where it goes), both as written; ``renamed_from`` is its name before. Of its
    scenarios some are kept, some are added, and ``scenarios_missing`` are those it would lose.
    ``line`` is that in the change's document.
    """

    operation: Operation
    requirement: str
    renamed_from: str = ""
    before: str | None = None
    after: str | None = None
    line: int = 0
    scenarios_kept: list[str] = []
    scenarios_added: list[str] = []
    scenarios_missing: list[str] = []


class SpecDelta(msgspec.Struct, frozen=True, kw_only=True):
    """What a change does to one spec; ``refused`` says why it could not be merged now.

    ``revision`` is that of the change's document, ``base_revision`` that of the current spec.
    """

    spec: str
    document: str
    is_new: bool
    requirements: list[ChangedRequirement]
    refused: str = ""
    revision: str = ""
    base_revision: str = ""


class DeltaResult(Result, frozen=True, kw_only=True):
    """The deltas of a change against the current specs."""

    project: ProjectId
    change: str
    deltas: list[SpecDelta]


class ChangeStatusRequest(Request, frozen=True, kw_only=True):
    """One change, or all open ones."""

    change: Name | None = None
    project: ProjectId | None = None


class ArtifactStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where an artifact of a change stands; ``missing`` are those that it waits for."""

    id: str
    generates: str
    status: Literal["done", "ready", "blocked", "skipped"]
    requires: list[str]
    missing: list[str]
    files: list[str]


class ChangeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A change by its schema's artifacts; ``problem`` is there where the schema can't be used.

    ``base_moved`` are the requirements that have changed since its deltas were written.
    """

    change: str
    schema: str
    complete: bool
    artifacts: list[ArtifactStatus]
    apply_requires: list[str]
    problem: str = ""
    base_moved: list[MovedBase] = []


class StatusResult(Result, frozen=True, kw_only=True):
    """The changes, by name."""

    project: ProjectId
    changes: list[ChangeStatus]


class BaseConflict(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences that both sides changed, each in its own way."""

    base: list[str]
    theirs: list[str]
    ours: list[str]


class MovedRequirement(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement that has changed since its delta was written: three texts, and their merge.

    ``base`` is the requirement as the delta was written against it, ``theirs`` what it is now,
    ``ours`` the delta's; an empty text: there is none. ``merged`` has what both wrote; where there
    are ``conflicts``, both sides stand in it. ``clean``: it can be merged without a choice.
    ``origin`` says how the base is known: from a ``commit``, by having ``seen`` the delta first at
    ``time`` (milliseconds since 1970), from a merge before, or from a change that adds it.
    ``revision`` is that of the delta's document, ``base_revision`` that of the spec.
    """

    moved: MovedBase
    document: str
    base: str
    theirs: str
    ours: str
    merged: str
    clean: bool
    conflicts: list[BaseConflict]
    origin: Literal["git", "seen", "rebased", "stacked"]
    commit: str
    time: int
    revision: str
    base_revision: str


class BaseResult(Result, frozen=True, kw_only=True):
    """What has changed under a change's deltas; ``more`` requirements would be too much at once."""

    project: ProjectId
    change: str
    requirements: list[MovedRequirement]
    more: int = 0


_READ = (NoSuchProject, NoSuchChange, Unreadable)


class ChangeViews(Interface):
    """What a change would do, and how far it is."""

    @procedure(
        "change.deltas",
        right=Right.LOOK,
        errors=_READ,
        example={"change": "add-login"},
        reads=True,
    )
    def get_deltas(self, caller: Caller, request: OneChange) -> Answer[DeltaResult]:
        """Get what a change does to each requirement of the specs as they are now."""

    @procedure(
        "change.bases",
        right=Right.LOOK,
        errors=_READ,
        example={"change": "add-login"},
        reads=True,
        since=1,
    )
    def get_bases(self, caller: Caller, request: OneChange) -> Answer[BaseResult]:
        """Get what has changed in the specs under a change's deltas, and how it can be merged.

        `change.rebase` writes the merge.
        """

    @procedure(
        "change.status",
        right=Right.LOOK,
        errors=_READ,
        example={"change": "add-login"},
        reads=True,
    )
    def get_status(self, caller: Caller, request: ChangeStatusRequest) -> Answer[StatusResult]:
        """Say which documents of a change are done, which can be written next, what blocks others.

        The change's schema says which documents there are: see `project.schemas`.
        """
