"""The templates of a schema's documents, read when they are asked for."""

import os
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.reader import Reader, leads_out
from geometry_ws.openspec.format.errors import NotAllowed
from geometry_ws.openspec.format.schemas import Artifact, Schemas
from geometry_ws.openspec.format.sources import LEADS_OUT
from geometry_ws.openspec.format.templates import BUILT_IN_TEMPLATES


@dataclass(frozen=True, slots=True)
class Template:
    """What a document begins with; ``problem`` is a sentence where it can't be read."""

    artifact: str
    generates: str
    text: str
    problem: str = ""


def read_templates(root: str, schemas: Schemas, name: str) -> list[Template]:
    """The templates of a schema, in the order of its artifacts; `root` is the openspec/ folder.

    Raises NotAllowed where there is no such schema.
    """
    schema = schemas.get(name) if name in schemas.names else None
    if schema is None:
        listed = ", ".join(sorted(schemas.names))
        raise NotAllowed(f'There is no schema "{name}" that can be used, but: {listed}.', "schema")
    return [read_template(root, schemas, name, artifact) for artifact in schema.artifacts]


def read_template(
    root: str, schemas: Schemas, name: str, artifact: Artifact, users: str = ""
) -> Template:
    """The template of an artifact; `name` is its schema's folder, `users` has the user's own."""
    source = schemas.source_of(name)
    if source == "package":
        return Template(artifact.id, artifact.generates, BUILT_IN_TEMPLATES.get(artifact.id, ""))
    path = f"schemas/{name}/templates/{artifact.template}"
    if source is None:
        return Template(artifact.id, artifact.generates, "", f"{path} is not there.")
    if source == "project":
        folder, project = Path(root, "schemas", name, "templates"), str(Path(root).parent)
        if leads_out(str(folder), project):
            return Template(artifact.id, artifact.generates, "", f"{path} {LEADS_OUT}.")
    else:
        folder = Path(users, name, "templates")
    real = os.path.realpath(folder)
    document = Reader(real, moment=True).read(str(Path(real, artifact.template)))
    problem = "" if document is not None else f"{path} is not there."
    if document is not None and document.problem:
        problem = f"{path} {document.problem}."
    text = document.text if document is not None and document.readable else ""
    return Template(artifact.id, artifact.generates, text, problem)
