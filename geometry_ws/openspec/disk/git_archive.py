"""The commits that put changes into the archive, by one run of git for each spec that is asked for.

Blocks. What was read is kept as long as the same commit is checked out.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from geometry_ws.openspec.disk.git_moves import movement_of
from geometry_ws.openspec.disk.git_process import (
    GitFailed,
    batch_objects,
    find_work_tree,
    head_of,
    run_git,
)
from geometry_ws.openspec.format.sources import SPEC_FILE
from geometry_ws.openspec.views.spec_history import ArchiveCommit

_MOST_COMMITS = 5000
_MOST_SPECS = 200
_FORMAT = "tformat:%x01%H %at %aN"


class GitArchive:
    """What git knows of archived changes in the openspec/ folder at a real path."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._head: tuple[object, ...] | None = None
        self._read: OrderedDict[str, Mapping[str, ArchiveCommit]] = OrderedDict()
        self._lock = threading.Lock()

    def commits(self, spec: str) -> Mapping[str, ArchiveCommit]:
        """The commits that archived the changes with a delta of a spec, by folder."""
        place = find_work_tree(self._root)
        if place is None:
            return {}
        with self._lock:
            head = (place[0], *head_of(place[1]))
            if head != self._head:
                self._head = head
                self._read.clear()
            if spec not in self._read:
                self._read[spec] = self._commits(place[0], spec)
                while len(self._read) > _MOST_SPECS:
                    self._read.popitem(last=False)
            return self._read[spec]

    def _commits(self, top: str, spec: str) -> Mapping[str, ArchiveCommit]:
        prefix = os.path.relpath(self._root, top)
        prefix = "" if prefix == "." else f"{prefix}/"
        main = f"{prefix}specs/{spec}/{SPEC_FILE}"
        archive = f"{prefix}changes/archive/"
        words = [
            "log", "-z", "--name-status", "--no-renames", f"--max-count={_MOST_COMMITS}",
            f"--format={_FORMAT}", "--", f":(literal){main}", f":(literal){archive}",
        ]  # fmt: skip
        try:
            log = run_git(top, words)
        except GitFailed:
            return {}
        return read_archive_log(log, main, archive, f"/specs/{spec}/{SPEC_FILE}")


def read_archive_log(log: bytes, main: str, archive: str, end: str) -> dict[str, ArchiveCommit]:
    """The commits of a log that added deltas, which end so, below the archive's path."""
    commits: dict[str, ArchiveCommit] = {}
    pending = iter(log.decode("utf-8", "surrogateescape").split("\0"))
    head, added, touched = "", [""], False

    def close() -> None:
        name, _, rest = head.partition(" ")
        movement = movement_of(rest)
        for folder in filter(None, added):
            # The log goes back in time: what came first counts.
            commits[folder] = ArchiveCommit(name[:12], movement.at, movement.by, touched)

    for token in pending:
        word = token.lstrip("\n")
        if word.startswith("\1"):
            close()
            head, added, touched = word[1:], [], False
        elif word:
            path = next(pending, "")
            touched = touched or path == main
            if word == "A" and path.startswith(archive) and path.endswith(end):
                folder = path[len(archive) : -len(end)]
                added += [folder] if "/" not in folder else []
    close()
    return commits


def specs_around(
    root: str, archived: str, specs: Sequence[str]
) -> list[tuple[str, bytes | None, bytes | None]] | None:
    """Specs before and after the commit that archived a change, by git; None: it doesn't know.

    It doesn't know either where the same commit archived another change with a delta of them.
    """
    place = find_work_tree(root)
    if place is None or any("\n" in name for name in (archived, *specs)):
        return None
    prefix = os.path.relpath(root, place[0])
    prefix = "" if prefix == "." else f"{prefix}/"
    archive = f"{prefix}changes/archive/"
    try:
        words = ["log", "--max-count=1", "--no-renames", "--diff-filter=A", "--format=%H", "--"]
        log = run_git(place[0], [*words, f":(literal){archive}{archived}"])
        commit = log.decode("ascii", "replace").strip()
        if not commit:
            return None
        words = ["diff-tree", "-r", "-z", "--no-commit-id", "--no-renames", "--name-only"]
        changed = run_git(place[0], [*words, f"{commit}^", commit, "--", f":(literal){archive}"])
        ends = tuple(f"/specs/{spec}/{SPEC_FILE}" for spec in specs)
        others = [
            path
            for path in changed.decode("utf-8", "surrogateescape").split("\0")
            if path.endswith(ends) and not path.startswith(f"{archive}{archived}/")
        ]
        if others:
            return None
        paths = [f"{prefix}specs/{spec}/{SPEC_FILE}" for spec in specs]
        names = [f"{each}:{path}" for path in paths for each in (f"{commit}^", commit)]
        given = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
        output = run_git(place[0], ["cat-file", "--batch"], given)
    except GitFailed:
        return None
    contents = [each and each.content for each in batch_objects(output)]
    if len(contents) != len(names):
        return None
    return list(zip(specs, contents[::2], contents[1::2], strict=True))
