"""The store: reading, ticking and staying in the project."""

import os
import stat
import threading

import pytest

from geometry_ws.openspec.disk.find_project import find_openspec_folder
from geometry_ws.openspec.disk.replace_file import PREFIX, SUFFIX
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format import errors
from geometry_ws.openspec.format.model import Status
from geometry_ws.openspec.format.tasks import parse_tasks

TASKS = "- [ ] one\n- [x] two\n- [ ] three\n"


def names_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# --- reading ------------------------------------------------------------------------------


def test_a_project_is_found_from_itself_its_parent_and_from_inside(project):
    inside = project.change()
    for start in (project.root, project.folder, inside, project.folder / "specs" / "lamp"):
        assert find_openspec_folder(start) == project.folder
    with pytest.raises(errors.NoProject):
        find_openspec_folder(project.root.parent)
    with pytest.raises(errors.NoProject):
        find_openspec_folder(project.root / "missing")


def test_a_change_is_read_with_title_tasks_and_progress(project):
    project.change()
    change = project.store().state.changes["dimmer"]
    assert (change.title, change.status) == ("dimmer it", Status.IN_PROGRESS)
    assert (change.progress.done, change.progress.total) == (1, 3)
    assert [task.section for task in change.tasks] == ["1. Electronics"] * 2 + ["2. Paper"]
    assert dict(change.documents).keys() == {"proposal.md", "tasks.md", "specs/lamp/spec.md"}
    assert len(change.revision) == 16


@pytest.mark.parametrize(
    ("tasks", "status"),
    [
        ("- [x] a\n", Status.COMPLETE),
        ("- [x] a\n- [ ] b\n", Status.IN_PROGRESS),
        ("- [ ] a\n", Status.NOT_STARTED),
        ("no tasks\n", Status.NOT_STARTED),
        ("", Status.NOT_STARTED),
        (b"- [ ] a\n\xff\xfe\n", Status.UNREADABLE),
        (b"- [ ] a\n" * 200_000, Status.UNREADABLE),
    ],
)
def test_what_a_change_is_for_people(project, tasks, status):
    project.change(tasks=tasks)
    project.change("other")
    state = project.store().state
    assert state.changes["dimmer"].status is status
    assert bool(state.changes["dimmer"].problem) == (status is Status.UNREADABLE)
    assert state.changes["other"].status is Status.IN_PROGRESS


def test_a_broken_change_is_invalid_and_says_why_and_does_not_stop_the_rest(project):
    project.change("good")
    project.change("bad", delta="## ADDED Requirements\n### Requirement: X\n")
    project.write("specs/broken/spec.md", "## Purp")
    (project.folder / "changes" / "empty").mkdir()
    state = project.store().state
    assert state.changes["bad"].status is Status.INVALID
    assert "no statement" in state.changes["bad"].problem
    assert state.changes["empty"].status is Status.INVALID
    assert state.changes["good"].status is Status.IN_PROGRESS
    assert state.specs["lamp"].requirements == 1
    assert state.specs["broken"].problem


def test_links_out_of_the_project_pipes_and_devices_are_not_read(project, tmp_path):
    folder = project.change()
    (tmp_path / "secret").write_text("- [ ] secret\n")
    for name, make in (
        ("linked", lambda path: path.symlink_to(tmp_path / "secret")),
        ("pipe", os.mkfifo),
        ("device", lambda path: path.symlink_to("/dev/zero")),
        ("circle", lambda path: path.symlink_to(path)),
    ):
        other = project.change(name)
        (other / "tasks.md").unlink()
        make(other / "tasks.md")
    (project.folder / "changes" / "elsewhere").symlink_to(folder)
    state = project.store().state
    for name in ("linked", "pipe", "device", "circle"):
        assert state.changes[name].status is Status.UNREADABLE, name
        assert "secret" not in str(state.changes[name].tasks)
    assert "elsewhere" not in state.changes


def test_a_link_inside_the_change_is_read_and_stays_a_link_when_ticked(project):
    folder = project.change()
    (folder / "tasks.md").rename(folder / "todo.md")
    (folder / "tasks.md").symlink_to(folder / "todo.md")
    store = project.store()
    store.set_task("dimmer", 1, True, expect="1.1 Solder the knob")
    assert (folder / "tasks.md").is_symlink()
    assert "- [x] 1.1" in (folder / "todo.md").read_text()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_without_permission_are_shown_as_unreadable(project):
    folder = project.change()
    (folder / "tasks.md").chmod(0)
    assert project.store().state.changes["dimmer"].status is Status.UNREADABLE


def test_archived_and_hidden_folders_are_no_open_changes(project):
    project.change()
    project.change("archive/2026-01-01-old")
    project.change(".hidden")
    project.write("changes/README.md", "x")
    state = project.store().state
    assert list(state.changes) == ["dimmer"]
    assert state.archived == ("2026-01-01-old",)


def test_names_that_are_no_text_are_shown_as_such(project):
    (project.folder / "changes" / os.fsdecode(b"bad\xff")).mkdir()
    project.change()
    state = project.store().state
    assert state.changes["bad\ufffd"].status is Status.UNREADABLE
    assert state.changes["dimmer"].status is Status.IN_PROGRESS


