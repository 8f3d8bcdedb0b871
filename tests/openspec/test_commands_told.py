"""What is told of odd projects, line by line, as it is written here; no official tool is needed."""

import json
import shutil

import pytest

from geometry_ws.openspec.commands import run
from geometry_ws.openspec.commands.folder_project import FolderProject
from geometry_ws.openspec.commands.stored_project import StoredProject
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.schemas import BUILT_IN, Artifact, Schema, Schemas
from geometry_ws.openspec.rules.artifacts import build_order, plan_artifacts
from geometry_ws.openspec.views.proposals import IncompleteProposal, what_changes
from tests.openspec import test_rules as rules
from tests.openspec.command_cases import (
    MISTAKES,
    WHOLE,
    Writer,
    lines_for_items,
    write_oddities,
    write_rules,
)
from tests.openspec.openspec_answers import document, ours


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    write_oddities(Writer(folder))
    return folder


def json_answer(folder, line):
    return json.loads(ours(folder, *line.split())[1])


@pytest.mark.parametrize("line", MISTAKES)
def test_mistakes_have_their_status_and_code(odd, line):
    status, code = MISTAKES[line]
    exit_status, out, err = ours(odd, *line.split())
    assert exit_status == status
    said = document(out)
    actual = said["status"][0]["code"] if isinstance(said, dict) and "status" in said else ""
    assert actual == code
    assert out or err


@pytest.mark.parametrize("words", [["validate", ""], ["validate", "", "--json"], ["show", ""]])
def test_an_empty_name_is_none(odd, words):
    status, out, err = ours(odd, *words)
    assert (status, out) == (1, "")
    assert err.startswith("Say ")


@pytest.mark.parametrize("line", ["spec help", "spec help show", "spec --help", "change list -h"])
def test_help_is_an_answer_with_nothing_beside_it(odd, line):
    status, out, err = ours(odd, *line.split())
    assert (status, out.startswith("Usage: "), err) == (0, True, "")


def test_our_own_commands_take_names_as_a_shell_completes_them(odd):
    for name in ("plain/", "./plain", "../changes/plain"):
        listed = json_answer(odd, f"task list {name} --json")
        assert (listed["change"], listed["totalTasks"]) == ("plain", 2)
        assert json_answer(odd, f"rebase {name} --json")["rebase"]["change"] == "plain"
    assert ours(odd, "rebase", "./nowhere")[0] == 1
    assert 'no change "../plain"' in ours(odd, "task", "list", "../plain")[2]


@pytest.mark.parametrize("write", [write_rules, write_oddities])
def test_a_store_tells_the_same_of_everything(tmp_path, write):
    made = Writer(tmp_path)
    write(made)
    # A folder without files has a time of its own, which nobody tells those who follow a project;
    # links between changes are followed where one asks for them by name, which a store doesn't.
    for name in ("empty", "linked"):
        shutil.rmtree(made.folder / "changes" / name, ignore_errors=True)
        (made.folder / "changes" / name).unlink(missing_ok=True)
    store = Store(made.folder)
    store.load()
    root = {"path": str(tmp_path.resolve()), "source": "nearest"}
    folder = FolderProject(Folder(root["path"]), root)
    stored = StoredProject(store, root)
    for words in [*(line.split() for line in WHOLE), *lines_for_items(made)]:
        first, second = (run(words, project, clock=lambda: 0.0) for project in (folder, stored))
        assert first == second, words


def test_changes_are_listed_with_all_that_is_odd_about_them(odd):
    listed = json_answer(odd, "list --json --sort name")
    names = [change["name"] for change in listed["changes"]]
    assert names[:3] == [".dotted", "both", "broken"]
    assert "linked" not in names
    wrap = next(change for change in listed["changes"] if change["name"] == "wrap")
    assert wrap["nested"] == ["wrap/ios/one", "wrap/two"]
    assert [warning["code"] for warning in listed["warnings"]] == ["nested_change_directory"]
    own = next(change for change in listed["changes"] if change["name"] == "own")
    assert (own["completedTasks"], own["totalTasks"], own["status"]) == (1, 2, "in-progress")
    assert all(change["lastModified"].endswith("Z") for change in listed["changes"])


