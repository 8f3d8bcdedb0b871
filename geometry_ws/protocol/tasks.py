"""Tasks: listing and ticking them."""

from typing import Annotated

from msgspec import Meta

from geometry_ws.protocol.declare import Answer, Caller, Interface, Request, Result, procedure
from geometry_ws.protocol.errors import (
    Held,
    InvalidArgument,
    NoSuchChange,
    NoSuchProject,
    NoSuchTask,
    StaleRevision,
    Unreadable,
    Unwritable,
)
from geometry_ws.protocol.project_values import By, Movement, TaskInfo
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Name, ProjectId, Revision

TreeName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=1000,
        description="a work tree or its branch; left out: that of the copy that is shown",
    ),
]


class ListTasks(Request, frozen=True, kw_only=True):
    """A change, by its folder's name, and whether it is asked when its tasks ``moved``."""

    change: Name
    moved: bool = False
    tree: TreeName | None = None
    project: ProjectId | None = None


class TaskList(Result, frozen=True, kw_only=True):
    """The tasks of a change, the revision that they were read from, and whether some are left out.

    ``problem`` is a sentence where the change has more tasks than are listed; ``done`` and
    ``total`` count all of them. ``moved`` says of each listed task when its box or its text last
    became another, where that was asked for.
    """

    project: ProjectId
    change: str
    revision: str
    tasks: list[TaskInfo]
    done: int
    total: int
    problem: str = ""
    moved: list[Movement] = []
    tree: str = ""


class SetTask(Request, frozen=True, kw_only=True):
    """One task, and what it was when the caller saw it: its file's revision or its text.

    ``acting`` says for whom a component of the node calls, as the board does; nobody else may.
    """

    change: Name
    task: Annotated[int, Meta(ge=1, le=100_000)]
    done: bool
    revision: Revision | None = None
    expect: Annotated[str, Meta(max_length=10_000)] | None = None
    acting: By | None = None
    tree: TreeName | None = None
    project: ProjectId | None = None


class TaskSet(Result, frozen=True, kw_only=True):
    """The task as it is now, with the new revision and the change's progress."""

    project: ProjectId
    change: str
    revision: Revision
    task: TaskInfo
    done: int
    total: int
    tree: str = ""


TaskNumber = Annotated[int, Meta(ge=1, le=100_000)]
TaskText = Annotated[str, Meta(max_length=10_000)]
TaskBody = Annotated[str, Meta(max_length=100_000)]
TaskMark = Annotated[str, Meta(max_length=8)]


class AddTask(Request, frozen=True, kw_only=True):
    """A new task: its text, and where it comes.

    It comes ``after`` or ``before`` another task (with `revision`, or with `expect`, that one's
    text), as the last of the ``group`` with this header, or else as the last of all. ``body``
    are further lines that belong to it.
    """

    change: Name
    text: TaskText
    mark: TaskMark = ""
    body: TaskBody = ""
    after: TaskNumber | None = None
    before: TaskNumber | None = None
    group: Annotated[str, Meta(max_length=1000)] | None = None
    revision: Revision | None = None
    expect: TaskText | None = None
    tree: TreeName | None = None
    project: ProjectId | None = None


class EditTask(Request, frozen=True, kw_only=True):
    """What becomes different of a task: its text, the mark in its box, its further lines."""

    change: Name
    task: TaskNumber
    text: TaskText | None = None
    mark: TaskMark | None = None
    body: TaskBody | None = None
    revision: Revision | None = None
    expect: TaskText | None = None
    tree: TreeName | None = None
    project: ProjectId | None = None


class MoveTask(Request, frozen=True, kw_only=True):
    """A task, and the one that it moves ``after`` or ``before``.

    Without `revision`, ``expect`` is the task's text and ``expect_beside`` that of the other.
    """

    change: Name
    task: TaskNumber
    after: TaskNumber | None = None
    before: TaskNumber | None = None
    revision: Revision | None = None
    expect: TaskText | None = None
    expect_beside: TaskText | None = None
    tree: TreeName | None = None
    project: ProjectId | None = None


