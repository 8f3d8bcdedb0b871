"""Who is where is told, and where claims are strict nobody ticks what somebody else holds."""

import pytest

from geometry_ws.components.openspec.tasks import ServedTasks
from geometry_ws.components.openspec.team.office import PAGE_MS
from geometry_ws.protocol import activity, errors, presence, tasks
from tests.components.served_project import answer, write_project
from tests.components.served_team import ANN, BOB, HTTP, PROVEN, TASKS, recorded, serving
from tests.openspec.base_cases import Git, needs_git


@pytest.fixture
def served(tmp_path):
    yield from serving(tmp_path)


def tick(served, caller, number, done=True):
    request = tasks.SetTask(
        change="dim", task=number, done=done, expect=f"1.{number} {TEXTS[number - 1]}"
    )
    return answer(ServedTasks(served.registry).set_task(caller, request))


TEXTS = "Do", "Do more", "Rest"


def test_where_claims_are_strict_nobody_else_ticks_what_somebody_holds(served):
    config = served.path.parents[2] / "config.yaml"
    config.write_text("claims: strict\n")
    served.project.files_changed({str(config)})
    served.presence.join(ANN, presence.Join(name="ann"))
    served.presence.join(BOB, presence.Join(name="bob"))
    for task, caller in (("1.1", ANN), ("1.2", PROVEN)):
        served.claims.take_claim(caller, presence.TakeClaim(task=task))
    served.claim(PROVEN, "1.3", me="carol/tests")
    for caller, number, holder in (
        (BOB, 1, "ann"), (HTTP, 1, "ann"), (PROVEN, 1, "ann"), (ANN, 2, "carol"),
        (ANN, 3, "carol/tests"),
    ):  # fmt: skip
        with pytest.raises(errors.Held) as caught:
            tick(served, caller, number)
        assert caught.value.values == {"holder": holder}
        assert f"is {holder}'s" in str(caught.value)
        assert f"ask {holder}, or release the claim first" in str(caught.value)
    mark = tasks.EditTask(change="dim", task=1, mark="x", expect="1.1 Do")
    with pytest.raises(errors.Held):
        answer(ServedTasks(served.registry).edit_task(BOB, mark))
    words = tasks.EditTask(change="dim", task=1, mark=" ", expect="1.1 Do")
    answer(ServedTasks(served.registry).edit_task(BOB, words))
    assert tick(served, BOB, 1, done=False).done == 0, "what is so already is no error"
    assert tick(served, ANN, 1).done == 1
    assert tick(served, PROVEN, 2).done == 2
    assert tick(served, PROVEN, 3).done == 3, "by whom the agent works for"


def test_claims_are_soft_where_nothing_is_said(served):
    served.presence.join(ANN, presence.Join(name="ann"))
    served.claims.take_claim(ANN, presence.TakeClaim(task="1.1"))
    assert tick(served, BOB, 1).done == 1
    assert served.held() == {}


@needs_git
def test_agents_in_trees_that_have_nothing_of_their_own_work_off_one_list(tmp_path, served):
    served.registry.close_all()
    home = write_project(tmp_path / "house", {"changes/dim/tasks.md": TASKS})
    git = Git(home)
    git.commit()
    for name in ("knob", "dial"):
        git("worktree", "add", "-q", "-b", name, str(tmp_path / name))
    served.project = answer(served.registry.open(home))
    for name, task in (("knob", "1.1"), ("dial", "1.2"), ("knob", "1.3")):
        served.done(me=f"otter-{name}", task=task, cwd=str(tmp_path / name))
    assert (home / "openspec/changes/dim/tasks.md").read_text().count("[x]") == 3
    for name in ("knob", "dial"):
        assert (tmp_path / name / "openspec/changes/dim/tasks.md").read_text() == TASKS


