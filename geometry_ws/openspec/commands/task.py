"""``task list`` and ``task set``: the tasks of a change. Not in the official tool."""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, Option, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.project import change_names
from geometry_ws.openspec.commands.typed_names import change_of
from geometry_ws.openspec.format.errors import StaleRevision, Unreadable
from geometry_ws.openspec.format.metadata import read_metadata, schema_of
from geometry_ws.openspec.format.model import Task
from geometry_ws.openspec.format.tasks import task_groups
from geometry_ws.openspec.rules.state import (
    linked_problem,
    number_tasks,
    task_documents,
    tasks_revision,
)


def _list(context: Context) -> None:
    name = change_of(context.project, context.arguments.operand() or "")
    tasks, revision = tasks_of(context, name)
    if context.as_json:
        context.out.json(
            {
                "change": name,
                "revision": revision,
                "tasks": [task_document(task) for task in tasks],
                "completedTasks": sum(task.done for task in tasks),
                "totalTasks": len(tasks),
                "groups": [
                    {"name": group.name, "completedTasks": group.done, "totalTasks": group.total}
                    for group in task_groups(tasks)
                ],
                "root": context.project.root,
            }
        )
        return
    section, groups = None, iter(task_groups(tasks))
    for task in tasks:
        if (task.file, task.section) != section:
            section, group = (task.file, task.section), next(groups)
            context.out.say(f"{task.section or task.file} ({group.done}/{group.total})")
        indent = " " * (task.indent // 2 * 2)
        context.out.say(f"{task.id:>4} [{task.mark or ' '}] {indent}{task.text}")
        for line in task.body.split("\n") if task.body else ():
            context.out.say(f"{'':>8} {indent}{line}".rstrip())
    if not tasks:
        context.out.say(f'"{name}" has no tasks.')


def tasks_of(context: Context, name: str) -> tuple[tuple[Task, ...], str]:
    """The tasks of a change and their revision; raises Failed, Unreadable."""
    project = context.project
    change = project.change(name) if name in change_names(project) else None
    if change is None:
        raise Failed("unknown_item", f'There is no change "{context.arguments.operand()}".')
    schema = schema_of(change, read_metadata(change, project.schemas), project.schemas)
    documents, _ = task_documents(change, schema)
    linked = linked_problem(documents)
    if linked:
        raise Unreadable(f"{linked} Put there itself what it leads to.")
    return number_tasks(documents), tasks_revision(documents)


def task_document(task: Task) -> dict[str, Any]:
    """A task as JSON."""
    return {
        "id": task.id,
        "text": task.text,
        "done": task.done,
        "section": task.section,
        "number": task.number,
        "indent": task.indent,
        "file": task.file,
        "line": task.line,
        "mark": task.mark,
        "body": task.body,
    }


def _set(context: Context) -> None:
    typed, wanted = context.arguments.operands
    name = change_of(context.project, typed)
    done = not context.arguments.flag("undone")
    tasks, revision = tasks_of(context, name)
    task = find_task(tasks, wanted)
    expect, given = context.arguments.value("expect"), context.arguments.value("revision")
    if expect is None and given is None:
        expect = task.text
    try:
        result = context.project.set_task(name, task.id, done, revision=given, expect=expect)
    except StaleRevision as problem:
        raise Failed(
            "stale_revision",
            f"{str(problem).rstrip('.')}. The revision is {problem.revision or revision} now.",
        ) from problem
    if context.as_json:
        context.out.json(
            {
                "change": name,
                "task": task_document(result.task),
                "written": result.written,
                "revision": result.change.revision,
                "completedTasks": result.change.progress.done,
                "totalTasks": result.change.progress.total,
                "root": context.project.root,
            }
        )
    else:
        mark = result.task.mark or " "
        counted = result.change.progress
        context.out.say(f"[{mark}] {result.task.text} ({counted.done}/{counted.total})")


def find_task(tasks: tuple[Task, ...], wanted: str) -> Task:
    """The task that is meant: by its place among all, or by the number in its text."""
    by_place = [task for task in tasks if str(task.id) == wanted]
    by_number = [task for task in tasks if task.number == wanted]
    matches = by_place or by_number
    if len(matches) != 1:
        what = "several tasks" if matches else "no task"
        raise Failed("unknown_task", f'There is {what} "{wanted}". See: task list')
    return matches[0]


COMMANDS = {
    "task list": Command(
        Syntax("task list", "List a change's tasks.", ("change",), (JSON,), required=1),
        _list,
        "task_error",
        lambda _arguments: {"tasks": [], "root": None},
    ),
    "task set": Command(
        Syntax(
            "task set",
            "Tick a task, given by its place (3) or by the number in its text (1.2).",
            ("change", "task"),
            (
                Option("undone", "take the tick away"),
                Option("expect", "only if this is its text", "text"),
                Option("revision", "only if the tasks have this revision", "revision"),
                JSON,
            ),
            required=2,
        ),
        _set,
        "task_error",
        lambda _arguments: {"task": None, "root": None},
    ),
}
