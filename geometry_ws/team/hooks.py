"""What the programs of coding agents tell by hooks, and what that says of their sessions.

A hook carries contents: prompts, whole files, secrets. Only the fields named here are read, and of
a large one only its beginning; the rest is forgotten at once. Nothing is ever decided for them.
"""

import re
from typing import Any

import msgspec

from geometry_ws.protocol.presence import Activity

KEPT_BYTES = 64 * 2**10
"""Of a hook's body: the fields that are read stand at its beginning."""

_TEXT = 200
_FIELDS = (
    "hook_event_name",
    "session_id",
    "conversation_id",
    "sessionId",
    "sessionID",
    "cwd",
    "tool_name",
    "notification_type",
    "reason",
    "status",
    "event",
)
# Cursor names the folders of its window.
_FIELD = re.compile(
    rb'(?:"('
    + "|".join(_FIELDS).encode()
    + rb')"\s*:|"workspace_roots"\s*:\s*\[)\s*("(?:[^"\\]|\\.){0,4000}")'
)
_PLAIN = re.compile(r"[^a-z]")

_WORKING = frozenset(
    [
        "userpromptsubmit",
        "userpromptsubmitted",
        "beforesubmitprompt",
        "beforeagent",
        "pretooluse",
        "posttooluse",
        "posttoolusefailure",
        "posttoolbatch",
        "permissiondenied",
        "beforetool",
        "aftertool",
        "toolexecutebefore",
        "toolexecuteafter",
        "permissionreplied",
        "subagentstart",
        "precompact",
        "precompress",
        "afterfileedit",
        "aftershellexecution",
        "aftermcpexecution",
    ]
)
_WAITING = frozenset(["permissionrequest", "permissionupdated", "permissionasked"])
_IDLE = frozenset(
    [
        "sessionstart",
        "sessioncreated",
        "stop",
        "interrupt",
        "agentstop",
        "afteragent",
        "sessionidle",
    ]
)
_FAILED = frozenset(["stopfailure", "erroroccurred", "sessionerror"])
_ACTIVITIES: tuple[tuple[frozenset[str], Activity], ...] = (
    (_WORKING, "working"),
    (_WAITING, "waiting"),
    (_FAILED, "failed"),
)
_ENDS = frozenset(["sessionend", "sessiondeleted"])
_ASKS = frozenset(["permissionprompt", "elicitationdialog", "toolpermission", "agentneedsinput"])
_STAYS = frozenset(("clear", "resume", "compact"))
"""Reasons of an end after which the same program goes on."""


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """What a hook says, in the words of the program that sent it."""

    event: str
    session: str
    cwd: str = ""
    tool: str = ""
    notification: str = ""
    reason: str = ""


def read_hook(body: bytes) -> Hook | None:
    """What is worth knowing of a hook's body, or of its beginning; None where that is nothing."""
    given = _whole(body) or _beginning(body)
    event = given.get("hook_event_name") or given.get("event") or ""
    names = ("session_id", "conversation_id", "sessionId", "sessionID")
    session = next((given[name] for name in names if given.get(name)), "")
    if not event or not session:
        return None
    return Hook(
        event=event[:_TEXT],
        session=session[:_TEXT],
        cwd=given.get("cwd", "")[:4000],
        tool=given.get("tool_name", "")[:_TEXT],
        notification=given.get("notification_type", "")[:_TEXT],
        reason=(given.get("reason") or given.get("status") or "")[:_TEXT],
    )


def _whole(body: bytes) -> dict[str, str]:
    if len(body) >= KEPT_BYTES:
        return {}
    try:
        content: Any = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    given = {name: content[name] for name in _FIELDS if isinstance(content.get(name), str)}
    roots = content.get("workspace_roots")
    if isinstance(roots, list) and roots and isinstance(roots[0], str):
        given.setdefault("cwd", roots[0])
    return given


def _beginning(body: bytes) -> dict[str, str]:
    """The first of each field; a quote within a text is escaped, so this is no text's inside."""
    given: dict[str, str] = {}
    for match in _FIELD.finditer(body):
        try:
            text = msgspec.json.decode(match[2], type=str)
        except (msgspec.MsgspecError, UnicodeError):
            continue
        name = match[1] or b"cwd"
        given.setdefault(name.decode(), text)
    return given


def activity_of(hook: Hook) -> Activity | None:
    """What a session does now, as far as a hook says it; None: it is as before."""
    event = _PLAIN.sub("", hook.event.lower())
    if event == "notification":
        kind = _PLAIN.sub("", hook.notification.lower())
        return "waiting" if kind in _ASKS else "idle" if kind == "idleprompt" else None
    if event == "sessionstatus":
        return "working" if hook.reason == "busy" else "idle"
    if event == "pretooluse" and hook.tool == "AskUserQuestion":
        return "waiting"
    if event in _IDLE:
        return "failed" if hook.reason == "error" else "idle"
    return next((activity for events, activity in _ACTIVITIES if event in events), None)


def moves(hook: Hook) -> bool:
    """Whether something of the session has moved: a person asked, or a tool ran."""
    return activity_of(hook) == "working"


def ends(hook: Hook) -> bool:
    """Whether the session has ended, and its program with it."""
    return _PLAIN.sub("", hook.event.lower()) in _ENDS and hook.reason not in _STAYS
