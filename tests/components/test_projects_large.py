"""Projects of any size: numbers stay true, and no message is larger than a transport carries."""

import msgspec
import pytest

from geometry_ws.components.openspec import project
from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.components.openspec.wire import (
    MOST_TASKS,
    change_detail,
    change_info,
    happening,
    listed,
)
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.disk.trees import Trees
from geometry_ws.openspec.format.model import (
    ChangeState,
    Progress,
    ProjectState,
    SpecState,
    Status,
    Task,
)
from geometry_ws.openspec.views.diff import diff
from geometry_ws.protocol.checking import encode
from geometry_ws.protocol.errors import LimitExceeded
from geometry_ws.protocol.projects import ProjectSnapshot
from geometry_ws.wamp.binding import size_of


def make_change(count, text="task", section="", done=False, name="big"):
    tasks = tuple(Task(n, n, f"{text} {n}", done, section) for n in range(1, count + 1))
    progress = Progress(count if done else 0, count)
    return ChangeState(name, name, Status.NOT_STARTED, progress, "1" * 16, tasks)


def test_the_first_tasks_are_listed_and_all_are_counted():
    change = make_change(70_000, done=True)
    detail = change_detail(change)
    assert len(detail.tasks) == MOST_TASKS
    assert (detail.done, detail.total) == (70_000, 70_000)
    assert detail.problem == "Only the first 5000 of its 70000 tasks are listed."
    assert change_info(change).problem == detail.problem


def test_a_change_of_usual_size_is_listed_whole():
    change = make_change(MOST_TASKS)
    detail = change_detail(change)
    assert len(detail.tasks) == MOST_TASKS
    assert detail.problem == ""


def test_long_sections_and_texts_are_not_repeated_without_end():
    assert len(listed(make_change(5000, section="s" * 500_000).tasks)[0]) == 2
    assert len(listed(make_change(5000, text="t" * 10_000).tasks)[0]) == 104
    assert size_of(change_detail(make_change(5000, section="s" * 200))) < 2 * 2**20


@pytest.mark.slow
def test_an_event_that_ticks_everything_is_no_larger_than_two_changes():
    before, after = (
        ProjectState(changes={"big": make_change(70_000, done=done)}) for done in (False, True)
    )
    fields = happening(diff(before, after)[0])
    assert len(fields.ticked) == MOST_TASKS
    assert size_of(fields) < 2**20


@pytest.fixture
def served(tmp_path):
    return ServedProject("p", Trees(Store(tmp_path / "openspec")), "e", None, None)


@pytest.mark.slow
def test_six_changes_of_seventy_thousand_tasks_fit_into_a_snapshot(served):
    served.state = ProjectState(changes={str(n): make_change(70_000) for n in range(6)})
    assert size_of(served.snapshot()) < 4 * 2**20


def test_a_project_that_no_message_holds_has_no_snapshot(served, monkeypatch):
    monkeypatch.setattr(project, "SENT_BYTES", 10_000)
    small = make_change(5)
    served.state = ProjectState(changes={"a": small, "b": make_change(1000)})
    with pytest.raises(LimitExceeded, match=r"ask change\.list"):
        served.snapshot()
    served.state = ProjectState(changes={"a": small})
    assert len(served.snapshot().changes) == 1


def test_a_brief_snapshot_has_everything_but_tasks_their_groups_and_documents(served):
    state = ProjectState(changes={"a": make_change(5, name="a"), "b": make_change(3, name="b")})
    whole = served.snapshot_of(state, 7, most_tasks=8)
    brief = served.snapshot_of(state, 7, most_tasks=7)
    assert (whole.brief, brief.brief, whole) == (False, True, served.snapshot_of(state, 7))
    assert [change.tasks for change in brief.changes] == [[], []]
    rest = {"tasks": [], "documents": [], "groups": []}
    changes = [msgspec.structs.replace(c, **rest) for c in whole.changes]
    sent = msgspec.convert(encode(brief), ProjectSnapshot)
    assert sent == msgspec.structs.replace(whole, brief=True, changes=changes)
    assert served.snapshot_of(state, 7, most_tasks=0).changes[0] is brief.changes[0]


def test_a_brief_snapshot_leaves_out_what_is_empty_or_as_usual(served):
    spec = SpecState("s", 2, "r")
    state = ProjectState(changes={"a": make_change(5, name="a")}, specs={"s": spec})
    sent = encode(served.snapshot_of(state, 7, most_tasks=0))
    assert sent["changes"][0].keys() == {
        "change", "title", "state", "done", "total", "revision", "tasks", "archiving", "moved"
    }  # fmt: skip
    assert sent["specs"] == [{"spec": "s", "requirements": 2, "revision": "r"}]


def test_a_project_that_no_message_holds_may_have_a_brief_snapshot(served, monkeypatch):
    monkeypatch.setattr(project, "SENT_BYTES", 10_000)
    state = ProjectState(changes={"b": make_change(1000)})
    assert served.snapshot_of(state, 1, most_tasks=10).changes[0].total == 1000


def test_a_snapshot_makes_anew_only_what_changed(served):
    same = make_change(5, name="a")
    served.state = ProjectState(changes={"a": same, "b": make_change(2, name="b")})
    first = served.snapshot()
    served.state = ProjectState(changes={"a": same, "b": make_change(3, name="b")})
    second = served.snapshot()
    assert second.changes[0] is first.changes[0]
    assert second.changes[1].total == 3
