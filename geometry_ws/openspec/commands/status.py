"""``status``: which documents of a change are there, and which come next."""

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
from geometry_ws.openspec.commands.asked import Asked, Entry
from geometry_ws.openspec.commands.listing import nested_message
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.project import Project, change_names, nested_names
from geometry_ws.openspec.format.errors import StoreError
from geometry_ws.openspec.format.metadata import metadata_problem, read_metadata
from geometry_ws.openspec.format.schemas import DEFAULT_SCHEMA, Schema
from geometry_ws.openspec.format.sources import METADATA_FILE, ChangeFiles
from geometry_ws.openspec.format.text import collation_key
from geometry_ws.openspec.rules.artifacts import Plan, make_plan

_MARKS = {"done": "[x]", "skipped": "[~]", "ready": "[ ]", "blocked": "[-]"}
_NO_CHANGES = "No changes are open."


def _status(asked: Asked) -> None:
    arguments, project = asked.arguments, asked.project
    name, schema = arguments.value("change"), arguments.value("schema")
    if arguments.flag("all") and name:
        raise Failed("change_error", "--all and --change don't go together.")
    if not name:
        if arguments.flag("all") and schema:
            _check_schema(project, schema)
        names = change_names(project)
        if not names:
            _say_none(asked)
        elif arguments.flag("all"):
            _all(asked, sorted(names, key=collation_key), schema)
        else:
            listed = "\n  ".join(names)
            raise Failed("change_error", f"Say which with --change, or --all. Changes:\n  {listed}")
        return
    change = _find(project, name)
    if schema:
        _check_schema(project, schema)
    document, plan = _describe(project, change, schema)
    if asked.as_json:
        asked.out.json({**document, "root": project.root})
    else:
        _say(asked, document, plan)


def _say_none(asked: Asked) -> None:
    if asked.as_json:
        asked.out.json({"changes": [], "message": _NO_CHANGES, "root": asked.project.root})
    else:
        asked.out.say(f"{_NO_CHANGES} Make one: openspec new change NAME")


def _all(asked: Asked, names: list[str], schema: str | None) -> None:
    project = asked.project
    documents: list[dict[str, Any]] = []
    for name in names:
        plan: Plan | None = None
        try:
            document, plan = _describe(project, _find(project, name), schema)
        except (Failed, StoreError) as problem:
            error = Failed("change_error", str(problem))
            document = {"changeName": name, "status": [error.status()]}
            asked.out.exit = 1
        documents.append(document)
        if asked.as_json:
            continue
        if len(documents) > 1:
            asked.out.say()
        if plan is None:
            asked.out.say(f"✗ {name}: {document['status'][0]['message']}")
        else:
            _say(asked, document, plan)
    if asked.as_json:
        asked.out.json({"changes": documents, "root": project.root})


def _find(project: Project, name: str) -> ChangeFiles:
    if name.startswith(".") or name == "archive" or any(character in name for character in "/\\\0"):
        raise Failed("change_error", f'"{name}" can\'t be the name of a change.')
    change = project.change(name)
    if change is None:
        names = change_names(project)
        listed = "\n  ".join(["Changes:", *names]) if names else _NO_CHANGES
        raise Failed("change_error", f'There is no change "{name}". {listed}')
    nested = nested_names(change, project.schemas)
    if nested:
        raise Failed("change_error", nested_message(name, nested))
    return change


def _check_schema(project: Project, name: str) -> None:
    if name not in project.schemas.names:
        listed = "\n  ".join(sorted(project.schemas.names))
        raise Failed("change_error", f'There is no schema "{name}". Schemas:\n  {listed}')


def _schema(project: Project, change: ChangeFiles, wanted: str | None) -> tuple[str, Schema]:
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


def _describe(
    project: Project, change: ChangeFiles, wanted: str | None
) -> tuple[dict[str, Any], Plan]:
    name, schema = _schema(project, change, wanted)
    folder = project.change_path(change.name)
    skips = read_metadata(change, project.schemas).skip_specs.declared
    plan = make_plan(schema, lambda pattern: project.outputs(change, pattern), skips_specs=skips)
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
            "changesDir": f"{project.path}/openspec/changes",
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


def _next_command(name: str, plan: Plan) -> str:
    what = plan.next or ("apply" if plan.is_complete else "")
    return f'openspec instructions {what} --change "{name}" --json' if what else ""


def _next_steps(name: str, plan: Plan) -> list[str]:
    command = _next_command(name, plan)
    if not command:
        return []
    if plan.next:
        return [f"Before you write {plan.next}, run: {command}"]
    return [f"Everything is planned. To go on, run: {command}"]


def _say(asked: Asked, document: dict[str, Any], plan: Plan) -> None:
    say = asked.out.say
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
    "status": Entry(
        Syntax(
            "status",
            "Show which documents of a change are there and which come next.",
            options=(
                Option("change", "the change", "name"),
                Option("all", "all open changes"),
                Option("schema", "judge by this workflow", "name"),
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
