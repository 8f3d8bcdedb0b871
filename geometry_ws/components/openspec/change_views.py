"""What a change would do to the specs, and the state of its documents."""

from geometry_ws.components.openspec import views_wire
from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.components.openspec.registry import ProjectRegistry, declared_errors
from geometry_ws.components.openspec.wire import moved_bases
from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.metadata import metadata_problem, read_metadata
from geometry_ws.openspec.format.model import ChangeState
from geometry_ws.openspec.format.patterns import matching
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import METADATA_FILE, ChangeFiles
from geometry_ws.openspec.rules.artifacts import plan_artifacts
from geometry_ws.openspec.rules.state import linked_problem, task_documents
from geometry_ws.openspec.views.deltas import SpecDelta, deltas_of
from geometry_ws.protocol import change_views as wire
from geometry_ws.protocol.changes import OneChange
from geometry_ws.protocol.declare import Caller

_MOST_CHARACTERS = 2 * 2**20
"""Of the texts in one answer."""


class ServedChangeViews(wire.ChangeViews):
    """Views of the open changes of the projects that are served."""

    def __init__(self, registry: ProjectRegistry) -> None:
        self._registry = registry

    async def get_deltas(self, caller: Caller, request: OneChange) -> wire.DeltaResult:
        """Answer change.deltas."""
        project = self._registry.find(request.project)
        with declared_errors(project, request.change):
            deltas = await self._registry.in_thread(_deltas, project, request.change)
        return wire.DeltaResult(
            project=project.id,
            change=request.change,
            deltas=[views_wire.spec_delta(delta) for delta in deltas],
        )

    async def get_bases(self, caller: Caller, request: OneChange) -> wire.BaseResult:
        """Answer change.bases."""
        project = self._registry.find(request.project)
        with declared_errors(project, request.change):
            shown, more = await self._registry.in_thread(_bases, project, request.change)
        return wire.BaseResult(
            project=project.id, change=request.change, requirements=shown, more=more
        )

    async def get_status(
        self, caller: Caller, request: wire.ChangeStatusRequest
    ) -> wire.StatusResult:
        """Answer change.status."""
        project = self._registry.find(request.project)
        with declared_errors(project, request.change or ""):
            statuses = await self._registry.in_thread(_statuses, project, request.change)
        return wire.StatusResult(project=project.id, changes=statuses)


def _deltas(project: ServedProject, name: str) -> tuple[SpecDelta, ...]:
    store = project.store.of(name)
    store.change(name)
    files = store.files
    return deltas_of(files.changes[name], files.specs)


def _bases(project: ServedProject, name: str) -> tuple[list[wire.MovedRequirement], int]:
    """What has changed under a change: as much as a message holds, and how many more there are."""
    store = project.store.of(name)
    store.read_bases()
    files, _ = store.moment()
    store.change(name)
    change = files.changes[name]
    moved = store.moved_bases(change, files.specs)
    shown: list[wire.MovedRequirement] = []
    gathered = 0
    for item in moved:
        entry = views_wire.moved_requirement(item, change, files.specs)
        gathered += sum(map(len, (entry.base, entry.theirs, entry.ours, entry.merged)))
        if shown and gathered > _MOST_CHARACTERS:
            break
        shown.append(entry)
    return shown, len(moved) - len(shown)


def _statuses(project: ServedProject, name: str | None) -> list[wire.ChangeStatus]:
    files, state = project.store.moment()
    if name is not None:
        project.store.of(name).change(name)
        return [_status(files.changes[name], files.schemas, state.changes.get(name))]
    names = sorted(files.changes, key=collation_key)
    return [_status(files.changes[name], files.schemas, state.changes.get(name)) for name in names]


def _status(change: ChangeFiles, schemas: Schemas, state: ChangeState | None) -> wire.ChangeStatus:
    moved = [] if state is None else moved_bases(state.moved)
    metadata = read_metadata(change, schemas)
    name = metadata.schema or schemas.default
    schema = schemas.get(name)
    problem = metadata_problem(change, schemas)
    if problem:
        problem = f"{METADATA_FILE} can't be used: {problem}."
    elif schema is None:
        problem = f'The schema "{name}" can\'t be used: it is missing or broken.'
    else:
        problem = linked_problem(task_documents(change, schema)[0])
    if problem or schema is None:
        return wire.ChangeStatus(
            change=change.name,
            schema=name,
            complete=False,
            artifacts=[],
            apply_requires=[],
            problem=problem,
            base_moved=moved,
        )
    files = [path for path, kind in change.entries.items() if kind != "dir"]
    plan = plan_artifacts(
        schema,
        lambda pattern: matching(pattern, files),
        skips_specs=metadata.skip_specs.declared,
    )
    return wire.ChangeStatus(
        change=change.name,
        schema=name,
        complete=plan.is_complete,
        artifacts=[views_wire.artifact_status(status) for status in plan.statuses],
        apply_requires=list(plan.needed),
        base_moved=moved,
    )
