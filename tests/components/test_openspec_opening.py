"""A project is served as soon as it was read; that it is followed comes after."""

import pytest
from twisted.internet.defer import Deferred, maybeDeferred

from geometry_ws.components.openspec import project as project_module
from geometry_ws.components.openspec.registry import ProjectRegistry
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.disk.trees import Trees
from tests.components.served_project import answer, write_project

TASKS = "- [ ] 1.1 Solder\n"


@pytest.fixture
def folder(tmp_path):
    return write_project(
        tmp_path, {"changes/lamp/proposal.md": "# Lamp\n", "changes/lamp/tasks.md": TASKS}
    )


@pytest.fixture
def opening(folder):
    """Gives what opens the project, where work in threads is done by a function of the test."""
    registries = []

    def begin(in_thread):
        registry = ProjectRegistry("e1", in_thread, lambda *given: None, lambda event: None)
        registries.append(registry)
        return answer(registry.open(folder, "house"))

    yield begin
    for registry in registries:
        registry.close_all()


def test_nobody_waits_until_it_is_watched(opening):
    waiting = []

    def in_thread(work, *arguments):
        if getattr(work, "__func__", None) is Trees.watch:
            waiting.append(Deferred())
            return waiting[-1]
        return maybeDeferred(work, *arguments)

    project = opening(in_thread)
    assert project.state.changes["lamp"].progress.total == 1
    assert len(waiting) == 1


def test_what_changes_between_reading_and_watching_is_not_missed(opening, folder, monkeypatch):
    real = Store.watch

    def edited_before(store, callback):
        (folder / "openspec/changes/lamp/tasks.md").write_text(TASKS.replace("[ ]", "[x]"))
        return real(store, callback)

    monkeypatch.setattr(Store, "watch", edited_before)
    project = opening(maybeDeferred)
    assert project.state.changes["lamp"].progress.done == 1


def test_a_project_that_is_closed_meanwhile_is_not_watched(opening):
    waiting = []

    def in_thread(work, *arguments):
        if getattr(work, "__func__", None) is Trees.watch:
            waiting.append((Deferred(), work, arguments))
            return waiting[-1][0]
        return maybeDeferred(work, *arguments)

    project = opening(in_thread)
    project.close()
    watched, work, arguments = waiting[0]
    watcher = work(*arguments)
    watched.callback(watcher)
    assert not watcher._thread.is_alive()


def test_of_a_large_project_others_are_served_first_and_then_it_is_followed(folder, monkeypatch):
    monkeypatch.setattr(project_module, "_LARGE", 1)
    done, pauses = [], []

    def in_thread(work, *arguments):
        done.append(work)
        return maybeDeferred(work, *arguments)

    def pause(seconds):
        pauses.append(Deferred())
        return pauses[-1]

    registry = ProjectRegistry("e1", in_thread, lambda *_: None, lambda _: None, pause=pause)
    project = answer(registry.open(folder, "house"))
    assert project.state.changes["lamp"].progress.total == 1
    assert project.store.watch not in done
    (folder / "openspec/changes/lamp/tasks.md").write_text(TASKS.replace("[ ]", "[x]"))
    pauses[0].callback(None)
    assert project.store.watch in done
    assert project.state.changes["lamp"].progress.done == 1
    # One that isn't served any more by then isn't followed either.
    again = answer(registry.open(folder, "again"))
    registry.close_all()
    done.clear()
    pauses[1].callback(None)
    assert again.store.watch not in done
