"""What the programs of coding agents need in a project: which files, and what is ours in them.

Pure: texts in, texts out. What isn't ours in a file stays, in its order and with its indentation;
a file that can't be read for sure is left alone. What is ours is known by its command or address.
"""

import json
import re
import tomllib
from collections.abc import Callable
from typing import Any, NamedTuple

from geometry_ws.team.install_texts import SKILL, opencode_plugin

HARNESSES = ("claude", "codex", "cursor", "gemini", "opencode", "copilot")
NAME = "geometry-ws"
_DOOR = "/agents/hook"
_BEGIN, _END = f"# {NAME}: begin", f"# {NAME}: end"
_BLOCK = re.compile(rf"\n?{re.escape(_BEGIN)}\n.*?{re.escape(_END)}\n", re.S)

_OURS = re.compile(r"geometry[-_]ws")

Json = dict[str, Any]


class CannotEdit(Exception):
    """A file that is left alone; the message says why and what to do."""


class Settings(NamedTuple):
    """What is written: the program as it is started, the node, and for whom."""

    program: str
    url: str
    project: str
    shared: bool


class Edit(NamedTuple):
    """A file below the project's folder, and how our part gets into it and out of it.

    Both take the file's text, None where there is no file, and give the new one; None: no file.
    """

    path: str
    put: Callable[[str | None], str]
    take: Callable[[str | None], str | None]


def edits_for(harness: str, settings: Settings) -> list[Edit]:
    """The files of a program, in the order in which they are shown."""
    return {
        "claude": _claude,
        "codex": _codex,
        "cursor": _cursor,
        "gemini": _gemini,
        "opencode": _opencode,
        "copilot": _copilot,
    }[harness](settings)


def _claude(settings: Settings) -> list[Edit]:
    command = {
        "type": "command",
        "command": settings.program,
        "args": ["agents", "hook", "claude"],
        "async": True,
        "timeout": 5,
    }
    door = {"type": "http", "url": f"{settings.url}{_DOOR}?client=claude", "timeout": 2}
    # A port in a shared file would be wrong for others, and the start can't be told by HTTP.
    usual = command if settings.shared else door
    events = (
        "UserPromptSubmit", "PostToolUse", "PostToolUseFailure", "PermissionRequest",
        "Notification", "Stop", "StopFailure", "SessionEnd",
    )  # fmt: skip
    hooks = {"SessionStart": command, **dict.fromkeys(events, usual)}
    name = "settings.json" if settings.shared else "settings.local.json"
    return [
        _portable_server(settings),
        _hooks(f".claude/{name}", hooks),
        _whole(".claude/skills/task-board/SKILL.md", SKILL),
    ]


def _codex(settings: Settings) -> list[Edit]:
    hook = {
        "type": "command",
        "command": f"{_quoted(settings.program)} agents hook codex",
        "async": True,
        "timeout": 5,
    }
    events = (
        "SessionStart", "UserPromptSubmit", "PostToolUse", "PermissionRequest", "Stop",
        "Interrupt", "SessionEnd",
    )  # fmt: skip
    # Its children aren't started in the project's folder.
    words = ["mcp"] if settings.shared else ["mcp", "--project", settings.project]
    table = (
        f"{_BEGIN}\n[mcp_servers.{NAME}]\ncommand = {json.dumps(settings.program)}\n"
        f"args = {json.dumps(words)}\n{_END}\n"
    )
    return [
        Edit(
            ".codex/config.toml", lambda text: _put_toml(text, table), lambda text: _take_toml(text)
        ),
        _hooks(".codex/hooks.json", dict.fromkeys(events, hook)),
        _skill_of_several(),
    ]


def _cursor(settings: Settings) -> list[Edit]:
    hook = {"command": f"{_quoted(settings.program)} agents hook cursor", "timeout": 5}
    events = (
        "sessionStart", "beforeSubmitPrompt", "postToolUse", "postToolUseFailure", "stop",
        "sessionEnd",
    )  # fmt: skip
    # It doesn't say in which folder its children are started.
    words = ["mcp", "--project", "${workspaceFolder}"]
    server = {"command": settings.program, "args": words}
    return [
        _server(".cursor/mcp.json", "mcpServers", server),
        _hooks(".cursor/hooks.json", dict.fromkeys(events, hook), flat=True),
        _skill_of_several(),
    ]


