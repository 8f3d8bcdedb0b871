"""The work trees of a project's repository: git's list of them, and when it is to be asked again.

Git runs only where its own files about work trees are other ones; to look at these takes no
process.
"""

import os
from pathlib import Path

from geometry_ws.openspec.disk.git_process import (
    GitFailed,
    common_folder,
    find_work_tree,
    run_git,
    small_text,
)
from geometry_ws.openspec.format.worktrees import Tree, Worktree, named_trees, read_worktrees

MOST_TREES = 40
_LIST = ("worktree", "list", "--porcelain")


class WorktreeList:
    """The work trees in which a project lies, besides the one at `root` (a real path)."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._stamp: object = None
        self.more = 0
        """How many work trees there are beyond those that are followed."""

    def is_news(self) -> bool:
        """Say whether git is to be asked again; runs no process."""
        return self._marks() != self._stamp

    def read(self) -> list[Tree]:
        """The trees with a project in the same place, the one at the root first."""
        self._stamp = self._marks()
        place = find_work_tree(self.root)
        if place is None or not _names(common_folder(place[1])):
            # Where git has no files about other trees, there is just this one.
            return []
        below = os.path.relpath(self.root, place[0])
        common = common_folder(place[1])
        listed = [tree for tree in _list(place[0]) if not tree.bare and tree.prunable is None]
        home = next((tree for tree in listed if os.path.realpath(tree.path) == place[0]), None)
        label = home.label if home is not None else ""
        trees = [(self.root, label, False)]
        for tree in listed:
            folder = str(Path(os.path.realpath(tree.path), below))
            if tree is home or not _is_tree_of(tree, common) or not _has_project(folder):
                continue
            trees.append((folder, tree.label, tree.locked is not None))
        self.more = max(len(trees) - MOST_TREES, 0)
        trees = trees[:MOST_TREES]
        names = named_trees([(_top(path, below), label) for path, label, _ in trees])
        return [
            Tree(name, label, path, home=number == 0, locked=locked)
            for number, (name, (path, label, locked)) in enumerate(zip(names, trees, strict=True))
        ]

    def _marks(self) -> object:
        place = find_work_tree(self.root)
        if place is None:
            return None
        common = Path(common_folder(place[1]))
        marks: list[object] = [place, small_text(Path(place[1], "HEAD")), _stamp(common / "config")]
        below = os.path.relpath(self.root, place[0])
        for name in _names(str(common)):
            folder = common / "worktrees" / name
            points = small_text(folder / "gitdir").strip()
            tree = os.path.dirname(points)  # noqa: PTH120
            head, locked = small_text(folder / "HEAD").strip(), _stamp(folder / "locked")
            marks.append((name, points, head, locked, _has_project(f"{tree}/{below}")))
        if not (common / "HEAD").samefile(Path(place[1], "HEAD")):
            marks.append(small_text(common / "HEAD").strip())
        return marks


def _names(common: str) -> list[str]:
    """The names that git has for the work trees besides the main one."""
    try:
        return sorted(os.listdir(f"{common}/worktrees"))  # noqa: PTH208 - names alone
    except OSError:
        return []


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_size, status.st_ino


def _list(top: str) -> tuple[Worktree, ...]:
    try:
        return read_worktrees(run_git(top, [*_LIST, "-z"]))
    except GitFailed:
        pass
    try:
        # A git before 2.36 knows no -z.
        return read_worktrees(run_git(top, _LIST))
    except GitFailed:
        return ()


def _top(folder: str, below: str) -> str:
    """The work tree of a project's folder, which lies so far below it."""
    return os.path.normpath(f"{folder}/{os.path.relpath('/', f'/{below}')}")


def _is_tree_of(tree: Worktree, common: str) -> bool:
    """Say whether a tree is there and belongs to a repository, as it says itself."""
    place = find_work_tree(os.path.realpath(tree.path))
    if place is None or place[0] != os.path.realpath(tree.path):
        return False
    return os.path.realpath(common_folder(place[1])) == os.path.realpath(common)


def _has_project(folder: str) -> bool:
    return any(Path(folder, name).is_dir() for name in ("changes", "specs"))
