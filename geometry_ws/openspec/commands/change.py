"""``change list``, ``change show``, ``change validate``: old forms, which scripts still use."""

from collections.abc import Sequence
from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, NO_QUESTIONS, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.commands.markers import warn_of_markers
from geometry_ws.openspec.commands.moved import moved_documents, moved_of, warn_of_moved
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.project import change_names
from geometry_ws.openspec.commands.show import CHANGE_OPTIONS, is_folder_name, show_change
from geometry_ws.openspec.commands.spec import LONG, report_document
from geometry_ws.openspec.commands.typed_names import change_of
from geometry_ws.openspec.commands.validate import (
    STRICT,
    check_change,
    say_report,
)
from geometry_ws.openspec.format.changes import change_title
from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.errors import StoreError
from geometry_ws.openspec.format.sources import PROPOSAL_FILE
from geometry_ws.openspec.format.text import code_unit_key
from geometry_ws.openspec.views.proposals import IncompleteProposal, proposal_deltas


def _list(context: Context) -> None:
    out = context.out
    try:
        names = change_names(context.project)
    except StoreError:
        # This form says nothing of folders that can't be listed; `list` does.
        names = []
    if context.as_json:
        # A list has no place for a key of ours: what has moved is told beside it.
        out.json([_entry(context, name) for name in sorted(names, key=collation_key)])
    else:
        _say_names(context, names)
    if names:
        warn_of_moved(context, moved_of(context))


def _say_names(context: Context, names: Sequence[str]) -> None:
    out = context.out
    if not names:
        out.say("No changes are open.")
    for name in sorted(names, key=code_unit_key):
        if context.arguments.flag("long"):
            entry = _entry(context, name)
            tasks = entry["taskStatus"]
            counts = f"deltas {entry['deltaCount']}, tasks {tasks['completed']}/{tasks['total']}"
            out.say(f"{name}: {entry['title']} ({counts})")
        else:
            out.say(name)


def _entry(context: Context, name: str) -> dict[str, Any]:
    project = context.project
    change = project.change(name)
    if change is None:
        return {"id": name, "title": name, "deltaCount": 0, "taskStatus": _tasks(0, 0)}
    counted = project.progress(change)
    source = change.sources.get(PROPOSAL_FILE)
    title, deltas = name, 0
    if source is not None:
        try:
            if not source.readable:
                raise IncompleteProposal("it can't be read")
            deltas = len(proposal_deltas(change, source.text))
            title = change_title(source.text, name)
        except IncompleteProposal:
            title = "Unknown"
    return {
        "id": name,
        "title": title,
        "deltaCount": deltas,
        "taskStatus": _tasks(counted.total, counted.done),
    }


def _tasks(total: int, done: int) -> dict[str, int]:
    return {"total": total, "completed": done}


def _named(context: Context) -> str:
    name = context.arguments.operand()
    if not name:
        listed = ", ".join(sorted(change_names(context.project), key=code_unit_key))
        raise Failed("change_error", f"Say which change. {listed or 'None is open.'}")
    return name


def _show(context: Context) -> None:
    show_change(context, _named(context))


def _validate(context: Context) -> None:
    typed = _named(context)
    name = change_of(context.project, typed)
    if not is_folder_name(name) or context.project.change(name) is None:
        raise Failed("change_error", f'There is no change "{typed}".')
    checked = check_change(context, name)
    if context.as_json:
        # The status is 0 here whatever the verdict: scripts read it from the document.
        moved = moved_documents(moved_of(context, [name]))
        context.out.json({**report_document(checked), **moved})
    else:
        warn_of_markers(context, [checked])
        say_report(context.out, checked)
        warn_of_moved(context, moved_of(context, [name]))
        context.out.exit = 0 if checked.valid else 1


COMMANDS = {
    "change list": Command(
        Syntax("change list", "List the open changes.", options=(JSON, LONG)), _list
    ),
    "change show": Command(
        Syntax("change show", "Show a change.", ("name",), (JSON, *CHANGE_OPTIONS, NO_QUESTIONS)),
        _show,
    ),
    "change validate": Command(
        Syntax("change validate", "Check a change.", ("name",), (STRICT, JSON, NO_QUESTIONS)),
        _validate,
    ),
}
