"""Machines that join: their names, how much they may say, and when they are away."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from geometry_ws.access.names import BadName, read_name
from geometry_ws.components.openspec.joined.machines import (
    MOST_KNOWN_BYTES,
    MOST_MACHINES,
    WRITTEN_SECONDS,
    Allowance,
    Machines,
)
from geometry_ws.components.openspec.joined.service import JoinedMachines
from geometry_ws.components.openspec.joined.throttle import Throttle
from geometry_ws.components.openspec.project import project_id
from geometry_ws.protocol.activity import Activity, Happened
from geometry_ws.protocol.happenings import Happening, ProjectChanged
from geometry_ws.protocol.joining import SILENT_SECONDS, Here, HereProject, may_join, slot_of
from geometry_ws.protocol.names import is_id
from geometry_ws.protocol.project_values import By
from geometry_ws.protocol.projects import ProjectInfo, ProjectSnapshot
from geometry_ws.wamp.lone_router import LoneRouter

NAMES = st.text(min_size=1, max_size=32)


def here(*names, epoch="e1", **given):
    infos = [
        ProjectInfo(project=name, title=name, changes=1, specs=0, archived=0, **given)
        for name in names
    ]
    return Here(major=1, epoch=epoch, projects=[HereProject(info=each) for each in infos])


def machines(*taken):
    return Machines("here", project_id, lambda: taken)


# --- names ---------------------------------------------------------------------------------------


@given(st.sets(NAMES, min_size=2, max_size=2))
def test_two_people_have_no_name_in_common(people):
    known = set()
    for person in people:
        try:
            known.add(read_name(person).casefold())
        except BadName:
            return
    if len(known) == 2:
        first, second = map(slot_of, known)
        assert first != second
        assert is_id(first)
        assert is_id(second)


@given(
    NAMES,
    st.sampled_from(["register", "publish", "subscribe", "call", "unregister"]),
    st.one_of(
        st.text(),
        st.builds("joined.{}.{}".format, st.sampled_from(["desk", "eve", ""]), st.text()),
        st.sampled_from(
            ["joined.desk.call", "joined.desk.event", "joined.desk.call.x", "joined.desk"]
        ),
    ),
    st.sampled_from([{}, None, {"match": "exact"}, {"match": "prefix"}, {"match": "wildcard"},
                     {"forward_for": [{"session": 1}]}, {"force_reregister": True}]),
)  # fmt: skip
def test_it_may_register_and_publish_exactly_its_own_names(person, action, full, options):
    own = {("register", "joined.desk.call"), ("publish", "joined.desk.event")}
    plain = (options or {}).get("match") in (None, "exact") and "forward_for" not in (options or {})
    assert may_join("desk", full, action, options) == ((action, full) in own and plain)
    if slot_of(person) != "desk":
        assert not may_join(person, "joined.desk.call", "register", options)
        assert not may_join(person, "joined.desk.event", "publish", options)


def test_no_project_has_the_id_of_another():
    all_of_them = machines("shop", "desk_shop")
    for person in ("desk", "Desk-2", "a" * 32, "a" * 31 + "b"):
        machine = all_of_them.of_person(person)
        all_of_them.meet(machine, 5, here("shop", "x" * 32), 0.0)
    ids = all_of_them.ids
    assert len(set(ids)) == 8
    assert all(map(is_id, ids))
    assert not {"shop", "desk_shop"} & set(ids)


def test_a_project_has_the_same_id_when_its_machine_is_back():
    all_of_them = machines("desk_shop")
    machine = all_of_them.of_person("desk")
    all_of_them.meet(machine, 5, here("shop"), 0.0)
    (before,) = all_of_them.ids
    all_of_them.lose(machine, 1000)
    assert all_of_them.infos()[0].away == 1000
    assert all_of_them.meet(machine, 6, here("shop", epoch="e2"), 1.0)
    assert all_of_them.ids == [before]
    assert all_of_them.infos()[0].away == 0


def test_so_many_machines_and_no_more():
    all_of_them = machines()
    people = [f"desk-{number}" for number in range(MOST_MACHINES + 5)]
    met = [all_of_them.of_person(person) for person in people]
    assert met[MOST_MACHINES:] == [None] * 5
    assert all_of_them.of_person("desk-0") is met[0]


def test_what_it_says_of_itself_is_bounded_and_whose_it_is_is_not_its_to_say():
    all_of_them = machines()
    machine = all_of_them.of_person("desk")
    loud = {"problem": "p" * 5000, "notice": "n" * 5000, "machine": "ann", "away": 3}
    all_of_them.meet(machine, 5, here("shop", **loud), 0.0)
    (info,) = all_of_them.infos()
    assert (info.machine, info.away, info.project) == ("desk", 0, "desk_shop")
    assert len(info.problem) == len(info.notice) == 1000


# --- away and back -------------------------------------------------------------------------------


def test_without_a_beat_it_is_away_though_it_is_connected():
    all_of_them = machines()
    machine = all_of_them.of_person("desk")
    all_of_them.meet(machine, 5, here("shop"), 100.0)
    assert all_of_them.silent_since(100.0 + SILENT_SECONDS) == []
    assert all_of_them.silent_since(101.0 + SILENT_SECONDS) == [machine]


def test_of_two_connections_with_one_name_the_newer_counts():
    all_of_them = machines()
    machine = all_of_them.of_person("desk")
    all_of_them.meet(machine, 5, here("shop"), 0.0)
    all_of_them.meet(machine, 6, here("shop"), 1.0)
    assert not all_of_them.meet(machine, 5, here("other"), 2.0)
    assert machine.session == 6
    assert list(machine.projects) == ["shop"]


def test_a_beat_that_says_the_same_is_no_news():
    all_of_them = machines()
    machine = all_of_them.of_person("desk")
    assert all_of_them.meet(machine, 5, here("shop"), 0.0)
    assert not all_of_them.meet(machine, 5, here("shop"), 1.0)
    assert all_of_them.meet(machine, 5, here("shop", "more"), 1.0)
    assert all_of_them.meet(machine, 5, here("more"), 1.0)
    assert all_of_them.ids == ["desk_more"]


def snapshot(seq, title="shop"):
    return ProjectSnapshot(
        project="desk_shop", epoch="here", seq=seq, title=title, problem="", changes=[], specs=[],
        archived=[],
    )  # fmt: skip


def titled(seq, title):
    event = Happening(kind="project_changed", title=title)
    return ProjectChanged(project="desk_shop", epoch="here", seq=seq, events=[event])


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 2**20)), max_size=12))
def test_what_is_known_while_it_is_away_is_the_newest_or_nothing(events):
    all_of_them = machines()
    machine = all_of_them.of_person("desk")
    all_of_them.meet(machine, 5, here("shop"), 0.0)
    project = machine.projects["shop"]
    project.load(snapshot(1), 100)
    newest, complete = 1, True
    for seq, size in events:
        project.follow(titled(seq, f"title {seq}"), size)
        complete = complete and seq <= newest + 1
        newest = max(newest, seq)
    known = project.snapshot()
    assert project.known_bytes <= MOST_KNOWN_BYTES
    if known is not None:
        assert complete
        assert known.seq == newest
        assert newest == 1 or known.title == f"title {newest}"
    elif sum(size for _, size in events) + 100 <= MOST_KNOWN_BYTES:
        assert not complete


def test_a_machine_s_projects_have_so_much_room_and_no_more():
    all_of_them = machines()
    machine = all_of_them.of_person("desk")
    all_of_them.meet(machine, 5, here("a", "b"), 0.0)
    first, second = machine.projects.values()
    first.load(snapshot(1), MOST_KNOWN_BYTES - 10)
    second.load(snapshot(1), 11)
    assert first.snapshot() is not None
    assert second.snapshot() is None
    first.load(snapshot(1), 100)
    second.load(snapshot(1), 11)
    assert second.snapshot() is not None


# --- what is believed ----------------------------------------------------------------------------


def test_an_author_is_believed_who_has_just_called_to_write():
    machine = machines().of_person("desk")
    ann = By(session=7, authid="ann", person="ann", role="maintainer")
    assert machine.believe(ann, 0.0) is None
    machine.note_writer(ann, 0.0)
    assert machine.believe(ann, 1.0) == ann
    assert machine.believe(By(session=7, authid="bob", person="bob", role="agent"), 1.0) is None
    assert machine.believe(By(session=8, authid="ann", person="ann", role="agent"), 1.0) is None
    assert machine.believe(ann, WRITTEN_SECONDS + 1) is None
    assert machine.believe(None, 1.0) is None


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 50)), max_size=50))
def test_an_allowance_gives_no_more_than_its_rate_and_what_it_begins_with(asked):
    allowance, now, given_out = Allowance(10, 100), 0.0, 0.0
    for amount, pause in asked:
        now += pause
        given_out += amount if allowance.take(amount, now) else 0
        assert given_out <= 100 + 10 * now + 1e-6


def test_what_a_machine_says_happened_pushes_nobody_else_out_of_the_journal():
    made, entries = machines(), []
    machine = made.of_person("desk")
    made.meet(machine, 5, here("shop"), 0.0)
    (project,) = machine.projects.values()
    office = SimpleNamespace(now=lambda: 10**12, desk=SimpleNamespace(members={}))
    service = SimpleNamespace(_office=office, _record=entries.extend)
    for name in map(str, range(10)):
        run = Activity(what="noted", first=1, last=1, who=name, project=project.id, change="c")
        JoinedMachines._happened(service, project, Happened(epoch="e", events=[run] * 200))
    assert len(entries) == 1000


def test_one_that_answers_nothing_is_tried_now_and_then():
    machine = machines().of_person("desk")
    assert machine.may_be_asked(0.0)
    machine.silent, machine.asked = 2, 0.0
    assert not machine.may_be_asked(1.0)
    assert machine.may_be_asked(SILENT_SECONDS)
    machine.calls = 1
    assert not machine.may_be_asked(SILENT_SECONDS)


def test_only_wrong_events_within_a_minute_count():
    machine = machines().of_person("desk")
    assert not any(machine.fault(1000.0 + number) for number in range(0, 6000, 5))
    assert any(machine.fault(9000.0) for _ in range(300))


@given(st.lists(st.floats(0, 3), max_size=30))
def test_however_often_it_is_asked_for_it_is_done_twice_a_second_and_at_last(pauses):
    clock, done = Clock(), []
    throttle = Throttle(clock, 0.5, lambda: done.append(clock.seconds()))
    asked = 0.0
    for pause in pauses:
        clock.pump([0.1] * int(pause * 10))
        throttle()
        asked = clock.seconds()
    clock.pump([0.1] * 20)
    assert all(later - before >= 0.5 - 1e-6 for before, later in pairwise(done))
    assert not pauses or done[-1] >= asked
    throttle()
    throttle()
    throttle.stop()
    count = len(done)
    clock.pump([0.1] * 20)
    assert len(done) == count


def test_other_projects_all_the_time_are_no_news():
    machine = machines().of_person("desk")
    assert sum(machine.news.take(1, 0.0) for _ in range(100)) == 20
    assert machine.news.take(1, 2.0)


# --- without a router ----------------------------------------------------------------------------


def test_a_component_that_is_not_there_answers_nothing():
    router = LoneRouter(None, lambda *_: None, lambda _: None)
    failed = []
    router.call("io.geometry_ws.v1.task.list", {}, None).addErrback(failed.append)
    assert failed[0].value.error == "wamp.error.no_such_procedure"


@pytest.mark.parametrize("person", ["desk", "Ölaf", "a-b", "a_b", "A_B", "x__y"])
def test_a_slot_is_the_same_each_time(person):
    assert slot_of(person) == slot_of(person)
    assert is_id(slot_of(person))
