"""``status``: the documents of a change, and which come next."""

import os
from typing import Any

from geometry_ws.openspec.commands.arguments import (
    JSON,
    STORE,
    STORE_PATH,
    Arguments,
    Option,
    Syntax,
)
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.commands.listing import nested_message
from geometry_ws.openspec.commands.moved import (
    OFFICIAL,
    moved_documents,
    moved_of,
    warn_of_moved,
)
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.project import Project, change_names, nested_names
from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.config import DEFAULT_SCHEMA
from geometry_ws.openspec.format.errors import StoreError
from geometry_ws.openspec.format.metadata import metadata_problem, read_metadata
from geometry_ws.openspec.format.schemas import Schema
from geometry_ws.openspec.format.sources import METADATA_FILE, ChangeFiles
from geometry_ws.openspec.rules.artifacts import ArtifactPlan, plan_artifacts

_MARKS = {"done": "[x]", "skipped": "[~]", "ready": "[ ]", "blocked": "[-]"}
_NO_CHANGES = "No changes are open."


def _status(context: Context) -> None:
    arguments, project = context.arguments, context.project
    name, schema = arguments.value("change"), arguments.value("schema")
    if arguments.flag("all") and name:
        raise Failed("change_error", "--all and --change don't go together.")
    if not name:
        if arguments.flag("all") and schema:
            check_schema(project, schema)
        names = change_names(project)
        if not names:
            _say_none(context)
        elif arguments.flag("all"):
            _all(context, sorted(names, key=collation_key), schema)
        else:
            listed = "\n  ".join(names)
            raise Failed("change_error", f"Say which with --change, or --all. Changes:\n  {listed}")
        return
    change = find_change(project, name)
    if schema:
        check_schema(project, schema)
    document, plan = describe_change(project, change, schema)
    moved = moved_of(context, [name])
    if context.as_json:
        context.out.json({**document, "root": project.root, **moved_documents(moved)})
    else:
        _say(context, document, plan)
        warn_of_moved(context, moved)


def _say_none(context: Context) -> None:
    if context.as_json:
        context.out.json({"changes": [], "message": _NO_CHANGES, "root": context.project.root})
    else:
        context.out.say(f"{_NO_CHANGES} Make one: geometry-ws openspec new change NAME")


def _all(context: Context, names: list[str], schema: str | None) -> None:
    project = context.project
    documents: list[dict[str, Any]] = []
    for name in names:
        plan: ArtifactPlan | None = None
        try:
            document, plan = describe_change(project, find_change(project, name), schema)
        except (Failed, StoreError) as problem:
            error = Failed("change_error", str(problem))
            document = {"changeName": name, "status": [error.status()]}
            context.out.exit = 1
        documents.append(document)
        if context.as_json:
            continue
        if len(documents) > 1:
            context.out.say()
        if plan is None:
            context.out.say(f"✗ {name}: {document['status'][0]['message']}")
        else:
            _say(context, document, plan)
    moved = moved_of(context)
    if context.as_json:
        context.out.json({"changes": documents, "root": project.root, **moved_documents(moved)})
    else:
        warn_of_moved(context, moved)


def find_change(project: Project, name: str) -> ChangeFiles:
    """A change by its name; raises Failed."""
    if name.startswith(".") or name == "archive" or any(character in name for character in "/\\\0"):
        raise Failed("change_error", f'"{name}" can\'t be the name of a change.')
    change = project.change(name)
    if change is None:
        names = change_names(project)
        listed = "\n  ".join(["Changes:", *names]) if names else _NO_CHANGES
        raise Failed("change_error", f'There is no change "{name}". {listed}')
    nested = nested_names(change, project.schemas)
    if nested:
        raise Failed("change_error", nested_message(name, nested, project.folder_name))
    return change


def check_schema(project: Project, name: str) -> None:
    """Refuse a schema that there is none of; raises Failed."""
    if name not in project.schemas.names:
        listed = "\n  ".join(sorted(project.schemas.names))
        raise Failed("change_error", f'There is no schema "{name}". Schemas:\n  {listed}')


def schema_of_change(
    project: Project, change: ChangeFiles, wanted: str | None
) -> tuple[str, Schema]:
    """The schema of a change and the name it goes by; raises Failed."""
    problem = metadata_problem(change, project.schemas)
    if problem:
        raise Failed("change_error", f"{METADATA_FILE} can't be used: {problem}.")
    own = read_metadata(change, project.schemas).schema
    name = wanted or own or project.schemas.default
    schema = project.schemas.get(name)
    if schema is None:
        known = name in project.schemas.names
        what = "can't be used" if known else "is not there"
        raise Failed("change_error", f'The schema "{name}" {what}.')
    return name, schema


