"""What a board shows of a project, from what was told of it."""

from dataclasses import replace

from geometry_ws.board.model import BoardModel, ChangeCard, State, TaskLine
from geometry_ws.board.words import describe_refusal
from geometry_ws.client.follow import ProjectState
from geometry_ws.protocol.project_values import ChangeDetail


def board_model(mirror: ProjectState) -> BoardModel:
    """Give what the board shows of a project."""
    cards = [_card(mirror.changes[name]) for name in sorted(mirror.changes)]
    return BoardModel(
        project=mirror.title or mirror.project,
        changes=tuple(cards),
        archived=len(mirror.archived),
        specs=len(mirror.specs),
        problem=mirror.problem or None,
    )


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
    return ChangeCard(
        name=change.change,
        state=State(change.state),
        title=change.title,
        done=change.done,
        total=change.total,
        tasks=tasks,
        problem=change.problem or None,
        issues=change.findings,
        moved=tuple(moved.requirement for moved in change.base_moved),
    )
