"""The templates of a schema's documents, read when they are asked for."""

from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.reader import Reader
from geometry_ws.openspec.format.errors import NotAllowed
from geometry_ws.openspec.format.schemas import Schemas
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
    reader = Reader(str(Path(root).parent), moment=True)
    templates = []
    for artifact in schema.artifacts:
        text, problem = BUILT_IN_TEMPLATES.get(artifact.id, ""), ""
        if not schema.built_in:
            path = f"schemas/{name}/templates/{artifact.template}"
            source = reader.read(str(Path(root, path)))
            text = source.text if source is not None and source.readable else ""
            if source is None:
                problem = f"{path} is not there."
            elif source.problem:
                problem = f"{path} {source.problem}."
        templates.append(Template(artifact.id, artifact.generates, text, problem))
    return templates
