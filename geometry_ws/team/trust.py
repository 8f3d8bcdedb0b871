"""Whether somebody has said in a program of agents that what lies in a project may be used.

Pure: texts of that person's own files in, a sentence out. They are read and never written.
"""

import json
import tomllib
from collections.abc import Callable
from typing import Any

Read = Callable[[str], str | None]
"""A file below the person's home by its path, None where it isn't there."""


def trust_of(harness: str, folder: str, read: Read) -> str:
    """What is known of a program's trust in a folder; empty where nothing can be known."""
    if harness == "opencode":
        return "needs no approval"
    ways = {"claude": _claude, "codex": _codex, "gemini": _gemini, "copilot": _copilot}
    try:
        return ways[harness](folder, read) if harness in ways else ""
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ""


def _claude(folder: str, read: Read) -> str:
    project = _json(read(".claude.json")).get("projects", {}).get(folder, {})
    if "geometry-ws" in project.get("disabledMcpjsonServers", []):
        return "the server geometry-ws was refused: `claude mcp reset-project-choices`"
    if not project.get("hasTrustDialogAccepted"):
        return "the folder isn't trusted yet: start Claude Code here once"
    if "geometry-ws" not in project.get("enabledMcpjsonServers", []):
        return "the server isn't approved yet: start Claude Code here once"
    return "trusted"


def _codex(folder: str, read: Read) -> str:
    project = tomllib.loads(read(".codex/config.toml") or "").get("projects", {}).get(folder, {})
    if project.get("trust_level") != "trusted":
        return "the folder isn't trusted yet: start Codex here once"
    return "trusted; look through its hooks once: /hooks"


def _gemini(folder: str, read: Read) -> str:
    given = _json(read(".gemini/trustedFolders.json"))
    trusted = any(
        (level == "TRUST_FOLDER" and _lies_in(folder, place))
        or (level == "TRUST_PARENT" and _lies_in(folder, place.rpartition("/")[0]))
        for place, level in given.items()
    )
    return "trusted" if trusted else "the folder isn't trusted yet: start Gemini here once"


def _copilot(folder: str, read: Read) -> str:
    for name in ("settings.json", "config.json"):
        places = _json(read(f".copilot/{name}")).get("trustedFolders", [])
        if any(_lies_in(folder, place) for place in places):
            return "trusted"
    return "the folder isn't trusted yet: start Copilot here once"


def _lies_in(folder: str, place: str) -> bool:
    return f"{folder}/".startswith(f"{place.rstrip('/')}/")


def _json(text: str | None) -> dict[str, Any]:
    lines = (text or "").splitlines()
    content = json.loads("\n".join(x for x in lines if not x.lstrip().startswith("//")) or "{}")
    return content if isinstance(content, dict) else {}
