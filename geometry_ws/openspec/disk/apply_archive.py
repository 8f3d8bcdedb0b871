"""Writing an archive plan to disk, or taking one back: all of it or nothing.

A journal says what is to be done (`journal`). Then the specs are written, and the one step that
decides moves the change's folder into the archive. A failure before that step is undone at once;
after a kill, the next start undoes it.
"""

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from geometry_ws.openspec.disk.journal import (
    ARCHIVE_FOLDER,
    JournalEntry,
    JournalStep,
    Stage,
    hash_of,
    identity_of,
    remove_if_empty,
)
from geometry_ws.openspec.disk.locks import ArchiveLock
from geometry_ws.openspec.disk.reader import is_within, key_of
from geometry_ws.openspec.disk.replace_file import (
    ChangedMeanwhile,
    create_file,
    replace_file,
    resolve_target,
    sync_folder,
)
from geometry_ws.openspec.disk.write_document import missing_folders
from geometry_ws.openspec.disk.writers_at_work import is_being_written
from geometry_ws.openspec.format.errors import ArchiveRefused, StoreError, Unwritable
from geometry_ws.openspec.format.sources import SPEC_FILE
from geometry_ws.openspec.merging.archive_plan import ArchivePlan, SpecWrite


def apply_archive(
    root: str, plan: ArchivePlan, deltas: Mapping[str, bytes], check: Callable[[], None]
) -> None:
    """Write a plan's specs and move its change, below the real path of an openspec/ folder.

    `deltas` has the content of the change's documents that the plan was made from, by their paths
    in its folder; `check` raises ChangedMeanwhile where the plan no longer holds. The project's
    lock is to be held. Raises ChangedMeanwhile, Locked, ArchiveRefused, Unwritable, OSError.
    """
    place = str(Path(root, ARCHIVE_FOLDER, plan.archived_as))
    with Stage.make(root) as stage:
        source = str(Path(root, "changes", plan.change))
        _FolderMove(stage, plan.writes, source, place).run(deltas, check)


def apply_unarchive(
    root: str, writes: Sequence[SpecWrite], archived: str, change: str, check: Callable[[], None]
) -> None:
    """Write specs as they were and move an archived change back to the open ones.

    As `apply_archive`, the other way round; raises the same.
    """
    source = str(Path(root, ARCHIVE_FOLDER, archived))
    with Stage.make(root) as stage:
        target = str(Path(root, "changes", change))
        _FolderMove(stage, writes, source, target).run({}, check)


class _FolderMove:
    def __init__(self, stage: Stage, writes: Sequence[SpecWrite], source: str, target: str) -> None:
        self._stage = stage
        self._writes = writes
        self._root = stage.root
        self._project = stage.project
        self._archive = str(Path(self._root, ARCHIVE_FOLDER))
        self._source = source
        self._target = target

    def run(self, deltas: Mapping[str, bytes], check: Callable[[], None]) -> None:
        entry = self._prepare()
        self._stage.write_entry(entry)
        if entry.made_archive:
            with contextlib.suppress(FileExistsError):
                os.mkdir(self._archive)  # noqa: PTH102
        lock = ArchiveLock(self._archive)
        try:
            lock.acquire()
            check()
            try:
                for write, step in zip(self._writes, entry.steps, strict=True):
                    self._apply(write, step)
                self._move(deltas)
            except BaseException:
                self._undo(entry)
                raise
            self._stage.finish(entry)
        finally:
            lock.release()
            if entry.made_archive:
                remove_if_empty(self._archive)

    def _prepare(self) -> JournalEntry:
        steps = []
        seen: dict[object, str] = {}
        for number, write in enumerate(self._writes):
            step = self._step(f"{number}.old", write)
            if write.new is not None and write.old is not None:
                create_file(self._stage.path(step.backup), write.old)
            steps.append(step)
            path = Path(self._project, step.path)
            same: object = identity_of(os.path.realpath(path)) if path.exists() else step.path
            other = seen.setdefault(same, write.spec)
            if other != write.spec:
                text = f'"{other}" and "{write.spec}" are the same file.'
                raise ArchiveRefused("archive_error", text)
        return JournalEntry(
            self._below(self._source),
            self._below(self._target),
            identity_of(self._source),
            not os.path.lexists(self._archive),
            tuple(steps),
        )

    def _below(self, path: str) -> str:
        return os.path.relpath(path, self._project)

    def _step(self, backup: str, write: SpecWrite) -> JournalStep:
        path = str(Path(self._root, "specs", write.spec, SPEC_FILE))
        within = self._below(str(Path(self._root, "specs")))
        if write.new is None:
            specs = os.path.realpath(Path(self._root, "specs"))
            if not is_within(os.path.realpath(Path(path).parent), specs):
                text = f'"{write.spec}" lies elsewhere, by a link: delete it by hand.'
                raise ArchiveRefused("archive_error", text)
            return JournalStep(self._below(path), backup, "", within=within)
        real = resolve_target(path, self._project)
        written = hash_of(write.new)
        if write.old is not None:
            return JournalStep(self._below(real), backup, written, within=within)
        made = tuple(self._below(folder) for folder in missing_folders(real))
        return JournalStep(self._below(real), "", written, made, within)

    def _apply(self, write: SpecWrite, step: JournalStep) -> None:
        path = str(Path(self._project, step.path))
        if write.new is None:
            if Path(path).read_bytes() != write.old:
                raise ChangedMeanwhile
            backup = self._stage.path(step.backup)
            os.rename(path, backup)  # noqa: PTH104
            if Path(backup).read_bytes() != write.old or is_being_written(backup):
                raise ChangedMeanwhile
        elif write.old is None:
            for folder in step.made:
                os.mkdir(Path(self._project, folder))  # noqa: PTH102
            try:
                create_file(path, write.new)
            except FileExistsError as problem:
                raise ChangedMeanwhile from problem
        else:
            # As for the official tool, it is the system alone that says whether this is allowed.
            key = key_of(os.lstat(path))
            replace_file(path, write.old, write.new, key, heed_mode=False)

    def _move(self, deltas: Mapping[str, bytes]) -> None:
        os.rename(self._source, self._target)  # noqa: PTH104
        sync_folder(self._archive)
        sync_folder(os.path.dirname(self._archive))  # noqa: PTH120
        for below, data in deltas.items():
            path = Path(self._target, below)
            if not path.is_file() or path.read_bytes() != data:
                raise ChangedMeanwhile

    def _undo(self, entry: JournalEntry) -> None:
        try:
            if os.path.lexists(self._target) and identity_of(self._target) == entry.identity:
                os.rename(self._target, self._source)  # noqa: PTH104
            self._stage.undo(entry)
        except (OSError, StoreError) as problem:
            # The journal stays: the next start tries again.
            self._stage.keep()
            raise Unwritable("What was written can't be put back at this moment.") from problem
