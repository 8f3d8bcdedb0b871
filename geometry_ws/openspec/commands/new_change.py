"""``new change``: a change with its metadata, and the folders that a project lacks."""

import datetime

from geometry_ws.openspec.commands.arguments import JSON, STORE, STORE_PATH, Option, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.format.sources import METADATA_FILE


def _new(context: Context) -> None:
    name = context.arguments.operand() or ""
    value = context.arguments.value
    if not name:
        raise Failed("change_error", "Say how the change is called.")
    today = datetime.datetime.now().astimezone().date()
    if context.today:
        today = datetime.date.fromisoformat(context.today)
    created = context.project.create_change(
        name,
        today,
        schema=value("schema") or None,
        goal=value("goal") or "",
        description=value("description") or "",
    )
    path = context.project.change_path(created.change)
    if context.as_json:
        change = {
            "id": created.change,
            "path": path,
            "metadataPath": f"{path}/{METADATA_FILE}",
            "schema": created.schema,
        }
        context.out.json({"change": change, "root": context.project.root})
        return
    context.out.say(f"{created.change} is there: {path}")
    context.out.say(f"Schema: {created.schema}")
    context.out.say(f"Next: status --change {created.change}")


COMMANDS = {
    "new change": Command(
        Syntax(
            "new change",
            "Make a new change.",
            ("name",),
            (
                Option("description", "a description, for README.md", "text"),
                Option("goal", "a goal, for the metadata", "text"),
                Option("schema", "the workflow that it follows", "name"),
                JSON,
                STORE,
                STORE_PATH,
            ),
            required=1,
        ),
        _new,
        "change_error",
        lambda _arguments: {"change": None},
    )
}
