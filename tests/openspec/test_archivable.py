"""Whether a change can be archived stands in its state, and is what archiving itself decides."""

import datetime
import tempfile
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from geometry_ws.openspec.disk import archive_place
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.errors import ArchiveRefused, StoreError
from geometry_ws.openspec.format.model import Archiving, Status
from geometry_ws.openspec.views.diff import apply_events, diff
from tests.openspec.archive_cases import ADDED, BASE, CASES, MODIFIED, block, write_case
from tests.openspec.archiving import TODAY

DONE = "- [x] 1.1 Done\n"
TASKS = [None, "", DONE, "- [x] a\n- [ ] b\n", "no tasks\n", DONE.encode("utf-16"), b"- [ ] \xff\n"]
NAMES = ["it", "other", "2026-11-24-dated", "back\\slash"]


def store_of(folder, today=TODAY):
    store = Store(folder, today=lambda: today)
    store.load()
    store.read_bases()
    return store


def dry_run(store, name):
    try:
        store.archive(name, TODAY, dry=True)
    except ArchiveRefused as problem:
        return Archiving(code=problem.code, why=str(problem), fix=problem.fix)
    except StoreError as problem:
        return Archiving(why=str(problem))
    return Archiving(can=True)


def write_change(folder, name, case, tasks):
    for path, text in case.files.items():
        if text is not None and path.startswith("changes/it/"):
            write(folder, f"changes/{name}/{path.removeprefix('changes/it/')}", text)
    if case.delta is not None:
        write(folder, f"changes/{name}/specs/lamp/spec.md", case.delta)
    if tasks is not None:
        write(folder, f"changes/{name}/tasks.md", tasks)


def write(folder, path, text):
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def link(path, target):
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)


ODDITIES = {
    "taken": lambda folder: write(folder, "changes/archive/2026-11-24-it/tasks.md", DONE),
    "taken by a file": lambda folder: write(folder, "changes/archive/2026-11-24-it", DONE),
    "taken by a dated one": lambda folder: write(folder, "changes/archive/2026-11-24-dated/x", ""),
    "taken by a link": lambda folder: link(folder / "changes/archive/2026-11-24-it", "/tmp"),
    "archive elsewhere": lambda folder: link(folder / "changes/archive", "/tmp"),
    "archive beside": lambda folder: link(folder / "changes/archive", "../.."),
    "archive on another day": lambda folder: write(
        folder, "changes/archive/2026-11-23-it/tasks.md", DONE
    ),
    "spec is a folder": lambda folder: (folder / "specs/zebra/spec.md").mkdir(
        parents=True, exist_ok=True
    ),
    "spec behind a link": lambda folder: link(folder / "specs/zebra", "lamp"),
    "spec outside": lambda folder: link(folder / "specs/zebra", "/tmp"),
    "delta of zebra": lambda folder: write(
        folder, "changes/it/specs/zebra/spec.md", ADDED + block("Z")
    ),
    "too deep": lambda folder: (folder / "changes/it/specs" / "/".join("abcdefghijklmn")).mkdir(
        parents=True, exist_ok=True
    ),
}

changes = st.dictionaries(
    st.sampled_from(NAMES),
    st.tuples(st.sampled_from(CASES), st.sampled_from([DONE, *TASKS])),
    min_size=1,
)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(
    base=st.sampled_from([BASE, *(case.base for case in CASES)]),
    changes=changes,
    oddities=st.lists(st.sampled_from(sorted(ODDITIES)), max_size=3),
    later=st.sampled_from(["", BASE, BASE.replace("It SHALL do.", "It MUST. It SHALL do.")]),
)
def test_what_the_state_says_is_what_a_dry_run_says(base, changes, oddities, later):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "openspec"
        folder.mkdir()
        if base is not None:
            write(folder, "specs/lamp/spec.md", base)
        for name, (case, tasks) in changes.items():
            write_change(folder, name, case, tasks)
        for oddity in oddities:
            try:
                ODDITIES[oddity](folder)
            except OSError:
                continue  # Something else lies there.
        store = store_of(folder)
        if later:
            write(folder, "specs/lamp/spec.md", later)
            store.reload()
        state = store.state
        for name, change in state.changes.items():
            event(change.archiving.code or str(change.archiving.can))
            assert change.archiving == dry_run(store, name)
            assert store.state.changes[name] is change


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_branch_of_archiving_is_in_the_state(tmp_path, case):
    write_case(tmp_path / "openspec", case)
    store = store_of(tmp_path / "openspec")
    assert store.state.changes["it"].archiving == dry_run(store, "it")


