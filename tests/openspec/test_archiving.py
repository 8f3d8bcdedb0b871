"""Archiving on disk: results, previews, and what stands in the way."""

import os

import pytest

from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format import errors
from tests.openspec.archive_cases import ADDED, LONE, block, remove
from tests.openspec.archiving import OPTIONS, TODAY, contents, refusal


def test_what_was_archived_is_told_and_the_state_is_the_new_one(project):
    project.change()
    store = project.store()
    before = store.read_spec("lamp").revision
    done = store.archive("dimmer", TODAY, OPTIONS)
    after = store.read_spec("lamp").revision
    assert done.plan.archived_as == "2026-11-24-dimmer"
    assert [(spec.spec, spec.before, spec.after) for spec in done.specs] == [
        ("lamp", before, after)
    ]
    assert done.changed == (
        "specs/lamp/spec.md", "changes/dimmer", "changes/archive/2026-11-24-dimmer",
    )  # fmt: skip
    assert store.state.archived == ("2026-11-24-dimmer",)
    assert "dimmer" not in store.state.changes
    assert store.state.specs["lamp"].requirements == 2
    assert store.state == Store(project.folder).load()


def test_a_dry_run_changes_nothing_and_its_revision_holds_what_it_showed(project):
    folder = project.change()
    store = project.store()
    before = contents(project.folder)
    shown = store.archive("dimmer", TODAY, OPTIONS, dry=True)
    assert shown.dry
    assert contents(project.folder) == before
    (folder / "specs/lamp/spec.md").write_text(ADDED + block("Other"))
    with pytest.raises(errors.StaleRevision) as caught:
        store.archive("dimmer", TODAY, OPTIONS, revision=shown.revision)
    again = store.archive("dimmer", TODAY, OPTIONS, dry=True)
    assert again.revision == caught.value.revision
    done = store.archive("dimmer", TODAY, OPTIONS, revision=again.revision)
    assert done.specs == again.specs


def test_a_dated_name_is_not_dated_again_and_a_hidden_change_can_be_archived(project):
    project.change("2026-01-02-old")
    project.change(".hidden", delta=ADDED + block("Hidden"))
    store = project.store()
    assert store.archive("2026-01-02-old", TODAY, OPTIONS).plan.archived_as == "2026-01-02-old"
    assert store.archive(".hidden", TODAY, OPTIONS).plan.archived_as == "2026-11-24-.hidden"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "archive_change_name_invalid"), ("..", "archive_change_name_invalid"),
        ("a/b", "archive_change_name_invalid"), ("a\\b", "archive_change_name_invalid"),
        ("nope", "archive_change_not_found"), ("x\0", "archive_change_not_found"),
        ("archive", "archive_change_not_found"), ("x" * 300, "archive_change_not_found"),
        ("file", "archive_change_not_found"), ("link", "archive_change_symlink"),
    ],
)  # fmt: skip
def test_what_is_no_change_is_refused_by_its_code(project, name, code):
    folder = project.change()
    project.write("changes/file", "x")
    (project.folder / "changes" / "link").symlink_to(folder)
    assert refusal(project.store(), name) == code


def test_what_is_in_the_archive_already_is_not_replaced(project):
    project.change()
    project.write("changes/archive/2026-11-24-dimmer", "a file")
    before = contents(project.folder)
    assert refusal(project.store()) == "archive_target_exists"
    assert contents(project.folder) == before


def test_folders_that_lead_out_of_the_project_are_refused(project, tmp_path):
    project.change()
    (tmp_path / "out").mkdir()
    (project.folder / "changes/archive").symlink_to(tmp_path / "out")
    assert refusal(project.store()) == "archive_path_outside_root"
    (project.folder / "changes/archive").unlink()
    (project.folder / "specs").rename(tmp_path / "specs")
    (project.folder / "specs").symlink_to(tmp_path / "specs")
    assert refusal(project.store()) == "archive_path_outside_root"


def test_a_spec_that_leads_out_of_the_project_is_not_written(project, tmp_path):
    project.change()
    (project.folder / "specs/lamp").rename(tmp_path / "lamp")
    (project.folder / "specs/lamp").symlink_to(tmp_path / "lamp")
    before = (tmp_path / "lamp/spec.md").read_bytes()
    with pytest.raises(errors.Unwritable):
        project.store().archive("dimmer", TODAY, OPTIONS)
    assert (tmp_path / "lamp/spec.md").read_bytes() == before
    assert (project.folder / "changes/dimmer").is_dir()


def test_a_linked_spec_stays_a_link_and_two_names_of_one_file_are_refused(project):
    (project.folder / "specs/lamp/spec.md").rename(project.folder / "common.md")
    (project.folder / "specs/lamp/spec.md").symlink_to("../../common.md")
    project.change()
    project.change("second", delta=ADDED + block("Second"))
    store = project.store()
    store.archive("dimmer", TODAY, OPTIONS)
    assert (project.folder / "specs/lamp/spec.md").is_symlink()
    assert "Dimming" in (project.folder / "common.md").read_text()
    (project.folder / "specs/twin").mkdir()
    (project.folder / "specs/twin/spec.md").symlink_to("../../common.md")
    project.write("changes/second/specs/twin/spec.md", ADDED + block("Third"))
    before = contents(project.folder)
    assert refusal(store, "second") == "archive_error"
    assert contents(project.folder) == before


def test_a_spec_that_lies_elsewhere_by_a_link_is_not_deleted(project):
    (project.folder / "specs/lamp").rename(project.root / "lamp")
    (project.folder / "specs/lamp").symlink_to(project.root / "lamp")
    project.change(delta=remove("Switching"))
    project.write(
        "changes/dimmer/.openspec.yaml", "schema: spec-driven\nretire_capabilities: true\n"
    )
    assert refusal(project.store()) == "archive_error"
    assert (project.root / "lamp/spec.md").is_file()


def test_mode_is_kept_and_a_spec_that_can_not_be_written_undoes_everything(project, monkeypatch):
    project.change(delta=ADDED + block("C"))
    project.write("changes/dimmer/specs/zebra/spec.md", ADDED + block("Z"))
    zebra = project.write("specs/zebra/spec.md", LONE)
    zebra.chmod(0o444)
    (project.folder / "specs/lamp/spec.md").chmod(0o640)
    store = project.store()
    before = contents(project.folder)
    with monkeypatch.context() as patch, pytest.raises(errors.Unwritable):
        patch.setattr(os, "access", lambda path, mode: "zebra" not in str(path))
        store.archive("dimmer", TODAY, OPTIONS)
    assert contents(project.folder) == before
    # Where the system lets us, as it lets root, the official tool writes all the same; so do we.
    monkeypatch.setattr(os, "access", lambda path, mode: True)
    store.archive("dimmer", TODAY, OPTIONS)
    modes = [
        (project.folder / f"specs/{spec}/spec.md").stat().st_mode for spec in ("lamp", "zebra")
    ]
    assert [mode & 0o777 for mode in modes] == [0o640, 0o444]
