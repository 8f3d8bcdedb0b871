"""What a machine that has joined says: nothing of it is believed but by type, size and name."""

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geometry_ws.components.openspec.joined.answers import (
    MOST_BYTES,
    Wrong,
    read,
    read_error,
    read_result,
)
from geometry_ws.components.openspec.joined.machines import Machines
from geometry_ws.components.openspec.project import project_id
from geometry_ws.protocol import attention, presence, projects, tasks
from geometry_ws.protocol.changes import ChangeList
from geometry_ws.protocol.errors import BadAnswer, NoSuchTask, StaleRevision
from geometry_ws.protocol.happenings import Happening, ProjectChanged
from geometry_ws.protocol.joining import Here, HereProject
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.registry import PROCEDURES

PACK = msgspec.msgpack.encode
SET = PROCEDURES[uri("task.set")]
ABOUT_PROJECTS = [p for p in PROCEDURES.values() if "project" in p.request.__struct_fields__]


def info(project="shop", title="Shop"):
    return projects.ProjectInfo(project=project, title=title, changes=1, specs=1, archived=0)


def joined(*names, person="desk", session=5):
    machines = Machines("here", project_id, lambda: ["shop", "desk_shop"])
    machine = machines.of_person(person)
    here = Here(major=1, epoch="there", projects=[HereProject(info=info(n)) for n in names])
    machines.meet(machine, session, here, 0.0)
    return machine


@pytest.fixture
def project():
    return joined("shop", "other").projects["shop"]


def item(project="shop", **given):
    return attention.AttentionItem(
        id="ready_1", project=project, kind="ready", since=0, why="Done.", **given
    )


PROJECT = joined("shop").projects["shop"]


@given(st.sampled_from(ABOUT_PROJECTS), st.binary(max_size=300) | st.none() | st.text())
@example(SET, b"\x80")
@example(SET, b"\x93" * 300)
def test_whatever_bytes_it_answers_there_is_a_typed_value_or_one_error(procedure, packed):
    try:
        result = read_result(procedure, PROJECT, packed)
    except BadAnswer as problem:
        assert problem.values == {"project": PROJECT.id}
        assert len(problem.message) < 500
    else:
        assert isinstance(result, procedure.result)


@given(st.lists(st.sampled_from(["shop", "desk_shop", "other", "x"]), min_size=1, max_size=4))
def test_claims_are_taken_only_if_all_are_about_the_project_that_was_asked_for(names):
    claims = [
        presence.Claim(project=name, change="dim", task="dim/1", who="ann", since=1)
        for name in names
    ]
    packed = PACK(presence.ClaimList(claims=claims))
    if set(names) == {"shop"}:
        answer = read(presence.ClaimList, PROJECT, packed)
        assert {claim.project for claim in answer.claims} == {PROJECT.id} == {"desk_shop_2"}
    else:
        with pytest.raises(Wrong, match="another project"):
            read(presence.ClaimList, PROJECT, packed)


def test_what_is_too_large_is_not_read(project):
    with pytest.raises(Wrong, match="too large"):
        read(tasks.TaskList, project, bytes(MOST_BYTES + 1))
    # where anything may stand, each byte may become an object
    loose = PACK(attention.AttentionList(items=[item(fix="x" * 300_000)]))
    with pytest.raises(Wrong, match="too large"):
        read(attention.AttentionList, project, loose)


@pytest.mark.parametrize("name", ["change", "spec"])
def test_names_are_no_longer_than_those_of_files(project, name):
    value = {"change": 256 * "a"} if name == "change" else {}
    if name == "change":
        wrong = {"project": "shop", "epoch": "e", "seq": 1, "events": [
            {"kind": "change_added", "name": "a", "detail": {
                "title": "", "state": "complete", "done": 0, "total": 0, "revision": "",
                "tasks": [], **value,
            }},
        ]}  # fmt: skip
        kind = ProjectChanged
    else:
        spec = {"spec": "a" * 256, "requirements": 1, "revision": ""}
        wrong = {"project": "shop", "epoch": "e", "seq": 1, "events": [
            {"kind": "spec_added", "name": "a", "spec": spec},
        ]}  # fmt: skip
        kind = ProjectChanged
    with pytest.raises(Wrong, match="too long"):
        read(kind, project, PACK(wrong))


def test_buttons_do_what_such_items_offer_in_this_project_and_nothing_else(project):
    """A person who presses one calls it with their own rights."""

    def button(call, **keywords):
        return attention.AttentionAction(label="Archive" * 20, call=call, kwargs=keywords)

    given = item(
        actions=[
            button("change.archive", project="board", change="dim"),
            button("document.set", project="board", text="mine"),
            button("question.answer", question="q1", answer="yes"),
            button("change.archive", change=["dim"]),
            button("wamp.session.kill"),
        ]
    )
    read_item = read(attention.AttentionList, project, PACK(attention.AttentionList(items=[given])))
    (taken,) = read_item.items
    assert [(each.call, each.kwargs) for each in taken.actions] == [
        ("change.archive", {"project": project.id, "change": "dim"}),
        ("question.answer", {"question": "q1", "answer": "yes", "project": project.id}),
    ]
    assert max(len(each.label) for each in taken.actions) <= 60
    assert taken.id != given.id


def test_the_titles_say_where_a_project_lies(project):
    changed = ProjectChanged(
        project="shop", epoch="e", seq=1, events=[Happening(kind="project_changed", title="A\nB")]
    )
    event = read(ProjectChanged, project, PACK(changed))
    assert event.events[0].title == "A B · desk"
    assert project.info.title == "Shop · desk"
    assert project.info.machine == "desk"


def test_a_snapshot_is_numbered_as_events_are(project):
    listed = ChangeList(project="shop", epoch="there", seq=41, changes=[])
    first = read(ChangeList, project, PACK(listed))
    assert first.epoch == "here"
    assert project.number("there", 42) == first.seq + 1


@given(
    st.lists(
        st.tuples(st.sampled_from(["e1", "e2"]), st.integers(0, 2**53 - 1)),
        min_size=1,
        max_size=30,
    )
)
def test_numbers_grow_by_as_much_as_theirs_and_leave_out_some_where_they_begin_anew(said):
    own = joined("shop").projects["shop"]
    before = None
    for epoch, seq in said:
        highest = own.seq
        number = own.number(epoch, seq)
        assert 0 <= number <= highest + 10_002
        if before is not None and before[0] == epoch and 0 <= seq - before[1] <= 10_000 - 2:
            assert number <= highest or number >= before[2]
        if before is not None and before[0] != epoch:
            assert number >= highest + 2
        before = epoch, seq, number


@pytest.mark.parametrize(
    ("error", "fields", "expected"),
    [
        ("error.stale_revision", {"revision": "r1"}, StaleRevision),
        ("error.stale_revision", {"revision": 7}, BadAnswer),
        ("error.stale_revision", {}, BadAnswer),
        ("error.no_such_task", {"change": "dim", "task": 3, "more": 1}, NoSuchTask),
        ("error.no_such_surface", {"surface": "s1"}, BadAnswer),
        ("error.revoked", {}, BadAnswer),
        ("error.away", {"project": "shop", "since": 1}, BadAnswer),
        ("x" * 300, None, BadAnswer),
    ],
)
def test_an_error_is_one_that_the_procedure_declares(project, error, fields, expected):
    problem = read_error(SET, project, uri(error), ["s" * 5000], fields)
    assert type(problem) is expected
    assert len(problem.message) <= 2000
