"""Whatever is done to a project's files, following it gives what reading it anew gives."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.views.diff import apply_events, diff

_CONTENTS = [
    b"",
    b"- [ ] one\n- [x] two\n",
    b"- [x] one\n- [x] two\n",
    b"\xff\xfe- [ ] a\r\n",
    b"## ADDED Requirements\n### Requirement: A\nIt SHALL a.\n#### Scenario: s\n- x\n",
    b"## MODIFIED Requirements\n### Requirement: A\nIt MUST a.\n#### Scenario: t\n- x\n",
    b"## Purpose\nWhy.\n## Requirements\n### Requirement: A\nIt SHALL.\n#### Scenario: s\n- x\n",
    b"schema: own\nskip_specs: true\n",
    b"name: own\nversion: 1\nartifacts:\n- {id: tasks, generates: '*.md', template: t.md}\n",
]
_PATHS = [
    "changes/a/tasks.md", "changes/a/proposal.md", "changes/a/.openspec.yaml",
    "changes/a/specs/x/spec.md", "changes/b/tasks.md", "changes/b/specs/x/spec.md",
    "changes/b/deep/one/tasks.md", "changes/archive/2026-11-24-c/tasks.md",
    "specs/x/spec.md", "specs/x/y/spec.md", "config.yaml", "schemas/own/schema.yaml", "notes.md",
]  # fmt: skip
_FOLDERS = [
    "changes/a",
    "changes/b",
    "specs/x",
    "changes/archive/2026-11-24-c",
    "schemas",
    "changes",
]

_step = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(_PATHS), st.sampled_from(_CONTENTS)),
    st.tuples(st.just("remove"), st.sampled_from(_PATHS + _FOLDERS), st.just(b"")),
    st.tuples(st.just("move"), st.sampled_from(_FOLDERS), st.sampled_from(_FOLDERS)),
)


def _do(folder, kind, path, other):
    """Do one step; gives the paths that a watcher would report."""
    target = folder / path
    try:
        if kind == "write":
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(other)
        elif kind == "remove" and target.is_dir():
            shutil.rmtree(target)
        elif kind == "remove":
            target.unlink()
        else:
            (folder / other).parent.mkdir(parents=True, exist_ok=True)
            target.rename(folder / other)
            return {str(target), str(folder / other), str((folder / other).parent)}
    except OSError:
        return {str(target)}
    return {str(target), str(target.parent)}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(_step, max_size=12))
def test_reloading_what_changed_gives_what_reading_anew_gives(steps):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "openspec"
        folder.mkdir()
        store = Store(folder)
        state = store.load()
        for kind, path, other in steps:
            old = store.state
            new = store.reload(_do(folder, kind, path, other))
            assert new == Store(folder).load()
            state = apply_events(state, diff(old, new))
            assert state == new


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_PATHS), st.binary(max_size=300))
def test_no_bytes_in_any_file_keep_the_rest_from_being_read(path, data):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "openspec"
        _do(folder, "write", "changes/good/tasks.md", b"- [x] a\n")
        _do(folder, "write", path, data)
        assert Store(folder).load().changes["good"].tasks
