"""Who saves in the very moment of a step of ours finds that save in its place."""

import errno
import os
import shutil

import pytest

from geometry_ws.openspec.disk import exchange as exchanging
from geometry_ws.openspec.disk import replace_file
from geometry_ws.openspec.disk.exchange import exchange
from geometry_ws.openspec.format import errors
from tests.openspec.archive_cases import ADDED, block, remove
from tests.openspec.archiving import OPTIONS, TODAY, save_once

TASKS = "- [ ] 1.1 Solder the knob\n- [ ] 1.2 Measure\n"


@pytest.fixture
def lamp(project, tmp_path):
    """A project on a file system that can exchange files."""
    for name in "ab":
        (tmp_path / name).write_text(name)
    if not exchange(str(tmp_path / "a"), str(tmp_path / "b")):
        pytest.skip("this file system can't exchange files")
    project.change(tasks=TASKS)
    return project


def names_in(folder):
    return sorted(entry.name for entry in folder.iterdir())


def save_as_new_file(path, text):
    beside = path.with_name(".saved")
    beside.write_text(text)
    beside.replace(path)


def save_as_vim(path, text):
    backup = path.with_name(f"{path.name}~")
    path.rename(backup)
    path.write_text(text)
    backup.unlink()


def save_into(path, text):
    path.write_text(text)


SAVES = [save_as_new_file, save_as_vim, save_into]


@pytest.mark.parametrize("save", SAVES)
def test_a_save_in_the_moment_of_a_tick_stays_and_is_ticked(lamp, monkeypatch, save):
    store = lamp.store()
    path = lamp.folder / "changes/dimmer/tasks.md"
    save_once(monkeypatch, replace_file, "exchange", lambda: save(path, TASKS + "a person's\n"))
    store.set_task("dimmer", 1, True, expect="1.1 Solder the knob")
    assert path.read_text() == TASKS.replace("[ ] 1.1", "[x] 1.1") + "a person's\n"
    assert names_in(path.parent) == ["proposal.md", "specs", "tasks.md"]


@pytest.mark.parametrize("save", SAVES)
def test_a_save_in_the_moment_of_a_write_stays_and_the_writer_is_told(lamp, monkeypatch, save):
    store = lamp.store()
    path = lamp.folder / "changes/dimmer/proposal.md"
    known = store.read_document("dimmer", "proposal.md").revision
    save_once(monkeypatch, replace_file, "exchange", lambda: save(path, "a person's"))
    with pytest.raises(errors.StaleRevision):
        store.write_document("ours", revision=known, change="dimmer", document="proposal.md")
    assert path.read_text() == "a person's"


@pytest.mark.parametrize("save", SAVES)
def test_a_save_in_the_moment_of_archiving_is_in_the_spec(lamp, monkeypatch, save):
    store = lamp.store()
    path = lamp.folder / "specs/lamp/spec.md"
    text = path.read_text().replace("light when", "light brightly when")
    save_once(monkeypatch, replace_file, "exchange", lambda: save(path, text))
    store.archive("dimmer", TODAY, OPTIONS)
    assert "light brightly when" in path.read_text()
    assert "Dimming" in path.read_text()


def test_who_has_written_half_of_a_file_goes_on_writing_it(lamp, monkeypatch):
    store = lamp.store()
    path = lamp.folder / "changes/dimmer/tasks.md"
    with path.open("w") as file:
        file.write(TASKS)
        file.flush()
        real, waits = replace_file.exchange, []

        def finished_at_last(*paths):
            waits.append(1)
            if len(waits) == 5:
                file.write("a person's\n")
                file.close()
            return real(*paths)

        monkeypatch.setattr(replace_file, "exchange", finished_at_last)
        store.set_task("dimmer", 1, True, expect="1.1 Solder the knob")
    assert path.read_text() == TASKS.replace("[ ] 1.1", "[x] 1.1") + "a person's\n"


