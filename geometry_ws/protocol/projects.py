"""Projects: what the OpenSpec component serves, and how it tells what changed."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from geometry_ws.protocol.changes import (
    By,
    ChangeDetail,
    ChangeInfo,
    Document,
    SpecInfo,
    TaskInfo,
    Ticked,
    Verdict,
)
from geometry_ws.protocol.declare import (
    Answer,
    Caller,
    Event,
    Interface,
    Request,
    Result,
    procedure,
    publishes,
)
from geometry_ws.protocol.errors import (
    InvalidArgument,
    LimitExceeded,
    NoSuchChange,
    NoSuchProject,
    NoSuchSpec,
    NoSuchTask,
    StaleRevision,
    Unreadable,
    Unwritable,
)
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.specs import OneSpec, SpecList, SpecResult
from geometry_ws.protocol.values import Counter, Name, ProjectId, Revision


class ListProjects(Request, frozen=True):
    """Nothing to say."""


class ProjectInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A project in numbers; ``problem`` says why it can't be read, if it can't."""

    project: ProjectId
    title: str
    changes: int
    specs: int
    archived: int
    problem: str = ""


class ProjectList(Result, frozen=True):
    """The projects of this node."""

    projects: list[ProjectInfo]


class OneProject(Request, frozen=True, kw_only=True):
    """A project; may be left out where one is served."""

    project: ProjectId | None = None


class ProjectSnapshot(Result, frozen=True, kw_only=True):
    """All of a project's state; events after ``seq`` of the same ``epoch`` continue it."""

    project: ProjectId
    epoch: str
    seq: Counter
    title: str
    problem: str
    changes: list[ChangeDetail]
    specs: list[SpecInfo]
    archived: list[str]


class ChangeList(Result, frozen=True, kw_only=True):
    """The open changes, by name."""

    project: ProjectId
    epoch: str
    seq: Counter
    changes: list[ChangeInfo]


class OneChange(Request, frozen=True, kw_only=True):
    """A change, by its folder's name."""

    change: Name
    project: ProjectId | None = None


class ChangeResult(Result, frozen=True, kw_only=True):
    """A change with its documents."""

    project: ProjectId
    change: ChangeDetail
    documents: list[Document]


class Validate(Request, frozen=True, kw_only=True):
    """What to validate; all changes and specs where neither is named."""

    change: Name | None = None
    spec: Name | None = None
    strict: bool = False
    project: ProjectId | None = None


class Verdicts(Result, frozen=True, kw_only=True):
    """The verdicts; with ``strict``, warnings make invalid too."""

    project: ProjectId
    valid: bool
    items: list[Verdict]


class TaskList(Result, frozen=True, kw_only=True):
    """The tasks of a change, the revision that they were read from, and whether some are left out.

    ``problem`` is a sentence where the change has more tasks than are listed.
    """

    project: ProjectId
    change: str
    revision: str
    tasks: list[TaskInfo]
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


class Happening(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened in a project.

    ``detail`` is the whole new state of an added or changed change, ``spec`` that of a spec;
    ``before`` the former revision of its tasks or document; ``ticked`` the tasks that were set
    or unset, no more of them than of tasks.
    """

    kind: Literal[
        "change_added",
        "change_changed",
        "change_removed",
        "change_archived",
        "spec_added",
        "spec_changed",
        "spec_removed",
        "archive_changed",
        "project_changed",
    ]
    name: str = ""
    detail: ChangeDetail | None = None
    spec: SpecInfo | None = None
    before: str = ""
    ticked: list[Ticked] = []
    archived: list[str] | None = None
    problem: str | None = None
    title: str | None = None


class ProjectChanged(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What happened since the event before; ``seq`` counts from 1 within ``epoch``."""

    project: ProjectId
    epoch: str
    seq: Counter
    events: list[Happening]
    by: By | None = None


_READ = (NoSuchProject, NoSuchChange, Unreadable)


class Projects(Interface):
    """Read a project, tick its tasks, follow what changes."""

    @procedure("project.list", right=Right.LOOK, example={}, reads=True)
    def list_projects(self, caller: Caller, request: ListProjects) -> Answer[ProjectList]:
        """List the projects of this node."""

    @procedure(
        "project.get",
        right=Right.LOOK,
        errors=(NoSuchProject, LimitExceeded),
        example={},
        reads=True,
    )
    def get_project(self, caller: Caller, request: OneProject) -> Answer[ProjectSnapshot]:
        """Take a snapshot of a project: open changes with their tasks, specs, archived changes.

        Subscribe to `project.on_changed.<project>` first, then take the snapshot and apply the
        events after its `seq`. A gap in `seq` or another `epoch` means: take a snapshot again.
        A project that is too large for one message has none: `change.list` and `task.list` answer.
        """

    @procedure("change.list", right=Right.LOOK, errors=(NoSuchProject,), example={}, reads=True)
    def list_changes(self, caller: Caller, request: OneProject) -> Answer[ChangeList]:
        """List the open changes with state and progress."""

    @procedure(
        "change.get",
        right=Right.LOOK,
        errors=(*_READ, LimitExceeded),
        example={"change": "add-login"},
        reads=True,
    )
    def get_change(self, caller: Caller, request: OneChange) -> Answer[ChangeResult]:
        """Get one open change with its tasks and its documents as they are on disk."""

    @procedure(
        "change.validate",
        right=Right.LOOK,
        errors=(*_READ, NoSuchSpec),
        example={"change": "add-login", "strict": True},
        reads=True,
    )
    def validate_changes(self, caller: Caller, request: Validate) -> Answer[Verdicts]:
        """Validate one change, one spec or everything, by OpenSpec's rules."""

    @procedure("spec.list", right=Right.LOOK, errors=(NoSuchProject,), example={}, reads=True)
    def list_specs(self, caller: Caller, request: OneProject) -> Answer[SpecList]:
        """List the specs with the number of their requirements."""

    @procedure(
        "spec.get",
        right=Right.LOOK,
        errors=(NoSuchProject, NoSuchSpec, Unreadable),
        example={"spec": "auth"},
        reads=True,
    )
    def get_spec(self, caller: Caller, request: OneSpec) -> Answer[SpecResult]:
        """Get one spec: purpose, requirements, scenarios, and the document itself."""

    @procedure(
        "task.list",
        right=Right.LOOK,
        errors=_READ,
        example={"change": "add-login"},
        reads=True,
    )
    def list_tasks(self, caller: Caller, request: OneChange) -> Answer[TaskList]:
        """List the tasks of a change in file order."""

    @procedure(
        "task.set",
        right=Right.OPERATE,
        errors=(*_READ, NoSuchTask, StaleRevision, Unwritable, InvalidArgument),
        example={"change": "add-login", "task": 2, "done": True, "expect": "1.2 Add the form"},
    )
    def set_task(self, caller: Caller, request: SetTask) -> Answer[TaskSet]:
        """Set or unset one task: one character of tasks.md changes, nothing else.

        Give `revision` (of tasks.md, from `task.list`) or `expect` (the task's text). With
        `expect` others may have ticked other tasks meanwhile; with `revision` nothing may have
        changed. Setting what is set already changes nothing and is no error.
        """

    on_changed = publishes(
        "project.on_changed.<project>",
        ProjectChanged,
        right=Right.LOOK,
        example={
            "project": "shop",
            "epoch": "p7d2",
            "seq": 5,
            "events": [{"kind": "change_removed", "name": "add-login"}],
        },
        text="What happened in a project, on disk or through this node, with the new state of"
        " everything that changed.",
    )
