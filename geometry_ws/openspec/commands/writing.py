"""Writing in a folder for one command: only what it concerns is read, and read anew each time."""

import datetime
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from geometry_ws.openspec.disk.archive_change import Archived, archive
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.disk.scanner import ProjectFiles, Scanner
from geometry_ws.openspec.disk.set_task import Ticker
from geometry_ws.openspec.format.errors import NoProject, NoSuchChange
from geometry_ws.openspec.format.model import ChangeState, Task
from geometry_ws.openspec.format.sources import ChangeFiles
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
from geometry_ws.openspec.rules.state import evaluate_change


class Ticked(NamedTuple):
    """A task that was set, its change as it is now, and whether anything was written."""

    task: Task
    change: ChangeState
    written: bool


class FolderProject:
    """What archiving and ticking need of whoever reads the project, without a store."""

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
        found: dict[str, ChangeFiles] = {}
        for name in folder.change_names:
            change = folder.change(name) if name in wanted else ChangeFiles(name, {}, {})
            if change is not None:
                found[name] = change
        return ProjectFiles(found, schemas=folder.schemas)

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
    """Archive a change of the project in a folder; raises what `archiving.archive` does."""
    return archive(FolderProject(path), name, today, options)


def tick_in_folder(
    path: str, name: str, task: int, done: bool, wish: Mapping[str, str | None]
) -> Ticked:
    """Set a task of a change of the project in a folder; raises what `Ticker` does.

    `wish` has the revision and the text (expect) that the caller knows.
    """
    project = FolderProject(path)
    ticker = Ticker(
        project.fresh, name, task, done, revision=wish.get("revision"), expect=wish.get("expect")
    )
    ticker.run()
    state = project.fresh(name)[2]
    return Ticked(state.tasks[task - 1], state, ticker.written)
