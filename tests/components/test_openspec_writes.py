"""Writing through the OpenSpec component: nothing is lost, and the event says who did it."""

import pytest

from geometry_ws.components.openspec.changes import ServedChanges
from geometry_ws.components.openspec.commands import ServedCommands
from geometry_ws.components.openspec.documents import ServedDocuments
from geometry_ws.components.openspec.tasks import ServedTasks
from geometry_ws.components.openspec.writing import ServedWriting
from geometry_ws.protocol import changes, commands, documents, errors, writing
from geometry_ws.protocol import tasks as wire_tasks
from geometry_ws.protocol.declare import Caller
from tests.components.served_project import (
    CALLER,
    SPEC,
    answer,
    serving,
    take_turns_at_once,
    write_project,
)

DELTA = """## ADDED Requirements

### Requirement: Dim
The lamp SHALL dim.

#### Scenario: Turned
- **WHEN** the knob is turned
- **THEN** it dims
"""


@pytest.fixture
def folder(tmp_path):
    return write_project(
        tmp_path,
        {
            "specs/lamp/spec.md": SPEC,
            "changes/add-dimmer/proposal.md": "# Add a dimmer\n",
            "changes/add-dimmer/tasks.md": "- [x] 1.1 Drill\n- [ ] 1.2 Fit\n",
            "changes/add-dimmer/specs/lamp/spec.md": DELTA,
        },
    )


@pytest.fixture
def served(folder):
    yield from serving(folder)


def revision(served, owner, name):
    request = documents.OneDocument(document=name, **owner)
    return answer(ServedDocuments(served).get_document(CALLER, request)).document.revision


def test_a_document_is_written_by_whoever_has_read_it(served, folder):
    part = ServedWriting(served)
    before = revision(served, {"change": "add-dimmer"}, "proposal.md")
    request = writing.SetDocument(
        change="add-dimmer", document="proposal.md", text="# Dim it\n", revision=before
    )
    done = answer(part.set_document(CALLER, request))
    assert (folder / "openspec/changes/add-dimmer/proposal.md").read_text() == "# Dim it\n"
    assert (done.before, done.revision) == (
        before,
        revision(served, {"change": "add-dimmer"}, "proposal.md"),
    )
    (event,) = served.announced
    assert (event.by.session, event.by.authid) == (7, "ann")
    assert [
        (document.name, document.before, document.after) for document in event.events[0].documents
    ] == [("proposal.md", before, done.revision)]  # fmt: skip
    with pytest.raises(errors.StaleRevision) as stale:
        answer(part.set_document(CALLER, request))
    assert stale.value.values == {"revision": done.revision}


def test_a_new_document_must_not_be_there_yet(served, folder):
    part = ServedWriting(served)
    request = writing.SetDocument(change="add-dimmer", document="design.md", text="# Design\n")
    assert answer(part.set_document(CALLER, request)).before == ""
    with pytest.raises(errors.StaleRevision):
        answer(part.set_document(CALLER, request))


@pytest.mark.parametrize(
    "path", ["../x.md", "specs/../../x.md", "/x.md", "a\0.md", "x.sh", ".git/x.md", "a" * 300]
)
def test_only_what_can_be_a_document_is_written(served, folder, path):
    request = writing.SetDocument(change="add-dimmer", document=path, text="x")
    with pytest.raises(errors.InvalidArgument) as refused:
        answer(ServedWriting(served).set_document(CALLER, request))
    assert refused.value.values == {"field": "document"}
    assert served.announced == []


def test_a_spec_is_written_and_its_event_names_the_requirement(served):
    request = writing.SetDocument(
        spec="lamp",
        text=SPEC.replace("give light", "give warm light"),
        revision=revision(served, {"spec": "lamp"}, "spec.md"),
    )
    answer(ServedWriting(served).set_document(CALLER, request))
    (event,) = served.announced
    assert event.by.authid == "ann"
    assert [
        (requirement.what, requirement.name) for requirement in event.events[0].requirements
    ] == [("changed", "Light")]


def test_a_change_is_made_with_its_documents(served, folder):
    request = writing.CreateChange(
        change="add-switch",
        goal="One can turn it off",
        documents=[writing.DocumentText(name="proposal.md", text="# Switch\n")],
    )
    made = answer(ServedWriting(served).create_change(CALLER, request))
    assert (made.change.title, made.change.state) == ("Switch", "invalid")
    assert (folder / "openspec/changes/add-switch/.openspec.yaml").exists()
    (event,) = served.announced
    assert (event.by.authid, event.events[0].kind) == ("ann", "change_added")
    with pytest.raises(errors.AlreadyExists):
        answer(ServedWriting(served).create_change(CALLER, request))
    for name in ("Add", "a b", "../a", "a/b"):
        with pytest.raises(errors.InvalidArgument):
            answer(ServedWriting(served).create_change(CALLER, writing.CreateChange(change=name)))


