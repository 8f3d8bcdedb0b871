"""Rare things around writing: huge projects, restless editors, poor file systems, no way back."""

import datetime
import errno
import fcntl
import os
import shutil
from pathlib import Path

import pytest

from geometry_ws.openspec.disk import (
    apply_archive,
    journal,
    locks,
    replace_file,
    write_document,
)
from geometry_ws.openspec.disk.reader import MAX_DOCUMENT
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format import errors
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
from tests.openspec.archive_cases import ADDED, LONE, block, remove

TODAY = datetime.date(2026, 11, 24)
OPTIONS = ArchiveOptions(allow_incomplete=True)
RETIRES = "schema: spec-driven\nretire_capabilities: true\n"


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def before(monkeypatch, where, name, action):
    """Have something happen before each call of a function."""
    real = getattr(where, name)

    def call(*args, **kwargs):
        action()
        return real(*args, **kwargs)

    monkeypatch.setattr(where, name, call)


def fails(number):
    def call(*_args, **_kwargs):
        raise OSError(number, os.strerror(number))

    return call


@pytest.mark.parametrize("path", ["changes/dimmer/specs/zebra/spec.md", "specs/zebra/spec.md"])
def test_documents_that_are_too_large_are_not_archived(project, path):
    project.change()
    project.write("changes/dimmer/specs/zebra/spec.md", ADDED + block("C"))
    project.write("specs/zebra/spec.md", LONE)
    project.write(path, ADDED + block("C") + "x" * MAX_DOCUMENT)
    with pytest.raises(errors.ArchiveRefused) as caught:
        project.store().archive("dimmer", TODAY, OPTIONS)
    assert caught.value.code == "archive_spec_update_failed"


def test_a_spec_that_is_a_folder_is_not_archived_into(project):
    project.change()
    (project.folder / "specs/lamp/spec.md").unlink()
    (project.folder / "specs/lamp/spec.md").mkdir()
    with pytest.raises(errors.ArchiveRefused) as caught:
        project.store().archive("dimmer", TODAY, OPTIONS)
    assert caught.value.code == "archive_spec_update_failed"


def test_a_change_that_can_not_be_looked_through_is_not_archived(project):
    project.change()
    project.write("changes/dimmer/specs/" + "a/" * 14 + "spec.md", ADDED + block("Deep"))
    with pytest.raises(errors.Unreadable):
        project.store().archive("dimmer", TODAY, OPTIONS)
    assert (project.folder / "changes/dimmer").is_dir()


@pytest.mark.slow
def test_who_never_stops_saving_is_not_overwritten(project, monkeypatch):
    folder = project.change()
    spec = project.folder / "specs/lamp/spec.md"
    store = project.store()
    saves = []

    def save():
        saves.append(1)
        spec.write_text(spec.read_text() + "\n")
        (folder / "proposal.md").write_text(f"# {len(saves)}\n")
        (folder / "tasks.md").write_text("- [ ] a\n" + "\n" * len(saves))

    before(monkeypatch, replace_file, "_check_unchanged", save)
    with pytest.raises(errors.Unwritable, match="keeps being changed"):
        store.archive("dimmer", TODAY, OPTIONS)
    with pytest.raises(errors.Unwritable, match="keeps being changed"):
        store.set_task("dimmer", 1, True, expect="a")
    assert len(saves) == 2 * replace_file.ATTEMPTS
    assert folder.is_dir()
    assert "Dimming" not in spec.read_text()


def test_a_delta_that_is_saved_during_the_move_is_applied_as_saved(project, monkeypatch):
    folder = project.change()
    moved = project.folder / "changes/archive/2026-11-24-dimmer/specs/lamp/spec.md"
    store = project.store()
    saved = []

    def save():
        if moved.exists() and not saved:
            saved.append(1)
            moved.write_text(moved.read_text().replace("Dimming", "Glowing"))

    before(monkeypatch, apply_archive, "sync_folder", save)
    store.archive("dimmer", TODAY, OPTIONS)
    assert saved
    assert not folder.exists()
    assert "Glowing" in (project.folder / "specs/lamp/spec.md").read_text()
    assert "Dimming" not in (project.folder / "specs/lamp/spec.md").read_text()


def test_a_spec_that_gets_a_requirement_meanwhile_is_not_deleted(project, monkeypatch):
    project.change(delta=remove("Switching"))
    project.write("changes/dimmer/.openspec.yaml", RETIRES)
    spec = project.folder / "specs/lamp/spec.md"
    store = project.store()
    saved = []

    def save():
        if not saved:
            saved.append(1)
            spec.write_text(spec.read_text() + "\n" + block("More"))

    # The very last moment: everything was looked at again already.
    before(monkeypatch, apply_archive._FolderMove, "_apply", save)
    done = store.archive("dimmer", TODAY, OPTIONS)
    assert done.specs[0].after
    assert "More" in spec.read_text()
    assert "Switching" not in spec.read_text()


