"""A project in several work trees of one repository, with a real git."""

import shutil
import threading
import time

import pytest

from geometry_ws.openspec.disk import git_process, git_worktrees
from geometry_ws.openspec.disk.shared import Shared
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.disk.trees import Trees
from geometry_ws.openspec.format.errors import NoSuchChange, NotAllowed
from tests.openspec.base_cases import LOCK, REMEMBER, Git, modified, needs_git
from tests.openspec.conftest import DELTA, SPEC, TASKS, Project

pytestmark = needs_git


def project_at(root):
    """The project that lies in a folder already."""
    project = Project.__new__(Project)
    project.root, project.folder = root, root / "openspec"
    return project


class Repository:
    """A repository with its trees beside each other; `home` is the project that is served."""

    def __init__(self, folder):
        self.folder = folder
        self.home = Project(folder / "main")
        self.home.write("specs/lamp/spec.md", SPEC)
        self.home.change("dimmer", tasks=TASKS, delta=DELTA)
        self.home.change("timer", tasks="- [ ] 1.1 Wind\n", delta=DELTA.replace("Dim", "Tim"))
        self.git = Git(folder / "main")
        self.git.commit()
        self.trees = None

    def add(self, name, *words):
        """Add a work tree, by default on a branch of its name."""
        self.git("worktree", "add", "-q", *(words or ("-b", name)), str(self.folder / name))
        return self.folder / name

    def served(self, root=None, **more):
        shared = Shared()
        folder = (root or self.home.root) / "openspec"
        self.trees = Trees(
            Store(folder, shared=shared), lambda path, own: Store(path, shared=own), shared, **more
        )
        self.trees.load()
        self.trees.look_for_trees()
        self.trees.read_bases()
        return self.trees

    def tick(self, tree, change, old="- [ ]", new="- [x]"):
        """Set a box in a tree with an editor."""
        file = self.folder / tree / "openspec/changes" / change / "tasks.md"
        file.write_text(file.read_text().replace(old, new, 1))
        self.trees.reload([str(file)])


@pytest.fixture
def repository(tmp_path):
    repository = Repository(tmp_path)
    yield repository
    if repository.trees is not None:
        repository.trees.close()


@pytest.fixture
def processes(monkeypatch):
    """The processes of git that list work trees, and all."""
    runs = []
    run = git_process.run_git

    def counting(top, words, given=b""):
        runs.append(list(words))
        return run(top, words, given)

    monkeypatch.setattr(git_worktrees, "run_git", counting)
    return runs


def shown(trees, change="dimmer"):
    state = trees.state.changes[change]
    return state.tree, state.branch, state.progress.done


def test_a_repository_of_one_tree_is_as_it_always_was(repository):
    trees = repository.served()
    assert trees.trees == ()
    assert trees.state is trees.home.state
    assert trees.files is trees.home.files
    assert trees.name_of(trees.of("dimmer")) == ""
    with pytest.raises(NotAllowed, match="needs no name"):
        trees.of("dimmer", "main")


def test_each_change_is_shown_once_with_its_furthest_copy_and_its_branch(repository):
    repository.add("knob")
    repository.add("clock")
    trees = repository.served()
    assert [(tree.name, tree.label, tree.home) for tree in trees.trees] == [
        ("main", "main", True),
        ("clock", "clock", False),
        ("knob", "knob", False),
    ]
    assert shown(trees) == ("main", "", 1)
    repository.tick("knob", "dimmer")
    assert shown(trees) == ("knob", "knob", 2)
    assert [copy.tree for copy in trees.state.changes["dimmer"].copies] == ["main", "clock"]
    assert shown(trees, "timer") == ("main", "", 0)
    assert trees.state.changes["timer"].copies == ()
    assert list(trees.files.changes) == ["dimmer", "timer"]


def test_a_tick_goes_to_the_tree_that_the_shown_copy_lies_in(repository):
    knob = repository.add("knob")
    trees = repository.served()
    repository.tick("knob", "dimmer")
    before = (repository.home.folder / "changes/dimmer/tasks.md").read_text()
    trees.of("dimmer").set_task("dimmer", 3, True, expect="2.1 Write the manual")
    assert (knob / "openspec/changes/dimmer/tasks.md").read_text().count("[x]") == 3
    assert (repository.home.folder / "changes/dimmer/tasks.md").read_text() == before
    assert shown(trees) == ("knob", "knob", 3)
    # A tree, or its branch, may be named.
    trees.of("timer", "knob").set_task("timer", 1, True, expect="1.1 Wind")
    assert shown(trees, "timer") == ("knob", "knob", 1)
    with pytest.raises(NotAllowed, match="main, knob"):
        trees.of("timer", "sofa")
    with pytest.raises(NoSuchChange):
        trees.of("sofa")


