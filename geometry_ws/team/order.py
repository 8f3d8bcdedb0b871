"""What an agent should do next: its own first, then what is free and in nobody's way."""

from collections.abc import Mapping
from dataclasses import dataclass

from geometry_ws.openspec.format.model import ChangeState, Status
from geometry_ws.team.claims import Taken
from geometry_ws.team.refs import Ref, TaskIndex


@dataclass(frozen=True, slots=True)
class Free:
    """What there is to do: the caller's own tasks, free ones in order, and what is left out."""

    own: list[Ref]
    free: list[Ref]
    held: list[str]
    """Who holds the other open tasks."""
    waiting: int
    """How many open changes have no tasks yet."""

    @property
    def all(self) -> list[Ref]:
        """The caller's own, then the free ones."""
        return [*self.own, *self.free]


def find_free(
    indexes: Mapping[str, TaskIndex], taken: Taken, who: str, change: str | None = None
) -> Free:
    """Order the open tasks of a project, or of one change, for somebody.

    Changes come first where the caller is at work, then those without conflicts and moved bases,
    valid ones, ones where nobody else is, begun ones. In a change, its groups come in their order.
    """
    wanted = [indexes[change]] if change is not None else list(indexes.values())
    waiting = sum(not index.refs for index in wanted)
    several = [index for index in wanted if index.open]
    several.sort(key=lambda index: _rank(index.change, taken, who))
    own: list[Ref] = []
    free: list[Ref] = []
    held: dict[str, None] = {}
    for index in several:
        for ref in index.open:
            holder = taken.by(ref.change, ref.label)
            if not holder:
                free.append(ref)
            elif holder == who:
                own.append(ref)
            else:
                held[holder] = None
    return Free(own, free, list(held), waiting)


def _rank(change: ChangeState, taken: Taken, who: str) -> tuple[object, ...]:
    holders = taken.of_change(change.name)
    return (
        who not in holders,
        bool(change.conflicts or change.moved),
        change.status in (Status.INVALID, Status.UNREADABLE),
        len(holders - {who}),
        change.progress.done == 0,
        change.name,
    )


def reason_of(change: ChangeState, ref: Ref, holders: set[str], who: str) -> str:
    """Why a task is next, in a few words."""
    said = f"{change.name} {change.progress.done}/{change.progress.total}"
    if who in holders:
        said += ", you are at work there"
    elif change.conflicts:
        said += f", contradicts {change.conflicts[0].changes[0]}"
    elif change.moved:
        said += ", a spec has changed under it"
    elif ref.task.section:
        said += f", {ref.task.section}"
    return said
