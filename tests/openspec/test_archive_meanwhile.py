"""Archiving while others work: editors, locks, ticks, a second archiving, and the official tool."""

import datetime
import json
import os
import shutil
import subprocess
import threading

import pytest

from geometry_ws.openspec.disk import locks, replace_file
from geometry_ws.openspec.format import errors
from tests.openspec.archive_cases import ADDED, block
from tests.openspec.archiving import LOCK, OPTIONS, TODAY, contents, refusal, save_once


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (locks.ArchiveLock, "acquire"),
        (replace_file, "_check_unchanged"),
        (replace_file, "_write_beside"),
    ],
)
def test_a_spec_that_is_saved_meanwhile_is_merged_as_saved(project, monkeypatch, where, name):
    project.change()
    spec = project.folder / "specs/lamp/spec.md"
    text = spec.read_text().replace("light when", "light brightly when")
    store = project.store()
    save_once(monkeypatch, where, name, lambda: spec.write_text(text))
    store.archive("dimmer", TODAY, OPTIONS)
    assert "light brightly when" in spec.read_text()
    assert "Dimming" in spec.read_text()


def test_a_delta_that_is_saved_meanwhile_is_applied_as_saved(project, monkeypatch):
    folder = project.change()
    store = project.store()
    delta = folder / "specs/lamp/spec.md"
    text = delta.read_text().replace("Dimming", "Glowing")
    save_once(monkeypatch, replace_file, "exchange", lambda: delta.write_text(text))
    store.archive("dimmer", TODAY, OPTIONS)
    assert "Glowing" in (project.folder / "specs/lamp/spec.md").read_text()
    assert "Dimming" not in (project.folder / "specs/lamp/spec.md").read_text()


def test_a_spec_that_somebody_else_makes_meanwhile_is_not_overwritten(project, monkeypatch):
    project.change()
    project.write("changes/dimmer/specs/fresh/spec.md", ADDED + block("N"))
    shutil.rmtree(project.folder / "changes/dimmer/specs/lamp")
    store = project.store()
    theirs = project.folder / "specs/fresh/spec.md"

    def save():
        theirs.parent.mkdir(exist_ok=True)
        theirs.write_text("theirs")

    save_once(monkeypatch, os, "link", lambda: None)
    monkeypatch.undo()
    save_once(monkeypatch, locks.ArchiveLock, "acquire", save)
    assert refusal(store) == "archive_spec_validation_failed"
    assert theirs.read_text() == "theirs"


@pytest.mark.parametrize(
    "content", ['{"pid":1,"nonce":"a"}', "", "{}", '{"pid":999999999,"nonce":"b"}', "[1]"]
)
def test_while_the_official_tools_lock_is_there_nothing_is_archived(project, content):
    project.change()
    lock = project.write(LOCK, content)
    before = contents(project.folder)
    store = project.store()
    with pytest.raises(errors.Locked) as caught:
        store.archive("dimmer", TODAY, OPTIONS)
    assert caught.value.code == "archive_target_exists"
    assert contents(project.folder) == before
    lock.unlink()
    store.archive("dimmer", TODAY, OPTIONS)


def test_our_own_stale_lock_is_removed_at_the_next_start_and_before_archiving(project):
    project.change()
    content = json.dumps({"pid": 999999999, "nonce": "x", "owner": locks.OWNER})
    lock = project.write(LOCK, content)
    project.store()
    assert not lock.exists()
    store = project.store()
    project.write(LOCK, content)
    store.archive("dimmer", TODAY, OPTIONS)
    assert not lock.exists()


def test_a_lock_of_ours_that_is_held_is_respected(project):
    project.change()
    (project.folder / "changes/archive").mkdir()
    held = locks.ArchiveLock(str(project.folder / "changes/archive"))
    held.acquire()
    store = project.store()
    with pytest.raises(errors.Locked):
        store.archive("dimmer", TODAY, OPTIONS)
    held.release()
    store.archive("dimmer", TODAY, OPTIONS)


def test_of_two_who_archive_one_change_one_does(project):
    project.change()
    stores = [project.store() for _ in range(4)]
    results = []

    def work(store):
        try:
            results.append(store.archive("dimmer", TODAY, OPTIONS).plan.archived_as)
        except errors.ArchiveRefused as problem:
            results.append(problem.code)

    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["2026-11-24-dimmer", *["archive_change_not_found"] * 3]
    assert (project.folder / "specs/lamp/spec.md").read_text().count("Dimming") == 1


def test_ticks_during_archiving_are_done_before_it_or_refused(project):
    project.change(tasks="".join(f"- [ ] {number}\n" for number in range(60)))
    store, other = project.store(), project.store()
    ticked = []

    def tick():
        for number in range(60):
            try:
                other.set_task("dimmer", number + 1, True, expect=str(number))
            except errors.NoSuchChange:
                return
            ticked.append(number)

    thread = threading.Thread(target=tick)
    thread.start()
    store.archive("dimmer", TODAY, OPTIONS)
    thread.join()
    text = (project.folder / "changes/archive/2026-11-24-dimmer/tasks.md").read_text()
    assert text == "".join(
        f"- [{'x' if number in ticked else ' '}] {number}\n" for number in range(60)
    )
    assert not (project.folder / "changes/dimmer").exists()


official = pytest.mark.skipif(
    shutil.which("openspec") is None, reason="the official tool is not installed"
)


def _openspec(folder, *arguments):
    done = subprocess.run(
        ["openspec", *arguments],
        cwd=folder.parent,
        env={**os.environ, "OPENSPEC_TELEMETRY": "0", "CI": "1", "NO_COLOR": "1", "TZ": "UTC"},
        capture_output=True,
        timeout=120,
    )
    return json.loads(done.stdout)


@official
@pytest.mark.nodejs
def test_the_official_tool_refuses_while_we_archive_and_we_while_it_does(project, monkeypatch):
    project.change()
    project.change("second", delta=ADDED + block("Second"))
    store = project.store()
    answers = []

    def meanwhile():
        answers.append(_openspec(project.folder, "archive", "second", "--yes", "--json"))
        before = contents(project.folder)
        assert json.loads(before[LOCK])["owner"] == "geometry_ws"

    save_once(monkeypatch, replace_file, "_check_unchanged", meanwhile)
    store.archive("dimmer", TODAY, OPTIONS)
    assert answers[0]["archive"] is None
    assert answers[0]["status"][0]["code"] == "archive_target_exists"
    assert (project.folder / "changes/second").is_dir()
    after = _openspec(project.folder, "archive", "second", "--yes", "--json")
    assert after["archive"]["specsUpdated"]


@official
@pytest.mark.nodejs
def test_new_changes_are_those_of_the_official_tool(project, tmp_path):
    copy = tmp_path / "copy" / "openspec"
    shutil.copytree(project.folder, copy)
    today = datetime.datetime.now(datetime.UTC).date()
    store = project.store()
    made = store.create_change("add-light", today, goal="People can see", description="Words.")
    answer = _openspec(
        copy, "new", "change", "add-light", "--goal", "People can see", "--description", "Words.",
        "--json",
    )["change"]  # fmt: skip
    assert (answer["id"], answer["schema"]) == (made.change, made.schema)
    assert contents(copy) == contents(project.folder)
