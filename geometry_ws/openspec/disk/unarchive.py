"""Taking an archiving back: the change is open again, and the specs are what they were.

All of it or nothing, as archiving itself. What the specs were is known from our own record of the
archiving (`archive_records`), or from git, where one commit holds this archiving and no other. It
is refused where a spec has moved on since: what came after would be lost.
"""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.apply_archive import apply_unarchive
from geometry_ws.openspec.disk.archive_place import check_folders, read_main
from geometry_ws.openspec.disk.archive_reader import ArchiveReader
from geometry_ws.openspec.disk.archive_records import ArchiveRecord, SpecRecord
from geometry_ws.openspec.disk.git_archive import specs_around
from geometry_ws.openspec.disk.journal import hash_of
from geometry_ws.openspec.disk.rebase_change import BasedProject
from geometry_ws.openspec.disk.recovery import writing_in
from geometry_ws.openspec.disk.replace_file import (
    ChangedMeanwhile,
    attempts,
    refused_by_system,
)
from geometry_ws.openspec.disk.scanner import ARCHIVE
from geometry_ws.openspec.format.errors import ArchiveRefused, Unwritable
from geometry_ws.openspec.format.sources import revision_of
from geometry_ws.openspec.merging.archive_plan import SpecWrite, check_name
from geometry_ws.openspec.rules.merge import Counts
from geometry_ws.openspec.views.history import split_archived


@dataclass(frozen=True, slots=True)
class Unarchived:
    """The result: the change that is open again, and the specs with their revisions now.

    A spec that is gone has an empty one. `dry`: it is what would become of it.
    """

    change: str
    archived: str
    specs: tuple[tuple[str, str], ...]
    dry: bool = False


def unarchive(project: BasedProject, archived: str, *, dry: bool = False) -> Unarchived:
    """Take an archiving back, by the folder's or the change's name.

    Raises ArchiveRefused, Locked, Unwritable, NoProject.
    """
    taking_back = _Unarchiver(project, archived)
    if dry:
        return taking_back.look()
    with writing_in(project.root()):
        for _ in attempts():
            try:
                return taking_back.attempt()
            except ChangedMeanwhile:
                continue
    raise Unwritable("What is to be taken back keeps being changed by somebody else.")


class _Unarchiver:
    def __init__(self, project: BasedProject, typed: str) -> None:
        self._live = project
        self._typed = typed
        self._root = project.root()

    def look(self) -> Unarchived:
        """The result that it would have."""
        record = self._record()
        return _result(record, self._writes(record), dry=True)

    def attempt(self) -> Unarchived:
        """Take it back once; raises ChangedMeanwhile where something changed on the way."""
        record = self._record()
        writes = self._writes(record)

        def check() -> None:
            if self._writes(record) != writes:
                raise ChangedMeanwhile

        try:
            apply_unarchive(self._root, writes, record.archived, record.change, check)
        except OSError as problem:
            raise refused_by_system("What is to be taken back", problem) from problem
        self._live.look(f"changes/{record.change}", "changes/archive", "specs")
        return _result(record, writes)

    def _record(self) -> ArchiveRecord:
        check_folders(self._live.folder, self._root)
        archived = self._folder()
        record = self._live.records.get(self._root, archived)
        return self._by_git(archived) if record is None else record

    def _folder(self) -> str:
        """The archived change's folder that is meant."""
        check_name(self._typed)
        place = Path(self._root, "changes", ARCHIVE)
        names = sorted(os.listdir(place)) if place.is_dir() else []  # noqa: PTH208
        matching = [name for name in names if name == self._typed]
        matching = matching or [name for name in names if split_archived(name)[1] == self._typed]
        if not matching:
            text = f'There is no archived change "{self._typed[:80]}".'
            raise ArchiveRefused("archive_change_not_found", text, "See: history")
        if len(matching) > 1:
            text = f"Several archived changes are called so: {', '.join(matching[:5])}."
            raise ArchiveRefused("archive_change_ambiguous", text, "Give the folder's whole name.")
        mode = os.lstat(place / matching[0]).st_mode
        if not stat.S_ISDIR(mode):
            text = "The archived change is a link or a file. Put the folder itself there."
            raise ArchiveRefused("archive_change_symlink", text)
        return matching[0]

    def _by_git(self, archived: str) -> ArchiveRecord:
        """A record made from git, where nothing was recorded; raises ArchiveRefused."""
        change = split_archived(archived)[1]
        files = ArchiveReader(self._live.folder).read(archived)
        specs = [] if files is None else list(files.deltas)
        if not specs:
            return ArchiveRecord(archived, change, [])
        around = specs_around(self._root, archived, specs)
        if around is None:
            raise ArchiveRefused(
                "specs_unknown",
                f'What the specs were before "{change}" was archived is not known.',
                "It is known of what was archived through here, or in a commit of its own.",
            )
        return ArchiveRecord(archived, change, list(_records(around)))

    def _writes(self, record: ArchiveRecord) -> list[SpecWrite]:
        target = Path(self._root, "changes", record.change)
        if os.path.lexists(target):
            raise ArchiveRefused(
                "archive_target_exists",
                f'There is an open change "{record.change}" already.',
                "Archive it, or give it another name.",
            )
        writes = []
        for spec in record.specs:
            source = read_main(self._root, spec.spec)
            if source is not None and source.code:
                raise Unwritable(f"specs/{spec.spec} {source.problem}.")
            now = None if source is None else source.data
            if now == spec.before:
                continue
            if ("" if now is None else hash_of(now)) != spec.after:
                raise ArchiveRefused(
                    "specs_moved_on",
                    f'"{spec.spec}" has changed since "{record.change}" was archived.',
                    "Take back what came after it first, or write a change that undoes it.",
                )
            writes.append(SpecWrite(spec.spec, now, spec.before, Counts()))
        return writes


def _records(around: Iterable[tuple[str, bytes | None, bytes | None]]) -> Iterable[SpecRecord]:
    for spec, before, after in around:
        if before != after:
            yield SpecRecord(spec, before, "" if after is None else hash_of(after))


def _result(record: ArchiveRecord, writes: list[SpecWrite], *, dry: bool = False) -> Unarchived:
    specs = tuple(
        (write.spec, "" if write.new is None else revision_of(write.new)) for write in writes
    )
    return Unarchived(record.change, record.archived, specs, dry)
