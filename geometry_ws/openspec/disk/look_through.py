"""Looking through folders that the system doesn't watch: which paths are other than before.

A look is bounded: where there is more to see, the next one goes on there. Links are not followed,
but for the folders to look through themselves.
"""

import os
from collections import deque
from collections.abc import Iterable
from itertools import islice

from geometry_ws.openspec.disk.reader import is_within
from geometry_ws.openspec.disk.temporary import is_temporary

MOST_ENTRIES = 10_000
"""What one look sees: some 50 ms of a thread."""
MOST_IN_FOLDER = 50_000
"""More entries of one folder than a project can have."""

Mark = tuple[int, ...]
"""What tells a version of an entry from others; of a folder it is its identity alone."""


class FolderLooks:
    """Remembers some folders with all below them, as they were when they were last looked at."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Mark]] = {}
        self._pending: deque[str] = deque()
        self._seen: set[str] = set()

    def look(self, folders: Iterable[str], most: int = MOST_ENTRIES) -> set[str]:
        """Look through folders, as far as `most` entries go; gives the paths that are different.

        A folder that is seen for the first time is one of them: nobody knows what was in it.
        """
        changed: set[str] = set()
        if not self._pending:
            self._pending.extend(_outermost(folders))
            self._seen = set()
        left = most
        while self._pending and left > 0:
            folder = self._pending.popleft()
            if folder not in self._seen:
                self._seen.add(folder)
                left -= 1 + self._compare(folder, changed)
        if not self._pending:
            for folder in self._known.keys() - self._seen:
                del self._known[folder]
        return changed

    def _compare(self, folder: str, changed: set[str]) -> int:
        """Look at one folder; gives the number of its entries."""
        before = self._known.get(folder)
        marks: dict[str, Mark] = {}
        try:
            with os.scandir(folder) as entries:
                for entry in islice(entries, MOST_IN_FOLDER):
                    mark = _mark(entry)
                    if mark and not is_temporary(entry.name):
                        marks[entry.name] = mark
                        if len(mark) == 1:
                            self._pending.append(entry.path)
        except OSError:
            # It is gone, or can't be listed any more: that is news once.
            if before is not None:
                changed.add(folder)
                del self._known[folder]
            return 0
        self._known[folder] = marks
        if before is None:
            changed.add(folder)
        elif before != marks:
            names = before.keys() | marks.keys()
            changed |= {f"{folder}/{name}" for name in names if before.get(name) != marks.get(name)}
        return len(marks)


def _mark(entry: os.DirEntry[str]) -> Mark:
    try:
        status = entry.stat(follow_symlinks=False)
        if entry.is_dir(follow_symlinks=False):
            return (status.st_ino,)
    except OSError:
        return ()
    return status.st_ino, status.st_mtime_ns, status.st_size, status.st_ctime_ns


def _outermost(folders: Iterable[str]) -> list[str]:
    """Those folders that lie in none of the others."""
    outermost: list[str] = []
    for folder in sorted(set(folders), key=lambda folder: folder.split("/")):
        if not outermost or not is_within(folder, outermost[-1]):
            outermost.append(folder)
    return outermost
