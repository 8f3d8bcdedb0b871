"""Writing a change's tasks on disk, and setting one, where other programs may write as well.

The project's lock keeps our own writers apart, those in other processes too. An editor's write is
noticed right before the file is replaced; then everything is decided anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from geometry_ws.openspec.disk.recovery import writing_in
from geometry_ws.openspec.disk.replace_file import (
    ChangedMeanwhile,
    attempts,
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


class TasksWriter:
    """Writes one file of a change's tasks; `fresh` gives the change as it is on disk right now."""

    def __init__(self, fresh: Fresh, change: str) -> None:
        self._fresh = fresh
        self._change = change
        self.written: tuple[str, bytes] | None = None
        """The file that was written, and what it was before."""

    def decide(self, files: ChangeFiles, state: ChangeState) -> tuple[str, bytes] | None:
        """The file to write and its new bytes; None: it is so already."""
        raise NotImplementedError

    def write(self) -> str:
        """Write, and give the revision of the tasks before.

        Raises NoSuchChange, NoSuchTask, StaleRevision, TaskMismatch, Unreadable, Unwritable, and
        what `decide` does.
        """
        scanner, _, _ = self._fresh(self._change)
        with writing_in(scanner.root):
            for _ in attempts():
                try:
                    return self._attempt()
                except ChangedMeanwhile:
                    continue
        raise Unwritable("The file keeps being changed by somebody else.")

    def _attempt(self) -> str:
        scanner, files, state = self._fresh(self._change)
        decided = self.decide(files, state)
        if decided is None:
            return state.revision
        file, data = decided
        old = files.sources[file].data
        path = str(Path(scanner.root, "changes", self._change, file))
        real = resolve_target(path, str(Path(scanner.root).parent))
        try:
            key = scanner.file_key(real)
        except OSError as problem:
            raise ChangedMeanwhile from problem
        replace_file(real, old, data, key)
        self.written = file, old
        return state.revision

    def task_of(self, state: ChangeState, number: int, expect: str | None) -> Task:
        """The task that is meant, if its text is what is expected."""
        if state.status is Status.UNREADABLE and not state.tasks:
            # "No such task" would mislead the caller.
            raise Unreadable(state.problem)
        if not 1 <= number <= len(state.tasks):
            text = f'"{self._change}" has {len(state.tasks)} tasks, none is number {number}.'
            raise NoSuchTask(text, state.revision)
        task = state.tasks[number - 1]
        if expect is not None and trim(expect) != task.text:
            text = f'Task {number} is "{task.text}" by now: read the tasks again.'
            raise TaskMismatch(text, state.revision, task.text)
        return task


def check_revision(state: ChangeState, revision: str | None) -> None:
    """Raise StaleRevision where a change's tasks are not those that a caller knows."""
    if revision is not None and revision != state.revision:
        raise StaleRevision("The tasks are not what they were: read them again.", state.revision)


def readable_file(files: ChangeFiles, path: str) -> bytes:
    """The bytes of a file of tasks; raises Unreadable."""
    source = files.sources[path]
    if not source.readable:
        raise Unreadable(f"{path} {source.problem}.")
    return source.data


class TaskWriter(TasksWriter):
    """Sets one task."""

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
        super().__init__(fresh, change)
        self._task = task
        self._done = done
        self._revision = revision
        self._expect = expect
        self._meant: Task | None = None

    def task_in(self, state: ChangeState) -> Task:
        """The task as it is in the state after that, or as it was set if somebody took it away."""
        if self._task <= len(state.tasks) or self._meant is None:
            return state.tasks[self._task - 1]
        return self._meant

    def decide(self, files: ChangeFiles, state: ChangeState) -> tuple[str, bytes] | None:
        """Set the task in its file's bytes."""
        check_revision(state, self._revision)
        task = self.task_of(state, self._task, self._expect)
        self._meant = replace(task, done=self._done)
        if task.done is self._done:
            return None
        data = readable_file(files, task.file)
        first = next(other.id for other in state.tasks if other.file == task.file)
        try:
            return task.file, set_done(data, task.id - first + 1, self._done)
        except NotSettable as problem:
            text = "The task's box is followed by ( or [: with a mark in it, it would be a link."
            raise Unwritable(text) from problem
