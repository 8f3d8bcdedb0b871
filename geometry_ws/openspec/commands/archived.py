"""The archive on the command line: archived changes in `list`, and ``unarchive``. Ours alone."""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, Option, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.format.errors import ArchiveRefused
from geometry_ws.openspec.views.history import archived_change, timeline


def archived_documents(context: Context) -> list[dict[str, Any]]:
    """The archived changes for a list, the latest first."""
    project = context.project
    read = (project.archived_change(name) for name in project.archived_names)
    changes = timeline(
        archived_change(files, project.schemas) for files in read if files is not None
    )
    return [
        {
            "name": change.name,
            "archivedAs": change.archived,
            "date": change.date or None,
            "completedTasks": change.progress.done,
            "totalTasks": change.progress.total,
            "status": "archived",
        }
        for change in changes
    ]


def say_archived(context: Context, documents: list[dict[str, Any]]) -> None:
    """Say which changes are archived."""
    if not documents:
        context.out.say("Nothing was archived yet.")
        return
    width = max(len(entry["name"]) for entry in documents)
    context.out.say("Archived:")
    for entry in documents:
        counted = f"{entry['completedTasks']}/{entry['totalTasks']} tasks"
        date = entry["date"] or ""
        context.out.say(f"  {entry['name'].ljust(width)}  {counted.ljust(12)}  {date}".rstrip())


def _unarchive(context: Context) -> None:
    try:
        dry = context.arguments.flag("dry-run")
        done = context.project.unarchive(context.arguments.operands[0], dry=dry)
    except ArchiveRefused as problem:
        raise Failed(problem.code, str(problem), fix=problem.fix) from problem
    if context.as_json:
        context.out.json(
            {
                "change": done.change,
                "archivedAs": done.archived,
                "specs": [{"id": spec, "revision": revision} for spec, revision in done.specs],
                "dryRun": done.dry,
                "root": context.project.root,
            }
        )
        return
    for spec, revision in done.specs:
        context.out.say(f"specs/{spec}: {'as it was' if revision else 'deleted'}")
    would = "would be open" if done.dry else "is open"
    context.out.say(f"{done.change} {would} again")


COMMANDS = {
    "unarchive": Command(
        Syntax(
            "unarchive",
            "Open an archived change again, with the specs as they were before.",
            ("change",),
            (Option("dry-run", "only say what would become of it"), JSON),
            required=1,
        ),
        _unarchive,
        "unarchive_error",
        lambda _arguments: {"change": None, "root": None},
    )
}
