"""Following the files: what is reported, when it is, and what isn't."""

import queue
import threading

import pytest

from geometry_ws.openspec.disk import system_watches, watcher
from geometry_ws.openspec.disk.watcher import MANY
from geometry_ws.openspec.views.diff import Kind, diff

# See watcher.py: pytest puts its own filters in the place of that one.
pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")

LONG = 10.0


class Follower:
    """A store that is kept up to date by its watcher, with the events of each bundle."""

    def __init__(self, project):
        self.store = project.store()
        self.state = self.store.state
        self.lock = threading.Lock()
        self.bundles = queue.Queue()
        self.watcher = self.store.watch(self._changed)

    def _changed(self, paths):
        self.store.reload(paths)
        self.bundles.put((paths, self.advance()))

    def advance(self):
        """What happened since the last time, whoever noticed it."""
        with self.lock:
            before, self.state = self.state, self.store.state
            return diff(before, self.state)

    def until(self, wanted):
        """Wait for a bundle with an event of this kind; gives the event."""
        while True:
            _, events = self.bundles.get(timeout=LONG)
            for event in events:
                if event.kind is wanted:
                    return event


@pytest.fixture
def following(project):
    followers = []

    def follow():
        followers.append(Follower(project))
        return followers[-1]

    yield follow
    for follower in followers:
        follower.watcher.close()


def test_a_save_is_reported_with_what_it_changed(project, following):
    folder = project.change()
    follower = following()
    text = (folder / "tasks.md").read_text()
    (folder / "tasks.md").write_text(text.replace("[ ] 1.1", "[x] 1.1"))
    event = follower.until(Kind.CHANGE_CHANGED)
    assert [(tick.task, tick.done) for tick in event.ticked] == [(1, True)]


def test_an_editor_that_saves_by_renaming_is_followed(project, following):
    folder = project.change()
    follower = following()
    (folder / ".tasks.md.swp").write_text("swap")
    (folder / "4913").write_text("")
    (folder / "4913").unlink()
    (folder / "tasks.md").rename(folder / "tasks.md~")
    (folder / "tasks.md.tmp").write_text("- [x] only\n")
    (folder / "tasks.md.tmp").replace(folder / "tasks.md")
    while follower.until(Kind.CHANGE_CHANGED).change.progress.total != 1:
        pass


@pytest.mark.slow
def test_folders_that_come_go_and_move_are_followed(project, following):
    folder = project.change()
    follower = following()
    project.change("new")
    assert follower.until(Kind.CHANGE_ADDED).name == "new"
    (project.folder / "changes" / "archive").mkdir()
    folder.rename(project.folder / "changes" / "archive" / "2026-11-24-dimmer")
    assert follower.until(Kind.CHANGE_ARCHIVED).name == "dimmer"
    project.write("specs/desk/spec.md", "## Purpose\n")
    assert follower.until(Kind.SPEC_ADDED).name == "desk"


def test_a_storm_is_bundled(project, following):
    follower = following()
    for number in range(60):
        project.change(f"c{number}")
    count = bundles = 0
    while count < 60:
        _, events = follower.bundles.get(timeout=LONG)
        count += sum(event.kind is Kind.CHANGE_ADDED for event in events)
        bundles += 1
    assert bundles < 20


@pytest.mark.slow
def test_a_project_that_vanishes_and_comes_back_is_followed(project, following, tmp_path):
    project.change()
    follower = following()
    project.folder.rename(tmp_path / "away")
    event = follower.until(Kind.PROJECT_CHANGED)
    assert event.problem
    (tmp_path / "away").rename(project.folder)
    event = follower.until(Kind.PROJECT_CHANGED)
    assert event.problem == ""
    project.change("later")
    assert follower.until(Kind.CHANGE_ADDED).name == "later"


def test_our_own_tick_gives_no_second_event(project, following):
    project.change()
    follower = following()
    follower.store.set_task("dimmer", 1, True, expect="1.1 Solder the knob")
    events = follower.advance()  # or the watcher was there before, if this thread had to wait
    project.change("marker")
    while not any(event.name == "marker" for event in events):
        events += follower.bundles.get(timeout=LONG)[1]
    assert [event.kind for event in events if event.name == "dimmer"] == [Kind.CHANGE_CHANGED]


def test_without_watches_left_the_folder_is_looked_through(project, following, monkeypatch):
    class Exhausted:
        def __init__(self, **_):
            pass

        def schedule(self, *_, **__):
            raise OSError(28, "inotify watch limit reached")

        def stop(self):
            pass

    monkeypatch.setattr(system_watches, "Observer", Exhausted)
    monkeypatch.setattr(watcher, "LOOK", 0.05)
    monkeypatch.setattr(watcher, "CHECK_FOLDER", 0.05)
    follower = following()
    assert "fs.inotify.max_user_watches" in follower.watcher.notice
    assert follower.watcher.trust is None
    project.change("new")
    assert follower.until(Kind.CHANGE_ADDED).name == "new"


def test_what_is_being_reported_can_be_seen_before(project):
    reporting, go_on = threading.Event(), threading.Event()

    def wait(_paths):
        reporting.set()
        go_on.wait(LONG)

    watcher = project.store().watch(wait)
    try:
        path = str(project.write("changes/late.md", "x"))
        assert reporting.wait(LONG)
        assert path in watcher.pending
    finally:
        go_on.set()
        watcher.close()


def test_trust_changes_where_word_was_lost(project, following):
    watcher = following().watcher
    before = watcher.trust
    assert before is not None
    watcher._lose()
    assert watcher.trust not in (before, None)
    before = watcher.trust
    watcher._report({f"/{number}" for number in range(MANY + 1)})
    assert watcher.trust not in (before, None)


def test_a_folder_that_is_followed_by_a_link_is_never_trusted(project, following):
    (project.folder / "changes").rename(project.root / "elsewhere")
    (project.folder / "changes").symlink_to(project.root / "elsewhere")
    assert following().watcher.trust is None


def test_a_callback_that_fails_does_not_end_the_watch(project):
    calls = queue.Queue()

    def fail(paths):
        calls.put(paths)
        raise RuntimeError("no")

    watcher = project.store().watch(fail)
    try:
        for name in ("one", "two"):
            project.write(f"changes/{name}.md", "x")
            while not any(path.endswith(f"{name}.md") for path in calls.get(timeout=LONG)):
                pass
    finally:
        watcher.close()


def test_closing_leaves_no_thread(project):
    before = set(threading.enumerate())
    watcher = project.store().watch(lambda paths: None)
    watcher.close()
    watcher.close()
    left = [
        thread for thread in threading.enumerate() if thread not in before and thread.is_alive()
    ]
    assert [thread.name for thread in left if "openspec" in thread.name] == []


@pytest.mark.parametrize(
    "name",
    [".tasks.md.swp", "tasks.md~", "4913", "#tasks.md#", ".#tasks.md", ".geometry_ws-1-a.tmp"],
)
def test_names_of_temporary_files_are_known(name):
    assert watcher.is_temporary(name)
    assert not watcher.is_temporary("tasks.md")
