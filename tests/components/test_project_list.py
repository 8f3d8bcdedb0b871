"""Projects are added to and removed from a component that runs, by a file in its state folder."""

import pytest
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.task import Clock

from geometry_ws.components.openspec import component as openspec_component
from geometry_ws.components.openspec.component import OpenSpec
from geometry_ws.components.openspec.project_list import (
    FILE,
    MOST_PROJECTS,
    BadList,
    ProjectEntry,
    read_list,
    write_list,
)
from geometry_ws.protocol.compositor import Hello


@pytest.fixture
def projects(tmp_path):
    """Three projects of one change each."""
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders:
        (folder / "openspec/changes/start").mkdir(parents=True)
    return folders


class Component(OpenSpec):
    """The component without a network: what it announces is gathered."""

    def __init__(self, extra):
        super().__init__()
        self.extra = extra
        self.announced = []
        self.time = Clock()

    @property
    def clock(self):
        self.time.callFromThread = lambda *given: None
        return self.time

    def in_thread(self, work, *given):
        return maybeDeferred(work, *given)

    def thread_of(self, name, work, *given):
        return maybeDeferred(work, *given)

    async def listen(self, *given, **more):
        pass


@pytest.fixture
def component(projects, tmp_path, monkeypatch):
    async def bind(session, part, *around):
        pass

    monkeypatch.setattr(openspec_component, "bind", bind)

    def announce(session, topic, event, *given):
        if topic.name.startswith("project."):
            session.announced.append(event)

    monkeypatch.setattr(openspec_component, "announce", announce)
    state = tmp_path / "state"
    state.mkdir()
    component = Component({"projects": [{"path": str(projects[0])}], "state": str(state)})
    component.file = state / FILE
    yield component
    component.stop()


def start(component):
    outcome = []
    Deferred.fromCoroutine(component.start()).addBoth(outcome.append)
    assert outcome == [None]
    component.at_start = component.announced.copy()
    component.announced.clear()


def served(component):
    return [info.project for info in component.list_projects(None, None).projects]


def test_a_start_is_told_to_those_who_followed_the_component_before(component, projects):
    """The list, and for each project its new epoch, with the number that a snapshot has."""
    write_list(component.file, [ProjectEntry(str(projects[1]), "second", "Two")])
    start(component)
    listed, *changed = component.at_start
    epoch = component.openspec_hello(None, Hello()).epoch
    assert [info.project for info in listed.projects] == ["one", "second"]
    assert [event.project for event in changed] == ["one", "second"]
    assert {event.epoch for event in (listed, *changed)} == {epoch}
    assert [(event.seq, event.events) for event in changed] == [(0, []), (0, [])]


def test_what_the_list_names_is_served_from_the_start(component, projects):
    write_list(component.file, [ProjectEntry(str(projects[1]), "second", "Two")])
    start(component)
    assert served(component) == ["one", "second"]
    assert component.announced == []


def test_a_project_comes_and_goes_while_others_stay(component, projects):
    start(component)
    project = component._registry.find("one")
    write_list(component.file, [ProjectEntry(str(projects[1])), ProjectEntry(str(projects[2]))])
    component.time.advance(1)
    assert served(component) == ["one", "two", "three"]
    write_list(component.file, [ProjectEntry(str(projects[2]))])
    component.time.advance(1)
    assert served(component) == ["one", "three"]
    assert [[info.project for info in event.projects] for event in component.announced] == [
        ["one", "two", "three"],
        ["one", "three"],
    ]
    assert component._registry.find("one") is project


def test_a_broken_list_changes_nothing_until_it_is_mended(component, projects):
    write_list(component.file, [ProjectEntry(str(projects[1]))])
    start(component)
    component.file.write_text("{")
    component.time.advance(1)
    assert served(component) == ["one", "two"]
    write_list(component.file, [])
    component.time.advance(1)
    assert served(component) == ["one"]


def test_nothing_is_told_while_the_list_stays_as_it_is(component, projects):
    start(component)
    for _ in range(5):
        component.time.advance(1)
    assert component.announced == []


def test_a_list_is_written_and_read(tmp_path):
    entries = [ProjectEntry("/a/b", "x", "A title"), ProjectEntry("/ä")]
    write_list(tmp_path / FILE, entries)
    assert read_list(tmp_path / FILE) == entries
    assert read_list(tmp_path / "none") == []


@pytest.mark.parametrize(
    "text", ["", "[]", '{"projects": [{}]}', '{"projects": [{"path": 1}]}', "\xff"]
)
def test_what_is_no_list_is_refused_with_a_sentence(tmp_path, text):
    (tmp_path / FILE).write_bytes(text.encode("latin-1"))
    with pytest.raises(BadList):
        read_list(tmp_path / FILE)


def test_a_list_has_bounds(tmp_path):
    write_list(tmp_path / FILE, [ProjectEntry(f"/{n}") for n in range(MOST_PROJECTS + 1)])
    with pytest.raises(BadList):
        read_list(tmp_path / FILE)
