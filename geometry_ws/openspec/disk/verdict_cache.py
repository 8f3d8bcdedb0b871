"""What validation said of a project's items, kept in the state folder for the next process.

An item's verdict is taken from there only while everything that it was made of looks the same: the
program itself, the project's settings, the item's own files, and the specs that were looked at for
it. The file is data with a checksum. One that is damaged, or another program's, counts as none,
and two processes at once at worst lose each other's news. Files written just before they are read
are left out: they may be written again without looking different.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from geometry_ws.openspec.disk.base_records import FILE as RECORDS_FILE
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.disk.reader import Key, key_of
from geometry_ws.openspec.disk.sealed_file import digest, program_mark, read_sealed, write_sealed
from geometry_ws.openspec.format.model import Finding, Level, MovedBase
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles, Source

FILE = "verdicts.bin"
_SETTLED_NANOSECONDS = 2 * 10**9
_MISSING: Key = (0, 0, 0, 0, 0)
_PARTS = ("disk", "format", "rebasing", "rules", "views")
"""The packages that verdicts depend on."""

Findings = tuple[Finding, ...]
Moved = Mapping[str, tuple[MovedBase, ...]]


class _Entry(msgspec.Struct, array_like=True):
    """The verdict on one item: the mark of its files, the keys of specs, and the findings."""

    mark: bytes
    specs: dict[str, Key]
    findings: list[tuple[Level, str, str, str, int]]


class _Content(msgspec.Struct):
    """All that is kept of one project."""

    program: bytes
    settings: bytes
    changes: dict[str, _Entry] = {}
    specs: dict[str, _Entry] = {}
    moved_mark: bytes = b""
    moved: dict[str, tuple[MovedBase, ...]] = {}


class VerdictCache:
    """The verdicts of the project in a folder, from `state` and for it (None: from nowhere)."""

    def __init__(
        self, folder: Folder, state: Path | None, clock: Callable[[], int] = time.time_ns
    ) -> None:
        self._folder = folder
        self._state = state
        self._settled = clock() - _SETTLED_NANOSECONDS
        program, settings = program_mark(_PARTS), digest(folder.settings)
        old = _load(state / FILE) if state is not None and program else None
        if old is None or (old.program, old.settings) != (program, settings):
            old = _Content(program, settings)
        self._old = old
        self._new = _Content(program, settings, moved_mark=old.moved_mark, moved=old.moved)

    # --- items --------------------------------------------------------------------------

    def of_change(
        self, change: ChangeFiles, find: Callable[[Mapping[str, Source]], Findings]
    ) -> Findings:
        """The findings of a change; `find` finds them, by the main specs that it is given."""
        mark = self._mark_of_change(change.name)
        known = self._old.changes.get(change.name)
        if mark and known is not None and known.mark == mark and self._are_same(known.specs):
            self._new.changes[change.name] = known
            return _findings(known)
        noted = _NotedSources(self._folder.specs)
        findings = find(noted)
        keys = {id_: self._folder.spec_key(id_) for id_ in noted.ids}
        if mark and not noted.all and self._may_keep(keys.values()):
            known_keys = {id_: key for id_, key in keys.items() if key is not None}
            self._new.changes[change.name] = _entry(mark, known_keys, findings)
        return findings

    def of_spec(self, id_: str, find: Callable[[], Findings | None]) -> Findings | None:
        """The findings of a main spec."""
        key = self._folder.spec_key(id_)
        known = self._old.specs.get(id_)
        if known is not None and key is not None and known.specs == {id_: key}:
            self._new.specs[id_] = known
            return _findings(known)
        findings = find()
        if findings is not None and key is not None and self._may_keep((key,)):
            self._new.specs[id_] = _entry(b"", {id_: key}, findings)
        return findings

    def _mark_of_change(self, name: str) -> bytes:
        """The mark of a change's files; empty where it would tell nothing, or not for sure."""
        keys = self._folder.change_keys(name)
        change = self._folder.change(name)
        if keys is None or change is None or not self._may_keep(keys.values()):
            return b""
        return digest((sorted(change.entries.items()), sorted(keys.items())))

    def _are_same(self, specs: Mapping[str, Key]) -> bool:
        return all(self._folder.spec_key(id_) == key for id_, key in specs.items())

    def _may_keep(self, keys: Iterable[Key | None]) -> bool:
        """Say whether files that are written again surely get other keys."""
        return all(key is not None and max(key[2], key[4]) < self._settled for key in keys)

    # --- what has moved under changes ---------------------------------------------------

    def moved(self, find: Callable[[], Moved]) -> Moved:
        """What has moved under all open changes; only those under which something has."""
        mark = self._mark_of_moved()
        if mark and mark == self._old.moved_mark:
            self._new.moved_mark, self._new.moved = mark, self._old.moved
            return self._old.moved
        moved = {name: each for name, each in find().items() if each}
        # A look that remembers something itself is another one the next time.
        if mark and mark == self._mark_of_moved():
            self._new.moved_mark, self._new.moved = mark, moved
        return moved

    def _mark_of_moved(self) -> bytes:
        from geometry_ws.openspec.disk.git_versions import GitVersions

        folder, marks = self._folder, []
        ids = set(folder.spec_ids)
        for name in folder.change_names:
            keys = folder.change_keys(name)
            mark = self._mark_of_change(name)
            if not mark or keys is None:
                return b""
            marks.append((name, mark))
            ids |= {_spec_of(path) for path in keys} - {""}
        specs = [(id_, folder.spec_key(id_)) for id_ in sorted(ids)]
        records = _key_of_file(None if self._state is None else self._state / RECORDS_FILE)
        if not self._may_keep((records, *(key for _, key in specs))):
            return b""
        root = os.path.realpath(Path(folder.path, "openspec"))
        head = GitVersions(root).head()
        return digest((root, marks, specs, folder.archived_names, head, records))

    # --- the file -----------------------------------------------------------------------

    def save(self) -> None:
        """Keep what is known now; where that can't be, the next process works it out again."""
        # Of what wasn't asked about, what was known stays.
        self._new.changes = self._new.changes or self._old.changes
        self._new.specs = self._new.specs or self._old.specs
        if self._state is None or not self._new.program or self._new == self._old:
            return
        with contextlib.suppress(UnicodeError, msgspec.MsgspecError):
            write_sealed(self._state / FILE, msgspec.msgpack.encode(self._new))


