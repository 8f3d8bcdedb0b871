"""``list``: changes with their progress, archived ones, or specs."""

import datetime
from typing import Any

from geometry_ws.openspec.commands.archived import archived_documents, say_archived
from geometry_ws.openspec.commands.arguments import (
    JSON,
    STORE,
    STORE_PATH,
    Arguments,
    Option,
    Syntax,
)
from geometry_ws.openspec.commands.command import Command, Context, check_root
from geometry_ws.openspec.commands.moved import (
    OFFICIAL,
    moved_documents,
    moved_of,
    warn_of_moved,
)
from geometry_ws.openspec.commands.project import linked_tasks, nested_names
from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.model import Progress

_STATUS = {"no-tasks": "no tasks", "complete": "✓ complete", "nested": "no change"}


def _list(context: Context) -> None:
    if not context.project.has("project.md"):
        # A folder of the first generations is taken for a project although nothing else is there.
        check_root(context)
    if context.arguments.flag("specs"):
        _specs(context)
    elif context.arguments.flag("archived"):
        archived = archived_documents(context)
        if context.as_json:
            context.out.json({"archived": archived, "root": context.project.root})
        else:
            say_archived(context, archived)
    else:
        _changes(context)


def _changes(context: Context) -> None:
    project, out = context.project, context.out
    moved = moved_of(context)
    documents: list[dict[str, Any]] = []
    warnings: list[dict[str, Any]] = []
    times: dict[str, int] = {}
    for name in project.all_change_names:
        change = project.change(name)
        if change is None:
            continue
        counted = project.progress(change)
        linked = linked_tasks(change, project.schemas)
        if linked:
            out.warn(f"Warning: {name}: {linked} Its tasks aren't counted.")
        nested = nested_names(change, project.schemas)
        times[name] = change.modified
        entry: dict[str, Any] = {
            "name": name,
            "completedTasks": counted.done,
            "totalTasks": counted.total,
            "lastModified": iso_time(change.modified),
            "status": status_word(counted),
        }
        if nested:
            entry["nested"] = nested
            warnings.append(
                {
                    "code": "nested_change_directory",
                    "name": name,
                    "nested": nested,
                    "message": nested_message(name, nested, project.folder_name),
                }
            )
        documents.append(entry)
    if context.arguments.value("sort") == "name":
        documents.sort(key=lambda entry: collation_key(entry["name"]))
    else:
        documents.sort(key=lambda entry: -times[entry["name"]])
    if context.as_json:
        more: dict[str, Any] = {"warnings": warnings} if warnings else {}
        if context.arguments.flag("all"):
            more["archived"] = archived_documents(context)
        ours = moved_documents(moved)
        out.json({"changes": documents, **more, "root": project.root, **ours})
    elif not documents:
        out.say("No changes are open.")
    else:
        _say_changes(context, documents)
        for warning in warnings:
            out.say()
            out.say(f"Warning: {warning['message']}")
        warn_of_moved(context, moved)
    if context.arguments.flag("all") and not context.as_json:
        say_archived(context, archived_documents(context))


def _say_changes(context: Context, documents: list[dict[str, Any]]) -> None:
    width = max(len(entry["name"]) for entry in documents)
    context.out.say("Changes:")
    for entry in documents:
        counted = f"{entry['completedTasks']}/{entry['totalTasks']} tasks"
        word = "nested" if "nested" in entry else entry["status"]
        status = _STATUS.get(word, counted)
        date = entry["lastModified"][:16].replace("T", " ")
        context.out.say(f"  {entry['name'].ljust(width)}  {status.ljust(12)}  {date}")


def _specs(context: Context) -> None:
    project, out = context.project, context.out
    ids = sorted(project.spec_ids, key=collation_key)
    if context.as_json:
        counted = [{"id": id_, "requirementCount": project.count_requirements(id_)} for id_ in ids]
        out.json({"specs": counted, "root": project.root})
        return
    if not ids:
        out.say("There are no specs.")
        return
    width = max(map(len, ids))
    out.say("Specs:")
    for id_ in ids:
        out.say(f"  {id_.ljust(width)}  requirements {project.count_requirements(id_)}")


def iso_time(milliseconds: int) -> str:
    """A time as documents give it: in UTC, to the millisecond."""
    moment = datetime.datetime.fromtimestamp(0, datetime.UTC) + datetime.timedelta(
        milliseconds=milliseconds
    )
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def status_word(progress: Progress) -> str:
    """The word for a change's progress."""
    if progress.total == 0:
        return "no-tasks"
    return "complete" if progress.done == progress.total else "in-progress"


def nested_message(name: str, nested: list[str], folder: str) -> str:
    """Say that a folder is no change but holds some, and what to do.

    `folder` is what openspec/ is called.
    """
    listed = ", ".join(f"{folder}/changes/{path}/" for path in nested)
    flat = nested[0].replace("/", "-")
    return (
        f'"{name}" is no change but a folder around others: {listed}. Changes lie directly in'
        f' {folder}/changes/, so these are not seen. Give each a flat name, such as "{flat}".'
    )


def _payload(arguments: Arguments) -> dict[str, Any]:
    return {"specs" if arguments.flag("specs") else "changes": [], "root": None}


COMMANDS = {
    "list": Command(
        Syntax(
            "list",
            "List the changes, or with --specs the specs.",
            options=(
                Option("specs", "list the specs"),
                Option("changes", "list the changes, as without it"),
                Option("archived", "list the archived changes (ours)"),
                Option("all", "list the archived changes as well (ours)"),
                Option("sort", 'by "recent" or "name"', "order"),
                OFFICIAL,
                JSON,
                STORE,
                STORE_PATH,
            ),
        ),
        _list,
        "list_error",
        _payload,
    )
}
