"""What deltas in a folder were written against; imports nothing that only writing needs."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from geometry_ws.openspec.disk.base_records import FILE, BaseRecords
from geometry_ws.openspec.disk.bases import BaseReader, Sight
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.format.model import MovedBase
from geometry_ws.openspec.rebasing.judge import moved_bases
from geometry_ws.openspec.rebasing.touched import NO_BASES, Bases


def base_reader(path: str, state: Path | None) -> BaseReader:
    """The reader of the bases of the project in a folder."""
    root = os.path.realpath(Path(path, "openspec"))
    return BaseReader(root, BaseRecords(root, None if state is None else state / FILE))


def bases_in_folder(
    folder: Folder, reader: BaseReader, names: Collection[str] | None = None
) -> Mapping[str, Bases]:
    """The bases of all open changes, or of some, which are only looked up then."""
    changes = {
        name: change
        for name in (folder.change_names if names is None else names)
        if (change := folder.change(name)) is not None
    }
    sight = Sight(changes, folder.specs, folder.change_names, folder.archived_names)
    return reader.read(sight, remember=names is None)


def moved_in_folder(
    folder: Folder, state: Path | None, names: Collection[str] | None
) -> Mapping[str, tuple[MovedBase, ...]]:
    """The requirements that have changed under all open changes, or some, by change."""
    bases = bases_in_folder(folder, base_reader(folder.path, state), names)
    moved = {}
    for name, known in bases.items():
        change = folder.change(name)
        if known is not NO_BASES and change is not None and not name.startswith("."):
            moved[name] = tuple(each.summary for each in moved_bases(change, folder.specs, known))
    return moved