def test_an_untick_is_seen_though_other_trees_have_the_task_done_still(repository):
    repository.home.change("dimmer", tasks=TASKS.replace("[ ] 1.1", "[x] 1.1"))
    repository.git.commit()
    repository.add("knob")
    repository.add("clock")
    trees = repository.served()
    assert shown(trees) == ("main", "", 2)
    trees.of("dimmer").set_task("dimmer", 1, False, expect="1.1 Solder the knob")
    assert shown(trees) == ("main", "", 1)
    # Also for whoever starts then: git says that the others stayed behind.
    trees.close()
    assert shown(repository.served()) == ("main", "", 1)


def test_a_tree_that_stayed_behind_keeps_nothing_open_that_is_archived(repository):
    repository.add("knob")
    (repository.home.folder / "changes/archive").mkdir()
    repository.git("mv", "openspec/changes/timer", "openspec/changes/archive/2026-01-01-timer")
    repository.git.commit()
    trees = repository.served()
    assert list(trees.state.changes) == ["dimmer"]
    # Somebody goes on with it there, and has it open by himself.
    repository.tick("knob", "timer")
    assert shown(trees, "timer") == ("knob", "knob", 1)
    (copy,) = trees.state.changes["timer"].copies
    assert (copy.tree, copy.archived) == ("main", "2026-01-01-timer")


def test_what_a_branch_has_archived_is_said_where_it_is_open_still(repository):
    knob = repository.add("knob")
    (knob / "openspec/changes/archive").mkdir()
    shutil.move(knob / "openspec/changes/timer", knob / "openspec/changes/archive/2026-01-01-timer")
    trees = repository.served()
    assert shown(trees, "timer") == ("main", "", 0)
    (copy,) = trees.state.changes["timer"].copies
    assert (copy.tree, copy.branch, copy.archived) == ("knob", "knob", "2026-01-01-timer")


def test_changes_that_no_other_tree_has_conflict_across_trees(repository):
    repository.home.change("dimmer", tasks=TASKS, delta=modified(LOCK))
    project_at(repository.add("knob")).change("fader", tasks=TASKS, delta=modified(REMEMBER))
    trees = repository.served()
    assert shown(trees, "fader") == ("knob", "knob", 1)
    assert [conflict.changes for conflict in trees.state.changes["dimmer"].conflicts] == [
        ("fader",)
    ]
    assert trees.state.changes["fader"].conflicts[0].changes == ("dimmer",)


def test_git_is_asked_once_for_each_change_of_trees_and_never_while_idle(repository, processes):
    repository.add("knob")
    trees = repository.served()
    assert len(processes) == 1
    for _ in range(5):
        assert not trees.look_for_trees()
    assert len(processes) == 1
    repository.add("clock")
    assert trees.look_for_trees()
    assert [tree.label for tree in trees.trees] == ["main", "clock", "knob"]
    repository.git("branch", "-m", "knob", "button")
    assert trees.look_for_trees()
    assert [tree.label for tree in trees.trees] == ["main", "clock", "button"]
    assert len(processes) == 3
    assert not trees.wants_bases()


def test_a_tree_that_comes_goes_and_moves_is_followed(repository):
    trees = repository.served()
    knob = repository.add("knob")
    assert trees.look_for_trees()
    repository.tick("knob", "dimmer")
    assert shown(trees) == ("knob", "knob", 2)
    repository.git("worktree", "move", str(knob), str(repository.folder / "button"))
    assert trees.look_for_trees()
    assert shown(trees) == ("button", "knob", 2)
    repository.git("worktree", "remove", "--force", str(repository.folder / "button"))
    assert trees.look_for_trees()
    assert trees.trees == ()
    assert shown(trees) == ("", "", 1)


