"""Our own openspec/ folder, which is also the example project, is kept in order."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from geometry_ws.openspec.disk.find_project import find_openspec_folder
from geometry_ws.openspec.disk.scanner import ProjectFiles, Scanner
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.metadata import read_metadata
from geometry_ws.openspec.format.model import Status, is_valid

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def state():
    return Store(find_openspec_folder(ROOT)).load()


def test_our_specs_and_changes_are_valid_even_when_strict(state):
    for item in (*state.specs.values(), *state.changes.values()):
        assert is_valid(item.findings, strict=True), (item, item.findings)


def test_the_example_shows_every_state_of_an_orderly_project(state):
    states = {change.status for change in state.changes.values()}
    assert states == {Status.NOT_STARTED, Status.IN_PROGRESS, Status.COMPLETE}
    assert len(state.specs) >= 10
    assert state.archived


def test_changes_are_told_apart_by_readable_titles(state):
    titles = [change.title for change in state.changes.values()]
    assert len(set(titles)) == len(titles)
    assert all(title != change for title, change in zip(titles, state.changes, strict=True))


def test_archived_changes_are_done():
    store = Store(find_openspec_folder(ROOT))
    for name in store.load().archived:
        assert "- [ ]" not in store.read_archived(name, "tasks.md").text


def test_our_changes_need_no_metadata_of_their_own():
    files = Scanner(str(ROOT / "openspec")).scan(ProjectFiles(), None)
    for change in files.changes.values():
        assert not read_metadata(change, files.schemas).skip_specs.problem


@pytest.mark.nodejs
@pytest.mark.skipif(shutil.which("openspec") is None, reason="the official tool is not installed")
def test_the_official_tool_finds_our_project_valid():
    done = subprocess.run(
        ["openspec", "validate", "--all", "--strict"],
        cwd=ROOT,
        env={**os.environ, "OPENSPEC_TELEMETRY": "0", "CI": "1", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
