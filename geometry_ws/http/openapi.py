"""What HTTP offers, as OpenAPI 3.1: made from the declarations, for programs that make clients.

Each procedure that needs no session is a path of its own, `/call/<name>`, whose body is the
procedure's keywords: generators make a function of each. Pure.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, get_args

import msgspec

from geometry_ws.http import hooks, mcp, pictures
from geometry_ws.http.answers import Answer
from geometry_ws.http.decide import APP_TOPIC, NOT_AUTHORIZED, SURFACE_NAME
from geometry_ws.http.metrics import CONTENT_TYPE
from geometry_ws.http.openapi_parts import (
    JSON,
    SAME,
    Schema,
    answer_of,
    body_of,
    error_name,
    error_schema,
    error_sentence,
    failures_of,
    in_path,
    in_query,
    reference_to,
    result_of,
)
from geometry_ws.http.reads import Read, reads
from geometry_ws.http.surfaces import LONGEST_KEY, LONGEST_SECONDS
from geometry_ws.protocol.declare import DeclaredError, Procedure
from geometry_ws.protocol.errors import (
    GENERAL,
    Busy,
    InternalError,
    InvalidArgument,
    NoSuchProcedure,
    NoSuchSurface,
    NotAdmitted,
    SessionRequired,
    UnsupportedVersion,
    Unwritable,
    errors_of,
)
from geometry_ws.protocol.names import MAJOR, MINOR, uri
from geometry_ws.protocol.registry import PROCEDURES
from geometry_ws.protocol.schema import components_of, plain_lists
from geometry_ws.protocol.values import Theme
from geometry_ws.scene.limits import DOCK_LENGTH, TEXT_LENGTH, TITLE_LENGTH, WORLD_PX

_ANY_OBJECT: Schema = {"type": "object", "additionalProperties": True}
_LATE = {504: "The component didn't answer in time."}
_NO_JSON = {415: "The content-type isn't application/json."}
_ANYWHERE: tuple[type[DeclaredError], ...] = (*GENERAL, NotAdmitted, InternalError)


def answer(address: str) -> Answer:
    """What GET /openapi.json says at an address, such as http://localhost:8081."""
    document = {**_document(), "servers": [{"url": address}]}
    return Answer(200, JSON, msgspec.json.encode(document), {"Cache-Control": "no-cache"})


