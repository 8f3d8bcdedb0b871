"""Each change knows with which open changes it conflicts, and is told when that changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.views import conflicts
from geometry_ws.openspec.views.conflicts import ConflictFinder, conflicts_by_change
from geometry_ws.openspec.views.overlap import MOST_COMPARED, find_overlaps

BLOCK = "### Requirement: {}\nThe lamp SHALL {}.\n\n#### Scenario: On\n- x\n\n"
SPEC = Source(("## Purpose\nWhy.\n\n## Requirements\n\n" + BLOCK.format("One", "shine")).encode())
TEXTS = (
    "",
    "## MODIFIED Requirements\n" + BLOCK.format("One", "glow"),
    "## MODIFIED Requirements\n" + BLOCK.format("One", "blink"),
    "## REMOVED Requirements\n### Requirement: One\n",
    "## ADDED Requirements\n" + BLOCK.format("Two", "fade"),
    "## ADDED Requirements\n" + BLOCK.format("Two", "dim"),
)
SOURCES = tuple(Source(text.encode()) for text in TEXTS)
SPECS = ({"lamp": SPEC}, {"lamp": SPEC, "door": SPEC}, {})


def change(name, deltas, tasks=""):
    """A change; an empty delta is none. Its tasks stand for what no conflict depends on."""
    own = {f"specs/{id_}/spec.md": SOURCES[text] for id_, text in deltas.items() if text}
    sources = {**own, "tasks.md": Source(tasks.encode())}
    return ChangeFiles(name, dict.fromkeys(sources, "file"), sources)


def fresh(changes, specs):
    by_change = conflicts_by_change(find_overlaps(changes, specs).requirements)
    return {name: tuple(own) for name, own in by_change.items()}


_deltas = st.fixed_dictionaries(
    {"lamp": st.integers(0, len(TEXTS) - 1), "door": st.integers(0, len(TEXTS) - 1)}
)
_edit = st.tuples(st.sampled_from("abcd"), st.none() | _deltas, st.sampled_from(["", "- [ ] x\n"]))


@settings(deadline=None)
@given(st.lists(st.tuples(_edit, st.sampled_from(range(len(SPECS)))), max_size=12))
def test_what_is_kept_up_to_date_is_what_a_fresh_look_gives(steps):
    finder, changes = ConflictFinder(), {}
    for (name, deltas, tasks), specs in steps:
        changes = {other: files for other, files in changes.items() if other != name}
        if deltas is not None:
            changes[name] = change(name, deltas, tasks)
        assert dict(finder.find(changes, SPECS[specs])) == fresh(changes, SPECS[specs])


def test_a_conflict_names_the_requirement_the_others_and_what_to_do():
    changes = {name: change(name, {"lamp": text}) for name, text in (("a", 1), ("b", 2), ("c", 4))}
    by_change = ConflictFinder().find(changes, SPECS[0])
    assert by_change.keys() == {"a", "b"}
    (conflict,) = by_change["a"]
    assert (conflict.spec, conflict.requirement, conflict.changes) == ("lamp", "One", ("b",))
    assert "make one change of it" in conflict.why


def test_only_those_that_contradict_each_other_are_named():
    changes = {name: change(name, {"lamp": text}) for name, text in (("a", 1), ("b", 1), ("c", 2))}
    by_change = ConflictFinder().find(changes, SPECS[0])
    assert {name: own[0].changes for name, own in by_change.items()} == {
        "a": ("c",),
        "b": ("c",),
        "c": ("a", "b"),
    }


def test_where_too_many_meet_each_conflicts_with_all_others():
    names = [f"c{number:02}" for number in range(MOST_COMPARED + 1)]
    by_change = ConflictFinder().find({n: change(n, {"lamp": 3}) for n in names}, SPECS[0])
    assert len(by_change["c00"][0].changes) == MOST_COMPARED


def test_tasks_cost_no_look_at_deltas_and_one_spec_no_look_at_another(monkeypatch):
    looked = []
    look = conflicts.overlaps_of_spec
    monkeypatch.setattr(
        conflicts, "overlaps_of_spec", lambda id_, *rest: looked.append(id_) or look(id_, *rest)
    )
    finder = ConflictFinder()
    changes = {name: change(name, {"lamp": 1, "door": 4}) for name in "ab"}
    before = finder.find(changes, SPECS[1])
    assert looked == ["door", "lamp"]
    ticked = {**changes, "a": change("a", {"lamp": 1, "door": 4}, "- [x] y\n")}
    assert finder.find(ticked, SPECS[1]) is before
    assert looked == ["door", "lamp"]
    after = finder.find({**ticked, "a": change("a", {"lamp": 2, "door": 4})}, SPECS[1])
    assert looked == ["door", "lamp", "lamp"]
    assert after["a"][0].changes == ("b",)


DELTA = "## MODIFIED Requirements\n" + BLOCK.format("Switching", "{}")


@pytest.fixture
def two(project):
    for name, words in (("dim", "dim"), ("glow", "glow")):
        project.change(name, delta=DELTA.format(words))
    return project


def test_a_state_has_the_conflicts_of_each_change_and_stays_the_same_object(two):
    followed = two.store()
    before = followed.state
    (conflict,) = before.changes["dim"].conflicts
    assert (conflict.spec, conflict.changes) == ("lamp", ("glow",))
    followed.reload()
    assert followed.state is before
    place = two.folder / "changes/glow/specs/lamp/spec.md"
    place.write_text(DELTA.format("dim"))
    followed.reload([str(place)])
    assert followed.state.changes["dim"].conflicts == ()
    assert followed.state == two.store().state
