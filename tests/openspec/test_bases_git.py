"""What a delta was written against is known from git, by two runs of it."""

import os

import pytest

from geometry_ws.openspec.disk import git_process
from geometry_ws.openspec.disk.store import Store
from tests.openspec.archiving import OPTIONS, TODAY
from tests.openspec.base_cases import (
    DONE,
    FIRST,
    GONE,
    LOCK,
    REMEMBER,
    Git,
    delta_of,
    lost,
    modified,
    needs_git,
    opened,
    read,
    spec_of,
    two_changes,
)


@needs_git
def test_git_knows_the_base_although_nobody_was_there(project):
    git = Git(project.root)
    two_changes(project)
    git.commit()
    Store(project.folder).archive("lock", TODAY, OPTIONS)
    git.commit()
    store = opened(project)
    assert lost(store.state) == GONE


@needs_git
def test_a_word_put_right_and_committed_hides_nothing(project):
    git = Git(project.root)
    two_changes(project)
    git.commit()
    Store(project.folder).archive("lock", TODAY, OPTIONS)
    git.commit()
    delta_of(project).write_text(modified(REMEMBER.replace("brightness", "colour")))
    git.commit()
    assert lost(opened(project).state) == GONE
    delta_of(project).write_text(modified(REMEMBER, LOCK))
    git.commit()
    assert not lost(opened(project).state)
    (project.folder / "specs/lamp/spec.md").write_text(spec_of(project).replace(f"{LOCK}\n", ""))
    moved = opened(project).state.changes["remember"].moved
    assert moved[0].back == (LOCK,)


@needs_git
def test_an_old_text_saved_over_a_committed_merge_is_moved_again(project):
    git = Git(project.root)
    two_changes(project)
    old = delta_of(project).read_text()
    git.commit()
    Store(project.folder).archive("lock", TODAY, OPTIONS)
    git.commit()
    delta_of(project).write_text(modified(REMEMBER, LOCK))
    git.commit()
    store = opened(project)
    assert not lost(store.state)
    delta_of(project).write_text(old)
    assert lost(read(store)) == GONE


@needs_git
def test_a_renamed_change_keeps_its_base_in_git(project):
    git = Git(project.root)
    two_changes(project)
    git.commit()
    Store(project.folder).archive("lock", TODAY, OPTIONS)
    git.commit()
    git("mv", "openspec/changes/remember", "openspec/changes/renamed")
    git.commit()
    assert lost(opened(project).state, "renamed") == GONE


@needs_git
def test_a_branch_that_is_merged_brings_its_base_along(project):
    git = Git(project.root)
    project.change("lock", tasks=DONE, delta=modified(LOCK))
    git.commit()
    git("checkout", "-q", "-b", "side")
    project.change("remember", tasks=DONE, delta=modified(REMEMBER))
    git.commit()
    git("checkout", "-q", "main")
    store = opened(project)
    store.archive("lock", TODAY, OPTIONS)
    git.commit()
    git("merge", "-q", "side")
    assert store.wants_bases()
    assert lost(read(store)) == GONE


@needs_git
def test_a_branch_that_is_rebased_onto_the_new_spec_keeps_its_base(project):
    """Its commit is then on top of a spec that its author never saw."""
    git = Git(project.root)
    project.change("lock", tasks=DONE, delta=modified(LOCK))
    git.commit(when=1000)
    git("checkout", "-q", "-b", "side")
    project.change("remember", tasks=DONE, delta=modified(REMEMBER))
    git.commit(when=2000)
    git("checkout", "-q", "main")
    Store(project.folder).archive("lock", TODAY, OPTIONS)
    git.commit(when=3000)
    git("checkout", "-q", "side")
    git("rebase", "-q", "main")
    assert LOCK in spec_of(project)
    assert lost(opened(project).state) == GONE


@needs_git
def test_a_spec_that_moves_takes_the_bases_of_its_deltas_along(project):
    git = Git(project.root)
    two_changes(project)
    git.commit()
    Store(project.folder).archive("lock", TODAY, OPTIONS)
    git.commit()
    for place in ("specs", "changes/remember/specs"):
        folder = project.folder / place
        (folder / "home").mkdir()
        (folder / "lamp").rename(folder / "home/lamp")
    git.commit()
    assert lost(opened(project).state) == GONE


@needs_git
def test_a_pull_that_is_noticed_before_its_commit_is_put_right_after(project):
    """Files of a pull are there before git says which commit they are of."""
    git = Git(project.root)
    project.change("lock", tasks=DONE, delta=modified(LOCK))
    git.commit()
    git("checkout", "-q", "-b", "side")
    project.change("remember", tasks=DONE, delta=modified(REMEMBER))
    git.commit()
    git("checkout", "-q", "main")
    store = opened(project)
    store.archive("lock", TODAY, OPTIONS)
    git.commit()
    git("checkout", "-q", "side", "--", "openspec/changes/remember")
    assert not lost(read(store))
    git("reset", "-q", "--hard")
    git("merge", "-q", "side")
    assert store.wants_bases()
    assert lost(store.read_bases()) == GONE


