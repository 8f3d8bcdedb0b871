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
