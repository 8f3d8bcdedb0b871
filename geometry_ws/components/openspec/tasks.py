"""The tasks of open changes: their list, and setting one."""

from geometry_ws.components.openspec.authorship import Write, author, task_set
from geometry_ws.components.openspec.registry import ProjectRegistry, declared_errors
from geometry_ws.components.openspec.wire import listed, task
from geometry_ws.openspec.disk.set_task import TaskSet
from geometry_ws.openspec.disk.store import Store
from geometry_ws.protocol import tasks as wire
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.errors import InvalidArgument


class ServedTasks(wire.Tasks):
    """The tasks of the projects that are served."""

    def __init__(self, registry: ProjectRegistry) -> None:
        self._registry = registry

    def list_tasks(self, caller: Caller, request: wire.ListTasks) -> wire.TaskList:
        """Answer task.list."""
        project = self._registry.find(request.project)
        with declared_errors(project, request.change):
            state = project.store.change(request.change)
        tasks, left_out = listed(state.tasks)
        return wire.TaskList(
            project=project.id,
            change=state.name,
            revision=state.revision,
            tasks=tasks,
            done=state.progress.done,
            total=state.progress.total,
            problem=left_out,
        )

    async def set_task(self, caller: Caller, request: wire.SetTask) -> wire.TaskSet:
        """Answer task.set."""
        if request.revision is None and request.expect is None:
            raise InvalidArgument(
                "Say which task you mean: give `expect` (its text) or `revision` (from task.list).",
                field="expect",
            )
        project = self._registry.find(request.project)
        with declared_errors(project, request.change, number=request.task):
            result = await self._registry.in_thread(_set, project.store, request)
        revision = result.change.revision
        project.advance(Write(author(caller), task_set(request.change, result.before, revision)))
        return wire.TaskSet(
            project=project.id,
            change=request.change,
            revision=revision,
            task=task(result.task),
            done=result.change.progress.done,
            total=result.change.progress.total,
        )


def _set(store: Store, request: wire.SetTask) -> TaskSet:
    return store.set_task(
        request.change,
        request.task,
        request.done,
        revision=request.revision,
        expect=request.expect,
    )
