"""Whatever happens to a real folder: a snapshot and the events after it are what is there."""

import os
import queue
import random
import shutil
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.model import Status
from geometry_ws.openspec.views.diff import Kind, apply_events, diff

# Pytest puts its own filters in the place of the one in watcher.py.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning"),
]

LONG = 15.0
BLOCK = "### Requirement: {0}\nIt SHALL {1}.\n\n#### Scenario: s\n- {1}\n\n"


class Listener:
    """A follower: it has a snapshot, and hears events only."""

    def __init__(self, folder):
        self.folder = folder
        self.store = Store(folder)
        self.state = self.store.load()
        self.events = []
        self.bundles = 0
        self._heard = queue.Queue()
        self._called, self._free = threading.Event(), threading.Lock()
        self.watcher = self.store.watch(self._changed)

    def _changed(self, paths):
        self._called.set()
        with self._free:
            self._read(paths)

    def _read(self, paths):
        before = self.store.state
        events = diff(before, self.store.reload(paths))
        self._heard.put((events, self.store.state))

    @contextmanager
    def held(self):
        """Keep the watcher waiting for its callback, which may block."""
        with self._free:
            self._called.clear()
            (self.folder / "nothing.txt").write_text("It wakes the watcher.")
            assert self._called.wait(LONG)
            yield

    def wait_noticed(self, paths):
        """Until the watcher knows of these paths, which it can't report while it is held."""
        end = time.monotonic() + LONG
        while not paths <= self.watcher._paths.copy():
            assert time.monotonic() < end, "the system doesn't report what was written"
            time.sleep(0.02)

    def catch_up(self):
        """Hear events until they have led to what is on disk."""
        end = time.monotonic() + LONG
        while True:
            try:
                events, state = self._heard.get(timeout=0.1)
            except queue.Empty:
                if self.state == Store(self.folder).load():
                    return
                assert time.monotonic() < end, "the events never lead to what is there"
                continue
            self.state = apply_events(self.state, events)
            assert self.state == state
            self.events += events
            self.bundles += bool(events)


@pytest.fixture
def listen():
    listeners = []

    def make(project):
        listeners.append(Listener(project.folder))
        return listeners[-1]

    yield make
    for listener in listeners:
        listener.watcher.close()


# --- random edits -------------------------------------------------------------------------


