"""``instructions apply`` and ``archive``: what an agent needs to know to carry a change out.

What they say of a project is the official tool's; their sentences are ours. For documents there
is `document_instructions`.
"""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, STORE, STORE_PATH, Option, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.commands.document_instructions import document_instructions
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.project import change_names
from geometry_ws.openspec.commands.status import (
    check_schema,
    describe_change,
    find_change,
    schema_of_change,
)
from geometry_ws.openspec.format.model import Task
from geometry_ws.openspec.format.schemas import Schema
from geometry_ws.openspec.format.sources import METADATA_FILE, ChangeFiles
from geometry_ws.openspec.rules.artifacts import ArtifactPlan, makes_specs


def _instructions(context: Context) -> None:
    kind, name = context.arguments.operand(), context.arguments.value("change")
    change = _change(context, name)
    if kind == "archive":
        document = {"changeName": change.name, **_inputs(context, "archive")}
    elif kind == "apply":
        document = _apply(context, change)
    else:
        document_instructions(context, change, kind)
        return
    if context.as_json:
        context.out.json({**document, "root": context.project.root})
    else:
        _say(context, document)


def _change(context: Context, name: str | None) -> ChangeFiles:
    if not name:
        listed = "\n  ".join(change_names(context.project))
        text = f"Say which with --change. Changes:\n  {listed}"
        raise Failed("change_error", text if listed else "No changes are open.")
    return find_change(context.project, name)


def _inputs(context: Context, operation: str) -> dict[str, Any]:
    """What config.yaml gives to an operation."""
    config = context.project.schemas.config
    guidance = config.guidance.get(operation, ())
    return {
        **({"context": config.context} if config.context.strip() else {}),
        **({"operationGuidance": list(guidance)} if guidance else {}),
    }


def _apply(context: Context, change: ChangeFiles) -> dict[str, Any]:
    project, wanted = context.project, context.arguments.value("schema")
    if wanted:
        check_schema(project, wanted)
    name, schema = schema_of_change(project, change, wanted)
    described, plan = describe_change(project, change, wanted)
    folder = project.change_path(change.name)
    paths = described["artifactPaths"]
    files = {
        artifact.id: paths[artifact.id]["existingOutputPaths"] for artifact in schema.artifacts
    }
    tracked, unread = _tracked(context, change, schema)
    tasks = [task for task in tracked or () if task.text]
    missing = _missing(plan)
    before = _prerequisites(schema, plan)
    state = _state(schema, tracked, unread, missing)
    warnings = [] if state == "blocked" else _warnings(change, plan)
    done = sum(task.done for task in tracked or ())
    return {
        "changeName": change.name,
        "changeDir": folder,
        "schemaName": name,
        "contextFiles": {id_: existing for id_, existing in files.items() if existing},
        "progress": {
            "total": len(tracked or ()),
            "complete": done,
            "remaining": len(tracked or ()) - done,
        },
        "tasks": [
            {"id": str(number), "description": task.text, "done": task.done}
            for number, task in enumerate(tasks, 1)
        ],
        "taskTrackingConfigured": schema.tracks is not None,
        **({"unavailableTrackingFiles": unread} if unread else {}),
        "state": state,
        **({"missingArtifacts": missing} if missing else {}),
        **({"missingPrerequisites": before} if before else {}),
        **({"warnings": warnings} if warnings else {}),
        "instruction": _instruction(schema, state, missing, before),
        **_inputs(context, "apply"),
    }


def _tracked(
    context: Context, change: ChangeFiles, schema: Schema
) -> tuple[list[Task] | None, list[dict[str, str]]]:
    """The tasks of all files that the schema tracks (None: there is no file), and those unread."""
    if schema.tracks is None:
        return None, []
    tasks: list[Task] = []
    unread = []
    paths = sorted(
        context.project.outputs(change, schema.tracks),
        key=lambda path: path.encode("utf-16-be", "surrogatepass"),
    )
    for path in paths:
        source = change.sources.get(path)
        if source is not None and (source.readable or source.data):
            tasks.extend(source.tasks)
        else:
            problem = source.problem if source is not None else "was not read"
            place = context.project.real(f"{context.project.change_path(change.name)}/{path}")
            unread.append({"path": place, "reason": problem})
    return (tasks if paths else None), unread


