"""``history``: what was archived, and when. The official tool has no such."""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, Syntax
from geometry_ws.openspec.commands.asked import Asked, Entry
from geometry_ws.openspec.views.history import (
    ArchivedChange,
    TouchedSpec,
    archived_change,
    timeline,
)

_COUNTS = ("added", "modified", "removed", "renamed")


def _history(asked: Asked) -> None:
    project = asked.project
    read = (project.archived_change(name) for name in project.archived_names)
    found = timeline(archived_change(one, project.schemas) for one in read if one is not None)
    if asked.as_json:
        asked.out.json({"archived": [_document(one) for one in found], "root": project.root})
        return
    if not found:
        asked.out.say("Nothing was archived yet.")
    for one in found:
        asked.out.say(f"{one.date or '          '}  {one.name}: {one.title}{_tasks(one)}")
        for spec in one.specs:
            asked.out.say(f"              {spec.spec}: {_counts(spec)}")


def _tasks(one: ArchivedChange) -> str:
    if one.progress.done == one.progress.total:
        return ""
    return f" ({one.progress.done}/{one.progress.total} tasks)"


def _counts(spec: TouchedSpec) -> str:
    told = [f"{getattr(spec, word)} {word}" for word in _COUNTS if getattr(spec, word)]
    return ", ".join(told) or "nothing"


def _document(one: ArchivedChange) -> dict[str, Any]:
    problem = {"problem": one.problem} if one.problem else {}
    return {
        "archivedAs": one.archived,
        "name": one.name,
        "date": one.date or None,
        "title": one.title,
        "completedTasks": one.progress.done,
        "totalTasks": one.progress.total,
        "specs": [
            {"spec": spec.spec, **{word: getattr(spec, word) for word in _COUNTS}}
            for spec in one.specs
        ],
        **problem,
    }


COMMANDS = {
    "history": Entry(
        Syntax("history", "Show what was archived, the latest first.", options=(JSON,)),
        _history,
        "history_error",
        lambda _arguments: {"archived": [], "root": None},
    )
}
