"""Archiving a change on disk: all of it or nothing, whatever happens in between.

A plan is made from documents that were just read (`archive_plan`), and made again when one of them
changed meanwhile; then it is applied (`apply_archive`).
"""

import datetime
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.apply_archive import apply_archive
from geometry_ws.openspec.disk.archive_place import check_folders, read_main
from geometry_ws.openspec.disk.rebase_change import BasedProject
from geometry_ws.openspec.disk.recovery import writing_in
from geometry_ws.openspec.disk.replace_file import (
    ChangedMeanwhile,
    attempts,
    refused_by_system,
)
from geometry_ws.openspec.disk.scanner import ARCHIVE, ProjectFiles
from geometry_ws.openspec.format.errors import (
    ArchiveRefused,
    StaleRevision,
    Unwritable,
)
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles, Source, revision_of
from geometry_ws.openspec.merging.archive_plan import (
    ArchiveOptions,
    ArchivePlan,
    archived_name,
    check_name,
    no_such_change,
)
from geometry_ws.openspec.merging.archiving import check_whole, decide


@dataclass(frozen=True, slots=True)
class SpecRevision:
    """A main spec's revisions before (empty: it is new) and after (empty: it was retired)."""

    spec: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Archived:
    """The result of archiving a change, or (`dry`) the result that it would have.

    `revision` stands for everything that it was decided from; `changed` are paths in the
    openspec/ folder, `path` is the archived change's own.
    """

    plan: ArchivePlan
    path: str
    revision: str
    specs: tuple[SpecRevision, ...]
    changed: tuple[str, ...]
    dry: bool = False


@dataclass(frozen=True, slots=True)
class _Inputs:
    change: ChangeFiles
    schemas: Schemas
    main: dict[str, Source]
    revision: str


def archive(
    project: BasedProject,
    change: str,
    today: datetime.date,
    options: ArchiveOptions,
    *,
    revision: str | None = None,
    dry: bool = False,
) -> Archived:
    """Archive a change, or only say what that would do.

    `revision`, where given, must be that of a dry run before. Raises ArchiveRefused, Locked,
    StaleRevision, Unreadable, Unwritable, NoProject.
    """
    archiver = _Archiver(project, change, today, options, revision)
    if dry:
        return archiver.look()
    with writing_in(project.root()):
        for _ in attempts():
            try:
                return archiver.attempt()
            except ChangedMeanwhile:
                continue
    raise Unwritable("What is to be archived keeps being changed by somebody else.")


class _Archiver:
    def __init__(
        self,
        project: BasedProject,
        name: str,
        today: datetime.date,
        options: ArchiveOptions,
        revision: str | None,
    ) -> None:
        self._live = project
        self._name = name
        self._options = options
        self._revision = revision
        self._root = project.root()
        self._source = str(Path(self._root, "changes", name))
        self._archive = str(Path(self._root, "changes", ARCHIVE))
        self._today = today
        self._archived_as = archived_name(name, today)
        self._target = str(Path(self._archive, self._archived_as))

    def look(self) -> Archived:
        """The result that archiving would have."""
        plan, inputs = self._plan()
        return self._result(plan, inputs, dry=True)

    def attempt(self) -> Archived:
        """Archive once; raises ChangedMeanwhile where a file changed on the way."""
        plan, inputs = self._plan()
        deltas = {} if self._options.skip_specs else inputs.change.deltas
        self._live.records.note(self._root, self._name, plan.archived_as, plan.writes)
        try:
            apply_archive(
                self._root,
                plan,
                {f"specs/{spec}/{SPEC_FILE}": source.data for spec, source in deltas.items()},
                lambda: self._check_again(inputs),
            )
        except OSError as problem:
            raise refused_by_system("What is to be archived", problem) from problem
        self._live.look(f"changes/{self._name}", "changes/archive", "specs")
        return self._result(plan, inputs, dry=False)

    def _result(self, plan: ArchivePlan, inputs: _Inputs, *, dry: bool) -> Archived:
        specs = tuple(
            SpecRevision(
                write.spec,
                "" if write.old is None else revision_of(write.old),
                "" if write.new is None else revision_of(write.new),
            )
            for write in plan.writes
        )
        changed = (
            *(f"specs/{write.spec}/{SPEC_FILE}" for write in plan.writes),
            f"changes/{self._name}",
            f"changes/{ARCHIVE}/{self._archived_as}",
        )
        return Archived(plan, self._target, inputs.revision, specs, changed, dry)

    # --- deciding ------------------------------------------------------------------------

    def _plan(self) -> tuple[ArchivePlan, _Inputs]:
        check_name(self._name)
        check_folders(self._live.folder, self._root)
        inputs = self._read()
        if self._revision is not None and self._revision != inputs.revision:
            text = "What is to be archived is not what it was: look again."
            raise StaleRevision(text, inputs.revision)
        taken = {self._archived_as} if os.path.lexists(self._target) else set()
        moved = self._live.moved_bases(inputs.change, inputs.main)
        plan = decide(
            inputs.change,
            inputs.schemas,
            inputs.main,
            self._today,
            self._options,
            taken=taken,
            moved=[each.summary for each in moved],
        )
        return plan, inputs

    def _read(self) -> _Inputs:
        files = self._live.look(f"changes/{self._name}")
        change = self._change(files)
        main: dict[str, Source] = {}
        if not self._options.skip_specs:
            for spec in change.deltas:
                source = read_main(self._root, spec)
                if source is not None:
                    main[spec] = source
        parts = [f"{path} {source.revision}" for path, source in change.sources.items()]
        parts += [f"{spec}/{SPEC_FILE} {source.revision}" for spec, source in main.items()]
        return _Inputs(change, files.schemas, main, revision_of("\n".join(parts).encode()))

    def _change(self, files: ProjectFiles) -> ChangeFiles:
        known = {**files.changes, **files.hidden}
        try:
            mode = os.lstat(self._source).st_mode
        except (OSError, ValueError):
            raise no_such_change(self._name, known) from None
        if stat.S_ISLNK(mode):
            text = "The change is a link to a folder. Put the folder itself there."
            raise ArchiveRefused("archive_change_symlink", text)
        change = known.get(self._name)
        if not stat.S_ISDIR(mode) or change is None:
            raise no_such_change(self._name, known)
        check_whole(change)
        return change

    def _check_again(self, inputs: _Inputs) -> None:
        """Notice what changed since the plan was made; raises ChangedMeanwhile."""
        if os.path.lexists(self._target) or self._read().revision != inputs.revision:
            raise ChangedMeanwhile
