"""Claims that were lost: their holder came back in no time, and their task is open still.

Its holder is told with the next answer; people see it among what needs them, until somebody takes
up the task or puts it away, for a day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from geometry_ws.team.claims import Claim
from geometry_ws.team.refs import TaskIndex, name_of
from geometry_ws.team.text import MINUTE

DAY_MS = 24 * 60 * MINUTE
MOST_LAPSES = 200


@dataclass(slots=True)
class Lapse:
    """A claim that was lost at a time; ``heard``: whoever held it has been told."""

    project: str
    change: str
    label: str
    text: str
    who: str
    kind: str
    at: int
    heard: bool = False

    @property
    def name(self) -> str:
        """How what was claimed is called."""
        return name_of(self.change, self.label)


class Lapses:
    """Those of the last day, one for each task, the oldest first."""

    def __init__(self) -> None:
        self._lapses: dict[tuple[str, str, str], Lapse] = {}

    def __iter__(self) -> Iterator[Lapse]:
        return iter(list(self._lapses.values()))

    def add(self, claim: Claim, kind: str, now: int) -> None:
        """A claim was lost."""
        key = claim.project, claim.change, claim.label
        self._lapses.pop(key, None)
        about = claim.project, claim.change, claim.label, claim.text
        self._lapses[key] = Lapse(*about, claim.who, kind, now)
        if len(self._lapses) > MOST_LAPSES:
            del self._lapses[next(iter(self._lapses))]

    def taken(self, claim: Claim) -> None:
        """Somebody has taken up the task, or its change."""
        self.drop(
            lapse
            for lapse in self
            if (lapse.project, lapse.change) == (claim.project, claim.change)
            and claim.label in (lapse.label, "")
        )

    def drop(self, lapses: Iterable[Lapse]) -> None:
        """Nobody needs to know of these any more."""
        for lapse in lapses:
            self._lapses.pop((lapse.project, lapse.change, lapse.label), None)

    def of_member(self, who: str, project: str, task: str | None = None) -> list[Lapse]:
        """What somebody has lost: all of it in a project, or a task."""
        return [
            lapse
            for lapse in self
            if (lapse.who, lapse.project) == (who, project) and task in (None, lapse.name)
        ]

    def tell(self, who: str, project: str) -> list[Lapse]:
        """What somebody has lost and doesn't know; now they do."""
        lapses = [each for each in self.of_member(who, project) if who and not each.heard]
        for lapse in lapses:
            lapse.heard = True
        return lapses

    def reconcile(self, project: str, indexes: Mapping[str, TaskIndex]) -> None:
        """Forget those whose task is done or gone."""
        self.drop(
            lapse for lapse in self if lapse.project == project and not _is_open(lapse, indexes)
        )

    def sweep(self, now: int) -> bool:
        """Forget those of yesterday; says whether there were any."""
        old = [lapse for lapse in self if now - lapse.at >= DAY_MS]
        self.drop(old)
        return bool(old)


def _is_open(lapse: Lapse, indexes: Mapping[str, TaskIndex]) -> bool:
    index = indexes.get(lapse.change)
    if index is None or not lapse.label:
        return index is not None
    ref = index.with_text(lapse.text) if lapse.text else None
    if ref is None and not lapse.label.startswith("#"):
        ref = index.refs.get(lapse.label)
    return ref is not None and not ref.task.done
