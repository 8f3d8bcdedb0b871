"""Views of changes: their deltas against the specs, and where their documents stand."""

from typing import Literal

import msgspec

from geometry_ws.protocol.changes import OneChange
from geometry_ws.protocol.declare import Answer, Caller, Interface, Request, Result, procedure
from geometry_ws.protocol.errors import NoSuchChange, NoSuchProject, Unreadable
from geometry_ws.protocol.project_values import Operation
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
    """A change by its schema's artifacts; ``problem`` is there where the schema can't be used."""

    change: str
    schema: str
    complete: bool
    artifacts: list[ArtifactStatus]
    apply_requires: list[str]
    problem: str = ""


class StatusResult(Result, frozen=True, kw_only=True):
    """The changes, by name."""

    project: ProjectId
    changes: list[ChangeStatus]


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