@needs_git
def test_a_delta_that_git_does_not_know_yet_has_the_base_of_when_it_was_seen(project):
    git = Git(project.root)
    git.commit()
    store = opened(two_changes(project))
    store.archive("lock", TODAY, OPTIONS)
    git.commit()
    assert lost(read(store)) == GONE


def written_at(path, when):
    """Make a file look as if it had been written at a moment of commits."""
    os.utime(path, (1_700_000_000 + when, 1_700_000_000 + when))


def say_lock(project):
    """Write the sentence on locking into the spec itself."""
    spec = project.folder / "specs/lamp/spec.md"
    spec.write_text(spec.read_text().replace(FIRST, f"{FIRST}\n{LOCK}"))
    return spec


@needs_git
def test_an_edit_that_nobody_committed_is_seen_under_a_delta_that_nobody_saw(project):
    git = Git(project.root)
    git.commit(when=1000)
    project.change("remember", tasks=DONE, delta=modified(REMEMBER))
    written_at(delta_of(project), 2000)
    written_at(say_lock(project), 3000)
    assert lost(opened(project).state) == GONE


@needs_git
def test_a_pull_under_a_delta_that_nobody_saw_is_seen(project):
    git = Git(project.root)
    git.commit(when=1000)
    project.change("remember", tasks=DONE, delta=modified(REMEMBER))
    written_at(delta_of(project), 2000)
    written_at(say_lock(project), 3000)
    git.commit("openspec/specs", when=3000)
    assert lost(opened(project).state) == GONE


@needs_git
def test_a_delta_that_is_newer_than_the_edit_is_not_moved(project):
    git = Git(project.root)
    git.commit(when=1000)
    written_at(say_lock(project), 2000)
    project.change("remember", tasks=DONE, delta=modified(REMEMBER))
    written_at(delta_of(project), 3000)
    assert lost(opened(project).state) == {}


@needs_git
def test_a_work_tree_has_its_own_head_and_the_same_history(project, tmp_path):
    git = Git(project.root)
    two_changes(project)
    git.commit()
    other = tmp_path / "other"
    git("worktree", "add", "-q", "-b", "side", str(other))
    store = Store(other / "openspec")
    store.load()
    store.read_bases()
    assert not store.wants_bases()
    store.archive("lock", TODAY, OPTIONS)
    git("add", "-A", folder=other)
    git("commit", "-q", "-m", "archived", folder=other)
    assert store.wants_bases()
    assert lost(store.read_bases()) == GONE
    assert not lost(opened(project).state)


@needs_git
def test_all_deltas_are_read_by_two_runs_of_git_and_none_where_nothing_is_new(project, monkeypatch):
    git = Git(project.root)
    for number in range(30):
        project.change(f"c{number}", tasks=DONE, delta=modified(f"It SHALL {number}."))
    git.commit()
    runs = []
    real = git_process.run_git
    monkeypatch.setattr(
        "geometry_ws.openspec.disk.git_versions.run_git",
        lambda *words: runs.append(words[1][0]) or real(*words),
    )
    store = opened(project)
    assert runs == ["log", "cat-file"]
    store.reload()
    store.read_bases()
    (project.folder / "changes/c1/tasks.md").write_text(DONE * 2)
    read(store)
    assert runs == ["log", "cat-file"]


@needs_git
@pytest.mark.parametrize("broken", ["HEAD", "objects", "config", "slow", "much", "none"])
def test_a_project_with_a_broken_git_works_as_one_without(project, monkeypatch, broken):
    git = Git(project.root)
    git.commit()
    match broken:
        case "HEAD":
            (project.root / ".git/HEAD").write_bytes(b"\xff\0 no head")
        case "objects":
            (project.root / ".git/objects").rename(project.root / ".git/away")
        case "config":
            (project.root / ".git/config").write_text("[core\n")
        case "slow":
            monkeypatch.setattr(git_process, "SECONDS", 0.0)
        case "much":
            monkeypatch.setattr(git_process, "MOST_BYTES", 3)
        case "none":
            monkeypatch.setenv("PATH", str(project.root))
    store = opened(two_changes(project))
    store.archive("lock", TODAY, OPTIONS)
    assert lost(store.state) == GONE


@needs_git
def test_a_hostile_configuration_of_git_starts_nothing(project, tmp_path):
    git = Git(project.root)
    two_changes(project)
    git.commit()
    mark, script = tmp_path / "mark", tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {mark}\n")
    script.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program", "core.sshCommand"):
        git("config", key, str(script))
    git("config", "log.showSignature", "true")
    git("config", "diff.x.textconv", str(script))
    (project.root / ".gitattributes").write_text("*.md diff=x\n")
    opened(project)
    assert not mark.exists()
