"""What happens among the members, as the journal is told of it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from geometry_ws.protocol.activity import What
from geometry_ws.protocol.declare import NOWHERE, Origin
from geometry_ws.team.members import Members


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened among the members; ``task`` is how a task or change is called.

    ``who`` is empty for what was done on disk; then ``maybe`` holds that task. ``origin`` is where
    it was done from.
    """

    what: What
    at: int
    who: str
    project: str = ""
    task: str = ""
    text: str = ""
    maybe: str = ""
    options: tuple[str, ...] = ()
    origin: Origin = NOWHERE


def placed(events: Iterable[Event], members: Members, origin: Origin = NOWHERE) -> list[Event]:
    """With where each was done from: as is known already, where its member is, or from `origin`."""
    return [_placed(event, members, origin) for event in events]


def _placed(event: Event, members: Members, origin: Origin) -> Event:
    if event.origin.machine or not event.who:
        return event
    member = members.get(event.who)
    return replace(event, origin=member.origin if member is not None else origin)
