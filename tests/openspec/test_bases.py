"""What a delta was written against is known: from git, or from when it was first seen."""

import sqlite3
from dataclasses import replace

import pytest

from geometry_ws.openspec.disk import git_process
from geometry_ws.openspec.disk.base_records import FILE
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format import errors
from tests.openspec.archiving import OPTIONS, TODAY
from tests.openspec.base_cases import (
    DONE,
    FIRST,
    LOCK,
    NAME,
    REMEMBER,
    Git,
    delta_of,
    lost,
    modified,
    needs_git,
    spec_of,
    two_changes,
)

GONE = {NAME: (LOCK,)}


def read(store):
    store.reload()
    return store.read_bases()


def opened(project, state=None):
    store = Store(project.folder, state=state)
    store.load()
    store.read_bases()
    return store


# --- first seen ---------------------------------------------------------------------------


def test_a_change_that_another_was_archived_under_is_moved(project):
    store = opened(two_changes(project))
    assert not lost(store.state)
    store.archive("lock", TODAY, OPTIONS)
    assert lost(store.state) == GONE
    assert store.state.changes["remember"].status == "complete"
    assert "take away" in store.state.changes["remember"].moved[0].message


def test_what_was_seen_survives_a_restart(project, tmp_path):
    opened(two_changes(project), tmp_path / "state")
    spec = project.folder / "specs/lamp/spec.md"
    spec.write_text(spec_of(project).replace(FIRST, f"{FIRST}\n{LOCK}"))
    assert lost(opened(project, tmp_path / "state").state) == GONE
    assert not lost(opened(project, tmp_path / "other").state)


def test_a_delta_written_against_the_new_spec_is_not_moved(project):
    store = opened(two_changes(project))
    store.archive("lock", TODAY, OPTIONS)
    project.change("later", tasks=DONE, delta=modified(LOCK, "It SHALL blink."))
    assert not lost(read(store), "later")


def test_who_has_written_it_into_the_delta_by_hand_is_not_asked(project):
    store = opened(two_changes(project))
    store.archive("lock", TODAY, OPTIONS)
    delta_of(project).write_text(modified(REMEMBER, LOCK))
    assert not lost(read(store))
    store.archive("remember", TODAY, OPTIONS)
    assert LOCK in spec_of(project)


def test_a_word_put_right_in_the_delta_hides_nothing(project):
    store = opened(two_changes(project))
    store.archive("lock", TODAY, OPTIONS)
    delta_of(project).write_text(modified(REMEMBER.replace("brightness", "colour")))
    assert lost(read(store)) == GONE


def test_an_old_text_saved_again_after_a_merge_is_moved_again(project):
    store = opened(two_changes(project))
    old = delta_of(project).read_text()
    store.archive("lock", TODAY, OPTIONS)
    store.rebase("remember")
    assert not lost(read(store))
    delta_of(project).write_text(old)
    assert lost(read(store)) == GONE


def test_what_was_removed_after_a_delta_had_it_does_not_come_back_unasked(project):
    store = opened(two_changes(project))
    store.archive("lock", TODAY, OPTIONS)
    store.rebase("remember")
    spec = project.folder / "specs/lamp/spec.md"
    spec.write_text(spec_of(project).replace(f"{LOCK}\n", ""))
    moved = read(store).changes["remember"].moved
    assert [(each.lost, each.back) for each in moved] == [((), (LOCK,))]


def test_a_change_that_gets_another_name_keeps_its_base(project):
    store = opened(two_changes(project))
    folder = project.folder / "changes"
    (folder / "remember").rename(folder / "renamed")
    store.archive("lock", TODAY, OPTIONS)
    read(store)
    assert lost(store.state, "renamed") == GONE


def test_a_change_that_gets_another_name_and_text_keeps_its_base(project):
    store = opened(two_changes(project))
    folder = project.folder / "changes"
    (folder / "remember").rename(folder / "renamed")
    delta_of(project, "renamed").write_text(modified("The lamp SHALL remember its colour."))
    store.archive("lock", TODAY, OPTIONS)
    assert lost(read(store), "renamed") == GONE


def test_an_editor_that_deletes_and_writes_anew_changes_no_base(project):
    store = opened(two_changes(project))
    text = delta_of(project).read_text()
    delta_of(project).unlink()
    read(store)
    store.archive("lock", TODAY, OPTIONS)
    delta_of(project).write_text(text + "\n")
    assert lost(read(store)) == GONE