def test_the_latest_change_comes_first_and_times_are_rounded(odd):
    listed = json_answer(odd, "list --json")["changes"]
    dated = [change for change in listed if change["name"] != "empty"]
    times = [change["lastModified"] for change in dated]
    assert times == sorted(times, reverse=True)
    # The first file of all is written at 1 700 000 001.000456789 s.
    assert times[-1].startswith("2023-11-14T22:13:")


def test_texts_for_people_name_everything(odd):
    listed = ours(odd, "list")[1]
    assert "plain" in listed
    assert "1/2 tasks" in listed
    assert "✓ complete" in listed
    assert "no tasks" in listed
    assert 'Warning: "wrap"' in listed
    assert "area/deep.er" in ours(odd, "list", "--specs")[1]
    assert "requirements 2" in ours(odd, "spec", "list", "--long")[1]
    assert "both: Both (deltas 1, tasks 0/0)" in ours(odd, "change", "list", "--long")[1]
    assert "both: Both" not in ours(odd, "change", "list")[1]
    assert "own (the project's): work → idea → rules" in ours(odd, "schemas")[1]


def test_findings_are_told_beside_the_verdicts(odd):
    status, out, err = ours(odd, "validate", "--all")
    assert status == 1
    assert "✓ spec/both" in out
    assert "Totals: " in out
    assert "Details: " in out
    assert "✗ change/wrap" in err
    assert "[ERROR]" in err
    status, out, err = ours(odd, "validate", "--changes", "--report", "findings")
    assert out.startswith("Scope: changes (")
    assert "✗ change/wrap" in err
    status, out, err = ours(odd, "validate", "--archived")
    assert (status, "✗ change/undated" in err) == (1, True)
    assert ours(odd, "validate", "Both")[:2] == (0, "Spec Both is valid\n")
    assert ours(odd, "spec", "validate", "area")[0] == 0
    assert ours(odd, "change", "validate", "plain")[0] == 1


def test_the_status_says_what_is_done_ready_and_blocked(odd):
    plain = json_answer(odd, "status --change plain --json")
    assert [(artifact["id"], artifact["status"]) for artifact in plain["artifacts"]] == [
        ("proposal", "done"), ("specs", "done"), ("design", "done"), ("tasks", "done"),
    ]  # fmt: skip
    own = json_answer(odd, "status --change own --json")
    assert [(artifact["id"], artifact["status"]) for artifact in own["artifacts"]] == [
        ("idea", "ready"), ("work", "done"), ("rules", "skipped"),
    ]  # fmt: skip
    assert len(own["artifactPaths"]["work"]["existingOutputPaths"]) == 2
    other = json_answer(odd, "status --change both --schema own --json")
    assert [(artifact["id"], artifact.get("missingDeps")) for artifact in other["artifacts"]] == [
        ("idea", None), ("work", ["idea"]), ("rules", ["work", "idea"]),
    ]  # fmt: skip
    text = ours(odd, "status", "--change", "both", "--schema", "own")[1]
    assert "[-] work (needs idea)" in text
    assert "Next: geometry-ws openspec instructions idea" in text
    assert "[~] rules (the change has no specs)" in ours(odd, "status", "--change", "own")[1]


def test_changes_that_cannot_be_judged_keep_their_place(odd):
    status, out, _ = ours(odd, "status", "--all", "--json")
    assert status == 1
    broken = [change["changeName"] for change in json.loads(out)["changes"] if "status" in change]
    assert broken == ["broken", "lost", "shape", "spoilt", "wrap"]
    assert "✗ lost: " in ours(odd, "status", "--all")[1]


def test_a_change_is_shown_with_its_deltas_and_differences(odd):
    shown = json_answer(odd, "show plain --json --diff")
    assert [(delta["spec"], delta["operation"]) for delta in shown["deltas"]] == [
        ("area", "REMOVED"), ("area", "REMOVED"), ("area", "RENAMED"),
        ("x", "ADDED"), ("x", "MODIFIED"),
    ]  # fmt: skip
    assert "warning" in shown["deltas"][-1]
    text = ours(odd, "show", "plain", "--diff")[1]
    assert "RENAMED: É → E" in text
    assert "REMOVED: Gone" in text
    assert "⚠ There is no main spec x" in text
    assert "changes no spec" in ours(odd, "show", "told", "--diff")[1]


