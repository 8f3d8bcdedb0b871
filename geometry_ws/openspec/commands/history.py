"""``history``: archived changes and their dates. The official tool has no such command."""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.views.history import (
    ArchivedChange,
    TouchedSpec,
    archived_change,
    timeline,
)

_COUNTS = ("added", "modified", "removed", "renamed")


def _history(context: Context) -> None:
    project = context.project
    read = (project.archived_change(name) for name in project.archived_names)
    changes = timeline(
        archived_change(files, project.schemas) for files in read if files is not None
    )
    if context.as_json:
        context.out.json(
            {"archived": [_document(change) for change in changes], "root": project.root}
        )
        return
    if not changes:
        context.out.say("Nothing was archived yet.")
    for change in changes:
        date = change.date or " " * 10
        context.out.say(f"{date}  {change.name}: {change.title}{_tasks(change)}")
        for spec in change.specs:
            context.out.say(f"              {spec.spec}: {_counts(spec)}")


def _tasks(change: ArchivedChange) -> str:
    if change.progress.done == change.progress.total:
        return ""
    return f" ({change.progress.done}/{change.progress.total} tasks)"


def _counts(spec: TouchedSpec) -> str:
    counted = [f"{getattr(spec, word)} {word}" for word in _COUNTS if getattr(spec, word)]
    return ", ".join(counted) or "nothing"


def _document(change: ArchivedChange) -> dict[str, Any]:
    problem = {"problem": change.problem} if change.problem else {}
    return {
        "archivedAs": change.archived,
        "name": change.name,
        "date": change.date or None,
        "title": change.title,
        "completedTasks": change.progress.done,
        "totalTasks": change.progress.total,
        "specs": [
            {"spec": spec.spec, **{word: getattr(spec, word) for word in _COUNTS}}
            for spec in change.specs
        ],
        **problem,
    }


COMMANDS = {
    "history": Command(
        Syntax("history", "Show what was archived, the latest first.", options=(JSON,)),
        _history,
        "history_error",
        lambda _arguments: {"archived": [], "root": None},
    )
}
