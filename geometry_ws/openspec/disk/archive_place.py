"""What archiving depends on besides a change and the specs: the day, the archive, and its place."""

import datetime
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.reader import Reader, is_within
from geometry_ws.openspec.disk.scanner import ARCHIVE
from geometry_ws.openspec.format.errors import ArchiveRefused, StoreError, Unwritable
from geometry_ws.openspec.format.model import Archiving, MovedBase
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles, Source
from geometry_ws.openspec.merging.archive_plan import archived_name, check_name
from geometry_ws.openspec.merging.archiving import archiving_of, refused


def check_folders(folder: Path, root: str) -> None:
    """Refuse to archive where a folder is a link that leads out of its place.

    `folder` is the openspec/ folder, `root` its real path. Raises ArchiveRefused.
    """
    project = os.path.realpath(folder.parent)
    changes = str(Path(root, "changes"))
    for path, place in (
        (changes, project),
        (str(Path(changes, ARCHIVE)), os.path.realpath(changes)),
        (str(Path(root, "specs")), project),
    ):
        if not is_within(os.path.realpath(path), place):
            text = f"{Path(path).name}/ is a link that leads out of the project."
            raise ArchiveRefused("archive_path_outside_root", text)


def read_main(root: str, spec: str) -> Source | None:
    """A main spec's document as archiving reads it; None: there is none. Raises Unwritable."""
    project = os.path.dirname(root)  # noqa: PTH120
    path = str(Path(root, "specs", spec, SPEC_FILE))
    if not os.path.lexists(path):
        return None
    parent = os.path.realpath(os.path.dirname(path))  # noqa: PTH120
    if not is_within(parent, project):
        raise Unwritable(f"specs/{spec} is a link that leads out of the project.")
    source = Reader(project).read(path)
    return Source(b"", "is no regular file", "ENOTREG") if source is None else source


@dataclass(frozen=True, slots=True)
class ArchivePlace:
    """Where changes of a project would be archived, on one day.

    `taken` has the names of all that lies in the archive; `refusal` is there where nothing can be
    archived. Equal places make no change's archiving another one.
    """

    root: str
    today: datetime.date
    taken: frozenset[str]
    refusal: Archiving | None = None

    def concerns(self, name: str) -> bool:
        """Say whether a change's name is taken."""
        return archived_name(name, self.today) in self.taken

    def archiving(
        self,
        change: ChangeFiles,
        schemas: Schemas,
        specs: Mapping[str, Source],
        moved: tuple[MovedBase, ...],
    ) -> Archiving:
        """Say whether a change can be archived now; `specs` are those that are listed."""
        try:
            check_name(change.name)
            if self.refusal is not None:
                return self.refusal
            main = {spec: self._main(specs, spec) for spec in change.deltas}
        except StoreError as problem:
            return refused(problem)
        known = {spec: source for spec, source in main.items() if source is not None}
        return archiving_of(change, schemas, known, self.today, taken=self.taken, moved=moved)

    def _main(self, specs: Mapping[str, Source], spec: str) -> Source | None:
        # What lies behind a link within the project is no listed spec, but would be written.
        return specs.get(spec) or read_main(self.root, spec)


def archive_place(folder: Path, today: datetime.date, taken: frozenset[str]) -> ArchivePlace:
    """The place where changes of a project, given by its openspec/ folder, would be archived."""
    root = os.path.realpath(folder)
    try:
        check_folders(folder, root)
    except ArchiveRefused as problem:
        return ArchivePlace(root, today, taken, refused(problem))
    return ArchivePlace(root, today, taken)
