"""``schemas``: the workflows that a project can use."""

from geometry_ws.openspec.commands.arguments import JSON, STORE, STORE_PATH, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.format.collation import collation_key

_OWNERS = {"project": " (the project's)", "user": " (yours)"}


def _schemas(context: Context) -> None:
    listed = sorted(context.project.schemas.listed(), key=lambda schema: collation_key(schema.name))
    if context.as_json:
        context.out.json(
            [
                {
                    "name": schema.name,
                    "description": schema.schema.description,
                    "artifacts": [artifact.id for artifact in schema.schema.artifacts],
                    "source": schema.source,
                }
                for schema in listed
            ]
        )
        return
    context.out.say("Schemas:")
    for schema in listed:
        artifacts = " → ".join(artifact.id for artifact in schema.schema.artifacts)
        context.out.say(f"  {schema.name}{_OWNERS.get(schema.source, '')}: {artifacts}")
        if schema.schema.description:
            context.out.say(f"    {schema.schema.description}")


COMMANDS = {
    "schemas": Command(
        Syntax(
            "schemas",
            "List the workflows that the project can use.",
            options=(JSON, STORE, STORE_PATH),
        ),
        _schemas,
        "schemas_error",
        lambda _arguments: {"schemas": [], "root": None},
    )
}