class Vandal:
    """Does to a project what people, editors and version control do, at random."""

    def __init__(self, folder, seed):
        self.folder = folder
        self.random = random.Random(seed)
        self.steps = [
            self._save, self._save, self._save_by_rename, self._tick, self._spec, self._spec,
            self._remove, self._move, self._archive, self._noise, self._folder_for_file,
        ]  # fmt: skip

    def step(self):
        try:
            self.random.choice(self.steps)()
        except OSError:
            pass  # what it meant to touch is not there just now

    def _name(self):
        return self.random.choice("abcd")

    def _text(self):
        words = "".join(self.random.choice("pqrs") for _ in range(2))
        return self.random.choice(
            [
                f"- [ ] {words}\n- [x] two\n",
                f"## ADDED Requirements\n{BLOCK.format(words, 'be')}",
                f"## MODIFIED Requirements\n{BLOCK.format('A', words)}",
                f"# Title {words}\n\n## Why\nBecause.\n",
                "\ufeff\r\n- [x] \ud800".encode("utf-8", "surrogatepass"),
                b"\xff\xfe",
                b"",
            ]
        )

    def _path(self):
        name = self.random.choice(["tasks.md", "proposal.md", "specs/lamp/spec.md", "notes.md"])
        return self.folder / "changes" / self._name() / name

    def _write(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def _save(self):
        self._write(self._path(), self._text())

    def _save_by_rename(self):
        path = self._path()
        beside = path.with_name(self.random.choice([f"{path.name}~", f".{path.name}.swp", "4913"]))
        self._write(beside, self._text())
        beside.replace(path)

    def _tick(self):
        path = self.folder / "changes" / self._name() / "tasks.md"
        path.write_bytes(path.read_bytes().replace(b"[ ]", b"[x]", 1))

    def _spec(self):
        count = self.random.randrange(4)
        blocks = [BLOCK.format(self.random.choice("ABC"), self._name()) for _ in range(count)]
        text = "## Purpose\nWhy.\n\n## Requirements\n\n" + "".join(blocks)
        where = self.random.choice(["lamp", "lamp/arm", "shade"])
        self._write(self.folder / "specs" / where / "spec.md", text)

    def _remove(self):
        where = self.random.choice(["changes/a", "changes/b", "specs/lamp", "changes", "specs"])
        target = self.folder / where
        if "/" in where or self.random.random() < 0.2:
            shutil.rmtree(target)

    def _move(self):
        source, target = self._name(), self._name()
        (self.folder / "changes" / source).rename(self.folder / "changes" / target)

    def _archive(self):
        name = self._name()
        target = (
            self.folder / "changes" / "archive" / f"2026-01-0{self.random.randint(1, 9)}-{name}"
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.folder / "changes" / name).rename(target)

    def _noise(self):
        name = self.random.choice(["#tasks.md#", "tasks.md.tmp", "tasks.md.part", ".DS_Store"])
        self._write(self.folder / "changes" / self._name() / name, b"noise")

    def _folder_for_file(self):
        path = self._path()
        path.unlink(missing_ok=True)
        path.mkdir(parents=True)


@pytest.mark.parametrize("seed", range(2))
def test_random_edits_are_followed_to_what_is_there(project, listen, seed):
    vandal = Vandal(project.folder, seed)
    listener = listen(project)
    for _ in range(4):
        for _ in range(15):
            vandal.step()
        listener.catch_up()
    assert listener.events


@pytest.mark.parametrize("seed", range(4))
def test_who_comes_later_is_told_the_same_as_who_was_there_from_the_start(project, seed):
    vandal = Vandal(project.folder, 1000 + seed)
    store = project.store()
    snapshots = [store.state]
    log = []
    for _ in range(40):
        vandal.step()
        before = store.state
        log.append(diff(before, store.reload()))
        snapshots.append(store.state)
    assert store.state == Store(project.folder).load()
    for at, state in enumerate(snapshots):
        for events in log[at:]:
            state = apply_events(state, events)
        assert state == store.state
    for events, before, after in zip(log, snapshots, snapshots[1:], strict=False):
        assert_events_are_exact(events, before, after)


def assert_events_are_exact(events, before, after):
    """One event per item, and each says what is different and nothing else."""
    items = Counter((event.kind.value.split("_")[0], event.name) for event in events)
    assert all(count == 1 for (kind, _), count in items.items() if kind != "archive")
    for event in events:
        if event.kind is Kind.CHANGE_CHANGED:
            old, new = before.changes[event.name], after.changes[event.name]
            assert {document.path for document in event.documents} == {
                path for path, _ in set(old.documents) ^ set(new.documents)
            }
            assert (event.progress is not None) == (old.progress != new.progress)
        elif event.kind is Kind.SPEC_CHANGED:
            old, new = before.specs[event.name], after.specs[event.name]
            assert (event.verdict is not None) == (old.verdict.validity != new.verdict.validity)
            names = [requirement.name for requirement in old.outline]
            for requirement in event.requirements:
                if requirement.kind == "removed" or requirement.former:
                    names.remove(requirement.former or requirement.name)
                if requirement.kind == "added" or requirement.former:
                    names.append(requirement.name)
            assert sorted(names) == sorted(requirement.name for requirement in new.outline)


# --- storms -------------------------------------------------------------------------------

DOCUMENTS = ("proposal.md", "design.md", "tasks.md", "specs/lamp/spec.md", "notes.md")


def _checkout(project, word, count):
    """Write so many changes; gives the paths of their files."""
    return {
        str(project.write(f"changes/c{at:03}/{path}", f"# {word}\n- [ ] {word}\n"))
        for at in range(count)
        for path in DOCUMENTS
    }


def test_two_thousand_files_are_one_event_for_each_change(project, listen):
    _checkout(project, "old", 400)
    listener = listen(project)
    with listener.held():
        listener.wait_noticed(_checkout(project, "new", 400))
    listener.catch_up()
    assert Counter(event.name for event in listener.events) == {f"c{at:03}": 1 for at in range(400)}
    assert listener.bundles == 1


def test_a_reload_of_two_thousand_files_is_exactly_one_event_for_each_change(project):
    _checkout(project, "old", 400)
    store = project.store()
    before = store.state
    paths = _checkout(project, "new", 400)
    events = diff(before, store.reload(paths))
    assert Counter(event.name for event in events) == Counter(f"c{at:03}" for at in range(400))
    assert all(len(event.documents) == len(DOCUMENTS) for event in events)


# --- coming and going ---------------------------------------------------------------------


def test_a_project_that_goes_and_comes_back_changed_is_followed(project, listen, tmp_path):
    project.change("dimmer")
    listener = listen(project)
    away = tmp_path / "away"
    project.root.rename(away)
    listener.catch_up()
    assert listener.state.problem
    assert not listener.state.changes
    shutil.rmtree(away / "openspec/changes/dimmer")
    away.rename(project.root)
    project.change("other")
    listener.catch_up()
    assert listener.state.problem == ""
    assert set(listener.state.changes) == {"other"}
    assert set(listener.state.specs) == {"lamp"}


def test_a_project_that_is_put_in_the_place_of_another_is_followed(project, listen, tmp_path):
    project.change("dimmer")
    listener = listen(project)
    shutil.copytree(project.folder, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy/changes/dimmer")
    project.folder.rename(tmp_path / "old")
    (tmp_path / "copy").rename(project.folder)
    listener.catch_up()
    assert set(listener.state.changes) == set()
    project.change("later")
    listener.catch_up()
    assert set(listener.state.changes) == {"later"}


def test_a_renamed_change_goes_and_comes(project, listen):
    folder = project.change("dimmer")
    listener = listen(project)
    folder.rename(folder.with_name("brighter"))
    listener.catch_up()
    assert {(event.kind, event.name) for event in listener.events} == {
        (Kind.CHANGE_REMOVED, "dimmer"),
        (Kind.CHANGE_ADDED, "brighter"),
    }


def test_editors_files_never_become_documents(project, listen):
    folder = project.change("dimmer")
    documents = {path for path, _ in project.store().state.changes["dimmer"].documents}
    listener = listen(project)
    (folder / ".#tasks.md").symlink_to("somebody@machine.1234")
    for name in (".tasks.md.swp", ".tasks.md.swx", "tasks.md~", "#tasks.md#", "4913",
                 "tasks.md___jb_tmp___", "tasks.md___jb_old___", ".goutputstream-ABC"):  # fmt: skip
        (folder / name).write_text("- [x] temporary\n")
    (folder / "tasks.md.tmp").write_text("- [x] only\n")
    (folder / "tasks.md.tmp").replace(folder / "tasks.md")
    listener.catch_up()
    assert {path for path, _ in listener.state.changes["dimmer"].documents} == documents
    assert listener.state.changes["dimmer"].progress.total == 1


def test_watches_that_came_to_an_end_are_replaced(project, listen):
    listener = listen(project)
    observer = listener.watcher._watches._observer
    reader = getattr(observer, "_inotify_fd", observer)
    reader.stop()
    reader.join()
    project.change("later")
    listener.catch_up()
    assert set(listener.state.changes) == {"later"}
    assert listener.watcher._is_watched()


def test_lost_account_of_a_watch_does_not_end_the_watching(listen, project):
    class Group:
        def _remove_watch_internally(self, watch):
            raise KeyError(watch)

    watches = listen(project).watcher._watches
    group = Group()
    watches.mend(group)
    group._remove_watch_internally(1)
    watches.mend(object())


# --- permissions --------------------------------------------------------------------------


@contextmanager
def _nobody():
    """Root may read everything, so it becomes somebody else for a while."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder():
    """A folder that everybody may enter; pytest's own are closed to others."""
    place = Path(tempfile.mkdtemp(prefix="geometry_ws-test-"))
    place.chmod(0o755)
    yield place
    for folder, _, _ in os.walk(place):
        Path(folder).chmod(0o755)
    shutil.rmtree(place)


@pytest.mark.parametrize(
    ("path", "lost_changes", "unreadable", "lost_specs"),
    [
        ("changes/a/tasks.md", set(), {"a"}, set()),
        ("changes/a/specs", set(), {"a"}, set()),
        ("changes/a", set(), {"a"}, set()),
        ("changes", {"a", "b"}, set(), set()),
        ("specs", set(), set(), {"lamp"}),
        ("specs/lamp/spec.md", set(), set(), set()),
    ],
)
def test_what_may_not_be_read_is_told_and_comes_back(
    open_folder, path, lost_changes, unreadable, lost_specs
):
    folder = open_folder / "openspec"
    for name in ("a", "b"):
        for file, text in (
            ("tasks.md", "- [x] a\n"),
            ("specs/lamp/spec.md", f"## ADDED Requirements\n{BLOCK.format('B', 'be')}"),
        ):
            target = folder / "changes" / name / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
    (folder / "specs/lamp").mkdir(parents=True)
    (folder / "specs/lamp/spec.md").write_text(f"## Purpose\nWhy.\n\n## Requirements\n\n{BLOCK}")
    target = folder / path
    mode = target.stat().st_mode
    store = Store(folder)
    with _nobody():
        first = state = store.load()
    target.chmod(0)
    with _nobody():
        events = diff(state, store.reload([str(target)]))
    state = apply_events(state, events)
    assert state == store.state
    assert set(first.changes) - set(state.changes) == lost_changes
    assert {
        name for name, change in state.changes.items() if change.status is Status.UNREADABLE
    } == unreadable
    assert set(first.specs) - set(state.specs) == lost_specs
    assert events
    target.chmod(mode)
    with _nobody():
        events = diff(state, store.reload([str(target)]))
    assert apply_events(state, events) == store.state == first
