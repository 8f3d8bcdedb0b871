"""The project that a command works on: what a command may ask of it.

`folder_project` reads a folder for one command; `stored_project` gives what a node has in memory.
What follows from the answers of both is a function here.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from geometry_ws.openspec.format.errors import Unreadable
from geometry_ws.openspec.format.metadata import read_metadata, schema_of
from geometry_ws.openspec.format.model import Finding, MovedBase, Progress, ProjectState
from geometry_ws.openspec.format.schemas import Artifact, Schemas
from geometry_ws.openspec.format.sources import LEADS_OUT, TASK_FILE, ChangeFiles, Source
from geometry_ws.openspec.rules.state import linked_problem, nested_changes, task_documents

if TYPE_CHECKING:
    from geometry_ws.openspec.disk.archive_change import Archived
    from geometry_ws.openspec.disk.create_change import Created
    from geometry_ws.openspec.disk.edit_tasks import Guard, TasksEdited
    from geometry_ws.openspec.disk.rebase_change import RebaseRequest, Rebasing
    from geometry_ws.openspec.disk.set_task import TaskSet
    from geometry_ws.openspec.disk.templates import Template
    from geometry_ws.openspec.disk.unarchive import Unarchived
    from geometry_ws.openspec.format.task_edits import TaskEdit
    from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
    from geometry_ws.openspec.views.spec_history import ArchiveCommit


class Project(Protocol):
    """A project as commands see it. Lists of names raise Unreadable."""

    @property
    def root(self) -> Mapping[str, str]:
        """The project's path and the rule that found it, as JSON answers give them."""

    @property
    def path(self) -> str:
        """The path of the folder that holds openspec/, as answers show it."""

    @property
    def folder_name(self) -> str:
        """What the folder openspec/ is called here."""

    @property
    def schemas(self) -> Schemas:
        """The schemas that the project can use."""

    def template(self, schema: str, artifact: Artifact) -> "Template":
        """What a document of a schema begins with; `schema` is the name of its folder."""

    # --- changes -------------------------------------------------------------------------

    @property
    def all_change_names(self) -> Sequence[str]:
        """The names of all folders in changes/ but the archive, in the order of bytes."""

    @property
    def changes(self) -> Mapping[str, ChangeFiles]:
        """All open changes by name, but the hidden ones."""

    def change(self, name: str) -> ChangeFiles | None:
        """A change's folder; None where there is none."""

    def findings(self, change: ChangeFiles) -> tuple[Finding, ...]:
        """The findings of a change."""

    def validating(self) -> AbstractContextManager[None]:
        """Many items are validated within it."""

    def progress(self, change: ChangeFiles) -> Progress:
        """The tasks of a change, counted; files that can't be read have none."""

    def outputs(self, change: ChangeFiles, generates: str) -> list[str]:
        """The files that an artifact consists of, from the change's folder on.

        Raises Unreadable where one of them is a link out of that folder.
        """

    def moved(self, names: Collection[str] | None = None) -> Mapping[str, tuple[MovedBase, ...]]:
        """The requirements that have changed under all open changes, or some, by change."""

    # --- the archive ---------------------------------------------------------------------

    @property
    def archived_names(self) -> Sequence[str]:
        """The names of the archived changes, in the order of code units."""

    def archived_change(self, name: str) -> ChangeFiles | None:
        """An archived change's folder; None where there is none."""

    def archive_commits(self, spec: str) -> "Mapping[str, ArchiveCommit]":
        """The commits that archived the changes with a delta of a spec, by the changes' folders."""

    # --- specs ---------------------------------------------------------------------------

    @property
    def spec_ids(self) -> Sequence[str]:
        """The ids of the main specs, in the order of code units."""

    @property
    def specs(self) -> Mapping[str, Source]:
        """The main specs' documents by id."""

    def count_requirements(self, id_: str) -> int:
        """The number of a main spec's requirements; 0 where it can't be read."""

    def spec_findings(self, id_: str) -> tuple[Finding, ...] | None:
        """The findings of a main spec; None where there is no such spec."""

    # --- paths and the whole -------------------------------------------------------------

    @property
    def outside(self) -> Sequence[str]:
        """The paths below openspec/ of links that lead out of the project; not those in changes."""

    def has(self, path: str) -> bool:
        """Say whether there is anything at a path below openspec/."""

    def has_folder(self, path: str) -> bool:
        """Say whether there is a folder at a path below openspec/."""

    def change_path(self, name: str) -> str:
        """The path of a change's folder, as answers show it."""

    def real(self, path: str) -> str:
        """The path of a file, as answers show it."""

    def state(self) -> ProjectState:
        """All changes and specs, evaluated."""

    # --- writing -------------------------------------------------------------------------

    def archive(self, name: str, today: datetime.date, options: "ArchiveOptions") -> "Archived":
        """Archive a change; raises ArchiveRefused and other StoreErrors."""

    def create_change(
        self,
        name: str,
        today: datetime.date,
        *,
        schema: str | None,
        goal: str,
        description: str,
    ) -> "Created":
        """Make a change with its metadata; raises AlreadyExists and other StoreErrors."""

    def unarchive(self, name: str, *, dry: bool) -> "Unarchived":
        """Take an archiving back; raises ArchiveRefused and other StoreErrors."""

    def rebase(self, name: str, wanted: "RebaseRequest", *, dry: bool) -> "Rebasing":
        """Merge a change with what has changed in the specs since; raises StoreErrors."""

    def set_task(
        self, name: str, task: int, done: bool, *, revision: str | None, expect: str | None
    ) -> "TaskSet":
        """Set a task of a change; raises StaleRevision and other StoreErrors."""

    def edit_tasks(self, name: str, edit: "TaskEdit", guard: "Guard") -> "TasksEdited":
        """Add, reword, move or remove a task of a change; raises StaleRevision and others."""


