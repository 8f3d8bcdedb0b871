"""A project's config.yaml: what is wrong in it is told, with its line; a pointer is no project."""

import json
import shutil

import pytest

from geometry_ws.openspec.commands import run
from geometry_ws.openspec.commands.folder_project import FolderProject
from geometry_ws.openspec.commands.stored_project import StoredProject
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.config import MAX_CONTEXT, config_notice, read_config
from tests.openspec import openspec_answers

# Texts, the lines that are told, and the schema that is used all the same.
CASES = {
    "open quote": ('schema: other\nrules:\n  tasks:\n    - "open\n', [5], "spec-driven"),
    "key twice": ("schema: spec-driven\nschema: other\n", [2], "spec-driven"),
    "empty": ("", [0], "spec-driven"),
    "only text": ("words\n", [0], "spec-driven"),
    "a mapping as rule": ("schema: other\nrules:\n  tasks:\n    - keep: small\n", [3], "other"),
    "empty rule": ("rules:\n  a: ['']\n  b: [x]\n", [2], "spec-driven"),
    "rules as list": ("rules: [a]\n", [1], "spec-driven"),
    "schema as number": ("x: 1\nschema: 3\n", [2], "spec-driven"),
    "no schema": ("schema:\n", [1], "spec-driven"),
    "context": ("context: [a]\n", [1], "spec-driven"),
    "long context": (f"context: {'x' * (MAX_CONTEXT + 1)}\n", [1], "spec-driven"),
    "operations": ("operations:\n  apply:\n    guidance: [1]\n  do: {}\n", [2, 4], "spec-driven"),
    "references": ("references: [{id: a, remote: 3}, 4]\n", [1, 1], "spec-driven"),
    "copilot": ("githubCopilot:\n  cloudAgent: 'yes'\n", [2], "spec-driven"),
    "good": ("schema: own\ncontext: x\nrules:\n  tasks: [a]\nreferences: [a]\n", [], "own"),
    "a list": ("- a\n", [], "spec-driven"),
}
SPEC = "# lamp\n\n## Purpose\nSays what it does.\n\n## Requirements\n"
LINES = ["list", "list --specs", "validate --all", "status --all", "show a", "schemas",
         "archive a --json", "list --json", "validate --all --json", "status --all --json",
         "show a --json", "schemas --json", "spec list", "change list"]  # fmt: skip
STORES = {"store: shared\n": "no_registered_stores", "store: [a]\n": "invalid_store_pointer",
          "store: 'open\n": "invalid_store_pointer"}  # fmt: skip


def project(tmp_path, config, *, change=False):
    folder = tmp_path / "openspec"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(config)
    if change:
        (folder / "changes/a").mkdir(parents=True)
        (folder / "changes/a/proposal.md").write_text("# A\n")
        (folder / "changes/a/tasks.md").write_text("- [ ] a\n")
    path = str(tmp_path.resolve())
    return FolderProject(Folder(path), {"path": path, "source": "nearest"})


@pytest.mark.parametrize(
    ("claims", "strict", "words"),
    [("strict", True, ""), ("soft", False, ""), ("hard", False, "claims"), ("[]", False, "claims")],
)
def test_claims_are_a_setting_that_the_official_tool_passes_over(claims, strict, words):
    config = read_config(f"schema: own\nclaims: {claims}\n")
    assert (config.strict_claims, config.problems, config.schema) == (strict, (), "own")
    assert words in config_notice(config, has_folders=True)
    assert read_config("schema: own\n").strict_claims is False


@pytest.mark.parametrize(("text", "lines", "schema"), CASES.values(), ids=CASES)
def test_what_is_wrong_is_told_with_its_line(text, lines, schema):
    config = read_config(text)
    assert [problem.line for problem in config.problems] == lines
    assert config.schema == schema


def test_commands_and_nodes_tell_of_it(tmp_path):
    asked = project(tmp_path, CASES["a mapping as rule"][0], change=True)
    for line in ("list", "list --json", "validate --all", "status --all"):
        assert "config.yaml, line 3: the rules for tasks" in run(line.split(), asked).stderr
    assert run(["list", "--specs"], asked).stderr == ""
    store = Store(tmp_path / "openspec")
    assert "config.yaml, line 3: the rules for tasks" in store.load().notice
    (tmp_path / "openspec/config.yaml").write_text("schema: spec-driven\n")
    assert store.reload([str(tmp_path / "openspec/config.yaml")]).notice == ""


@pytest.mark.parametrize(("text", "code"), STORES.items(), ids=STORES)
def test_a_project_that_only_points_to_a_store_is_none(tmp_path, text, code):
    asked = project(tmp_path, text)
    store = Store(tmp_path / "openspec")
    assert "config.yaml" in store.load().notice
    for place in (asked, StoredProject(store, asked.root)):
        for line in ("list", "validate --all", "status --all", "schemas", "show a", "archive a"):
            output = run([*line.split(), "--json"], place)
            assert output.exit == 1
            assert json.loads(output.stdout)["status"][0]["code"] == code
            assert run(line.split(), place).exit == 1


def test_a_store_beside_folders_is_said_to_be_ignored(tmp_path):
    asked = project(tmp_path, "store: shared\n", change=True)
    output = run(["list"], asked)
    assert output.exit == 0
    assert 'the store "shared", which is ignored' in output.stderr
    assert "is ignored" in Store(tmp_path / "openspec").load().notice


@pytest.mark.nodejs
@pytest.mark.skipif(shutil.which("openspec") is None, reason="the official tool is not installed")
@pytest.mark.parametrize("change", [True, False])
def test_the_official_tool_tells_as_often_and_ends_alike(tmp_path, change):
    tool = openspec_answers.Official(tmp_path / "home")
    try:
        for number, text in enumerate([*(text for text, *_ in CASES.values()), *STORES]):
            place = tmp_path / str(number)
            asked = project(place, text, change=change)
            for line in LINES:
                status, out, err = tool.ask(place, *line.split())
                output = run(line.split(), asked, today="2026-01-31")
                assert output.exit == status, (text, line)
                if "--json" in line:
                    plain = openspec_answers.without_wording
                    ours, theirs = map(openspec_answers.document, (output.stdout, out))
                    assert json.dumps(plain(ours)) == json.dumps(plain(theirs)), (text, line)
                if change and line in ("list", "status --all"):
                    lines = [text for text in err.splitlines() if not text.startswith("- ")]
                    assert bool(lines) == ("config.yaml" in output.stderr), (text, line, err)
    finally:
        tool.close()
