"""Open changes: their list, one change with its documents, and their verdicts."""

from typing import Any

import msgspec

from geometry_ws.components.openspec.documents import to_document
from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.components.openspec.registry import ProjectRegistry, declared_errors
from geometry_ws.components.openspec.views import newest_archived
from geometry_ws.components.openspec.views_wire import archived
from geometry_ws.components.openspec.wire import change_detail, finding, moved_bases
from geometry_ws.openspec.format.model import Finding, is_valid
from geometry_ws.protocol import changes as wire
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.errors import LimitExceeded
from geometry_ws.protocol.project_values import Verdict

_MOST_BYTES = 8 * 2**20


class ServedChanges(wire.Changes):
    """The open changes of the projects that are served."""

    def __init__(self, registry: ProjectRegistry) -> None:
        self._registry = registry

    async def list_changes(self, caller: Caller, request: wire.ListChanges) -> wire.ChangeList:
        """Answer change.list."""
        project = self._registry.find(request.project)
        state, seq = project.state, project.seq
        changes = await self._registry.in_thread(project.infos, state)
        if request.order == "recent":
            changes.sort(key=lambda change: change.modified, reverse=True)
        listed = wire.ChangeList(
            project=project.id,
            epoch=self._registry.epoch,
            seq=seq,
            changes=changes,
        )
        if not request.archived:
            return listed
        return await self._with_archived(project, listed, request.archived)

    async def _with_archived(
        self, project: ServedProject, listed: wire.ChangeList, most: int
    ) -> wire.ChangeList:
        """The list with so many archived changes, which are read from the disk."""
        entries = await self._registry.in_thread(newest_archived, project, most)
        return msgspec.structs.replace(listed, archived=[archived(entry) for entry in entries])

    async def get_change(self, caller: Caller, request: wire.OneChange) -> wire.ChangeResult:
        """Answer change.get."""
        project = self._registry.find(request.project)
        with declared_errors(project, request.change):
            store = project.store.of(request.change)
            documents = await self._registry.in_thread(store.documents, request.change)
            state = project.store.shown(request.change)
        if sum(len(document.text) for document in documents) > _MOST_BYTES:
            raise LimitExceeded(
                f"The documents of {request.change} are too large to be sent at once; ask for them"
                " one by one with document.get.",
                limit="document_bytes",
                maximum=_MOST_BYTES,
            )
        return wire.ChangeResult(
            project=project.id,
            change=change_detail(state, project.authors.of(state)),
            documents=[to_document(document) for document in documents],
            findings=[finding(item) for item in state.findings],
        )

    def validate_changes(self, caller: Caller, request: wire.Validate) -> wire.Verdicts:
        """Answer change.validate: verdicts are kept up to date, so this only looks them up."""
        project = self._registry.find(request.project)
        state = project.state
        changes = [*request.changes, *([] if request.change is None else [request.change])]
        specs = [*request.specs, *([] if request.spec is None else [request.spec])]
        if not changes and not specs:
            changes, specs = list(state.changes), list(state.specs)
        items = []
        for name in changes:
            with declared_errors(project, name):
                change = project.store.shown(name)
            verdict = _verdict("change", name, change.findings, request.strict)
            items.append(msgspec.structs.replace(verdict, base_moved=moved_bases(change.moved)))
        for name in specs:
            with declared_errors(project, spec=name):
                spec = project.store.home.spec_state(name)
            items.append(_verdict("spec", name, spec.findings, request.strict))
        valid = all(item.valid for item in items)
        return wire.Verdicts(project=project.id, valid=valid, items=items)


def _verdict(kind: Any, identifier: str, findings: tuple[Finding, ...], strict: bool) -> Verdict:
    return Verdict(
        kind=kind,
        id=identifier,
        valid=is_valid(findings, strict=strict),
        findings=[finding(item) for item in findings],
    )
