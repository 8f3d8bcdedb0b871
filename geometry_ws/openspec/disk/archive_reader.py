"""Archived changes from disk: read on demand, cached as long as their files stay the same.

The archive grows for ever and hardly changes, so a project's state holds only its names.
Blocks; one lock makes everything in it one after the other.
"""

import hashlib
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.reader import Key, Reader, failed, is_name, key_of, list_tree
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import METADATA_FILE, ChangeFiles, Source
from geometry_ws.openspec.views.history import ArchivedChange, archived_change, timeline_order
from geometry_ws.openspec.views.search import SearchDocument, change_documents

MAX_DOCUMENTS = 200
"""Of one archived change; some have hundreds of other files beside them."""
MAX_CACHED_BYTES = 48 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How the folders and documents of an archived change look outside, in few bytes.

    `paths` are divided by zeros, `mark` is made of their keys, `newest` is the newest of their
    times in nanoseconds. Of a folder that couldn't be listed there is no mark.
    """

    paths: str
    mark: bytes
    newest: int

    @classmethod
    def of(cls, keys: Mapping[str, Key]) -> "Fingerprint":
        """Of the keys of files by their paths."""
        mark = hashlib.blake2b(repr(list(keys.values())).encode(), digest_size=16).digest()
        return cls("\0".join(keys), mark, max(max(key[2], key[4]) for key in keys.values()))


_UNKNOWN = Fingerprint("", b"", 0)


@dataclass(slots=True)
class _CachedChange:
    """An archived change, the fingerprint of its files, and its entry made with some schemas."""

    fingerprint: Fingerprint
    files: ChangeFiles | None
    size: int
    schemas: Schemas | None = None
    entry: ArchivedChange | None = None


class ArchiveReader:
    """Reads the archived changes of one project, given by the path of its openspec/ folder."""

    def __init__(self, folder: str | Path) -> None:
        self._root = os.path.realpath(folder)
        self.root = self._root
        self.folder = f"{self._root}/changes/archive"
        self._cache: dict[str, _CachedChange] = {}
        self._size = 0
        self._lock = threading.RLock()

    def read(self, name: str) -> ChangeFiles | None:
        """An archived change with its documents; None where there is none (any more).

        The same object is given again as long as its files look the same.
        """
        if not _is_folder_name(name):
            return None
        with self._lock:
            return self._read(name)

    def _read(self, name: str, *, scan: bool = False) -> ChangeFiles | None:
        cached = self._cache.pop(name, None)
        same = cached is not None and self._look(name, cached.fingerprint) == cached.fingerprint
        if cached is None or not same or cached.files is None:
            self._size -= cached.size if cached else 0
            loaded = self._load(name)
            if loaded is None:
                return None
            if scan and self._size + loaded.size > MAX_CACHED_BYTES:
                if cached is None or not same:
                    cached = _CachedChange(loaded.fingerprint, None, 0)
                self._cache[name] = cached
                return loaded.files
            cached = loaded
            self._size += cached.size
        # Whoever was asked for last is dropped last.
        self._cache[name] = cached
        files = cached.files
        self._shrink()
        return files

    def read_anew(self, name: str) -> tuple[Fingerprint, ChangeFiles] | None:
        """An archived change as it is now, which isn't kept, and the fingerprint of its files."""
        loaded = self._load(name) if _is_folder_name(name) else None
        if loaded is None or loaded.files is None:
            return None
        return loaded.fingerprint, loaded.files

    def is_same(self, name: str, fingerprint: Fingerprint) -> bool:
        """Say whether the files of an archived change look as they did."""
        return self._look(name, fingerprint) == fingerprint

    def entry(self, name: str, schemas: Schemas) -> ArchivedChange | None:
        """An archived change in short; None where there is none. Its files needn't be kept."""
        with self._lock:
            return self._entry(name, schemas)

    def _entry(self, name: str, schemas: Schemas) -> ArchivedChange | None:
        cached = self._cache.get(name)
        known = cached is not None and cached.entry is not None and cached.schemas is schemas
        if (
            cached is not None
            and known
            and self._look(name, cached.fingerprint) == cached.fingerprint
        ):
            return cached.entry
        files = self.read(name)
        if files is None:
            return None
        entry = archived_change(files, schemas)
        cached = self._cache[name]
        cached.entry, cached.schemas = entry, schemas
        return entry

    # --- all of them ---------------------------------------------------------------------

    def timeline(self, names: Iterable[str], schemas: Schemas) -> tuple[ArchivedChange, ...]:
        """Archived changes in short, the latest first; those that are gone are left out."""
        return tuple(self.entries(timeline_order(names), schemas))

    def entries(self, names: Iterable[str], schemas: Schemas) -> Iterator[ArchivedChange]:
        """Archived changes in short, in this order; each is read when its turn comes."""
        for name in names:
            entry = self.entry(name, schemas)
            if entry is not None:
                yield entry

    def documents(self, names: Iterable[str]) -> Iterator[SearchDocument]:
        """The documents of all archived changes, to be searched; each read when its turn comes.

        What there is no room for isn't kept. If it were, what was kept longest would be dropped
        for it: always what comes next, so that nothing would ever be there. Changes that are not
        among the names make room.
        """
        listed = list(names)
        with self._lock:
            for gone in self._cache.keys() - set(listed):
                self._size -= self._cache.pop(gone).size
        for name in listed:
            with self._lock:
                files = self._read(name, scan=True) if _is_folder_name(name) else None
            if files is not None:
                yield from change_documents(files, archived=True)

    # --- the disk ------------------------------------------------------------------------

    def _folder(self, name: str) -> str:
        return f"{self._root}/changes/archive/{name}"

    def _look(self, name: str, known: Fingerprint) -> Fingerprint | None:
        """The fingerprint of the folders and documents that were read before; None: some are gone.

        Of a folder that couldn't be listed nothing is known, so it never looks the same.
        """
        if not known.mark:
            return None
        folder = self._folder(name)
        try:
            paths = known.paths.split("\0")
            return Fingerprint.of({path: key_of(os.lstat(f"{folder}{path}")) for path in paths})
        except OSError:
            return None

    def _load(self, name: str) -> _CachedChange | None:
        folder = self._folder(name)
        project = str(Path(self._root).parent)
        try:
            # The folders' times come first: what is added from now on makes them differ.
            first = key_of(os.lstat(folder))
            entries = list_tree(folder, project)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as problem:
            files = ChangeFiles(name, {}, {}, f"The folder {failed(problem).problem}.")
            return _CachedChange(_UNKNOWN, files, 0)
        keys = {"": first}
        sources: dict[str, Source] = {}
        reader = Reader(project, moment=True)
        for path, kind in entries.items():
            wanted = path.lower().endswith(".md") or path == METADATA_FILE
            if kind != "dir" and (not wanted or len(sources) >= MAX_DOCUMENTS):
                continue
            try:
                keys[f"/{path}"] = key_of(os.lstat(f"{folder}/{path}"))
            except OSError:
                continue
            source = None if kind == "dir" else reader.read(f"{folder}/{path}")
            if source is not None:
                sources[path] = source
        size = sum(len(source.data) for source in sources.values())
        return _CachedChange(Fingerprint.of(keys), ChangeFiles(name, entries, sources), size)

    def _shrink(self) -> None:
        """Drop the documents that were not read for the longest time, beyond the bound."""
        for cached in self._cache.values():
            if self._size <= MAX_CACHED_BYTES:
                return
            self._size -= cached.size
            cached.files, cached.size = None, 0


def _is_folder_name(name: str) -> bool:
    return is_name(name) and name not in ("", ".", "..") and "/" not in name and "\0" not in name
