"""``new change`` makes what the official tool makes, and refuses what it refuses."""

import datetime
import json
import shutil

import pytest

from geometry_ws.openspec.commands import run, writes
from geometry_ws.openspec.commands.stored_project import StoredProject
from geometry_ws.openspec.disk.store import Store
from tests.openspec import openspec_answers
from tests.openspec.archiving import contents

SCHEMA = (
    "name: quick\nversion: 1\nartifacts:\n"
    "  - {id: work, generates: work.md, template: t.md, description: d}\n"
)
PROJECTS = {
    "empty": {},
    "bare": {"openspec/specs/lamp/spec.md": "# lamp\n"},
    "configured": {
        "openspec/config.yaml": "schema: quick\n",
        "openspec/schemas/quick/schema.yaml": SCHEMA,
        "openspec/schemas/quick/templates/t.md": "# Work\n",
        "openspec/changes/taken/proposal.md": "# taken\n",
    },
}
LINES = [
    ["add-x", "--json"],
    ["add-x"],
    ["taken", "--json"],
    ["add-x", "--goal", "People can: see #1", "--description", "Some words.", "--json"],
    ["add-x", "--goal", "plain words"],
    ["add-x", "--schema", "spec-driven", "--json"],
    ["add-x", "--schema", "quick", "--json"],
    ["add-x", "--schema", "nope", "--json"],
    ["Add-X", "--json"],
    ["add--x", "--json"],
    ["9-x", "--json"],
    ["add_x", "--json"],
    ["../x", "--json"],
    ["a" * 200, "--json"],
    ["a" * 201, "--json"],
    ["add-x", "more", "--json"],
    ["add-x", "--unknown"],
    ["add-x", "--store", "x", "--json"],
    ["--json"],
    [],
]


def write(folder, files):
    folder.mkdir(parents=True)
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def files(folder):
    day = datetime.datetime.now(datetime.UTC).date().isoformat().encode()
    return {
        path: data.replace(day, openspec_answers.TODAY.encode())
        for path, data in contents(folder).items()
        if data is not None
    }


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    tool = openspec_answers.Official(tmp_path_factory.mktemp("home"))
    yield tool
    tool.close()


@pytest.mark.nodejs
@pytest.mark.skipif(shutil.which("openspec") is None, reason="the official tool is not installed")
@pytest.mark.parametrize("project", PROJECTS)
@pytest.mark.parametrize("line", LINES, ids=[" ".join(line)[:40] for line in LINES])
def test_answers_and_files_are_the_official_tools(official, tmp_path, project, line):
    theirs, mine = tmp_path / "theirs" / "p", tmp_path / "mine" / "p"
    write(theirs, PROJECTS[project])
    write(mine, PROJECTS[project])
    expected = official.ask(theirs, "new", "change", *line)
    actual = openspec_answers.ours(mine, "new", "change", *line)
    assert actual[0] == expected[0]
    assert files(mine) == files(theirs)
    said = openspec_answers.document(expected[1].replace(str(theirs), str(mine)))
    assert openspec_answers.without_wording(openspec_answers.document(actual[1])) == (
        openspec_answers.without_wording(said)
    )


def test_a_change_is_made_with_what_a_project_lacks(tmp_path):
    status, out, err = openspec_answers.ours(
        tmp_path, "new", "change", "add-x", "--goal", "more light", "--description", "d"
    )
    assert (status, err) == (0, "")
    assert out.startswith("add-x is there: ")
    folder = tmp_path / "openspec"
    assert (folder / "changes/add-x/.openspec.yaml").read_text() == (
        f"schema: spec-driven\ncreated: {openspec_answers.TODAY}\ngoal: more light\n"
    )
    assert (folder / "changes/add-x/README.md").read_text() == "# add-x\n\nd\n"
    assert (folder / "config.yaml").is_file()


def test_on_a_node_it_needs_the_procedure_that_writes(tmp_path):
    write(tmp_path / "p", PROJECTS["bare"])
    store = Store(tmp_path / "p" / "openspec")
    store.load()
    project = StoredProject(store, {"path": "p", "source": "node"})
    answer = run(["new", "change", "add-x", "--json"], project, today="2026-01-02")
    assert json.loads(answer.stdout)["change"]["path"] == "p/openspec/changes/add-x"
    assert "add-x" in store.state.changes
    assert writes(["new", "change", "add-x"])
