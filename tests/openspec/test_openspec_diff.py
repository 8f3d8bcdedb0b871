"""Events lead from one state to the other."""

from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.diff import Kind, Tick, apply_events, diff
from geometry_ws.openspec.model import ChangeState, Progress, ProjectState, SpecState, Status
from geometry_ws.openspec.tasks import parse_tasks, progress

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
    )


@given(_state(), _state())
def test_applying_the_events_to_the_old_state_gives_the_new_one(old, new):
    events = diff(old, new)
    assert apply_events(old, events) == new
    assert bool(events) == (old != new)


def _with_tasks(text):
    tasks = parse_tasks(text)
    change = ChangeState("a", "A", Status.IN_PROGRESS, progress(tasks), text, tasks)
    return ProjectState(changes=MappingProxyType({"a": change}))


def test_a_tick_is_told_with_its_task_even_when_lines_moved():
    old = _with_tasks("- [ ] one\n- [ ] two\n")
    new = _with_tasks("- [ ] new\n- [ ] one\n- [x] two\n")
    (event,) = diff(old, new)
    assert event.kind is Kind.CHANGE_CHANGED
    assert event.ticked == (Tick(3, "two", True),)
    assert event.before == "- [ ] one\n- [ ] two\n"


def test_a_change_that_went_to_the_archive_is_told_as_archived():
    change = ChangeState("a", "A", Status.COMPLETE, Progress(1, 1), "")
    old = ProjectState(changes=MappingProxyType({"a": change}))
    new = ProjectState(archived=("2026-11-24-a",))
    assert [event.kind for event in diff(old, new)] == [Kind.CHANGE_ARCHIVED, Kind.ARCHIVE_CHANGED]
    assert [event.kind for event in diff(old, ProjectState())] == [Kind.CHANGE_REMOVED]