def test_a_reload_reads_only_what_changed_and_keeps_the_rest(project):
    project.change()
    project.change("other")
    store = project.store()
    before = store.state
    assert store.reload() is before
    path = project.write("changes/dimmer/tasks.md", TASKS)
    after = store.reload([str(path)])
    assert after.changes["dimmer"].progress.total == 3
    assert after.changes["other"] is before.changes["other"]
    assert after.specs["lamp"] is before.specs["lamp"]


def test_a_reload_by_paths_gives_what_a_new_load_gives(project):
    folder = project.change()
    store = project.store()
    steps = [
        lambda: project.change("new"),
        lambda: (folder / "tasks.md").unlink() or folder / "tasks.md",
        lambda: project.write("specs/desk/area/spec.md", "## Purpose\n"),
        lambda: (folder).rename(project.folder / "changes" / "archive-me"),
        lambda: project.write("config.yaml", "schema: other\n"),
        lambda: project.change("archive/2026-01-02-x"),
        lambda: project.write("specs/lamp/spec.md", "## Requirements\n"),
    ]
    for step in steps:
        path = step()
        store.reload([str(path), str(folder)])
        assert store.state == Store(project.folder).load()


def test_a_project_that_vanishes_says_so_and_comes_back(project, tmp_path):
    project.change()
    store = project.store()
    before = store.state
    project.folder.rename(tmp_path / "away")
    assert store.reload().problem
    assert not store.state.changes
    (tmp_path / "away").rename(project.folder)
    assert store.reload() == before


def test_documents_are_given_as_they_are_with_their_revision(project):
    project.change(tasks=b"\xef\xbb\xbf- [ ] a\r\n\xff")
    project.change("archive/old")
    store = project.store()
    document = store.read_document("dimmer", "tasks.md")
    assert document.text == "\ufeff- [ ] a\r\n\ufffd"
    assert document.revision == store.change("dimmer").revision
    assert "proposal.md" in [document.name for document in store.documents("dimmer")]
    assert store.read_spec("lamp").text.startswith("# lamp")
    assert "tasks.md" in store.archived_documents("old")
    assert store.read_archived("old", "proposal.md").text.startswith("# Change: ")
    state, spec = store.spec("lamp")
    assert (state.requirements, spec.requirements[0].name) == (1, "Switching")
    for call in (
        lambda: store.read_document("nope", "tasks.md"),
        lambda: store.read_document("dimmer", "../../../secret"),
        lambda: store.read_archived("old", "../../changes/dimmer/tasks.md"),
        lambda: store.read_archived("..", "x"),
        lambda: store.read_spec("nope"),
        lambda: store.spec("nope"),
        lambda: store.spec_state("nope"),
        lambda: store.change("nope"),
    ):
        with pytest.raises(errors.StoreError):
            call()


# --- ticking ------------------------------------------------------------------------------


def test_a_tick_writes_one_character_and_keeps_mode_and_the_rest(project):
    data = b"\xef\xbb\xbf# T\r\n```\r\n- [ ] a\t\r\n```\r\n\xff- [x] b\n * [ ] last"
    folder = project.change(tasks=data)
    (folder / "tasks.md").chmod(0o640)
    store = project.store()
    before = store.change("dimmer").revision
    result = store.set_task("dimmer", 1, True, revision=before)
    assert (folder / "tasks.md").read_bytes() == data.replace(b"[ ] a", b"[x] a")
    assert stat.S_IMODE((folder / "tasks.md").stat().st_mode) == 0o640
    assert (result.written, result.before, result.task.done) == (True, before, True)
    assert result.change.revision != before
    assert store.change("dimmer") is result.change
    assert not [name for name in names_below(project.folder) if PREFIX in name]


def test_setting_what_is_set_already_writes_nothing(project):
    folder = project.change()
    store = project.store()
    inode = (folder / "tasks.md").stat().st_ino
    result = store.set_task("dimmer", 2, True, expect="1.2 Measure")
    assert not result.written
    assert (folder / "tasks.md").stat().st_ino == inode


def test_a_stale_revision_is_refused_with_the_current_one(project):
    folder = project.change()
    store = project.store()
    old = store.change("dimmer").revision
    (folder / "tasks.md").write_text(TASKS)
    with pytest.raises(errors.StaleRevision) as caught:
        store.set_task("dimmer", 1, True, revision=old)
    assert caught.value.revision == store.reload().changes["dimmer"].revision != old
    assert (folder / "tasks.md").read_text() == TASKS


def test_a_task_with_another_text_is_refused_with_its_text(project):
    project.change()
    store = project.store()
    with pytest.raises(errors.TaskMismatch) as caught:
        store.set_task("dimmer", 1, True, expect="something else")
    assert caught.value.text == "1.1 Solder the knob"


