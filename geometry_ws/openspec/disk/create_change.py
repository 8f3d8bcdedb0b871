"""Creating a change as the official tool does, with its first documents, in one step."""

import contextlib
import datetime
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.journal import Stage
from geometry_ws.openspec.disk.reader import is_within
from geometry_ws.openspec.disk.recovery import writing_in
from geometry_ws.openspec.disk.replace_file import (
    create_file,
    refused_by_system,
    sync_folder,
    write_new,
)
from geometry_ws.openspec.disk.scanner import LiveProject
from geometry_ws.openspec.disk.write_document import check_document, encoded
from geometry_ws.openspec.format.config import DEFAULT_SCHEMA
from geometry_ws.openspec.format.errors import AlreadyExists, NotAllowed, Unwritable
from geometry_ws.openspec.format.schemas import Schema, Schemas
from geometry_ws.openspec.format.sources import METADATA_FILE
from geometry_ws.openspec.rules.artifacts import makes_specs

MAX_NAME = 200
README = "README.md"

_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ,.()/_-]{0,60}[A-Za-z0-9.)]\Z")
_NOT_TEXT = frozenset({"true", "false", "null"})


@dataclass(frozen=True, slots=True)
class Created:
    """A change that was made: its name and schema, its folder, and paths in openspec/."""

    change: str
    schema: str
    path: str
    changed: tuple[str, ...]


def create_change(
    project: LiveProject,
    name: str,
    today: datetime.date,
    *,
    schema: str | None = None,
    goal: str = "",
    description: str = "",
    documents: Mapping[str, str] | None = None,
) -> Created:
    """Make a change; `documents` are further texts by their paths in its folder.

    Raises AlreadyExists, NotAllowed, Unwritable, NoProject.
    """
    if len(name) > MAX_NAME or not _KEBAB.match(name):
        text = "A change's name is made of small letters and digits, in words joined by hyphens."
        raise NotAllowed(text, "change")
    with writing_in(project.root()):
        schemas = project.look(f"changes/{name}").schemas
        chosen = _schema(schemas, schema or schemas.default)
        texts = {METADATA_FILE: _metadata(schema or schemas.default, chosen, today, goal)}
        if description:
            texts[README] = f"# {name}\n\n{description}\n"
        for path, text in (documents or {}).items():
            if path in texts:
                raise NotAllowed(f"{path} is written anyway.", "documents")
            check_document(
                path, "documents", tuple(artifact.generates for artifact in chosen.artifacts)
            )
            texts[path] = text
        data = {path: encoded(text, "documents") for path, text in texts.items()}
        try:
            _make(project.root(), name, data)
        except OSError as problem:
            raise refused_by_system("The change", problem) from problem
        project.look("changes", f"changes/{name}", "specs")
    folder = str(Path(project.root(), "changes", name))
    changed = tuple(f"changes/{name}/{path}" for path in data)
    return Created(name, schema or schemas.default, folder, changed)


def _schema(schemas: Schemas, name: str) -> Schema:
    schema = schemas.get(name) if name in schemas.names else None
    if schema is None:
        listed = ", ".join(sorted(schemas.names))
        raise NotAllowed(f'There is no schema "{name}" that can be used, but: {listed}.', "schema")
    return schema


def _metadata(name: str, schema: Schema, today: datetime.date, goal: str) -> str:
    lines = [f"schema: {_yaml(name)}", f"created: {today.isoformat()}"]
    if goal:
        lines.append(f"goal: {_yaml(goal)}")
    if not any(makes_specs(artifact) for artifact in schema.artifacts):
        lines.append("skip_specs: true")
    return "\n".join(lines) + "\n"


def _yaml(text: str) -> str:
    """A text as YAML: plain where nothing in it could be misread, else in quotes as in JSON."""
    plain = _PLAIN.match(text) and text.lower() not in _NOT_TEXT
    return text if plain else json.dumps(text, ensure_ascii=False)


def _make(root: str, name: str, data: Mapping[str, bytes]) -> None:
    changes = str(Path(root, "changes"))
    target = str(Path(changes, name))
    if os.path.lexists(target):
        raise AlreadyExists(f'There is a change "{name}" already.')
    if not is_within(os.path.realpath(changes), os.path.dirname(root)):  # noqa: PTH120
        raise Unwritable("changes/ is a link that leads out of the project.")
    with Stage.make(root) as stage:
        folder = Path(stage.path("new"))
        for path, content in data.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            write_new(str(folder / path), content)
        _complete(root)
        os.rename(folder, target)  # noqa: PTH104
    sync_folder(changes)


def _complete(root: str) -> None:
    """Make what a project should have and this one may lack."""
    for below in ("specs", "changes", "changes/archive"):
        with contextlib.suppress(FileExistsError):
            os.mkdir(Path(root, below))  # noqa: PTH102
    if not any(os.path.lexists(Path(root, name)) for name in ("config.yaml", "config.yml")):
        with contextlib.suppress(FileExistsError):
            create_file(str(Path(root, "config.yaml")), f"schema: {DEFAULT_SCHEMA}\n".encode())
