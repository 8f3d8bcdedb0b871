"""A project in a folder, read as far as a command looks at it."""

import datetime
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from geometry_ws.openspec.commands.project import change_names, check_links, count_tasks
from geometry_ws.openspec.disk.find_project import FOLDER
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.disk.reader import leads_out
from geometry_ws.openspec.format.model import Finding, MovedBase, Progress, ProjectState
from geometry_ws.openspec.format.patterns import is_pattern, matching
from geometry_ws.openspec.format.schemas import Artifact, Schemas
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles, Source
from geometry_ws.openspec.rules.state import evaluate_change, evaluate_spec, validate_change
from geometry_ws.openspec.rules.validate_markers import validate_markers
from geometry_ws.openspec.rules.validate_specs import validate_spec

if TYPE_CHECKING:
    from geometry_ws.openspec.disk.archive_change import Archived
    from geometry_ws.openspec.disk.create_change import Created
    from geometry_ws.openspec.disk.edit_tasks import Guard, TasksEdited
    from geometry_ws.openspec.disk.rebase_change import RebaseRequest, Rebasing
    from geometry_ws.openspec.disk.set_task import TaskSet
    from geometry_ws.openspec.disk.templates import Template
    from geometry_ws.openspec.disk.unarchive import Unarchived
    from geometry_ws.openspec.disk.verdict_cache import VerdictCache
    from geometry_ws.openspec.format.task_edits import TaskEdit
    from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
    from geometry_ws.openspec.views.spec_history import ArchiveCommit


