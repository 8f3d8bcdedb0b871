"""A project that a node's store holds: commands read what it has evaluated, and nothing anew."""

import datetime
import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from geometry_ws.openspec.commands.project import check_links, check_place, count_tasks
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.format.model import Finding, MovedBase, Progress, ProjectState
from geometry_ws.openspec.format.patterns import matching
from geometry_ws.openspec.format.schemas import Artifact, Schemas
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.format.text import code_unit_key
from geometry_ws.openspec.rules.state import validate_change

if TYPE_CHECKING:
    from geometry_ws.openspec.disk.archive_change import Archived
    from geometry_ws.openspec.disk.create_change import Created
    from geometry_ws.openspec.disk.edit_tasks import Guard, TasksEdited
    from geometry_ws.openspec.disk.rebase_change import RebaseRequest, Rebasing
    from geometry_ws.openspec.disk.set_task import TaskSet
    from geometry_ws.openspec.disk.store import Store
    from geometry_ws.openspec.disk.templates import Template
    from geometry_ws.openspec.disk.unarchive import Unarchived
    from geometry_ws.openspec.format.task_edits import TaskEdit
    from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
    from geometry_ws.openspec.views.spec_history import ArchiveCommit


class StoredProject:
    """A `Project` as a store had it at one moment; only archived changes are read anew.

    Paths are shown from `root["path"]` on, which may be a name.
    """

    def __init__(self, store: "Store", root: Mapping[str, str]) -> None:
        self.root = root
        self.path = root["path"]
        self._store = store
        self._place = os.path.realpath(store.folder.parent)
        self.folder_name = store.folder.name
        self._files, self._state = store.moment()

    @property
    def schemas(self) -> Schemas:
        """The schemas that the project can use."""
        return self._files.schemas

    def template(self, schema: str, artifact: Artifact) -> "Template":
        """What a document of a schema begins with; it is read now."""
        from geometry_ws.openspec.disk.templates import read_template

        return read_template(f"{self._place}/{self.folder_name}", self.schemas, schema, artifact)

    # --- changes -------------------------------------------------------------------------

    @property
    def all_change_names(self) -> Sequence[str]:
        """The names of all folders in changes/ but the archive."""
        check_place(self, "changes")
        return sorted([*self._files.changes, *self._files.hidden], key=os.fsencode)

    @property
    def changes(self) -> Mapping[str, ChangeFiles]:
        """All open changes by name, but the hidden ones."""
        return self._files.changes

    def change(self, name: str) -> ChangeFiles | None:
        """A change's folder."""
        return self._files.changes.get(name) or self._files.hidden.get(name)

    def findings(self, change: ChangeFiles) -> tuple[Finding, ...]:
        """The findings of a change."""
        state = self._state.changes.get(change.name)
        if state is None:
            return validate_change(change, self.schemas, self.specs)
        return state.findings

    def validating(self) -> AbstractContextManager[None]:
        """The store has evaluated everything already."""
        return nullcontext()

    def progress(self, change: ChangeFiles) -> Progress:
        """The tasks of a change, counted."""
        state = self._state.changes.get(change.name)
        return count_tasks(change, self.schemas) if state is None else state.progress

    def outputs(self, change: ChangeFiles, generates: str) -> list[str]:
        """The files that an artifact consists of, from the change's folder on; see `Project`."""
        files = (path for path, kind in change.entries.items() if kind != "dir")
        paths = check_links(change, matching(generates, files))
        return [path for path in paths if change.entries[path] == "file" or path in change.sources]

    def moved(self, names: Collection[str] | None = None) -> Mapping[str, tuple[MovedBase, ...]]:
        """The requirements that have changed under changes, as the store has found them."""
        changes = self._state.changes
        return {
            name: state.moved
            for name, state in changes.items()
            if state.moved and (names is None or name in names)
        }

    # --- the archive ---------------------------------------------------------------------

    @property
    def archived_names(self) -> Sequence[str]:
        """The names of the archived changes."""
        check_place(self, "changes/archive")
        return self._files.archived

    def archived_change(self, name: str) -> ChangeFiles | None:
        """An archived change's folder, which no store holds."""
        return self._folder.archived_change(name)

    @cached_property
    def _folder(self) -> Folder:
        return Folder(self._place, name=self.folder_name)

    def archive_commits(self, spec: str) -> "Mapping[str, ArchiveCommit]":
        """The commits that archived the changes with a delta of a spec."""
        from geometry_ws.openspec.disk.git_archive import GitArchive

        return GitArchive(os.path.realpath(f"{self._place}/{self.folder_name}")).commits(spec)

    # --- specs ---------------------------------------------------------------------------

    @property
    def spec_ids(self) -> Sequence[str]:
        """The ids of the main specs."""
        check_place(self, "specs")
        return sorted(self._files.specs, key=code_unit_key)

    @property
    def specs(self) -> Mapping[str, Source]:
        """The main specs' documents by id."""
        return self._files.specs

    def count_requirements(self, id_: str) -> int:
        """The number of a main spec's requirements; 0 where it can't be read."""
        state = self._state.specs.get(id_)
        return state.requirements if state is not None else 0

    def spec_findings(self, id_: str) -> tuple[Finding, ...] | None:
        """The findings of a main spec; None where there is no such spec."""
        state = self._state.specs.get(id_)
        return None if state is None else state.findings

    # --- paths and the whole -------------------------------------------------------------

    @property
    def outside(self) -> Sequence[str]:
        """The links that lead out of the project."""
        return self._files.outside

    def has(self, path: str) -> bool:
        """Say whether there is anything at a path below openspec/."""
        return path in ("specs", "changes") or Path(self._place, self.folder_name, path).exists()

    def has_folder(self, path: str) -> bool:
        """Say whether there is a folder at a path below openspec/."""
        return Path(self._place, self.folder_name, path).is_dir()

    def change_path(self, name: str) -> str:
        """The path of a change's folder, from the project's shown path on."""
        return f"{self.path}/{self.folder_name}/changes/{name}"

    def real(self, path: str) -> str:
        """A path as it is shown."""
        return path

    def state(self) -> ProjectState:
        """All changes and specs, as the store has evaluated them."""
        return self._state

    # --- writing -------------------------------------------------------------------------

    def archive(self, name: str, today: datetime.date, options: "ArchiveOptions") -> "Archived":
        """Archive a change; raises ArchiveRefused and other StoreErrors."""
        return self.writable_store().archive(name, today, options)

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
        return self.writable_store().create_change(
            name, today, schema=schema, goal=goal, description=description
        )

    def unarchive(self, name: str, *, dry: bool) -> "Unarchived":
        """Take an archiving back; raises ArchiveRefused and other StoreErrors."""
        store = self._store if dry else self.writable_store()
        return store.unarchive(name, dry=dry)

    def rebase(self, name: str, wanted: "RebaseRequest", *, dry: bool) -> "Rebasing":
        """Merge a change with what has changed in the specs since; raises StoreErrors."""
        store = self._store if dry else self.writable_store()
        return store.rebase(name, wanted, dry=dry)

    def set_task(
        self, name: str, task: int, done: bool, *, revision: str | None, expect: str | None
    ) -> "TaskSet":
        """Set a task of a change; raises StaleRevision and other StoreErrors."""
        return self.writable_store().set_task(name, task, done, revision=revision, expect=expect)

    def edit_tasks(self, name: str, edit: "TaskEdit", guard: "Guard") -> "TasksEdited":
        """Add, reword, move or remove a task of a change; raises StaleRevision and others."""
        return self.writable_store().edit_tasks(name, edit, guard)

    def writable_store(self) -> "Store":
        """The store that is written to; a subclass that only reads refuses here."""
        return self._store
