"""Links that lead out of the project are never read and never listed, but told; others work."""

import json
import shutil

import pytest

from geometry_ws.openspec.commands import run
from geometry_ws.openspec.commands.folder_project import FolderProject
from geometry_ws.openspec.commands.stored_project import StoredProject
from geometry_ws.openspec.disk.archive_reader import ArchiveReader
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.format.model import Status
from geometry_ws.openspec.views.counts import count_project
from geometry_ws.openspec.views.diff import Kind, diff
from tests.openspec import openspec_answers
from tests.openspec.conftest import DELTA, SPEC, TASKS

WORD = "Hidden"
SECRET_SPEC = SPEC.replace("Switching", WORD)
SCHEMA = (
    "name: own\nversion: 1\ndescription: Hidden\n"
    "artifacts:\n- {id: tasks, generates: t.md, description: d, template: t.md}\n"
)
OUTSIDE = {
    "lamp/spec.md": SECRET_SPEC,
    "lamp/deep/spec.md": SECRET_SPEC,
    "change/proposal.md": f"# {WORD}\n\n## Why\n{WORD}.\n",
    "change/tasks.md": TASKS.replace("Solder", WORD),
    "change/specs/lamp/spec.md": DELTA.replace("Dimming", WORD),
    "2026-01-01-hidden/tasks.md": TASKS.replace("Solder", WORD),
    "own/schema.yaml": SCHEMA,
    "config.yaml": "schema: own\ncontext: Hidden\n",
}
PLACES = {
    "specs": "",
    "changes": "",
    "changes/archive": "",
    "schemas": "",
    "schemas/own": "own",
    "config.yaml": "config.yaml",
    "changes/hidden": "change",
    "changes/.hidden": "change",
    "changes/archive/2026-01-01-hidden": "change",
    "specs/hidden": "lamp",
    "specs/area/hidden": "lamp",
    "specs/area/document": "lamp/spec.md",
}
LINES = (
    "list --json", "list", "list --specs --json", "list --specs", "validate --all --json",
    "validate --all", "validate --archived", "validate --archived --json", "show hidden",
    "show hidden --json", "show hidden --type spec", "status --change hidden --json",
    "search --json hidden", "schemas --json", "overlap --json", "spec list --long",
    "change list --long", "show dimmer --json", "show lamp --json --type spec", "history --json",
)  # fmt: skip


@pytest.fixture
def outside(tmp_path):
    """A folder beside the project with one of everything."""
    folder = tmp_path / "elsewhere"
    for path, text in OUTSIDE.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def link(project, path, target):
    """Put a link in the place of whatever is at a path below openspec/."""
    place = project.folder / path
    if place.is_dir():
        place.rename(project.root / f"former-{place.name}")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(target)


def projects(project):
    """The project as a command reads it, and as a node holds it."""
    root = {"path": str(project.root.resolve()), "source": "nearest"}
    return FolderProject(Folder(root["path"]), root), StoredProject(project.store(), root)


@pytest.mark.parametrize("path", PLACES)
def test_a_link_out_of_the_project_is_told_and_nothing_below_it_is_read(project, outside, path):
    project.change()
    link(project, path, outside / PLACES[path])
    state = project.store().state
    assert state.problem == f"{path} is a link that leads out of the project: it isn't read."
    assert WORD not in repr(state)
    assert WORD.lower() not in repr((list(state.changes), list(state.specs), state.archived))
    for view in projects(project):
        assert list(view.outside) == [path]
        for line in LINES:
            out, err, status = run(line.split(), view, clock=lambda: 0.0)
            assert WORD not in f"{out}{err}".replace("hidden", ""), (line, status)


