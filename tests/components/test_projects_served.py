"""A served project tells what happened, whatever happens meanwhile."""

from pathlib import Path

import pytest
from twisted.internet.defer import Deferred, maybeDeferred

from geometry_ws.components.openspec import project
from geometry_ws.components.openspec.authorship import Write, task_set
from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.disk.trees import Trees
from geometry_ws.protocol.project_values import By

BY = By(session=7, authid="ann")


def now(work, *given):
    """Do it at once instead of in a thread."""
    return maybeDeferred(work, *given)


class Place:
    """A project on disk, its server, and what was told of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "openspec"
        self.announced = []
        self.fails = 0
        self.write("a", "- [ ] one\n- [ ] two\n")
        self.store = Store(self.folder)
        self.served = ServedProject("p", Trees(self.store), "e", now, self.tell)
        self.store.watch = lambda callback: None

    def tell(self, event):
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the message is too large")
        self.announced.append(event)

    def write(self, change, text):
        path = self.folder / "changes" / change / "tasks.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def edit(self, change, text):
        self.served.files_changed({self.write(change, text)})

    def open(self):
        opening = Deferred.fromCoroutine(self.served.open(now))
        assert opening.called
        return self

    def follow(self, snapshot):
        """What a follower knows, by the documented rule; a gap means a snapshot."""
        details, seq = {change.change: change for change in snapshot.changes}, snapshot.seq
        for event in self.announced:
            if event.seq <= seq:
                continue
            if event.seq != seq + 1:
                return self.follow(self.served.snapshot())
            seq = event.seq
            for happening in event.events:
                details[happening.name] = happening.detail
        return details


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.fixture
def logged(monkeypatch):
    """What is logged as a failure."""
    lines = []
    monkeypatch.setattr(project.log, "failure", lambda text, *_, **__: lines.append(text))
    return lines


def test_an_event_that_cant_be_sent_makes_followers_take_a_snapshot(place, logged):
    first = place.open().served.snapshot()
    place.fails = 1
    place.edit("a", "- [x] one\n- [ ] two\n")
    assert [event.events for event in place.announced] == [[]]
    assert place.announced[0].seq > first.seq + 1
    assert place.follow(first)["a"].done == 1
    assert len(logged) == 1


def test_telling_goes_on_after_a_failure(place, logged):
    first = place.open().served.snapshot()
    place.fails = 2
    place.edit("a", "- [x] one\n- [ ] two\n")
    place.edit("a", "- [x] one\n- [x] two\n")
    assert place.announced[-1].events[0].detail.done == 2
    assert place.follow(first)["a"].done == 2
    assert len(logged) == 2


def test_reading_goes_on_after_a_failure(place, logged, monkeypatch):
    place.open()
    reload = place.store.reload
    monkeypatch.setattr(place.store, "reload", lambda paths: 1 // 0)
    place.edit("a", "- [x] one\n- [ ] two\n")
    monkeypatch.setattr(place.store, "reload", reload)
    place.edit("a", "- [x] one\n- [x] two\n")
    assert place.announced[-1].events[0].detail.done == 2
    assert len(logged) == 1


def test_much_at_once_is_told_in_several_events(place, monkeypatch):
    first = place.open().served.snapshot()
    monkeypatch.setattr(project, "_EVENT_BYTES", 1000)
    paths = {place.write(f"c{number}", f"- [ ] {'x' * 300}\n") for number in range(9)}
    place.served.files_changed(paths)
    count = len(place.announced)
    assert count > 1
    assert [event.seq for event in place.announced] == list(range(1, count + 1))
    assert len(place.follow(first)) == 10


def test_what_is_too_large_for_an_event_is_a_gap(place, logged, monkeypatch):
    first = place.open().served.snapshot()
    monkeypatch.setattr(project, "SENT_BYTES", 1000)
    place.edit("a", f"- [ ] {'x' * 2000}\n")
    assert [(event.seq, event.events) for event in place.announced] == [(2, [])]
    monkeypatch.setattr(project, "SENT_BYTES", 10_000)
    assert place.follow(first)["a"].total == 1
    assert len(logged) == 1


def test_what_changes_while_a_project_is_opened_is_not_lost(place, monkeypatch):
    load = place.store.load

    def load_and_change():
        loaded = load()
        place.edit("a", "- [x] one\n- [x] two\n")
        return loaded

    monkeypatch.setattr(place.store, "load", load_and_change)
    place.open()
    assert place.served.snapshot().changes[0].done == 2
    assert place.announced == []


def test_who_ticks_alone_is_named(place):
    place.open()
    result = place.store.set_task("a", 1, True, expect="one")
    place.served.advance(Write(BY, task_set("a", result.before, result.change.revision)))
    assert place.announced[0].by == BY


def test_nobody_is_named_for_what_an_editor_saved_before_a_tick(place):
    place.open()
    place.write("a", "- [ ] one\n- [ ] two\n- [ ] URGENT\n")
    result = place.store.set_task("a", 1, True, expect="one")
    place.served.advance(Write(BY, task_set("a", result.before, result.change.revision)))
    assert len(place.announced) == 1
    assert place.announced[0].by is None


def test_nobody_is_named_for_what_an_editor_saved_after_a_tick(place):
    place.open()
    result = place.store.set_task("a", 1, True, expect="one")
    path = place.write("a", "- [x] one\n- [x] two\n")
    place.store.reload([path])
    place.served.advance(Write(BY, task_set("a", result.before, result.change.revision)))
    assert len(place.announced) == 1
    assert place.announced[0].by is None


def test_a_storm_is_told_in_small_events_and_a_snapshot_in_its_middle_is_whole(place):
    waiting = []
    place.open()
    place.served._later = waiting.append
    names = {f"c{number}" for number in range(200)}
    paths = {place.write(name, "- [ ] one\n") for name in names}
    place.served.files_changed(paths)
    assert not place.announced
    snapshots = [place.served.snapshot()]
    while waiting:
        waiting.pop(0)()
        snapshots.append(place.served.snapshot())
    assert len(place.announced) > 5
    assert all(len(event.events) <= 12 for event in place.announced)
    assert [event.seq for event in place.announced] == list(range(1, len(place.announced) + 1))
    wanted = {change.change: change for change in snapshots[-1].changes}
    assert wanted.keys() == names | {"a"}
    for snapshot in snapshots:
        assert place.follow(snapshot) == wanted


def test_a_project_that_is_closed_tells_nothing_more(place):
    waiting = []
    place.open()
    place.served._later = waiting.append
    place.served.files_changed({place.write(f"c{number}", "- [ ] one\n") for number in range(200)})
    before = len(place.announced)
    place.served.close()
    while waiting:
        waiting.pop(0)()
    assert len(place.announced) == before