def _copilot(settings: Settings) -> list[Edit]:
    line = f"{_quoted(settings.program)} agents hook copilot"
    hook = {"type": "command", "bash": line, "powershell": line, "timeoutSec": 5}
    # In this spelling the events come with the fields that others send.
    events = (
        "SessionStart", "UserPromptSubmit", "PostToolUse", "PostToolUseFailure",
        "PermissionRequest", "Notification", "Stop", "ErrorOccurred", "SessionEnd",
    )  # fmt: skip
    return [
        _portable_server(settings),
        _hooks(f".github/hooks/{NAME}.json", dict.fromkeys(events, hook), flat=True),
        _skill_of_several(),
    ]


def _portable_server(settings: Settings) -> Edit:
    """The entry in the file that Claude Code and Copilot read."""
    server = {"type": "stdio", "command": settings.program, "args": ["mcp"]}
    return _server(".mcp.json", "mcpServers", server)


def _skill_of_several() -> Edit:
    """The skill in the folder that all but Claude Code and Gemini look into."""
    return _whole(".agents/skills/task-board/SKILL.md", SKILL)


def _gemini(settings: Settings) -> list[Edit]:
    hook = {
        "type": "command",
        "name": NAME,
        "command": f"{_quoted(settings.program)} agents hook gemini",
        "timeout": 5000,
    }
    events = ("SessionStart", "BeforeAgent", "AfterAgent", "Notification", "SessionEnd")
    server = {"command": settings.program, "args": ["mcp"], "timeout": 30000}
    path = ".gemini/settings.json"
    servers, hooks = _server(path, "mcpServers", server), _hooks(path, dict.fromkeys(events, hook))
    return [
        Edit(
            path,
            lambda text: hooks.put(servers.put(text)),
            lambda text: servers.take(hooks.take(text)),
        )
    ]


def _opencode(settings: Settings) -> list[Edit]:
    server = {"type": "local", "command": [settings.program, "mcp"], "enabled": True}
    return [
        _server("opencode.json", "mcp", server),
        _whole(".opencode/plugins/geometry-ws.js", opencode_plugin(settings.url)),
        _skill_of_several(),
    ]


def _quoted(program: str) -> str:
    if re.fullmatch(r"[\w./-]+", program):
        return program
    escaped = program.replace("'", r"'\''")
    return f"'{escaped}'"


# --- whole files --------------------------------------------------------------------------


def _whole(path: str, content: str) -> Edit:
    """A file that is ours as a whole: it names our program in its head."""

    def is_ours(text: str) -> bool:
        return NAME in "\n".join(text.splitlines()[:12])

    def put(text: str | None) -> str:
        if text is not None and not is_ours(text):
            raise CannotEdit(f"{path} is somebody else's: rename it, then try again.")
        return content

    def take(text: str | None) -> str | None:
        return None if text is None or is_ours(text) else text

    return Edit(path, put, take)


# --- JSON ---------------------------------------------------------------------------------


def _server(path: str, key: str, entry: Json) -> Edit:
    """An entry of ours below a key, such as mcpServers."""

    def put(content: Json) -> None:
        servers = content.setdefault(key, {})
        if not isinstance(servers, dict):
            raise CannotEdit(f"{path} has no object under {key}: mend it, then try again.")
        if NAME in servers and not _is_our_server(servers[NAME]):
            raise CannotEdit(f"{path} has another {NAME}: remove it, then try again.")
        servers[NAME] = entry

    def take(content: Json) -> None:
        servers = content.get(key)
        if isinstance(servers, dict) and _is_our_server(servers.get(NAME)):
            del servers[NAME]
            if not servers:
                del content[key]

    return _json_edit(path, put, take)


def _is_our_server(entry: object) -> bool:
    if not isinstance(entry, dict):
        return False
    command, words = entry.get("command"), entry.get("args", [])
    line = [*command, *words] if isinstance(command, list) else [command, *words]
    return len(line) > 1 and bool(_OURS.search(str(line[0]))) and line[1] == "mcp"


