"""Following a project: snapshots and events."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred

from geometry_ws.client.follow import (
    MOST_KEPT,
    FollowedProject,
    ProjectFollower,
    ProjectReplica,
    Taken,
)
from geometry_ws.protocol.happenings import Happening, ProjectChanged
from geometry_ws.protocol.project_values import ChangeDetail, SpecInfo
from geometry_ws.protocol.projects import ProjectSnapshot


def change(name, done=0):
    return ChangeDetail(
        change=name, title=name, state="in_progress", done=done, total=9, revision="", tasks=[]
    )


def snapshot(seq=0, epoch="e", changes=()):
    return ProjectSnapshot(
        project="p",
        epoch=epoch,
        seq=seq,
        title="t",
        problem="",
        changes=list(changes),
        specs=[],
        archived=[],
    )


def event(seq, *events, epoch="e"):
    return ProjectChanged(project="p", epoch=epoch, seq=seq, events=list(events))


def test_events_continue_a_snapshot():
    state = FollowedProject()
    state.load(snapshot(4, changes=[change("a"), change("b")]))
    spec = SpecInfo(spec="s", requirements=1, revision="r")
    assert state.apply(event(4)) is Taken.OLD
    first = event(
        5,
        Happening(kind="change_changed", name="a", detail=change("a", 3)),
        Happening(kind="spec_added", name="s", spec=spec),
        Happening(kind="project_changed", title="new", problem="bad", notice="late"),
    )
    assert state.apply(first) is Taken.APPLIED
    assert (state.changes["a"].done, state.specs["s"], state.title) == (3, spec, "new")
    second = event(
        6,
        Happening(kind="change_archived", name="b", archived=["2026-01-01-b"]),
        Happening(kind="spec_removed", name="s"),
    )
    assert state.apply(second) is Taken.APPLIED
    assert (list(state.changes), state.specs, state.archived) == (["a"], {}, ["2026-01-01-b"])
    assert (state.problem, state.notice) == ("bad", "late")


def test_a_gap_or_another_epoch_needs_a_snapshot():
    state = FollowedProject()
    state.load(snapshot(4))
    assert state.apply(event(6)) is Taken.GAP
    assert state.apply(event(5, epoch="other")) is Taken.GAP
    assert state.seq == 4


class Node:
    """Answers calls with the newest snapshot, later; keeps what is spawned."""

    def __init__(self):
        self.history = [snapshot(0)]
        self.heard = None
        self.calls = 0
        self.spawned = []

    async def call(self, procedure, **keywords):
        self.calls += 1
        return msgspec.to_builtins(self.history[-1])

    async def subscribe(self, topic, heard):
        self.heard = heard

    def spawn(self, work):
        self.spawned.append(work)

    def finish(self):
        for work in self.spawned:
            drive(work)
        self.spawned.clear()


def drive(work):
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits")


class Message:
    def __init__(self, event):
        self.keywords = msgspec.to_builtins(event)


@given(st.lists(st.booleans(), max_size=30))
def test_whatever_events_are_lost_the_newest_state_is_reached(arrivals):
    node = Node()
    follower = ProjectFollower("p")
    drive(follower.follow(node))
    for number, arrives in enumerate([*arrivals, True], start=1):
        detail = change("a", number)
        node.history.append(snapshot(number, changes=[detail]))
        if arrives:
            happening = Happening(kind="change_changed", name="a", detail=detail)
            node.heard(Message(event(number, happening)))
            node.finish()
    assert follower.state.changes["a"].done == len(arrivals) + 1
    assert follower.state.seq == len(arrivals) + 1


def test_events_during_a_snapshot_are_applied_after_it():
    node = Node()
    heard = []
    follower = ProjectFollower("p", lambda state, event: heard.append((state.seq, event)))
    drive(follower.follow(node))
    node.history.append(snapshot(7, "e2"))
    node.heard(Message(event(7, epoch="e2")))
    node.heard(Message(event(8, epoch="e2")))
    node.heard(Message(event(3, epoch="e")))
    node.finish()
    assert [seq for seq, _ in heard] == [0, 7, 8]
    assert (follower.state.epoch, follower.state.seq, len(node.spawned)) == ("e2", 8, 0)


class Fetching:
    """A replica whose snapshots come when a test says so."""

    def __init__(self):
        self.answers = []
        self.changes = []
        self.missing = 0
        self.replica = ProjectReplica(self.fetch, self.changed, self.miss)

    async def fetch(self):
        answer = Deferred()
        self.answers.append(answer)
        return await answer

    def changed(self, state, event):
        self.changes.append(state.seq)

    def miss(self):
        self.missing += 1

    def load(self):
        return Deferred.fromCoroutine(self.replica.load())


def test_an_event_that_is_missing_during_a_snapshot_leads_to_another_one():
    fetching = Fetching()
    fetching.load()
    fetching.replica.take(event(2))
    fetching.answers[0].callback(snapshot(0))
    assert (fetching.replica.state.seq, fetching.missing) == (0, 1)


def test_programs_take_another_snapshot_where_one_was_not_enough():
    node = Node()
    follower = ProjectFollower("p")

    class Late(Node):
        async def call(self, procedure, **keywords):
            if self.calls == 0:
                self.heard(Message(event(2)))
            return await super().call(procedure, **keywords)

    node = Late()
    drive(follower.follow(node))
    node.history.append(snapshot(2))
    node.finish()
    assert (follower.state.seq, node.calls) == (2, 2)


def test_events_go_on_where_a_snapshot_is_refused():
    fetching = Fetching()
    fetching.load()
    fetching.answers[0].callback(snapshot(0))
    failed = []
    fetching.load().addErrback(failed.append)
    fetching.replica.take(event(1))
    fetching.answers[1].errback(ValueError("too large"))
    assert len(failed) == 1
    for number in range(2, 5):
        fetching.replica.take(event(number))
    assert (fetching.changes, fetching.missing) == ([0, 1, 2, 3, 4], 0)


def test_events_that_are_kept_are_few_and_the_rest_leads_to_another_snapshot():
    fetching = Fetching()
    fetching.load()
    fetching.answers[0].callback(snapshot(0))
    fetching.load()
    for number in range(1, 3 * MOST_KEPT):
        fetching.replica.take(event(number))
    assert len(fetching.replica._kept) == MOST_KEPT
    fetching.answers[1].callback(snapshot(0))
    assert (fetching.replica.state.seq, fetching.missing) == (MOST_KEPT, 1)


def test_a_snapshot_of_an_older_start_than_an_event_is_taken_again():
    fetching = Fetching()
    fetching.load()
    fetching.answers[0].callback(snapshot(4))
    fetching.load()
    fetching.replica.take(event(1, epoch="newer"))
    fetching.answers[1].callback(snapshot(5))
    assert fetching.missing == 1
