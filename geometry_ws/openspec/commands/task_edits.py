"""``task add``, ``edit``, ``move`` and ``remove``. Not in the official tool."""

from collections.abc import Callable

from geometry_ws.openspec.commands.arguments import JSON, Option, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.task import find_task, task_document, tasks_of
from geometry_ws.openspec.commands.typed_names import change_of
from geometry_ws.openspec.disk.edit_tasks import Guard, TasksEdited
from geometry_ws.openspec.format.errors import NotAllowed, StaleRevision
from geometry_ws.openspec.format.model import Task
from geometry_ws.openspec.format.task_edits import (
    AddTask,
    EditTask,
    MoveTask,
    RemoveTask,
    TaskEdit,
)

_AFTER = Option("after", "after this task", "task")
_BEFORE = Option("before", "before this task", "task")
_REVISION = Option("revision", "only if the tasks have this revision", "revision")

Edit = Callable[[Context, tuple[Task, ...]], tuple[TaskEdit, Task | None, Task | None]]
"""The edit that is asked for, the task that it is about, and the one beside it."""


def _handler(make: Edit) -> Callable[[Context], None]:
    def handle(context: Context) -> None:
        name = change_of(context.project, context.arguments.operands[0])
        tasks, revision = tasks_of(context, name)
        edit, task, beside = make(context, tasks)
        # What was looked at just now must still be so when it is written.
        named = [each.text for each in (task, beside) if each is not None]
        expect = [*named, None, None]
        guard = Guard(context.arguments.value("revision"), expect[0], expect[1])
        try:
            _say(context, name, context.project.edit_tasks(name, edit, guard), task)
        except StaleRevision as problem:
            now = problem.revision or revision
            text = f"{str(problem).rstrip('.')}. The revision is {now} now."
            raise Failed("stale_revision", text) from problem
        except NotAllowed as problem:
            raise Failed("not_possible", str(problem)) from problem

    return handle


def _say(context: Context, name: str, result: TasksEdited, former: Task | None) -> None:
    counted = result.change.progress
    if context.as_json:
        context.out.json(
            {
                "change": name,
                "task": None if result.task is None else task_document(result.task),
                "revision": result.change.revision,
                "completedTasks": counted.done,
                "totalTasks": counted.total,
                "root": context.project.root,
            }
        )
        return
    if result.task is not None:
        said = f"{result.task.id:>4} [{result.task.mark or ' '}] {result.task.text}"
    else:
        said = f"removed: {former.text if former is not None else ''}"
    context.out.say(f"{said} ({counted.done}/{counted.total})")


def _beside(context: Context, tasks: tuple[Task, ...]) -> dict[str, Task]:
    places = (name for name in ("after", "before") if context.arguments.value(name) is not None)
    return {name: find_task(tasks, context.arguments.value(name) or "") for name in places}


def _added(context: Context, tasks: tuple[Task, ...]) -> tuple[TaskEdit, Task | None, Task | None]:
    value = context.arguments.value
    beside = _beside(context, tasks)
    edit = AddTask(
        context.arguments.operands[1],
        value("mark") or "",
        value("body") or "",
        group=value("group"),
        **{name: task.id for name, task in beside.items()},
    )
    return edit, next(iter(beside.values()), None), None


def _edited(context: Context, tasks: tuple[Task, ...]) -> tuple[TaskEdit, Task | None, Task | None]:
    task, value = find_task(tasks, context.arguments.operands[1]), context.arguments.value
    text, mark, body = value("text"), value("mark"), value("body")
    if text is mark is body is None:
        raise Failed("not_possible", "Say what becomes different: --text, --mark or --body.")
    return EditTask(task.id, text, mark, body), task, None


def _moved(context: Context, tasks: tuple[Task, ...]) -> tuple[TaskEdit, Task | None, Task | None]:
    task, beside = find_task(tasks, context.arguments.operands[1]), _beside(context, tasks)
    edit = MoveTask(task.id, **{name: other.id for name, other in beside.items()})
    return edit, task, next(iter(beside.values()), None)


def _removed(
    context: Context, tasks: tuple[Task, ...]
) -> tuple[TaskEdit, Task | None, Task | None]:
    task = find_task(tasks, context.arguments.operands[1])
    return RemoveTask(task.id, context.arguments.flag("nested")), task, None


def _command(
    verb: str, help_: str, operands: tuple[str, ...], options: tuple[Option, ...], make: Edit
) -> Command:
    return Command(
        Syntax(f"task {verb}", help_, operands, (*options, _REVISION, JSON), required=2),
        _handler(make),
        "task_error",
        lambda _arguments: {"task": None, "root": None},
    )


_MARK = Option("mark", "what stands in its box, such as x or ~", "mark")
_BODY = Option("body", "further lines that belong to it", "text")

COMMANDS = {
    "task add": _command(
        "add",
        "Add a task: last of all, last of a group, or beside another task.",
        ("change", "text"),
        (_AFTER, _BEFORE, Option("group", "last in this group", "header"), _MARK, _BODY),
        _added,
    ),
    "task edit": _command(
        "edit",
        "Give a task another text, mark or further lines.",
        ("change", "task"),
        (Option("text", "its text from now on", "text"), _MARK, _BODY),
        _edited,
    ),
    "task move": _command(
        "move",
        "Move a task, with all that belongs to it, beside another.",
        ("change", "task"),
        (_AFTER, _BEFORE),
        _moved,
    ),
    "task remove": _command(
        "remove",
        "Remove a task with its further lines.",
        ("change", "task"),
        (Option("nested", "and the tasks that are nested in it"),),
        _removed,
    ),
}
