"""A start from what the last one worked out gives the very same state, only sooner."""

import datetime
import os
import shutil

import pytest
from hypothesis import HealthCheck, given, settings

from geometry_ws.openspec.disk import change_states, state_cache
from geometry_ws.openspec.disk.sealed_file import checksum
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.views import conflicts
from tests.openspec.conftest import TASKS
from tests.openspec.test_verdict_cache import BY_HAND, MODIFIED, STEPS, TEXTS

TODAY = datetime.date(2026, 3, 4)


def start(project, state=None, today=TODAY):
    """The state of a project as a new process has it, before bases are read."""
    store = Store(project.folder, state=state, today=lambda: today)
    loaded = store.load()
    store.save_states()
    return loaded


@given(STEPS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_kept_the_state_is_the_same(project, tmp_path, steps):
    state = tmp_path / "state"
    shutil.rmtree(state, ignore_errors=True)
    shutil.rmtree(project.folder)
    for path, texts in TEXTS.items():
        project.write(path, texts[0])
    for path, text in [("config.yaml", None), *steps]:
        if text is None:
            (project.folder / path).unlink(missing_ok=True)
        else:
            project.write(path, text)
        plain = start(project)
        for _ in range(2):
            assert start(project, state) == plain


@pytest.fixture
def state(project, tmp_path):
    """The state folder of a project with two changes that conflict, after a start."""
    for name in ("dimmer", "other"):
        project.change(name, delta=f"## MODIFIED Requirements\n\n{MODIFIED}\n{name}\n")
    start(project, tmp_path / "state")
    return tmp_path / "state"


@pytest.fixture
def looks(monkeypatch):
    """The changes, and the number of specs and conflicts, that are looked at from now on."""
    looked = []
    change, spec = change_states.evaluate_change, change_states.evaluate_spec
    overlaps = conflicts.overlaps_of_spec
    monkeypatch.setattr(
        change_states,
        "evaluate_change",
        lambda asked, *more: looked.append(asked.name) or change(asked, *more),
    )
    monkeypatch.setattr(
        change_states, "evaluate_spec", lambda *asked: looked.append("spec") or spec(*asked)
    )
    monkeypatch.setattr(
        conflicts,
        "overlaps_of_spec",
        lambda *asked: looked.append("conflicts") or overlaps(*asked),
    )
    return looked


EVERYTHING = ["conflicts", "dimmer", "other", "spec"]


def test_what_is_the_same_is_not_looked_at_again(project, state, looks):
    loaded = start(project, state)
    assert looks == []
    assert [len(change.conflicts) for change in loaded.changes.values()] == [1, 1]
    assert loaded == start(project)


@pytest.mark.parametrize(
    ("path", "text", "looked"),
    [
        ("changes/dimmer/tasks.md", "- [x] other\n", ["dimmer"]),
        ("changes/dimmer/specs/lamp/spec.md", BY_HAND, ["conflicts", "dimmer"]),
        ("specs/lamp/spec.md", "# nothing\n", EVERYTHING),
        ("config.yaml", "schema: other\n", ["dimmer", "other"]),
    ],
)
def test_what_depends_on_another_text_is_looked_at_again(project, state, looks, path, text, looked):
    project.write(path, text)
    assert start(project, state) == start(project)
    assert looks[: len(looked)] == looked
    looks.clear()
    start(project, state)
    assert looks == []


def test_the_same_length_and_times_do_not_hide_another_text(project, state):
    file = project.folder / "changes/dimmer/tasks.md"
    before = file.stat()
    file.write_text(TASKS.replace("[ ]", "[x]", 1))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert start(project, state) == start(project)


def test_a_name_that_is_taken_in_the_archive_is_seen(project, state):
    project.write("changes/dimmer/tasks.md", "- [x] done\n")
    start(project, state)
    (project.folder / f"changes/archive/{TODAY}-dimmer").mkdir(parents=True)
    loaded = start(project, state)
    assert loaded == start(project)
    assert f"{TODAY}-dimmer" in loaded.changes["dimmer"].archiving.why
    # On another day the name is free.
    tomorrow = TODAY + datetime.timedelta(1)
    assert start(project, state, tomorrow) == start(project, None, tomorrow)


def test_a_spec_behind_a_link_is_always_looked_at(project, state, looks):
    """It is no listed spec, but archiving would read it."""
    project.write("elsewhere/spec.md", "# nothing\n")
    project.change("third")
    delta = project.write("changes/third/specs/linked/spec.md", BY_HAND)
    assert delta.exists()
    (project.folder / "specs/linked").symlink_to(project.folder / "elsewhere")
    for _ in range(2):
        looks.clear()
        start(project, state)
        assert "third" in looks


def test_another_program_begins_anew(project, state, looks, monkeypatch):
    monkeypatch.setattr(state_cache, "program_mark", lambda parts: b"another")
    start(project, state)
    assert looks == EVERYTHING


def test_what_is_too_large_is_worked_out_anew(project, state, looks, monkeypatch):
    monkeypatch.setattr(state_cache, "_MOST_ENTRY", 10)
    project.write("changes/dimmer/tasks.md", "- [ ] other\n")
    for _ in range(2):
        looks.clear()
        start(project, state)
        assert looks == ["dimmer"]


def _foreign(file):
    """A file with the right checksum, whose entries are no states."""
    content = state_cache.msgspec.msgpack.decode(file.read_bytes()[32:])
    content[1] = dict.fromkeys(content[1], b"\xc1")
    body = state_cache.msgspec.msgpack.encode(content)
    return checksum(body) + body


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.read_bytes()[:-1],
        lambda file: b"",
        lambda file: file.read_bytes()[:-1] + b"!",
        lambda file: checksum(b"\x90") + b"\x90",
        _foreign,
    ],
)
def test_a_file_that_is_none_of_ours_counts_as_none(project, state, looks, damage):
    (file,) = (state / state_cache.FOLDER).iterdir()
    file.write_bytes(damage(file))
    assert start(project, state) == start(project)
    assert looks[:4] == EVERYTHING
    looks.clear()
    start(project, state)
    assert looks == []


def test_files_of_projects_that_were_served_once_go(project, state, monkeypatch):
    monkeypatch.setattr(state_cache, "_MOST_FILES", 2)
    folder = state / state_cache.FOLDER
    for number in range(3):
        project.write("changes/dimmer/tasks.md", f"- [ ] {number}\n")
        os.utime(folder / project_file(folder), (number, number))
        (folder / f"old-{number}.bin").write_bytes(b"")
        os.utime(folder / f"old-{number}.bin", (number, number))
        start(project, state)
    assert len(list(folder.iterdir())) == 2
    assert project_file(folder)


def project_file(folder):
    """The name of the file of the project that is served."""
    return next(file.name for file in folder.iterdir() if not file.name.startswith("old"))


def test_where_nothing_can_be_kept_the_state_is_the_same(project, tmp_path):
    project.change()
    blocked = project.write("no_folder", "x") / "state"
    assert start(project, blocked) == start(project)


def test_what_is_read_after_the_load_is_not_kept(project, state, looks):
    store = Store(project.folder, state=state)
    store.load()
    project.write("changes/dimmer/tasks.md", "- [ ] later\n")
    store.reload()
    store.save_states()
    looks.clear()
    assert start(project, state) == start(project)
    assert "dimmer" in looks
