"""A project in several work trees through the OpenSpec component: which tree is said, and named."""

import pytest

from geometry_ws.components.openspec.changes import ServedChanges
from geometry_ws.components.openspec.documents import ServedDocuments
from geometry_ws.components.openspec.tasks import ServedTasks
from geometry_ws.components.openspec.writing import ServedWriting
from geometry_ws.protocol import changes, documents, errors, tasks, writing
from geometry_ws.protocol.project_values import ChangeCopy, Tree
from tests.components.served_project import CALLER, SPEC, answer, serving, write_project
from tests.openspec.base_cases import Git, needs_git

pytestmark = needs_git

TASKS = "- [x] 1.1 Drill\n- [ ] 1.2 Fit\n- [ ] 1.3 Paint\n"
TASK_FILE = "openspec/changes/add-dimmer/tasks.md"


@pytest.fixture
def folder(tmp_path):
    home = write_project(
        tmp_path / "house",
        {
            "specs/lamp/spec.md": SPEC,
            "changes/add-dimmer/proposal.md": "# Add a dimmer\n",
            "changes/add-dimmer/tasks.md": TASKS,
        },
    )
    git = Git(home)
    git.commit()
    git("worktree", "add", "-q", "-b", "feature/knob", str(tmp_path / "knob"))
    (tmp_path / "knob" / TASK_FILE).write_text(TASKS.replace("[ ] 1.2", "[x] 1.2"))
    return home


@pytest.fixture
def served(folder):
    yield from serving(folder)


def change_of(served):
    (change,) = answer(ServedChanges(served).list_changes(CALLER, changes.ListChanges())).changes
    return change


def test_a_change_says_which_tree_it_lies_in_and_where_else_it_is_different(served):
    change = change_of(served)
    assert (change.tree, change.branch, change.done) == ("knob", "feature/knob", 2)
    assert change.copies == [ChangeCopy(tree="house", branch="main", done=1, total=3)]
    (project,) = served
    assert project.info().trees == [
        Tree(tree="house", branch="main", home=True),
        Tree(tree="knob", branch="feature/knob"),
    ]
    assert project.snapshot().trees == project.info().trees
    assert project.snapshot().changes[0].branch == "feature/knob"


def test_a_tick_goes_to_the_shown_tree_and_its_event_says_who_did_it(served, folder):
    set_ = ServedTasks(served).set_task
    request = tasks.SetTask(change="add-dimmer", task=3, done=True, expect="1.3 Paint")
    done = answer(set_(CALLER, request))
    assert (done.tree, done.done) == ("knob", 3)
    assert (folder / TASK_FILE).read_text() == TASKS
    event = served.announced[-1]
    assert event.by.authid == "ann"
    (happening,) = event.events
    assert happening.detail.branch == "feature/knob"
    assert [ticked.task for ticked in happening.ticked] == [3]


def test_a_tree_may_be_named_by_its_name_or_its_branch(served, folder):
    served_tasks = ServedTasks(served)
    request = tasks.SetTask(change="add-dimmer", task=2, done=True, expect="1.2 Fit", tree="main")
    done = answer(served_tasks.set_task(CALLER, request))
    assert (done.tree, done.done) == ("house", 2)
    assert (folder / TASK_FILE).read_text() == TASKS.replace("[ ] 1.2", "[x] 1.2")
    listed = answer(
        served_tasks.list_tasks(CALLER, tasks.ListTasks(change="add-dimmer", tree="house"))
    )
    assert (listed.tree, listed.done) == ("house", 2)
    # The copies are the same now: the one that is served is shown.
    assert (change_of(served).tree, change_of(served).branch) == ("house", "")
    with pytest.raises(errors.InvalidArgument) as refused:
        answer(served_tasks.list_tasks(CALLER, tasks.ListTasks(change="add-dimmer", tree="sofa")))
    assert refused.value.values["field"] == "tree"


def test_documents_are_read_and_written_where_the_shown_copy_lies(served, folder):
    owner = {"change": "add-dimmer", "document": "tasks.md"}
    part = ServedDocuments(served)
    document = answer(part.get_document(CALLER, documents.OneDocument(**owner))).document
    assert document.text == TASKS.replace("[ ] 1.2", "[x] 1.2")
    request = writing.SetDocument(text=document.text * 2, revision=document.revision, **owner)
    answer(ServedWriting(served).set_document(CALLER, request))
    assert (folder / TASK_FILE).read_text() == TASKS
    assert change_of(served).done == 4


def test_a_change_is_archived_where_it_lies(served, folder):
    knob = folder.parent / "knob"
    request = writing.ArchiveChange(
        change="add-dimmer", skip_specs=True, validate=False, incomplete=True
    )
    done = answer(ServedWriting(served).archive_change(CALLER, request))
    assert done.tree == "knob"
    assert (knob / "openspec/changes/archive" / done.archived / "tasks.md").is_file()
    change = change_of(served)
    assert (change.tree, change.branch, change.done) == ("house", "", 1)
    assert change.copies == [ChangeCopy(tree="knob", branch="feature/knob", archived=done.archived)]


def test_a_change_of_a_name_that_another_tree_has_is_not_made(served, folder):
    knob = folder.parent / "knob"
    write_project(knob, {"changes/add-timer/tasks.md": "- [ ] 1.1 Wind\n"})
    (project,) = served
    project.store.reload()
    project.advance()
    with pytest.raises(errors.AlreadyExists, match="knob"):
        answer(
            ServedWriting(served).create_change(CALLER, writing.CreateChange(change="add-timer"))
        )
    assert not (folder / "openspec/changes/add-timer").exists()


def test_whoever_works_in_another_tree_works_on_this_project(served, folder):
    (project,) = served
    assert project.homes == [str(folder), str(folder.parent / "knob")]
