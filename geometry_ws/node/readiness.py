"""Whether every component answers, asked by HTTP like any client."""

import http.client
import json
from typing import Any

_NO_NODE = (OSError, http.client.HTTPException, ValueError, LookupError, AttributeError, TypeError)
_MOST_BYTES = 65536


def missing(port: int, timeout: float = 3.0) -> list[str] | None:
    """Names of the components that don't answer; None where there is no node at all."""
    try:
        body = _ask(port, timeout, "GET", "/health")
        return [name for name, state in body["components"].items() if state != "ok"]
    except _NO_NODE:
        return None


def drawn(port: int, timeout: float = 3.0) -> bool:
    """Whether the board has drawn every card once."""
    call = json.dumps({"procedure": "board.hello"})
    try:
        return _ask(port, timeout, "POST", "/call", call)["args"][0]["drawn"] is True
    except _NO_NODE:
        return False


def _ask(port: int, timeout: float, method: str, path: str, body: str | None = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        return json.loads(connection.getresponse().read(_MOST_BYTES))
    finally:
        connection.close()
