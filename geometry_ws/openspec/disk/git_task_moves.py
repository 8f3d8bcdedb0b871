"""When each task last moved: when its box or its text last became another, by git.

The commits that brought a task file's contents are known already (`git_moves`). Their contents are
read by one run of git for each file and commit that is checked out, when somebody asks. Blocks.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence

from geometry_ws.openspec.disk.git_moves import Known
from geometry_ws.openspec.disk.git_process import GitFailed, batch_objects, find_work_tree, run_git
from geometry_ws.openspec.disk.reader import MAX_DOCUMENT
from geometry_ws.openspec.format.model import Movement, Task
from geometry_ws.openspec.format.sources import ChangeFiles
from geometry_ws.openspec.format.tasks import parse_tasks
from geometry_ws.openspec.format.text import decode

MOST_VERSIONS = 40
_MOST_FILES = 500

_Box = tuple[str, str]
"""A task's text and mark."""


class GitTaskMoves:
    """What git knows of when the tasks of one project moved; remembers it for each file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: Known | None = None
        self._moves: dict[str, Mapping[_Box, Movement]] = {}

    def of(
        self, root: str, known: Known, change: ChangeFiles, tasks: Sequence[Task]
    ) -> list[Movement]:
        """When each task last moved; what isn't committed as it is moved with its file."""
        with self._lock:
            if known is not self._known or len(self._moves) > _MOST_FILES:
                self._known, self._moves = known, {}
            for file in {task.file for task in tasks}:
                path = f"{change.name}/{file}"
                if path not in self._moves:
                    self._moves[path] = _read(root, known, path)
            return [
                self._moves[f"{change.name}/{task.file}"].get(
                    (task.text, task.mark), Movement(change.modified)
                )
                for task in tasks
            ]


def _read(root: str, known: Known, path: str) -> Mapping[_Box, Movement]:
    """When the tasks of a file became what they are in its newest version."""
    versions = known.versions(path)[:MOST_VERSIONS]
    place = find_work_tree(root) if versions else None
    if place is None:
        return {}
    given = "".join(f"{name}\n" for name, _ in versions).encode()
    try:
        output = run_git(place[0], ["cat-file", "--batch"], given)
    except GitFailed:
        return {}
    contents = (each and each.content for each in batch_objects(output))
    movements = [movement for _, movement in versions]
    return task_movements(zip(contents, movements, strict=False))


def task_movements(
    versions: Iterable[tuple[bytes | None, Movement]],
) -> Mapping[_Box, Movement]:
    """When each task of the first version became what it is; the versions go back in time."""
    moves: dict[_Box, Movement] = {}
    same: set[_Box] | None = None
    for content, movement in versions:
        if content is None or len(content) > MAX_DOCUMENT:
            break
        boxes = {(task.text, task.mark) for task in parse_tasks(decode(content))}
        same = boxes if same is None else same & boxes
        if not same:
            break
        moves.update(dict.fromkeys(same, movement))
    return moves
