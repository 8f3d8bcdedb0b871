"""Main specs: their list, one spec, and where its requirements come from."""

from geometry_ws.components.openspec.documents import to_document
from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.components.openspec.registry import ProjectRegistry, declared_errors
from geometry_ws.components.openspec.turns import short_turns
from geometry_ws.components.openspec.views_wire import spec_origins
from geometry_ws.components.openspec.wire import finding, requirement, spec_info, touching_changes
from geometry_ws.openspec.format.model import Delta
from geometry_ws.openspec.views.spec_history import SpecHistory, spec_history
from geometry_ws.protocol import specs as wire
from geometry_ws.protocol.declare import Caller


class ServedSpecs(wire.Specs):
    """The main specs of the projects that are served."""

    def __init__(self, registry: ProjectRegistry) -> None:
        self._registry = registry

    def list_specs(self, caller: Caller, request: wire.ListSpecs) -> wire.SpecList:
        """Answer spec.list."""
        project = self._registry.find(request.project)
        specs = [spec_info(spec) for spec in project.state.specs.values()]
        return wire.SpecList(project=project.id, specs=specs)

    async def get_spec(self, caller: Caller, request: wire.OneSpec) -> wire.SpecResult:
        """Answer spec.get."""
        project = self._registry.find(request.project)
        with declared_errors(project, spec=request.spec):
            state, spec = await self._registry.in_thread(project.store.home.spec, request.spec)
            document = await self._registry.in_thread(project.store.home.read_spec, request.spec)
        touched = await self._registry.in_thread(
            touching_changes, request.spec, project.store.files.changes.values()
        )
        return wire.SpecResult(
            project=project.id,
            spec=spec_info(state),
            purpose=spec.purpose,
            requirements=[requirement(item) for item in spec.requirements],
            document=to_document(document),
            findings=[finding(item) for item in state.findings],
            touched_by=touched,
        )

    async def get_spec_history(self, caller: Caller, request: wire.OneSpec) -> wire.SpecHistory:
        """Answer spec.history."""
        project = self._registry.find(request.project)
        with declared_errors(project, spec=request.spec):
            history = await self._registry.in_thread(_history, project, request.spec)
        return spec_origins(project.id, request.spec, history)


def _history(project: ServedProject, id_: str) -> SpecHistory:
    _, spec = project.store.home.spec(id_)
    files = project.store.files
    deltas: dict[str, Delta] = {}
    with short_turns():
        for name in files.archived:
            entry = project.archive.entry(name, files.schemas)
            if entry is None or not any(touched.spec == id_ for touched in entry.specs):
                continue
            change = project.archive.read(name)
            source = change.deltas.get(id_) if change is not None else None
            if source is not None and source.readable:
                deltas[name] = source.delta
    return spec_history(spec.blocks, deltas, project.git_archive.commits(id_))
