"""Projects: what the OpenSpec component serves, and how it tells what changed."""

from typing import Annotated

import msgspec
from msgspec import Meta

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
from geometry_ws.protocol.errors import LimitExceeded, NoSuchProject
from geometry_ws.protocol.happenings import ProjectChanged
from geometry_ws.protocol.project_values import ChangeDetail, SpecInfo, Tree
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Counter, ProjectId


class ListProjects(Request, frozen=True):
    """Nothing to say."""


class ProjectInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A project in numbers; ``problem`` says what can't be read, ``notice`` what else is wrong.

    ``trees`` are the work trees in which it lies, where there are several. ``machine`` is the name
    of another machine that has joined with it (empty: it lies here), and ``away`` since when that
    is away, in milliseconds since 1970 (0: it is there).
    """

    project: ProjectId
    title: str
    changes: int
    specs: int
    archived: int
    problem: str = ""
    notice: str = ""
    trees: list[Tree] = []
    machine: str = ""
    away: Counter = 0


class ProjectList(Result, frozen=True):
    """The projects of this node."""

    projects: list[ProjectInfo]


class OneProject(Request, frozen=True, kw_only=True):
    """A project; may be left out where one is served."""

    project: ProjectId | None = None


class GetProject(OneProject, frozen=True, kw_only=True):
    """A project, and with how many tasks in all its changes shall come with them.

    Where there are more, the snapshot is brief. Left out: it is never.
    """

    most_tasks: Annotated[int, Meta(ge=0, le=10_000_000)] | None = None


class ProjectSnapshot(Result, frozen=True, kw_only=True):
    """All of a project's state; events after ``seq`` of the same ``epoch`` continue it.

    Where it is ``brief``, it has no tasks, no groups of them and no documents, and leaves out what
    is empty or as usual; `change.get` and `task.list` give the rest of a change.
    """

    project: ProjectId
    epoch: str
    seq: Counter
    title: str
    problem: str
    changes: list[ChangeDetail]
    specs: list[SpecInfo]
    archived: list[str]
    notice: str = ""
    brief: bool = False
    trees: list[Tree] = []


class ProjectsListed(Event, frozen=True, kw_only=True):
    """The projects that are served from now on."""

    epoch: str
    projects: list[ProjectInfo]


class Projects(Interface):
    """Procedures and topics to read whole projects and to follow what changes."""

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
    def get_project(self, caller: Caller, request: GetProject) -> Answer[ProjectSnapshot]:
        """Take a snapshot of a project: open changes with their tasks, specs, archived changes.

        Subscribe to `project.on_changed.<project>` first, then take the snapshot and apply the
        events after its `seq`. A gap in `seq` or another `epoch` means: take a snapshot again.
        With `most_tasks`, that of a large project is brief and soon there:
        enough for lists of changes, specs and the archive. The whole one can follow.
        A project that is too large for one message has none; use `change.list` and `task.list`.
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
    on_listed = publishes(
        "project.on_listed",
        ProjectsListed,
        right=Right.LOOK,
        example={"epoch": "p7d2", "projects": []},
        text="Projects were added to this node or removed from it, or the component was started;"
        " these are served now.",
    )
