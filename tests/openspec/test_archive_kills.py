"""What the next start makes of an archiving that was killed, and of what was changed since."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from geometry_ws.openspec.disk import replace_file
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.sources import revision_of
from tests.openspec.archive_cases import ADDED, LONE, block, remove
from tests.openspec.archiving import LOCK, OPTIONS, TODAY, contents


class Killed(BaseException):
    """The process is dead."""


def _kill_at(store, name, start):
    """Kill an archiving at the call of a function on a path of the project that starts so."""
    real = getattr(os, name)
    dead = []
    prefix = str(store.folder / start)

    def call(*args, **kwargs):
        if dead or str(args[0]).startswith(prefix):
            dead.append(True)
            raise Killed
        return real(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, name, call)
        for other in ("unlink", "rmdir", "replace", "link"):
            patch.setattr(os, other, _until(dead, getattr(os, other)))
        with pytest.raises(Killed):
            store.archive("dimmer", TODAY, OPTIONS)


def _until(dead, real):
    def call(*args, **kwargs):
        if dead:
            raise Killed
        return real(*args, **kwargs)

    return call


def test_what_somebody_changed_after_a_kill_stays(project):
    project.change(delta=ADDED + block("C"))
    project.write("changes/dimmer/specs/zebra/spec.md", ADDED + block("Z"))
    project.write("specs/zebra/spec.md", LONE)
    before = (project.folder / "specs/lamp/spec.md").read_bytes()
    store = project.store()
    _kill_at(store, "rename", "changes/dimmer")
    assert (project.folder / "specs/lamp/spec.md").read_bytes() != before
    project.write("specs/zebra/spec.md", "an editor's")
    Store(project.folder).load()
    assert (project.folder / "specs/lamp/spec.md").read_bytes() == before
    assert (project.folder / "specs/zebra/spec.md").read_text() == "an editor's"
    assert (project.folder / "changes/dimmer").is_dir()


def test_when_the_change_was_archived_by_hand_after_a_kill_its_specs_stay(project):
    folder = project.change(delta=ADDED + block("C"))
    store = project.store()
    _kill_at(store, "rename", "changes/dimmer")
    written = (project.folder / "specs/lamp/spec.md").read_bytes()
    folder.rename(project.folder / "changes/archive/2027-01-01-dimmer")
    Store(project.folder).load()
    assert (project.folder / "specs/lamp/spec.md").read_bytes() == written
    assert not any(".geometry_ws" in name for name in contents(project.folder))
    assert not (project.folder / LOCK).exists()


def test_a_deleted_spec_comes_back_when_its_change_vanished_after_a_kill(project):
    folder = project.change(delta=remove("Switching"))
    project.write(
        "changes/dimmer/.openspec.yaml", "schema: spec-driven\nretire_capabilities: true\n"
    )
    spec = (project.folder / "specs/lamp/spec.md").read_bytes()
    store = project.store()
    _kill_at(store, "rename", "changes/dimmer")
    assert not (project.folder / "specs/lamp/spec.md").exists()
    shutil.rmtree(folder)
    Store(project.folder).load()
    assert (project.folder / "specs/lamp/spec.md").read_bytes() == spec


def test_a_journal_that_names_other_places_is_left_alone(project, tmp_path, caplog):
    (tmp_path / "secret").write_text("x")
    for steps in (
        [{"path": "../secret", "backup": "", "written": revision_of(b"x")}],
        [{"path": "openspec/specs/lamp/spec.md", "backup": "../../x", "written": ""}],
        [{"nonsense": 1}],
        "nonsense",
    ):
        folder = project.folder / f"{replace_file.PREFIX}999999999-a{replace_file.SUFFIX}"
        folder.mkdir(exist_ok=True)
        entry = {
            "source": "openspec/changes/x", "target": "openspec/changes/archive/x",
            "identity": [1, 2], "made_archive": False, "steps": steps,
        }  # fmt: skip
        (folder / "journal.json").write_text(json.dumps(entry))
        before = contents(project.root)
        Store(project.folder).load()
        assert contents(project.root) == before
    assert (tmp_path / "secret").read_text() == "x"
    assert "can't be settled" in caplog.text


_CHILDREN = """
import datetime, os, shutil, sys
from tests.openspec.test_archive_faults import OPERATIONS, TODAY, OPTIONS, contents, rich
from pathlib import Path
from geometry_ws.openspec.disk import replace_file
from geometry_ws.openspec.disk.store import Store

def child(folder, last):
    store = Store(folder)
    store.load()
    count = 0
    def wrap(real):
        def call(*args, **kwargs):
            nonlocal count
            count += 1
            if count == last:
                os._exit(9)
            return real(*args, **kwargs)
        return call
    os.fsync = lambda descriptor: None
    for name in OPERATIONS:
        setattr(os, name, wrap(getattr(os, name)))
    replace_file.exchange = wrap(replace_file.exchange)
    store.archive("it", TODAY, OPTIONS)
    os._exit(0)

base = Path(sys.argv[1])
rich(base / "x" / "openspec")
before = contents(base / "x" / "openspec")
ends = []
for last in range(1, 500, 3):
    folder = base / str(last) / "openspec"
    rich(folder)
    pid = os.fork()
    if not pid:
        child(folder, last)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    Store(folder).load()
    now = contents(folder)
    assert not [name for name in now if ".geometry_ws" in name or name.endswith(".lock")], last
    ends.append(now)
    shutil.rmtree(folder)
    if status == 0:
        break
    assert status == 9
after = ends[-1]
assert all(one in (before, after) for one in ends)
print(len(ends), ends.count(before), ends.count(after))
"""


@pytest.mark.slow
def test_a_process_that_really_dies_leaves_all_or_nothing(tmp_path):
    """At every third operation; the others are tried within this process elsewhere."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILDREN, tmp_path],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    total, before, after = map(int, done.stdout.split())
    assert before + after == total
    assert before > 5
    assert after > 1