@pytest.mark.parametrize(
    "path",
    [path for path in PLACES if path.count("/") and path not in ("schemas/own", "changes/archive")],
)
def test_validation_has_a_finding_for_a_linked_item(project, outside, path):
    link(project, path, outside / PLACES[path])
    flag = "--archived" if "archive" in path else "--all"
    for view in projects(project):
        out, _, status = run(["validate", flag, "--json"], view, clock=lambda: 0.0)
        issues = [issue for item in json.loads(out)["items"] for issue in item["issues"]]
        assert status == 1
        assert [issue["path"] for issue in issues] == [path]
        assert "leads out of the project" in issues[0]["message"]
        assert "leads out of the project" in run(["validate", flag], view)[1]


@pytest.mark.parametrize(
    ("path", "line"),
    [("changes", "list"), ("specs", "list --specs"), ("changes/archive", "validate --archived")],
)
def test_a_command_says_that_a_whole_folder_is_not_read(project, outside, path, line):
    link(project, path, outside)
    for view in projects(project):
        out, err, status = run(line.split(), view, clock=lambda: 0.0)
        assert status == 1
        assert f"{path}/ is a link that leads out of the project." in out + err


def test_a_link_out_of_a_change_is_a_finding_of_the_change(project, outside):
    folder = project.change()
    (folder / "notes.md").symlink_to(outside / "change/proposal.md")
    state = project.store().state.changes["dimmer"]
    assert [(finding.rule, finding.level, finding.path) for finding in state.findings] == [
        ("L1", "WARNING", "notes.md")
    ]
    assert state.status is Status.IN_PROGRESS
    assert "notes.md" not in dict(state.documents)
    (folder / "specs" / "hidden").symlink_to(outside / "lamp")
    state = project.store().state.changes["dimmer"]
    assert (state.status, state.findings[-1].path) == (Status.INVALID, "specs/hidden")
    assert state.problem.startswith("specs/hidden is a link that leads out of the project")


def test_an_archived_document_that_is_a_link_out_is_neither_listed_nor_read(project, outside):
    name = "2026-01-01-old"
    folder = project.change(f"archive/{name}")
    (folder / "design.md").symlink_to(outside / "change/proposal.md")
    (folder / "hidden").symlink_to(outside / "change")
    store = project.store()
    listed = ["proposal.md", "specs/lamp/spec.md", "tasks.md"]
    assert store.archived_documents(name) == listed
    sources = ArchiveReader(project.folder).read(name).sources
    assert [path for path, source in sources.items() if source.readable] == listed


def test_links_out_count_as_errors_of_the_project(project, outside):
    link(project, "specs/hidden", outside / "lamp")
    store = project.store()
    files, state = store.moment()
    counts = count_project(state, files.changes, files.specs, files.outside)
    assert counts.findings.errors == 1


def test_a_link_that_comes_and_goes_is_followed(project, outside):
    store = project.store()
    before = store.state
    link(project, "changes/hidden", outside / "change")
    paths = [str(project.folder / "changes/hidden")]
    (event,) = diff(before, store.reload(paths))
    assert (event.kind, event.problem.split(" ")[0]) == (Kind.PROJECT_CHANGED, "changes/hidden")
    before = store.state
    (project.folder / "changes/hidden").unlink()
    (event,) = diff(before, store.reload(paths))
    assert (event.kind, event.problem) == (Kind.PROJECT_CHANGED, "")


def test_many_links_make_one_sentence(project, outside):
    for number in range(60):
        link(project, f"specs/hidden{number:02}", outside / "lamp")
    problem = project.store().state.problem
    assert problem.startswith("specs/hidden00, specs/hidden01, specs/hidden02 and ")
    assert len(problem) < 200


def test_a_folder_that_becomes_a_link_out_meanwhile_is_not_read(project, outside):
    store = project.store()
    assert "lamp" in store.state.specs
    link(project, "specs", outside)
    state = store.reload([str(project.folder / "specs")])
    assert (dict(state.specs), state.problem.split(" ")[0]) == ({}, "specs")


