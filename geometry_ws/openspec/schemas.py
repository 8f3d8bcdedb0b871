"""Workflow schemas and the small YAML files around them: what a change's artifacts are.

A schema says which files a change consists of and which of them holds the tasks. One is built in,
a project may bring its own. YAML is read by version 1.2's core rules, as the official tool does:
`yes` and dates are text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml  # type: ignore[import-untyped,unused-ignore]

DEFAULT_SCHEMA = "spec-driven"
MAX_YAML_BYTES = 128 * 1024
MAX_BRACKETS = 5000


class BadYaml(ValueError):
    """A text that is no YAML."""


class _CoreLoader(yaml.SafeLoader):  # type: ignore[misc,unused-ignore]
    """Safe YAML with the scalars of version 1.2's core schema."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Refuse keys that come twice; the official tool does so too."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen if isinstance(key.value, str) else False:
                raise BadYaml("a key comes twice")
            if isinstance(key.value, str):
                seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def _resolve(tag: str, pattern: str, first: str) -> None:
    _CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})\\Z"), list(first) if first else None
    )


_resolve("null", "~|null|Null|NULL|", "")
_resolve("bool", "true|True|TRUE|false|False|FALSE", "tTfF")
_resolve("int", "[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789")
_resolve(
    "float",
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)"
    r"|\.(?:nan|NaN|NAN)",
    "-+0123456789.",
)


def _construct_int(_loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int | float:
    text = str(node.value)
    if text.startswith(("0o", "0x")):
        return int(text[2:], 8 if text[1] == "o" else 16)
    return int(text) if len(text) < 400 else float("inf")


_CoreLoader.add_constructor("tag:yaml.org,2002:int", _construct_int)


def read_yaml(text: str) -> Any:
    """Read a YAML text into plain values; raises BadYaml for whatever can't be read."""
    if len(text) > MAX_YAML_BYTES or max(text.count("["), text.count("{")) > MAX_BRACKETS:
        raise BadYaml("the text is too long or too deep")
    try:
        return yaml.load(text.removeprefix("\ufeff"), Loader=_CoreLoader)  # noqa: S506  (a safe one)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError) as problem:
        raise BadYaml(str(problem)) from problem


# --- schemas ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Artifact:
    """One document of a workflow: the files it consists of and what must be there before it."""

    id: str
    generates: str
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """A workflow: its artifacts and the one that holds the tasks."""

    name: str
    artifacts: tuple[Artifact, ...]
    tracks: str | None = None
    applies_after: tuple[str, ...] = ()
    built_in: bool = False

    @property
    def task_pattern(self) -> str | None:
        """The pattern of the files that hold tasks, or None where the schema names none."""
        if self.tracks is not None:
            return next((a.generates for a in self.artifacts if a.generates == self.tracks), None)
        return next((a.generates for a in self.artifacts if a.id == "tasks"), None)


BUILT_IN = Schema(
    DEFAULT_SCHEMA,
    (
        Artifact("proposal", "proposal.md"),
        Artifact("specs", "specs/**/*.md", ("proposal",)),
        Artifact("design", "design.md", ("proposal",)),
        Artifact("tasks", "tasks.md", ("specs", "design")),
    ),
    "tasks.md",
    ("tasks",),
    built_in=True,
)


def parse_schema(text: str) -> Schema:
    """Read a schema.yaml; raises BadYaml with a sentence where it can't be used."""
    value = read_yaml(text)
    if not isinstance(value, dict) or not isinstance(value.get("name"), str) or not value["name"]:
        raise BadYaml("a schema needs a name")
    version = value.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise BadYaml("a schema needs a version: a whole number from 1")
    listed = value.get("artifacts")
    if not isinstance(listed, list) or not 1 <= len(listed) <= 1000:
        raise BadYaml("a schema needs 1 to 1000 artifacts")
    artifacts = tuple(_artifact(entry) for entry in listed)
    _check_graph(artifacts)
    tracks, after = _apply(value.get("apply"), {artifact.id for artifact in artifacts})
    return Schema(value["name"], artifacts, tracks, after)


def _artifact(entry: Any) -> Artifact:
    if not isinstance(entry, dict):
        raise BadYaml("an artifact is a mapping")
    for key in ("id", "generates", "description", "template"):
        needed = key in ("id", "generates", "template")
        if (needed or key in entry) and not isinstance(entry.get(key), str):
            raise BadYaml(f"an artifact needs {key} as text")
    parts = entry["generates"].replace("\\", "/").split("/")
    if not entry["id"] or not entry["generates"] or not parts[0] or ".." in parts:
        raise BadYaml("an artifact needs an id and a path below the change's folder")
    requires = entry.get("requires", [])
    if not isinstance(requires, list) or not all(isinstance(one, str) for one in requires):
        raise BadYaml("what an artifact requires is a list of ids")
    return Artifact(entry["id"], entry["generates"], tuple(requires))


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
    if value is None:
        return None, ()
    requires = value.get("requires") if isinstance(value, dict) else None
    if not isinstance(requires, list) or not requires or not set(map(str, requires)) <= known:
        raise BadYaml("apply needs a list of known artifacts that it requires")
    tracks = value.get("tracks")
    if tracks is not None and (not isinstance(tracks, str) or not tracks):
        raise BadYaml("apply.tracks is a path or null")
    return tracks, tuple(map(str, requires))


class Schemas:
    """The schemas that a project can use: its own before the built-in one.

    `own` maps names to the texts of schema.yaml; None stands for one that can't be read.
    """

    def __init__(self, own: Mapping[str, str | None], default: str = DEFAULT_SCHEMA) -> None:
        self.default = default
        self.names = frozenset(own) | {DEFAULT_SCHEMA}
        self._schemas: dict[str, Schema | None] = {DEFAULT_SCHEMA: BUILT_IN}
        for name, text in own.items():
            try:
                self._schemas[name] = None if text is None else parse_schema(text)
            except BadYaml:
                self._schemas[name] = None

    def get(self, name: str) -> Schema | None:
        """The schema of a name, or None where there is none that can be used."""
        return self._schemas.get(re.sub(r"\.ya?ml\Z", "", name))


def default_schema(config: str) -> str:
    """The name of the schema that a project's config.yaml asks for."""
    try:
        value = read_yaml(config)
    except BadYaml:
        return DEFAULT_SCHEMA
    name = value.get("schema") if isinstance(value, dict) else None
    return name if isinstance(name, str) and name else DEFAULT_SCHEMA
