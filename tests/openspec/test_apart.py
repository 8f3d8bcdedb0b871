"""A large project is read by a process of its own, and nobody can tell the difference."""

import shutil
import sys

import pytest

from geometry_ws.openspec.disk import apart, read_apart
from geometry_ws.openspec.disk.evaluator import Evaluator
from geometry_ws.openspec.disk.shared import Shared
from geometry_ws.openspec.disk.state_cache import FOLDER
from geometry_ws.openspec.disk.store import Store
from tests.openspec.test_verdict_cache import MODIFIED

SPEC = "# S\n\n## Purpose\nWhat it is for.\n\n## Requirements\n"


@pytest.fixture
def large(project, monkeypatch):
    """A project that counts as large: conflicts, a hidden change, bytes that are no text."""
    monkeypatch.setattr(apart, "_MANY", 1)
    for name in ("dimmer", "other", ".hidden"):
        project.change(name, delta=f"## MODIFIED Requirements\n\n{MODIFIED}\n{name}\n")
    project.write("changes/other/design.md", b"\xff\xfe no text")
    project.write("specs/same/spec.md", SPEC)
    project.write("specs/twin/spec.md", SPEC)
    return project


@pytest.fixture
def evaluated(monkeypatch):
    """How many changes were looked at in this process."""
    looked, own = [], Evaluator._change_state

    def change_state(self, files, change, *given):
        looked.append(change.name)
        return own(self, files, change, *given)

    monkeypatch.setattr(Evaluator, "_change_state", change_state)
    return looked


def test_what_is_handed_over_is_what_would_have_been_read(large, tmp_path, evaluated):
    here = Store(large.folder, "Lamps")
    here.load()
    evaluated.clear()
    state = tmp_path / "state"
    there = Store(large.folder, "Lamps", state, shared=Shared(), apart=True)
    loaded = there.load()
    assert not evaluated
    assert loaded == here.state
    assert loaded.changes["dimmer"].conflicts
    assert there.files.hidden.keys() == {".hidden"}
    assert there.files.specs["same"] is there.files.specs["twin"]
    assert there.files.changes["other"].sources["design.md"].problem
    # Nothing is read or looked at again where nothing has changed.
    sources = dict(there.files.specs)
    assert there.reload() is loaded
    assert all(there.files.specs[id_] is source for id_, source in sources.items())
    assert not evaluated
    # What changes from now on is followed as ever.
    large.write("changes/other/tasks.md", "- [x] 1.1 Only this\n")
    assert there.reload().changes["other"].progress.done == 1
    assert evaluated == ["other"]
    there.read_bases()
    here.reload()
    here.read_bases()
    assert there.state == here.state


def test_a_project_that_appears_is_read_apart_and_what_is_known_is_kept(large, tmp_path, evaluated):
    moved = large.folder.rename(tmp_path / "elsewhere")
    state = tmp_path / "state"
    store = Store(large.folder, state=state, apart=True)
    assert not store.load().changes
    moved.rename(large.folder)
    assert store.reload().changes.keys() == {"dimmer", "other"}
    # So is one that took the place of an empty one before anybody saw that it was gone.
    shutil.move(large.folder, tmp_path / "elsewhere")
    large.folder.mkdir()
    assert not store.reload().changes
    large.folder.rmdir()
    shutil.move(tmp_path / "elsewhere", large.folder)
    assert store.reload([str(large.folder)]).changes.keys() == {"dimmer", "other"}
    assert not evaluated
    # The other process ends once it has kept what it knows; a start waits for nobody.
    for process in apart.running():
        process.wait()
    assert list((state / FOLDER).iterdir())


@pytest.mark.parametrize("program", ["/nonexistent/python", "/bin/false", "/bin/true", "/bin/echo"])
def test_who_has_no_other_process_reads_by_itself(large, monkeypatch, evaluated, program):
    monkeypatch.setattr(sys, "executable", program)
    assert Store(large.folder, apart=True).load().changes.keys() == {"dimmer", "other"}
    assert set(evaluated) == {"dimmer", "other"}


def test_small_projects_are_read_here(project, monkeypatch):
    monkeypatch.setattr(apart, "_MANY", 4)
    for name in ("one", "two"):
        project.change(name)
    assert not apart.is_large(str(project.folder))
    project.write("specs/more/spec.md", SPEC)
    project.write("specs/most/spec.md", SPEC)
    assert apart.is_large(str(project.folder))
    assert not apart.is_large(str(project.folder / "nowhere"))


def test_it_comes_in_small_pieces_and_the_last_one_is_hardly_more_than_names(project, tmp_path):
    for number in range(450):
        project.write(f"specs/s{number}/spec.md", f"{SPEC}{number}")
    for number in range(50):
        project.change(f"c{number}")
    store = Store(project.folder, shared=Shared())
    store.load()
    with (tmp_path / "out").open("wb") as out:
        packer = read_apart._Packer(out, store.means)
        sizes, numbers = [], []
        for piece in [*read_apart.pieces(store.loaded, store.means), store.loaded]:
            before = out.tell()
            packer.dump(piece)
            sizes.append(out.tell() - before)
            numbers.append(len(piece))
    assert max(numbers) <= 200
    assert sizes[-1] < sum(sizes) / 20
    with (tmp_path / "out").open("rb") as file:
        unpacker = apart._Unpacker(file, store.means.by_name())
        for _ in sizes[:-1]:
            unpacker.load()
        assert isinstance(unpacker.load(), apart.Loaded)
