"""Specs: what is asked of the OpenSpec component about them, and what it answers."""

from geometry_ws.protocol.changes import Document, Requirement, SpecInfo
from geometry_ws.protocol.declare import Request, Result
from geometry_ws.protocol.values import Name, ProjectId


class SpecList(Result, frozen=True, kw_only=True):
    """The specs, by name."""

    project: ProjectId
    specs: list[SpecInfo]


class OneSpec(Request, frozen=True, kw_only=True):
    """A spec, by its path below specs/."""

    spec: Name
    project: ProjectId | None = None


class SpecResult(Result, frozen=True, kw_only=True):
    """A spec, read and raw."""

    project: ProjectId
    spec: SpecInfo
    purpose: str
    requirements: list[Requirement]
    document: Document
