"""Hooks of coding agents: each program's words, large ones, and what is kept of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.http.decide import Head
from geometry_ws.http.gate import Visitor
from geometry_ws.http.hooks import MOST_A_SECOND, Hooks, client_of
from geometry_ws.protocol.rights import GUEST_ROLE
from geometry_ws.team.hook_signs import hear
from geometry_ws.team.hooks import KEPT_BYTES, activity_of, ends, moves, read_hook
from geometry_ws.team.members import LEASE_MS
from geometry_ws.team.troubles import items_of_desk
from tests.team.team_states import NOW, Table, change

CLAUDE = {
    "session_id": "5d0c", "transcript_path": "/t.jsonl", "cwd": "/work/shop",
    "permission_mode": "default", "hook_event_name": "PostToolUse", "tool_name": "Read",
    "tool_input": {"file_path": "/secret", "session_id": "forged"}, "tool_response": {"x": "y"},
}  # fmt: skip
"""As Claude Code and Codex send it."""

PAYLOADS = [
    ({**CLAUDE, "hook_event_name": "SessionStart", "source": "startup"}, "idle"),
    ({**CLAUDE, "hook_event_name": "UserPromptSubmit", "prompt": "secret"}, "working"),
    (CLAUDE, "working"),
    ({**CLAUDE, "hook_event_name": "PermissionRequest", "tool_name": "Bash"}, "waiting"),
    (
        {**CLAUDE, "hook_event_name": "Notification", "notification_type": "permission_prompt"},
        "waiting",
    ),
    ({**CLAUDE, "hook_event_name": "Notification", "notification_type": "idle_prompt"}, "idle"),
    ({**CLAUDE, "hook_event_name": "Notification", "notification_type": "auth_success"}, None),
    ({**CLAUDE, "hook_event_name": "PreToolUse", "tool_name": "AskUserQuestion"}, "waiting"),
    ({**CLAUDE, "hook_event_name": "Stop", "stop_hook_active": False}, "idle"),
    ({**CLAUDE, "hook_event_name": "StopFailure", "error": "rate_limit"}, "failed"),
    ({**CLAUDE, "hook_event_name": "WorktreeCreate"}, None),
    # Cursor
    ({"conversation_id": "c1", "hook_event_name": "beforeSubmitPrompt"}, "working"),
    ({"conversation_id": "c1", "hook_event_name": "stop", "status": "error"}, "failed"),
    (
        {
            "conversation_id": "c1",
            "generation_id": "g",
            "hook_event_name": "postToolUse",
            "workspace_roots": ["/work/shop", "/work/other"],
            "cursor_version": "3.24.0",
        },
        "working",
    ),
    # Gemini
    ({"session_id": "g1", "hook_event_name": "BeforeAgent", "cwd": "/work/shop"}, "working"),
    (
        {
            "session_id": "g1",
            "hook_event_name": "Notification",
            "notification_type": "ToolPermission",
        },
        "waiting",
    ),
    ({"session_id": "g1", "hook_event_name": "AfterAgent"}, "idle"),
    # OpenCode
    ({"sessionID": "o1", "event": "session.status", "status": "busy"}, "working"),
    ({"sessionID": "o1", "event": "permission.asked"}, "waiting"),
    ({"sessionID": "o1", "event": "session.idle"}, "idle"),
    ({"sessionID": "o1", "event": "session.error"}, "failed"),
    # Copilot
    ({"sessionId": "p1", "hook_event_name": "agentStop"}, "idle"),
    ({"sessionId": "p1", "hook_event_name": "userPromptSubmitted"}, "working"),
]


@pytest.mark.parametrize(("payload", "activity"), PAYLOADS)
def test_each_program_is_understood(payload, activity):
    hook = read_hook(json.dumps(payload).encode())
    assert activity_of(hook) == activity
    assert moves(hook) is (activity == "working")
    assert not ends(hook)


def test_only_the_named_fields_are_kept():
    hook = read_hook(json.dumps({**CLAUDE, "prompt": "secret"}).encode())
    assert (hook.session, hook.event, hook.tool) == ("5d0c", "PostToolUse", "Read")
    assert "secret" not in repr(hook)


def test_of_a_large_one_the_beginning_is_enough():
    large = json.dumps({**CLAUDE, "tool_response": 'x"session_id": "evil"' * 400_000}).encode()
    assert len(large) > 5 * 2**20
    assert read_hook(large[:KEPT_BYTES]) == read_hook(json.dumps(CLAUDE).encode())


@given(st.binary(max_size=300))
def test_whatever_comes_is_a_hook_or_nothing(body):
    hook = read_hook(body)
    assert hook is None or (hook.event and hook.session)


@pytest.mark.parametrize(
    ("reason", "over"), [("logout", True), ("other", True), ("clear", False), ("resume", False)]
)
def test_an_end_ends_but_not_where_the_program_goes_on(reason, over):
    ended = {**CLAUDE, "hook_event_name": "SessionEnd", "reason": reason}
    assert ends(read_hook(json.dumps(ended).encode())) is over


def hook(event, **more):
    return read_hook(json.dumps({**CLAUDE, "hook_event_name": event, **more}).encode())


def test_presence_and_attention_follow():
    table = Table(change("add-login", "1.1 a", "1.2 b"))
    desk = table.desk
    hear(desk, "claude", hook("SessionStart"), "shop", NOW)
    (member,) = desk.members
    assert (member.name, member.client, member.activity) == ("otter-1", "claude", "idle")
    hear(desk, "claude", hook("PostToolUse"), "shop", NOW + 60_000)
    assert (member.activity, member.tool, member.moved) == ("working", "Read", NOW + 60_000)
    hear(desk, "claude", hook("PermissionRequest", tool_name="Bash"), "shop", NOW + 70_000)
    (item,) = items_of_desk(desk, "shop", NOW + 70_000)
    assert (item.kind, item.who, item.since) == ("permission", "otter-1", NOW + 70_000)
    assert "Bash" in item.why
    hear(desk, "claude", hook("PostToolUse", tool_name="Bash"), "shop", NOW + 80_000)
    assert items_of_desk(desk, "shop", NOW + 80_000) == []
    hear(desk, "claude", hook("Whatever"), "shop", NOW + 90_000)
    assert (member.activity, member.seen) == ("working", NOW + 90_000)
    assert not desk.sweep(NOW + LEASE_MS)
    hear(desk, "claude", hook("SessionEnd", reason="other"), "shop", NOW + 95_000)
    assert list(desk.members) == []


def test_an_end_waits_for_the_session_of_the_tools():
    table = Table(change("add-login", "1.1 a"))
    hear(table.desk, "claude", hook("SessionStart"), "shop", NOW)
    (member,) = table.desk.members
    table.desk.members.bind(member, 7)
    table.claim(member, "1.1")
    hear(table.desk, "claude", hook("SessionEnd", reason="other"), "shop", NOW)
    assert [claim.who for claim in table.desk.claims] == ["otter-1"]


GUEST = Visitor("", GUEST_ROLE)


class Session:
    def __init__(self):
        self.calls = []

    def call_with(self, procedure, args, keywords):
        self.calls.append(keywords)
        return self

    def addErrback(self, handler):
        pass


def test_a_storm_is_thinned_out():
    hooks, session = Hooks(), Session()
    body = json.dumps(CLAUDE).encode()
    head = Head("POST", "/agents/hook", headers={"x-geometry-hook": ("claude",)})
    for _ in range(500):
        hooks.hear(head, body, GUEST, lambda _: session, 10.0)
    assert len(session.calls) == 1
    for number in range(500):
        other = json.dumps({**CLAUDE, "session_id": str(number)}).encode()
        hooks.hear(head, other, GUEST, lambda _: session, 12.0)
    assert len(session.calls) == 1 + MOST_A_SECOND
    assert session.calls[0]["client"] == "claude"


@pytest.mark.parametrize("role", ["viewer", "agent"])
def test_nobody_keeps_the_hooks_of_others_from_being_heard(role):
    hooks, session = Hooks(), Session()
    head = Head("POST", "/agents/hook")
    other, mine = Visitor("wall", role, "1"), Visitor("bob", "agent", "2")
    bodies = [json.dumps({**CLAUDE, "session_id": str(number)}).encode() for number in range(60)]
    for body in bodies:
        hooks.hear(head, body, other, lambda _: session, 10.0)
    assert len(session.calls) == (MOST_A_SECOND if role == "agent" else 0)
    session.calls.clear()
    hooks.hear(head, bodies[0], mine, lambda _: session, 10.5)
    assert [call["session"] for call in session.calls] == ["0"]


def test_the_program_names_itself_by_header_or_address():
    assert client_of(Head("POST", "/agents/hook", "client=gemini")) == "gemini"
    assert client_of(Head("POST", "/agents/hook", "client=<b>")) == "b"
    assert client_of(Head("POST", "/agents/hook")) == "agent"
