"""The tasks of open changes: their list, setting one, and editing them."""

import msgspec

from geometry_ws.components.openspec.authorship import Write, author, task_set
from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.components.openspec.registry import ProjectRegistry, declared_errors
from geometry_ws.components.openspec.wire import listed, movement, task
from geometry_ws.openspec.disk.edit_tasks import Guard, TasksEdited
from geometry_ws.openspec.disk.set_task import TaskSet
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.model import ChangeState, Movement
from geometry_ws.openspec.format.task_edits import (
    AddTask,
    EditTask,
    MoveTask,
    RemoveTask,
    TaskEdit,
)
from geometry_ws.protocol import tasks as wire
from geometry_ws.protocol.declare import Answer, Caller
from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.protocol.project_values import By


class ServedTasks(wire.Tasks):
    """The tasks of the projects that are served."""

    def __init__(self, registry: ProjectRegistry) -> None:
        self._registry = registry

    def list_tasks(self, caller: Caller, request: wire.ListTasks) -> Answer[wire.TaskList]:
        """Answer task.list."""
        project = self._registry.find(request.project)
        with declared_errors(project, request.change):
            store = project.store.of(request.change, request.tree)
            if request.moved:
                return self._list_moved(project, store, request.change)
            return self._listed(project, store, store.change(request.change))

    async def _list_moved(self, project: ServedProject, store: Store, change: str) -> wire.TaskList:
        """The tasks with when each has moved, which git may be asked about."""
        state: ChangeState
        moves: list[Movement]
        with declared_errors(project, change):
            state, moves = await self._registry.in_thread(store.task_moves, change)
        answer = self._listed(project, store, state)
        known = [
            project.authors.of_task(change, each) or by_git
            for each, by_git in zip(state.tasks, moves, strict=True)
        ]
        moved = [movement(each) for each in known[: len(answer.tasks)]]
        return msgspec.structs.replace(answer, moved=moved)

    def _listed(self, project: ServedProject, store: Store, state: ChangeState) -> wire.TaskList:
        tasks, left_out = listed(state.tasks)
        return wire.TaskList(
            project=project.id,
            change=state.name,
            revision=state.revision,
            tasks=tasks,
            done=state.progress.done,
            total=state.progress.total,
            problem=left_out,
            tree=project.store.name_of(store),
        )

    async def set_task(self, caller: Caller, request: wire.SetTask) -> wire.TaskSet:
        """Answer task.set."""
        _check_guarded(request.revision, request.expect)
        by = author(caller, request.acting)
        project = self._registry.find(request.project)
        self._ask_guards(project, request, request.done, by)
        with declared_errors(project, request.change, number=request.task), project.writing():
            store = project.store.of(request.change, request.tree)
            result = await self._registry.in_thread(_set, store, request)
        revision = result.change.revision
        project.advance(Write(by, task_set(request.change, result.before, revision)))
        return wire.TaskSet(
            project=project.id,
            change=request.change,
            revision=revision,
            task=task(result.task),
            done=result.change.progress.done,
            total=result.change.progress.total,
            tree=project.store.name_of(store),
        )

    def _ask_guards(
        self, project: ServedProject, request: wire.SetTask | wire.EditTask, done: bool, by: By
    ) -> None:
        """Whether a task's box may become another; raises declared errors."""
        change = project.state.changes.get(request.change)
        tasks = change.tasks if change is not None else ()
        wanted = request.expect
        task = next(
            (t for t in tasks if (t.text == wanted if wanted else t.id == request.task)), None
        )
        if task is not None and task.done is not done:
            for guard in self._registry.tick_guards:
                guard(project, request.change, task.text, by)

    async def add_task(self, caller: Caller, request: wire.AddTask) -> wire.TasksEdited:
        """Answer task.add."""
        if request.after is not None or request.before is not None:
            _check_guarded(request.revision, request.expect)
        edit = AddTask(
            request.text,
            request.mark,
            request.body,
            after=request.after,
            before=request.before,
            group=request.group,
        )
        number = request.after or request.before or 0
        return await self._edited(caller, request, edit, number, request.expect)

    async def edit_task(self, caller: Caller, request: wire.EditTask) -> wire.TasksEdited:
        """Answer task.edit."""
        _check_guarded(request.revision, request.expect)
        if request.mark is not None:
            project = self._registry.find(request.project)
            done = request.mark.lower() == "x"
            self._ask_guards(project, request, done, author(caller))
        edit = EditTask(request.task, request.text, request.mark, request.body)
        return await self._edited(caller, request, edit, request.task, request.expect)

    async def move_task(self, caller: Caller, request: wire.MoveTask) -> wire.TasksEdited:
        """Answer task.move."""
        _check_guarded(request.revision, request.expect)
        if request.revision is None and request.expect_beside is None:
            raise InvalidArgument(
                "Say which task it moves beside: give `expect_beside` (its text) or `revision`.",
                field="expect_beside",
            )
        edit = MoveTask(request.task, request.after, request.before)
        return await self._edited(
            caller, request, edit, request.task, request.expect, request.expect_beside
        )

    async def remove_task(self, caller: Caller, request: wire.RemoveTask) -> wire.TasksEdited:
        """Answer task.remove."""
        _check_guarded(request.revision, request.expect)
        edit = RemoveTask(request.task, request.nested)
        return await self._edited(caller, request, edit, request.task, request.expect)

    async def _edited(
        self,
        caller: Caller,
        request: wire.AddTask | wire.EditTask | wire.MoveTask | wire.RemoveTask,
        edit: TaskEdit,
        number: int,
        expect: str | None,
        beside: str | None = None,
    ) -> wire.TasksEdited:
        project = self._registry.find(request.project)
        guard = Guard(request.revision, expect, beside)
        with declared_errors(project, request.change, number=number), project.writing():
            store = project.store.of(request.change, request.tree)
            result = await self._registry.in_thread(store.edit_tasks, request.change, edit, guard)
        return _answer(project, store, caller, request.change, result)

    async def undo_tasks(self, caller: Caller, request: wire.UndoTasks) -> wire.TasksEdited:
        """Answer task.undo."""
        project = self._registry.find(request.project)
        with declared_errors(project, request.change), project.writing():
            store = project.store.of(request.change, request.tree)
            result = await self._registry.in_thread(
                store.undo_tasks, request.change, request.revision
            )
        return _answer(project, store, caller, request.change, result)


def _check_guarded(revision: str | None, expect: str | None) -> None:
    if revision is None and expect is None:
        raise InvalidArgument(
            "Say which task you mean: give `expect` (its text) or `revision` (from task.list).",
            field="expect",
        )


def _answer(
    project: ServedProject, store: Store, caller: Caller, change: str, result: TasksEdited
) -> wire.TasksEdited:
    by = author(caller)
    revision = result.change.revision
    project.advance(Write(by, task_set(change, result.before, revision)))
    return wire.TasksEdited(
        project=project.id,
        change=change,
        revision=revision,
        before=result.before,
        task=None if result.task is None else task(result.task),
        done=result.change.progress.done,
        total=result.change.progress.total,
        tree=project.store.name_of(store),
    )


def _set(store: Store, request: wire.SetTask) -> TaskSet:
    return store.set_task(
        request.change,
        request.task,
        request.done,
        revision=request.revision,
        expect=request.expect,
    )
