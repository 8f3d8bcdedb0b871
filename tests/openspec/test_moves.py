"""When a change last moved, and by whom: from git's log, and else from its files."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.disk import git_moves
from geometry_ws.openspec.disk.git_moves import read_log
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.model import Movement
from tests.openspec.base_cases import Git, needs_git

SECOND = 1_700_000_000
FILE_TIME = 1_800_000_000


class Project:
    def __init__(self, root):
        self.root = root
        self.changes = root / "openspec" / "changes"

    def write(self, path, text, at=FILE_TIME):
        place = self.changes / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())
        os.utime(place, (at, at))

    def movements(self):
        store = Store(self.root / "openspec")
        store.load()
        return {name: change.movement for name, change in store.read_bases().changes.items()}


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path)
    project.write("a/proposal.md", "# A\n")
    project.write("a/tasks.md", "- [ ] 1.1 Do\n")
    project.write("b/tasks.md", "- [ ] 1.1 Do\n")
    return project


FROM_FILES = Movement(FILE_TIME * 1000)


def test_without_git_a_change_moved_when_its_newest_file_was_written(project):
    project.write("b/tasks.md", "- [x] 1.1 Do\n", at=FILE_TIME + 60)
    assert project.movements() == {"a": FROM_FILES, "b": Movement((FILE_TIME + 60) * 1000)}


@needs_git
def test_what_is_committed_as_it_is_moved_with_its_commit_and_by_its_author(project):
    git = Git(project.root)
    git.commit(when=10)
    project.write("a/tasks.md", "- [x] 1.1 Do\n")
    git.commit(when=20)
    assert project.movements() == {
        "a": Movement((SECOND + 20) * 1000, "a"),
        "b": Movement((SECOND + 10) * 1000, "a"),
    }


@needs_git
def test_what_is_not_committed_yet_moved_when_its_file_was_written(project):
    git = Git(project.root)
    git.commit(when=10)
    project.write("a/tasks.md", "- [x] 1.1 Do\n")
    project.write("c/tasks.md", "- [ ] 1.1 New\n")
    assert project.movements() == {
        "a": FROM_FILES,
        "b": Movement((SECOND + 10) * 1000, "a"),
        "c": FROM_FILES,
    }


@needs_git
def test_ends_of_lines_that_git_writes_itself_are_no_change(project):
    git = Git(project.root)
    git.commit(when=10)
    project.write("a/tasks.md", "- [ ] 1.1 Do\r\n")
    assert project.movements()["a"] == Movement((SECOND + 10) * 1000, "a")


@needs_git
def test_a_merge_that_joined_two_edits_counts_as_a_step(project):
    git = Git(project.root)
    lines = [f"- [ ] 1.{n} Do\n" for n in range(9)]
    project.write("a/tasks.md", "".join(lines))
    git.commit(when=10)
    git("checkout", "-q", "-b", "side")
    project.write("a/tasks.md", "".join(["- [x] 1.0 Do\n", *lines[1:]]))
    git.commit(when=20)
    git("checkout", "-q", "main")
    project.write("a/tasks.md", "".join([*lines[:-1], "- [x] 1.8 Do\n"]))
    git.commit(when=30)
    git("merge", "-q", "-m", "both", "side", when=40)
    assert project.movements()["a"] == Movement((SECOND + 40) * 1000, "a")


@needs_git
def test_git_runs_once_for_each_commit_that_is_checked_out(project, monkeypatch):
    git = Git(project.root)
    git.commit(when=10)
    runs = []
    run_git = git_moves.run_git
    monkeypatch.setattr(git_moves, "run_git", lambda *given: runs.append(given) or run_git(*given))
    store = Store(project.root / "openspec")
    store.load()
    for _ in range(3):
        store.read_bases()
    assert (len(runs), store.wants_bases()) == (1, False)
    project.write("a/tasks.md", "- [x] 1.1 Do\n")
    store.reload()
    store.read_bases()
    assert len(runs) == 1
    assert store.state.changes["a"].movement == FROM_FILES
    git.commit(when=20)
    assert store.wants_bases()
    assert store.read_bases().changes["a"].movement == Movement((SECOND + 20) * 1000, "a")
    assert len(runs) == 2


@needs_git
def test_git_that_fails_leaves_the_times_of_files(project, monkeypatch):
    Git(project.root).commit(when=10)
    monkeypatch.setattr(git_moves, "MOST_COMMITS", "nonsense")
    assert project.movements()["a"] == FROM_FILES


@given(st.binary(max_size=300))
def test_no_log_makes_the_reader_fail(log):
    read_log(log, "openspec/changes/", frozenset({"a"}))
    start = b"\x01" + log
    read_log(start, "openspec/changes/", frozenset({"a"}))
    read_log(b"\x01x a\0\n:1 2 3 4 M\0openspec/changes/a/x\0" + log, "openspec/changes/", {"a"})


def test_times_and_names_of_a_log_are_bounded():
    log = f"\x01{10**30} {'n' * 500}\0\n:0 1 {'0' * 40} {'a' * 40} M\0changes/a/x\0"
    (movement,) = read_log(log.encode(), "changes/", frozenset({"a"})).brought.values()
    assert movement == Movement(2**42, "n" * 100)
    log = f"\x01-5 \xff\n n\0\n:0 1 {'0' * 40} {'a' * 40} M\0changes/a/x\0"
    (movement,) = read_log(log.encode("latin-1"), "changes/", frozenset({"a"})).brought.values()
    assert movement == Movement(0, "\ufffd n")
