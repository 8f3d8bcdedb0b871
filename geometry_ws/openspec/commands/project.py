"""The project that a command is asked about, whether it lies in a folder or in a node's memory."""

import datetime
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.format.metadata import read_metadata, schema_of
from geometry_ws.openspec.format.model import Finding, Progress, ProjectState
from geometry_ws.openspec.format.patterns import is_pattern, matching
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import TASK_FILE, ChangeFiles, Source
from geometry_ws.openspec.rules.state import (
    evaluate_change,
    evaluate_spec,
    nested_changes,
    task_documents,
    validate_change,
)
from geometry_ws.openspec.rules.validate_specs import validate_spec

if TYPE_CHECKING:
    from geometry_ws.openspec.commands.writing import Ticked
    from geometry_ws.openspec.disk.archive_change import Archived
    from geometry_ws.openspec.disk.store import Store
    from geometry_ws.openspec.merging.archive_plan import ArchiveOptions


class Project:
    """A project in a folder, read as far as a command looks at it.

    `root` says where it was found, as documents give it: its path and by what rule. Lists of
    names are in the order of bytes (changes) or code units, and raise Unreadable.
    """

    def __init__(self, folder: Folder, root: Mapping[str, str]) -> None:
        self.folder = folder
        self.root = root
        self.path = root["path"]

    @property
    def is_implicit(self) -> bool:
        """Whether there is no project here, so that the place itself was taken."""
        return self.root["source"] == "implicit"

    @property
    def schemas(self) -> Schemas:
        """The schemas that it can use."""
        return self.folder.schemas

    # --- changes -------------------------------------------------------------------------

    @property
    def all_change_names(self) -> Sequence[str]:
        """All folders in changes/ but the archive."""
        return self.folder.change_names

    @property
    def change_names(self) -> Sequence[str]:
        """Those of them that aren't hidden."""
        return [name for name in self.all_change_names if not name.startswith(".")]

    def change(self, name: str) -> ChangeFiles | None:
        """A change's folder."""
        return self.folder.change(name)

    def findings(self, change: ChangeFiles) -> tuple[Finding, ...]:
        """What validation says of a change."""
        return validate_change(change, self.schemas, self.specs)

    def progress(self, change: ChangeFiles) -> Progress:
        """The tasks of a change, counted; files that can't be read have none."""
        metadata = read_metadata(change, self.schemas)
        documents, _ = task_documents(change, schema_of(change, metadata, self.schemas))
        counted = [source.progress for _, source in documents]
        return Progress(sum(one.done for one in counted), sum(one.total for one in counted))

    def unreadable_tasks(self, change: ChangeFiles) -> list[str]:
        """The task files of a change that are there but can't be read."""
        metadata = read_metadata(change, self.schemas)
        documents, named = task_documents(change, schema_of(change, metadata, self.schemas))
        if not named and change.entries.get(TASK_FILE) == "dir":
            return [TASK_FILE]
        return [path for path, source in documents if not source.readable]

    def nested(self, change: ChangeFiles) -> list[str]:
        """The changes within a folder that is none itself, from changes/ on."""
        if change.name.startswith("."):
            return []
        return [f"{change.name}/{path}" for path in nested_changes(change, self.schemas)]

    # --- the archive ---------------------------------------------------------------------

    @property
    def archived_names(self) -> Sequence[str]:
        """The archived changes."""
        return self.folder.archived_names

    def archived_change(self, name: str) -> ChangeFiles | None:
        """An archived change's folder."""
        return self.folder.archived_change(name)

    # --- specs ---------------------------------------------------------------------------

    @property
    def spec_ids(self) -> Sequence[str]:
        """The main specs."""
        return self.folder.spec_ids

    @property
    def specs(self) -> Mapping[str, Source]:
        """The main specs' documents by id."""
        return self.folder.specs

    def count_requirements(self, id_: str) -> int:
        """The number of a main spec's requirements; 0 where it can't be told."""
        source = self.specs.get(id_)
        return source.requirement_count if source is not None and source.readable else 0

    def spec_findings(self, id_: str) -> tuple[Finding, ...] | None:
        """What validation says of a main spec; None where there is none."""
        source = self.specs.get(id_)
        return None if source is None else validate_spec(source)

    # --- paths ---------------------------------------------------------------------------

    def has(self, path: str) -> bool:
        """Say whether there is anything at a path below openspec/."""
        return Path(self.folder.path, "openspec", path).exists()

    def change_path(self, name: str) -> str:
        """Where a change's folder is, links resolved."""
        return os.path.realpath(f"{self.path}/openspec/changes/{name}")

    def outputs(self, change: ChangeFiles, generates: str) -> list[str]:
        """The files that an artifact consists of, from the change's folder on."""
        folder = self.change_path(change.name)
        if not is_pattern(generates):
            plain = os.path.normpath(generates.replace("\\", "/"))
            return [plain] if Path(folder, plain).is_file() else []
        found = matching(
            generates, (path for path, kind in change.entries.items() if kind != "dir")
        )
        return [
            one for one in found if change.entries[one] == "file" or Path(folder, one).is_file()
        ]

    def real(self, path: str) -> str:
        """A path with its links resolved."""
        return os.path.realpath(path)

    # --- the whole -----------------------------------------------------------------------

    @property
    def changes(self) -> Mapping[str, ChangeFiles]:
        """All open changes by name, but the hidden ones."""
        found = {name: self.change(name) for name in self.change_names}
        return {name: change for name, change in found.items() if change is not None}

    def state(self) -> ProjectState:
        """Everything evaluated, as a store has it."""
        changes = self.changes
        return ProjectState(
            changes={
                name: evaluate_change(change, self.schemas, self.specs)
                for name, change in changes.items()
            },
            specs={id_: evaluate_spec(id_, self.specs[id_]) for id_ in self.spec_ids},
            archived=tuple(self.archived_names),
        )

    # --- writing -------------------------------------------------------------------------

    def archive(self, name: str, today: datetime.date, options: "ArchiveOptions") -> "Archived":
        """Archive a change; raises ArchiveRefused and other StoreErrors."""
        from geometry_ws.openspec.commands.writing import archive_in_folder

        return archive_in_folder(self.folder.path, name, today, options)

    def tick(
        self, name: str, task: int, done: bool, *, revision: str | None, expect: str | None
    ) -> "Ticked":
        """Set a task; raises StaleRevision and other StoreErrors."""
        from geometry_ws.openspec.commands.writing import tick_in_folder

        wish = {"revision": revision, "expect": expect}
        return tick_in_folder(self.folder.path, name, task, done, wish)