def test_who_holds_a_file_open_for_writing_keeps_it(lamp):
    path = lamp.folder / "changes/dimmer/tasks.md"
    store = lamp.store()
    with path.open("a") as file:
        with pytest.raises(errors.Unwritable, match="by somebody else"):
            store.set_task("dimmer", 1, True, expect="1.1 Solder the knob")
        file.write("a person's\n")
    assert path.read_text() == TASKS + "a person's\n"
    with path.open():
        store.set_task("dimmer", 1, True, expect="1.1 Solder the knob")
    assert names_in(path.parent) == ["proposal.md", "specs", "tasks.md"]


def test_of_several_saves_in_that_moment_the_last_stays(lamp, monkeypatch):
    path = lamp.folder / "changes/dimmer/proposal.md"
    store = lamp.store()
    known = store.read_document("dimmer", "proposal.md").revision
    real, saves = replace_file.exchange, []

    def saved_before(*paths):
        if len(saves) < 3:
            saves.append(f"save {len(saves)}")
            save_as_new_file(path, saves[-1])
        return real(*paths)

    monkeypatch.setattr(replace_file, "exchange", saved_before)
    with pytest.raises(errors.StaleRevision):
        store.write_document("ours", revision=known, change="dimmer", document="proposal.md")
    assert path.read_text() == saves[-1]
    assert names_in(path.parent) == ["proposal.md", "specs", "tasks.md"]


def test_a_save_in_the_moment_of_a_deletion_brings_the_spec_back(lamp, monkeypatch):
    lamp.change(delta=remove("Switching"))
    settings = "schema: spec-driven\nretire_capabilities: true\n"
    lamp.write("changes/dimmer/.openspec.yaml", settings)
    path = lamp.folder / "specs/lamp/spec.md"
    store = lamp.store()
    real = os.rename
    text = path.read_text() + "\n" + block("Late")

    def rename(source, target):
        if str(source) == str(path) and text not in path.read_text():
            path.write_text(text)
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    store.archive("dimmer", TODAY, OPTIONS)
    assert "Requirement: Late" in path.read_text()


def test_what_is_taken_away_after_a_failure_is_not_what_somebody_just_saved(lamp, monkeypatch):
    shutil.rmtree(lamp.folder / "changes/dimmer/specs/lamp")
    lamp.write("changes/dimmer/specs/fresh/spec.md", ADDED + block("N"))
    path = lamp.folder / "specs/fresh/spec.md"
    store = lamp.store()
    real = os.rename

    def rename(source, target):
        if str(source).endswith("changes/dimmer"):
            raise OSError(errno.EIO, "no")
        if str(source) == str(path):
            path.write_text("a person's")
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(errors.Unwritable):
        store.archive("dimmer", TODAY, OPTIONS)
    assert path.read_text() == "a person's"


def test_where_files_cant_be_exchanged_they_are_replaced(project, monkeypatch):
    path = project.change(tasks=TASKS) / "tasks.md"
    monkeypatch.setattr(exchanging, "_function", lambda: None)
    project.store().set_task("dimmer", 1, True, expect="1.1 Solder the knob")
    assert path.read_text() == TASKS.replace("[ ] 1.1", "[x] 1.1")


def test_a_list_that_is_emptied_right_after_a_tick_is_no_fault_of_ours(project, monkeypatch):
    path = project.change(tasks=TASKS) / "tasks.md"
    store = project.store()
    real = replace_file.replace_file

    def emptied(*args, **keywords):
        real(*args, **keywords)
        path.write_text("")

    monkeypatch.setattr("geometry_ws.openspec.disk.set_task.replace_file", emptied)
    done = store.set_task("dimmer", 2, True, expect="1.2 Measure")
    assert (done.task.text, done.task.done, done.change.tasks) == ("1.2 Measure", True, ())


def test_an_exchange_that_fails_leaves_both_files(tmp_path):
    (tmp_path / "a").write_text("a")
    with pytest.raises(FileNotFoundError):
        exchange(str(tmp_path / "a"), str(tmp_path / "b"))
    assert (tmp_path / "a").read_text() == "a"
