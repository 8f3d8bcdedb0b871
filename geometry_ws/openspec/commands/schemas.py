"""``schemas``: the workflows that a project can use."""

from geometry_ws.openspec.commands.arguments import JSON, STORE, STORE_PATH, Syntax
from geometry_ws.openspec.commands.asked import Asked, Entry
from geometry_ws.openspec.format.text import collation_key

_OWNERS = {"project": " (the project's)", "user": " (yours)"}


def _schemas(asked: Asked) -> None:
    listed = sorted(asked.project.schemas.listed(), key=lambda one: collation_key(one.name))
    if asked.as_json:
        asked.out.json(
            [
                {
                    "name": one.name,
                    "description": one.schema.description,
                    "artifacts": [artifact.id for artifact in one.schema.artifacts],
                    "source": one.source,
                }
                for one in listed
            ]
        )
        return
    asked.out.say("Schemas:")
    for one in listed:
        artifacts = " → ".join(artifact.id for artifact in one.schema.artifacts)
        asked.out.say(f"  {one.name}{_OWNERS.get(one.source, '')}: {artifacts}")
        if one.schema.description:
            asked.out.say(f"    {one.schema.description}")


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
