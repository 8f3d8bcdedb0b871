"""The plugin for Claude Code: what `agents install claude --shared` writes, as one folder.

`python -m geometry_ws.team.plugin` writes it into integrations/claude.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from geometry_ws import __version__
from geometry_ws.team.install import NAME, Settings, edits_for

FOLDER = Path(__file__).parents[2] / "integrations" / "claude"
_ABOUT = "The task board of an OpenSpec project: tools, hooks and a skill."
_HOMEPAGE = "https://github.com/geometry-os/geometry_ws"
_AUTHOR = {"name": "geometry_ws"}
_PLACES = {
    ".mcp.json": ".mcp.json",
    ".claude/settings.json": "hooks/hooks.json",
    ".claude/skills/task-board/SKILL.md": "skills/task-board/SKILL.md",
}


def plugin_files() -> dict[str, str]:
    """The files of the plugin and of the marketplace that offers it, by their paths."""
    plugin = {
        "name": NAME,
        "version": __version__,
        "description": _ABOUT,
        "author": _AUTHOR,
        "homepage": _HOMEPAGE,
        "license": "MIT",
    }
    offer = {"name": NAME, "source": "./", "description": _ABOUT}
    marketplace = {
        "name": "geometry",
        "description": "What geometry_ws has for Claude Code.",
        "owner": _AUTHOR,
        "plugins": [offer],
    }
    edits = edits_for("claude", Settings(NAME, "", "", shared=True))
    return {
        ".claude-plugin/plugin.json": _text(plugin),
        ".claude-plugin/marketplace.json": _text(marketplace),
        **{_PLACES[edit.path]: edit.put(None) for edit in edits},
    }


def _text(content: Mapping[str, object]) -> str:
    return json.dumps(content, indent=2) + "\n"


def main() -> None:
    """Write the folder anew."""
    for name, text in plugin_files().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
