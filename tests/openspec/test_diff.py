"""Events lead from one state to the other."""

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.format.model import (
    ChangeState,
    Finding,
    Outline,
    Progress,
    ProjectState,
    SpecState,
    Status,
    Validity,
    Verdict,
    verdict_of,
)
from geometry_ws.openspec.format.tasks import parse_tasks, progress
from geometry_ws.openspec.views.diff import (
    DocumentChange,
    Happening,
    Kind,
    RequirementChange,
    TaskChange,
    apply_events,
    diff,
    document_changes,
    requirement_changes,
)

_names = st.sampled_from(["a", "b", "c", "2026-11-24-a"])
_tasks = st.lists(st.tuples(st.sampled_from(["x", "y"]), st.booleans()), max_size=3).map(
    lambda items: parse_tasks("".join(f"- [{'x' if d else ' '}] {t}\n" for t, d in items))
)


@st.composite
def _change(draw, name):
    tasks = draw(_tasks)
    return ChangeState(
        name,
        draw(st.sampled_from(["A", "B"])),
        draw(st.sampled_from(list(Status))),
        progress(tasks),
        draw(st.sampled_from(["", "0" * 16, "1" * 16])),
        tasks,
    )


@st.composite
def _state(draw):
    changes = {name: draw(_change(name)) for name in sorted(draw(st.sets(_names)))}
    specs = {
        name: SpecState(name, draw(st.integers(0, 2)), draw(st.sampled_from(["", "2" * 16])))
        for name in sorted(draw(st.sets(_names)))
    }
    return ProjectState(
        draw(st.sampled_from(["", "T"])),
        draw(st.sampled_from(["", "gone"])),
        MappingProxyType(changes),
        MappingProxyType(specs),
        tuple(sorted(draw(st.sets(_names)))),
        draw(st.sampled_from(["", "late"])),
    )


@pytest.mark.slow
@given(_state(), _state())
def test_applying_the_events_to_the_old_state_gives_the_new_one(old, new):
    events = diff(old, new)
    assert apply_events(old, events) == new
    assert bool(events) == (old != new)


def _with_tasks(text, tree=""):
    tasks = parse_tasks(text)
    change = ChangeState("a", "A", Status.IN_PROGRESS, progress(tasks), text, tasks, tree=tree)
    return ProjectState(changes=MappingProxyType({"a": change}))


def test_a_tick_is_told_with_its_task_even_when_lines_moved():
    old = _with_tasks("- [ ] one\n- [ ] two\n")
    new = _with_tasks("- [ ] new\n- [ ] one\n- [x] two\n")
    (event,) = diff(old, new)
    assert event.kind is Kind.CHANGE_CHANGED
    assert event.ticked == (TaskChange(3, "two", True),)
    assert event.before == "- [ ] one\n- [ ] two\n"


def test_a_copy_in_another_tree_takes_no_tick_back():
    """The tree with the furthest copy was removed: nobody has taken back what was done there."""
    far, near = _with_tasks("- [x] one\n- [ ] two\n", "b"), _with_tasks("- [ ] one\n- [x] two\n")
    assert diff(far, near)[0].ticked == (TaskChange(2, "two", True),)
    (same,) = diff(_with_tasks("- [x] one\n"), _with_tasks("- [ ] one\n"))
    assert same.ticked == (TaskChange(1, "one", False),)


def test_a_change_that_went_to_the_archive_is_told_as_archived():
    change = ChangeState("a", "A", Status.COMPLETE, Progress(1, 1), "")
    old = ProjectState(changes=MappingProxyType({"a": change}))
    new = ProjectState(archived=("2026-11-24-a",))
    assert [event.kind for event in diff(old, new)] == [Kind.CHANGE_ARCHIVED, Kind.ARCHIVE_CHANGED]
    assert [event.kind for event in diff(old, ProjectState())] == [Kind.CHANGE_REMOVED]


def _outline(*names):
    return tuple(Outline(name, mark) for name, mark in names)


def test_requirements_are_told_as_added_changed_renamed_and_removed():
    old = _outline(("A", "1"), ("B", "2"), ("C", "3"), ("D", "4"))
    new = _outline(("A", "1"), ("B", "5"), ("See", "3"), ("E", "6"))
    assert requirement_changes(old, new) == (
        RequirementChange("changed", "B"),
        RequirementChange("changed", "See", former="C"),
        RequirementChange("added", "E"),
        RequirementChange("removed", "D"),
    )
    assert requirement_changes(old, old) == ()
    assert requirement_changes(old, tuple(reversed(old))) == ()


def test_requirements_of_one_name_are_told_apart_by_their_order():
    old = _outline(("A", "1"), ("A", "2"))
    assert requirement_changes(old, old[:1]) == (RequirementChange("removed", "A"),)
    assert requirement_changes(old[:1], old) == (RequirementChange("added", "A"),)
    assert requirement_changes(_outline(("A", "1"), ("B", "1")), _outline(("C", "1"))) == (
        RequirementChange("changed", "C", former="A"),
        RequirementChange("removed", "B"),
    )


def test_documents_are_told_by_their_revisions():
    old = (("a.md", "1"), ("b.md", "2"))
    new = (("a.md", "3"), ("c.md", "4"))
    assert document_changes(old, new) == (
        DocumentChange("a.md", "1", "3"),
        DocumentChange("b.md", "2", ""),
        DocumentChange("c.md", "", "4"),
    )
    assert document_changes(old, old) == ()


def test_verdict_and_progress_are_told_where_they_changed_and_only_there():
    warning, error = (Finding(level, "X", "file", "m") for level in ("WARNING", "ERROR"))
    done, open_ = Progress(1, 1), Progress(0, 1)

    def state(progress, findings, title="A"):
        change = ChangeState("a", title, Status.IN_PROGRESS, progress, "", findings=findings)
        spec = SpecState("s", 1, title, findings=findings)
        return ProjectState(
            changes=MappingProxyType({"a": change}), specs=MappingProxyType({"s": spec})
        )

    change, spec = diff(state(open_, ()), state(done, (warning,)))
    assert change.progress == (open_, done)
    assert change.verdict == spec.verdict == (Verdict(), Verdict(warnings=1))
    assert [verdict.validity for verdict in change.verdict] == [Validity.VALID, Validity.WARNED]
    change, spec = diff(state(done, (error,)), state(done, (error, warning), "B"))
    assert (change.progress, change.verdict, spec.verdict) == (None, None, None)
    assert spec.documents == (DocumentChange("spec.md", "A", "B"),)
    assert Verdict(errors=1).validity is Validity.INVALID


def test_a_verdict_says_whether_it_is_valid_also_where_warnings_count():
    verdict = verdict_of(tuple(Finding(level, "X", "file", "m") for level in ("WARNING", "INFO")))
    assert (verdict.errors, verdict.warnings, verdict.infos) == (0, 1, 1)
    assert (verdict.valid, verdict.strict) == (True, False)
    assert Verdict().strict
    assert not Verdict(errors=1).valid
    assert not Verdict(errors=1).strict


def test_an_event_that_says_nothing_changes_nothing():
    state = _with_tasks("- [ ] one\n")
    events = [Happening(Kind.CHANGE_CHANGED, "a"), Happening(Kind.PROJECT_CHANGED)]
    assert apply_events(state, events) == state
