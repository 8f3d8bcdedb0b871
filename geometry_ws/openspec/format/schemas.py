"""Workflow schemas: the artifacts of a change.

A schema says which files a change consists of and which of them holds the tasks. One is built in,
a project may bring its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from geometry_ws.openspec.format.config import DEFAULT_SCHEMA, Config
from geometry_ws.openspec.format.templates import BUILT_IN_GUIDES
from geometry_ws.openspec.format.yaml_text import BadYaml, read_yaml

SchemaSource = Literal["project", "user", "package"]


# --- schemas ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Artifact:
    """One document of a workflow: the files it consists of and what must be there before it.

    `description` and `instruction` say to agents what it is and how it is written (None: nothing).
    """

    id: str
    generates: str
    requires: tuple[str, ...] = ()
    template: str = ""
    description: str = ""
    instruction: str | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """A workflow: its artifacts and the one that holds the tasks."""

    name: str
    artifacts: tuple[Artifact, ...]
    tracks: str | None = None
    applies_after: tuple[str, ...] = ()
    built_in: bool = False
    description: str = ""
    apply_instruction: str = ""

    @property
    def task_pattern(self) -> str | None:
        """The pattern of the files that hold tasks, or None where the schema names none."""
        if self.tracks is not None:
            return next((a.generates for a in self.artifacts if a.generates == self.tracks), None)
        return next((a.generates for a in self.artifacts if a.id == "tasks"), None)


def _built_in(id_: str, generates: str, *requires: str) -> Artifact:
    guide = BUILT_IN_GUIDES[id_]
    return Artifact(
        id_, generates, requires, description=guide.description, instruction=guide.instruction
    )


BUILT_IN = Schema(
    DEFAULT_SCHEMA,
    (
        _built_in("proposal", "proposal.md"),
        _built_in("specs", "specs/**/*.md", "proposal"),
        _built_in("design", "design.md", "proposal"),
        _built_in("tasks", "tasks.md", "specs", "design"),
    ),
    "tasks.md",
    ("tasks",),
    built_in=True,
    description="Specs first: a proposal, then specs and a design, then the tasks",
)


def parse_schema(text: str) -> Schema:
    """Read a schema.yaml; raises BadYaml with a sentence where it can't be used."""
    value = read_yaml(text)
    if not isinstance(value, dict) or not isinstance(value.get("name"), str) or not value["name"]:
        raise BadYaml("a schema needs a name")
    version = value.get("version")
    if isinstance(version, bool) or not isinstance(version, int | float):
        version = 0
    if version < 1 or version != int(version):
        raise BadYaml("a schema needs a version: a whole number from 1")
    description = value.get("description", "")
    if not isinstance(description, str):
        raise BadYaml("what describes a schema is text")
    listed = value.get("artifacts")
    if not isinstance(listed, list) or not 1 <= len(listed) <= 1000:
        raise BadYaml("a schema needs 1 to 1000 artifacts")
    artifacts = tuple(_artifact(entry) for entry in listed)
    _check_graph(artifacts)
    tracks: str | None = None
    after: tuple[str, ...] = ()
    instruction = ""
    if "apply" in value:
        tracks, after = _apply(value["apply"], {artifact.id for artifact in artifacts})
        instruction = value["apply"].get("instruction", "")
    return Schema(
        value["name"],
        artifacts,
        tracks,
        after,
        description=description,
        apply_instruction=instruction,
    )


def _artifact(entry: Any) -> Artifact:
    if not isinstance(entry, dict):
        raise BadYaml("an artifact is a mapping")
    for key in ("id", "generates", "description", "template"):
        if not isinstance(entry.get(key), str):
            raise BadYaml(f"an artifact needs {key} as text")
    if not isinstance(entry.get("instruction", ""), str):
        raise BadYaml("the instruction of an artifact is text")
    if not entry["id"] or not all(_is_below(entry[key]) for key in ("generates", "template")):
        raise BadYaml("an artifact needs an id, and paths below their folder")
    requires = entry.get("requires", [])
    if not isinstance(requires, list) or not all(isinstance(name, str) for name in requires):
        raise BadYaml("what an artifact requires is a list of ids")
    return Artifact(
        entry["id"],
        entry["generates"],
        tuple(requires),
        entry["template"],
        entry["description"],
        entry.get("instruction"),
    )


