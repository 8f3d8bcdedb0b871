"""What specs were before changes were archived: what taking an archiving back needs.

A file for each project in the state folder, written while the project's lock is held, before
anything is archived. An archiving that failed leaves a record that fits nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.journal import hash_of
from geometry_ws.openspec.disk.sealed_file import digest, read_sealed, write_sealed
from geometry_ws.openspec.merging.archive_plan import SpecWrite

FOLDER = "archived"
_MOST_RECORDS = 100
_MOST_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class SpecRecord:
    """A spec's bytes before (None: there was none) and the hash of those after (empty: none)."""

    spec: str
    before: bytes | None
    after: str


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """An archiving: the change, its folder in the archive, and the specs that it wrote."""

    archived: str
    change: str
    specs: list[SpecRecord]

    @property
    def size(self) -> int:
        """The bytes of all specs together."""
        return sum(len(spec.before or b"") for spec in self.specs)


class ArchiveRecords:
    """The records of all projects; `state` is the state folder (None: nothing is kept)."""

    def __init__(self, state: Path | None) -> None:
        self._folder = None if state is None else state / FOLDER

    def get(self, root: str, archived: str) -> ArchiveRecord | None:
        """The record of an archived change of the project at a real path."""
        return next((each for each in self._read(root) if each.archived == archived), None)

    def note(self, root: str, change: str, archived: str, writes: Sequence[SpecWrite]) -> None:
        """Remember what an archiving is about to write; the oldest records go."""
        if self._folder is None:
            return
        specs = [
            SpecRecord(write.spec, write.old, "" if write.new is None else hash_of(write.new))
            for write in writes
        ]
        records = [each for each in self._read(root) if each.archived != archived]
        records.append(ArchiveRecord(archived, change, specs))
        records = records[-_MOST_RECORDS:]
        while records and sum(each.size for each in records) > _MOST_BYTES:
            records.pop(0)
        import msgspec  # a command that archives nothing shall start without it

        write_sealed(self._file(root, self._folder), msgspec.msgpack.encode(records))

    def _read(self, root: str) -> list[ArchiveRecord]:
        data = None if self._folder is None else read_sealed(self._file(root, self._folder))
        if data is None:
            return []
        import msgspec

        try:
            return msgspec.msgpack.decode(data, type=list[ArchiveRecord])
        except (ValueError, msgspec.MsgspecError):
            return []

    def _file(self, root: str, folder: Path) -> Path:
        return folder / f"{digest(root).hex()[:32]}.bin"
