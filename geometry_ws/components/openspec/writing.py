"""Writing documents, creating changes and archiving them; the events name the author."""

import datetime
from typing import Any

from geometry_ws.components.openspec.authorship import (
    Explains,
    Write,
    author,
    change_archived,
    change_created,
    change_document_written,
    change_rebased,
    change_unarchived,
    spec_written,
)
from geometry_ws.components.openspec.documents import check_owner
from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.components.openspec.registry import ProjectRegistry, declared_errors
from geometry_ws.components.openspec.wire import change_detail, moved_base
from geometry_ws.openspec.disk.archive_change import Archived
from geometry_ws.openspec.disk.rebase_change import RebaseRequest, Rebasing
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.disk.unarchive import Unarchived
from geometry_ws.openspec.disk.write_document import Written
from geometry_ws.openspec.format.errors import AlreadyExists
from geometry_ws.openspec.format.model import ChangeState
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
from geometry_ws.protocol import writing as wire
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.errors import InvalidArgument, NoSuchChange, NotAuthorized
from geometry_ws.protocol.rights import Right, may


class ServedWriting(wire.Writing):
    """Writing to the projects that are served."""

    def __init__(self, registry: ProjectRegistry) -> None:
        self._registry = registry

    async def set_document(self, caller: Caller, request: wire.SetDocument) -> wire.DocumentSet:
        """Answer document.set."""
        project = self._registry.find(request.project)
        check_owner(request.change, request.spec)
        if request.spec is not None and not may(caller.authrole, Right.MAINTAIN):
            raise NotAuthorized("Only maintainers write specs; write a delta in a change.")
        change, spec, path = request.change, request.spec, request.document
        written: Written
        with declared_errors(project, change or "", spec or "", path), project.writing():
            written = await self._registry.in_thread(_write, project, request)
        if spec is not None:
            explains = spec_written(spec, written.before, written.after)
        else:
            explains = change_document_written(change or "", path, written.before, written.after)
        _advance(project, caller, explains)
        return wire.DocumentSet(
            project=project.id, document=path, revision=written.after, before=written.before
        )

    async def create_change(self, caller: Caller, request: wire.CreateChange) -> wire.ChangeCreated:
        """Answer change.create."""
        project = self._registry.find(request.project)
        texts = {document.name: document.text for document in request.documents}
        if len(texts) < len(request.documents):
            raise InvalidArgument("Two documents have the same name.", field="documents")
        state: ChangeState
        with declared_errors(project, request.change), project.writing():
            state = await self._registry.in_thread(_create, project, request, texts)
        _advance(project, caller, change_created(request.change))
        return wire.ChangeCreated(
            project=project.id, change=change_detail(state, project.authors.of(state))
        )

    async def archive_change(
        self, caller: Caller, request: wire.ArchiveChange
    ) -> wire.ChangeArchived:
        """Answer change.archive."""
        project = self._registry.find(request.project)
        archived: Archived
        with declared_errors(project, request.change), project.writing(dry=request.dry_run):
            store = _store_with(project, request.change)
            archived = await self._registry.in_thread(_archive, store, request)
        if not request.dry_run:
            specs = {spec.spec: spec.after for spec in archived.specs}
            _advance(project, caller, change_archived(request.change, specs))
        return _archived(project, archived, project.store.name_of(store))

    async def unarchive_change(
        self, caller: Caller, request: wire.UnarchiveChange
    ) -> wire.ChangeUnarchived:
        """Answer change.unarchive."""
        project = self._registry.find(request.project)
        done: Unarchived
        with declared_errors(project, request.archived), project.writing(dry=request.dry_run):
            done = await self._registry.in_thread(_unarchive, project, request)
        if not done.dry:
            _advance(project, caller, change_unarchived(done.change, dict(done.specs)))
        return wire.ChangeUnarchived(
            project=project.id,
            change=done.change,
            archived=done.archived,
            specs=[wire.SpecRevision(spec=spec, revision=now) for spec, now in done.specs],
            dry_run=done.dry,
        )

    async def rebase_change(self, caller: Caller, request: wire.RebaseChange) -> wire.ChangeRebased:
        """Answer change.rebase."""
        project = self._registry.find(request.project)
        rebasing: Rebasing
        with declared_errors(project, request.change), project.writing(dry=request.dry_run):
            rebasing = await self._registry.in_thread(_rebase, project, request)
        if not request.dry_run:
            revisions = {
                document.path: (document.before, document.after) for document in rebasing.documents
            }
            _advance(project, caller, change_rebased(request.change, revisions))
        return wire.ChangeRebased(
            project=project.id,
            change=request.change,
            merged=[moved_base(item.summary) for item in rebasing.done],
            left=[moved_base(item.summary) for item in rebasing.left],
            documents=[
                wire.RebasedDocument(
                    document=document.path, before=document.before, after=document.after
                )
                for document in rebasing.documents
            ],
            dry_run=request.dry_run,
        )


