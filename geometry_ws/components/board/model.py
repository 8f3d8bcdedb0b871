"""What a board shows of a project, from what was told of it."""

import datetime
from collections.abc import Mapping
from dataclasses import replace

from geometry_ws.board.model import (
    Archiving,
    BoardModel,
    ChangeCard,
    Conflict,
    State,
    TaskLine,
)
from geometry_ws.board.words import describe_refusal
from geometry_ws.client.follow import ProjectState
from geometry_ws.protocol.project_values import ChangeDetail


class CardMemo:
    """Cards as they were made last; one whose change is still the same object stays the same."""

    def __init__(self) -> None:
        self._cards: dict[str, tuple[ChangeDetail, ChangeCard]] = {}

    def cards(self, changes: Mapping[str, ChangeDetail]) -> tuple[ChangeCard, ...]:
        """Give the cards of changes, by name."""
        before, self._cards = self._cards, {}
        for name in sorted(changes):
            change, entry = changes[name], before.get(name)
            if entry is None or entry[0] is not change:
                entry = change, _card(change)
            self._cards[name] = entry
        return tuple(card for _, card in self._cards.values())


def board_model(mirror: ProjectState, memo: CardMemo | None = None) -> BoardModel:
    """Give what the board shows of a project; with a memo only changed cards are made anew."""
    return BoardModel(
        project=mirror.title or mirror.project,
        changes=(memo or CardMemo()).cards(mirror.changes),
        archived=len(mirror.archived),
        specs=len(mirror.specs),
        problem=mirror.problem or None,
        notice=mirror.notice,
        id=mirror.project,
    )


def away_model(mirror: ProjectState, project: str, since: int, memo: CardMemo) -> BoardModel:
    """Give what is shown of a project whose machine is away: what was known last, and since when.

    Times are those of the node's own clock, as a board is drawn once for everybody.
    """
    known = board_model(mirror, memo)
    at = datetime.datetime.fromtimestamp(since / 1000).astimezone()
    today = datetime.datetime.now().astimezone().date()
    away = f"{at:%H:%M}" if at.date() == today else f"{at.day} {at:%b, %H:%M}"
    return replace(known, project=known.project or project, counted=True, away=away)


def refused_model(mirror: ProjectState, project: str, reason: str) -> BoardModel:
    """Give what is shown of a project whose state was refused: what was known last, and why."""
    known = board_model(mirror)
    return replace(
        known,
        project=known.project or project,
        problem=describe_refusal(reason),
        counted=bool(mirror.epoch),
    )


def _card(change: ChangeDetail) -> ChangeCard:
    tasks = tuple(TaskLine(t.id, t.text, t.done, t.section or None) for t in change.tasks)
    unwritten = change.verdict.unwritten and State(change.state) is State.INVALID
    return ChangeCard(
        name=change.change,
        state=_by_progress(change) if unwritten else State(change.state),
        title=change.title,
        done=change.done,
        total=change.total,
        tasks=tasks,
        problem=None if unwritten else change.problem or None,
        issues=0 if unwritten else change.findings,
        moved=tuple(moved.requirement for moved in change.base_moved),
        conflicts=tuple(
            Conflict(each.requirement, tuple(each.changes), each.more)
            for each in change.conflicts
            if each.changes
        ),
        archiving=_archiving(change),
        refusal="" if _is_said_by_moved(change) else change.archiving.why,
        specs=tuple(change.specs),
        moved_at=change.moved.at,
        branch=change.branch,
        archived_on=tuple(copy.branch for copy in change.copies if copy.archived),
        moved_by=change.moved.by,
        unwritten=unwritten,
    )


def _by_progress(change: ChangeDetail) -> State:
    """Give the state of a change that isn't broken, only not written to its end."""
    if not change.done:
        return State.NOT_STARTED
    return State.COMPLETE if change.done == change.total else State.IN_PROGRESS


def _archiving(change: ChangeDetail) -> Archiving:
    """Open tasks are no news: only of a complete change it matters."""
    if State(change.state) is not State.COMPLETE:
        return Archiving.UNKNOWN
    if change.archiving.can:
        return Archiving.READY
    return Archiving.REFUSED if change.archiving.why else Archiving.UNKNOWN


def _is_said_by_moved(change: ChangeDetail) -> bool:
    return change.archiving.code == "base_moved" and bool(change.base_moved)
