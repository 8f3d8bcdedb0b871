"""The archive as a timeline: when a change was archived, and what it did to which specs.

Pure: archived changes are handed in as they were read. The date is that of the folder's name,
which is all that is known of it; a name without one has none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from geometry_ws.openspec.format.changes import change_title
from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.metadata import read_metadata, schema_of
from geometry_ws.openspec.format.model import Progress
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import PROPOSAL_FILE, ChangeFiles
from geometry_ws.openspec.format.tasks import progress
from geometry_ws.openspec.rules.state import number_tasks, task_documents

_DATE_LENGTH = len("2026-01-31")


@dataclass(frozen=True, slots=True)
class TouchedSpec:
    """The number of requirements of a spec that a change added, modified, removed and renamed."""

    spec: str
    added: int = 0
    modified: int = 0
    removed: int = 0
    renamed: int = 0


@dataclass(frozen=True, slots=True)
class ArchivedChange:
    """An archived change: ``archived`` is its folder's name, ``name`` that without the date.

    ``date`` is like 2026-01-31, or empty; ``problem`` is a sentence where it can't be read.
    """

    archived: str
    name: str
    date: str
    title: str
    progress: Progress
    specs: tuple[TouchedSpec, ...] = ()
    problem: str = ""


def split_archived(folder: str) -> tuple[str, str]:
    """The date (or nothing) and the change's name in the name of an archived change's folder."""
    day, rest = folder[:_DATE_LENGTH], folder[_DATE_LENGTH:]
    if len(rest) > 1 and rest[0] == "-" and _is_date(day):
        return day, rest[1:]
    return "", folder


def _is_date(text: str) -> bool:
    try:
        # Other forms of ISO dates are read too, but written differently.
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def archived_change(change: ChangeFiles, schemas: Schemas) -> ArchivedChange:
    """Sum up an archived change."""
    day, name = split_archived(change.name)
    documents, _ = task_documents(
        change, schema_of(change, read_metadata(change, schemas), schemas)
    )
    proposal = change.sources.get(PROPOSAL_FILE)
    return ArchivedChange(
        archived=change.name,
        name=name,
        date=day,
        title=change_title(proposal.text, name) if proposal else name,
        progress=progress(number_tasks(documents)),
        specs=tuple(_touched(change)),
        problem=change.problem,
    )


def _touched(change: ChangeFiles) -> Iterable[TouchedSpec]:
    for id_, source in change.deltas.items():
        if source.readable:
            delta = source.delta
            counts = (delta.added, delta.modified, delta.removed, delta.renamed)
            yield TouchedSpec(id_, *map(len, counts))


def timeline_order(folders: Iterable[str]) -> tuple[str, ...]:
    """The folders of archived changes, the latest first, within a day by the change's name.

    Those without a date come last. Nothing of them needs to be read for it.
    """
    split = [(*split_archived(folder), folder) for folder in folders]
    split.sort(key=lambda parts: collation_key(parts[1]))
    split.sort(key=lambda parts: parts[0], reverse=True)
    return tuple(folder for _, _, folder in split)


def timeline(changes: Iterable[ArchivedChange]) -> tuple[ArchivedChange, ...]:
    """Archived changes in the order of `timeline_order`."""
    by_folder = {change.archived: change for change in changes}
    return tuple(by_folder[folder] for folder in timeline_order(by_folder))
