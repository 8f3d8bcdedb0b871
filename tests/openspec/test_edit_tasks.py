"""Tasks are edited on disk: guarded, whole, and taken back to the very bytes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.openspec.disk import edit_tasks
from geometry_ws.openspec.disk.edit_tasks import Guard
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.errors import (
    NoSuchTask,
    NotAllowed,
    StaleRevision,
    TaskMismatch,
    Unreadable,
    Unwritable,
)
from geometry_ws.openspec.format.task_edits import AddTask, EditTask, MoveTask, RemoveTask
from tests.openspec.openspec_answers import ours
from tests.openspec.test_task_edits import TEXT, _documents

SCHEMA = """name: two
version: 1
artifacts:
  - {id: tasks, generates: todo/*.md, description: d, template: t.md, requires: []}
apply:
  requires: [tasks]
  tracks: todo/*.md
"""


DATA = TEXT.encode()


class Project:
    def __init__(self, root):
        self.root = root
        self.path = root / "openspec" / "changes" / "a" / "tasks.md"
        self.path.parent.mkdir(parents=True)

    def store(self, data=DATA):
        self.path.write_bytes(data)
        store = Store(self.root / "openspec")
        store.load()
        return store


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def revision(store):
    return store.state.changes["a"].revision


def test_an_edit_is_written_and_the_state_follows(project):
    store = project.store()
    before = revision(store)
    done = store.edit_tasks("a", AddTask("1.3 new", group="1. First"), Guard())
    assert (done.before, done.task.text, done.task.id) == (before, "1.3 new", 4)
    assert done.change.progress.total == 5
    assert project.path.read_text() == TEXT.replace("1.2 next\n", "1.2 next\n- [ ] 1.3 new\n")


def test_an_edit_that_changes_nothing_writes_nothing(project):
    store = project.store()
    stamp = project.path.stat()
    done = store.edit_tasks("a", EditTask(3, text="1.2 next", mark=""), Guard())
    assert project.path.stat() == stamp
    assert done.before == done.change.revision


@pytest.mark.parametrize(
    ("edit", "guard", "error"),
    [
        (RemoveTask(3), Guard(revision="0" * 16), StaleRevision),
        (RemoveTask(3), Guard(expect="1.2 other"), TaskMismatch),
        (MoveTask(3, before=4), Guard(None, "1.2 next", "2.1 other"), TaskMismatch),
        (AddTask("b", after=4), Guard(expect="1.2 next"), TaskMismatch),
        (RemoveTask(9), Guard(), NoSuchTask),
        (MoveTask(1, after=2), Guard(), NotAllowed),
        (EditTask(1, text="x" * 10_001), Guard(), NotAllowed),
        (EditTask(1, body="x" * 2**20), Guard(), Unwritable),
    ],
)
def test_what_is_not_as_its_caller_knows_it_stays(project, edit, guard, error):
    store = project.store()
    with pytest.raises(error):
        store.edit_tasks("a", edit, guard)
    assert project.path.read_bytes() == TEXT.encode()


def test_a_change_without_tasks_says_what_to_do(project):
    store = project.store()
    project.path.unlink()
    (project.path.parent / "proposal.md").write_text("# A\n")
    with pytest.raises(Unwritable, match=r"write it as a document first\.$"):
        store.edit_tasks("a", AddTask("b"), Guard())


def test_tasks_of_several_files_are_edited_where_they_stand(project, tmp_path):
    schema = tmp_path / "openspec" / "schemas" / "two"
    schema.mkdir(parents=True)
    (schema / "schema.yaml").write_text(SCHEMA)
    (project.path.parent / ".openspec.yaml").write_text("schema: two\n")
    folder = project.path.parent / "todo"
    folder.mkdir()
    (folder / "a.md").write_text("## A\n- [ ] one\n- [ ] two\n")
    (folder / "b.md").write_text("## B\n- [ ] three\n- [ ] four\n")
    store = project.store(b"")
    assert [task.text for task in store.change("a").tasks] == ["one", "two", "three", "four"]
    assert store.edit_tasks("a", EditTask(4, mark="~"), Guard()).task.id == 4
    assert (folder / "b.md").read_text() == "## B\n- [ ] three\n- [~] four\n"
    store.edit_tasks("a", MoveTask(4, before=3), Guard())
    store.edit_tasks("a", AddTask("half", group="A"), Guard())
    done = store.edit_tasks("a", AddTask("five"), Guard())
    assert (done.task.id, done.task.file) == (6, "todo/b.md")
    with pytest.raises(NotAllowed, match="stays in its file"):
        store.edit_tasks("a", MoveTask(1, after=5), Guard())
    assert (folder / "a.md").read_text() == "## A\n- [ ] one\n- [ ] two\n- [ ] half\n"
    assert (folder / "b.md").read_text() == "## B\n- [~] four\n- [ ] three\n- [ ] five\n"
    store.undo_tasks("a", revision(store))
    assert (folder / "b.md").read_text() == "## B\n- [~] four\n- [ ] three\n"


_edits = st.one_of(
    st.builds(AddTask, st.just("new"), body=st.sampled_from(["", "more\n  lines"])),
    st.builds(AddTask, st.just("new"), after=st.integers(1, 4)),
    st.builds(EditTask, st.integers(1, 4), st.just("other"), st.sampled_from([None, "~"])),
    st.builds(MoveTask, st.integers(1, 4), before=st.integers(1, 4)),
    st.builds(RemoveTask, st.integers(1, 4), st.just(True)),
)


@pytest.mark.slow
@settings(max_examples=30)
@given(_documents(), st.lists(_edits, max_size=5))
def test_undoing_restores_the_bytes_of_every_step(tmp_path_factory, data, edits):
    project = Project(tmp_path_factory.mktemp("undo"))
    store = project.store(data)
    steps = [project.path.read_bytes()]
    for edit in edits:
        try:
            store.edit_tasks("a", edit, Guard())
        except (NoSuchTask, NotAllowed, Unreadable):
            continue
        if project.path.read_bytes() != steps[-1]:
            steps.append(project.path.read_bytes())
    if len(set(steps)) < len(steps):
        return  # A revision that came back stands for the later of its steps.
    for step in reversed(steps[:-1]):
        store.undo_tasks("a", revision(store))
        assert project.path.read_bytes() == step
    with pytest.raises(StaleRevision):
        store.undo_tasks("a", revision(store))


def test_what_somebody_wrote_since_is_not_undone(project):
    store = project.store()
    done = store.edit_tasks("a", AddTask("b"), Guard())
    project.path.write_text(project.path.read_text() + "by hand\n")
    with pytest.raises(StaleRevision):
        store.undo_tasks("a", done.change.revision)
    with pytest.raises(StaleRevision, match="can't be taken back"):
        store.undo_tasks("a", revision(store))


def test_ticking_is_undone_with_the_mark_that_was_there(project):
    store = project.store()
    store.set_task("a", 2, True, expect="1.1.1 nested")
    assert store.state.changes["a"].tasks[1].mark == "x"
    store.undo_tasks("a", revision(store))
    assert project.path.read_bytes() == TEXT.encode()


def test_what_can_be_undone_is_bounded(project, monkeypatch):
    monkeypatch.setattr(edit_tasks, "_MOST_UNDOS", 2)
    store = project.store()
    for number in range(3):
        store.edit_tasks("a", AddTask(f"new {number}"), Guard())
    for _ in range(2):
        store.undo_tasks("a", revision(store))
    with pytest.raises(StaleRevision):
        store.undo_tasks("a", revision(store))
    assert project.path.read_text() == f"{TEXT}1. [ ] new 0\n"


def test_the_commands_edit_tasks_and_say_what_is_there_now(project):
    project.store()

    def said(*words):
        status, out, err = ours(project.root, "task", *words)
        assert (status, err) == (0, "")
        return out

    assert said("add", "a", "1.3 new", "--group", "1. First", "--body", "why") == (
        "   4 [ ] 1.3 new (1/5)\n"
    )
    assert said("edit", "a", "1.3", "--mark", "~") == "   4 [~] 1.3 new (1/5)\n"
    assert said("move", "a", "1.3", "--before", "1.2") == "   3 [~] 1.3 new (1/5)\n"
    document = json.loads(said("edit", "a", "1.3", "--text", "1.3 other", "--json"))
    assert (document["task"]["body"], document["totalTasks"]) == ("why", 5)
    assert said("remove", "a", "1.3") == "removed: 1.3 other (1/4)\n"
    assert project.path.read_text() == TEXT


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["remove", "a", "1.1"], "not_possible"),
        (["edit", "a", "1.1"], "not_possible"),
        (["move", "a", "1.1", "--after", "9.9"], "unknown_task"),
        (["add", "b", "text"], "unknown_item"),
        (["edit", "a", "1.1", "--mark", "x", "--revision", "0" * 16], "stale_revision"),
    ],
)
def test_mistakes_of_the_commands_have_a_code(project, words, code):
    project.store()
    status, out, _ = ours(project.root, "task", *words, "--json")
    assert (status, json.loads(out)["status"][0]["code"]) == (1, code)
    assert project.path.read_text() == TEXT
