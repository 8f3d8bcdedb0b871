"""Specs: what is asked of the OpenSpec component about them, and what it answers."""

import msgspec

from geometry_ws.protocol.declare import Answer, Caller, Interface, Request, Result, procedure
from geometry_ws.protocol.errors import NoSuchProject, NoSuchSpec, Unreadable
from geometry_ws.protocol.project_values import Document, Finding, Operation, Requirement, SpecInfo
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Name, ProjectId


class ListSpecs(Request, frozen=True, kw_only=True):
    """A project; may be left out where one is served."""

    project: ProjectId | None = None


class SpecList(Result, frozen=True, kw_only=True):
    """The specs, by name."""

    project: ProjectId
    specs: list[SpecInfo]


class OneSpec(Request, frozen=True, kw_only=True):
    """A spec, by its path below specs/."""

    spec: Name
    project: ProjectId | None = None


class TouchingChange(msgspec.Struct, frozen=True, kw_only=True):
    """An open change that touches a spec: the operation, and the requirement as it is called now.

    ``requirement`` of a renamed one is its present name.
    """

    change: str
    operation: Operation
    requirement: str


class SpecResult(Result, frozen=True, kw_only=True):
    """A spec, read and raw, with its findings and the open changes that touch it."""

    project: ProjectId
    spec: SpecInfo
    purpose: str
    requirements: list[Requirement]
    document: Document
    findings: list[Finding]
    touched_by: list[TouchingChange]


class HistoryStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an archived change did to a requirement.

    ``archived`` is its folder, ``date`` empty where the folder has none. Where git knows them, the
    ``commit`` that archived it, its time ``at`` (milliseconds since 1970) and its author ``by``
    are given, and whether it ``wrote_spec``, as archiving in one commit does.
    """

    archived: str
    change: str
    operation: Operation
    date: str = ""
    commit: str = ""
    at: int = 0
    by: str = ""
    wrote_spec: bool = False


class RequirementOrigin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A requirement as it is called now, and the archived changes that it comes from.

    ``brought`` is the one that added it; without it, it was there before the archive begins, or
    was written by hand. ``changed`` and ``renamed`` are the last of their kind, ``former`` its
    names before, the latest first. ``edited`` says that no change has written it as it is.
    """

    requirement: str
    line: int
    brought: HistoryStep | None = None
    changed: HistoryStep | None = None
    renamed: HistoryStep | None = None
    former: list[str] = []
    edited: bool = False


class RemovedRequirement(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement that is gone, and the archived change that removed it."""

    requirement: str
    removed: HistoryStep


class SpecHistory(Result, frozen=True, kw_only=True):
    """The requirements of a spec in their order, and those that are gone, the latest first.

    Of very many of each, the first are listed.
    """

    project: ProjectId
    spec: str
    requirements: list[RequirementOrigin]
    gone: list[RemovedRequirement]


class Specs(Interface):
    """The main specs of a project."""

    @procedure("spec.list", right=Right.LOOK, errors=(NoSuchProject,), example={}, reads=True)
    def list_specs(self, caller: Caller, request: ListSpecs) -> Answer[SpecList]:
        """List the specs with the number of their requirements and their verdicts."""

    @procedure(
        "spec.get",
        right=Right.LOOK,
        errors=(NoSuchProject, NoSuchSpec, Unreadable),
        example={"spec": "auth"},
        reads=True,
    )
    def get_spec(self, caller: Caller, request: OneSpec) -> Answer[SpecResult]:
        """Get one spec: purpose, requirements, scenarios, findings, and the document itself.

        A spec that breaks the rules is given too, as far as it can be read.
        """

    @procedure(
        "spec.history",
        right=Right.LOOK,
        errors=(NoSuchProject, NoSuchSpec, Unreadable),
        example={"spec": "auth"},
        reads=True,
    )
    def get_spec_history(self, caller: Caller, request: OneSpec) -> Answer[SpecHistory]:
        """Say where each requirement comes from: which archived changes brought and changed it.

        It follows the deltas in the archive. Within a day the commits that archived them give the
        order, where there is git; else what one change needs of another.
        """