def test_archiving_is_tried_then_done(served, folder):
    part = ServedWriting(served)
    with pytest.raises(errors.ArchiveRefused) as refused:
        answer(part.archive_change(CALLER, writing.ArchiveChange(change="add-dimmer")))
    assert refused.value.values["code"] == "archive_tasks_incomplete"
    tried = answer(
        part.archive_change(
            CALLER, writing.ArchiveChange(change="add-dimmer", incomplete=True, dry_run=True)
        )
    )
    assert (tried.dry_run, tried.totals.added, served.announced) == (True, 1, [])
    assert "not done" in tried.warnings[0]
    assert "incomplete: true" in refused.value.values["fix"]
    assert (folder / "openspec/changes/add-dimmer").exists()
    request = writing.ArchiveChange(change="add-dimmer", incomplete=True, revision=tried.revision)
    done = answer(part.archive_change(CALLER, request))
    assert done.archived == tried.archived
    assert not (folder / "openspec/changes/add-dimmer").exists()
    assert (folder / "openspec/changes/archive" / done.archived / "proposal.md").exists()
    assert "Requirement: Dim" in (folder / "openspec/specs/lamp/spec.md").read_text()
    (event,) = served.announced
    assert event.by.authid == "ann"
    assert {part.kind for part in event.events} == {
        "change_archived",
        "archive_changed",
        "spec_changed",
    }
    with pytest.raises(errors.NoSuchChange):
        answer(part.archive_change(CALLER, request))


def test_a_dry_run_that_is_no_longer_true_is_refused(served, folder):
    part = ServedWriting(served)
    request = writing.ArchiveChange(change="add-dimmer", incomplete=True, dry_run=True)
    tried = answer(part.archive_change(CALLER, request))
    (folder / "openspec/specs/lamp/spec.md").write_text(SPEC + "\n")
    again = writing.ArchiveChange(change="add-dimmer", incomplete=True, revision=tried.revision)
    with pytest.raises(errors.StaleRevision):
        answer(part.archive_change(CALLER, again))


def test_a_command_line_writes_only_with_the_right_to(served, folder):
    part = ServedCommands(served)
    words = ["task", "set", "add-dimmer", "2"]
    refused = answer(part.run_command(CALLER, commands.RunCommand(arguments=words)))
    assert refused.exit == 1
    assert "[ ] 1.2" in (folder / "openspec/changes/add-dimmer/tasks.md").read_text()
    done = answer(part.write_command(CALLER, commands.RunCommand(arguments=words)))
    assert (done.exit, done.stderr) == (0, "")
    assert "[x] 1.2" in (folder / "openspec/changes/add-dimmer/tasks.md").read_text()
    assert served.announced[-1].by.authid == "ann"


def test_the_list_is_the_newest_after_a_write(served):
    request = writing.CreateChange(change="add-switch")
    answer(ServedWriting(served).create_change(CALLER, request))
    listed = answer(ServedChanges(served).list_changes(CALLER, changes.ListChanges()))
    assert [change.change for change in listed.changes] == ["add-dimmer", "add-switch"]


def test_a_change_says_who_wrote_it_last_until_somebody_else_does(served, folder):
    tasks, listing = ServedTasks(served), ServedChanges(served)

    def moved():
        return answer(listing.list_changes(CALLER, changes.ListChanges())).changes[0].moved

    assert moved().by == ""
    request = wire_tasks.SetTask(change="add-dimmer", task=2, done=True, expect="1.2 Fit")
    answer(tasks.set_task(CALLER, request))
    assert moved().by == "ann"
    assert served.announced[-1].events[0].detail.moved == moved()
    project = served.find(None)
    path = folder / "openspec/changes/add-dimmer/proposal.md"
    path.write_text("# By hand\n")
    project.store.reload()
    project.advance()
    assert moved().by == ""
    assert moved().at == project.state.changes["add-dimmer"].modified


def test_a_name_that_a_router_made_up_is_nobodys(served):
    guest = Caller(session=8, authid="UPUE-YA63-FPNH-VUX7-77U6-75L7")
    request = wire_tasks.SetTask(change="add-dimmer", task=2, done=True, expect="1.2 Fit")
    answer(ServedTasks(served).set_task(guest, request))
    assert served.announced[-1].by.authid == guest.authid
    assert served.announced[-1].events[0].detail.moved.by == ""


