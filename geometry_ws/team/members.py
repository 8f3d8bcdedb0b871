"""Who is there: people, agents and programs, with two clocks each.

`seen` is the last sign of life, `moved` when something of theirs last moved: a tick, a note, a tool
that ran. A member with a session is there as long as that; without one, for half an hour after the
last sign. All times are in milliseconds since 1970.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from geometry_ws.protocol.declare import NOWHERE, Origin
from geometry_ws.team.refusal import Refusal
from geometry_ws.team.text import MINUTE, clean

Kind = Literal["person", "agent", "program"]
Activity = Literal["", "working", "waiting", "idle", "background", "failed"]

GRACE_MS = 30_000
"""How long what a lost session held waits for it."""

LEASE_MS = 30 * MINUTE
"""How long a member without a session is there after its last sign."""

MOST_MEMBERS = 1000
MOST_OF_ONE = 32
"""Members that one person with a proven name has at a time: pages, agents, programs."""

MOST_NAMELESS = 500
"""Members of callers without a proven name, so that those with one always find a place."""

NAME_LENGTH = 40
_NAMES = (
    "otter heron lynx finch beaver raven tapir newt swift marten ibis quail bison gecko stork "
    "badger crane dingo egret ferret gull hare impala jackal koala lemur moose narwhal ocelot "
    "puffin robin seal toad urchin vole walrus yak zebra"
)
_ANIMALS = _NAMES.split()


@dataclass(slots=True)
class Member:
    """Somebody who is there; ``session`` is 0 without one, ``lost`` when a session ended."""

    name: str
    kind: Kind
    since: int
    seen: int
    moved: int
    client: str = ""
    machine: str = ""
    """What it says of that itself."""
    origin: Origin = NOWHERE
    """Where its calls come from."""
    project: str = ""
    session: int = 0
    token: str = ""
    owner: str = ""
    """The proven name of whom it belongs to; empty for guests."""
    caller: int = 0
    """The session that it was last called by, where it has none of its own."""
    lost: int = 0
    leased: bool = True
    """Whether it never had a session of its own: it is there for its lease, also after a start."""
    activity: Activity = ""
    tool: str = ""
    page: str = ""
    change: str = ""
    moved_in: tuple[str, str] = ("", "")
    """The project and the change in which something of it last moved."""
    keys: set[str] = field(default_factory=set)
    """By what a harness calls the same session."""

    def moves(self, now: int, project: str, change: str) -> None:
        """Something of it moves in a change."""
        self.moved = self.seen = max(now, self.seen)
        self.moved_in = project, change

    def until(self) -> int:
        """When it is gone without another sign; 0: as long as its session lasts."""
        if self.lost:
            return self.lost + GRACE_MS
        return 0 if self.session else self.seen + LEASE_MS


def numbered(name: str, members: Iterable[Member], between: str) -> str:
    """The first name made of one that is taken, and a number."""
    taken = {member.name for member in members}
    number = 2
    while f"{name[:36]}{between}{number}" in taken:
        number += 1
    return f"{name[:36]}{between}{number}"


class Members:
    """Everybody who is there, by name."""

    def __init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._by_session: dict[int, str] = {}
        self._by_key: dict[str, str] = {}
        self._named = 0
        self._avoided: set[str] = set()

    def __iter__(self) -> Iterator[Member]:
        return iter(list(self._members.values()))

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def get(self, name: str) -> Member | None:
        """The member of a name."""
        return self._members.get(name)

    def of_session(self, session: int) -> Member | None:
        """The member with this session."""
        name = self._by_session.get(session)
        return None if name is None else self._members.get(name)

    def of_key(self, key: str) -> Member | None:
        """The member that a harness calls so."""
        name = self._by_key.get(key)
        return None if name is None else self._members.get(name)

    def come(self, name: str, kind: Kind, now: int, owner: str = "") -> Member:
        """The member of a name, new or with another sign of life; an empty name is made up."""
        name = clean(name, NAME_LENGTH) or self._new_name()
        member = self._members.get(name)
        if member is None:
            if len(self._members) >= MOST_MEMBERS:
                raise Refusal("busy", f"{MOST_MEMBERS} are here already: try again later.")
            most = MOST_OF_ONE if owner else MOST_NAMELESS
            if sum(each.owner == owner for each in self._members.values()) >= most:
                whose = f"of {owner} " if owner else "without a proven name "
                raise Refusal("busy", f"{most} {whose}are here already: let one leave first.")
            member = self._members[name] = Member(name, kind, now, now, now, owner=owner)
        member.seen = max(member.seen, now)
        return member

    def avoid(self, name: str) -> None:
        """Make up other names than that of somebody who was here before."""
        self._avoided.add(name)

    def bind(self, member: Member, session: int) -> None:
        """Give a member a session; the one before, if any, is its own no longer."""
        self._by_session.pop(member.session, None)
        former = self._by_session.get(session)
        if former is not None and former != member.name:
            other = self._members.get(former)
            if other is not None:
                other.session = 0
        self._by_session[session] = member.name
        member.session, member.lost, member.leased = session, 0, False

    def call(self, member: Member, key: str) -> None:
        """Remember how a harness calls a member."""
        member.keys.add(key)
        self._by_key[key] = member.name

    def lose(self, session: int, now: int) -> list[Member]:
        """A session has ended; gives the members that had it, or were called by it alone."""
        self._by_session.pop(session, None)
        lost = [
            each
            for each in self._members.values()
            if session in (each.session, 0 if each.session else each.caller)
        ]
        for member in lost:
            member.session, member.caller, member.lost = 0, 0, now
        return lost

    def remove(self, member: Member) -> None:
        """It is gone."""
        self._members.pop(member.name, None)
        if self._by_session.get(member.session) == member.name:
            self._by_session.pop(member.session)
        for key in member.keys:
            if self._by_key.get(key) == member.name:
                self._by_key.pop(key)

    def gone(self, now: int) -> list[Member]:
        """Take out those whose time is over."""
        over = [member for member in self if 0 < member.until() <= now]
        for member in over:
            self.remove(member)
        return over

    def _new_name(self) -> str:
        """An animal and a number, none that is here."""
        while True:
            self._named += 1
            rounds, place = divmod(self._named - 1, len(_ANIMALS))
            name = f"{_ANIMALS[place]}-{rounds + 1}"
            if name not in self._members and name not in self._avoided:
                return name
