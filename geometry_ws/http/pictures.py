"""Pictures by HTTP: of an output, and those that lie in a project. Address -> call -> answer; pure.

An SVG is a document that can hold scripts. As a picture of a page none of them runs; opened by its
own address it is shut in by its policy, which lets nothing run and nothing be fetched.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from geometry_ws.http.answers import Answer, tags_of
from geometry_ws.http.decide import Call, Head
from geometry_ws.http.openapi_parts import SAME, Schema, failures_of, in_path, in_query
from geometry_ws.protocol.checking import decode
from geometry_ws.protocol.errors import (
    Busy,
    InternalError,
    InvalidArgument,
    NoSuchDocument,
    NotAdmitted,
)
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.registry import PROCEDURES

FOLDER: Final = "/pictures/"
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
_TYPES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")


def read_address(path: str, query: str) -> Call:
    """What GET /pictures/<path>?project=… calls; raises a declared error."""
    try:
        name = unquote_to_bytes(path.removeprefix(FOLDER)).decode()
        asked = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=2
        )
    except UnicodeDecodeError:
        raise NoSuchDocument("A picture's name is text in UTF-8.", document="") from None
    except ValueError:
        raise InvalidArgument("The part after ? can't be read.", field="") from None
    keywords = {"path": name, **dict(asked)}
    if len(keywords) != len(asked) + 1 or not keywords.keys() <= {"path", "project"}:
        raise InvalidArgument("A picture's address takes the project, once.", field="project")
    procedure = PROCEDURES[uri("document.picture")]
    decode(procedure.request, (), keywords)
    return Call(procedure, keywords)


def read_screenshot(output: str, query: str) -> Call:
    """What GET /screenshot/<output>.png?width=…&height=…&theme=…&scale=… calls."""
    keywords: dict[str, Any] = {"output": output}
    try:
        asked = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=8
        )
    except ValueError:
        raise InvalidArgument("The part after ? can't be read.", field="") from None
    for name, value in asked:
        if name not in ("width", "height", "theme", "scale") or name in keywords:
            raise InvalidArgument(
                "A picture takes width, height, theme and scale, each once.", field=name[:200]
            )
        if name == "theme":
            keywords[name] = value
        elif name == "scale":
            if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,9})?", value):
                raise InvalidArgument("`scale` must be a number such as 0.3.", field=name)
            keywords[name] = float(value)
        elif re.fullmatch(r"[0-9]{1,6}", value):
            keywords[name] = int(value)
        else:
            raise InvalidArgument(f"`{name}` must be a number of pixels.", field=name)
    procedure = PROCEDURES[uri("output.screenshot")]
    decode(procedure.request, (), keywords)
    return Call(procedure, keywords)


def answer(value: object, head: Head) -> Answer:
    """A picture as it is on disk; 304 where the request has it already.

    ValueError where the result holds none.
    """
    if not isinstance(value, Mapping):
        raise ValueError("no picture")
    data, content_type = value.get("data"), value.get("content_type")
    if not isinstance(data, bytes) or content_type not in _TYPES:
        raise ValueError("a picture without its bytes or type")
    tag = f'"{value.get("revision")}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
    if tag in tags_of(head):
        return Answer(304, content_type, b"", headers)
    return Answer(200, content_type, data, headers)


def operation() -> Schema:
    """What openapi.json says of it."""
    procedure = PROCEDURES[uri("document.picture")]
    errors: tuple[type[Any], ...] = (InvalidArgument, Busy, NotAdmitted, InternalError)
    return {
        "operationId": "project_picture",
        "summary": "A picture that lies in a project; its path goes on behind slashes.",
        "tags": ["document"],
        "parameters": [
            in_path("path", {"type": "string"}),
            in_query("project", {"type": "string"}),
        ],
        "responses": {
            "200": {"description": "The picture.", "content": {kind: {} for kind in _TYPES}},
            "304": SAME,
            **failures_of(errors + procedure.errors, {}),
        },
    }
