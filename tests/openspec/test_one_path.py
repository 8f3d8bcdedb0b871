"""What changed at one path is read there alone, and the state is what a fresh look gives."""

import shutil

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from geometry_ws.openspec.disk import change_states, scanner
from geometry_ws.openspec.disk.reader import Reader
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.views.diff import Kind, diff

NAMES = ("a", "b", "c", ".hidden")
TASKS = ("- [ ] one\n", "- [x] one\n", "")
OTHERS = "## ADDED Requirements\n\n### Requirement: Other\nIt SHALL be other.\n"


@pytest.fixture
def many(project):
    for number in range(20):
        project.change(f"change-{number}")
    return project


def test_setting_a_task_lists_no_folder_of_changes_and_judges_no_other_change(many, monkeypatch):
    followed = many.store()
    before = followed.state
    listed, judged = [], []
    list_folder, judge = scanner.list_folder, change_states.evaluate_change

    def listing(folder, root):
        listed.append(folder)
        return list_folder(folder, root)

    def judging(change, *rest):
        judged.append(change.name)
        return judge(change, *rest)

    monkeypatch.setattr(scanner, "list_folder", listing)
    monkeypatch.setattr(change_states, "evaluate_change", judging)
    assert followed.set_task("change-7", 1, True, expect="1.1 Solder the knob").written
    assert str(many.folder / "changes") not in listed
    assert judged == ["change-7"]
    after = followed.state
    assert after.specs is before.specs
    assert [name for name in after.changes if after.changes[name] is not before.changes[name]] == [
        "change-7"
    ]


def test_a_change_that_came_or_went_is_seen_by_its_path(many):
    followed = many.store()
    shutil.rmtree(many.folder / "changes/change-3")
    followed.reload([str(many.folder / "changes/change-3")])
    many.change("new")
    followed.reload([str(many.folder / "changes/new/tasks.md")])
    assert "change-3" not in followed.state.changes
    assert "new" in followed.state.changes


def test_a_change_that_moved_to_the_archive_is_seen_by_either_path(many):
    followed = many.store()
    before = followed.state
    archive = many.folder / "changes/archive"
    archive.mkdir()
    (many.folder / "changes/change-3").rename(archive / "2026-11-24-change-3")
    after = followed.reload([str(archive / "2026-11-24-change-3")])
    assert [(event.kind, event.name) for event in diff(before, after)] == [
        (Kind.CHANGE_ARCHIVED, "change-3"),
        (Kind.ARCHIVE_CHANGED, ""),
    ]


def test_a_folder_that_became_a_link_out_is_no_change_any_more(many, tmp_path_factory):
    followed = many.store()
    path = many.folder / "changes/change-3"
    outside = tmp_path_factory.mktemp("outside") / "moved"
    path.rename(outside)
    path.symlink_to(outside)
    state = followed.reload([str(path)])
    assert "change-3" not in state.changes
    assert state == Store(many.folder, followed.title).load()


def _task(project, name, text):
    project.write(f"changes/{name}/tasks.md", TASKS[text])
    return f"changes/{name}/tasks.md"


def _delta(project, name, text):
    project.write(f"changes/{name}/specs/lamp/spec.md", OTHERS * text)
    return f"changes/{name}/specs/lamp/spec.md"


def _gone(project, name, text):
    shutil.rmtree(project.folder / "changes" / name, ignore_errors=True)
    return f"changes/{name}"


def _spec(project, name, text):
    body = f"# lamp\n\n## Purpose\n{name}\n\n## Requirements\n\n### Requirement: Other {text}\n"
    project.write("specs/lamp/spec.md", body)
    return "specs/lamp/spec.md"


def _archived(project, name, text):
    folder, target = (
        project.folder / "changes" / name,
        f"changes/archive/2026-01-0{text + 1}-{name}",
    )
    if folder.is_dir() and not (project.folder / target).exists():
        (project.folder / target).parent.mkdir(exist_ok=True)
        folder.rename(project.folder / target)
    return f"changes/{name}", target


EDITS = st.tuples(
    st.sampled_from([_task, _delta, _gone, _spec, _archived]),
    st.sampled_from(NAMES),
    st.integers(0, 2),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.lists(EDITS, max_size=3), max_size=5))
def test_after_any_edits_the_state_is_that_of_a_fresh_look(project, edits):
    shutil.rmtree(project.folder / "changes")
    (project.folder / "changes").mkdir()
    project.change("a")
    followed = project.store()
    for together in edits:
        paths = set()
        for edit, name, text in together:
            touched = edit(project, name, text)
            paths |= {touched} if isinstance(touched, str) else set(touched)
        before = followed.state
        after = followed.reload(str(project.folder / path) for path in paths)
        fresh = Store(project.folder, followed.title).load()
        assert after == fresh
        assert bool(diff(before, after)) is (before != after)


def test_what_lies_below_a_folder_is_forgotten_and_distrusted_alone(tmp_path):
    reader = Reader(str(tmp_path))
    for path in ("a/x.md", "a/b/y.md", "ab/z.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    paths = [str(tmp_path / path) for path in ("a/x.md", "a/b/y.md", "ab/z.md")]
    x, y, z = (reader.read(path) for path in paths)
    reader.distrust(str(tmp_path / "a"))
    assert [reader.read(path) for path in paths] == [x, y, z]
    reader.forget_all_but({paths[0]}, str(tmp_path / "a"))
    assert reader.read(paths[0]) is x
    assert reader.read(paths[1]) is not y
    assert reader.read(paths[2]) is z
