"""Writing: documents, new changes, and the archive."""

from typing import Annotated

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import Answer, Caller, Interface, Request, Result, procedure
from geometry_ws.protocol.errors import (
    AlreadyExists,
    ArchiveRefused,
    InvalidArgument,
    Locked,
    NoSuchChange,
    NoSuchDocument,
    NoSuchProject,
    NoSuchSpec,
    NotAuthorized,
    StaleRevision,
    Unreadable,
    Unwritable,
)
from geometry_ws.protocol.project_values import ChangeDetail, DocumentName, MovedBase
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Name, ProjectId, Revision


class SetDocument(Request, frozen=True, kw_only=True):
    """The whole new text, of an open change's or a spec's document.

    ``revision`` is that of the document it is based on; left out: it must not be there yet.
    """

    text: Annotated[str, Meta(max_length=2**20)]
    change: Name | None = None
    spec: Name | None = None
    document: DocumentName = "spec.md"
    revision: Revision | None = None
    project: ProjectId | None = None


class DocumentSet(Result, frozen=True, kw_only=True):
    """The document's new revision, and the one before (empty: it is new)."""

    project: ProjectId
    document: str
    revision: Revision
    before: str


class DocumentText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that a new change shall have."""

    name: DocumentName
    text: Annotated[str, Meta(max_length=2**20)]


class CreateChange(Request, frozen=True, kw_only=True):
    """A new change: a name in small letters, digits and single hyphens, and its first documents."""

    change: Annotated[str, Meta(min_length=1, max_length=200)]
    schema: Name | None = None
    goal: Annotated[str, Meta(min_length=1, max_length=2000)] | None = None
    description: Annotated[str, Meta(max_length=20_000)] | None = None
    documents: Annotated[list[DocumentText], Meta(max_length=50)] = []
    project: ProjectId | None = None


class ChangeCreated(Result, frozen=True, kw_only=True):
    """The change as it is now."""

    project: ProjectId
    change: ChangeDetail


class ArchiveChange(Request, frozen=True, kw_only=True):
    """A change to be archived.

    ``incomplete`` lets it go with open tasks, ``skip_specs`` leaves the specs alone, ``validate``
    off doesn't judge. ``accept_base`` takes away what has changed in the specs since the change was
    written; without it that is refused with the code ``base_moved``. ``dry_run`` only says
    what would happen. ``revision``, from a dry run, makes sure that just that is done.
    """

    change: Name
    incomplete: bool = False
    skip_specs: bool = False
    validate: bool = True
    accept_base: bool = False
    dry_run: bool = False
    revision: Revision | None = None
    project: ProjectId | None = None


class ChangedSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A spec that archiving wrote (or, with an empty ``after``, removed)."""

    spec: str
    before: str
    after: str


class SpecRevision(msgspec.Struct, frozen=True, kw_only=True):
    """A spec and its revision; an empty one: it is gone."""

    spec: str
    revision: str


class ArchiveTotals(msgspec.Struct, frozen=True, kw_only=True):
    """How many requirements were added, modified, removed and renamed."""

    added: int
    modified: int
    removed: int
    renamed: int


class ChangeArchived(Result, frozen=True, kw_only=True):
    """What archiving did, or with ``dry_run`` would do.

    ``archived`` is the folder's name in the archive; ``revision`` stands for everything that was
    looked at. ``tree`` is the work tree in which it is done, where there are several.
    """

    project: ProjectId
    change: str
    archived: str
    specs: list[ChangedSpec]
    totals: ArchiveTotals
    warnings: list[str]
    revision: str
    dry_run: bool
    tree: str = ""


class UnarchiveChange(Request, frozen=True, kw_only=True):
    """An archived change, by its folder's name, or its own where only one is called so."""

    archived: Name
    dry_run: bool = False
    project: ProjectId | None = None


class ChangeUnarchived(Result, frozen=True, kw_only=True):
    """The change that is open again, or would be with ``dry_run``, and the specs that it wrote."""

    project: ProjectId
    change: str
    archived: str
    specs: list[SpecRevision]
    dry_run: bool