def check_place(project: Project, path: str) -> None:
    """Raise Unreadable where a folder of openspec/ is a link that leads out of the project."""
    if path in project.outside:
        raise Unreadable(f"{path}/ {LEADS_OUT}.")


def check_links(change: ChangeFiles, paths: Sequence[str]) -> Sequence[str]:
    """Give back some paths of a change; raises Unreadable where one is a link out of its folder."""
    for path in paths:
        problem = change.link_problem(path)
        if problem:
            raise Unreadable(f"{path} {problem}. Put there itself what it leads to.")
    return paths


def has_planning_folders(project: Project) -> bool:
    """Say whether there are specs or changes here, of this project and no store of that name."""
    return any(
        project.has_folder(name) and not project.has(f"{name}/.openspec-store/store.yaml")
        for name in ("specs", "changes")
    )


def is_implicit(project: Project) -> bool:
    """Say whether there is no project here, so that the place itself was taken for one."""
    return project.root["source"] == "implicit"


def change_names(project: Project) -> Sequence[str]:
    """The names of all open changes but the hidden ones, in the order of bytes."""
    return [name for name in project.all_change_names if not name.startswith(".")]


def count_tasks(change: ChangeFiles, schemas: Schemas) -> Progress:
    """The tasks of a change, counted; files that can't be read have none."""
    documents, _ = task_documents(
        change, schema_of(change, read_metadata(change, schemas), schemas)
    )
    counted = [source.progress for _, source in documents]
    return Progress(
        sum(progress.done for progress in counted), sum(progress.total for progress in counted)
    )


def linked_tasks(change: ChangeFiles, schemas: Schemas) -> str:
    """A sentence on a task file that is a link out of its change; else nothing."""
    documents, _ = task_documents(
        change, schema_of(change, read_metadata(change, schemas), schemas)
    )
    return linked_problem(documents)


def unreadable_tasks(change: ChangeFiles, schemas: Schemas) -> list[str]:
    """The task files of a change that are there but can't be read."""
    documents, named = task_documents(
        change, schema_of(change, read_metadata(change, schemas), schemas)
    )
    if not named and change.entries.get(TASK_FILE) == "dir":
        return [TASK_FILE]
    return [path for path, source in documents if not source.readable]


def nested_names(change: ChangeFiles, schemas: Schemas) -> list[str]:
    """The changes within a folder that is none itself, from changes/ on."""
    if change.name.startswith("."):
        return []
    return [f"{change.name}/{path}" for path in nested_changes(change, schemas)]
