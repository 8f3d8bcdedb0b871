"""Command lines, without the official tool: a folder and a store answer alike, ours say it all."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec import OFFICIAL_VERSION
from geometry_ws.openspec.commands import run, writes
from geometry_ws.openspec.commands.arguments import (
    Option,
    Syntax,
    Usage,
    distance,
    help_text,
    nearest,
    parse,
)
from geometry_ws.openspec.commands.folder_project import FolderProject
from geometry_ws.openspec.commands.output import to_json
from geometry_ws.openspec.commands.stored_project import StoredProject
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.format.linediff import MAX_EDITS, compare_lines, hunks

TODAY = "2026-01-31"
READING = [
    "list --json", "list --sort name", "list --specs --json", "validate --all --json --strict",
    "validate --archived --json", "validate dimmer", "validate lamp --json", "status --all --json",
    "status --change dimmer", "show dimmer --json --diff", "show lamp --json", "show lamp",
    "schemas --json", "spec list --json", "change list --json", "overlap --json",
    "overlap dimmer", "search lamp", "search --archived --json lamp", "history --json", "history",
    "counts --json", "counts", "task list dimmer --json", "task list dimmer", "nothing", "help",
]  # fmt: skip


@pytest.fixture
def full(project):
    """A project with two changes on one requirement, and an archived one."""
    project.change()
    project.change("brighter", tasks="- [ ] 1.1 Buy a bulb\n")
    project.write("changes/dimmer/specs/base/nested/spec.md", "## ADDED Requirements\n")
    project.write("changes/.hidden/tasks.md", "- [x] a\n")
    project.write("changes/archive/2026-01-02-switch/proposal.md", "# A switch\n")
    project.write("changes/archive/2026-01-02-switch/tasks.md", "- [x] Buy a lamp\n- [ ] b\n")
    for file in project.folder.rglob("*.md"):
        text = file.read_text()
        if file.name == "proposal.md":
            file.write_text(text + "\n## What Changes\n- **lamp:** adds dimming\n")
    return project


def in_folder(project):
    path = str(project.root.resolve())
    return FolderProject(Folder(path), {"path": path, "source": "nearest"})


def answer(project, line, **more):
    return run(line.split(), in_folder(project), today=TODAY, clock=lambda: 0.0, **more)


def json_answer(project, line):
    output = answer(project, line)
    assert output.exit == 0, output
    return json.loads(output.stdout)


@pytest.mark.parametrize("line", READING)
def test_a_store_answers_as_the_folder_does(full, line):
    path = str(full.root.resolve())
    stored = StoredProject(full.store(), {"path": path, "source": "nearest"})
    assert run(line.split(), stored, today=TODAY, clock=lambda: 0.0) == answer(full, line)


def test_a_stores_paths_start_with_what_it_is_called(full):
    stored = StoredProject(full.store(), {"path": "desk", "source": "node"})
    output = run(["status", "--change", "dimmer", "--json"], stored)
    assert str(full.root) not in output.stdout
    status = json.loads(output.stdout)
    assert status["changeRoot"] == "desk/openspec/changes/dimmer"
    assert status["root"] == {"path": "desk", "source": "node"}


def test_overlaps_are_told_with_what_each_change_does(full):
    document = json_answer(full, "overlap --json")
    (overlap,) = document["requirements"]
    assert (overlap["spec"], overlap["requirement"]) == ("lamp", "Dimming")
    assert [claim["change"] for claim in overlap["changes"]] == ["brighter", "dimmer"]
    assert document["specs"] == [
        {"spec": "lamp", "changes": ["brighter", "dimmer"], "sharedRequirements": 1}
    ]
    assert "brighter: added" in answer(full, "overlap").stdout
    assert answer(full, "overlap nobody").exit == 1


def test_search_finds_lines_with_their_places(full):
    document = json_answer(full, "search --json manual write")
    assert [(hit["kind"], hit["id"], hit["line"]) for hit in document["hits"]] == [
        ("tasks", "dimmer", 8)
    ]
    assert json_answer(full, "search --json buy")["documents"] == 1
    assert json_answer(full, "search --archived --json buy")["documents"] == 2
    assert (
        json_answer(full, "search --kind archived --json buy")["hits"][0]["id"]
        == "2026-01-02-switch"
    )
    assert answer(full, "search --limit 0 x").exit == 1
    assert answer(full, "search --kind poem x").exit == 1
    assert answer(full, "search zyzzyva").stdout == ""


def test_history_and_counts_tell_what_there_is(full):
    (entry,) = json_answer(full, "history --json")["archived"]
    assert (entry["name"], entry["date"], entry["title"]) == ("switch", "2026-01-02", "A switch")
    assert (entry["completedTasks"], entry["totalTasks"]) == (1, 2)
    counts = json_answer(full, "counts --json")
    assert (counts["specs"], counts["changes"], counts["archived"]) == (1, 2, 1)
    assert (counts["completedTasks"], counts["totalTasks"]) == (1, 4)


def test_tasks_are_listed_and_set(full):
    tasks = json_answer(full, "task list dimmer --json")["tasks"]
    assert [(task["id"], task["number"], task["done"]) for task in tasks] == [
        (1, "1.1", False), (2, "1.2", True), (3, "2.1", False),
    ]  # fmt: skip
    before = (full.folder / "changes/dimmer/tasks.md").read_text()
    assert json_answer(full, "task set dimmer 2.1 --json")["task"]["done"]
    after = (full.folder / "changes/dimmer/tasks.md").read_text()
    assert after == before.replace("- [ ] 2.1", "- [x] 2.1")
    assert answer(full, "task set dimmer 3 --undone").exit == 0
    assert (full.folder / "changes/dimmer/tasks.md").read_text() == before


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("task set nobody 1 --json", "unknown_item"),
        ("task set dimmer 9 --json", "unknown_task"),
        ("task set dimmer 1 --revision 0123456789abcdef --json", "stale_revision"),
        ("task set dimmer 1 --expect other --json", "stale_revision"),
    ],
)
def test_a_task_that_is_another_by_now_is_not_set(full, line, code):
    before = (full.folder / "changes/dimmer/tasks.md").read_bytes()
    output = answer(full, line)
    assert output.exit == 1
    assert json.loads(output.stdout)["status"][0]["code"] == code
    assert (full.folder / "changes/dimmer/tasks.md").read_bytes() == before


def test_what_the_official_tool_alone_does_is_said_so(full):
    output = answer(full, "templates")
    assert (output.stdout, output.exit) == ("", 1)
    assert "openspec templates" in output.stderr


def test_the_version_is_the_official_tools_that_is_followed(full):
    assert answer(full, "--version").stdout == f"{OFFICIAL_VERSION}\n"


def test_the_gate_compares_with_the_version_that_is_followed():
    """`make tools` installs that version of the official tool, and no other."""
    package = Path(__file__).parent / "official" / "package.json"
    wanted = json.loads(package.read_text("utf-8"))["dependencies"]
    assert wanted == {"@fission-ai/openspec": OFFICIAL_VERSION}


def test_an_answer_beyond_the_limit_is_an_error(full):
    output = answer(full, "show lamp", limit=50)
    assert (output.stdout, output.exit) == ("", 1)
    assert answer(full, "show lamp", limit=5000).exit == 0


def test_folders_with_odd_names_do_no_harm(full):
    (full.folder / "changes" / "\udcff").mkdir()
    full.write("changes/ü/tasks.md", b"- [ ] \xff\n")
    changes = json_answer(full, "list --json --sort name")["changes"]
    assert [change["name"] for change in changes] == [".hidden", "brighter", "dimmer", "ü"]


def test_links_out_of_the_project_are_not_followed(full, tmp_path):
    (tmp_path / "secret.md").write_text("# Secret\n## Why\na\n## What Changes\nb\n")
    proposal = full.folder / "changes/dimmer/proposal.md"
    proposal.unlink()
    proposal.symlink_to(tmp_path / "secret.md")
    for line in ("show dimmer", "show dimmer --json", "search --json secret"):
        assert "Secret" not in answer(full, line).stdout


def test_commands_that_write_are_known_by_their_words():
    assert writes(["archive", "x", "--yes"])
    assert writes(["task", "set", "x", "1"])
    assert not writes(["task", "list", "x"])
    assert not writes(["--json", "list"])


# --- what is typed ------------------------------------------------------------------------

SYNTAX = Syntax(
    "make",
    "Make it.",
    ("thing",),
    (Option("json"), Option("kind", value="kind", short="k"), Option("yes", short="y")),
)


@pytest.mark.parametrize(
    ("words", "options", "operands"),
    [
        ("a --json", {"json": True}, ["a"]),
        ("--kind b a", {"kind": "b"}, ["a"]),
        ("--kind=b=c a", {"kind": "b=c"}, ["a"]),
        ("--kind --json", {"kind": "--json"}, []),
        ("-kb -y", {"kind": "b", "yes": True}, []),
        ("-yk b", {"kind": "b", "yes": True}, []),
        ("-- --json", {}, ["--json"]),
        ("-", {}, ["-"]),
        ("-5", {}, ["-5"]),
    ],
)
def test_options_are_read_as_the_official_tool_reads_them(words, options, operands):
    arguments = parse(SYNTAX, words.split())
    assert (arguments.options, arguments.operands) == (options, operands)


@pytest.mark.parametrize(
    "words", ["--jso", "--json=1", "--kind", "a b", "-x", "--Json", "-yx", "--no-yes"]
)
def test_mistakes_are_said(words):
    with pytest.raises(Usage):
        parse(SYNTAX, words.split())


def test_help_names_every_option():
    text = help_text(SYNTAX, "p")
    assert "p make [options] [thing]" in text
    for word in ("--json", "-k, --kind <kind>", "-y, --yes", "-h, --help"):
        assert word in text


def test_the_nearest_names_come_first():
    assert nearest("lst", ["show", "list", "last"], 2) == ["list", "last"]
    assert distance("kitten", "sitting") == 3
    assert distance("", "😀") == 2


def by_the_table(word, other):
    row = list(range(len(other) + 1))
    for at, unit in enumerate(word, 1):
        before, row[0] = row[0], at
        for below, against in enumerate(other, 1):
            least = min(row[below] + 1, row[below - 1] + 1, before + (unit != against))
            before, row[below] = row[below], least
    return row[-1]


@given(st.text("ab-1", max_size=40), st.text("ab-1", max_size=40))
def test_the_distance_is_that_of_the_table(word, other):
    assert distance(word, other) == distance(other, word) == by_the_table(word, other)


def test_of_a_word_longer_than_any_name_the_beginning_counts():
    # All 4,096 letters that a call may have would cost seconds where there are many names.
    word = "a" * 255 + "b" * 3841
    assert nearest(word, ["c" * 255, "b" * 250]) == ["c" * 255, "b" * 250]


# --- JSON and differences -----------------------------------------------------------------

SCALARS = st.none() | st.booleans() | st.integers() | st.text()


def nested(depth):
    """Values with at most so many lists and objects around each scalar."""
    if not depth:
        return SCALARS
    inner = nested(depth - 1)
    return SCALARS | st.lists(inner) | st.dictionaries(st.text(), inner)


VALUES = nested(4)


@pytest.mark.slow
@given(VALUES)
def test_documents_are_written_as_the_json_library_writes_them(value):
    assert to_json(value) == json.dumps(value, indent=2, ensure_ascii=False)


LINES = st.lists(st.sampled_from("abcd"), max_size=30)


@given(LINES, LINES)
def test_a_difference_leads_from_the_old_lines_to_the_new_ones(old, new):
    runs = compare_lines(old, new)
    assert [line for run in runs if run.mark != "+" for line in run.lines] == old
    assert [line for run in runs if run.mark != "-" for line in run.lines] == new
    assert all(run.mark != other.mark for run, other in itertools.pairwise(runs))


def test_hunks_have_four_lines_around_what_differs():
    old = [f"line {number}" for number in range(30)]
    new = [*old[:10], "new", *old[11:]]
    shown = hunks("\n".join(old), "\n".join(new)).split("\n")
    assert shown[0] == "@@ -7,9 +7,9 @@"
    assert shown[5:7] == ["-line 10", "+new"]
    assert len(shown) == 11
    assert hunks("same", "same") == ""


@pytest.mark.slow
def test_texts_that_have_little_in_common_are_replaced():
    old, new = ([f"{mark}{number}" for number in range(MAX_EDITS)] for mark in "ab")
    assert [run.mark for run in compare_lines(old, new)] == ["-", "+"]
