"""The JSON schema of everything that is declared, from the types themselves."""

import inspect
import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from geometry_ws.protocol.declare import DeclaredError
from geometry_ws.protocol.errors import errors_of
from geometry_ws.protocol.names import APP_PREFIX, MAJOR, MINOR, PREFIX
from geometry_ws.protocol.registry import PROCEDURES, PUBLISHED, TOPICS, find_errors
from geometry_ws.protocol.rights import ROLES, Right

_REFERENCE = "#/definitions/{name}"


@cache
def schema() -> dict[str, Any]:
    """All procedures, topics, errors and roles with their types. Don't change what is returned."""
    types: list[type] = [t for p in PROCEDURES.values() for t in (p.request, p.result)]
    types += [topic.payload for topic in TOPICS.values()]
    references, definitions = components_of(types, _REFERENCE)
    named = dict(zip(types, references, strict=True))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "geometry_ws",
        "version": {"major": MAJOR, "minor": MINOR},
        "prefix": PREFIX,
        "app_prefix": APP_PREFIX,
        "procedures": {
            procedure.name: {
                "right": procedure.right.value,
                "session": procedure.session,
                "reads": procedure.reads,
                "request": named[procedure.request],
                "result": named[procedure.result],
                "errors": [error.uri for error in errors_of(procedure)],
            }
            for procedure in PROCEDURES.values()
        },
        "topics": {
            topic.title: {
                "published_by": "node" if topic in PUBLISHED else topic.publishers.value,
                "subscribers": topic.subscribers.value,
                "event": named[topic.payload],
            }
            for topic in TOPICS.values()
        },
        "errors": {full: _error(error) for full, error in find_errors().items()},
        "roles": {name: _rights(rights) for name, rights in ROLES.items()},
        "definitions": definitions,
    }


def components_of(
    types: Iterable[type], template: str
) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    """References to types, and the schemas of all types that these need, by name."""
    references, definitions = msgspec.json.schema_components(types, ref_template=template)
    _plain_patterns(definitions)
    for definition in definitions.values():
        # Python 3.13 takes the indentation out of docstrings; before, they have it.
        if "description" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
    return references, definitions


def _plain_patterns(value: Any) -> None:
    """Take the look-ahead out of patterns: RE2 has none, and JSON Schema's ``$`` is the very end.

    Python's also comes before a line feed at the end.
    """
    if isinstance(value, dict):
        if isinstance(value.get("pattern"), str):
            value["pattern"] = value["pattern"].removesuffix(r"(?!\n)")
        for item in value.values():
            _plain_patterns(item)
    elif isinstance(value, list):
        for item in value:
            _plain_patterns(item)


def plain_lists(schema: Any) -> None:
    """Of a list of few entries say how many there are, not what each is: few programs know that."""
    if isinstance(schema, dict):
        if entries := schema.pop("prefixItems", None):
            kinds = [entry for at, entry in enumerate(entries) if entry not in entries[:at]]
            schema["items"] = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        for value in schema.values():
            plain_lists(value)
    elif isinstance(schema, list):
        for value in schema:
            plain_lists(value)


def _rights(rights: frozenset[Right]) -> list[str]:
    return [right.value for right in Right if right in rights]


def _error(error: type[DeclaredError]) -> dict[str, Any]:
    fields = {name: msgspec.json.schema(kind) for name, kind in error.fields().items()}
    return {"status": error.status, "fields": fields, "remedy": error.remedy}


def text() -> str:
    """The schema as docs/protocol.schema.json holds it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