def describe_change(
    project: Project, change: ChangeFiles, wanted: str | None
) -> tuple[dict[str, Any], ArtifactPlan]:
    """A change's artifacts as a document, and their plan; raises Failed."""
    name, schema = schema_of_change(project, change, wanted)
    folder = project.change_path(change.name)
    skips = read_metadata(change, project.schemas).skip_specs.declared
    plan = plan_artifacts(
        schema, lambda pattern: project.outputs(change, pattern), skips_specs=skips
    )
    files = {status.artifact.id: status.files for status in plan.statuses}
    paths = {
        artifact.id: {
            "outputPath": artifact.generates,
            "resolvedOutputPath": os.path.normpath(f"{folder}/{artifact.generates}"),
            "existingOutputPaths": sorted(
                {project.real(f"{folder}/{path}") for path in files[artifact.id]},
                key=lambda path: path.encode("utf-16-be", "surrogatepass"),
            ),
        }
        for artifact in schema.artifacts
    }
    document = {
        "changeName": change.name,
        "schemaName": name,
        "planningHome": {
            "kind": "repo",
            "root": project.path,
            "changesDir": f"{project.path}/{project.folder_name}/changes",
            "defaultSchema": DEFAULT_SCHEMA,
        },
        "changeRoot": folder,
        "artifactPaths": paths,
        "isPlanningComplete": plan.is_complete,
        "isComplete": plan.is_complete,
        "applyRequires": list(plan.needed),
        "nextSteps": _next_steps(change.name, plan),
        "actionContext": {
            "mode": "repo-local",
            "sourceOfTruth": "repo",
            "planningArtifacts": [status.artifact.id for status in plan.statuses],
            "linkedContext": [],
            "allowedEditRoots": [project.path],
            "requiresAffectedAreaSelection": False,
            "constraints": ["What is planned and what is edited lies in this project."],
        },
        "artifacts": [
            {
                "id": status.artifact.id,
                "outputPath": status.artifact.generates,
                "status": status.state,
                "requires": list(status.artifact.requires),
                **({"missingDeps": list(status.waits_for)} if status.state == "blocked" else {}),
            }
            for status in plan.statuses
        ],
    }
    return document, plan


def _next_command(name: str, plan: ArtifactPlan) -> str:
    what = plan.next or ("apply" if plan.is_complete else "")
    return f'geometry-ws openspec instructions {what} --change "{name}" --json' if what else ""


def _next_steps(name: str, plan: ArtifactPlan) -> list[str]:
    command = _next_command(name, plan)
    if not command:
        return []
    if plan.next:
        return [f"Before you write {plan.next}, run: {command}"]
    return [f"Everything is planned. To go on, run: {command}"]


def _say(context: Context, document: dict[str, Any], plan: ArtifactPlan) -> None:
    say = context.out.say
    skipped = sum(status.state == "skipped" for status in plan.statuses)
    done = sum(status.state == "done" for status in plan.statuses)
    rest = f" ({skipped} skipped)" if skipped else ""
    say(f"Change: {document['changeName']}")
    say(f"Schema: {document['schemaName']}")
    say(f"Folder: {document['changeRoot']}")
    say(f"Artifacts: {done} of {len(plan.statuses) - skipped} done{rest}")
    for status in plan.statuses:
        note = ""
        if status.state == "skipped":
            note = " (the change has no specs)"
        elif status.waits_for:
            note = f" (needs {', '.join(status.waits_for)})"
        say(f"  {_MARKS[status.state]} {status.artifact.id}{note}")
    command = _next_command(document["changeName"], plan)
    if command:
        say(f"Next: {command}")


def _payload(arguments: Arguments) -> dict[str, Any]:
    return {"changes": [], "root": None} if arguments.flag("all") else {}


COMMANDS = {
    "status": Command(
        Syntax(
            "status",
            "Show which documents of a change are there and which come next.",
            options=(
                Option("change", "the change", "name"),
                Option("all", "all open changes"),
                Option("schema", "judge by this workflow", "name"),
                OFFICIAL,
                JSON,
                STORE,
                STORE_PATH,
            ),
        ),
        _status,
        "change_error",
        _payload,
    )
}
