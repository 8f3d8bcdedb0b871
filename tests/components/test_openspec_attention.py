"""What needs a person, served: the list of all projects, and the topic of each."""

import pytest
from twisted.internet.defer import maybeDeferred

from geometry_ws.components.openspec.registry import ProjectRegistry
from geometry_ws.components.openspec.tasks import ServedTasks
from geometry_ws.components.openspec.team.attention import ServedAttention
from geometry_ws.components.openspec.writing import ServedWriting
from geometry_ws.protocol import attention as wire
from geometry_ws.protocol import errors, tasks, writing
from geometry_ws.team import attention as attention_core
from tests.components.served_project import CALLER, SPEC, answer, write_project

DELTA = "## ADDED Requirements\n\n" + SPEC.split("## Requirements\n\n")[1].replace("Light", "Dim")


def files(tasks):
    return {
        "specs/lamp/spec.md": SPEC,
        "changes/dim/tasks.md": tasks,
        "changes/dim/specs/lamp/spec.md": DELTA,
    }


class Served:
    def __init__(self, tmp_path):
        self.announced = []
        self.clock = 10**13
        self.registry = ProjectRegistry("e1", maybeDeferred, lambda *given: None, lambda _: None)
        self.attention = ServedAttention(self.registry, self.announced.append, lambda: self.clock)
        answer(self.registry.open(write_project(tmp_path / "house", files("- [ ] 1.1 Do\n"))))
        answer(self.registry.open(write_project(tmp_path / "shed", files("- [x] 1.1 Done\n"))))

    def list(self, project=None):
        request = wire.ListAttention(project=project)
        return self.attention.list_attention(CALLER, request).items

    def tick(self, done):
        request = tasks.SetTask(project="house", change="dim", task=1, done=done, expect="1.1 Do")
        return answer(ServedTasks(self.registry).set_task(CALLER, request))


@pytest.fixture
def served(tmp_path):
    served = Served(tmp_path)
    yield served
    served.registry.close_all()


def test_all_projects_are_listed_or_the_named_one(served):
    assert [(item.project, item.kind) for item in served.list()] == [("shed", "ready")]
    assert served.list("house") == []
    with pytest.raises(errors.NoSuchProject):
        served.list("barn")


def test_the_last_tick_is_told_and_taking_it_back_too(served):
    served.announced.clear()
    served.tick(True)
    (event,) = served.announced
    assert (event.project, event.seq) == ("house", 1)
    (item,) = event.items
    assert (item.kind, item.change, item.since) == ("ready", "dim", 10**13)
    assert served.list("house") == [item]
    served.tick(True)
    assert len(served.announced) == 1
    served.tick(False)
    assert served.announced[-1].items == []
    assert served.announced[-1].seq == 2


def test_the_action_that_is_offered_does_it_and_the_item_goes(served):
    (item,) = served.list("shed")
    (action,) = item.actions
    request = writing.ArchiveChange(**action.kwargs)
    answer(ServedWriting(served.registry).archive_change(CALLER, request))
    assert served.list() == []
    assert served.announced[-1].items == []


def test_a_project_that_comes_later_is_followed(served, tmp_path):
    served.announced.clear()
    answer(served.registry.open(write_project(tmp_path / "barn", files("- [x] 1.1 Done\n"))))
    assert [event.project for event in served.announced] == ["barn"]
    assert {item.project for item in served.list()} == {"barn", "shed"}
    served.registry.close("barn")
    assert {item.project for item in served.list()} == {"shed"}


def test_what_a_large_project_needs_is_worked_out_in_a_thread(tmp_path, monkeypatch):
    looked, threads = [], []
    own = attention_core._own_items

    def looking(project, change):
        looked.append(bool(threads))
        return own(project, change)

    def in_thread(work, *given):
        threads.append(work)
        try:
            return maybeDeferred(work, *given)
        finally:
            threads.pop()

    monkeypatch.setattr(attention_core, "_own_items", looking)
    registry = ProjectRegistry("e1", in_thread, lambda *given: None, lambda _: None)
    ServedAttention(registry, lambda _: None, lambda: 10**13)
    answer(registry.open(write_project(tmp_path / "house", files("- [x] 1.1 Do\n"))))
    assert looked == [True]