def test_differences_are_hunks_and_near_names_are_said(tmp_path):
    made = Writer(tmp_path)
    made.put("specs/x/spec.md", "## Purpose\np\n## Requirements\n### Requirement: Old one\nA.\n")
    made.put("changes/c/proposal.md", "## Why\na\n## What Changes\nb\n")
    modified = "## MODIFIED Requirements\n### Requirement: {}\nB.\n"
    made.put("changes/c/specs/x/spec.md", modified.format("Old  One"))
    (delta,) = json_answer(tmp_path, "show c --json --diff")["deltas"]
    assert delta["diff"] == (
        "@@ -1,2 +1,2 @@\n-### Requirement: Old one\n-A.\n+### Requirement: Old  One\n+B."
    )
    assert "Old one" in delta["warning"]
    assert "    +B." in ours(tmp_path, "show", "c", "--diff")[1]
    rename = "## RENAMED Requirements\nFROM: ### Requirement: Old one\nTO: ### Requirement: New\n"
    made.put("changes/c/specs/x/spec.md", modified.format("New") + rename)
    delta = json_answer(tmp_path, "show c --json --diff")["deltas"][0]
    assert "warning" not in delta
    assert delta["diff"].endswith("-A.\n+### Requirement: New\n+B.")
    made.put("changes/c/specs/x/spec.md", modified.format("Old one").replace("B.", "A."))
    assert json_answer(tmp_path, "show c --json --diff")["deltas"][0]["diff"] == ""
    assert "(the text is the same)" in ours(tmp_path, "show", "c", "--diff")[1]
    made.put("changes/c/specs/x/spec.md", modified.format("Gone"))
    assert "no requirement" in json_answer(tmp_path, "show c --json --diff")["deltas"][0]["warning"]


def test_without_operations_the_proposals_bullets_are_the_deltas(odd):
    shown = json_answer(odd, "show told --json")
    assert [(delta["spec"], delta["operation"]) for delta in shown["deltas"]] == [
        ("a", "RENAMED"), ("b", "ADDED"), ("c", "MODIFIED"), ("d", "REMOVED"),
    ]  # fmt: skip


def test_empty_places_say_so(tmp_path):
    (tmp_path / "openspec" / "changes").mkdir(parents=True)
    for line, text in {
        "list": "No changes are open.", "list --specs": "There are no specs.",
        "status --all": "No changes are open.", "spec list": "There are no specs.",
        "change list": "No changes are open.", "validate --all": "There is nothing to validate.",
        "history": "Nothing was archived yet.", "overlap": "No two open changes",
    }.items():  # fmt: skip
        status, out, _ = ours(tmp_path, *line.split())
        assert status == 0
        assert text in out
    assert json_answer(tmp_path, "status --json")["message"] == "No changes are open."


def test_a_persons_own_schemas_come_after_the_projects(tmp_path):
    made = Writer(tmp_path)
    for place, version in (("schemas/a", 1), ("../mine/a", 2), ("../mine/b", 3)):
        made.put(
            f"{place}/schema.yaml",
            f"name: x\nversion: {version}\ndescription: '{version}'\n"
            "artifacts: [{id: i, generates: i.md, description: d, template: t}]\n",
        )
    folder = Folder(str(tmp_path), str(tmp_path / "mine"))
    listed = [
        (schema.name, schema.source, schema.schema.description)
        for schema in folder.schemas.listed()
    ]
    assert listed[:2] == [("a", "project", "1"), ("b", "user", "3")]
    assert listed[2][:2] == ("spec-driven", "package")
    assert Schemas({"spec-driven": "no"}).listed()[0].schema is BUILT_IN


def test_a_plan_orders_artifacts_by_what_they_need():
    first, second, third = (
        Artifact("one", "one.md", ("two",)), Artifact("two", "two.md"), Artifact("three", "three"),
    )  # fmt: skip
    assert [artifact.id for artifact in build_order((first, second, third))] == [
        "two",
        "one",
        "three",
    ]
    plan = plan_artifacts(Schema("s", (first, second, third)), lambda _pattern: [])
    assert (plan.next, plan.is_complete, plan.needed) == ("two", False, ("one", "two", "three"))
    done = plan_artifacts(Schema("s", (second,)), lambda pattern: [pattern])
    assert (done.next, done.is_complete) == (None, True)


