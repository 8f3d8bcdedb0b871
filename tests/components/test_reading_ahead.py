"""A project that was read while the router wasn't there yet is served without being read again."""

import pytest
from twisted.internet.defer import maybeDeferred

from geometry_ws.components.openspec.reading_ahead import ReadAhead
from geometry_ws.components.openspec.registry import ProjectRegistry
from geometry_ws.openspec.disk.find_project import FOLDER
from geometry_ws.openspec.disk.store import Store
from tests.components.served_project import answer, write_project

TASKS = "- [ ] 1.1 Solder\n"


@pytest.fixture
def folder(tmp_path):
    return write_project(
        tmp_path, {"changes/lamp/proposal.md": "# Lamp\n", "changes/lamp/tasks.md": TASKS}
    )


@pytest.fixture
def loads(monkeypatch):
    """The projects that were loaded, one entry each time."""
    loaded, real = [], Store.load

    def load(store):
        loaded.append(store.folder)
        return real(store)

    monkeypatch.setattr(Store, "load", load)
    return loaded


@pytest.fixture
def opening(tmp_path):
    """Gives what opens a project that somebody may have begun to read."""
    registries = []

    def begin(ahead, path, title=""):
        registry = ProjectRegistry(
            "e1", maybeDeferred, lambda *given: None, lambda event: None, ahead=ahead
        )
        registries.append(registry)
        return answer(registry.open(path, "house", title))

    yield begin
    for registry in registries:
        registry.close_all()


def test_it_is_read_once(opening, folder, loads):
    ahead = ReadAhead()
    ahead.begin(folder, "", FOLDER)
    project = opening(ahead, folder)
    assert project.state.changes["lamp"].progress.total == 1
    assert len(loads) == 1


def test_what_changes_after_it_was_read_is_not_missed(opening, folder, loads):
    ahead = ReadAhead()
    ahead.begin(folder, "", FOLDER)
    read = ahead.take(folder, "", FOLDER)
    (folder / "openspec/changes/lamp/tasks.md").write_text(TASKS.replace("[ ]", "[x]"))
    ahead.take = lambda *named: read
    project = opening(ahead, folder)
    assert project.state.changes["lamp"].progress.done == 1
    assert len(loads) == 1


def test_it_is_read_again_by_whoever_opens_it_a_second_time_or_by_another_title(
    opening, folder, loads
):
    ahead = ReadAhead()
    ahead.begin(folder, "", FOLDER)
    assert opening(ahead, folder, "House").state.title == "House"
    assert opening(ahead, folder).state.title == folder.name
    assert opening(ahead, folder).state.changes.keys() == {"lamp"}
    assert len(loads) == 3


@pytest.mark.parametrize("problem", [None, RuntimeError("no")])
def test_what_cant_be_read_ahead_is_opened_as_ever(opening, tmp_path, monkeypatch, problem):
    ahead = ReadAhead()
    if problem is None:
        path = tmp_path / "nowhere"
    else:
        path = write_project(tmp_path, {"changes/lamp/proposal.md": "# Lamp\n"})
        with monkeypatch.context() as patch:
            patch.setattr(Store, "load", lambda store: 1 / 0)
            ahead.begin(path, "", FOLDER)
            assert ahead._begun[path, "", FOLDER].result() is None
    assert opening(ahead, path).state.problem == (
        "" if problem else "There is no openspec/ folder at nowhere."
    )
