"""``instructions DOCUMENT``: how a document of a change is written, and what it begins with.

The document is the official tool's, and so is what it says of a project's own workflow. What it
says of the built-in workflow is in our own words (`format.templates`).
"""

from typing import Any

from geometry_ws.openspec.commands.command import Context
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.status import check_schema, describe_change, schema_of_change
from geometry_ws.openspec.format.schemas import Artifact, Schema
from geometry_ws.openspec.format.sources import METADATA_FILE, ChangeFiles
from geometry_ws.openspec.rules.artifacts import ArtifactPlan

_SKIPPED = (
    f"{METADATA_FILE} says skip_specs: true, so the change has no specs: write none."
    " Where requirements change after all, take skip_specs out of it first."
)


def document_instructions(context: Context, change: ChangeFiles, id_: str | None) -> None:
    """Say how a document of a change is written; raises Failed."""
    project, wanted = context.project, context.arguments.value("schema")
    if wanted:
        check_schema(project, wanted)
    name, schema = schema_of_change(project, change, wanted)
    ids = ", ".join((*(artifact.id for artifact in schema.artifacts), "apply", "archive"))
    if id_ is None:
        raise Failed("change_error", f"Say what they are for: {ids}.")
    artifact = next((artifact for artifact in schema.artifacts if artifact.id == id_), None)
    if artifact is None:
        raise Failed("change_error", f'There is no artifact "{id_}", but: {ids}.')
    document = _document(context, change, schema, name, artifact)
    if context.as_json:
        context.out.json({**document, "root": project.root})
    else:
        _say(context, document)


def _document(
    context: Context, change: ChangeFiles, schema: Schema, name: str, artifact: Artifact
) -> dict[str, Any]:
    project, config = context.project, context.project.schemas.config
    described, plan = describe_change(project, change, context.arguments.value("schema"))
    template = project.template(name, artifact)
    if template.problem:
        raise Failed("change_error", f"The template can't be used: {template.problem}")
    words = config.context.strip()
    rules = config.rules.get(artifact.id, ())
    is_skipped = artifact.id in _skipped(plan)
    return {
        "changeName": change.name,
        "artifactId": artifact.id,
        "schemaName": name,
        "changeDir": project.change_path(change.name),
        "planningHome": described["planningHome"],
        **described["artifactPaths"][artifact.id],
        "description": artifact.description,
        **({} if artifact.instruction is None else {"instruction": artifact.instruction}),
        **({"context": words} if words else {}),
        **({"rules": list(rules)} if rules else {}),
        **({"skipped": True, "warning": _SKIPPED} if is_skipped else {}),
        "template": template.text,
        "dependencies": _dependencies(schema, plan, artifact),
        "unlocks": [other.id for other in schema.artifacts if artifact.id in other.requires],
    }


def _skipped(plan: ArtifactPlan) -> set[str]:
    return {status.artifact.id for status in plan.statuses if status.state == "skipped"}


def _dependencies(schema: Schema, plan: ArtifactPlan, artifact: Artifact) -> list[dict[str, Any]]:
    """What must be there before the document, each with what it is and whether it is there."""
    artifacts = {other.id: other for other in schema.artifacts}
    done = {status.artifact.id for status in plan.statuses if status.files}
    skipped = _skipped(plan)
    return [
        {
            "id": id_,
            "done": id_ in done or id_ in skipped,
            "path": artifacts[id_].generates,
            "description": artifacts[id_].description,
            **({"skipped": True} if id_ in skipped else {}),
        }
        for id_ in artifact.requires
    ]


def _say(context: Context, document: dict[str, Any]) -> None:
    say = context.out.say
    say(f"Change: {document['changeName']} (schema {document['schemaName']})")
    say(f"Document: {document['artifactId']}: {document['description']}")
    if document.get("skipped"):
        say(document["warning"])
        return
    say(f"Write: {document['resolvedOutputPath']}")
    for needed in document["dependencies"]:
        if needed.get("skipped"):
            continue
        place = f"{document['changeDir']}/{needed['path']}"
        say(f"Read first: {place}" if needed["done"] else f"Not written yet: {place}")
    if document["unlocks"]:
        say(f"Then comes: {', '.join(document['unlocks'])}")
    parts = {
        "How it is written": document.get("instruction", ""),
        "About the project, not to be repeated": document.get("context", ""),
        "Rules": "\n".join(f"- {rule}" for rule in document.get("rules", ())),
        "It begins as": document["template"],
    }
    for title, text in parts.items():
        if text.strip():
            say(f"\n--- {title} ---\n\n{text.strip()}")
