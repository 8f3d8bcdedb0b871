"""The folder that `archive` and `task set` write in: each look reads it again."""

import datetime
import os
from pathlib import Path

from geometry_ws.openspec.disk.archive_change import Archived, archive
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.disk.scanner import ProjectFiles, Scanner
from geometry_ws.openspec.disk.set_task import TaskSet, TaskWriter
from geometry_ws.openspec.format.errors import NoProject, NoSuchChange
from geometry_ws.openspec.format.model import ChangeState
from geometry_ws.openspec.format.sources import ChangeFiles
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
from geometry_ws.openspec.rules.state import evaluate_change


class LiveFolder:
    """A `LiveProject` without a store: each look reads the changes that it names."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.folder = Path(path, "openspec")

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
        return ProjectFiles(changes, schemas=folder.schemas)

    def fresh(self, name: str) -> tuple[Scanner, ChangeFiles, ChangeState]:
        """A change as it is on the disk right now; raises NoSuchChange."""
        folder = Folder(self._path)
        change = folder.change(name) if name in folder.change_names else None
        if change is None:
            raise NoSuchChange(f'There is no open change "{name}".')
        state = evaluate_change(change, folder.schemas, folder.specs)
        return Scanner(self.root()), change, state


def archive_in_folder(
    path: str, name: str, today: datetime.date, options: ArchiveOptions
) -> Archived:
    """Archive a change of the project in a folder; raises what `archive` does."""
    return archive(LiveFolder(path), name, today, options)


def set_task_in_folder(
    path: str, name: str, task: int, done: bool, *, revision: str | None, expect: str | None
) -> TaskSet:
    """Set a task of a change of the project in a folder; raises what `TaskWriter.write` does."""
    project = LiveFolder(path)
    writer = TaskWriter(project.fresh, name, task, done, revision=revision, expect=expect)
    before = writer.write()
    state = project.fresh(name)[2]
    return TaskSet(state.tasks[task - 1], state, before, writer.written)
