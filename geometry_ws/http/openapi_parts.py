"""What the document of `openapi` is put together from: parameters, bodies, errors. Pure."""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from geometry_ws.protocol.declare import DeclaredError

Schema = dict[str, Any]

JSON = "application/json"

SAME: Schema = {"description": "It is the one that If-None-Match names."}
"""What is answered 304."""


def in_path(name: str, schema: Schema) -> Schema:
    """A parameter that stands in the address."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def in_query(name: str, schema: Schema) -> Schema:
    """A parameter that stands after `?`."""
    return {"name": name, "in": "query", "schema": schema}


def body_of(schema: Schema, example: Mapping[str, Any], *, required: bool = True) -> Schema:
    """A body of JSON."""
    plain = msgspec.to_builtins(example)
    return {"required": required, "content": {JSON: {"schema": schema, "example": plain}}}


def answer_of(description: str, schema: Schema, kind: str = JSON) -> Schema:
    """An answer of a kind, by its schema."""
    return {"description": description, "content": {kind: {"schema": schema}}}


def result_of(schema: Schema) -> Schema:
    """What calls are answered: the result in a list."""
    results = {"type": "array", "items": schema, "minItems": 1, "maxItems": 1}
    return {"type": "object", "properties": {"args": results}, "required": ["args"]}


def reference_to(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def failures_of(errors: Iterable[type[DeclaredError]], more: Mapping[int, str]) -> Schema:
    """Answers by their statuses."""
    by_status: dict[int, list[type[DeclaredError]]] = {}
    for error in dict.fromkeys(errors):
        by_status.setdefault(error.status, []).append(error)
    answers = {
        status: answer_of(
            " ".join(f"{each.name}: {error_sentence(each)}" for each in kinds),
            reference_to(error_name(kinds[0]))
            if len(kinds) == 1
            else {"anyOf": [reference_to(error_name(each)) for each in kinds]},
        )
        for status, kinds in by_status.items()
    }
    answers |= {status: answer_of(said, reference_to("Error")) for status, said in more.items()}
    return {str(status): answers[status] for status in sorted(answers)}


def error_schema(name: Schema, keywords: Schema, description: str) -> Schema:
    """What an error's body is."""
    sentence = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 1}
    return {
        "type": "object",
        "description": description,
        "properties": {"error": name, "args": sentence, "kwargs": keywords},
        "required": ["error", "args", "kwargs"],
    }


def error_name(error: type[DeclaredError]) -> str:
    """The name of an error's schema."""
    return f"{error.__name__}Error" if not error.__name__.endswith("Error") else error.__name__


def error_sentence(error: type[DeclaredError]) -> str:
    """What an error means, in one line."""
    return " ".join(inspect.cleandoc(error.__doc__ or "").split())
