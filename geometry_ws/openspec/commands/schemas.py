"""``schemas``: the workflows that a project can use."""

from geometry_ws.openspec.commands.arguments import JSON, STORE, STORE_PATH, Syntax
from geometry_ws.openspec.commands.asked import Asked, Entry
from geometry_ws.openspec.format.text import collation_key

_OWNERS = {"project": " (the project's)", "user": " (yours)"}


def _schemas(asked: Asked) -> None:
    listed = sorted(asked.project.schemas.listed(), key=lambda schema: collation_key(schema.name))
    if asked.as_json:
        asked.out.json(
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
    asked.out.say("Schemas:")
    for schema in listed:
        artifacts = " → ".join(artifact.id for artifact in schema.schema.artifacts)
        asked.out.say(f"  {schema.name}{_OWNERS.get(schema.source, '')}: {artifacts}")
        if schema.schema.description:
            asked.out.say(f"    {schema.schema.description}")


COMMANDS = {
    "schemas": Entry(
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
