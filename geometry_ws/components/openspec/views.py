"""Views of a whole project: search, overlaps, history, counts, schemas."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from geometry_ws.components.openspec import views_wire
from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.components.openspec.registry import ProjectRegistry, declared_errors
from geometry_ws.components.openspec.turns import short_turns
from geometry_ws.components.openspec.wire import moved_bases
from geometry_ws.openspec.disk.archive_search import ArchiveResult
from geometry_ws.openspec.disk.templates import Template
from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.views.counts import ProjectCounts, count_project
from geometry_ws.openspec.views.history import ArchivedChange, timeline_order
from geometry_ws.openspec.views.next_change import Planned, next_of, plan_changes, preferred_order
from geometry_ws.openspec.views.overlap import Overlaps, find_overlaps
from geometry_ws.openspec.views.search import (
    SearchResult,
    open_documents,
    search_documents,
    search_words,
)
from geometry_ws.protocol import project_views as wire
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.errors import InvalidArgument, LimitExceeded
from geometry_ws.protocol.projects import OneProject

MOST_OVERLAPS = 2000
_MOST_TEMPLATES = 4 * 2**20


class ServedViews(wire.ProjectViews):
    """Views of the projects that are served; what is worked out is kept while nothing changes."""

    def __init__(self, registry: ProjectRegistry) -> None:
        self._registry = registry

    async def count_project(self, caller: Caller, request: OneProject) -> wire.Counts:
        """Answer project.counts."""
        project = self._registry.find(request.project)
        return views_wire.counted(project.id, await self._view(project, "counts", _counts))

    async def search_project(self, caller: Caller, request: wire.Search) -> wire.Found:
        """Answer project.search."""
        project = self._registry.find(request.project)
        results, unread = await self._registry.in_thread(_search, project, request)
        return wire.Found(
            project=project.id,
            hits=[views_wire.hit(hit) for hit in results.hits],
            documents=results.documents,
            more=results.more,
            unread=unread,
        )

    async def find_overlaps(self, caller: Caller, request: OneProject) -> wire.Overlaps:
        """Answer project.overlaps."""
        project = self._registry.find(request.project)
        overlaps: Overlaps = await self._view(project, "overlaps", _overlaps)
        shown = overlaps.requirements
        if len(shown) > MOST_OVERLAPS:
            shown = tuple(
                sorted(shown, key=lambda overlap: overlap.kind != "conflict")[:MOST_OVERLAPS]
            )
        return wire.Overlaps(
            project=project.id,
            requirements=[views_wire.overlapping(overlap) for overlap in shown],
            specs=[views_wire.shared(spec) for spec in overlaps.specs],
            more=len(overlaps.requirements) - len(shown),
            base_moved=[
                wire.MovedChange(change=name, moved=moved)
                for name, change in sorted(project.state.changes.items())
                for moved in moved_bases(change.moved)
            ][:MOST_OVERLAPS],
        )

    async def next_change(self, caller: Caller, request: wire.NextChange) -> wire.NextChanges:
        """Answer change.next."""
        project = self._registry.find(request.project)
        planned: tuple[Planned, ...] = await self._view(project, "next", _planned)
        return wire.NextChanges(
            project=project.id,
            change=next_of(planned),
            order=[views_wire.planned(each) for each in planned[: request.limit]],
            more=max(len(planned) - request.limit, 0),
        )

    async def get_history(self, caller: Caller, request: wire.History) -> wire.Timeline:
        """Answer project.history."""
        project = self._registry.find(request.project)
        names: tuple[str, ...] = await self._view(project, "history", _history)
        if request.before is not None:
            if request.before not in names:
                raise InvalidArgument(
                    f"The archive has no {request.before!r}; begin again without `before`.",
                    field="before",
                )
            names = names[names.index(request.before) + 1 :]
        entries: list[ArchivedChange] = await self._registry.in_thread(
            _archived, project, names, request.limit + 1
        )
        return wire.Timeline(
            project=project.id,
            changes=[views_wire.archived(entry) for entry in entries[: request.limit]],
            more=len(entries) > request.limit,
        )

    async def list_schemas(self, caller: Caller, request: OneProject) -> wire.SchemaList:
        """Answer project.schemas."""
        project = self._registry.find(request.project)
        schemas = project.store.files.schemas
        listed = sorted(schemas.listed(), key=lambda schema: collation_key(schema.name))
        return wire.SchemaList(
            project=project.id,
            default=schemas.default,
            schemas=[views_wire.schema_info(schema) for schema in listed],
        )

    async def get_templates(self, caller: Caller, request: wire.AskTemplates) -> wire.Templates:
        """Answer project.templates."""
        project = self._registry.find(request.project)
        templates: list[Template]
        with declared_errors(project):
            templates = await self._registry.in_thread(project.store.home.templates, request.schema)
        if sum(len(template.text) for template in templates) > _MOST_TEMPLATES:
            raise LimitExceeded(
                "The templates of this schema are too large to be sent at once.",
                limit="document_bytes",
                maximum=_MOST_TEMPLATES,
            )
        return wire.Templates(
            project=project.id,
            schema=request.schema or project.store.files.schemas.default,
            templates=[
                wire.Template(
                    artifact=template.artifact,
                    generates=template.generates,
                    text=template.text,
                    problem=template.problem,
                )
                for template in templates
            ],
        )

    async def _view(self, project: ServedProject, name: str, make: Any) -> Any:
        """The result of `make` for a project, worked out once for each state of its files."""
        return await self._registry.in_thread(project.views.get, name, make, project)


def _counts(project: ServedProject) -> ProjectCounts:
    files, state = project.store.moment()
    return count_project(state, files.changes, files.specs, files.outside)


def _overlaps(project: ServedProject) -> Overlaps:
    files = project.store.files
    preferred = preferred_order(files.changes, files.archived)
    return find_overlaps(files.changes, files.specs, preferred)


def _planned(project: ServedProject) -> tuple[Planned, ...]:
    files, state = project.store.moment()
    overlaps: Overlaps = _overlaps(project)
    orders = [overlap.order for overlap in overlaps.requirements if overlap.order]
    return plan_changes(state.changes, files.archived, orders)


def _history(project: ServedProject) -> tuple[str, ...]:
    return timeline_order(project.store.files.archived)


def _archived(project: ServedProject, names: Sequence[str], most: int) -> list[ArchivedChange]:
    """Only what is asked for is read: the archive may be large."""
    with short_turns():
        schemas = project.store.files.schemas
        return list(islice(project.archive.entries(names, schemas), most))


def newest_archived(project: ServedProject, most: int) -> list[ArchivedChange]:
    """The changes that were archived last, in short; in a thread."""
    return _archived(project, _history(project), most)


def _search(project: ServedProject, request: wire.Search) -> tuple[SearchResult, int]:
    """What was found, and how many archived changes there was no time for."""
    files = project.store.files
    words = search_words(request.text)
    archive = ArchiveResult()
    with project.search_lock, short_turns():
        if words and (not request.kinds or "archived" in request.kinds):
            archive = project.search_archive(words, request.limit, request.seconds)
        results = search_documents(
            request.text,
            open_documents(files.changes, files.specs),
            archived=archive.documents,
            elsewhere=archive.gathered,
            kinds=request.kinds,
            most=request.limit,
        )
    return results, archive.unread
