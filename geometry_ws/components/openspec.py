"""The OpenSpec component: projects on disk, served, watched and written.

``extra``: ``projects``, a list of ``{"path": folder, "id": optional, "title": optional}``. Relative
paths are relative to the process's working folder, which is the node's. A project's folder may
be missing; it is shown as such until it is there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from twisted.logger import Logger

from geometry_ws.components.binding import announce, bind
from geometry_ws.components.projects import ServedProject, Write, project_id
from geometry_ws.components.projects_wire import (
    change_detail,
    change_info,
    finding,
    listed,
    requirement,
    spec_info,
    task,
)
from geometry_ws.components.session import ComponentSession
from geometry_ws.components.versions import (
    SOFTWARE,
    VERSION,
    check_version,
    description,
    new_epoch,
)
from geometry_ws.openspec import errors as store_errors
from geometry_ws.openspec.documents import Document
from geometry_ws.openspec.model import Finding, is_valid
from geometry_ws.openspec.store import FOLDER, Store, find_project
from geometry_ws.protocol import changes as values
from geometry_ws.protocol import compositor as meta
from geometry_ws.protocol import errors, openspec
from geometry_ws.protocol import projects as wire
from geometry_ws.protocol import specs as specs_wire
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.names import is_id

log = Logger()

FOLLOWS = "1.13.2"
"""The version of the official tool whose format and rules are followed."""

_MOST_BYTES = 8 * 2**20


class OpenSpec(ComponentSession, openspec.OpenSpecMeta, wire.Projects):
    """Serves OpenSpec projects: their changes, tasks and specs, live."""

    async def start(self) -> None:
        """Open every project, then serve them."""
        self._epoch = new_epoch()
        self._projects: dict[str, ServedProject] = {}
        for entry in self.extra.get("projects", []):
            await self._open(entry)
        if not self._projects:
            raise ValueError('OpenSpec needs at least one project in "extra": {"projects": …}')
        await bind(self, self)

    def stop(self) -> None:
        """Stop watching."""
        for project in self._projects.values():
            project.close()

    async def _open(self, entry: dict[str, Any]) -> None:
        path = Path(str(entry["path"]))
        try:
            folder = await self.in_thread(find_project, path)
        except store_errors.NoProject:
            folder = path if path.name == FOLDER else path / FOLDER
            log.warn("there is no OpenSpec project at {path} yet", path=str(path))
        folder = folder.absolute()
        wanted = str(entry.get("id") or "")
        name = folder.resolve().parent.name
        identifier = (
            wanted
            if is_id(wanted) and wanted not in self._projects
            else project_id(name, set(self._projects))
        )
        project = ServedProject(
            identifier,
            Store(folder, str(entry.get("title") or "")),
            self._epoch,
            self.in_thread,
            self._tell,
        )
        await project.open(self.clock.callFromThread)
        self._projects[identifier] = project

    def _tell(self, event: wire.ProjectChanged) -> None:
        announce(self, wire.Projects.on_changed, event, event.project)

    def openspec_hello(self, caller: Caller, request: meta.Hello) -> openspec.OpenSpecHello:
        """Answer openspec.hello."""
        check_version(request)
        return openspec.OpenSpecHello(
            version=VERSION,
            software=SOFTWARE,
            epoch=self._epoch,
            features=["validate", "tasks"],
            follows=FOLLOWS,
            projects=list(self._projects),
        )

    def openspec_describe(self, caller: Caller, request: meta.Describe) -> meta.Description:
        """Answer openspec.describe."""
        return description()

    def list_projects(self, caller: Caller, request: wire.ListProjects) -> wire.ProjectList:
        """Answer project.list."""
        return wire.ProjectList(projects=[project.info() for project in self._projects.values()])

    def get_project(self, caller: Caller, request: wire.OneProject) -> wire.ProjectSnapshot:
        """Answer project.get."""
        return self._project(request.project).snapshot()

    def list_changes(self, caller: Caller, request: wire.OneProject) -> wire.ChangeList:
        """Answer change.list."""
        project = self._project(request.project)
        return wire.ChangeList(
            project=project.id,
            epoch=self._epoch,
            seq=project.seq,
            changes=[change_info(change) for change in project.state.changes.values()],
        )

    async def get_change(self, caller: Caller, request: wire.OneChange) -> wire.ChangeResult:
        """Answer change.get."""
        project = self._project(request.project)
        with _declared(project, request.change):
            documents = await self.in_thread(project.store.documents, request.change)
            state = project.store.change(request.change)
        if sum(len(document.text) for document in documents) > _MOST_BYTES:
            raise errors.LimitExceeded(
                f"The documents of {request.change} are too large to be sent at once.",
                limit="document_bytes",
                maximum=_MOST_BYTES,
            )
        return wire.ChangeResult(
            project=project.id,
            change=change_detail(state),
            documents=[_document(document) for document in documents],
        )

    def validate_changes(self, caller: Caller, request: wire.Validate) -> wire.Verdicts:
        """Answer change.validate: verdicts are kept up to date, so this only looks them up."""
        project = self._project(request.project)
        state = project.state
        changes, specs = list(state.changes.values()), list(state.specs.values())
        if request.change is not None or request.spec is not None:
            changes, specs = [], []
        with _declared(project, request.change or "", request.spec or ""):
            if request.change is not None:
                changes = [project.store.change(request.change)]
            if request.spec is not None:
                specs = [project.store.spec_state(request.spec)]
        strict = request.strict
        items = [_verdict("change", one.name, one.findings, strict) for one in changes]
        items += [_verdict("spec", one.id, one.findings, strict) for one in specs]
        valid = all(item.valid for item in items)
        return wire.Verdicts(project=project.id, valid=valid, items=items)

    def list_specs(self, caller: Caller, request: wire.OneProject) -> specs_wire.SpecList:
        """Answer spec.list."""
        project = self._project(request.project)
        specs = [spec_info(spec) for spec in project.state.specs.values()]
        return specs_wire.SpecList(project=project.id, specs=specs)

    async def get_spec(self, caller: Caller, request: specs_wire.OneSpec) -> specs_wire.SpecResult:
        """Answer spec.get."""
        project = self._project(request.project)
        with _declared(project, "", request.spec):
            state, spec = await self.in_thread(project.store.spec, request.spec)
            document = await self.in_thread(project.store.read_spec, request.spec)
        return specs_wire.SpecResult(
            project=project.id,
            spec=spec_info(state),
            purpose=spec.purpose,
            requirements=[requirement(item) for item in spec.requirements],
            document=_document(document),
        )

    def list_tasks(self, caller: Caller, request: wire.OneChange) -> wire.TaskList:
        """Answer task.list."""
        project = self._project(request.project)
        with _declared(project, request.change):
            state = project.store.change(request.change)
        tasks, left_out = listed(state.tasks)
        return wire.TaskList(
            project=project.id,
            change=state.name,
            revision=state.revision,
            tasks=tasks,
            problem=left_out,
        )

    async def set_task(self, caller: Caller, request: wire.SetTask) -> wire.TaskSet:
        """Answer task.set."""
        if request.revision is None and request.expect is None:
            raise errors.InvalidArgument(
                "Say which task you mean: give `expect` (its text) or `revision` (from task.list).",
                field="expect",
            )
        project = self._project(request.project)
        with _declared(project, request.change, number=request.task):
            result = await self.in_thread(self._set, project.store, request)
        by = values.By(session=caller.session, authid=caller.authid)
        project.advance(Write(by, request.change, result.before, result.change.revision))
        return wire.TaskSet(
            project=project.id,
            change=request.change,
            revision=result.change.revision,
            task=task(result.task),
            done=result.change.progress.done,
            total=result.change.progress.total,
        )

    @staticmethod
    def _set(store: Store, request: wire.SetTask) -> Any:
        return store.set_task(
            request.change,
            request.task,
            request.done,
            revision=request.revision,
            expect=request.expect,
        )

    def _project(self, wanted: str | None) -> ServedProject:
        if wanted is None and len(self._projects) == 1:
            return next(iter(self._projects.values()))
        if wanted is None:
            raise errors.NoSuchProject(
                f"Several projects are served; name one of {', '.join(self._projects)}.",
                project="",
            )
        if wanted not in self._projects:
            raise errors.NoSuchProject(f"There is no project {wanted!r} here.", project=wanted)
        return self._projects[wanted]


def _document(document: Document) -> values.Document:
    return values.Document(name=document.name, revision=document.revision, text=document.text)


def _verdict(
    kind: Any, identifier: str, findings: tuple[Finding, ...], strict: bool
) -> values.Verdict:
    return values.Verdict(
        kind=kind,
        id=identifier,
        valid=is_valid(findings, strict=strict),
        findings=[finding(item) for item in findings],
    )


@contextmanager
def _declared(
    project: ServedProject, change: str, spec: str = "", number: int = 0
) -> Iterator[None]:
    """Turn the store's errors into those of the protocol."""
    try:
        yield
    except store_errors.NoSuchChange as problem:
        raise errors.NoSuchChange(str(problem), change=change) from None
    except store_errors.NoSuchSpec as problem:
        raise errors.NoSuchSpec(str(problem), spec=spec) from None
    except store_errors.NoSuchTask as problem:
        raise errors.NoSuchTask(str(problem), change=change, task=number) from None
    except store_errors.StaleRevision as problem:
        project.advance()
        raise errors.StaleRevision(str(problem), revision=problem.revision) from None
    except store_errors.Unreadable as problem:
        raise errors.Unreadable(str(problem), document=change or spec) from None
    except store_errors.Unwritable as problem:
        raise errors.Unwritable(str(problem), document=change or spec) from None