class StoredProject(Project):
    """A project that a store holds: nothing is read anew but archived changes.

    Paths are shown from `root["path"]` on, which may be a name.
    """

    def __init__(self, store: "Store", root: Mapping[str, str]) -> None:
        super().__init__(Folder(os.path.realpath(store.folder.parent)), root)
        self._store = store
        self._files, self._state = store.moment()

    @property
    def schemas(self) -> Schemas:
        """The schemas that it can use."""
        return self._files.schemas

    @property
    def all_change_names(self) -> Sequence[str]:
        """All folders in changes/ but the archive."""
        return sorted([*self._files.changes, *self._files.hidden], key=os.fsencode)

    def change(self, name: str) -> ChangeFiles | None:
        """A change's folder."""
        return self._files.changes.get(name) or self._files.hidden.get(name)

    def findings(self, change: ChangeFiles) -> tuple[Finding, ...]:
        """What validation says of a change."""
        state = self._state.changes.get(change.name)
        return state.findings if state is not None else super().findings(change)

    def progress(self, change: ChangeFiles) -> Progress:
        """The tasks of a change, counted."""
        state = self._state.changes.get(change.name)
        return state.progress if state is not None else super().progress(change)

    @property
    def archived_names(self) -> Sequence[str]:
        """The archived changes."""
        return self._files.archived

    @property
    def spec_ids(self) -> Sequence[str]:
        """The main specs."""
        return sorted(self._files.specs, key=lambda id_: id_.encode("utf-16-be", "surrogatepass"))

    @property
    def specs(self) -> Mapping[str, Source]:
        """The main specs' documents by id."""
        return self._files.specs

    def spec_findings(self, id_: str) -> tuple[Finding, ...] | None:
        """What validation says of a main spec; None where there is none."""
        state = self._state.specs.get(id_)
        return None if state is None else state.findings

    def count_requirements(self, id_: str) -> int:
        """The number of a main spec's requirements; 0 where it can't be told."""
        state = self._state.specs.get(id_)
        return state.requirements if state is not None else 0

    def has(self, path: str) -> bool:
        """Say whether there is anything at a path below openspec/."""
        if path in ("specs", "changes"):
            return True
        return super().has(path)

    def change_path(self, name: str) -> str:
        """Where a change's folder is, as it is shown."""
        return f"{self.path}/openspec/changes/{name}"

    def outputs(self, change: ChangeFiles, generates: str) -> list[str]:
        """The files that an artifact consists of, from the change's folder on."""
        found = matching(
            generates, (path for path, kind in change.entries.items() if kind != "dir")
        )
        return [one for one in found if change.entries[one] == "file" or one in change.sources]

    def real(self, path: str) -> str:
        """A path as it is shown."""
        return path

    @property
    def changes(self) -> Mapping[str, ChangeFiles]:
        """All open changes by name, but the hidden ones."""
        return self._files.changes

    def state(self) -> ProjectState:
        """Everything evaluated, as the store has it."""
        return self._state

    def archive(self, name: str, today: datetime.date, options: "ArchiveOptions") -> "Archived":
        """Archive a change; raises ArchiveRefused and other StoreErrors."""
        return self.store().archive(name, today, options)

    def tick(
        self, name: str, task: int, done: bool, *, revision: str | None, expect: str | None
    ) -> "Ticked":
        """Set a task; raises StaleRevision and other StoreErrors."""
        from geometry_ws.openspec.commands.writing import Ticked

        found = self.store().set_task(name, task, done, revision=revision, expect=expect)
        return Ticked(found.task, found.change, found.written)

    def store(self) -> "Store":
        """The project as it is written to; whoever allows only reading overrides this."""
        return self._store
