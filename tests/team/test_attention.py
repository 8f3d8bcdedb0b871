"""What needs a person: complete and right, told once, and since when."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.disk.find_project import find_openspec_folder
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.model import (
    UNWRITTEN,
    Archiving,
    ChangeState,
    Conflict,
    Finding,
    MovedBase,
    Progress,
    ProjectState,
    Status,
)
from geometry_ws.openspec.format.worktrees import Copy
from geometry_ws.team.attention import MOST_ITEMS, ProjectAttention
from tests.openspec.archive_cases import CASES, write_case
from tests.openspec.test_archivable import ODDITIES, dry_run, store_of, write_change
from tests.openspec.test_own import ROOT

READY = Archiving(can=True)
OPEN = Archiving(code="archive_tasks_incomplete", why="Some tasks are open.")
NOW = 5_000


def change(name, status=Status.COMPLETE, archiving=READY, modified=1_000, **more):
    return ChangeState(
        name, name, status, Progress(3, 3), "", archiving=archiving, modified=modified, **more
    )


def state(*changes):
    return ProjectState(changes={each.name: each for each in changes})


def needs(*changes, now=NOW):
    return ProjectAttention("shop").items(state(*changes), now)


def check(store):
    """The law: ready is what archive takes, and what it refuses is listed, open tasks apart."""
    items = ProjectAttention("shop").items(store.state, NOW)
    about = {}
    for item in items:
        for name in (item.change, *item.changes):
            about.setdefault(name, set()).add(item.kind)
    for name, each in store.state.changes.items():
        tried = dry_run(store, name)
        kinds = about.get(name, set())
        if "ready" in kinds:
            assert tried.can, name
        if tried.can and each.status is Status.COMPLETE:
            assert "ready" in kinds, name
        if not tried.can and tried.code != "archive_tasks_incomplete":
            assert kinds & {"refused", "invalid", "moved_base"}, name
        if not tried.can:
            assert "ready" not in kinds, name
    return items


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_archive_refuses_is_listed_and_only_what_it_takes_is_ready(tmp_path, case):
    write_case(tmp_path / "openspec", case)
    check(store_of(tmp_path / "openspec"))


@pytest.mark.slow
@pytest.mark.parametrize("oddity", sorted(ODDITIES))
def test_the_same_holds_where_folders_are_odd(tmp_path, oddity):
    folder = tmp_path / "openspec"
    folder.mkdir()
    for number, case in enumerate(CASES):
        write_change(folder, f"it-{number}", case, "- [x] 1.1 Done\n")
    write_change(folder, "it", CASES[0], "- [x] 1.1 Done\n")
    try:
        ODDITIES[oddity](folder)
    except OSError:
        pytest.skip("something else lies there")
    assert check(store_of(folder))


def test_in_our_own_project_only_what_is_complete_is_listed():
    store = Store(find_openspec_folder(ROOT))
    store.load()
    items = check(store)
    complete = [n for n, c in store.state.changes.items() if c.status is Status.COMPLETE]
    assert [item.change for item in items if item.kind == "ready"] == complete


def test_ready_can_be_archived_by_one_press():
    (item,) = needs(change("add-login"))
    assert (item.kind, item.change, item.since) == ("ready", "add-login", 1_000)
    (action,) = item.actions
    assert action.call == "change.archive"
    assert action.kwargs == {"project": "shop", "change": "add-login"}


def test_what_is_archived_in_another_tree_needs_nobody():
    copies = (Copy("/k", "knob", archived="2026-01-01-a"),)
    assert needs(change("a", copies=copies), change("b", Status.INVALID, copies=copies)) == []
    assert needs(change("a", copies=(Copy("/k", "knob", 1, 3),)))


def test_a_change_at_work_needs_nobody():
    assert needs(change("a", Status.IN_PROGRESS, OPEN), change("b", Status.NOT_STARTED)) == []


def test_a_refusal_is_said_with_its_sentence_and_what_helps():
    refusal = Archiving(code="archive_spec_update_failed", why='There is no "X".', fix="Add it.")
    (item,) = needs(change("a", archiving=refusal))
    assert item.kind == "refused"
    assert item.why == 'Archiving would be refused: There is no "X".'
    assert item.fix == "Add it."


def test_a_moved_base_is_said_once_though_archiving_is_refused_for_it():
    moved = MovedBase("lamp", "Light", "modified", "changed", lost=("It shines.",))
    refusal = Archiving(code="base_moved", why="It has changed.")
    (item,) = needs(change("a", archiving=refusal, moved=(moved, moved)))
    assert item.kind == "moved_base"
    assert '"It shines."' in item.why
    assert "1 other requirement" in item.why
    assert item.actions[0].call == "change.rebase"


def test_changes_that_contradict_one_another_are_one_item():
    def conflict(*others):
        return (Conflict("lamp", "Light", others, "Make one of them."),)

    items = needs(
        change("a", Status.IN_PROGRESS, OPEN, 1_000, conflicts=conflict("b", "c")),
        change("b", Status.IN_PROGRESS, OPEN, 3_000, conflicts=conflict("a", "c")),
        change("c", Status.IN_PROGRESS, OPEN, 2_000, conflicts=conflict("a", "b")),
    )
    (item,) = items
    assert (item.kind, item.change, item.changes) == ("conflict", "a", ["b", "c"])
    assert item.why == 'a, b and c contradict each other in "Light" of lamp.'
    assert item.since == 3_000


def test_the_most_urgent_is_first_then_the_oldest():
    error = (Finding("ERROR", "D1", "specs", "No delta."),)
    items = needs(
        change("ready-late", modified=2_000),
        change("ready-soon", modified=1_000),
        change("broken", Status.INVALID, OPEN, findings=error, problem="No delta."),
        change("odd", archiving=Archiving(why="A document can't be read.")),
    )
    assert [item.change for item in items] == ["odd", "broken", "ready-soon", "ready-late"]


def test_what_has_just_been_begun_needs_nobody_until_all_its_tasks_are_done():
    nothing = (Finding("ERROR", UNWRITTEN, "file", "It says nothing about specs."),)
    begun = change("begun", Status.INVALID, OPEN, findings=nothing)
    assert needs(dataclasses.replace(begun, progress=Progress(2, 3))) == []
    (item,) = needs(change("done", Status.INVALID, findings=nothing))
    assert item.kind == "invalid"


def test_what_comes_later_is_dated_by_when_it_came_and_keeps_its_time_and_id():
    core = ProjectAttention("shop")
    old = change("old")
    assert core.items(state(old), NOW)[0].since == 1_000
    new = change("new")
    first = {item.change: item for item in core.items(state(old, new), NOW)}
    assert (first["old"].since, first["new"].since) == (1_000, NOW)
    touched = dataclasses.replace(new, modified=9_000)
    second = {item.change: item for item in core.items(state(old, touched), NOW + 1_000)}
    assert second == first
    assert core.items(state(old), NOW + 2_000) == [first["old"]]
    again = {item.change: item for item in core.items(state(old, new), NOW + 3_000)}
    assert again["new"].since == NOW + 3_000
    assert again["new"].id == first["new"].id


def test_a_file_of_tomorrow_makes_nothing_of_tomorrow():
    assert needs(change("a", modified=NOW * 10))[0].since == NOW


@given(st.lists(st.text(max_size=20), unique=True, max_size=30))
def test_ids_differ_and_long_sentences_are_cut(names):
    refusal = Archiving(code="x", why="y" * 5_000)
    items = needs(*(change(name, archiving=refusal) for name in names))
    assert len({item.id for item in items}) == len(names)
    assert all(len(item.why) <= 1_000 for item in items)


def test_what_did_not_change_is_not_worked_out_again(monkeypatch):
    from geometry_ws.team import attention

    looked_at = []
    own = attention._own_items
    monkeypatch.setattr(
        attention,
        "_own_items",
        lambda project, each: looked_at.append(each.name) or own(project, each),
    )
    core = ProjectAttention("shop")
    first, second = change("a"), change("b")
    core.look_ahead(state(first, second))
    assert looked_at == ["a", "b"]
    looked_at.clear()
    ahead = core.items(state(first, second), NOW)
    assert not looked_at
    assert ahead == ProjectAttention("shop").items(state(first, second), NOW)
    looked_at.clear()
    core.items(state(first, dataclasses.replace(second, modified=7)), NOW)
    assert looked_at == ["b"]
    assert MOST_ITEMS > 100