def test_a_file_that_somebody_makes_at_the_last_moment_is_kept(project, monkeypatch):
    project.change(delta=ADDED + block("C"))
    shutil.rmtree(project.folder / "specs/lamp")
    store = project.store()
    theirs = project.folder / "specs/lamp/spec.md"

    def save():
        if not theirs.exists():
            theirs.write_text(LONE)

    before(monkeypatch, apply_archive, "create_file", lambda: theirs.parent.exists() and save())
    store.archive("dimmer", TODAY, OPTIONS)
    assert "### Requirement: A" in theirs.read_text()
    assert "### Requirement: C" in theirs.read_text()

    made = project.folder / "changes/fresh.md"
    project.change()
    made = project.folder / "changes/dimmer/design.md"
    before(monkeypatch, write_document, "create_file", lambda: made.write_text("theirs"))
    with pytest.raises(errors.StaleRevision):
        store.write_document("ours", revision=None, change="dimmer", document="design.md")
    assert made.read_text() == "theirs"


def test_what_can_not_be_put_back_now_is_put_back_at_the_next_start(project, monkeypatch):
    project.change(delta=ADDED + block("C"))
    store = project.store()
    old = contents(project.folder)
    with monkeypatch.context() as patch:
        patch.setattr(apply_archive.os, "rename", _only_not_into_the_archive(os.rename))
        patch.setattr(journal, "replace_file", fails(errno.EIO))
        with pytest.raises(errors.Unwritable, match="put back"):
            store.archive("dimmer", TODAY, OPTIONS)
    assert "Requirement: C" in (project.folder / "specs/lamp/spec.md").read_text()
    Store(project.folder).load()
    assert contents(project.folder) == old


def _only_not_into_the_archive(real):
    def call(source, target):
        if "archive/2026" in str(target):
            raise OSError(errno.EXDEV, "another disk")
        return real(source, target)

    return call


def test_a_spec_made_anew_after_a_kill_is_kept_beside_the_one_that_was_to_be_deleted(project):
    """Nothing of either is lost: the new one stays in its place."""
    project.change(delta=remove("Switching"))
    project.write("changes/dimmer/.openspec.yaml", RETIRES)
    store = project.store()
    theirs = project.folder / "specs/lamp/spec.md"

    with pytest.MonkeyPatch.context() as patch:
        real = os.rename

        def rename(source, target):
            if "archive/2026" in str(target):
                theirs.write_text("theirs")
                raise OSError(errno.EIO, "broken")
            real(source, target)

        patch.setattr(os, "rename", rename)
        with pytest.raises(errors.Unwritable):
            store.archive("dimmer", TODAY, OPTIONS)
    assert theirs.read_text() == "theirs"
    others = [name for name in contents(theirs.parent) if name != "spec.md"]
    assert ["Switching" in (theirs.parent / name).read_text() for name in others] == [True]
    assert (project.folder / "changes/dimmer").is_dir()


# --- poor file systems --------------------------------------------------------------------


def do_everything(project):
    project.change(delta=ADDED + block("C"))
    store = project.store()
    store.set_task("dimmer", 1, True, expect="1.1 Solder the knob")
    store.write_document("d", revision=None, change="dimmer", document="design.md")
    store.write_document(LONE, revision=None, spec="deep/spec")
    store.create_change("fresh", TODAY)
    store.archive("dimmer", TODAY, OPTIONS)
    assert not any(".geometry_ws" in name for name in contents(project.folder))
    assert "Requirement: C" in (project.folder / "specs/lamp/spec.md").read_text()


def test_file_systems_without_locks_will_do(project, monkeypatch):
    monkeypatch.setattr(fcntl, "flock", fails(errno.ENOLCK))
    do_everything(project)
    # Another living process's things are left alone then, a dead one's are not.
    alive = project.write(f"{replace_file.PREFIX}1-abc{replace_file.SUFFIX}/x", "").parent
    dead = project.write(f"{replace_file.PREFIX}999999999-abc{replace_file.SUFFIX}/x", "").parent
    mine = project.write(
        f"{replace_file.PREFIX}{os.getpid()}-abc{replace_file.SUFFIX}/x", ""
    ).parent
    lock = '{"pid": %d, "owner": "geometry_ws"}'
    held = project.write("changes/archive/.openspec-archive.lock", lock % 1)
    Store(project.folder).load()
    assert [path.exists() for path in (alive, dead, mine, held)] == [True, False, True, True]
    held.write_text(lock % 999999999)
    Store(project.folder).load()
    assert not held.exists()


def test_file_systems_without_hard_links_will_do(project, monkeypatch):
    monkeypatch.setattr(os, "link", fails(errno.EPERM))
    do_everything(project)


def test_file_systems_that_can_not_sync_folders_will_do(project, monkeypatch):
    real = os.fsync

    def sync(descriptor):
        if Path(f"/proc/self/fd/{descriptor}").is_dir():
            raise OSError(errno.EINVAL, "no")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    do_everything(project)


def test_a_project_that_vanished_is_told(project):
    project.change()
    store = project.store()
    shutil.rmtree(project.folder)
    for action in (
        lambda: store.archive("dimmer", TODAY, OPTIONS),
        lambda: store.create_change("x", TODAY),
        lambda: store.write_document("x", revision=None, spec="x"),
    ):
        with pytest.raises(errors.NoProject):
            action()


def test_a_lock_file_that_can_not_be_read_is_somebody_elses(project):
    project.change()
    lock = project.folder / "changes/archive/.openspec-archive.lock"
    lock.parent.mkdir()
    lock.symlink_to("nowhere")
    with pytest.raises(errors.Locked):
        project.store().archive("dimmer", TODAY, OPTIONS)
    assert lock.is_symlink()
    assert locks.remove_stale_lock(str(lock.parent)) is False
