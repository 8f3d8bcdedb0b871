"""POST /mcp: the six tools by Streamable HTTP, in one answer each. Pure.

No session, no stream, nothing remembered: that is what the revision of 2026-07-28 asks for, and
older clients get along with it. The node's Origin and Host rules have been checked before.
"""

import base64
import binascii
from typing import Any

import msgspec

from geometry_ws import __version__
from geometry_ws.http.answers import JSON, Answer
from geometry_ws.http.decide import Head
from geometry_ws.protocol.names import is_id
from geometry_ws.team import mcp
from geometry_ws.wamp.fast_json import parse_json

_STATUSES = {
    mcp.PARSE_ERROR: 400,
    mcp.INVALID_REQUEST: 400,
    mcp.INVALID_PARAMS: 400,
    mcp.HEADER_MISMATCH: 400,
    mcp.UNSUPPORTED_VERSION: 400,
    mcp.NO_SUCH_METHOD: 404,
}
_FRESH = {"Cache-Control": "no-store"}
_SERVER = mcp.Server(__version__, with_name=True)


def read_message(head: Head, body: bytes) -> Answer | mcp.Call:
    """What a request asks for: a tool to call, or what is answered at once."""
    try:
        message = parse_json(body.decode())
    except (ValueError, RecursionError):
        return _answer(mcp.failed(None, mcp.PARSE_ERROR, "The body is no JSON."), modern=True)
    version = mcp.version_of(message)
    said = head.header("mcp-protocol-version")
    modern = bool(version) or said in mcp.MODERN
    if modern and (problem := _mismatch(head, message, version, said)):
        return _answer(mcp.failed(_id(message), mcp.HEADER_MISMATCH, problem), modern=True)
    taken = _SERVER.take(message)
    if taken is None:
        return Answer(202, JSON, b"", _FRESH)
    if isinstance(taken, mcp.Call):
        return taken
    return _answer(taken, modern=modern)


def keywords_of(call: mcp.Call, query: str) -> dict[str, Any]:
    """The keywords of the node's procedure; the project is named behind /mcp?project=."""
    keywords = {name: value for name, value in call.arguments.items() if value is not None}
    name, _, value = query.partition("=")
    if name == "project" and is_id(value):
        keywords.setdefault("project", value)
    for name in ("task", "what"):
        if isinstance(keywords.get(name), int | float):
            keywords[name] = str(keywords[name])
    return keywords


def tool_answer(call: mcp.Call, result: object) -> Answer:
    """The answer to a call that has been made: the lines of the procedure's result."""
    text = result.get("text", "") if isinstance(result, dict) else ""
    return _answer(mcp.finished(call, str(text)), modern=call.modern)


def tool_failed(call: mcp.Call, failure: Answer) -> Answer:
    """The answer to a call that was refused, as a sentence for the model."""
    said = msgspec.json.decode(failure.body)
    code = str(said.get("error", "")).rpartition(".")[2]
    sentence = str(said.get("args", [""])[0])
    reply = mcp.finished(call, f"{code}: {sentence}", is_error=True)
    return _answer(reply, modern=call.modern)


def _answer(reply: mcp.Reply, *, modern: bool) -> Answer:
    # Older clients take another status than 200 for the end of the connection.
    status = _STATUSES.get(reply.code, 200) if modern else 200
    return Answer(status, JSON, msgspec.json.encode(reply.message), _FRESH)


def _mismatch(head: Head, message: Any, version: str, said: str) -> str:
    """What of a request's headers and body doesn't agree; empty where all does."""
    if said != version:
        return "The header MCP-Protocol-Version must be that of the body's _meta."
    method = message.get("method") if isinstance(message, dict) else None
    if head.header("mcp-method") != method:
        return "The header Mcp-Method must be the body's method."
    params = message.get("params") if isinstance(message, dict) else None
    name = params.get("name") if isinstance(params, dict) else None
    if method == "tools/call" and _plain(head.header("mcp-name")) != name:
        return "The header Mcp-Name must be the name of the tool."
    return ""


def _plain(value: str) -> str:
    if value.startswith("=?base64?") and value.endswith("?="):
        try:
            return base64.b64decode(value[9:-2], validate=True).decode()
        except (binascii.Error, UnicodeError):
            return ""
    return value


def _id(message: object) -> Any:
    number = message.get("id") if isinstance(message, dict) else None
    return number if isinstance(number, str | int) else None


def operation(error: dict[str, Any]) -> dict[str, Any]:
    """The door as OpenAPI has it; `error` is the schema of the node's own errors."""
    version = {"const": "2.0"}
    asked = {
        "type": "object",
        "properties": {"jsonrpc": version, "method": {"type": "string"}},
        "required": ["jsonrpc", "method"],
    }
    example = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    answer = {"type": "object", "properties": {"jsonrpc": version}}
    said = {
        "200": ("The answer, or the protocol's error.", answer),
        "400": ("The message or a header is wrong.", answer),
        "404": ("There is no such method.", answer),
        "415": ("The content-type isn't application/json.", error),
    }
    responses: dict[str, Any] = {
        status: {"description": words, "content": {JSON: {"schema": schema}}}
        for status, (words, schema) in said.items()
    }
    return {
        "operationId": "mcp",
        "summary": "The tools of coding agents, by the Model Context Protocol.",
        "tags": ["agents"],
        "parameters": [{"name": "project", "in": "query", "schema": {"type": "string"}}],
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": asked, "example": example}},
        },
        "responses": {**responses, "202": {"description": "It was a notification."}},
    }
