"""What a hook means for the desk: signs of life, and what a session does."""

from geometry_ws.team.desk import Desk
from geometry_ws.team.hooks import Hook, activity_of, ends, moves
from geometry_ws.team.members import Member
from geometry_ws.team.text import clean


def hear(
    desk: Desk, client: str, hook: Hook, project: str, now: int, owner: str = ""
) -> Member | None:
    """A hook of an agent's program: its session is there, and does something.

    Gives the member; None where it has ended, or is another person's than `owner`.
    """
    key = f"{client}:{hook.session}"
    member = desk.members.of_key(key)
    if member is not None and owner and member.owner not in ("", owner):
        return None
    if ends(hook):
        if member is not None and not member.session:
            desk.leave(member, now)
        elif member is not None:
            member.activity, member.tool, member.seen = "idle", "", now
        return None
    if member is None:
        member = desk.members.come("", "agent", now, owner)
        desk.members.call(member, key)
        member.client = client
        member.project = project
        desk.come(member, now)
    activity = activity_of(hook)
    member.seen = now
    member.project = member.project or project
    if activity is not None:
        if activity == "waiting" and member.activity != "waiting":
            member.moved = now
        member.activity = activity
        member.tool = clean(hook.tool, 60) if activity in ("working", "waiting") else ""
    if moves(hook):
        member.moved = now
    return member
