"""The folder that `archive`, `rebase` and `task` write in: each look reads it again."""

import datetime
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from geometry_ws.openspec.commands.folder_bases import base_reader, bases_in_folder
from geometry_ws.openspec.disk.archive_change import Archived, archive
from geometry_ws.openspec.disk.archive_records import ArchiveRecords
from geometry_ws.openspec.disk.create_change import Created, create_change
from geometry_ws.openspec.disk.edit_tasks import Guard, TaskEditor, TasksEdited
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.disk.rebase_change import RebaseRequest, Rebasing, rebase_change
from geometry_ws.openspec.disk.scanner import ProjectFiles, Scanner
from geometry_ws.openspec.disk.set_task import TaskSet, TaskWriter
from geometry_ws.openspec.disk.unarchive import Unarchived, unarchive
from geometry_ws.openspec.format.errors import NoProject, NoSuchChange, Unreadable
from geometry_ws.openspec.format.model import ChangeState
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.format.task_edits import TaskEdit
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
from geometry_ws.openspec.rebasing.judge import Moved, moved_bases
from geometry_ws.openspec.rebasing.settle import Settled
from geometry_ws.openspec.rebasing.touched import NO_BASES, Bases
from geometry_ws.openspec.rules.state import evaluate_change


class LiveFolder:
    """A `LiveProject` without a store: each look reads the changes that it names."""

    def __init__(self, path: str, state: Path | None = None) -> None:
        self._path = path
        self.folder = Path(path, "openspec")
        self._reader = base_reader(path, state)
        self.records = ArchiveRecords(state)
        self._bases: Mapping[str, Bases] = {}

    def root(self) -> str:
        """The real path of the openspec/ folder; raises NoProject."""
        root = os.path.realpath(self.folder)
        if not Path(root).is_dir():
            raise NoProject("There is no openspec/ folder here.")
        return root

    def look(self, *paths: str) -> ProjectFiles:
        """The documents of the changes that the paths name; of others there are only names."""
        wanted = {path.split("/")[1] for path in paths if path.startswith("changes/")}
        folder = Folder(self._path)
        changes: dict[str, ChangeFiles] = {}
        for name in folder.change_names:
            change = folder.change(name) if name in wanted else ChangeFiles(name, {}, {})
            if change is not None:
                changes[name] = change
        return ProjectFiles(changes, folder.specs, schemas=folder.schemas)

    def read_bases(self) -> None:
        """Read the bases of all open changes, and remember those that are new."""
        self._bases = bases_in_folder(Folder(self._path), self._reader)

    def moved_bases(self, change: ChangeFiles, specs: Mapping[str, Source]) -> tuple[Moved, ...]:
        """The requirements of a change whose base has moved."""
        return moved_bases(change, specs, self._bases.get(change.name, NO_BASES))

    def settle(self, change: str, settled: Iterable[Settled]) -> None:
        """Remember what a change's deltas were merged with, and what was agreed to."""
        self._reader.settle(change, settled)

    def forget(self, change: str) -> None:
        """Forget a change that is archived."""
        self._reader.forget(change)

    def fresh(self, name: str) -> tuple[Scanner, ChangeFiles, ChangeState]:
        """A change as it is on the disk right now; raises NoSuchChange."""
        folder = Folder(self._path)
        change = folder.change(name) if name in folder.change_names else None
        if change is None:
            raise NoSuchChange(f'There is no open change "{name}".')
        state = evaluate_change(change, folder.schemas, folder.specs)
        return Scanner(self.root()), change, state


def archive_in_folder(
    path: str, name: str, today: datetime.date, options: ArchiveOptions, state: Path | None
) -> Archived:
    """Archive a change of the project in a folder; raises what `archive` does."""
    project = LiveFolder(path, state)
    with suppress(Unreadable):
        project.read_bases()
    done = archive(project, name, today, options)
    project.forget(name)
    return done


def create_change_in_folder(
    path: str,
    name: str,
    today: datetime.date,
    *,
    schema: str | None,
    goal: str,
    description: str,
) -> Created:
    """Make a change in a folder, which may be no project yet; raises what `create_change` does."""
    with suppress(FileExistsError, FileNotFoundError, PermissionError):
        Path(path, "openspec").mkdir()
    return create_change(
        LiveFolder(path), name, today, schema=schema, goal=goal, description=description
    )


def unarchive_in_folder(path: str, name: str, state: Path | None, *, dry: bool) -> Unarchived:
    """Take an archiving of the project in a folder back; raises what `unarchive` does."""
    return unarchive(LiveFolder(path, state), name, dry=dry)


def rebase_in_folder(
    path: str, name: str, wanted: RebaseRequest, state: Path | None, *, dry: bool
) -> Rebasing:
    """Rebase a change of the project in a folder; raises what `rebase_change` does."""
    project = LiveFolder(path, state)
    project.root()
    project.read_bases()
    rebasing = rebase_change(project, name, wanted, dry=dry)
    if not dry:
        project.settle(name, rebasing.settled)
    return rebasing


def set_task_in_folder(
    path: str, name: str, task: int, done: bool, *, revision: str | None, expect: str | None
) -> TaskSet:
    """Set a task of a change of the project in a folder; raises what `TaskWriter.write` does."""
    project = LiveFolder(path)
    writer = TaskWriter(project.fresh, name, task, done, revision=revision, expect=expect)
    before = writer.write()
    state = project.fresh(name)[2]
    return TaskSet(writer.task_in(state), state, before, writer.written is not None)


def edit_tasks_in_folder(path: str, name: str, edit: TaskEdit, guard: Guard) -> TasksEdited:
    """Edit the tasks of a change of the project in a folder; raises what `TaskEditor` does."""
    project = LiveFolder(path)
    writer = TaskEditor(project.fresh, name, edit, guard)
    before = writer.write()
    state = project.fresh(name)[2]
    return TasksEdited(writer.task_in(state), state, before)