def _missing(plan: ArtifactPlan) -> list[str]:
    """What must be there before the change is carried out, and isn't."""
    states = {status.artifact.id: status for status in plan.statuses}
    return [
        id_
        for id_ in plan.needed
        if id_ in states and states[id_].state != "skipped" and not states[id_].files
    ]


def _prerequisites(schema: Schema, plan: ArtifactPlan) -> list[str]:
    """All that is needed for that and isn't there, in the order in which it can be written."""
    requires = {artifact.id: artifact.requires for artifact in schema.artifacts}
    wanted, pending = set(plan.needed), list(plan.needed)
    while pending:
        for id_ in requires.get(pending.pop(), ()):
            if id_ not in wanted:
                wanted.add(id_)
                pending.append(id_)
    return [
        status.artifact.id
        for status in plan.statuses
        if status.artifact.id in wanted and status.state not in ("done", "skipped")
    ]


def _state(
    schema: Schema, tracked: list[Task] | None, unread: list[dict[str, str]], missing: list[str]
) -> str:
    if missing:
        return "blocked"
    if schema.tracks is None:
        return "ready"
    if tracked is None or not any(task.text for task in tracked):
        return "blocked"
    return "all_done" if not unread and all(task.done for task in tracked) else "ready"


def _warnings(change: ChangeFiles, plan: ArtifactPlan) -> list[str]:
    """What validation will say of the deltas, before work begins on them."""
    statuses = [status for status in plan.statuses if makes_specs(status.artifact)]
    if not statuses or any(status.state == "skipped" for status in statuses):
        return []
    warnings = [
        f"specs/{path} is read by nobody: move its requirements to specs/{place}."
        for path, place in change.misplaced_deltas
    ]
    if not any(status.files for status in statuses):
        warnings.append(
            "The change has no deltas: write them before the work begins, or put skip_specs: true"
            f" into {METADATA_FILE} if it changes nothing that is specified."
        )
    return warnings


def _instruction(schema: Schema, state: str, missing: list[str], before: list[str]) -> str:
    if missing:
        rest = f" In this order is still to be written: {', '.join(before)}." if before else ""
        return f"It can't begin yet: {', '.join(missing)} is missing.{rest}"
    if state == "blocked":
        place = (schema.tracks or "").rpartition("/")[2]
        return f"There is no task to work on: write some into {place}."
    if state == "all_done":
        return "All tasks are done. Run the tests, look through the changes, then archive it."
    if schema.apply_instruction.strip():
        return schema.apply_instruction.strip()
    if schema.tracks is None:
        return "All that is needed is written: begin."
    return "Read the files, do the open tasks one after the other, and tick each when it is done."


def _say(context: Context, document: dict[str, Any]) -> None:
    say = context.out.say
    say(f"Change: {document['changeName']}")
    if "state" in document:
        counted = document["progress"]
        say(f"State: {document['state']}, {counted['complete']}/{counted['total']} tasks")
        for files in document["contextFiles"].values():
            for path in files:
                say(f"Read: {path}")
        for task in document["tasks"]:
            say(f"  [{'x' if task['done'] else ' '}] {task['description']}")
        for warning in document.get("warnings", ()):
            say(f"Warning: {warning}")
        say(document["instruction"])
    if "context" in document:
        say(document["context"])
    for guidance in document.get("operationGuidance", ()):
        say(f"- {guidance}")


COMMANDS = {
    "instructions": Command(
        Syntax(
            "instructions",
            "Say what is needed to write a document, to carry a change out, or to archive it.",
            ("what",),
            (
                Option("change", "the change", "name"),
                Option("schema", "judge by this workflow", "name"),
                JSON,
                STORE,
                STORE_PATH,
            ),
        ),
        _instructions,
        "change_error",
        lambda _arguments: {},
    )
}
