"""`geometry-ws up` in a folder without a project: makes none unless that is wished."""

import pathlib
import sys

import pytest

from geometry_ws.cli import main
from geometry_ws.cli.up import _find
from geometry_ws.openspec.format.errors import NoProject


class Terminal:
    """A terminal at which somebody answers."""

    def __init__(self, answer):
        self.answer = answer

    def isatty(self):
        return True

    def readline(self):
        return self.answer

    def write(self, text):
        pass

    def flush(self):
        pass


def folders(path):
    return sorted(entry.relative_to(path).as_posix() for entry in path.rglob("*"))


PROJECT = ["openspec", "openspec/changes", "openspec/specs"]


def test_new_makes_an_empty_project(tmp_path):
    assert _find(tmp_path, new=True) == tmp_path.resolve()
    assert folders(tmp_path) == PROJECT


def test_a_project_that_is_there_stays_as_it_is(tmp_path):
    inner = tmp_path / "openspec/changes/add-it"
    inner.mkdir(parents=True)
    assert _find(inner, new=True) == tmp_path.resolve()
    assert folders(tmp_path) == ["openspec", "openspec/changes", "openspec/changes/add-it"]


@pytest.mark.parametrize(("answer", "made"), [("y\n", PROJECT), ("\n", []), ("no\n", []), ("", [])])
def test_in_a_terminal_it_asks(tmp_path, monkeypatch, answer, made):
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys, "stdout", Terminal(""))
    if made:
        assert _find(tmp_path, new=False) == tmp_path.resolve()
    else:
        with pytest.raises(NoProject):
            _find(tmp_path, new=False)
    assert folders(tmp_path) == made


def test_a_script_is_not_asked(tmp_path, monkeypatch):
    with pathlib.Path("/dev/null").open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        with pytest.raises(NoProject, match="geometry-ws up --new"):
            _find(tmp_path, new=False)
    assert folders(tmp_path) == []


def test_a_folder_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(NoProject):
        _find(tmp_path / "typo", new=True)
    assert folders(tmp_path) == []


def test_a_folder_with_projects_below_it_will_do_unless_only_it_is_meant(tmp_path):
    (tmp_path / "packages/api/openspec/changes").mkdir(parents=True)
    assert _find(tmp_path, new=False, only=False) == tmp_path.resolve()
    with pytest.raises(NoProject):
        _find(tmp_path, new=False, only=True)
    # Where there is a project at or above, it is that one.
    (tmp_path / "openspec/changes").mkdir(parents=True)
    assert _find(tmp_path / "packages", new=False, only=False) == tmp_path.resolve()


def test_the_folder_may_have_another_name(tmp_path):
    (tmp_path / "api/spec-work/specs").mkdir(parents=True)
    assert _find(tmp_path, new=False, name="spec-work", only=False) == tmp_path.resolve()
    assert _find(tmp_path / "api", new=False, name="spec-work") == (tmp_path / "api").resolve()
    with pytest.raises(NoProject, match="no folder spec-work"):
        _find(tmp_path, new=False, name="spec-work")
    assert _find(tmp_path, new=True, name="spec-work") == tmp_path.resolve()
    assert (tmp_path / "spec-work/changes").is_dir()


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\nb"])
def test_what_is_no_folder_s_name_is_refused(name, capsys):
    with pytest.raises(SystemExit):
        main(["up", "--dir", name])
    assert "is no folder's name" in capsys.readouterr().err
