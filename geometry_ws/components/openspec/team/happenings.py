"""What became of changes, as the journal has it. Pure."""

from collections.abc import Iterable, Sequence

from geometry_ws.openspec.format.sources import TASK_FILE
from geometry_ws.openspec.views.diff import Happening, Kind
from geometry_ws.protocol.activity import What

_MOST_PATHS = 4
_BECOMING: dict[Kind, What] = {
    Kind.CHANGE_ADDED: "created",
    Kind.CHANGE_ARCHIVED: "archived",
    Kind.CHANGE_REMOVED: "removed",
}


def name_reopened(events: Sequence[Happening]) -> str:
    """The change that came out of the archive; of several that came at once none did."""
    added = [event.name for event in events if event.kind is Kind.CHANGE_ADDED]
    archive = next((event.archived for event in events if event.archived is not None), None)
    if len(added) != 1 or archive is None:
        return ""
    return "" if any(folder.endswith(f"-{added[0]}") for folder in archive) else added[0]


def becoming(event: Happening, reopened: str) -> Iterable[What]:
    """What became of a change as a whole."""
    if event.kind is Kind.CHANGE_ADDED and event.name == reopened:
        yield "reopened"
    elif event.kind in _BECOMING:
        yield _BECOMING[event.kind]
    if event.verdict is not None and event.kind is Kind.CHANGE_CHANGED:
        before, after = event.verdict
        if before.valid is not after.valid:
            yield "valid" if after.valid else "invalid"


def is_own(event: Happening) -> bool:
    """Whether a change itself is different, and not merely what follows from others."""
    return bool(event.ticked or event.documents) or event.kind is Kind.CHANGE_ADDED


def list_written(event: Happening) -> str:
    """The documents of a change that are other ones, where that isn't a tick alone."""
    if event.kind is not Kind.CHANGE_CHANGED:
        return ""
    paths = [each.path for each in event.documents if not (event.ticked and each.path == TASK_FILE)]
    return ", ".join(paths[:_MOST_PATHS]) + (", …" if len(paths) > _MOST_PATHS else "")
