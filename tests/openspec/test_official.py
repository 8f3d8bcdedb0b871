"""The official tool and we say the same of the same projects, where it is installed."""

import json
import os
import random
import shutil
import subprocess

import pytest

from geometry_ws.openspec.disk.store import Store

pytestmark = [
    pytest.mark.nodejs,
    pytest.mark.skipif(
        shutil.which("openspec") is None, reason="the official tool is not installed"
    ),
]

_LINES = [
    "## Purpose", "## Requirements", "## ADDED Requirements", "## MODIFIED Requirements",
    "## REMOVED Requirements", "## RENAMED Requirements", "## added requirements", "## Notes",
    "### Requirement: A", "### Requirement: B", "### requirement: a", "###Requirement: C ##",
    "### Requirement: It SHALL", "### Requirement:  ", "### Other", "#### Scenario: s",
    "#### Scenario: t ####", "#### Edge", "##### Deep", "# Title", "It SHALL do.", "It does.",
    "须MUST。", "**Priority**: high", "- **WHEN** x", "- ### Requirement: A",
    "+ `### Requirement: B`",
    "- FROM: `### Requirement: A`", "- TO: `### Requirement: D`", "TO: ### Requirement: B", "```",
    "~~~~", "TBD", "Todo el mundo.", "x" * 60, "y" * 520, "🔲" * 25, "\u2028", "\ufeff", "", "",
    "TBD - created by archiving change x. Update Purpose after archive.", "- [ ] 1.1 a",
    "  * [X] 1.1 b", "1. [~] 2.1 c", "- [ ](d)", "- [WIP] e", "- plain", "## 1. Group",
    "## 02. Group",
]  # fmt: skip
_METADATA = [
    None, None, "schema: spec-driven\n", "schema: spec-driven\nskip_specs: true\n",
    "skip_specs: true\n", "schema: nope\nskip_specs: yes\n", "a: [\nskip_specs: 1\n",
]  # fmt: skip


def _document(chance):
    lines = [chance.choice(_LINES) for _ in range(chance.randint(0, 14))]
    if chance.random() < 0.6:
        lines[:0] = ["## Purpose", "z" * 55, "## Requirements"]
    return chance.choice(["\n", "\n", "\n", "\r\n", "\r"]).join(lines)


def _write(folder, chance):
    def put(path, text):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())

    for number in range(50):
        put(f"specs/s{number}/spec.md", _document(chance))
        name = f"changes/c{number}"
        put(f"{name}/proposal.md", "# A\n")
        put(f"{name}/tasks.md", _document(chance))
        delta = _document(chance)
        if chance.random() < 0.7:
            delta = chance.choice(_LINES[2:6]) + "\n" + delta
        put(f"{name}/specs/s{chance.randrange(50)}/spec.md", delta)
        metadata = chance.choice(_METADATA)
        if metadata is not None:
            put(f"{name}/.openspec.yaml", metadata)


def _official(folder, *arguments):
    done = subprocess.run(
        ["openspec", *arguments, "--json"],
        cwd=folder.parent,
        env={**os.environ, "OPENSPEC_TELEMETRY": "0", "CI": "1", "NO_COLOR": "1"},
        capture_output=True,
        timeout=120,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_projects_get_the_same_verdicts_and_counts(tmp_path, seed):
    folder = tmp_path / "openspec"
    _write(folder, random.Random(seed))
    state = Store(folder).load()
    ours = {("change", name): change.findings for name, change in state.changes.items()}
    ours.update({("spec", id_): spec.findings for id_, spec in state.specs.items()})
    items = _official(folder, "validate", "--all")["items"]
    assert {(item["type"], item["id"]) for item in items} == ours.keys()
    for item in items:
        theirs = [(issue["level"], issue["path"], issue.get("line", 0)) for issue in item["issues"]]
        findings = ours[item["type"], item["id"]]
        assert [(finding.level, finding.path, finding.line) for finding in findings] == theirs, (
            item["id"]
        )
    for change in _official(folder, "list")["changes"]:
        progress = state.changes[change["name"]].progress
        assert (progress.done, progress.total) == (change["completedTasks"], change["totalTasks"])
    for spec in _official(folder, "list", "--specs")["specs"]:
        assert state.specs[spec["id"]].requirements == spec["requirementCount"]
