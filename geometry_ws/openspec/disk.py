"""Reading the project's disk with care: bounded, only regular files, never out of the project.

Everything here blocks. Nothing here raises for what lies on the disk: what can't be read becomes a
`Source` with a problem, what isn't there becomes None.
"""

import errno
import os
import stat
from pathlib import Path

from geometry_ws.openspec.sources import Source

MAX_DOCUMENT = 1024 * 1024
MAX_ENTRIES = 5000
MAX_DEPTH = 12

Key = tuple[int, int, int, int, int]

_WORDS = {
    errno.EACCES: "can't be read: permission denied",
    errno.EPERM: "can't be read: permission denied",
    errno.ELOOP: "is a link that leads in a circle",
    errno.ENAMETOOLONG: "has too long a name",
}


def key_of(status: os.stat_result) -> Key:
    """What tells one version of a file from another without reading it."""
    return (
        status.st_dev,
        status.st_ino,
        status.st_mtime_ns,
        status.st_size,
        status.st_ctime_ns,
    )


def failed(problem: OSError) -> Source:
    """A document that the system doesn't let us read."""
    words = _WORDS.get(problem.errno or 0)
    if words is None:
        words = f"can't be read: {os.strerror(problem.errno or errno.EIO).lower()}"
    return Source(b"", words, errno.errorcode.get(problem.errno or 0, ""))


def is_within(path: str, root: str) -> bool:
    """Say whether a resolved path lies at or below a resolved root."""
    return path == root or path.startswith(root.rstrip("/") + "/")


class Reader:
    """Reads documents below a root and keeps each version of a file for as long as it lasts."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._kept: dict[str, tuple[Key | None, Source]] = {}

    def distrust(self, path: str) -> None:
        """Read what lies at or below a path anew next time, even if it looks the same outside.

        Two saves within one tick of the file system's clock look the same.
        """
        if path in self._kept:
            self._kept[path] = (None, self._kept[path][1])
            return
        prefix = path + "/"
        for name in [one for one in self._kept if one.startswith(prefix)]:
            self._kept[name] = (None, self._kept[name][1])

    def forget_all_but(self, paths: set[str], below: str) -> None:
        """Drop what was kept of files below a folder that are no longer there."""
        prefix = below + "/"
        for path in [one for one in self._kept if one.startswith(prefix) and one not in paths]:
            del self._kept[path]

    def read(self, path: str) -> Source | None:
        """Read a document; the same object is given again while the file is the same."""
        try:
            real = path
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                real = os.path.realpath(path)
                if not is_within(real, self.root):
                    return Source(b"", "is a link that leads out of the project", "ELINK")
                status = Path(real).stat()
            if not stat.S_ISREG(status.st_mode):
                return self._not_regular(status)
            kept = self._kept.get(path)
            key = key_of(status)
            if kept is not None and kept[0] == key:
                return kept[1]
            source, key = _read_file(real)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as problem:
            return failed(problem)
        if kept is not None and _same(kept[1], source):
            source = kept[1]
        self._kept[path] = (key, source)
        return source

    def _not_regular(self, status: os.stat_result) -> Source | None:
        if stat.S_ISDIR(status.st_mode):
            return None
        return Source(b"", "is no regular file", "ENOTREG")


def _same(one: Source, other: Source) -> bool:
    return one.data == other.data and one.problem == other.problem


def _read_file(path: str) -> tuple[Source, Key]:
    # Non-blocking, so that a pipe which took the file's place meanwhile can't hold us.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Source(b"", "is no regular file", "ENOTREG"), key_of(status)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(MAX_DOCUMENT + 1)
        status = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if len(data) > MAX_DOCUMENT:
        return Source(b"", "is larger than 1 MiB", "EFBIG"), key_of(status)
    return Source(data), key_of(status)


def is_name(name: str) -> bool:
    """Say whether a name from the disk is text; other bytes are surrogates in it."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def list_folder(folder: str) -> list[os.DirEntry[str]]:
    """The entries of a folder by name; raises OSError."""
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def list_tree(folder: str, limit: int = MAX_ENTRIES) -> dict[str, str]:
    """Every entry below a folder, bounded in depth and number, as "file", "dir" or "link".

    A folder that can't be listed is "closed". Links are not followed, hidden folders not entered,
    names that are not UTF-8 left out. Raises OSError for the folder itself only.
    """
    found: dict[str, str] = {}
    pending = [("", 1)]
    while pending and len(found) < limit:
        below, depth = pending.pop()
        try:
            entries = list_folder(str(Path(folder, below)) if below else folder)
        except OSError:
            if not below:
                raise
            found[below] = "closed"
            continue
        for entry in entries[: limit - len(found)]:
            if not is_name(entry.name):
                continue
            path = f"{below}/{entry.name}" if below else entry.name
            if entry.is_symlink():
                found[path] = "link"
            elif entry.is_dir(follow_symlinks=False):
                found[path] = "dir"
                if depth < MAX_DEPTH and not entry.name.startswith("."):
                    pending.append((path, depth + 1))
            else:
                found[path] = "file"
    return dict(sorted(found.items()))
