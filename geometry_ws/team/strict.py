"""Strict claims: in a project that asks for them, nobody else ticks what somebody holds."""

from geometry_ws.team import lines
from geometry_ws.team.desk import Desk
from geometry_ws.team.refusal import Refusal


def check_tick(
    desk: Desk, project: str, change: str, text: str, who: str, person: str, now: int
) -> None:
    """Whether a task with this text may be set or unset; raises Refusal.

    `who` is the member that asks, `person` the proven name behind it; both may be empty. What
    somebody's own agents hold is hers as well.
    """
    claim = desk.holder_of(project, change, text)
    if claim is None or claim.who == who:
        return
    holder = desk.members.get(claim.who)
    if person and person in (claim.who, holder.owner if holder is not None else ""):
        return
    desk.want(claim, who or person)
    raise Refusal("held", lines.held_strictly(claim, holder, now), holder=claim.who)
