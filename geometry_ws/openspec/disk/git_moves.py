"""When a change last moved, and by whom: from git where its files are committed as they are.

A file's own time says nothing after a checkout, so each document is looked up by what git calls
its content: the commit that brought it is when it moved. One run of git reads all of them, and
only when another commit is checked out. What isn't committed moved when its file was written.
"""

import hashlib
import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geometry_ws.openspec.disk.git_process import GitFailed, find_work_tree, head_of, run_git
from geometry_ws.openspec.format.model import Movement
from geometry_ws.openspec.format.sources import ChangeFiles, Source

MOST_COMMITS = 5000
_FORMAT = "tformat:%x01%at %aN"
_NAME = 100
_LATEST = 2**42
"""Milliseconds since 1970; a commit may say any time."""
_SHA1_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Known:
    """The commits that brought contents: by path below changes/ and the content's name in git."""

    brought: Mapping[tuple[str, str], Movement]
    digits: int = _SHA1_DIGITS

    def of(self, path: str, data: bytes) -> Movement | None:
        """When the content of a file was committed; None where it isn't."""
        movement = self.brought.get((path, self._name(data)))
        if movement is None and b"\r\n" in data:
            # git may have written these ends of lines itself.
            movement = self.brought.get((path, self._name(data.replace(b"\r\n", b"\n"))))
        return movement

    def versions(self, path: str) -> list[tuple[str, Movement]]:
        """The contents that a file has had, by their names in git, the newest first."""
        return [(name, moved) for (other, name), moved in self.brought.items() if other == path]

    def _name(self, data: bytes) -> str:
        algorithm = "sha1" if self.digits == _SHA1_DIGITS else "sha256"
        head = b"blob %d\0" % len(data)
        return hashlib.new(algorithm, head + data, usedforsecurity=False).hexdigest()


_NOTHING = Known(MappingProxyType({}))


class GitMoves:
    """What git knows of when the changes of one project moved. `read` may run in any thread."""

    def __init__(self) -> None:
        self.known = _NOTHING
        self.all_names = False
        """Whether changes are followed that aren't open here, since they are in other trees."""
        self._read_all = False
        self._head: tuple[object, ...] | None = None
        self._lock = threading.Lock()

    def is_news(self, root: str) -> bool:
        """Say whether another commit is checked out than was read last; runs no process."""
        return self._read_all is not self.all_names or self._head != _head(root)

    def read(self, root: str, changes: Iterable[str]) -> bool:
        """Read what git knows of open changes, if that is news; says whether it was read."""
        with self._lock:
            head, everything = _head(root), self.all_names
            if head == self._head and everything is self._read_all:
                return False
            self._head, self._read_all = head, everything
            try:
                self.known = _read(root, None if everything else frozenset(changes))
            except GitFailed:
                self.known = _NOTHING
            return True

    def has_passed(self, change: ChangeFiles) -> bool:
        """Say whether the commits here have had every document of a copy of a change as it is."""
        known = self.known
        return all(
            _committed(known, f"{change.name}/{path}", source) is not None
            for path, source in change.sources.items()
        )

    def movement(self, change: ChangeFiles) -> Movement:
        """When a change last moved, and its author where git knows it."""
        known = self.known
        last: Movement | None = None
        for path, source in change.sources.items():
            committed = _committed(known, f"{change.name}/{path}", source)
            if committed is None:
                return Movement(change.modified)
            if last is None or committed.at > last.at:
                last = committed
        return last or Movement(change.modified)


def _committed(known: Known, path: str, source: Source) -> Movement | None:
    if not known.brought or source.problem:
        return None
    return known.of(path, source.data)


def _head(root: str) -> tuple[object, ...]:
    place = find_work_tree(root)
    return (root,) if place is None else (root, place[0], *head_of(place[1]))


def _read(root: str, changes: frozenset[str] | None) -> Known:
    place = find_work_tree(root)
    if place is None:
        return _NOTHING
    prefix = os.path.relpath(root, place[0])
    prefix = "" if prefix == "." else f"{prefix}/"
    log = run_git(
        place[0],
        [
            "log", "-z", "--raw", "-c", "--no-abbrev", "--no-renames",
            f"--max-count={MOST_COMMITS}", f"--format={_FORMAT}", "--",
            f":(literal){prefix}changes", f":(exclude,literal){prefix}changes/archive",
        ],
    )  # fmt: skip
    return read_log(log, f"{prefix}changes/", changes)


def read_log(log: bytes, start: str, changes: frozenset[str] | None) -> Known:
    """What a log says of changes (None: of all); `start` is how their paths begin."""
    brought: dict[tuple[str, str], Movement] = {}
    digits = _SHA1_DIGITS
    movement = Movement(0)
    pending = iter(log.decode("utf-8", "surrogateescape").split("\0"))
    for token in pending:
        word = token.lstrip("\n")
        if word.startswith("\1"):
            movement = movement_of(word[1:])
        elif word.startswith(":"):
            fields, path = word.split(" "), next(pending, "").removeprefix(start)
            name = fields[-2] if len(fields) > 2 else ""
            is_wanted = changes is None or path.partition("/")[0] in changes
            if is_wanted and name.strip("0"):
                digits = len(name)
                # The newest commit comes first: a content that came back moved when it did.
                brought.setdefault((path, name), movement)
    return Known(MappingProxyType(brought), digits)


def movement_of(word: str) -> Movement:
    """When a commit was written, and by whom: its time in seconds and its author, as git says."""
    time, _, author = word.partition(" ")
    seconds = int(time) if time.lstrip("-").isdecimal() else 0
    name = author.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Movement(min(max(seconds * 1000, 0), _LATEST), " ".join(name.split())[:_NAME])
