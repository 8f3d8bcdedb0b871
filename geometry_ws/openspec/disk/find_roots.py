"""Finding the projects of a folder: every openspec/ at or below it, as in a repository with parts.

The search is bounded. It passes over hidden folders, node_modules, what git ignores, and other work
trees of the same repository; links are not followed. Blocks. To look again costs a glance at each
folder, and git is asked only about folders that are new.
"""

import os
import stat
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from geometry_ws.openspec.disk.find_project import FOLDER
from geometry_ws.openspec.disk.git_process import (
    GitFailed,
    common_folder,
    find_work_tree,
    run_git,
)
from geometry_ws.openspec.disk.reader import is_within

MOST_DEPTH = 8
MOST_FOLDERS = 20_000
MOST_ROOTS = 50
_PASSED_OVER = frozenset({"node_modules"})
_FRESH = 2.0
"""Seconds: a folder that changed so lately may change again without another time."""


@dataclass(slots=True)
class _Place:
    """A folder as it was listed last: when it had changed, and what lies in it."""

    changed: int
    inner: list[str] = field(default_factory=list)
    has_git: bool = False
    has_folder: bool = False


class RootFinder:
    """Looks for projects at and below a folder, whose openspec folders are called `name`."""

    def __init__(self, top: Path, name: str = FOLDER) -> None:
        self.top = os.path.realpath(top)
        self.name = name
        self.notice = ""
        """A sentence where the search ended before all was seen."""
        self._places: dict[str, _Place] = {}
        self._ignored: dict[str, bool] = {}
        self._rules: object = None

    def look(self) -> list[Path]:
        """The folders of all projects, the outer ones first and then by name."""
        here = find_work_tree(self.top)
        rules = None if here is None else [_stamp(path) for path in _rule_files(here)]
        if rules != self._rules:
            self._ignored, self._rules = {}, rules
        before, self._places = self._places, {}
        roots: dict[str, Path] = {}
        level, is_cut = [self.top], False
        for depth in range(MOST_DEPTH + 1):
            inner: list[str] = []
            for path in level:
                place = self._list(path, before.get(path))
                if place is None or (depth and place.has_git and _is_sister(path, here)):
                    continue
                self._places[path] = place
                if place.has_folder and (real := self._project_in(path)):
                    roots.setdefault(real, Path(path))
                inner += [f"{path}/{name}" for name in place.inner]
            room = MOST_FOLDERS - len(self._places)
            level = self._without_ignored(inner[: max(room, 0)])
            is_cut = is_cut or len(inner) > room
        self._ignored = {path: self._ignored[path] for path in self._asked_last()}
        self._say(len(roots), is_cut=is_cut)
        return list(roots.values())[:MOST_ROOTS]

    def _list(self, path: str, known: _Place | None) -> _Place | None:
        """What lies in a folder; None where it can't be listed or is none."""
        try:
            status = os.lstat(path)
            if not stat.S_ISDIR(status.st_mode):
                return None
            if known is not None and known.changed == status.st_mtime_ns:
                return known
            with os.scandir(path) as scanned:
                entries = sorted(scanned, key=lambda entry: entry.name)
        except OSError:
            return None
        is_fresh = time.time() - status.st_mtime < _FRESH
        place = _Place(-1 if is_fresh else status.st_mtime_ns)
        for entry in entries:
            if entry.name == ".git":
                place.has_git = True
            elif entry.name == self.name:
                place.has_folder = True
            elif _is_searched(entry):
                place.inner.append(entry.name)
        return place

    def _project_in(self, path: str) -> str:
        """The real path of the openspec folder in a folder; nothing where there is no project."""
        real = os.path.realpath(f"{path}/{self.name}")
        return real if is_within(real, self.top) and is_project_folder(Path(real)) else ""

    # --- what git ignores ----------------------------------------------------------------

    def _without_ignored(self, paths: list[str]) -> list[str]:
        asked: dict[str, list[str]] = {}
        for path in paths:
            if path not in self._ignored:
                asked.setdefault(path.rpartition("/")[0], []).append(path)
        by_tree: dict[str, list[str]] = {}
        for parent, inner in asked.items():
            tree = find_work_tree(parent)
            by_tree.setdefault(tree[0] if tree is not None else "", []).extend(inner)
        for top, inner in by_tree.items():
            ignored = _ignored_by_git(top, inner) if top else set()
            self._ignored.update({path: path in ignored for path in inner})
        return [path for path in paths if not self._ignored[path]]

    def _asked_last(self) -> Iterable[str]:
        for path, place in self._places.items():
            for name in place.inner:
                if (inner := f"{path}/{name}") in self._ignored:
                    yield inner

    def _say(self, number: int, *, is_cut: bool) -> None:
        self.notice = ""
        if number > MOST_ROOTS:
            self.notice = f"Only {MOST_ROOTS} of {number} projects below {self.top} are served."
        elif is_cut:
            self.notice = (
                f"Not all of {self.top} was searched for projects: it has too many folders."
                " Name the project's own folder."
            )


def find_roots(top: Path, name: str = FOLDER) -> list[Path]:
    """The folders of all projects at and below a folder; see `RootFinder`."""
    return RootFinder(top, name).look()


def is_project_folder(folder: Path) -> bool:
    """Say whether an openspec folder holds a project: specs, changes or settings."""
    if any((folder / name).is_dir() for name in ("specs", "changes")):
        return True
    return any((folder / name).is_file() for name in ("config.yaml", "config.yml"))


def _is_searched(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name in _PASSED_OVER or "\n" in entry.name:
        return False
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_sister(path: str, here: tuple[str, str] | None) -> bool:
    """Say whether a folder is another work tree of the repository that is searched."""
    own = find_work_tree(path)
    if here is None or own is None or own[0] != path:
        return False
    return os.path.realpath(common_folder(own[1])) == os.path.realpath(common_folder(here[1]))


def _ignored_by_git(top: str, paths: list[str]) -> set[str]:
    given = b"".join(os.fsencode(path) + b"\0" for path in paths)
    try:
        output = run_git(top, ["check-ignore", "-z", "--stdin"], given, fine=(0, 1))
    except GitFailed:
        return set()
    return {os.fsdecode(path) for path in output.split(b"\0") if path}


def _rule_files(here: tuple[str, str]) -> list[str]:
    return [f"{here[0]}/.gitignore", f"{common_folder(here[1])}/info/exclude"]


def _stamp(path: str) -> tuple[int, ...]:
    try:
        status = os.lstat(path)
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_size, status.st_ino
