"""Writing is all or nothing, whenever the process is killed and whatever fails."""

import datetime
import errno
import os

import pytest

from geometry_ws.openspec.disk import replace_file
from geometry_ws.openspec.disk.archive_records import ArchiveRecords
from geometry_ws.openspec.disk.journal import Stage
from geometry_ws.openspec.disk.replace_file import PREFIX
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.errors import AlreadyExists, StoreError
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
from tests.openspec.archive_cases import ADDED, LONE, MODIFIED, block, remove, spec

pytestmark = pytest.mark.slow

TODAY = datetime.date(2026, 11, 24)
OPTIONS = ArchiveOptions(allow_incomplete=True)
OPERATIONS = (
    "mkdir", "rmdir", "rename", "replace", "link", "unlink", "open", "fsync", "fchmod",
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Killed(BaseException):
    """The process is dead: nothing that writes works any more."""


class Faults:
    """Counts every call that changes something on disk; the n-th and all later ones don't happen.

    With `problem` only the n-th fails, as the system makes calls fail.
    """

    def __init__(self, monkeypatch, last=None, problem=None):
        self.count = 0
        self.last = last
        self.problem = problem
        for name in OPERATIONS:
            monkeypatch.setattr(os, name, self._wrap(name, getattr(os, name)))
        monkeypatch.setattr(replace_file, "exchange", self._wrap("exchange", replace_file.exchange))

    def _wrap(self, name, real):
        def call(*args, **kwargs):
            flags = args[1] if len(args) > 1 else kwargs.get("flags", 0)
            if name != "open" or flags & _WRITES:
                self.count += 1
                if self.last is not None and self.count == self.last and self.problem:
                    raise OSError(self.problem, os.strerror(self.problem))
                if self.last is not None and self.count >= self.last and not self.problem:
                    raise Killed
            return None if name == "fsync" else real(*args, **kwargs)

        return call


def contents(folder):
    """Everything below a folder: files with their content, folders as None."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def files(content):
    """Of these, the files."""
    return {path: data for path, data in content.items() if data is not None}


def files_in(folder):
    return {path: data for path, data in files(contents(folder)).items() if PREFIX not in path}


def rich(folder, *, archive=True, archived=False):
    """A project whose change writes an old spec, makes a deep new one and retires a third."""
    files = {
        "config.yaml": "schema: spec-driven\n",
        "specs/lamp/spec.md": spec(block("A"), block("B")).replace("\n", "\r\n"),
        "specs/area/old/spec.md": LONE,
        "changes/it/.openspec.yaml": "schema: spec-driven\nretire_capabilities: true\n",
        "changes/it/proposal.md": "# Change: it\n",
        "changes/it/tasks.md": "- [ ] a\n",
        "changes/it/specs/lamp/spec.md": ADDED + block("C") + MODIFIED + block("B", text="MUST."),
        "changes/it/specs/area/old/spec.md": remove("A"),
        "changes/it/specs/new/deep/spec.md": ADDED + block("N"),
        "changes/other/proposal.md": "# Change: other\n",
    }
    if archive:
        files["changes/archive/2026-01-01-x/proposal.md"] = "# x\n"
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    if archived:
        do_archive(Store(folder, state=folder.parent / "state"))


def do_unarchive(store):
    store.records = ArchiveRecords(store.folder.parent / "state")
    store.unarchive("it")


def do_archive(store):
    store.archive("it", TODAY, OPTIONS)


def do_create(store):
    store.create_change(
        "fresh",
        TODAY,
        goal="g",
        description="d",
        documents={"proposal.md": "# p\n", "specs/lamp/spec.md": ADDED + block("D")},
    )


def do_write(store):
    revision = store.read_document("it", "proposal.md").revision
    store.write_document("# new\n", revision=revision, change="it", document="proposal.md")


def do_write_new(store):
    store.write_document("# new\n", revision=None, spec="quite/deep/down")


def do_tick(store):
    store.set_task("it", 1, True, expect="a")


ACTIONS = {
    "archive": (do_archive, {}),
    "archive_first": (do_archive, {"archive": False}),
    "unarchive": (do_unarchive, {"archived": True}),
    "create": (do_create, {}),
    "write": (do_write, {}),
    "write_new": (do_write_new, {}),
    "tick": (do_tick, {}),
}


@pytest.fixture(params=list(ACTIONS))
def action(request, tmp_path):
    """An action, a maker of projects to do it in, and how these look before and after."""
    do, options = ACTIONS[request.param]
    numbers = iter(range(10**6))

    def make():
        folder = tmp_path / str(next(numbers)) / "openspec"
        rich(folder, **options)
        return folder

    done = make()
    before = contents(done)
    store = Store(done)
    store.load()
    do(store)
    return do, make, before, contents(done)


def test_killed_between_any_two_operations_it_happened_or_not_and_nothing_is_left(action):
    do, make, before, after = action
    seen = set()
    assert before != after
    for last in range(1, 200):
        folder = make()
        store = Store(folder)
        store.load()
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, last)
            try:
                do(store)
            except Killed:
                pass
        if faults.count < last:
            break
        Store(folder).load()
        now = contents(folder)
        assert now in (before, after), (last, {*now.items()} ^ {*before.items()})
        seen.add(now == after)
    assert last > 3
    assert seen == {False, True}


def test_after_a_kill_the_next_writer_goes_on_without_a_new_start(action):
    do, make, _, after = action
    for last in range(1, 200, 2):
        folder = make()
        store, other = Store(folder), Store(folder)
        store.load()
        other.load()
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, last)
            try:
                do(store)
            except Killed:
                pass
        if faults.count < last:
            break
        try:
            do(other)
        except StoreError as problem:
            # It had happened already.
            assert not isinstance(problem, AlreadyExists) or last > 3
        Store(folder).load()
        assert contents(folder) == after, last


def test_when_one_operation_fails_all_is_as_before_or_as_after(action):
    do, make, before, after = action
    for last in range(1, 200):
        folder = make()
        store = Store(folder)
        store.load()
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, last, errno.ENOSPC)
            try:
                do(store)
                failed = False
            except StoreError:
                failed = True
        if faults.count < last:
            break
        if failed:
            assert files_in(folder) == files(before)
        Store(folder).load()
        # An empty folder that can't be removed is left, as the official tool leaves it.
        assert files_in(folder) == files(before if failed else after)


def test_after_a_killed_archiving_the_next_writer_leaves_nothing_of_it(tmp_path):
    """Also where the project is only ever used by the command line, which never starts."""
    make = iter(range(1000))
    for last in range(1, 200):
        folder = tmp_path / str(next(make)) / "openspec"
        rich(folder)
        store, other = Store(folder), Store(folder)
        store.load()
        other.load()
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, last)
            try:
                do_archive(store)
            except Killed:
                pass
        if faults.count < last:
            break
        try:
            do_archive(other)
        except StoreError:
            pass
        assert not [path for path in contents(folder) if PREFIX in path], last
    assert last > 10


def test_what_became_of_a_spec_meanwhile_is_not_read_when_it_is_no_file(tmp_path):
    for replaced in ("fifo", "link"):
        folder = tmp_path / replaced / "openspec"
        rich(folder)
        store = Store(folder)
        store.load()
        path = folder / "specs/lamp/spec.md"
        with pytest.MonkeyPatch.context() as patch:
            real = os.rename

            def killed(source, target, *, real=real):
                if str(target).endswith("-it"):
                    raise Killed
                real(source, target)

            patch.setattr(os, "rename", killed)
            # What would be undone at once is left for the next start, as after a real kill.
            patch.setattr(Stage, "undo", lambda self, entry: (_ for _ in ()).throw(Killed))
            patch.setattr(Stage, "close", lambda self: None)
            with pytest.raises(Killed):
                do_archive(store)
        path.unlink()
        if replaced == "fifo":
            os.mkfifo(path)
        else:
            path.symlink_to("/dev/zero")
        Store(folder).load()
        assert not path.is_file()
        assert (folder / "changes/it").is_dir()