@cache
def _document() -> Schema:
    called = [procedure for procedure in PROCEDURES.values() if not procedure.session]
    types: list[type] = [kind for each in called for kind in (each.request, each.result)]
    references, schemas = components_of(types, "#/components/schemas/{name}")
    named = dict(zip(types, references, strict=True))
    plain_lists(schemas)
    read_paths = {read.path: {"get": _read(read, named, schemas)} for read in reads()}
    greeting = _operation(PROCEDURES[uri("compositor.hello")], named)
    read_paths["/hello"]["post"] = {**greeting, "operationId": "say_hello"}
    paths = {f"/call/{each.name}": {"post": _operation(each, named)} for each in called}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "geometry_ws",
            "version": f"{MAJOR}.{MINOR}",
            "description": "What a node answers by HTTP. Surfaces, streams and input need a "
            "session over a WebSocket: docs/protocol.md describes it.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {
            **paths,
            "/call": {"post": _any_call()},
            "/publish": {"post": _publish()},
            "/screenshot/{output}.png": {"get": _screenshot()},
            "/surfaces/{name}": {"put": _show_surface(), "delete": _delete_surface()},
            "/surfaces/{name}.png": {"get": _surface_picture()},
            "/pictures/{path}": {"get": pictures.operation()},
            "/events": {"get": _events()},
            "/session": {"get": _who(), "post": _log_in(), "delete": _log_out()},
            "/view/key": {"get": _view_key()},
            **read_paths,
            "/agents/hook": {"post": hooks.operation(reference_to("Error"))},
            "/mcp": {"post": mcp.operation(reference_to("Error"))},
            "/health": {"get": _health()},
            "/metrics": {"get": _metrics()},
        },
        # On loopback a guest needs none.
        "security": [{}, {"token": []}],
        "components": {
            "schemas": {**schemas, **_error_schemas(called)},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(procedure: Procedure, named: Mapping[type, Any]) -> Schema:
    summary, _, rest = procedure.text.partition("\n\n")
    description = {"description": rest} if rest else {}
    errors = (*_ANYWHERE, *errors_of(procedure))
    return {
        "operationId": procedure.name.replace(".", "_"),
        "summary": " ".join(summary.split()),
        **description,
        "tags": [procedure.name.split(".")[0]],
        "requestBody": body_of(named[procedure.request], dict(procedure.example), required=False),
        "responses": {
            "200": answer_of("The result.", result_of(named[procedure.result])),
            **failures_of(errors, {**_LATE, **_NO_JSON}),
        },
    }


def _read(read: Read, named: Mapping[type, Any], schemas: Schema) -> Schema:
    """An address that can be read: its answer is the result itself."""
    procedure = read.procedure
    fields = schemas[procedure.request.__name__]
    words = re.sub(r"[{}]", "", read.path.removeprefix("/api")).strip("/").replace("/", "_")
    return {
        "operationId": f"read_{words}" if read.path.startswith("/api/") else words,
        "summary": " ".join(procedure.text.partition("\n\n")[0].split()),
        "tags": [procedure.name.split(".")[0]],
        "parameters": [
            in_path(field, kind) if field in read.names else in_query(field, kind)
            for field, kind in fields.get("properties", {}).items()
        ],
        "responses": {
            "200": answer_of("The result.", named[procedure.result]),
            "304": SAME,
            **failures_of((*_ANYWHERE, *errors_of(procedure)), _LATE),
        },
    }


def _any_call() -> Schema:
    body = {
        "type": "object",
        "properties": {
            "procedure": {"type": "string", "description": "A short name, or a whole URI."},
            "kwargs": _ANY_OBJECT,
        },
        "required": ["procedure"],
        "additionalProperties": False,
    }
    unknown = (NoSuchProcedure, SessionRequired, UnsupportedVersion)
    return {
        "operationId": "call",
        "summary": "Call any procedure by its name.",
        "tags": ["calls"],
        "requestBody": body_of(body, {"procedure": "compositor.hello", "kwargs": {"major": MAJOR}}),
        "responses": {
            "200": answer_of("The result.", result_of(_ANY_OBJECT)),
            **failures_of((*_ANYWHERE, *unknown), {**_LATE, **_NO_JSON}),
            "default": answer_of("An error of the procedure.", reference_to("Error")),
        },
    }


def _publish() -> Schema:
    body = {
        "type": "object",
        "properties": {
            "topic": {"type": "string", "maxLength": 255, "pattern": f"^{APP_TOPIC}$"},
            "args": {"type": "array", "items": {}},
            "kwargs": _ANY_OBJECT,
        },
        "required": ["topic"],
        "additionalProperties": False,
    }
    result = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
    example = {"topic": "app.build", "args": [], "kwargs": {"state": "green"}}
    foreign = {403: f"{NOT_AUTHORIZED}: the topic isn't below app."}
    return {
        "operationId": "publish",
        "summary": "Publish a message to programs that listen.",
        "tags": ["messages"],
        "requestBody": body_of(body, example),
        "responses": {
            "200": answer_of("The number of the publication.", result_of(result)),
            **failures_of(_ANYWHERE, {**foreign, **_NO_JSON}),
        },
    }


_THEMES: Final[Schema] = {"enum": list(get_args(get_args(Theme)[0]))}


def _screenshot() -> Schema:
    procedure = PROCEDURES[uri("output.screenshot")]
    side = {"type": "integer", "minimum": 16, "maximum": 4096}
    sides = [
        {"name": name, "in": "query", "schema": side, "description": "Pixels."}
        for name in ("width", "height")
    ]
    output = {"type": "string", "default": "desktop"}
    errors: tuple[type[DeclaredError], ...] = (InvalidArgument, Busy, NotAdmitted, InternalError)
    errors += errors_of(procedure)
    return {
        "operationId": "screenshot",
        "summary": "A picture of what an output shows now.",
        "tags": ["node"],
        "parameters": [
            {"name": "output", "in": "path", "required": True, "schema": output},
            *sides,
            {"name": "theme", "in": "query", "schema": _THEMES},
            {
                "name": "scale",
                "in": "query",
                "schema": {"type": "number", "minimum": 0.001, "maximum": 64},
                "description": "Screen pixels per world pixel, to choose among faces.",
            },
        ],
        "responses": {
            "200": {"description": "The picture.", "content": {"image/png": {}}},
            "304": SAME,
            **failures_of(errors, _LATE),
        },
    }


def _show_surface() -> Schema:
    texts = {"title": TITLE_LENGTH, "text": TEXT_LENGTH, "key": LONGEST_KEY}
    texts |= {"change": DOCK_LENGTH, "project": DOCK_LENGTH}
    place = {"type": "integer", "minimum": -WORLD_PX, "maximum": WORLD_PX}
    seconds = {"type": "integer", "minimum": 1, "maximum": LONGEST_SECONDS}
    shown = {
        "type": "object",
        "properties": {
            **{name: {"type": "string"} for name in ("surface", "name", "key")},
            **{name: {"type": "integer"} for name in ("width", "height")},
        },
        "required": ["surface", "name", "key", "width", "height"],
    }
    errors = [error for procedure in _drawing() for error in procedure.errors]
    kinds = ("image/png", "image/jpeg", "image/webp")
    foreign = {403: f"{NOT_AUTHORIZED}: it is shown by somebody else, who has its key."}
    return {
        "operationId": "show_surface",
        "summary": "Show a picture as a surface, in place of what has this name.",
        "tags": ["surfaces"],
        "parameters": [
            _NAMED,
            *(
                in_query(name, {"type": "string", "maxLength": most})
                for name, most in texts.items()
            ),
            in_query("x", place),
            in_query("y", place),
            in_query("ttl", seconds),
        ],
        "requestBody": {"required": True, "content": {kind: {} for kind in kinds}},
        "responses": {
            "200": answer_of("It is shown in place of the one before.", result_of(shown)),
            "201": answer_of("It is new.", result_of(shown)),
            **failures_of((*_ANYWHERE, *errors), foreign),
        },
    }


def _drawing() -> list[Procedure]:
    return [PROCEDURES[uri(f"surface.{name}")] for name in ("create", "commit", "configure")]


def _delete_surface() -> Schema:
    foreign = {403: f"{NOT_AUTHORIZED}: it is shown by somebody else, who has its key."}
    return {
        "operationId": "delete_surface",
        "summary": "Take a surface away that is shown by HTTP.",
        "tags": ["surfaces"],
        "parameters": [_NAMED, in_query("key", {"type": "string", "maxLength": LONGEST_KEY})],
        "responses": {
            "200": answer_of("It is gone.", result_of({"type": "object"})),
            **failures_of((*_ANYWHERE, NoSuchSurface), foreign),
        },
    }


def _surface_picture() -> Schema:
    procedure = PROCEDURES[uri("surface.screenshot")]
    errors: tuple[type[DeclaredError], ...] = (Busy, NotAdmitted, InternalError)
    return {
        "operationId": "surface_picture",
        "summary": "What is drawn on a surface: one that was put by name, or any by its id.",
        "tags": ["surfaces"],
        "parameters": [_NAMED],
        "responses": {
            "200": {"description": "The picture.", "content": {"image/png": {}}},
            "304": SAME,
            **failures_of(errors + errors_of(procedure), _LATE),
        },
    }


def _events() -> Schema:
    last_id = {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}}
    return {
        "operationId": "events",
        "summary": "Follow what happens, as server-sent events; the answer doesn't end.",
        "tags": ["messages"],
        "parameters": [in_query("topics", {"type": "string"}), last_id],
        "responses": {
            "200": answer_of("The events.", {"type": "string"}, "text/event-stream"),
            **failures_of((Busy, InvalidArgument, NotAdmitted), {}),
        },
    }


