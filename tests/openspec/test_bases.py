"""What a delta was written against is known: from git, or from when it was first seen."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from geometry_ws.openspec.disk import base_follower
from geometry_ws.openspec.disk.base_records import FILE
from geometry_ws.openspec.disk.rebase_change import RebaseRequest
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format import errors
from geometry_ws.openspec.rebasing.touched import blocks_of_spec
from tests.openspec.archiving import OPTIONS, TODAY
from tests.openspec.base_cases import (
    DONE,
    FIRST,
    GONE,
    LOCK,
    REMEMBER,
    delta_of,
    lost,
    modified,
    opened,
    read,
    spec_of,
    two_changes,
)

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


def test_where_no_spec_changed_since_nothing_is_parsed_for_how_it_looked(project, monkeypatch):
    parsed = []

    def parsing(main):
        parsed.append(main)
        return blocks_of_spec(main)

    monkeypatch.setattr(base_follower, "blocks_of_spec", parsing)
    store = opened(two_changes(project))
    assert not parsed
    project.change("later", tasks=DONE, delta=modified(REMEMBER))
    store.reload()
    spec = project.folder / "specs/lamp/spec.md"
    spec.write_text(spec_of(project).replace(FIRST, f"{FIRST}\n{LOCK}"))
    assert lost(read(store), "later") == GONE
    assert len(parsed) == 1


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
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        assert database.execute("SELECT COUNT(*) FROM base").fetchone() == (1,)
    closed = opened(project, tmp_path / FILE)  # A file where the folder would be.
    assert not lost(closed.state)


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


def test_a_hidden_change_takes_nothing_away_either(project, tmp_path):
    project.change("lock", tasks=DONE, delta=modified(LOCK))
    project.change(".remember", tasks=DONE, delta=modified(REMEMBER))
    store = opened(project)
    store.archive("lock", TODAY, OPTIONS)
    with pytest.raises(errors.ArchiveRefused) as caught:
        store.archive(".remember", TODAY, OPTIONS)
    assert caught.value.code == "base_moved"


def test_what_was_agreed_to_in_a_change_that_is_gone_is_asked_of_the_next(project, tmp_path):
    store = opened(two_changes(project))
    store.archive("lock", TODAY, OPTIONS)
    store.rebase("remember", RebaseRequest(ours=True))
    assert not lost(read(store))
    shutil.rmtree(project.folder / "changes/remember")
    read(store)
    project.change("another", tasks=DONE, delta=modified("The lamp SHALL glow."))
    assert lost(read(store), "another") == GONE


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