def test_a_delta_that_appears_while_a_spec_changes_has_the_spec_of_before(project):
    """Bases are read after files: a spec that changes in between is not what was meant."""
    store = opened(project)
    two_changes(project)
    store.reload()
    spec = project.folder / "specs/lamp/spec.md"
    spec.write_text(spec_of(project).replace(FIRST, f"{FIRST}\n{LOCK}"))
    assert lost(read(store)) == GONE


def test_a_new_change_of_an_old_name_has_a_base_of_its_own(project, tmp_path):
    store = opened(two_changes(project), tmp_path)
    store.archive("lock", TODAY, OPTIONS)
    project.change("lock", tasks=DONE, delta=modified(LOCK, "It SHALL blink."))
    assert not lost(read(store), "lock")


def test_a_change_may_build_on_what_another_adds(project):
    added = "## ADDED Requirements\n\n### Requirement: New\nIt SHALL {}.\n\n#### Scenario: S\n- x\n"
    project.change("one", tasks=DONE, delta=added.format("glow"))
    later = added.format("glow warmly").replace("ADDED", "MODIFIED")
    project.change("two", tasks=DONE, delta=later)
    store = opened(project)
    assert not lost(store.state, "two")
    store.archive("one", TODAY, OPTIONS)
    assert not lost(store.state, "two")
    project.change("two", tasks=DONE, delta=later)
    spec = project.folder / "specs/lamp/spec.md"
    spec.write_text(spec_of(project).replace("glow.", "glow.\nIt SHALL fade."))
    assert lost(read(store), "two") == {"New": ("It SHALL fade.",)}


def test_a_broken_database_is_put_aside_and_a_closed_one_is_no_reason_to_fail(project, tmp_path):
    (tmp_path / FILE).write_bytes(b"no database at all, but long enough to be taken for one" * 40)
    store = opened(two_changes(project), tmp_path)
    store.archive("lock", TODAY, OPTIONS)
    assert lost(store.state) == GONE
    assert lost(opened(project, tmp_path).state) == GONE
    with sqlite3.connect(tmp_path / FILE) as database:
        assert database.execute("SELECT COUNT(*) FROM base").fetchone() == (1,)
    closed = opened(project, tmp_path / FILE)  # A file where the folder would be.
    assert not lost(closed.state)


# --- git ----------------------------------------------------------------------------------


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


# --- archiving ----------------------------------------------------------------------------


def test_what_would_take_something_away_is_refused_and_names_it(project):
    store = opened(two_changes(project))
    store.archive("lock", TODAY, OPTIONS)
    before = spec_of(project)
    for dry in (True, False):
        with pytest.raises(errors.ArchiveRefused) as caught:
            store.archive("remember", TODAY, OPTIONS, dry=dry)
        assert caught.value.code == "base_moved"
        assert LOCK in str(caught.value)
        assert "rebase remember" in caught.value.fix
    assert spec_of(project) == before


def test_it_is_archived_where_that_was_agreed_to_and_the_warning_stays(project):
    store = opened(two_changes(project))
    store.archive("lock", TODAY, OPTIONS)
    done = store.archive("remember", TODAY, replace(OPTIONS, accept_base=True))
    assert LOCK in done.plan.warnings[0]
    assert LOCK not in spec_of(project)


def test_leaving_the_specs_alone_takes_nothing_away(project):
    store = opened(two_changes(project))
    store.archive("lock", TODAY, OPTIONS)
    store.archive("remember", TODAY, replace(OPTIONS, skip_specs=True))
    assert LOCK in spec_of(project)


def test_nobody_needs_to_have_looked_before_the_first_is_archived(project):
    """Archiving itself sees the other open changes, and remembers their bases."""
    store = Store(two_changes(project).folder)
    store.load()
    store.archive("lock", TODAY, OPTIONS)
    with pytest.raises(errors.ArchiveRefused):
        store.archive("remember", TODAY, OPTIONS)


def test_a_spec_that_cannot_be_read_moves_nothing(project):
    store = opened(two_changes(project))
    path = project.folder / "specs/lamp/spec.md"
    text = path.read_text()
    path.write_text("x" * 2**21)
    assert not lost(read(store))
    path.write_text(text.replace(FIRST, f"{FIRST}\n{LOCK}"))
    assert lost(read(store)) == GONE