class _NotedSources(Mapping[str, Source]):
    """Main specs, and which of them were looked at."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self.ids: set[str] = set()
        self.all = False

    def __getitem__(self, id_: str) -> Source:
        self.ids.add(id_)
        return self._sources[id_]

    def __iter__(self) -> Iterator[str]:
        self.all = True
        return iter(self._sources)

    def __len__(self) -> int:
        self.all = True
        return len(self._sources)


def _entry(mark: bytes, specs: dict[str, Key], findings: Findings) -> _Entry:
    rows = [(each.level, each.rule, each.path, each.message, each.line) for each in findings]
    return _Entry(mark, specs, rows)


def _findings(entry: _Entry) -> Findings:
    return tuple(Finding(*row) for row in entry.findings)


def _spec_of(path: str) -> str:
    """The spec that a file of a change is a delta for; nothing where it is none."""
    parts = path.split("/")
    is_delta = len(parts) > 2 and parts[0] == "specs" and parts[-1] == SPEC_FILE
    return "/".join(parts[1:-1]) if is_delta else ""


def _key_of_file(path: Path | None) -> Key | None:
    if path is None:
        return _MISSING
    try:
        return key_of(path.lstat())
    except FileNotFoundError:
        return _MISSING
    except OSError:
        return None


def _load(path: Path) -> _Content | None:
    """What is kept in a file; None where there is nothing that can be used."""
    data = read_sealed(path)
    try:
        return None if data is None else msgspec.msgpack.decode(data, type=_Content)
    except (ValueError, msgspec.MsgspecError):
        return None
