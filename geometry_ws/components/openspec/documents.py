"""The documents of changes and specs: their names, one as it is on disk, and their pictures."""

import contextlib

from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.components.openspec.registry import ProjectRegistry, declared_errors
from geometry_ws.openspec.disk import documents
from geometry_ws.openspec.disk.pictures import FOLDER, Picture, read_picture
from geometry_ws.openspec.format.errors import NoSuchChange
from geometry_ws.openspec.format.sources import SPEC_FILE
from geometry_ws.protocol import documents as wire
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.protocol.project_values import Document


class ServedDocuments(wire.Documents):
    """The documents of the projects that are served."""

    def __init__(self, registry: ProjectRegistry) -> None:
        self._registry = registry

    async def list_documents(
        self, caller: Caller, request: wire.ListDocuments
    ) -> wire.DocumentList:
        """Answer document.list."""
        project = self._registry.find(request.project)
        check_owner(request.change, request.spec, request.archived)
        with declared_errors(project, request.change or request.archived or "", request.spec or ""):
            names = await self._registry.in_thread(_names, project, request)
        return wire.DocumentList(project=project.id, documents=names)

    async def get_document(self, caller: Caller, request: wire.OneDocument) -> wire.DocumentResult:
        """Answer document.get."""
        project = self._registry.find(request.project)
        check_owner(request.change, request.spec, request.archived)
        change = request.change or request.archived or ""
        with declared_errors(project, change, request.spec or "", request.document):
            document = await self._registry.in_thread(_read, project, request)
        return wire.DocumentResult(project=project.id, document=to_document(document))

    async def get_picture(self, caller: Caller, request: wire.PictureByPath) -> wire.ProjectPicture:
        """Answer document.picture."""
        project = self._registry.find(request.project)
        with declared_errors(project, document=request.path):
            picture = await self._registry.in_thread(_picture, project, request.path)
        return wire.ProjectPicture(
            project=project.id,
            path=request.path,
            content_type=picture.content_type,
            revision=picture.revision,
            data=picture.data,
        )


def _picture(project: ServedProject, path: str) -> Picture:
    """A picture; that of an open change lies where the copy of it that is shown does."""
    store = project.store.home
    match path.split("/"):
        case [planning, "changes", change, *_] if planning == FOLDER:
            with contextlib.suppress(NoSuchChange):
                store = project.store.of(change)
    return read_picture(store.root(), path)


def _names(project: ServedProject, request: wire.ListDocuments) -> list[str]:
    store = project.store.home
    if request.archived is not None:
        return store.archived_documents(request.archived)
    if request.spec is not None:
        store.spec_state(request.spec)
        return [SPEC_FILE]
    change = request.change or ""
    return [name for name, _ in project.store.of(change).change(change).documents]


def _read(project: ServedProject, request: wire.OneDocument) -> documents.Document:
    store = project.store.home
    if request.archived is not None:
        return store.read_archived(request.archived, request.document)
    if request.spec is None:
        change = request.change or ""
        return project.store.of(change).read_document(change, request.document)
    if request.document != SPEC_FILE:
        raise InvalidArgument(f"A spec has one document, {SPEC_FILE}.", field="document")
    return store.read_spec(request.spec)


def check_owner(*owners: str | None) -> None:
    """Raise InvalidArgument unless exactly one owner is named."""
    if sum(owner is not None for owner in owners) != 1:
        raise InvalidArgument(
            "Say whose document you mean: name one change, one spec or one archived change.",
            field="change",
        )


def to_document(value: documents.Document) -> Document:
    """A document, as the wire has it."""
    return Document(name=value.name, revision=value.revision, text=value.text)