def test_tasks_are_added_reworded_moved_removed_and_taken_back(served, folder):
    part = ServedTasks(served)
    path = folder / "openspec/changes/add-dimmer/tasks.md"
    before = path.read_text()
    added = answer(
        part.add_task(CALLER, wire_tasks.AddTask(change="add-dimmer", text="1.3 Sell", body="now"))
    )
    assert (added.task.id, added.task.body, added.total) == (3, "now", 3)
    event = served.announced[-1]
    assert (event.by.authid, event.events[0].before) == ("ann", added.before)
    request = wire_tasks.EditTask(change="add-dimmer", task=3, mark="~", expect="1.3 Sell")
    assert answer(part.edit_task(CALLER, request)).task.mark == "~"
    request = wire_tasks.MoveTask(
        change="add-dimmer", task=3, before=1, expect="1.3 Sell", expect_beside="1.1 Drill"
    )
    moved = answer(part.move_task(CALLER, request))
    assert path.read_text() == "- [~] 1.3 Sell\n  now\n- [x] 1.1 Drill\n- [ ] 1.2 Fit\n"
    request = wire_tasks.RemoveTask(change="add-dimmer", task=1, revision=moved.revision)
    removed = answer(part.remove_task(CALLER, request))
    assert (removed.task, path.read_text()) == (None, before)
    undo = wire_tasks.UndoTasks(change="add-dimmer", revision=removed.revision)
    assert answer(part.undo_tasks(CALLER, undo)).revision == moved.revision
    assert served.announced[-1].by.authid == "ann"


_MOVE = wire_tasks.MoveTask(change="add-dimmer", task=1, after=2, expect="1.1 Drill")


@pytest.mark.parametrize(
    ("verb", "request_"),
    [
        ("add_task", wire_tasks.AddTask(change="add-dimmer", text="a", after=1)),
        ("edit_task", wire_tasks.EditTask(change="add-dimmer", task=1, mark="~")),
        (
            "move_task",
            wire_tasks.MoveTask(change="add-dimmer", task=1, after=2, expect="1.1 Drill"),
        ),
        ("remove_task", wire_tasks.RemoveTask(change="add-dimmer", task=1)),
        ("add_task", wire_tasks.AddTask(change="add-dimmer", text="a\nb")),
    ],
)
def test_an_edit_that_does_not_say_what_it_knows_is_refused(served, folder, verb, request_):
    before = (folder / "openspec/changes/add-dimmer/tasks.md").read_text()
    with pytest.raises(errors.InvalidArgument):
        answer(getattr(ServedTasks(served), verb)(CALLER, request_))
    assert (folder / "openspec/changes/add-dimmer/tasks.md").read_text() == before


def test_a_change_is_opened_again_and_the_event_says_by_whom(served, folder):
    take_turns_at_once(served)
    part = ServedWriting(served)
    before = (folder / "openspec/specs/lamp/spec.md").read_text()
    request = writing.ArchiveChange(change="add-dimmer", incomplete=True)
    archived = answer(part.archive_change(CALLER, request)).archived
    listing = ServedChanges(served)
    listed = answer(listing.list_changes(CALLER, changes.ListChanges(archived=5)))
    assert (listed.changes, [each.change for each in listed.archived]) == ([], ["add-dimmer"])
    dry = writing.UnarchiveChange(archived="add-dimmer", dry_run=True)
    assert answer(part.unarchive_change(CALLER, dry)).dry_run
    done = answer(part.unarchive_change(CALLER, writing.UnarchiveChange(archived=archived)))
    assert (done.change, [spec.spec for spec in done.specs]) == ("add-dimmer", ["lamp"])
    assert (folder / "openspec/specs/lamp/spec.md").read_text() == before
    event = served.announced[-1]
    assert event.by.authid == "ann"
    assert {item.kind for item in event.events} == {
        "change_added", "spec_changed", "archive_changed"
    }  # fmt: skip
    with pytest.raises(errors.ArchiveRefused):
        answer(part.unarchive_change(CALLER, dry))


def test_a_command_that_opens_a_change_again_is_its_callers(served, folder):
    take_turns_at_once(served)
    answer(
        ServedWriting(served).archive_change(
            CALLER, writing.ArchiveChange(change="add-dimmer", incomplete=True)
        )
    )
    request = commands.RunCommand(arguments=["unarchive", "add-dimmer"])
    assert (
        "needs the procedure" in answer(ServedCommands(served).run_command(CALLER, request)).stderr
    )
    assert answer(ServedCommands(served).write_command(CALLER, request)).exit == 0
    assert served.announced[-1].by.authid == "ann"
