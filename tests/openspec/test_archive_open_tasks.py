"""Archiving with tasks that are open or can't be read: asked, refused, or told; never silent."""

import datetime

import pytest

from geometry_ws.openspec.commands import run
from geometry_ws.openspec.disk.reader import MAX_DOCUMENT
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.errors import ArchiveRefused
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
from tests.cli import cli_support
from tests.openspec.archive_cases import ADDED, Case, block, write_case
from tests.openspec.test_commands_archive import in_folder

TODAY = datetime.date(2026, 11, 24)
TASKS = "- [x] a\n- [ ] b\n"
UNREADABLE = {
    "too long": b"- [ ] a\n" * (MAX_DOCUMENT // 8 + 1),
    "utf-16": TASKS.encode("utf-16"),
    "utf-16, big end first": b"\xfe\xff" + TASKS.encode("utf-16-be"),
    "utf-16 without a mark": TASKS.encode("utf-16-le"),
    "utf-16 at the end": b"- [x] a\n" + "- [ ] b\n".encode("utf-16-le"),
}
READABLE = {
    "latin-1": "- [x] é\n".encode("latin-1"),
    "a zero byte": b"- [x] a\0\n",
    "a mark": b"\xef\xbb\xbf- [x] a\n",
    "no tasks": b"Nothing to do.\n",
}


def archive(folder, **options):
    store = Store(folder)
    store.load()
    return store.archive("it", TODAY, ArchiveOptions(**options), dry=True).plan


def written(tmp_path, tasks):
    folder = tmp_path / "openspec"
    write_case(folder, Case("it", ADDED + block("C"), None))
    (folder / "changes/it/tasks.md").write_bytes(tasks)
    return folder


@pytest.mark.parametrize("tasks", UNREADABLE.values(), ids=UNREADABLE)
def test_tasks_that_nobody_can_count_are_incomplete(tmp_path, tasks):
    folder = written(tmp_path, tasks)
    with pytest.raises(ArchiveRefused) as refused:
        archive(folder)
    assert refused.value.code == "archive_tasks_incomplete"
    assert "tasks.md" in str(refused.value)
    assert "--yes" in refused.value.fix
    assert "tasks.md" in archive(folder, allow_incomplete=True).left_open


@pytest.mark.parametrize("tasks", READABLE.values(), ids=READABLE)
def test_tasks_that_can_be_counted_are_counted(tmp_path, tasks):
    assert archive(written(tmp_path, tasks)).left_open == ""


def test_open_tasks_are_told_to_people_and_documents_are_the_official_ones(tmp_path):
    output = run(["archive", "it", "--yes"], in_folder(written(tmp_path / "a", TASKS.encode())))
    assert output.exit == 0
    assert output.stdout.startswith('Warning: 1 task is not done in "it".')
    output = run(
        ["archive", "it", "--yes", "--json"], in_folder(written(tmp_path / "b", TASKS.encode()))
    )
    assert "warnings" not in output.stdout


@pytest.mark.parametrize(
    ("answers", "status", "archived"),
    [
        (b"", 1, False),
        (b"y\n", 1, False),
        (b"n\n", 0, False),
        (b"y\nyes\n", 0, True),
        (b"?\n", 0, False),
    ],
    ids=["nobody", "one answer of two", "no", "both", "no answer to it"],
)
def test_answers_may_be_piped_in_and_without_one_the_flag_is_named(
    tmp_path, answers, status, archived
):
    folder = written(tmp_path, TASKS.encode())
    done = cli_support.run("openspec", "archive", "it", stdin=answers, cwd=tmp_path)
    assert done.returncode == status
    assert (b"--yes" in done.stderr) is (status == 1)
    assert (not (folder / "changes/it").exists()) is archived
