"""A change's own metadata, .openspec.yaml: its schema and its two markers.

A marker (`skip_specs`, `retire_capabilities`) only counts in a file that is valid as a whole; one
that is set in a broken file is reported instead of being ignored.
"""

import re
from dataclasses import dataclass
from typing import Any

from geometry_ws.openspec.format.schemas import Schema, Schemas
from geometry_ws.openspec.format.sources import METADATA_FILE, ChangeFiles
from geometry_ws.openspec.format.yaml_text import BadYaml

_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker: declared or not; ``problem`` where it is set but can't be honoured."""

    declared: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """The content of .openspec.yaml: the schema (None where there is no usable one) and markers."""

    schema: str | None
    skip_specs: Marker
    retire_capabilities: Marker


def read_metadata(change: ChangeFiles, schemas: Schemas) -> Metadata:
    """Read a change's metadata; never raises."""
    source = change.sources.get(METADATA_FILE)
    if source is None:
        return Metadata(None, Marker(), Marker())
    if not source.readable:
        broken = Marker(problem="the metadata file cannot be read")
        return Metadata(None, broken, broken)
    value: Any = source.yaml
    if isinstance(value, BadYaml):
        return Metadata(
            None,
            _mentioned(source.text, "skip_specs"),
            _mentioned(source.text, "retire_capabilities"),
        )
    problem = shape_problem(value)
    markers = [
        _marker(value, key, problem, schemas) for key in ("skip_specs", "retire_capabilities")
    ]
    schema = None
    if not problem and value["schema"] in schemas.names:
        schema = str(value["schema"])
    return Metadata(schema, *markers)


def schema_of(change: ChangeFiles, metadata: Metadata, schemas: Schemas) -> Schema | None:
    """The schema that a change follows; None where it is unknown."""
    if metadata.schema is not None:
        return schemas.get(metadata.schema)
    return None if METADATA_FILE in change.sources else schemas.get(schemas.default)


def _mentioned(text: str, key: str) -> Marker:
    match = re.search(rf"^[^\S\n]*[\"']?{key}[\"']?[^\S\n]*:", text, re.MULTILINE)
    return Marker(problem="the file is not valid YAML" if match else "")


def _marker(value: Any, key: str, problem: str, schemas: Schemas) -> Marker:
    if not isinstance(value, dict) or key not in value or value[key] is False:
        return Marker()
    if problem:
        return Marker(problem=problem)
    schema = value["schema"]
    if schema not in schemas.names:
        return Marker(problem=f"schema: unknown schema '{schema}'")
    if schemas.get(schema) is None:
        return Marker(problem=f"schema: '{schema}' cannot be loaded")
    return Marker(declared=True)


def _kind(value: Any) -> str:
    if value is _MISSING:
        return "nothing"
    if value is None:
        return "null"
    kinds: list[tuple[type, str]] = [
        (bool, "a boolean"), (str, "text"), (int, "a number"), (float, "a number"),
        (list, "a list"), (dict, "a mapping"),
    ]  # fmt: skip
    return next((word for kind, word in kinds if isinstance(value, kind)), "something else")


def shape_problem(value: Any) -> str:
    """Say what is wrong with the shape of metadata, first problem only; empty if nothing is."""
    if not isinstance(value, dict):
        return f"expected a mapping, found {_kind(value)}"
    schema = value.get("schema", _MISSING)
    if not isinstance(schema, str):
        return f"schema: expected text, found {_kind(schema)}"
    if not schema:
        return "schema: must not be empty"
    for key, check in _CHECKS.items():
        if key in value and (problem := check(value[key])):
            return f"{key}: {problem}"
    return ""


def _check_created(value: Any) -> str:
    if not isinstance(value, str):
        return f"expected text, found {_kind(value)}"
    return "" if _DATE.match(value) else "must be a date like 2026-01-31"


def _check_text(value: Any) -> str:
    if not isinstance(value, str):
        return f"expected text, found {_kind(value)}"
    return "" if value else "must not be empty"


def _check_texts(value: Any) -> str:
    if not isinstance(value, list):
        return f"expected a list, found {_kind(value)}"
    return next((problem for item in value if (problem := _check_text(item))), "")


def _check_boolean(value: Any) -> str:
    return "" if isinstance(value, bool) else f"expected true or false, found {_kind(value)}"


def _check_initiative(value: Any) -> str:
    if not isinstance(value, dict) or set(value) != {"store", "id"}:
        return "needs a store and an id and nothing else"
    ids = all(isinstance(item, str) and _KEBAB.match(item) for item in value.values())
    return "" if ids else "store and id are lower-case words joined by hyphens"


_CHECKS = {
    "created": _check_created,
    "goal": _check_text,
    "affected_areas": _check_texts,
    "initiative": _check_initiative,
    "skip_specs": _check_boolean,
    "retire_capabilities": _check_boolean,
}


def metadata_problem(change: ChangeFiles, schemas: Schemas) -> str:
    """Say why a change's metadata can't be used as a whole; empty where they can, or are none."""
    source = change.sources.get(METADATA_FILE)
    if source is None:
        return ""
    if not source.readable:
        return "it can't be read"
    value: Any = source.yaml
    if isinstance(value, BadYaml):
        return "it is not valid YAML"
    problem = shape_problem(value)
    if not problem and value["schema"] not in schemas.names:
        problem = f'there is no schema "{value["schema"]}"'
    return problem
