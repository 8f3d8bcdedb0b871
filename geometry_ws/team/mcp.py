"""The Model Context Protocol, as far as six tools need it: messages in, answers out.

Both eras are spoken. Since 2026-07-28 every request says its version in `_meta`, and nothing is
remembered between requests. Up to 2025-11-25 a client says `initialize` first. Which one it is,
each message shows. Nothing is imported here but types: see `tools`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from geometry_ws.team.tools import INSTRUCTIONS, NAMES, tools

MODERN = ("2026-07-28",)
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
"""The newest first: it is offered to a client that asks for a version unknown here."""

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
NO_SUCH_METHOD = -32601
INVALID_PARAMS = -32602
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022

_META = "io.modelcontextprotocol/"
_TTL_MS = 3_600_000

Message = dict[str, Any]


class Call(NamedTuple):
    """A tool that is to be called; `finished` makes the answer of its result."""

    id: str | int
    tool: str
    arguments: Mapping[str, Any]
    modern: bool


class Reply(NamedTuple):
    """An answer that is ready."""

    message: Message

    @property
    def code(self) -> int:
        """The error's code; 0 for a result."""
        return int(self.message.get("error", {}).get("code", 0))


class Server:
    """What answers a client; it remembers nothing but what it says of itself."""

    def __init__(self, version: str, project: str = "", *, with_name: bool = False) -> None:
        self._info = {"name": "geometry-ws", "title": "Task board", "version": version}
        self._instructions = INSTRUCTIONS.format(project=f" ({project})" if project else "")
        self._tools = tools(with_name=with_name)
        self.client = ""
        """What the client calls itself, as far as it has said so."""

    def take(self, message: object) -> Reply | Call | None:
        """What one message asks for; nothing is answered to notifications and to answers."""
        if not isinstance(message, dict):
            what = "Batches aren't spoken" if isinstance(message, list) else "This is no message"
            return failed(None, INVALID_REQUEST, f"{what}: send one JSON object at a time.")
        method, number = message.get("method"), message.get("id")
        if method is None and ("result" in message or "error" in message):
            return None
        if not isinstance(method, str) or message.get("jsonrpc") != "2.0":
            return failed(_number(number), INVALID_REQUEST, "This is no JSON-RPC 2.0 request.")
        if "id" not in message:
            return None
        if _number(number) is None:
            return failed(None, INVALID_REQUEST, "An id is a text or a whole number.")
        params = message.get("params", {})
        meta = params.get("_meta", {}) if isinstance(params, dict) else None
        if not isinstance(params, dict) or not isinstance(meta, dict):
            return failed(number, INVALID_PARAMS, "`params` and `_meta` must be objects.")
        version = meta.get(f"{_META}protocolVersion")
        if version is None:
            return self._take_legacy(number, method, params)
        if version not in MODERN:
            data = {"supported": list(MODERN), "requested": str(version)[:40]}
            return failed(number, UNSUPPORTED_VERSION, "This version isn't spoken here.", data)
        if not isinstance(meta.get(f"{_META}clientCapabilities"), dict):
            return failed(number, INVALID_PARAMS, "`_meta` must say clientCapabilities.")
        self._remember(meta.get(f"{_META}clientInfo"))
        return self._take_modern(number, method, params)

    def _take_modern(self, number: Any, method: str, params: Message) -> Reply | Call:
        if method == "server/discover":
            said = {
                "resultType": "complete",
                "supportedVersions": list(MODERN),
                "capabilities": {"tools": {}},
                "instructions": self._instructions,
                "ttlMs": _TTL_MS,
                "cacheScope": "private",
                "_meta": {f"{_META}serverInfo": self._info},
            }
            return answered(number, said)
        if method == "tools/list":
            listed = {
                "resultType": "complete",
                "tools": self._tools,
                "ttlMs": _TTL_MS,
                "cacheScope": "public",
            }
            return answered(number, listed)
        return self._take_call(number, method, params, modern=True)

    def _take_legacy(self, number: Any, method: str, params: Message) -> Reply | Call:
        if method == "initialize":
            wanted = params.get("protocolVersion")
            self._remember(params.get("clientInfo"))
            said: Message = {
                "protocolVersion": wanted if wanted in LEGACY else LEGACY[0],
                "capabilities": {"tools": {}},
                "serverInfo": self._info,
                "instructions": self._instructions,
            }
            return answered(number, said)
        if method == "server/discover":
            return failed(number, INVALID_PARAMS, "`_meta` must say protocolVersion.")
        if method == "ping":
            return answered(number, {})
        if method == "tools/list":
            return answered(number, {"tools": self._tools})
        return self._take_call(number, method, params, modern=False)

    def _take_call(
        self, number: Any, method: str, params: Message, *, modern: bool
    ) -> Reply | Call:
        if method != "tools/call":
            return failed(number, NO_SUCH_METHOD, f"There is no method {method[:80]} here.")
        name, arguments = params.get("name"), params.get("arguments", {})
        if name not in NAMES:
            listed = ", ".join(NAMES)
            return failed(number, INVALID_PARAMS, f"The tools are {listed}; that is none of them.")
        if not isinstance(arguments, dict):
            return failed(number, INVALID_PARAMS, "`arguments` must be an object.")
        return Call(number, name, arguments, modern)

    def _remember(self, info: object) -> None:
        if isinstance(info, dict) and isinstance(info.get("name"), str):
            self.client = info["name"][:100]


def finished(call: Call, text: str, *, is_error: bool = False) -> Reply:
    """The answer to a call of a tool: lines of text."""
    result: Message = {"content": [{"type": "text", "text": text}], "isError": is_error}
    if call.modern:
        result = {"resultType": "complete", **result}
    return answered(call.id, result)


def answered(number: Any, result: Message) -> Reply:
    """A result."""
    return Reply({"jsonrpc": "2.0", "id": number, "result": result})


def failed(number: Any, code: int, sentence: str, data: Message | None = None) -> Reply:
    """An error of the protocol."""
    error: Message = {"code": code, "message": sentence}
    if data is not None:
        error["data"] = data
    return Reply({"jsonrpc": "2.0", "id": number, "error": error})


def _number(number: object) -> str | int | None:
    """An id that a request may have, else None."""
    if isinstance(number, str) or (isinstance(number, int) and not isinstance(number, bool)):
        return number
    return None


def version_of(message: object) -> str:
    """The version that a request says in its `_meta`; empty where it says none."""
    params = message.get("params") if isinstance(message, dict) else None
    meta = params.get("_meta") if isinstance(params, dict) else None
    version = meta.get(f"{_META}protocolVersion") if isinstance(meta, dict) else None
    return version if isinstance(version, str) else ""
