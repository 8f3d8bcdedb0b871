"""Documents: the files of changes, specs and archived changes, as they are on disk."""

from typing import Annotated, Literal

from msgspec import Meta

from geometry_ws.protocol.declare import Answer, Caller, Interface, Request, Result, procedure
from geometry_ws.protocol.errors import (
    InvalidArgument,
    NoSuchChange,
    NoSuchDocument,
    NoSuchProject,
    NoSuchSpec,
    Unreadable,
)
from geometry_ws.protocol.project_values import Document, DocumentName
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Name, ProjectId, Revision


class ListDocuments(Request, frozen=True, kw_only=True):
    """Whose: an open change's, a spec's or an archived change's (its folder). Name one of them."""

    change: Name | None = None
    spec: Name | None = None
    archived: Name | None = None
    project: ProjectId | None = None


class OneDocument(ListDocuments, frozen=True, kw_only=True):
    """A document by its path in its owner's folder; a spec has only spec.md."""

    document: DocumentName = "spec.md"


class DocumentList(Result, frozen=True, kw_only=True):
    """The paths of the documents."""

    project: ProjectId
    documents: list[str]


class DocumentResult(Result, frozen=True, kw_only=True):
    """One document as it is on disk."""

    project: ProjectId
    document: Document


class PictureByPath(Request, frozen=True, kw_only=True):
    """A picture by its path from the project's folder on; there `openspec` is the planning's."""

    path: Annotated[str, Meta(min_length=1, max_length=1024)]
    project: ProjectId | None = None


class ProjectPicture(Result, frozen=True, kw_only=True):
    """A picture as it is on disk."""

    project: ProjectId
    path: str
    content_type: Literal["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"]
    revision: Revision
    data: bytes


_OWNERS = (NoSuchProject, NoSuchChange, NoSuchSpec, InvalidArgument)


class Documents(Interface):
    """The files of changes and specs."""

    @procedure(
        "document.list",
        right=Right.LOOK,
        errors=_OWNERS,
        example={"archived": "2026-11-02-add-login"},
        reads=True,
    )
    def list_documents(self, caller: Caller, request: ListDocuments) -> Answer[DocumentList]:
        """List the documents of an open change, a spec or an archived change."""

    @procedure(
        "document.get",
        right=Right.LOOK,
        errors=(*_OWNERS, NoSuchDocument, Unreadable),
        example={"change": "add-login", "document": "proposal.md"},
        reads=True,
    )
    def get_document(self, caller: Caller, request: OneDocument) -> Answer[DocumentResult]:
        """Get one document as it is on disk, with its revision."""

    @procedure(
        "document.picture",
        right=Right.LOOK,
        errors=(NoSuchProject, NoSuchDocument, Unreadable),
        example={"path": "openspec/changes/add-login/way.png"},
        reads=True,
    )
    def get_picture(self, caller: Caller, request: PictureByPath) -> Answer[ProjectPicture]:
        """Get a picture that lies in the project, as documents show it; 4 MiB at the most."""