@needs_git
def test_an_agent_in_a_work_tree_of_its_own_ticks_there(tmp_path, served):
    served.registry.close_all()
    home = write_project(tmp_path / "house", {"changes/dim/tasks.md": TASKS})
    git = Git(home)
    git.commit()
    knob = tmp_path / "knob"
    git("worktree", "add", "-q", "-b", "knob", str(knob))
    # The agent has written a task above it, and the file of its tree is not the one that is shown.
    there = knob / "openspec/changes/dim/tasks.md"
    there.write_text("- [ ] 1.0 Think\n" + TASKS)
    (home / "openspec/changes/dim/tasks.md").write_text(TASKS.replace("[ ] 1.3", "[x] 1.3"))
    served.project = answer(served.registry.open(home))
    assert served.project.state.changes["dim"].branch == ""
    said = served.done(me="otter-1", task="1.1", cwd=f"{knob}/src")
    assert "dim/1.1" in said.text
    assert there.read_text() == "- [ ] 1.0 Think\n" + TASKS.replace("[ ] 1.1", "[x] 1.1")
    # As much is done in both now, and that was written last: it is shown, and meant by others.
    assert served.project.state.changes["dim"].branch == "knob"
    served.done(me="otter-1", task="1.2", cwd="/nowhere")
    assert there.read_text().count("[x]") == 2


def at(served, name):
    members = {member.name: member for member in served.office.present()}
    return [(place.change, place.why) for place in members[name].at]


def test_who_is_where_is_told_as_it_changes(served):
    served.presence.join(BOB, presence.Join(name="bob", project="house"))
    assert at(served, "bob") == []
    served.presence.look_at(BOB, presence.LookAt(page="/changes/dim", change="dim"))
    assert at(served, "bob") == [("dim", "looks")]
    served.claim(ANN, task="1.1")
    assert at(served, "otter-1") == [("dim", "holds")]
    served.done(ANN, "1.1")
    assert at(served, "otter-1") == [("dim", "moved")]


@pytest.mark.parametrize("task", ["dim/1.1", "dim#3", "dim"])
def test_what_is_held_on_another_machine_is_held_by_its_name(served, task):
    served.presence.join(BOB, presence.Join(name="bob"))
    claim = presence.Claim(
        project="far", change="dim", task=task, who="bob", since=served.clock, text="Do", until=0
    )
    served.office.claims_elsewhere = lambda: [claim]
    (bob,) = served.office.present()
    assert bob.holds == [task]
    assert [(place.project, place.change, place.why) for place in bob.at] == [
        ("far", "dim", "holds")
    ]


def test_a_tick_moves_its_author_and_is_told_and_the_change_says_by_whom(served):
    served.presence.join(BOB, presence.Join(name="bob"))
    served.run_later()
    served.clock += 60_000
    request = tasks.SetTask(change="dim", task=1, done=True, expect="1.1 Do")
    answer(ServedTasks(served.registry).set_task(BOB, request))
    served.run_later()
    (bob,) = served.told.presence[-1].members
    assert (bob.moved, at(served, "bob")) == (served.clock, [("dim", "moved")])
    assert served.project.snapshot().changes[0].moved.by == "bob"


def test_what_is_written_is_told_with_its_documents_and_a_tick_is_told_as_one(served):
    journal, _ = recorded(served, None)
    served.claim(ANN, task="1.1")
    served.done(ANN, "1.1")
    served.path.with_name("proposal.md").write_text("# Dim\n\n## Why\n\nIt is bright.\n")
    served.project.store.reload()
    served.project.advance()
    runs = journal.list_activity(BOB, activity.ListActivity(change="dim")).runs
    assert [(run.what, run.who, run.text) for run in runs if run.what != "claimed"] == [
        ("edited", "", "proposal.md"), ("ticked", "otter-1", "Do"),
    ]  # fmt: skip


def test_a_page_that_is_left_is_no_news_and_an_agent_that_is_lost_is(served):
    journal, _ = recorded(served, None)
    served.presence.join(ANN, presence.Join(name="ann", kind="person"))
    served.presence.join(BOB, presence.Join(name="otter", kind="agent"))
    for caller in (ANN, BOB):
        served.office.session_left(caller.session)
    served.office.tell()
    runs = journal.list_activity(BOB, activity.ListActivity()).runs
    assert [run.who for run in runs if run.what == "lost"] == ["otter"]


def test_a_page_that_is_loaded_again_is_not_away_in_between(served):
    joined = served.presence.join(ANN, presence.Join(name="ann", kind="person"))
    served.office.session_left(ANN.session)
    assert not served.office.present()[0].lost
    served.presence.join(BOB, presence.Join(name="ann", kind="person", token=joined.token))
    served.clock += PAGE_MS
    served.office.sweep()
    assert not served.office.present()[0].lost
    served.office.session_left(BOB.session)
    served.run_later()
    before = len(served.told.presence)
    served.clock += PAGE_MS
    served.office.sweep()
    served.run_later()
    assert len(served.told.presence) == before + 1
    assert served.told.presence[-1].members[0].lost
