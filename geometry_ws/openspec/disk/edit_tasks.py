"""Adding, rewording, moving and removing tasks on disk, and taking the last edits back.

What is edited is decided by `format.task_edits`; the file is written as when a task is set.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace

from geometry_ws.openspec.disk.reader import MAX_DOCUMENT
from geometry_ws.openspec.disk.set_task import (
    Fresh,
    TasksWriter,
    check_revision,
    readable_file,
)
from geometry_ws.openspec.format.errors import (
    NoSuchTask,
    NotAllowed,
    StaleRevision,
    Unwritable,
)
from geometry_ws.openspec.format.model import ChangeState, Task
from geometry_ws.openspec.format.sources import TASK_FILE, ChangeFiles
from geometry_ws.openspec.format.task_edits import (
    AddTask,
    Edited,
    MoveTask,
    NotPossible,
    TaskEdit,
    apply,
    numbers_meant,
)
from geometry_ws.openspec.format.tasks import NoSuchTask as NoSuchNumber

_MOST_UNDOS = 50
_MOST_BYTES = 8 * 2**20


@dataclass(frozen=True, slots=True)
class TasksEdited:
    """The result of an edit: the task now (None: it is gone), its change, the revision before."""

    task: Task | None
    change: ChangeState
    before: str


@dataclass(frozen=True, slots=True)
class Guard:
    """What a caller knows: the tasks' revision, the task's text, the text of the one beside it."""

    revision: str | None = None
    expect: str | None = None
    beside: str | None = None


class TaskEditor(TasksWriter):
    """Makes one edit, with the numbers that the change's tasks have."""

    def __init__(self, fresh: Fresh, change: str, edit: TaskEdit, guard: Guard) -> None:
        super().__init__(fresh, change)
        self._edit = edit
        self._guard = guard
        self._task = 0

    def task_in(self, state: ChangeState) -> Task | None:
        """The task that was meant, in the state after the edit; None: it is gone."""
        return state.tasks[self._task - 1] if 0 < self._task <= len(state.tasks) else None

    def decide(self, files: ChangeFiles, state: ChangeState) -> tuple[str, bytes] | None:
        """Make the edit in the bytes of the file that it is about."""
        check_revision(state, self._guard.revision)
        expected = (self._guard.expect, self._guard.beside)
        numbers = numbers_meant(self._edit)
        tasks = [
            self.task_of(state, number, expect)
            for number, expect in zip(numbers, expected, strict=False)
        ]
        file = tasks[0].file if tasks else self._file_for(files, state)
        if any(task.file != file for task in tasks):
            raise NotAllowed("A task stays in its file.", "after")
        before = next((task.id - 1 for task in state.tasks if task.file == file), 0)
        data = readable_file(files, file)
        edited = self._apply(data, _in_file(self._edit, before), state)
        if len(edited.data) > MAX_DOCUMENT:
            raise Unwritable("The tasks would be larger than 1 MiB.")
        self._task = edited.task + before if edited.task else 0
        return None if edited.data == data else (file, edited.data)

    def _apply(self, data: bytes, edit: TaskEdit, state: ChangeState) -> Edited:
        try:
            return apply(data, edit)
        except NotPossible as problem:
            raise NotAllowed(str(problem), problem.field) from problem
        except NoSuchNumber as problem:
            raise NoSuchTask("There is no such task.", state.revision) from problem

    def _file_for(self, files: ChangeFiles, state: ChangeState) -> str:
        """The file for a task that is to be added without another beside it."""
        group = self._edit.group if isinstance(self._edit, AddTask) else None
        paths = list(dict.fromkeys(task.file for task in state.tasks))
        if group is not None:
            paths = [task.file for task in state.tasks if task.section == group] or paths
        if paths:
            return paths[0] if group is not None else paths[-1]
        if TASK_FILE not in files.sources:
            raise Unwritable(f"The change has no {TASK_FILE} yet: write it as a document first.")
        return TASK_FILE


def _in_file(edit: TaskEdit, before: int) -> TaskEdit:
    """An edit with the numbers that tasks have in their file, after so many in others."""
    match edit:
        case AddTask():
            return replace(edit, after=_less(edit.after, before), before=_less(edit.before, before))
        case MoveTask():
            return replace(
                edit,
                task=edit.task - before,
                after=_less(edit.after, before),
                before=_less(edit.before, before),
            )
        case _:
            return replace(edit, task=edit.task - before)


def _less(number: int | None, before: int) -> int | None:
    return None if number is None else number - before


class TaskUndos:
    """What files of tasks were before the last writes through here, by the revision after."""

    def __init__(self) -> None:
        self._before: OrderedDict[tuple[str, str], tuple[str, bytes]] = OrderedDict()

    def note(self, change: str, revision: str, written: tuple[str, bytes] | None) -> None:
        """Remember a write: the revision of the change's tasks after it, the file before it."""
        if written is None:
            return
        self._before[change, revision] = written
        self._before.move_to_end((change, revision))
        while len(self._before) > _MOST_UNDOS or self._bytes() > _MOST_BYTES:
            self._before.popitem(last=False)

    def _bytes(self) -> int:
        return sum(len(data) for _, data in self._before.values())

    def get(self, change: str, revision: str) -> tuple[str, bytes] | None:
        """The file that a write changed, and what it was before."""
        return self._before.get((change, revision))


class UndoWriter(TasksWriter):
    """Takes the last write back, if nothing was written since."""

    def __init__(self, fresh: Fresh, change: str, revision: str, undos: TaskUndos) -> None:
        super().__init__(fresh, change)
        self._revision = revision
        self._undos = undos

    def decide(self, files: ChangeFiles, state: ChangeState) -> tuple[str, bytes] | None:
        """The file as it was before."""
        check_revision(state, self._revision)
        before = self._undos.get(self._change, self._revision)
        if before is None or before[0] not in files.sources:
            text = "This can't be taken back: it wasn't written through here, or is too long ago."
            raise StaleRevision(text, state.revision)
        return before
