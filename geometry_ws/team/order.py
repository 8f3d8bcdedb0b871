"""What an agent should do next: its own first, then what is free and in nobody's way."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geometry_ws.openspec.format.model import USUAL_RANK, ChangeState, ProjectState, Status
from geometry_ws.openspec.views.next_change import urgency
from geometry_ws.team.claims import Taken
from geometry_ws.team.refs import Ref, TaskIndex


@dataclass(frozen=True, slots=True)
class Turn:
    """How urgent a change is (0 comes first), and why it had better wait, where that is so.

    What is archived elsewhere is over: its tasks are shown and given only where it is named.
    """

    rank: int = USUAL_RANK
    waits: str = ""
    is_over: bool = False


USUAL_TURN = Turn()


def turns_of(state: ProjectState) -> dict[str, Turn]:
    """The turns of a project's open changes, but for usual ones.

    A change waits for those that it depends on.
    """
    turns = {}
    plannings = [change.planning for change in state.changes.values()]
    if any(each.depends_on or each.rank != USUAL_RANK for each in plannings):
        for name, (rank, others) in urgency(state.changes, state.archived).items():
            turns[name] = Turn(rank, f"waits for {others[0]}" if others else "")
    for name, change in state.changes.items():
        if archived_in(change):
            rank = turns.get(name, USUAL_TURN).rank
            turns[name] = Turn(rank, archived_in(change), is_over=True)
    return turns


def archived_in(change: ChangeState) -> str:
    """Where a change is archived in another work tree; empty where it isn't."""
    branches = [copy.branch or copy.tree for copy in change.copies if copy.archived]
    return f"archived in {branches[0]}" if branches else ""


@dataclass(frozen=True, slots=True)
class Free:
    """What there is to do: the caller's own tasks, free ones in order, and what is left out."""

    own: list[Ref]
    free: list[Ref]
    held: list[str]
    """Who holds the other open tasks."""
    waiting: int
    """How many open changes have no tasks yet."""
    over: int = 0
    """How many with open tasks are archived in another work tree."""

    @property
    def all(self) -> list[Ref]:
        """The caller's own, then the free ones."""
        return [*self.own, *self.free]


def find_free(
    indexes: Mapping[str, TaskIndex],
    taken: Taken,
    who: str,
    change: str | None = None,
    turns: Mapping[str, Turn] = MappingProxyType({}),
) -> Free:
    """Order the open tasks of a project, or of one change, for somebody.

    Changes come first where the caller is at work, then those that wait for no other, those without
    conflicts and moved bases, valid ones, urgent ones, ones where nobody else is, begun ones. In a
    change, its groups come in their order. What is archived elsewhere has nothing to do, unless it
    is named or the caller is at work there.
    """
    wanted = [indexes[change]] if change is not None else list(indexes.values())
    waiting = sum(not index.refs for index in wanted)
    begun = [index for index in wanted if index.open]
    over = [
        index.change.name
        for index in begun
        if change is None
        and turns.get(index.change.name, USUAL_TURN).is_over
        and who not in taken.of_change(index.change.name)
    ]
    several = [index for index in begun if index.change.name not in over]
    several.sort(key=lambda index: _rank(index.change, taken, who, turns))
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
    return Free(own, free, list(held), waiting, len(over))


def _rank(
    change: ChangeState, taken: Taken, who: str, turns: Mapping[str, Turn]
) -> tuple[object, ...]:
    holders = taken.of_change(change.name)
    turn = turns.get(change.name, USUAL_TURN)
    return (
        who not in holders,
        bool(turn.waits),
        bool(change.conflicts or change.moved),
        change.status in (Status.INVALID, Status.UNREADABLE),
        turn.rank,
        len(holders - {who}),
        change.progress.done == 0,
        change.name,
    )


def reason_of(
    change: ChangeState, ref: Ref, holders: set[str], who: str, turn: Turn = USUAL_TURN
) -> str:
    """Why a task is next, in a few words."""
    said = f"{change.name} {change.progress.done}/{change.progress.total}"
    if who in holders:
        said += ", you are at work there"
    elif turn.waits:
        said += f", {turn.waits}"
    elif change.conflicts:
        said += f", contradicts {change.conflicts[0].changes[0]}"
    elif change.moved:
        said += ", a spec has changed under it"
    elif ref.task.section:
        said += f", {ref.task.section}"
    return said
