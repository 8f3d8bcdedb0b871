"""At which changes somebody is: where something is held, is looked at, or last moved."""

from collections.abc import Iterable

from geometry_ws.protocol.presence import Whereabouts, Why
from geometry_ws.team.claims import Claim
from geometry_ws.team.members import Member

MOST_PLACES = 8


def whereabouts(member: Member, held: Iterable[Claim]) -> list[Whereabouts]:
    """Each change once, by the strongest reason; of very many the first.

    Whoever holds nothing and looks at nothing is where something of theirs last moved.
    """
    places: dict[tuple[str, str], Why] = {(claim.project, claim.change): "holds" for claim in held}
    if member.change and member.project:
        places.setdefault((member.project, member.change), "looks")
    if not places and member.moved_in[1]:
        places[member.moved_in] = "moved"
    return [
        Whereabouts(project=project, change=change, why=why)
        for (project, change), why in list(places.items())[:MOST_PLACES]
    ]