class FolderProject:
    """A `Project` in a folder; `root` is as JSON answers give it.

    `state` gives the folder where it is kept what deltas were written against (None: nowhere).
    """

    def __init__(
        self,
        folder: Folder,
        root: Mapping[str, str],
        state: Callable[[], Path | None] = lambda: None,
    ) -> None:
        self._folder = folder
        self._state_folder = state
        self._verdicts: VerdictCache | None = None
        self.folder_name = FOLDER
        self.root = root
        self.path = root["path"]

    @contextmanager
    def validating(self) -> Iterator[None]:
        """Take what is the same as in the process before from there, and keep what isn't."""
        from geometry_ws.openspec.disk.verdict_cache import VerdictCache

        self._verdicts = VerdictCache(self._folder, self._state_folder())
        try:
            yield
            self._verdicts.save()
        finally:
            self._verdicts = None

    @property
    def schemas(self) -> Schemas:
        """The schemas that the project can use."""
        return self._folder.schemas

    def template(self, schema: str, artifact: Artifact) -> "Template":
        """What a document of a schema begins with."""
        return self._folder.template(schema, artifact)

    # --- changes -------------------------------------------------------------------------

    @property
    def all_change_names(self) -> Sequence[str]:
        """The names of all folders in changes/ but the archive."""
        return self._folder.change_names

    @property
    def changes(self) -> Mapping[str, ChangeFiles]:
        """All open changes by name, but the hidden ones."""
        changes = {name: self.change(name) for name in change_names(self)}
        return {name: change for name, change in changes.items() if change is not None}

    def change(self, name: str) -> ChangeFiles | None:
        """A change's folder."""
        return self._folder.change(name)

    def findings(self, change: ChangeFiles) -> tuple[Finding, ...]:
        """The findings of a change."""
        if self._verdicts is None:
            return validate_change(change, self.schemas, self.specs)
        return self._verdicts.of_change(
            change, lambda specs: validate_change(change, self.schemas, specs)
        )

    def progress(self, change: ChangeFiles) -> Progress:
        """The tasks of a change, counted."""
        return count_tasks(change, self.schemas)

    def outputs(self, change: ChangeFiles, generates: str) -> list[str]:
        """The files that an artifact consists of; files that the change does not list count too."""
        folder = self.change_path(change.name)
        if not is_pattern(generates):
            plain = os.path.normpath(generates.replace("\\", "/"))
            check_links(change, [plain])
            return [plain] if self._is_file(f"{folder}/{plain}") else []
        files = (path for path, kind in change.entries.items() if kind != "dir")
        return [
            path
            for path in check_links(change, matching(generates, files))
            if change.entries[path] == "file" or self._is_file(f"{folder}/{path}")
        ]

    def _is_file(self, path: str) -> bool:
        return Path(path).is_file() and not leads_out(path, self._folder.path)

    def moved(self, names: Collection[str] | None = None) -> Mapping[str, tuple[MovedBase, ...]]:
        """The requirements that have changed under all open changes, or some, by change."""
        if self._verdicts is not None and names is None:
            return self._verdicts.moved(lambda: self._moved(None))
        return self._moved(names)

    def _moved(self, names: Collection[str] | None) -> Mapping[str, tuple[MovedBase, ...]]:
        from geometry_ws.openspec.commands.folder_bases import moved_in_folder

        return moved_in_folder(self._folder, self._state_folder(), names)

    # --- the archive ---------------------------------------------------------------------

    @property
    def archived_names(self) -> Sequence[str]:
        """The names of the archived changes."""
        return self._folder.archived_names

    def archived_change(self, name: str) -> ChangeFiles | None:
        """An archived change's folder."""
        return self._folder.archived_change(name)

    def archive_commits(self, spec: str) -> "Mapping[str, ArchiveCommit]":
        """The commits that archived the changes with a delta of a spec."""
        from geometry_ws.openspec.disk.git_archive import GitArchive

        return GitArchive(os.path.realpath(f"{self._folder.path}/openspec")).commits(spec)

    # --- specs ---------------------------------------------------------------------------

    @property
    def spec_ids(self) -> Sequence[str]:
        """The ids of the main specs."""
        return self._folder.spec_ids

    @property
    def specs(self) -> Mapping[str, Source]:
        """The main specs' documents by id, each read when it is looked at."""
        return self._folder.specs

    def count_requirements(self, id_: str) -> int:
        """The number of a main spec's requirements; 0 where it can't be read."""
        source = self.specs.get(id_)
        return source.requirement_count if source is not None and source.readable else 0

    def spec_findings(self, id_: str) -> tuple[Finding, ...] | None:
        """The findings of a main spec; None where there is no such spec."""
        if self._verdicts is None:
            return self._spec_findings(id_)
        return self._verdicts.of_spec(id_, lambda: self._spec_findings(id_))

    def _spec_findings(self, id_: str) -> tuple[Finding, ...] | None:
        source = self.specs.get(id_)
        if source is None:
            return None
        return (*validate_markers({SPEC_FILE: source}), *validate_spec(source))

    # --- paths and the whole -------------------------------------------------------------

    @property
    def outside(self) -> Sequence[str]:
        """The links that lead out of the project."""
        return self._folder.outside

    def has(self, path: str) -> bool:
        """Say whether there is anything at a path below openspec/."""
        return Path(self._folder.path, "openspec", path).exists()

    def has_folder(self, path: str) -> bool:
        """Say whether there is a folder at a path below openspec/."""
        return Path(self._folder.path, "openspec", path).is_dir()

    def change_path(self, name: str) -> str:
        """The path of a change's folder, links resolved."""
        return os.path.realpath(f"{self.path}/{FOLDER}/changes/{name}")

    def real(self, path: str) -> str:
        """A path with its links resolved."""
        return os.path.realpath(path)

    def state(self) -> ProjectState:
        """All changes and specs, evaluated now."""
        return ProjectState(
            changes={
                name: evaluate_change(change, self.schemas, self.specs)
                for name, change in self.changes.items()
            },
            specs={id_: evaluate_spec(id_, self.specs[id_]) for id_ in self.spec_ids},
            archived=tuple(self.archived_names),
        )

    # --- writing -------------------------------------------------------------------------

    def archive(self, name: str, today: datetime.date, options: "ArchiveOptions") -> "Archived":
        """Archive a change; raises ArchiveRefused and other StoreErrors."""
        # Only commands that write need what writing needs.
        from geometry_ws.openspec.commands.live_folder import archive_in_folder

        return archive_in_folder(self._folder.path, name, today, options, self._state_folder())

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
        from geometry_ws.openspec.commands.live_folder import create_change_in_folder

        return create_change_in_folder(
            self._folder.path, name, today, schema=schema, goal=goal, description=description
        )

    def unarchive(self, name: str, *, dry: bool) -> "Unarchived":
        """Take an archiving back; raises ArchiveRefused and other StoreErrors."""
        from geometry_ws.openspec.commands.live_folder import unarchive_in_folder

        return unarchive_in_folder(self._folder.path, name, self._state_folder(), dry=dry)

    def rebase(self, name: str, wanted: "RebaseRequest", *, dry: bool) -> "Rebasing":
        """Merge a change with what has changed in the specs since; raises StoreErrors."""
        from geometry_ws.openspec.commands.live_folder import rebase_in_folder

        return rebase_in_folder(self._folder.path, name, wanted, self._state_folder(), dry=dry)

    def set_task(
        self, name: str, task: int, done: bool, *, revision: str | None, expect: str | None
    ) -> "TaskSet":
        """Set a task of a change; raises StaleRevision and other StoreErrors."""
        from geometry_ws.openspec.commands.live_folder import set_task_in_folder

        return set_task_in_folder(
            self._folder.path, name, task, done, revision=revision, expect=expect
        )

    def edit_tasks(self, name: str, edit: "TaskEdit", guard: "Guard") -> "TasksEdited":
        """Add, reword, move or remove a task of a change; raises StaleRevision and others."""
        from geometry_ws.openspec.commands.live_folder import edit_tasks_in_folder

        return edit_tasks_in_folder(self._folder.path, name, edit, guard)
