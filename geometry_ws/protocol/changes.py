"""Changes: listing, reading and judging them."""

from typing import Annotated, Literal

from msgspec import Meta

from geometry_ws.protocol.declare import Answer, Caller, Interface, Request, Result, procedure
from geometry_ws.protocol.errors import (
    NoSuchChange,
    NoSuchProject,
    NoSuchSpec,
    Unreadable,
)
from geometry_ws.protocol.project_values import (
    ChangeDetail,
    ChangeInfo,
    Document,
    Finding,
    Verdict,
)
from geometry_ws.protocol.project_views import ArchivedChange
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Counter, Name, ProjectId


class ListChanges(Request, frozen=True, kw_only=True):
    """In which order: by name, or the last written first; and how many ``archived`` ones as well.

    The newest of those are listed; `project.history` goes on.
    """

    order: Literal["name", "recent"] = "name"
    archived: Annotated[int, Meta(ge=0, le=500)] = 0
    project: ProjectId | None = None


class ChangeList(Result, frozen=True, kw_only=True):
    """The open changes, and archived ones, the newest first, where they were asked for."""

    project: ProjectId
    epoch: str
    seq: Counter
    changes: list[ChangeInfo]
    archived: list[ArchivedChange] = []


class OneChange(Request, frozen=True, kw_only=True):
    """A change, by its folder's name."""

    change: Name
    project: ProjectId | None = None


class ChangeResult(Result, frozen=True, kw_only=True):
    """A change with its documents and findings."""

    project: ProjectId
    change: ChangeDetail
    documents: list[Document]
    findings: list[Finding]


class Validate(Request, frozen=True, kw_only=True):
    """What to validate; all changes and specs where none is named."""

    change: Name | None = None
    spec: Name | None = None
    changes: Annotated[list[Name], Meta(max_length=2000)] = []
    specs: Annotated[list[Name], Meta(max_length=2000)] = []
    strict: bool = False
    project: ProjectId | None = None


class Verdicts(Result, frozen=True, kw_only=True):
    """The verdicts; with ``strict``, warnings make invalid too."""

    project: ProjectId
    valid: bool
    items: list[Verdict]


_READ = (NoSuchProject, NoSuchChange, Unreadable)


class Changes(Interface):
    """The open changes of a project."""

    @procedure("change.list", right=Right.LOOK, errors=(NoSuchProject,), example={}, reads=True)
    def list_changes(self, caller: Caller, request: ListChanges) -> Answer[ChangeList]:
        """List the open changes with state, progress, verdict and when they were last written."""

    @procedure(
        "change.get", right=Right.LOOK, errors=_READ, example={"change": "add-login"}, reads=True
    )
    def get_change(self, caller: Caller, request: OneChange) -> Answer[ChangeResult]:
        """Get one open change with its tasks, its findings and its documents as they are on disk.

        Where the documents are too large for one message, use `document.list` and `document.get`.
        """

    @procedure(
        "change.validate",
        right=Right.LOOK,
        errors=(*_READ, NoSuchSpec),
        example={"change": "add-login", "strict": True},
        reads=True,
    )
    def validate_changes(self, caller: Caller, request: Validate) -> Answer[Verdicts]:
        """Validate the changes and specs that are named, or everything, by OpenSpec's rules."""
