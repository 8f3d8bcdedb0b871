"""``rebase``: merge a change with what has changed in the specs since. Not in the official tool."""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, Option, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.commands.moved import moved_document
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.typed_names import change_of
from geometry_ws.openspec.disk.rebase_change import RebaseRequest, Rebasing
from geometry_ws.openspec.format.linediff import hunks
from geometry_ws.openspec.format.sources import SPEC_FILE
from geometry_ws.openspec.rebasing.judge import Moved


def _rebase(context: Context) -> None:
    arguments, project = context.arguments, context.project
    typed = arguments.operand() or ""
    name = change_of(project, typed)
    change = project.change(name) if name and not name.startswith(".") else None
    if change is None:
        raise Failed("unknown_item", f'There is no change "{typed}".')
    before = {spec: source.text for spec, source in change.deltas.items()}
    wanted = RebaseRequest(requirement=arguments.value("requirement"), ours=arguments.flag("ours"))
    dry = not arguments.flag("write")
    rebasing = project.rebase(name, wanted, dry=dry)
    context.out.exit = 1 if rebasing.left else 0
    if context.as_json:
        context.out.json({"rebase": _document(rebasing), "root": project.root})
    else:
        _say(context, rebasing, before)


def _document(rebasing: Rebasing) -> dict[str, Any]:
    return {
        "change": rebasing.change,
        "merged": [moved_document(item.summary) for item in rebasing.done],
        "left": [
            {**moved_document(item.summary), "conflicts": _conflicts(item)}
            for item in rebasing.left
        ],
        "documents": [
            {
                "spec": document.spec,
                "path": document.path,
                "before": document.before,
                "after": document.after,
                "text": document.text,
            }
            for document in rebasing.documents
        ],
        "written": not rebasing.dry and bool(rebasing.documents),
    }


def _conflicts(item: Moved) -> list[dict[str, list[str]]]:
    if item.merge is None:
        return []
    return [
        {
            "base": [sentence.text for sentence in conflict.base],
            "theirs": [sentence.text for sentence in conflict.theirs],
            "ours": [sentence.text for sentence in conflict.ours],
        }
        for conflict in item.merge.conflicts
    ]


def _say(context: Context, rebasing: Rebasing, before: dict[str, str]) -> None:
    say = context.out.say
    if not rebasing.done and not rebasing.left:
        say(f"{rebasing.change}: nothing has changed under it.")
        return
    for item in rebasing.done:
        say(f"✓ {item.summary.message}")
    folder = context.project.folder_name
    for document in rebasing.documents:
        path = f"{folder}/changes/{rebasing.change}/specs/{document.spec}/{SPEC_FILE}"
        say(f"{'would write' if rebasing.dry else 'written'}: {path}")
        if rebasing.dry:
            old = before.get(document.spec, "").replace("\r\n", "\n")
            say(hunks(old, document.text.replace("\r\n", "\n")))
    for item in rebasing.left:
        _say_left(context, item)
    if rebasing.dry and rebasing.done:
        say("To write it: add --write")
    if rebasing.left:
        say(
            "Choose what is left: edit the delta, on its page or by hand. To take it as it is:"
            f" geometry-ws openspec rebase {rebasing.change} --ours --write"
        )


def _say_left(context: Context, item: Moved) -> None:
    say = context.out.say
    say(f"✗ {item.summary.message} It can't be merged without a choice.")
    for conflict in _conflicts(item):
        for side, texts in conflict.items():
            for text in texts or ["(removed)"]:
                say(f"    {side}: {text}")


COMMANDS = {
    "rebase": Command(
        Syntax(
            "rebase",
            "Merge a change with what has changed in the specs since it was written.",
            ("change",),
            (
                Option("write", "write the merged deltas; without it they are only shown"),
                Option("ours", "take the deltas as they are, and what they take away as meant"),
                Option("requirement", "only this requirement", "name"),
                JSON,
            ),
            required=1,
        ),
        _rebase,
        "rebase_error",
        lambda _arguments: {"rebase": None},
    )
}