def test_a_proposal_without_its_sections_says_which():
    with pytest.raises(IncompleteProposal, match="Why"):
        what_changes("## What Changes\nx\n")
    with pytest.raises(IncompleteProposal, match="What Changes"):
        what_changes("## Why\nx\n")


def test_what_cannot_be_listed_is_an_error_of_its_own(tmp_path):
    made = Writer(tmp_path)
    for path in ("changes", "specs", "config.yaml"):
        made.put(path, "a file")
    for line, code in {
        "list --json": "list_error", "list --specs --json": "list_error",
        "validate --all --json": "validate_error", "validate x --json": "validate_error",
        "validate --archived --json": "validate_error", "status --all --json": "change_error",
        "status --change x --json": "change_error", "show x --json": "show_error",
        "history --json": "history_error", "archive --json": "archive_change_name_required",
    }.items():  # fmt: skip
        status, out, _ = ours(tmp_path, *line.split())
        assert (status, json.loads(out)["status"][0]["code"]) == (1, code), line
    assert ours(tmp_path, "change", "list", "--json")[:2] == (0, "[]\n")
    assert ours(tmp_path, "spec", "list")[0] == 1


def test_documents_beyond_the_limit_are_unreadable_and_the_rest_is_told(tmp_path):
    made = Writer(tmp_path)
    made.put("specs/big/spec.md", "## Purpose\n" + "x" * 2**20)
    made.put("specs/small/spec.md", rules.GOOD)
    made.put("changes/c/.openspec.yaml", "schema: spec-driven\n#" + "x" * 2**20)
    made.put("changes/c/tasks.md", "- [x] " + "x" * 2**20)
    made.put("changes/archive/a/tasks.md", "- [x] " + "x" * 2**20)
    made.put("changes/archive/b/tasks.md/c.md", "")
    listed = json_answer(tmp_path, "list --specs --json")["specs"]
    assert [spec["requirementCount"] for spec in listed] == [0, 1]
    assert json_answer(tmp_path, "list --json")["changes"][0]["totalTasks"] == 0
    assert ours(tmp_path, "show", "big")[0] == 1
    archived = json_answer(tmp_path, "validate --archived --json")["items"]
    assert [item["issues"][0]["path"] for item in archived] == [
        "openspec/changes/archive/a/tasks.md", "openspec/changes/archive/b/tasks.md",
    ]  # fmt: skip
    assert ours(tmp_path, "status", "--change", "c", "--json")[0] == 1


def test_overlaps_and_the_archive_are_told_to_people(tmp_path):
    made = Writer(tmp_path)
    made.put("specs/x/spec.md", rules.GOOD)
    for name in ("one", "two"):
        made.put(f"changes/{name}/specs/x/spec.md", rules.MODIFIED.replace("do.", f"{name}."))
        made.put(f"changes/{name}/specs/y/spec.md", f"{rules.ADDED.replace(': B', f': {name}')}")
    text = ours(tmp_path, "overlap")[1]
    assert "x: A" in text
    assert "  y: one, two" in text
    assert ours(tmp_path, "archive", "one", "--yes")[1].split("\n") == [
        "specs/x: updated (1 modified)",
        "specs/y: new (1 added)",
        "one is archived as 2026-01-31-one",
        "",
    ]
    made.put("changes/archive/undated/specs/x/spec.md", "# nothing\n")
    made.put("changes/archive/undated/tasks.md", "- [ ] a\n")
    history = ours(tmp_path, "history")[1].split("\n")
    assert history[:3] == [
        "2026-01-31  one: one", "              x: 1 modified", "              y: 1 added",
    ]  # fmt: skip
    assert "undated: undated (0/1 tasks)" in history[3]
    assert ours(tmp_path, "archive", "two", "--yes", "--skip-specs")[0] == 0
    assert ours(tmp_path, "task", "list", "none")[0] == 1
