"""`geometry-ws projects` edits the list that a node follows."""

import pytest

from geometry_ws.cli import main
from geometry_ws.components.openspec.project_list import FILE, ProjectEntry, read_list


@pytest.fixture
def state(tmp_path):
    (tmp_path / "node/state").mkdir(parents=True)
    return tmp_path / "node"


@pytest.fixture
def other(tmp_path):
    (tmp_path / "other/openspec/changes").mkdir(parents=True)
    return tmp_path / "other"


def run(state, *words):
    return main(["projects", *words, "--state", str(state)])


def test_projects_are_added_listed_and_removed(state, other, capsys):
    assert run(state, "add", str(other), "--id", "second") == 0
    assert read_list(state / "state" / FILE) == [ProjectEntry(str(other), "second")]
    assert f"Added {other}" in capsys.readouterr().out
    assert run(state, "list") == 0
    assert capsys.readouterr().out == f"{other}  second\n"
    assert run(state, "remove", str(other)) == 0
    assert read_list(state / "state" / FILE) == []
    assert f"Removed {other}" in capsys.readouterr().out
    assert run(state, "list") == 0
    nothing = capsys.readouterr()
    assert nothing.out == ""
    assert "geometry-ws projects add" in nothing.err


def test_what_can_not_be_done_is_said(state, other, tmp_path, capsys):
    assert run(state, "add", str(tmp_path / "nowhere")) == 1
    assert run(state, "add") == 1
    assert run(state, "remove", str(other)) == 1
    assert run(state, "add", str(other), "--id", "Not an id") == 2
    assert run(state, "add", str(other)) == 0
    assert run(state, "add", str(other)) == 1
    assert run(tmp_path / "no-node", "list") == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 6
    assert all(line.startswith("geometry-ws: ") for line in lines)
