"""What happens among the members, as the journal is told of it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from geometry_ws.protocol.activity import What
from geometry_ws.protocol.declare import NOWHERE, Origin
from geometry_ws.protocol.presence import MemberKind
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
    kind: MemberKind | Literal[""] = ""


def placed(events: Iterable[Event], members: Members, origin: Origin = NOWHERE) -> list[Event]:
    """With where each was done from: as is known already, where its member is, or from `origin`.

    And with of what kind its member is.
    """
    return [_placed(event, members, origin) for event in events]


def _placed(event: Event, members: Members, origin: Origin) -> Event:
    member = members.get(event.who)
    kind = event.kind if event.kind or member is None else member.kind
    if not event.origin.machine and event.who:
        origin = member.origin if member is not None else origin
    else:
        origin = event.origin
    return replace(event, origin=origin, kind=kind)