class RemoveTask(Request, frozen=True, kw_only=True):
    """A task that goes with its further lines; ``nested`` ones only if that is said."""

    change: Name
    task: TaskNumber
    nested: bool = False
    revision: Revision | None = None
    expect: TaskText | None = None
    tree: TreeName | None = None
    project: ProjectId | None = None


class UndoTasks(Request, frozen=True, kw_only=True):
    """The revision that the answer to be taken back had."""

    change: Name
    revision: Revision
    tree: TreeName | None = None
    project: ProjectId | None = None


class TasksEdited(Result, frozen=True, kw_only=True):
    """The task as it is now (absent where it is gone), and the change's progress.

    ``revision`` is that of the tasks now, ``before`` the one that they had.
    """

    project: ProjectId
    change: str
    revision: Revision
    before: Revision
    done: int
    total: int
    task: TaskInfo | None = None
    tree: str = ""


_READ = (NoSuchProject, NoSuchChange, Unreadable)


_EDIT = (*_READ, NoSuchTask, StaleRevision, Unwritable, InvalidArgument)


class Tasks(Interface):
    """The tasks of open changes."""

    @procedure(
        "task.list",
        right=Right.LOOK,
        errors=_READ,
        example={"change": "add-login"},
        reads=True,
    )
    def list_tasks(self, caller: Caller, request: ListTasks) -> Answer[TaskList]:
        """List the tasks of a change in file order."""

    @procedure(
        "task.set",
        right=Right.WORK,
        errors=(*_READ, NoSuchTask, StaleRevision, Held, Unwritable, InvalidArgument),
        example={"change": "add-login", "task": 2, "done": True, "expect": "1.2 Add the form"},
    )
    def set_task(self, caller: Caller, request: SetTask) -> Answer[TaskSet]:
        """Set or unset one task: one character of tasks.md changes, nothing else.

        Give `revision` (of tasks.md, from `task.list`) or `expect` (the task's text). With
        `expect` other tasks may have been ticked meanwhile; with `revision` nothing may have
        changed. Setting what is set already changes nothing and is no error. A task that somebody
        else holds is set all the same, but in a project whose config.yaml says `claims: strict`.
        """

    @procedure(
        "task.add",
        right=Right.WORK,
        errors=_EDIT,
        example={"change": "add-login", "text": "1.3 Test the form", "group": "1. Form"},
    )
    def add_task(self, caller: Caller, request: AddTask) -> Answer[TasksEdited]:
        """Add a task: its lines come into tasks.md, and all others stay as they are.

        It is written like the tasks beside it: the same marker, indent and end of line.
        """

    @procedure(
        "task.edit",
        right=Right.WORK,
        errors=(*_EDIT, Held),
        example={"change": "add-login", "task": 2, "mark": "~", "expect": "1.2 Add the form"},
    )
    def edit_task(self, caller: Caller, request: EditTask) -> Answer[TasksEdited]:
        """Give a task another text, mark or further lines; what is left out stays.

        Give `revision` or `expect` as for `task.set`. A mark that ticks is such a tick.
        """

    @procedure(
        "task.move",
        right=Right.WORK,
        errors=_EDIT,
        example={
            "change": "add-login",
            "task": 2,
            "before": 1,
            "expect": "1.2 Add the form",
            "expect_beside": "1.1 Add the page",
        },
    )
    def move_task(self, caller: Caller, request: MoveTask) -> Answer[TasksEdited]:
        """Move a task beside another, with its further lines and the tasks nested in it.

        It becomes nested as deep as the other one.
        """

    @procedure(
        "task.remove",
        right=Right.WORK,
        errors=_EDIT,
        example={"change": "add-login", "task": 2, "expect": "1.2 Add the form"},
    )
    def remove_task(self, caller: Caller, request: RemoveTask) -> Answer[TasksEdited]:
        """Remove a task with its further lines."""

    @procedure(
        "task.undo",
        right=Right.WORK,
        errors=_EDIT,
        example={"change": "add-login", "revision": "0123456789abcdef"},
    )
    def undo_tasks(self, caller: Caller, request: UndoTasks) -> Answer[TasksEdited]:
        """Take back what led to a revision of a change's tasks: tasks.md gets its former bytes.

        It works for the last writes of this node, one after the other, as long as nobody else
        has written since.
        """
