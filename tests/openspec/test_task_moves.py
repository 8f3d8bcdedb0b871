"""When each task last moved, and by whom."""

import os

import pytest

from geometry_ws.components.openspec.tasks import ServedTasks
from geometry_ws.openspec.disk import git_task_moves
from geometry_ws.openspec.disk.git_task_moves import task_movements
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.model import Movement
from geometry_ws.protocol import tasks as wire
from tests.components.served_project import CALLER, answer, serving
from tests.openspec.base_cases import Git, needs_git

SECOND = 1_700_000_000
FILE_TIME = 1_800_000_000


def at(when):
    return Movement((SECOND + when) * 1000, "a")


def test_a_task_moved_with_the_oldest_version_since_which_it_is_as_it_is():
    versions = [
        (b"- [x] a\n- [ ] b\n- [ ] c\n", Movement(3, "z")),
        (b"- [x] a\n- [x] b\n", Movement(2, "y")),
        (b"- [ ] a\n- [ ] b\n", Movement(1, "x")),
    ]
    assert task_movements(versions) == {
        ("a", "x"): Movement(2, "y"),
        ("b", ""): Movement(3, "z"),
        ("c", ""): Movement(3, "z"),
    }
    assert task_movements([]) == task_movements([(None, Movement(1))]) == {}


class Project:
    def __init__(self, root):
        self.root = root
        self.file = root / "openspec/changes/a/tasks.md"
        self.file.parent.mkdir(parents=True)

    def write(self, text):
        self.file.write_text(text)
        os.utime(self.file, (FILE_TIME, FILE_TIME))

    def store(self):
        store = Store(self.root / "openspec")
        store.load()
        store.read_bases()
        return store


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


@needs_git
def test_git_says_when_each_task_moved_and_what_is_not_committed_moved_with_the_file(
    project, monkeypatch
):
    git = Git(project.root)
    project.write("- [ ] 1 a\n- [ ] 2 b\n- [ ] 3 c\n")
    git.commit(when=10)
    project.write("- [x] 1 a\n- [ ] 2 b\n- [ ] 3 c\n")
    git.commit(when=20)
    project.write("- [x] 1 a\n- [~] 2 b\n- [ ] 3 c\n")
    runs = []
    run_git = git_task_moves.run_git
    monkeypatch.setattr(
        git_task_moves, "run_git", lambda *given: runs.append(given) or run_git(*given)
    )
    store = project.store()
    expected = [at(20), Movement(FILE_TIME * 1000), at(10)]
    for _ in range(3):
        assert store.task_moves("a")[1] == expected
    assert len(runs) == 1


def test_without_git_tasks_moved_with_their_file(project):
    project.write("- [ ] a\n")
    assert project.store().task_moves("a")[1] == [Movement(FILE_TIME * 1000)]


def test_who_ticked_through_the_node_is_told_until_the_task_moves_again(project):
    project.write("- [ ] a\n- [ ] b\n")
    for served in serving(project.root):
        part = ServedTasks(served)

        def moved(part=part):
            return answer(part.list_tasks(CALLER, wire.ListTasks(change="a", moved=True))).moved

        answer(part.set_task(CALLER, wire.SetTask(change="a", task=1, done=True, expect="a")))
        assert [each.by for each in moved()] == ["ann", ""]
        project.file.write_text("- [ ] a\n- [ ] b\n")
        served.find(None).store.reload()
        assert [each.by for each in moved()] == ["", ""]
        plain = answer(part.list_tasks(CALLER, wire.ListTasks(change="a")))
        assert plain.moved == []
