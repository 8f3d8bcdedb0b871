"""Tasks: listing and ticking them."""

from typing import Annotated

from msgspec import Meta

from geometry_ws.protocol.declare import Answer, Caller, Interface, Request, Result, procedure
from geometry_ws.protocol.errors import (
    InvalidArgument,
    NoSuchChange,
    NoSuchProject,
    NoSuchTask,
    StaleRevision,
    Unreadable,
    Unwritable,
)
from geometry_ws.protocol.project_values import TaskInfo
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Name, ProjectId, Revision


class ListTasks(Request, frozen=True, kw_only=True):
    """A change, by its folder's name."""

    change: Name
    project: ProjectId | None = None


class TaskList(Result, frozen=True, kw_only=True):
    """The tasks of a change, the revision that they were read from, and whether some are left out.

    ``problem`` is a sentence where the change has more tasks than are listed; ``done`` and
    ``total`` count all of them.
    """

    project: ProjectId
    change: str
    revision: str
    tasks: list[TaskInfo]
    done: int
    total: int
    problem: str = ""


class SetTask(Request, frozen=True, kw_only=True):
    """One task, and what it was when the caller saw it: its file's revision or its text."""

    change: Name
    task: Annotated[int, Meta(ge=1, le=100_000)]
    done: bool
    revision: Revision | None = None
    expect: Annotated[str, Meta(max_length=10_000)] | None = None
    project: ProjectId | None = None


class TaskSet(Result, frozen=True, kw_only=True):
    """The task as it is now, with the new revision and the change's progress."""

    project: ProjectId
    change: str
    revision: Revision
    task: TaskInfo
    done: int
    total: int


_READ = (NoSuchProject, NoSuchChange, Unreadable)


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
        errors=(*_READ, NoSuchTask, StaleRevision, Unwritable, InvalidArgument),
        example={"change": "add-login", "task": 2, "done": True, "expect": "1.2 Add the form"},
    )
    def set_task(self, caller: Caller, request: SetTask) -> Answer[TaskSet]:
        """Set or unset one task: one character of tasks.md changes, nothing else.

        Give `revision` (of tasks.md, from `task.list`) or `expect` (the task's text). With
        `expect` other tasks may have been ticked meanwhile; with `revision` nothing may have
        changed. Setting what is set already changes nothing and is no error.
        """