@pytest.mark.parametrize("path", ["specs", "changes", "changes/archive", "config.yaml"])
def test_links_that_stay_inside_go_on_working(project, path):
    project.change()
    project.change("archive/2026-01-01-old")
    project.write("config.yaml", "schema: spec-driven\n")
    expected = project.store().state
    place = project.folder / path
    place.rename(project.root / "moved")
    place.symlink_to(project.root / "moved")
    state = project.store().state
    assert state.problem == ""
    assert (state.specs, state.archived) == (expected.specs, expected.archived)
    assert state.changes["dimmer"].tasks == expected.changes["dimmer"].tasks
    for view in projects(project):
        assert not view.outside
        assert run(["validate", "--all"], view)[2] == 0


def change_with_linked_tasks(project, target, text=TASKS):
    folder = project.change()
    (folder / "tasks.md").unlink()
    place = folder / target
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    (folder / "tasks.md").symlink_to(target)
    return folder


AWAY = ("../other/tasks.md", "../../../docs/tasks.md", "../../../../beyond.md")


@pytest.mark.parametrize("target", AWAY)
def test_tasks_that_are_a_link_out_of_the_change_are_refused(project, target):
    folder = change_with_linked_tasks(project, target)
    state = project.store().state.changes["dimmer"]
    assert (state.status, state.progress.total) == (Status.UNREADABLE, 0)
    assert state.problem.startswith("tasks.md is a link that leads out of ")
    assert state.archiving.why.startswith("tasks.md is a link")
    before = (folder / target).read_text()
    for view in projects(project):
        for line, code in {
            "archive dimmer --yes --json": "archive_error",
            "archive dimmer --yes --no-validate --skip-specs --json": "archive_error",
            "status --change dimmer --json": "change_error",
        }.items():
            out, _, status = run(line.split(), view)
            assert (status, json.loads(out)["status"][0]["code"]) == (1, code)
        for line in ("task list dimmer", "task set dimmer 1"):
            assert run(line.split(), view)[2] == 1
        out, err, status = run(["list", "--json"], view)
        counts = {each["name"]: each["totalTasks"] for each in json.loads(out)["changes"]}
        assert (status, counts["dimmer"]) == (0, 0)
        assert "dimmer: tasks.md is a link" in err
    assert folder.is_dir()
    assert (folder / target).read_text() == before


def test_tasks_that_are_a_link_within_the_change_are_tasks(project):
    change_with_linked_tasks(project, "notes/todo.md")
    state = project.store().state.changes["dimmer"]
    assert (state.status, state.problem) == (Status.IN_PROGRESS, "")
    for view in projects(project):
        assert run(["status", "--change", "dimmer"], view)[2] == 0


def test_a_link_that_is_turned_out_of_the_change_is_followed(project):
    folder = change_with_linked_tasks(project, "todo.md")
    store = project.store()
    assert store.state.changes["dimmer"].status is Status.IN_PROGRESS
    (project.root / "same.md").write_text(TASKS)
    (folder / "tasks.md").unlink()
    (folder / "tasks.md").symlink_to("../../../same.md")
    state = store.reload([str(folder / "tasks.md")])
    assert state.changes["dimmer"].status is Status.UNREADABLE


@pytest.mark.nodejs
@pytest.mark.skipif(shutil.which("openspec") is None, reason="the official tool is not installed")
@pytest.mark.parametrize("target", AWAY[:2])
def test_the_official_tool_refuses_linked_tasks_alike(project, tmp_path, target):
    change_with_linked_tasks(project, target)
    tool = openspec_answers.Official(tmp_path / "home")
    try:
        for line in (
            "validate --all --json",
            "validate dimmer --strict --json",
            "status --change dimmer --json",
            "status --all --json",
            "show dimmer --json",
            "archive dimmer --json",
            "archive dimmer --yes --json",
        ):
            status, out, _ = tool.ask(project.root, *line.split())
            for view in projects(project):
                answer = run(line.split(), view)
                plain = openspec_answers.without_wording
                ours, theirs = map(openspec_answers.document, (answer.stdout, out))
                assert answer.exit == status, line
                assert json.dumps(plain(ours)) == json.dumps(plain(theirs)), line
    finally:
        tool.close()