def _advance(project: ServedProject, caller: Caller, explains: Explains) -> None:
    project.advance(Write(author(caller), explains))


def _today() -> datetime.date:
    return datetime.datetime.now().astimezone().date()


def _write(project: ServedProject, request: wire.SetDocument) -> Written:
    owner: dict[str, Any] = {"change": request.change, "spec": request.spec}
    store = project.store.home if request.change is None else project.store.of(request.change)
    return store.write_document(
        request.text, revision=request.revision, document=request.document, **owner
    )


def _create(
    project: ServedProject, request: wire.CreateChange, texts: dict[str, str]
) -> ChangeState:
    elsewhere = project.store.state.changes.get(request.change)
    if elsewhere is not None and elsewhere.branch:
        raise AlreadyExists(
            f'There is a change "{request.change}" already, in the work tree "{elsewhere.tree}".'
        )
    project.store.home.create_change(
        request.change,
        _today(),
        schema=request.schema,
        goal=request.goal or "",
        description=request.description or "",
        documents=texts,
    )
    return project.store.home.change(request.change)


def _rebase(project: ServedProject, request: wire.RebaseChange) -> Rebasing:
    wanted = RebaseRequest(
        spec=request.spec,
        requirement=request.requirement,
        text=request.text,
        ours=request.ours,
        revision=request.revision,
        base_revision=request.base_revision,
    )
    return project.store.of(request.change).rebase(request.change, wanted, dry=request.dry_run)


def _store_with(project: ServedProject, change: str) -> Store:
    if change not in project.store.files.changes:
        raise NoSuchChange(f'There is no open change "{change}".', change=change)
    return project.store.of(change)


def _archive(store: Store, request: wire.ArchiveChange) -> Archived:
    options = ArchiveOptions(
        skip_specs=request.skip_specs,
        validate=request.validate,
        allow_incomplete=request.incomplete,
        accept_base=request.accept_base,
    )
    return store.archive(
        request.change, _today(), options, revision=request.revision, dry=request.dry_run
    )


def _unarchive(project: ServedProject, request: wire.UnarchiveChange) -> Unarchived:
    return project.store.home.unarchive(request.archived, dry=request.dry_run)


def _archived(project: ServedProject, value: Archived, tree: str) -> wire.ChangeArchived:
    totals = value.plan.totals
    return wire.ChangeArchived(
        project=project.id,
        change=value.plan.change,
        archived=value.plan.archived_as,
        specs=[
            wire.ChangedSpec(spec=spec.spec, before=spec.before, after=spec.after)
            for spec in value.specs
        ],
        totals=wire.ArchiveTotals(
            added=totals.added if totals else 0,
            modified=totals.modified if totals else 0,
            removed=totals.removed if totals else 0,
            renamed=totals.renamed if totals else 0,
        ),
        warnings=[*value.plan.markers, *filter(None, [value.plan.left_open]), *value.plan.warnings],
        revision=value.revision,
        dry_run=value.dry,
        tree=tree,
    )