def _is_below(path: str) -> bool:
    """Say whether a path from a schema stays within the folder that it is meant for."""
    parts = path.replace("\\", "/").split("/")
    drive = re.match("[A-Za-z]:", path)
    return bool(parts[0]) and ".." not in parts and "\0" not in path and not drive


def _check_graph(artifacts: tuple[Artifact, ...]) -> None:
    known = {artifact.id for artifact in artifacts}
    if len(known) != len(artifacts):
        raise BadYaml("two artifacts have the same id")
    waiting = {artifact.id: set(artifact.requires) for artifact in artifacts}
    if any(not needs <= known for needs in waiting.values()):
        raise BadYaml("an artifact requires one that isn't there")
    while waiting:
        ready = [name for name, needs in waiting.items() if not needs & waiting.keys()]
        if not ready:
            raise BadYaml("the artifacts require one another in a circle")
        for name in ready:
            del waiting[name]


def _apply(value: Any, known: set[str]) -> tuple[str | None, tuple[str, ...]]:
    requires = value.get("requires") if isinstance(value, dict) else None
    if not isinstance(requires, list) or not requires:
        raise BadYaml("apply needs a list of known artifacts that it requires")
    if not all(isinstance(name, str) and name in known for name in requires):
        raise BadYaml("apply needs a list of known artifacts that it requires")
    tracks = value.get("tracks")
    if tracks is not None and (not isinstance(tracks, str) or not _is_below(tracks)):
        raise BadYaml("apply.tracks is a path or null")
    if not isinstance(value.get("instruction", ""), str):
        raise BadYaml("the instruction of apply is text")
    return tracks, tuple(requires)


@dataclass(frozen=True, slots=True)
class ListedSchema:
    """A schema as it is listed: by the name of its folder, and whose it is."""

    name: str
    schema: Schema
    source: SchemaSource


class Schemas:
    """The schemas that a project can use: its own, then its user's, then the built-in one.

    `own` and `users` map names to the texts of schema.yaml; None stands for one that can't be
    read. `config` is the project's config.yaml, which names the default.
    """

    def __init__(
        self,
        own: Mapping[str, str | None],
        config: Config | None = None,
        users: Mapping[str, str | None] | None = None,
    ) -> None:
        self.config = config or Config()
        self.default = self.config.schema
        self._users = users or {}
        self._own = own
        self.names = frozenset(own) | frozenset(self._users) | {DEFAULT_SCHEMA}
        self._schemas: dict[str, Schema | None] = {}

    @property
    def content(self) -> tuple[object, ...]:
        """All that it is made of, as plain values."""
        return self.config, sorted(self._own.items()), sorted(self._users.items())

    def get(self, name: str) -> Schema | None:
        """The schema of a name, or None where there is none that can be used."""
        plain = re.sub(r"\.ya?ml\Z", "", name)
        if plain not in self._schemas:
            texts = self._own if plain in self._own else self._users
            if plain in texts:
                self._schemas[plain] = _parsed(texts[plain])
            else:
                self._schemas[plain] = BUILT_IN if plain == DEFAULT_SCHEMA else None
        return self._schemas[plain]

    def source_of(self, name: str) -> SchemaSource | None:
        """Whose folder of that very name is taken; None where there is none."""
        if name in self._own:
            return "project"
        if name in self._users:
            return "user"
        return "package" if name == DEFAULT_SCHEMA else None

    def listed(self) -> list[ListedSchema]:
        """All schemas that can be used; a broken one doesn't hide another of its name."""
        schemas: dict[str, ListedSchema] = {}
        sources: tuple[tuple[SchemaSource, Mapping[str, str | None]], ...] = (
            ("project", self._own),
            ("user", self._users),
        )
        for source, texts in sources:
            for name, text in texts.items():
                schema = None if name in schemas else _parsed(text)
                if schema is not None:
                    schemas[name] = ListedSchema(name, schema, source)
        schemas.setdefault(DEFAULT_SCHEMA, ListedSchema(DEFAULT_SCHEMA, BUILT_IN, "package"))
        return list(schemas.values())


def _parsed(text: str | None) -> Schema | None:
    try:
        return None if text is None else parse_schema(text)
    except BadYaml:
        return None
