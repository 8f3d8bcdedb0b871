"""Whether a change can be archived, over the wire: lists, snapshots, events, followers have it."""

import pytest

from geometry_ws.client.follow import FollowedProject
from geometry_ws.components.openspec.changes import ServedChanges
from geometry_ws.components.openspec.in_turns import read_bases
from geometry_ws.components.openspec.tasks import ServedTasks
from geometry_ws.components.openspec.writing import ServedWriting
from geometry_ws.protocol import changes, errors, tasks, writing
from geometry_ws.protocol.project_values import Archiving
from tests.components.served_project import (
    CALLER,
    SPEC,
    answer,
    serving,
    take_turns_at_once,
    write_project,
)

LONG = "x" * 3000
DELTA = SPEC.split("## Requirements\n\n")[1].replace("Light", "Dimming")
READY = Archiving(can=True)


@pytest.fixture
def served(tmp_path):
    files = {"specs/lamp/spec.md": SPEC}
    for name, operation, delta in (
        ("dim", "ADDED", DELTA),
        ("lost", "MODIFIED", DELTA.replace("Dimming", LONG)),
    ):
        files[f"changes/{name}/tasks.md"] = "- [ ] 1.1 Do\n" if name == "dim" else "- [x] 1.1 Do\n"
        files[f"changes/{name}/specs/lamp/spec.md"] = f"## {operation} Requirements\n\n{delta}"
    for registry in serving(write_project(tmp_path, files)):
        take_turns_at_once(registry)
        yield registry


def archiving(served, name):
    listed = answer(ServedChanges(served).list_changes(CALLER, changes.ListChanges())).changes
    return next(change.archiving for change in listed if change.change == name)


def tick(served):
    request = tasks.SetTask(change="dim", task=1, done=True, expect="1.1 Do")
    return answer(ServedTasks(served).set_task(CALLER, request))


def test_a_change_says_what_archiving_it_would_answer(served):
    assert archiving(served, "dim").code == "archive_tasks_incomplete"
    with pytest.raises(errors.ArchiveRefused) as caught:
        request = writing.ArchiveChange(change="dim", dry_run=True)
        answer(ServedWriting(served).archive_change(CALLER, request))
    refusal = caught.value.values
    assert refusal["code"] == archiving(served, "dim").code
    assert refusal["fix"] == archiving(served, "dim").fix
    assert str(caught.value) == archiving(served, "dim").why


def test_an_event_says_that_a_change_can_be_archived_now_and_a_follower_knows_it(served):
    follower = FollowedProject()
    follower.load(served.find(None).snapshot())
    assert not follower.changes["dim"].archiving.can
    tick(served)
    (event,) = served.announced
    (happening,) = event.events
    assert happening.archiving.before.code == "archive_tasks_incomplete"
    assert happening.archiving.after == happening.detail.archiving == READY
    assert event.by.session == CALLER.session
    follower.apply(event)
    assert follower.changes["dim"].archiving == READY
    assert served.find(None).snapshot().changes[0].archiving == READY


def test_a_long_reason_is_cut_and_does_not_fill_every_message(served):
    reason = archiving(served, "lost")
    assert reason.code == "archive_spec_update_failed"
    assert reason.why.endswith("…")
    assert len(reason.why) == 1000


def test_a_new_day_is_told_like_any_other_difference(served):
    project = served.find(None)
    tick(served)
    served.announced.clear()
    day = project.store.home._evaluator._today()
    folder = project.store.home.folder / f"changes/archive/{day.isoformat()}-dim"
    folder.mkdir(parents=True)
    project.store.reload()
    project.advance()
    assert archiving(served, "dim").code == "archive_target_exists"
    assert not read_bases(project.store)
    project.store.home._evaluator._today = lambda: day.replace(year=day.year + 1)
    answer(project.read_bases())
    assert archiving(served, "dim") == READY
    assert [entry.name for entry in served.announced[-1].events] == ["dim"]