def _who() -> Schema:
    return {
        "operationId": "who",
        "summary": "Who makes this request, and what that role may.",
        "tags": ["access"],
        "responses": {"200": answer_of("Who it is.", _PERSON), **failures_of((NotAdmitted,), {})},
    }


def _view_key() -> Schema:
    address: Schema = {"address": {"type": "string"}}
    return {
        "operationId": "view_key",
        "summary": "The address of a surface's view that any page may show in a frame.",
        "tags": ["access"],
        "parameters": [in_query("surface", {"type": "string", "maxLength": TITLE_LENGTH})],
        "responses": {
            "200": answer_of(
                "The address, below this node's.", {"type": "object", "properties": address}
            ),
            **failures_of((InvalidArgument, NotAdmitted), {}),
        },
    }


def _log_in() -> Schema:
    body = {
        "type": "object",
        "properties": {"token": {"type": "string"}},
        "required": ["token"],
        "additionalProperties": False,
    }
    return {
        "operationId": "log_in",
        "summary": "Open a link: its token is used up, and a cookie is the login from now on.",
        "tags": ["access"],
        "requestBody": body_of(body, {"token": "what stands after #t= in the link"}),
        "responses": {
            "200": answer_of("Who it is.", _PERSON),
            **failures_of((InvalidArgument, NotAdmitted, Unwritable), _NO_JSON),
        },
    }


