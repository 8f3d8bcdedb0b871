"""Reading a project's files: bounded, only regular files, never out of the project.

Everything here blocks. Nothing here raises for what lies on the disk: a file that can't be read
becomes a `Source` with a problem, a missing one becomes None.
"""

import errno
import math
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geometry_ws.openspec.disk.shared import Sources
from geometry_ws.openspec.disk.temporary import is_temporary
from geometry_ws.openspec.format.sources import LEADS_OUT, MAX_DEPTH, MAX_ENTRIES, Source

MAX_DOCUMENT = 1024 * 1024

Key = tuple[int, int, int, int, int]

_WORDS = {
    errno.EACCES: "can't be read: permission denied",
    errno.EPERM: "can't be read: permission denied",
    errno.ELOOP: "is a link that leads in a circle",
    errno.ENAMETOOLONG: "has too long a name",
}


def key_of(status: os.stat_result) -> Key:
    """The key of a file's version, which tells it from others without reading the file."""
    return (
        status.st_dev,
        status.st_ino,
        status.st_mtime_ns,
        status.st_size,
        status.st_ctime_ns,
    )


class LeadsOut(OSError):
    """A folder is a link that leads out of the project, or lies below one."""


def failed(problem: OSError) -> Source:
    """A document that the system, or its place, doesn't let us read."""
    if isinstance(problem, LeadsOut):
        return Source(b"", LEADS_OUT, "ELINK")
    words = _WORDS.get(problem.errno or 0)
    if words is None:
        words = f"can't be read: {os.strerror(problem.errno or errno.EIO).lower()}"
    return Source(b"", words, errno.errorcode.get(problem.errno or 0, ""))


def is_within(path: str, root: str) -> bool:
    """Say whether a resolved path lies at or below a resolved root."""
    return path == root or path.startswith(root.rstrip("/") + "/")


def leads_out(path: str, root: str) -> bool:
    """Say whether a path, its links followed, lies outside of a resolved root."""
    return not is_within(os.path.realpath(path), root)


def links_out(entries: list[os.DirEntry[str]], root: str) -> list[str]:
    """The names of those entries of a folder that are links out of a resolved root."""
    return [entry.name for entry in entries if entry.is_symlink() and leads_out(entry.path, root)]


def _check_within(folder: str, root: str) -> None:
    if leads_out(folder, root):
        raise LeadsOut(errno.EXDEV, LEADS_OUT, folder)


class Reader:
    """Reads documents below a root and keeps each version of a file for as long as it lasts.

    One that reads for a `moment` looks only once whether a folder lies in the root. `shared` are
    the documents of all readers that are given it; `most` is how many bytes a file may have.
    """

    def __init__(
        self,
        root: str,
        *,
        moment: bool = False,
        shared: Sources | None = None,
        most: int = MAX_DOCUMENT,
    ) -> None:
        self.root = root
        self._shared = shared
        self._most = most
        self._inside: set[str] | None = set() if moment else None
        self._cache: dict[str, tuple[Key | None, Source]] = {}
        # What lies right in each folder: paths in the cache, and folders that are here as well.
        self._within: dict[str, list[str]] = {}

    def begin_moment(self) -> None:
        """Read for a moment from now on."""
        self._inside = set()

    def end_moment(self) -> None:
        """Read at any time from now on."""
        self._inside = None

    def distrust(self, path: str) -> None:
        """Read what lies at or below a path anew next time, even if it looks the same outside.

        Two saves within one tick of the file system's clock look the same.
        """
        if path in self._cache:
            self._cache[path] = (None, self._cache[path][1])
            return
        for name in self._below(path):
            self._cache[name] = (None, self._cache[name][1])

    def forget_all_but(self, paths: set[str], below: str) -> None:
        """Drop what was kept of files below a folder that are no longer there."""
        gone = self._below(below) - paths
        for path in gone:
            del self._cache[path]
        while gone:
            folders = {path.rpartition("/")[0] for path in gone} & self._within.keys()
            for folder in folders:
                self._within[folder] = [path for path in self._within[folder] if path not in gone]
            gone = {folder for folder in folders if not self._within[folder]}
            for folder in gone:
                del self._within[folder]

    def _below(self, folder: str) -> set[str]:
        """The paths in the cache that lie below a folder."""
        paths: set[str] = set()
        pending = [folder]
        while pending:
            inside = self._within.get(pending.pop(), ())
            paths.update(path for path in inside if path in self._cache)
            pending += {path for path in inside if path in self._within}
        return paths

    def _folders_above(self, path: str) -> Iterator[str]:
        """Every folder that a path lies in, up to the root."""
        while path and path != self.root:
            path = path.rpartition("/")[0]
            yield path

    def _keep(self, path: str, key: Key, source: Source) -> None:
        if path not in self._cache:
            new = path
            for folder in self._folders_above(path):
                inside = self._within.get(folder)
                if inside is not None:
                    inside.append(new)
                    break
                self._within[folder] = [new]
                new = folder
        self._cache[path] = (key, source)

    def read(self, path: str) -> Source | None:
        """Read a document; the same object is given again while the file is the same."""
        try:
            real = path
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                real = os.path.realpath(path)
                _check_within(real, self.root)
                status = Path(real).stat()
            if not stat.S_ISREG(status.st_mode):
                return self._not_regular(status)
            known = self._cache.get(path)
            key = key_of(status)
            if known is not None and known[0] == key:
                return known[1]
            # A folder on the way may be a link as well.
            self._check_folder(os.path.dirname(real))  # noqa: PTH120
            source, key = _read_file(real, self._most)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as problem:
            return failed(problem)
        if known is not None and _same(known[1], source):
            source = known[1]
        elif self._shared is not None:
            source = self._shared.same(source)
        self._keep(path, key, source)
        return source

    def _check_folder(self, folder: str) -> None:
        """Raise LeadsOut where a folder doesn't lie in the root."""
        if self._inside is None:
            _check_within(folder, self.root)
            return
        if folder in self._inside:
            return
        parent = folder.rpartition("/")[0]
        if is_within(parent, self.root):
            self._check_folder(parent)
            # What is no link lies where its parent lies.
            if not stat.S_ISDIR(os.lstat(folder).st_mode):
                _check_within(folder, self.root)
        else:
            _check_within(folder, self.root)
        self._inside.add(folder)

    def _not_regular(self, status: os.stat_result) -> Source | None:
        if stat.S_ISDIR(status.st_mode):
            return None
        return Source(b"", "is no regular file", "ENOTREG")


