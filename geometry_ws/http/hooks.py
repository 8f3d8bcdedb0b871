"""POST /agents/hook: what the programs of coding agents tell of their sessions.

It is answered at once and with nothing, whatever it says: an agent must never wait for the board,
and nothing that is answered could be taken for a decision.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl

from geometry_ws.http.answers import JSON, Answer
from geometry_ws.http.decide import Head
from geometry_ws.http.gate import Visitor
from geometry_ws.http.request import HOOK_HEADER
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.rights import Right, may
from geometry_ws.team.hooks import Hook, read_hook

HEARD: Final = Answer(204, JSON, b"", {"Cache-Control": "no-store"})

MOST_A_SECOND: Final = 50
"""Hooks of one caller that are told on; of the others the sessions have given a sign just before.

All guests are one caller.
"""

MOST_READ: Final = 500
"""Hooks of one caller that are read in a second."""

SAME_SECONDS: Final = 5.0
"""A session that goes on as before has given its sign lately; what is another hook is told on."""

_MOST_REMEMBERED = 1000


class Hooks:
    """Passes hooks on, but not each of a storm: what is as before isn't told again for a while."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str, str], tuple[Hook, float]] = {}
        self._second = 0.0
        self._read: Counter[str] = Counter()
        self._passed: Counter[str] = Counter()

    def hear(
        self,
        head: Head,
        body: bytes,
        visitor: Visitor,
        session_of: Callable[[Visitor], Any],
        now: float,
    ) -> None:
        """Take a hook; `now` is in seconds. Of who may not tell of agents nothing is heard."""
        if not may(visitor.role, Right.WORK):
            return
        if now - self._second >= 1:
            self._second = now
            self._read.clear()
            self._passed.clear()
        person = visitor.person
        if self._read[person] >= MOST_READ or self._passed[person] >= MOST_A_SECOND:
            return
        self._read[person] += 1
        hook = read_hook(body)
        if hook is None:
            return
        client = client_of(head)
        if self._is_new(person, client, hook, now):
            self._passed[person] += 1
            keywords = {"client": client, **_fields(hook)}
            answer = session_of(visitor).call_with(uri("agent.hook"), (), keywords)
            answer.addErrback(lambda _: None)

    def _is_new(self, person: str, client: str, hook: Hook, now: float) -> bool:
        key = (person, client, hook.session)
        last = self._last.get(key)
        if last is not None and last[0] == hook and now - last[1] < SAME_SECONDS:
            return False
        self._last.pop(key, None)
        self._last[key] = hook, now
        if len(self._last) > _MOST_REMEMBERED:
            del self._last[next(iter(self._last))]
        return True


def client_of(head: Head) -> str:
    """The name of the program that sends a hook: from its header, or behind ?client=."""
    named = head.header(HOOK_HEADER) or dict(parse_qsl(head.query)).get("client", "")
    return "".join(letter for letter in named[:40] if letter.isalnum() or letter in "-_") or "agent"


def _fields(hook: Hook) -> dict[str, str]:
    return {name: getattr(hook, name) for name in hook.__struct_fields__}


def operation(error: dict[str, Any]) -> dict[str, Any]:
    """The door as OpenAPI has it; `error` is the schema of the node's errors."""
    said = {"415": "The content-type isn't application/json."}
    text = {"type": "string"}
    example = {"session_id": "5d0c", "hook_event_name": "Stop", "cwd": "/home/ann/shop"}
    schema = {"type": "object", "additionalProperties": True}
    return {
        "operationId": "agent_hook_by_http",
        "summary": "What a hook of a coding agent's program says; nothing is answered.",
        "tags": ["agents"],
        "parameters": [
            {"name": "client", "in": "query", "schema": text},
            {"name": HOOK_HEADER, "in": "header", "schema": text},
        ],
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": schema, "example": example}},
        },
        "responses": {
            "204": {"description": "It was heard."},
            **{
                status: {"description": words, "content": {JSON: {"schema": error}}}
                for status, words in said.items()
            },
        },
    }