def test_a_tree_whose_folder_was_deleted_is_followed_no_more(repository):
    knob = repository.add("knob")
    repository.add("clock")
    trees = repository.served()
    repository.tick("knob", "dimmer")
    shutil.rmtree(knob)
    assert trees.look_for_trees()
    assert [tree.name for tree in trees.trees] == ["main", "clock"]
    assert shown(trees) == ("main", "", 1)


def test_a_locked_tree_is_followed_and_may_be_missing(repository):
    knob = repository.add("knob")
    repository.git("worktree", "lock", "--reason", "on a stick", str(knob))
    trees = repository.served()
    assert [(tree.name, tree.locked) for tree in trees.trees] == [("main", False), ("knob", True)]
    knob.rename(repository.folder / "away")
    assert trees.look_for_trees()
    assert trees.trees == ()
    (repository.folder / "away").rename(knob)
    assert trees.look_for_trees()
    assert [tree.name for tree in trees.trees] == ["main", "knob"]


def test_a_tree_on_a_detached_head_is_called_by_its_commit(repository):
    head = repository.git("rev-parse", "HEAD").strip()
    repository.add("loose", "--detach")
    trees = repository.served()
    repository.tick("loose", "dimmer")
    assert shown(trees) == ("loose", head[:8], 2)


def test_a_broken_tree_is_passed_over(repository):
    broken, other = repository.add("broken"), repository.add("other")
    # Its link leads to a repository that is none, or to another one.
    (broken / ".git").write_text("gitdir: /nowhere/at/all\n")
    stranger = repository.folder / "stranger"
    stranger.mkdir()
    Git(stranger)
    (other / ".git").write_text(f"gitdir: {stranger}/.git\n")
    assert repository.served().trees == ()


def test_the_trees_of_a_bare_repository_are_all_alike(repository):
    bare = repository.folder / "lamp.git"
    repository.git("clone", "-q", "--bare", str(repository.home.root), str(bare))
    for name in ("one-tree", "two-tree"):
        repository.git(
            "worktree", "add", "-q", "-b", name, str(repository.folder / name), folder=bare
        )
    trees = repository.served(repository.folder / "one-tree")
    assert [(tree.name, tree.home) for tree in trees.trees] == [
        ("one-tree", True),
        ("two-tree", False),
    ]
    repository.tick("two-tree", "dimmer")
    assert shown(trees) == ("two-tree", "two-tree", 2)


def test_from_another_tree_than_the_first_it_looks_the_same(repository):
    knob = repository.add("knob")
    trees = repository.served(knob)
    assert [(tree.name, tree.home) for tree in trees.trees] == [("knob", True), ("main", False)]
    repository.tick("main", "dimmer")
    assert shown(trees) == ("main", "main", 2)


def test_a_project_in_a_folder_of_its_repository_is_looked_for_there(repository):
    inner = Project(repository.home.root / "packages" / "desk")
    inner.change("dimmer", tasks=TASKS)
    repository.git.commit()
    repository.add("knob")
    trees = repository.served(inner.root)
    assert [tree.path for tree in trees.trees] == [
        str(root / "packages/desk/openspec")
        for root in (repository.home.root, repository.folder / "knob")
    ]
    assert [tree.name for tree in trees.trees] == ["main", "knob"]


def test_a_tree_that_is_served_by_itself_is_no_tree_here(repository):
    knob = repository.add("knob")
    served = set()
    trees = repository.served(is_served=lambda folder: folder in served)
    assert len(trees.trees) == 2
    served.add(str(knob / "openspec"))
    assert trees.look_for_trees()
    assert trees.trees == ()


def test_what_is_the_same_in_two_trees_is_held_once(repository):
    repository.add("knob")
    trees = repository.served()
    here, there = (trees.named(name).files.changes["dimmer"] for name in ("main", "knob"))
    assert here is not there
    assert all(here.sources[path] is there.sources[path] for path in here.sources)


def test_files_in_every_tree_are_watched(repository):
    knob = repository.add("knob")
    trees = repository.served()
    seen = []
    watcher = trees.watch(seen.append)
    try:
        file = knob / "openspec/changes/dimmer/tasks.md"
        file.write_text(TASKS.replace("[ ]", "[x]"))
        wait_until(lambda: any(str(file) in paths for paths in seen))
    finally:
        watcher.close()


def wait_until(is_so):
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