def test_a_complete_change_says_why_it_could_not_be_archived(project):
    project.change("good", tasks=DONE)
    project.change("lost", tasks=DONE, delta=MODIFIED + block("Gone"))
    project.change("open")
    changes = project.store().state.changes
    assert changes["good"].archiving == Archiving(can=True)
    assert changes["lost"].status is Status.COMPLETE
    lost = changes["lost"].archiving
    assert (lost.can, lost.code) == (False, "archive_spec_update_failed")
    assert '"Gone"' in lost.why
    assert "Nothing was changed" not in lost.why + lost.fix
    assert changes["open"].archiving.code == "archive_tasks_incomplete"


def test_the_last_tick_makes_a_change_one_that_can_be_archived(project):
    project.change(tasks="- [ ] 1.1 Do it\n")
    store = project.store()
    before = store.state
    store.set_task("dimmer", 1, True, expect="1.1 Do it")
    (happening,) = diff(before, store.state)
    was, now = happening.archiving
    assert (was.can, now.can) == (False, True)
    assert apply_events(before, [happening]) == store.state


def test_what_somebody_else_archives_under_a_change_is_told_of_it(project):
    project.change("first", tasks=DONE)
    project.change("second", tasks=DONE)
    store = project.store()
    assert store.state.changes["second"].archiving.can
    store.archive("first", TODAY)
    assert store.state.changes["second"].archiving.can, "it adds the same text"
    project.write("changes/second/specs/lamp/spec.md", ADDED + block("Dimming"))
    state = store.reload()
    assert state.changes["second"].archiving.code == "archive_spec_update_failed"


def test_a_name_that_is_taken_today_is_free_tomorrow(project):
    days = [TODAY]
    project.change(tasks=DONE)
    project.write("changes/archive/2026-11-24-dimmer/tasks.md", DONE)
    store = Store(project.folder, today=lambda: days[-1])
    before = store.load()
    assert before.changes["dimmer"].archiving.code == "archive_target_exists"
    assert not store.is_another_day()
    days.append(TODAY + datetime.timedelta(1))
    assert store.is_another_day()
    after = store.reload(())
    assert not store.is_another_day()
    assert after.changes["dimmer"].archiving.can
    assert [happening.name for happening in diff(before, after)] == ["dimmer"]


def test_only_the_change_that_an_edit_concerns_is_judged_again(project, monkeypatch):
    project.write("specs/other/spec.md", BASE)
    for name in ("one", "two", "three"):
        project.change(name, tasks=DONE)
    project.change("four", tasks=DONE)
    (project.folder / "changes/four/specs/lamp").rename(project.folder / "changes/four/specs/other")
    store = project.store()
    store.read_bases()
    judged = []
    real = archive_place.archiving_of

    def judge(change, *args, **kwargs):
        judged.append(change.name)
        return real(change, *args, **kwargs)

    monkeypatch.setattr(archive_place, "archiving_of", judge)
    file = project.write("changes/one/tasks.md", "- [x] 1.1 Else\n")
    store.reload([str(file)])
    assert judged == ["one"]
    file = project.write("specs/other/spec.md", BASE + "\n")
    store.reload([str(file)])
    assert judged == ["one", "four"]
    file = project.write("changes/archive/2026-11-24-two/tasks.md", DONE)
    store = store_of(project.folder)
    assert store.state.changes["two"].archiving.code == "archive_target_exists"
    judged.clear()
    store.reload([str(project.write("changes/archive/2026-11-24-one/tasks.md", DONE))])
    assert judged == ["one"]


def test_a_project_that_is_a_link_is_judged_as_it_is_archived(project, tmp_path):
    project.change(tasks=DONE)
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/openspec").symlink_to(project.folder)
    store = store_of(tmp_path / "linked/openspec")
    assert store.state.changes["dimmer"].archiving == dry_run(store, "dimmer")
    assert store.state.changes["dimmer"].archiving.code == "archive_path_outside_root"
