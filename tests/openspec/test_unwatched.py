"""Folders that the system has no watch for: noticed, said, and looked through every second."""

import ctypes
import os
import queue
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.disk import look_through, system_watches, watcher
from geometry_ws.openspec.disk.look_through import FolderLooks
from geometry_ws.openspec.disk.store import Store

pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")

LONG = 15.0  # less than the minute after which everything is read anyway

FOLLOW = """
import logging, queue, sys
from pathlib import Path
from geometry_ws.openspec.disk.store import Store
logging.basicConfig(stream=sys.stdout, format="LOG %(message)s")
folder = Path(sys.argv[1])
bundles = queue.Queue()
store = Store(folder)
watcher = store.watch(bundles.put)
print("NOTICE", store.load().notice)
for name, text in (("changes/dimmer/tasks.md", "- [x] a\\n"), ("specs/desk/spec.md", "# New\\n")):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    while not any(str(path).startswith(seen) for seen in bundles.get(timeout=15)):
        pass
    print("SEEN", name)
watcher.close()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("max_inotify_watches", 3, "fs.inotify.max_user_watches"),
        ("max_inotify_watches", 1, "fs.inotify.max_user_watches"),
        ("max_inotify_watches", 0, "fs.inotify.max_user_watches"),
        ("max_inotify_instances", 0, "fs.inotify.max_user_instances"),
        ("max_inotify_watches", 1000, ""),
    ],
)
def test_edits_are_seen_where_watches_are_used_up(project, few_watches, name, value, said):
    for change in ("dimmer", "brighter", "louder"):
        project.change(change)
    command = few_watches(name, value, sys.executable, "-c", FOLLOW, project.folder)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("SEEN")] == [
        "SEEN changes/dimmer/tasks.md",
        "SEEN specs/desk/spec.md",
    ]
    [notice] = [line for line in lines if line.startswith("NOTICE")]
    logged = [line for line in lines if line.startswith("LOG")]
    assert len(logged) == bool(said)
    assert said in notice
    assert bool(said) == ("a second late" in notice)
    assert all(said in line for line in logged)


# --- while it runs -------------------------------------------------------------------------


class Follower:
    """A store that is kept up to date by its watcher."""

    def __init__(self, project):
        self.store = Store(project.folder)
        self.heard = queue.Queue()
        self.watcher = self.store.watch(self._changed)
        self.store.load()

    def _changed(self, paths):
        self.store.reload(paths)
        self.heard.put(paths)

    def until(self, wanted):
        """Wait until the state is as wanted."""
        while not wanted(self.store.state):
            self.heard.get(timeout=LONG)


@pytest.fixture
def follow(monkeypatch):
    monkeypatch.setattr(watcher, "LOOK", 0.05)
    monkeypatch.setattr(watcher, "CHECK_FOLDER", 0.05)
    followers = []

    def make(project):
        followers.append(Follower(project))
        return followers[-1]

    yield make
    for follower in followers:
        follower.watcher.close()


def refuse_watches(monkeypatch, number):
    """Let the system have so many watches, and then no more until it is told otherwise."""
    limit = [number]
    real = system_watches.Observer

    def make(**options):
        observer = real(**options)
        inotify = observer._inotify_fd
        add = inotify.add_callback

        def adding(path, *rest):
            if limit[0] <= 0:
                raise OSError(28, "inotify watch limit reached")
            limit[0] -= 1
            return add(path, *rest)

        inotify.add_callback = adding
        return observer

    monkeypatch.setattr(system_watches, "Observer", make)
    return limit


linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


@linux
def test_a_new_folder_without_a_watch_is_noticed_and_followed(project, follow, monkeypatch):
    project.change()
    limit = refuse_watches(monkeypatch, 100)
    follower = follow(project)
    assert follower.store.state.notice == ""
    limit[0] = 0
    project.change("late")
    follower.until(lambda state: "late" in state.changes and state.notice)
    follower.until(lambda state: state.changes["late"].progress.total == 3)
    project.write("changes/late/tasks.md", "- [x] only\n")
    follower.until(lambda state: state.changes["late"].progress.done == 1)
    project.change("later")
    follower.until(lambda state: "later" in state.changes)


@linux
def test_the_notice_goes_when_there_are_watches_again(project, follow, monkeypatch, caplog):
    project.change()
    limit = refuse_watches(monkeypatch, 3)
    monkeypatch.setattr(watcher, "CHECK_ALL", 0.3)
    follower = follow(project)
    assert follower.store.state.notice
    limit[0] = 1000
    follower.until(lambda state: not state.notice)
    said = [record.getMessage() for record in caplog.records]
    assert [("without a watch" in line, "watched again" in line) for line in said] == [
        (True, False),
        (False, True),
    ]


@linux
def test_a_watch_that_is_lost_is_noticed_and_its_folder_is_looked_through(project, follow):
    folder = project.change()
    follower = follow(project)
    inotify = follower.watcher._watches._observer._inotify_fd
    (emitter,) = follower.watcher._watches._observer.emitters
    watch = emitter._inotify._active_callbacks_by_path[os.fsencode(folder)]
    ctypes.CDLL(None).inotify_rm_watch(inotify._inotify_fd, watch)
    follower.until(lambda state: state.notice)
    (folder / "tasks.md").write_text("- [x] only\n")
    follower.until(lambda state: state.changes["dimmer"].progress.done == 1)


@linux
def test_events_that_the_system_dropped_lead_to_a_whole_look(project, follow):
    follower = follow(project)
    (emitter,) = follower.watcher._watches._observer.emitters
    emitter._inotify.on_queue_overflow()
    assert str(project.folder.resolve()) in follower.heard.get(timeout=LONG)


def test_a_folder_that_goes_is_no_folder_without_a_watch(project, follow, monkeypatch):
    project.change()
    limit = refuse_watches(monkeypatch, 3)
    follower = follow(project)
    assert follower.watcher._watches.unwatched
    limit[0] = 1000
    for path in ("specs", "changes"):
        (project.folder / path).rename(project.root / path)
    assert follower.watcher._watches.unwatched == set()


@pytest.mark.parametrize("place", ["specs", "changes", "changes/archive"])
def test_a_folder_that_is_a_link_within_the_project_is_followed(project, follow, place):
    project.write("changes/archive/2026-01-01-old/tasks.md", "- [ ] a\n")
    (project.folder / place).rename(project.root / "moved")
    (project.folder / place).symlink_to(project.root / "moved")
    follower = follow(project)
    assert follower.store.state.notice == ""
    count = len(follower.store.state.specs), len(follower.store.state.archived)
    new = {"specs": "desk/spec.md", "changes": "archive/2026-02-02-new/tasks.md"}
    path = project.root / "moved" / new.get(place, "2026-02-02-new/tasks.md")
    path.parent.mkdir(parents=True)
    path.write_text("x")
    follower.until(lambda state: (len(state.specs), len(state.archived)) != count)


def test_looking_is_done_in_a_thread_of_its_own(project, follow, monkeypatch):
    refuse_watches(monkeypatch, 0)
    threads = queue.Queue()
    real = FolderLooks.look

    def look(self, *given):
        threads.put(threading.current_thread().name)
        return real(self, *given)

    follower = follow(project)
    monkeypatch.setattr(FolderLooks, "look", look)
    assert threads.get(timeout=LONG) == "openspec-watch"
    assert follower.watcher.notice


# --- looking through folders ---------------------------------------------------------------

PATHS = st.sampled_from(["a", "b/a", "b/c/a", "b/c/d/e", "c", "c/a", "tasks.md~", ".x.swp"])
STEPS = st.lists(st.tuples(PATHS, st.sampled_from(["write", "delete", "touch"])), max_size=8)


def step(root, path, kind):
    """Do something to a file; gives whether anything changed."""
    file = root / path
    if kind == "write" and not any(parent.is_file() for parent in file.parents):
        if file.is_dir():
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((file.read_text() if file.exists() else "") + "x")
        return True
    if kind == "delete" and file.is_file():
        file.unlink()
        return True
    if kind == "touch" and file.is_file():
        os.utime(file, ns=(1, file.stat().st_mtime_ns + 1))
        return True
    return False


@given(first=STEPS, then=STEPS)
def test_a_look_tells_every_path_that_is_different(tmp_path_factory, first, then):
    root = tmp_path_factory.mktemp("looked")
    for path, kind in first:
        step(root, path, kind)
    looks = FolderLooks()
    looks.look({str(root)})
    assert looks.look({str(root)}) == set()
    before = snapshot(root)
    for path, kind in then:
        step(root, path, kind)
    changed = looks.look({str(root)})
    after = snapshot(root)
    different = {
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    }
    for name in different:
        path = str(root / name)
        hidden = look_through.is_temporary(path.rsplit("/", 1)[-1])
        assert hidden or any(f"{path}/".startswith(f"{seen}/") for seen in changed)


def snapshot(root):
    return {
        str(path.relative_to(root)): (path.read_text(), path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file()
    }


def test_a_look_is_bounded_and_the_next_one_goes_on(tmp_path):
    for number in range(40):
        (tmp_path / f"{number:02}").mkdir()
        (tmp_path / f"{number:02}" / "file").write_text("x")
    looks = FolderLooks()
    rounds = [looks.look({str(tmp_path)}, most=20) for _ in range(8)]
    assert all(len(changed) <= 20 for changed in rounds)
    assert {path for changed in rounds for path in changed} >= {
        str(tmp_path / f"{number:02}") for number in range(40)
    }
    (tmp_path / "39" / "file").write_text("other")
    seen = {path for _ in range(8) for path in looks.look({str(tmp_path)}, most=20)}
    assert seen == {str(tmp_path / "39" / "file")}


def test_a_look_follows_no_link(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "link").symlink_to(tmp_path / "outside")
    looks = FolderLooks()
    looks.look({str(tmp_path / "inside")})
    (tmp_path / "outside" / "file").write_text("x")
    assert looks.look({str(tmp_path / "inside")}) == set()


def test_a_folder_that_goes_is_told_once(tmp_path):
    (tmp_path / "a").mkdir()
    looks = FolderLooks()
    looks.look({str(tmp_path / "a")})
    (tmp_path / "a").rmdir()
    assert looks.look({str(tmp_path / "a")}) == {str(tmp_path / "a")}
    assert looks.look({str(tmp_path / "a")}) == set()
