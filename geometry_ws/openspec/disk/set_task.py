"""Setting one task of a change on disk, where other programs may write at the same time.

The project's lock keeps our own writers apart, those in other processes too. An editor's write is
noticed right before the file is replaced; then everything is decided anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.recovery import writing_in
from geometry_ws.openspec.disk.replace_file import (
    ATTEMPTS,
    ChangedMeanwhile,
    replace_file,
    resolve_target,
)
from geometry_ws.openspec.disk.scanner import Scanner
from geometry_ws.openspec.format.errors import (
    NoSuchTask,
    StaleRevision,
    TaskMismatch,
    Unreadable,
    Unwritable,
)
from geometry_ws.openspec.format.model import ChangeState, Status, Task
from geometry_ws.openspec.format.sources import ChangeFiles
from geometry_ws.openspec.format.tasks import NotSettable, set_done
from geometry_ws.openspec.format.text import trim

Fresh = Callable[[str], tuple[Scanner, ChangeFiles, ChangeState]]


@dataclass(frozen=True, slots=True)
class TaskSet:
    """The result of setting a task: the task and its change now, and the revision before."""

    task: Task
    change: ChangeState
    before: str
    written: bool


class TaskWriter:
    """Sets one task; `fresh` gives the change as it is on disk right now."""

    def __init__(
        self,
        fresh: Fresh,
        change: str,
        task: int,
        done: bool,
        *,
        revision: str | None,
        expect: str | None,
    ) -> None:
        self._fresh = fresh
        self._change = change
        self._task = task
        self._done = done
        self._revision = revision
        self._expect = expect
        self.written = False

    def write(self) -> str:
        """Set the task, and give the revision of the tasks before.

        Raises NoSuchChange, NoSuchTask, StaleRevision, TaskMismatch, Unreadable, Unwritable.
        """
        scanner, _, state = self._fresh(self._change)
        _refuse_unreadable(state)
        with writing_in(scanner.root):
            for _ in range(ATTEMPTS):
                try:
                    return self._attempt()
                except ChangedMeanwhile:
                    continue
        raise Unwritable("The file keeps being changed by somebody else.")

    def _attempt(self) -> str:
        scanner, files, state = self._fresh(self._change)
        _refuse_unreadable(state)
        task = self._wanted(state)
        if task.done is self._done:
            return state.revision
        source = files.sources[task.file]
        if not source.readable:
            raise Unreadable(f"{task.file} {source.problem}.")
        first = next(other.id for other in state.tasks if other.file == task.file)
        try:
            data = set_done(source.data, task.id - first + 1, self._done)
        except NotSettable as problem:
            text = "The task's box is followed by ( or [: with a mark in it, it would be a link."
            raise Unwritable(text) from problem
        path = str(Path(scanner.root, "changes", self._change, task.file))
        real = resolve_target(path, str(Path(scanner.root).parent))
        try:
            key = scanner.file_key(real)
        except OSError as problem:
            raise ChangedMeanwhile from problem
        replace_file(real, source.data, data, key)
        self.written = True
        return state.revision

    def _wanted(self, state: ChangeState) -> Task:
        if self._revision is not None and self._revision != state.revision:
            text = "The tasks are not what they were: read them again."
            raise StaleRevision(text, state.revision)
        if not 1 <= self._task <= len(state.tasks):
            text = f'"{self._change}" has {len(state.tasks)} tasks, none is number {self._task}.'
            raise NoSuchTask(text, state.revision)
        task = state.tasks[self._task - 1]
        if self._expect is not None and trim(self._expect) != task.text:
            text = f'Task {self._task} is "{task.text}" by now: read the tasks again.'
            raise TaskMismatch(text, state.revision, task.text)
        return task


def _refuse_unreadable(state: ChangeState) -> None:
    """Raise Unreadable where the tasks can't be read: "no such task" would mislead the caller."""
    if state.status is Status.UNREADABLE and not state.tasks:
        raise Unreadable(state.problem)