def _log_out() -> Schema:
    return {
        "operationId": "log_out",
        "summary": "Forget the login of the cookie.",
        "tags": ["access"],
        "responses": {"200": answer_of("Nobody.", _PERSON), **failures_of((Unwritable,), {})},
    }


_PERSON: Schema = {
    "type": "object",
    "properties": {
        "person": {"type": "string"},
        "role": {"type": "string"},
        "rights": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["person", "role", "rights"],
}


_NAMED: Schema = {
    "name": "name",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": f"^{SURFACE_NAME}$"},
}


def _health() -> Schema:
    state = {"type": "string", "enum": ["ok", "no answer"]}
    health = {
        "type": "object",
        "properties": {
            "status": {"type": "string", "enum": ["ok", "unavailable"]},
            "components": {"type": "object", "additionalProperties": state},
            "notices": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["status", "components"],
    }
    return {
        "operationId": "health",
        "summary": "Whether every component answers.",
        "tags": ["node"],
        "responses": {
            "200": answer_of("All of them do.", health),
            "503": answer_of("Some don't.", health),
        },
    }


def _metrics() -> Schema:
    return {
        "operationId": "metrics",
        "summary": "Figures of the node, in Prometheus' text format.",
        "tags": ["node"],
        "responses": {
            "200": answer_of("The figures.", {"type": "string"}, CONTENT_TYPE),
            **failures_of((Busy, NotAdmitted), {}),
        },
    }


def _error_schemas(called: Iterable[Procedure]) -> Schema:
    errors = {error for procedure in called for error in errors_of(procedure)} | set(_ANYWHERE)
    errors |= {error for procedure in _drawing() for error in procedure.errors}
    errors |= {NoSuchProcedure, SessionRequired, UnsupportedVersion, NotAdmitted, Unwritable}
    schemas = {"Error": error_schema({"type": "string"}, _ANY_OBJECT, "Any error.")}
    for error in sorted(errors, key=lambda each: each.uri):
        fields = {name: msgspec.json.schema(kind) for name, kind in error.fields().items()}
        keywords = {"type": "object", "properties": fields, "required": list(fields)}
        said = f"{error_sentence(error)} {error.remedy}"
        schemas[error_name(error)] = error_schema({"const": error.uri}, keywords, said)
    return schemas