def _same(source: Source, other: Source) -> bool:
    return source.data == other.data and source.problem == other.problem


def _read_file(path: str, most: int) -> tuple[Source, Key]:
    # Non-blocking, so that a pipe which took the file's place meanwhile can't hold us.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Source(b"", "is no regular file", "ENOTREG"), key_of(status)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(most + 1)
        status = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if len(data) > most:
        return Source(b"", f"is larger than {most // 2**20} MiB", "EFBIG"), key_of(status)
    return Source(data), key_of(status)


def is_name(name: str) -> bool:
    """Say whether a name from the disk is text; other bytes are surrogates in it."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def list_folder(folder: str, root: str) -> list[os.DirEntry[str]]:
    """The entries of a folder by name; raises OSError, LeadsOut where it isn't in the root."""
    _check_within(folder, root)
    return _entries(folder)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder's content: every entry's kind by its path, and the time of its files' last change.

    `entries` has "file", "dir" or "link"; a folder that can't be listed is "closed", a link that
    leads out of the project is "outside". `modified` is in milliseconds since 1970, rounded as the
    official tool rounds it; of links within the project it is the target's that counts. Files in
    hidden folders count for it but are no entries. A folder without any file has its own time.
    `keys` has those of files and of links' targets, where times were asked for. `away` are the
    links that lead out of the folder, but not out of the project.
    """

    entries: dict[str, str]
    modified: int
    keys: Mapping[str, Key] = field(default_factory=dict)
    away: frozenset[str] = frozenset()


def list_tree(folder: str, root: str, limit: int = MAX_ENTRIES) -> dict[str, str]:
    """Every entry below a folder of the project, bounded in depth and number; see `Tree`.

    Links are not followed, hidden folders not entered, names that are not UTF-8 left out. Raises
    OSError for the folder itself only, LeadsOut where it doesn't lie in the root.
    """
    return _Walk(root, limit, dated=False).run(folder).entries


def read_tree(folder: str, root: str, limit: int = MAX_ENTRIES, *, followed: bool = False) -> Tree:
    """A folder's content with the time of the last change; looks at every file: it takes longer.

    `followed` is for callers with a watcher: what it doesn't report, temporary files and a folder's
    own time, doesn't count then; without any file the time is 0.
    """
    return _Walk(root, limit, dated=True, followed=followed).run(folder)


class _Walk:
    def __init__(self, root: str, limit: int, *, dated: bool, followed: bool = False) -> None:
        self._root = root
        self._left = limit
        self._dated = dated
        self._followed = followed
        self._newest: int | None = None
        self._found: dict[str, str] = {}
        self._keys: dict[str, Key] = {}
        self._pending: list[tuple[str, int, bool]] = []
        self._away: set[str] = set()
        self._real = ""

    def run(self, folder: str) -> Tree:
        _check_within(folder, self._root)
        self._real = os.path.realpath(folder)
        self._list(folder, "", 1, shown=True)
        while self._pending and self._left > 0:
            below, depth, shown = self._pending.pop()
            try:
                self._list(f"{folder}/{below}", below, depth, shown=shown)
            except OSError:
                if shown:
                    self._found[below] = "closed"
        modified = 0
        if self._dated:
            newest = 0 if self._followed and self._newest is None else self._newest
            if newest is None:
                newest = os.stat(folder).st_mtime_ns  # noqa: PTH116
            modified = milliseconds(newest)
        entries = dict(sorted(self._found.items()))
        return Tree(entries, modified, self._keys, frozenset(self._away))

    def _list(self, folder: str, below: str, depth: int, *, shown: bool) -> None:
        entries = _entries(folder)[: self._left]
        self._left -= len(entries)
        for entry in entries:
            if not is_name(entry.name):
                continue
            path = f"{below}/{entry.name}" if below else entry.name
            if entry.is_symlink():
                kind = "outside" if leads_out(entry.path, self._root) else "link"
                if shown and kind == "link" and leads_out(entry.path, self._real):
                    self._away.add(path)
            elif entry.is_dir(follow_symlinks=False):
                kind = "dir"
                hidden = entry.name.startswith(".")
                if depth < MAX_DEPTH and (self._dated or not hidden):
                    self._pending.append((path, depth + 1, shown and not hidden))
            else:
                kind = "file"
            if shown:
                self._found[path] = kind
            if self._dated and kind in ("file", "link"):
                self._date(entry, path if shown else "")

    def _date(self, entry: os.DirEntry[str], path: str) -> None:
        if self._followed and is_temporary(entry.name):
            return
        try:
            status = entry.stat()
        except OSError:
            return  # a link that leads nowhere, or the file is gone by now
        if path and not self._followed:
            self._keys[path] = key_of(status)
        time = status.st_mtime_ns
        if self._newest is None or time > self._newest:
            self._newest = time


def milliseconds(nanoseconds: int) -> int:
    """A file's time in milliseconds as JavaScript gives it: by way of a double, half rounds up."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return math.floor(seconds * 1000 + rest / 1e6 + 0.5)
