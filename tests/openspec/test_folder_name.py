"""A node may serve a folder that has another name than openspec/: its answers have that name."""

import json

import pytest

from geometry_ws.openspec.commands import run
from geometry_ws.openspec.commands.stored_project import StoredProject
from geometry_ws.openspec.disk.store import Store

FILES = {
    "changes/a/proposal.md": "# a\n",
    "changes/a/specs/lamp/spec.md": (
        "## ADDED Requirements\n\n### Requirement: Light\nIt SHALL shine.\n\n"
        "#### Scenario: On\n- **WHEN** on\n- **THEN** light\n"
    ),
    "changes/around/inner/proposal.md": "# inner\n",
    "changes/archive/2026-01-01-b/tasks.md/x": "",
    "config.yaml": "schema: spec-driven\n",
}
LINES = [
    ["status", "--change", "a", "--json"],
    ["status", "--change", "around", "--json"],
    ["instructions", "design", "--change", "a", "--json"],
    ["instructions", "apply", "--change", "a", "--json"],
    ["list", "--json"],
    ["show", "around", "--json"],
    ["validate", "gone", "--type", "spec", "--json"],
    ["validate", "--archived", "--json"],
    ["archive", "a", "--yes", "--json"],
]


@pytest.fixture
def stored(tmp_path):
    for path, text in FILES.items():
        place = tmp_path / "plans" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    store = Store(tmp_path / "plans")
    store.load()
    return StoredProject(store, {"path": "desk", "source": "node"})


def test_paths_in_answers_have_the_name_of_the_folder(stored):
    named = 0
    for line in LINES:
        said = run(line, stored, today="2026-01-02")
        json.loads(said.stdout)
        text = (
            (said.stdout + said.stderr)
            .replace("openspec instructions", "")
            .replace(".openspec.yaml", "")
        )
        assert "openspec/" not in text, (line, text)
        named += "plans/" in text
    assert named == len(LINES)