def test_a_tick_by_text_goes_on_when_others_ticked_meanwhile(project):
    folder = project.change()
    store = project.store()
    text = (folder / "tasks.md").read_text().replace("[ ] 2.1", "[x] 2.1")
    (folder / "tasks.md").write_text(text)
    result = store.set_task("dimmer", 1, True, expect="1.1 Solder the knob")
    assert result.change.progress.done == 3


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (("nope", 1), errors.NoSuchChange),
        (("../dimmer", 1), errors.NoSuchChange),
        (("archive", 1), errors.NoSuchChange),
        (("", 1), errors.NoSuchChange),
        (("a\0b", 1), errors.NoSuchChange),
        (("dimmer", 99), errors.NoSuchTask),
        (("dimmer", 0), errors.NoSuchTask),
        (("dimmer", -1), errors.NoSuchTask),
    ],
)
def test_what_is_not_there_is_a_declared_error(project, call, error):
    project.change()
    with pytest.raises(error):
        project.store().set_task(*call, True, expect="x")


def test_a_tick_needs_something_that_says_which_task_is_meant(project):
    project.change()
    with pytest.raises(ValueError):
        project.store().set_task("dimmer", 1, True)


def test_write_protected_files_and_links_are_refused(project):
    folder = project.change()
    (folder / "tasks.md").chmod(0o444)
    project.change("link", tasks="- [ ](url)\n")
    store = project.store()
    with pytest.raises(errors.Unwritable):
        store.set_task("dimmer", 1, True, expect="1.1 Solder the knob")
    with pytest.raises(errors.Unwritable):
        store.set_task("link", 1, True, expect="(url)")


def test_ticking_what_cannot_be_read_is_told_so(project):
    folder = project.change()
    (folder / "tasks.md").unlink()
    os.mkfifo(folder / "tasks.md")
    with pytest.raises(errors.Unreadable):
        project.store().set_task("dimmer", 1, True, expect="x")


def test_an_editor_that_saves_in_the_same_moment_is_not_overwritten(project, monkeypatch):
    folder = project.change()
    store = project.store()
    from geometry_ws.openspec.disk import replace_file

    real, saved = replace_file._write_beside, []

    def save_meanwhile(*args):
        real(*args)
        if not saved:
            saved.append(True)
            (folder / "tasks.md").write_text("- [ ] new\n- [ ] 1.1 Solder the knob\n")

    monkeypatch.setattr(replace_file, "_write_beside", save_meanwhile)
    with pytest.raises(errors.TaskMismatch):
        store.set_task("dimmer", 1, True, expect="1.1 Solder the knob")
    assert (folder / "tasks.md").read_text().startswith("- [ ] new")


def test_leftovers_of_a_killed_process_are_cleaned_at_start(project):
    folder = project.change()
    left = folder / f"{PREFIX}999999999-abc{SUFFIX}"
    left.write_text("half")
    alive = folder / f"{PREFIX}1-abc{SUFFIX}"
    alive.write_text("another process is at it")
    project.store()
    assert not left.exists()
    assert alive.exists()


def test_two_writers_lose_nothing(project):
    count = 40
    tasks = "".join(f"- [ ] task {number}\n" for number in range(count))
    folder = project.change(tasks=tasks)
    torn, failed, done = [], [], threading.Event()

    def write(store, numbers):
        for number in numbers:
            try:
                store.set_task("dimmer", number + 1, True, expect=f"task {number}")
            except errors.StoreError as problem:
                failed.append(problem)

    def read():
        while not done.is_set():
            data = (folder / "tasks.md").read_bytes()
            if len(data) != len(tasks):
                torn.append(data)

    # Two stores of one project are like two processes: they share nothing but the disk.
    first, second = project.store(), project.store()
    writers = [
        threading.Thread(target=write, args=(store, range(start, count, 4)))
        for start, store in enumerate([first, first, second, second])
    ]
    reader = threading.Thread(target=read)
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    reader.join()
    assert failed == []
    assert torn == []
    assert all(task.done for task in parse_tasks((folder / "tasks.md").read_text()))


def test_tasks_in_several_files_are_numbered_through_and_ticked_in_theirs(project):
    project.write("config.yaml", "schema: own\n")
    project.write(
        "schemas/own/schema.yaml",
        "name: own\nversion: 1\nartifacts:\n"
        "- {id: tasks, generates: 'parts/*.md', description: d, template: t.md}\n",
    )
    project.change()
    project.write("changes/dimmer/parts/a.md", "- [ ] one\n")
    project.write("changes/dimmer/parts/b.md", "- [ ] two\n- [ ] three\n")
    store = project.store()
    tasks = store.change("dimmer").tasks
    assert [(task.id, task.file, task.text) for task in tasks] == [
        (1, "parts/a.md", "one"), (2, "parts/b.md", "two"), (3, "parts/b.md", "three"),
    ]  # fmt: skip
    revision = store.change("dimmer").revision
    result = store.set_task("dimmer", 3, True, revision=revision)
    assert result.change.revision != revision
    assert (project.folder / "changes/dimmer/parts/b.md").read_text() == "- [ ] two\n- [x] three\n"


def test_leftovers_in_the_archive_are_cleaned_when_there_is_time(project):
    left = project.write(f"changes/archive/2026-01-01-old/{PREFIX}999999999-abc{SUFFIX}", "half")
    store = project.store()
    assert left.exists()
    store.clean_archive()
    assert not left.exists()