def _hooks(path: str, handlers: dict[str, Json], *, flat: bool = False) -> Edit:
    """Handlers of ours, by event, in the form that Claude Code, Codex and Gemini share.

    With ``flat`` in that of Cursor and Copilot: no groups, and a version.
    """

    def put(content: Json) -> None:
        _remove_ours(content)
        if flat and content.setdefault("version", 1) != 1:
            raise CannotEdit(f"{path} has a version that isn't known here: add the hooks by hand.")
        hooks = content.setdefault("hooks", {})
        if not isinstance(hooks, dict) or not all(isinstance(v, list) for v in hooks.values()):
            raise CannotEdit(f"{path} has hooks of another form: mend it, then try again.")
        for event, handler in handlers.items():
            own = dict(handler)
            hooks.setdefault(event, []).append(own if flat else {"hooks": [own]})

    def take(content: Json) -> None:
        if _remove_ours(content) and not content["hooks"]:
            del content["hooks"]
        if flat and content == {"version": 1}:
            del content["version"]

    return _json_edit(path, put, take)


def _remove_ours(content: Json) -> bool:
    """Take our handlers out; says whether there were any."""
    hooks = content.get("hooks")
    if not isinstance(hooks, dict):
        return False
    removed = False
    for event in [event for event, groups in hooks.items() if isinstance(groups, list)]:
        groups = [_without_ours(group) for group in hooks[event]]
        if groups != hooks[event]:
            removed = True
            hooks[event] = [group for group in groups if group is not None]
            if not hooks[event]:
                del hooks[event]
    return removed


def _without_ours(group: object) -> object | None:
    """A group without our handlers; None where it had no others, or is one itself."""
    if _is_our_handler(group):
        return None
    if not isinstance(group, dict) or not isinstance(group.get("hooks"), list):
        return group
    others = [handler for handler in group["hooks"] if not _is_our_handler(handler)]
    if len(others) == len(group["hooks"]):
        return group
    return {**group, "hooks": others} if others else None


def _is_our_handler(handler: object) -> bool:
    if not isinstance(handler, dict):
        return False
    words = handler.get("args", [])
    started = handler.get("command", handler.get("bash", ""))
    line = f"{started} {' '.join(map(str, words)) if words else ''}"
    return (bool(_OURS.search(line)) and "agents hook" in line) or _DOOR in str(
        handler.get("url", "")
    )


def _json_edit(path: str, put: Callable[[Json], None], take: Callable[[Json], None]) -> Edit:
    def put_text(text: str | None) -> str:
        content = _parse(path, text)
        put(content)
        return _write(content, text)

    def take_text(text: str | None) -> str | None:
        if text is None:
            return None
        content = _parse(path, text)
        before = json.dumps(content)
        take(content)
        if json.dumps(content) == before:
            return text
        return _write(content, text) if content else None

    return Edit(path, put_text, take_text)


def _parse(path: str, text: str | None) -> Json:
    try:
        content = json.loads(text) if text and text.strip() else {}
    except (ValueError, RecursionError):
        raise CannotEdit(
            f"{path} is no plain JSON, perhaps for its comments: add the entries by hand, as the "
            "documentation shows them."
        ) from None
    if not isinstance(content, dict):
        raise CannotEdit(f"{path} is no JSON object: mend it, then try again.")
    return content


def _write(content: Json, former: str | None) -> str:
    """JSON with the indentation and the ending that the file had."""
    found_indent = re.search(r"\n([ \t]+)\S", former or "")
    indent = found_indent[1] if found_indent else "  "
    end = "\n" if not former or former.endswith("\n") else ""
    return json.dumps(content, indent=indent, ensure_ascii=False) + end


# --- TOML ---------------------------------------------------------------------------------


def _put_toml(text: str | None, table: str) -> str:
    """Our table at the end, in marks; read again, since a wrong file keeps Codex from starting."""
    rest = _take_toml(text) or ""
    if NAME in _parse_toml(rest).get("mcp_servers", {}):
        raise CannotEdit(f".codex/config.toml has another {NAME}: remove it, then try again.")
    between = "" if not rest or rest.endswith("\n") else "\n"
    new = f"{rest}{between}{chr(10) if rest else ''}{table}"
    content = _parse_toml(new)
    content["mcp_servers"].pop(NAME)
    if not content["mcp_servers"]:
        del content["mcp_servers"]
    before = _parse_toml(rest)
    if not before.get("mcp_servers", True):
        del before["mcp_servers"]
    if content != before:
        raise CannotEdit(".codex/config.toml can't be added to: add the table by hand.")
    return new


def _take_toml(text: str | None) -> str | None:
    if text is None:
        return None
    rest = _BLOCK.sub("", text)
    return rest if rest.strip() or rest == text else None


def _parse_toml(text: str) -> Json:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise CannotEdit(".codex/config.toml is no TOML: mend it, then try again.") from None