class RebaseChange(Request, frozen=True, kw_only=True):
    """A change to be merged with what has changed in the specs since; or one requirement of it.

    Without ``text``, what needs no choice is merged. With ``text`` the requirement gets that text,
    and what it lacks of theirs counts as left out on purpose; with ``ours`` the delta is taken as
    it is. ``revision`` and ``base_revision`` are those of `change.bases`. ``dry_run`` writes
    nothing.
    """

    change: Name
    spec: Name | None = None
    requirement: Annotated[str, Meta(max_length=2000)] | None = None
    text: Annotated[str, Meta(max_length=2**20)] | None = None
    ours: bool = False
    revision: Revision | None = None
    base_revision: Revision | None = None
    dry_run: bool = False
    project: ProjectId | None = None


class RebasedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A delta's document that a rebase wrote: its revisions before and after."""

    document: str
    before: str
    after: str


class ChangeRebased(Result, frozen=True, kw_only=True):
    """What was merged, and what is left to a person's choice."""

    project: ProjectId
    change: str
    merged: list[MovedBase]
    left: list[MovedBase]
    documents: list[RebasedDocument]
    dry_run: bool


_OWNERS = (NoSuchProject, NoSuchChange, NoSuchSpec, InvalidArgument)


class Writing(Interface):
    """Procedures that write a project's files as a whole; single tasks have `task.set`."""

    @procedure(
        "document.set",
        right=Right.WORK,
        errors=(*_OWNERS, NotAuthorized, NoSuchDocument, StaleRevision, Unreadable, Unwritable),
        example={
            "change": "add-login",
            "document": "design.md",
            "text": "# Design\n",
            "revision": "9f2d8c5b7a10e364",
        },
    )
    def set_document(self, caller: Caller, request: SetDocument) -> Answer[DocumentSet]:
        """Write a document as a whole, if it still is what the caller read.

        A change's documents are its proposal.md, design.md, tasks.md and other Markdown files, its
        specs/<capability>/spec.md and its .openspec.yaml; a spec's is spec.md. Readers see the
        old text or the new one, never a part of it. To write a spec itself is for maintainers.
        """

    @procedure(
        "change.create",
        right=Right.MAINTAIN,
        errors=(NoSuchProject, AlreadyExists, InvalidArgument, Unwritable),
        example={"change": "add-login", "goal": "People can log in"},
    )
    def create_change(self, caller: Caller, request: CreateChange) -> Answer[ChangeCreated]:
        """Make a change's folder with its metadata and first documents, all of it at once."""

    @procedure(
        "change.archive",
        right=Right.MAINTAIN,
        errors=(
            NoSuchProject,
            NoSuchChange,
            StaleRevision,
            Unreadable,
            ArchiveRefused,
            Locked,
            Unwritable,
        ),
        example={"change": "add-login", "dry_run": True},
    )
    def archive_change(self, caller: Caller, request: ArchiveChange) -> Answer[ChangeArchived]:
        """Merge a change's deltas into the specs and move its folder to the archive.

        It does all or nothing, even when the node is killed meanwhile. `archive_refused` says
        what stands in the way, with the same codes as the official tool has, and `base_moved` where
        it would take away what others have written since.
        """

    @procedure(
        "change.unarchive",
        right=Right.MAINTAIN,
        errors=(NoSuchProject, ArchiveRefused, Locked, Unreadable, Unwritable),
        example={"archived": "2026-11-24-add-login", "dry_run": True},
    )
    def unarchive_change(
        self, caller: Caller, request: UnarchiveChange
    ) -> Answer[ChangeUnarchived]:
        """Open an archived change again: its folder moves back, the specs are what they were.

        All of it or nothing. `archive_refused` has the code `specs_moved_on` where a spec has
        changed since, `specs_unknown` where neither we nor git know what the specs were, and
        `archive_target_exists` where an open change has the name.
        """

    @procedure(
        "change.rebase",
        right=Right.WORK,
        errors=(
            NoSuchProject,
            NoSuchChange,
            InvalidArgument,
            StaleRevision,
            Unreadable,
            Unwritable,
        ),
        example={"change": "add-login", "dry_run": True},
        since=1,
    )
    def rebase_change(self, caller: Caller, request: RebaseChange) -> Answer[ChangeRebased]:
        """Merge a change's deltas with what has changed in the specs since they were written.

        Statements are merged by sentences, scenarios by name. What both sides rewrote is left to a
        person, whose text is given by `text`.
        """
