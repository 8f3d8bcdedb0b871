"""What is held, as it is written down for the node's next start: a line of JSON for each holder.

Who holds something without a session of its own goes on within its lease; a session that comes back
by its name, its key or its token has as long for that as after any other loss. What can't be read
is skipped.
"""

from collections.abc import Collection, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from geometry_ws.team.claims import Claim
from geometry_ws.team.desk import Desk
from geometry_ws.team.members import LEASE_MS, NAME_LENGTH, Kind, Member
from geometry_ws.team.refusal import Refusal
from geometry_ws.team.text import MINUTE

MOST_BYTES = 8 * 2**20
"""Of what is written down, and read again."""

_Text = Annotated[str, Meta(max_length=400)]
_Time = Annotated[int, Meta(ge=0, le=2**53)]


class HeldTask(msgspec.Struct, frozen=True):
    """Something that is held."""

    project: _Text
    change: _Text
    label: _Text
    text: str
    since: _Time


class Holder(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who holds it."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH)]
    kind: Kind
    since: _Time
    seen: _Time
    moved: _Time
    tasks: list[HeldTask]
    leased: bool = True
    client: _Text = ""
    machine: _Text = ""
    project: _Text = ""
    token: _Text = ""
    owner: _Text = ""
    keys: list[_Text] = []


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Holder)


def written(desk: Desk) -> bytes:
    """Everybody who holds something, as lines; times of signs are whole minutes."""
    held: dict[str, list[HeldTask]] = {}
    for claim in desk.claims:
        task = HeldTask(claim.project, claim.change, claim.label, claim.text, claim.since)
        held.setdefault(claim.who, []).append(task)
    lines: list[bytes] = []
    room = MOST_BYTES
    for name, tasks in held.items():
        member = desk.members.get(name)
        if member is None:
            continue
        line = _ENCODER.encode(_holder(member, tasks)) + b"\n"
        room -= len(line)
        if room < 0:
            break
        lines.append(line)
    return b"".join(lines)


def _holder(member: Member, tasks: list[HeldTask]) -> Holder:
    return Holder(
        name=member.name,
        kind=member.kind,
        since=member.since,
        seen=_minute(member.seen),
        moved=_minute(member.moved),
        tasks=tasks,
        leased=member.leased,
        client=member.client,
        machine=member.machine,
        project=member.project,
        token=member.token,
        owner=member.owner,
        keys=sorted(member.keys),
    )


def _minute(time: int) -> int:
    """So that a mere sign of life is written down once a minute; nobody loses by it."""
    return -(-time // MINUTE) * MINUTE


def read(data: bytes) -> Iterator[Holder]:
    """The holders in lines; what is none is skipped."""
    for line in data[:MOST_BYTES].split(b"\n"):
        if line:
            try:
                yield _DECODER.decode(line)
            except (msgspec.MsgspecError, UnicodeError, RecursionError):
                continue


def restore(desk: Desk, holder: Holder, projects: Collection[str], now: int) -> None:
    """Let somebody go on who held something when the node ended; else it is lost, and said so.

    The desk's projects have their states, and `projects` are those that are served.
    """
    tasks = [task for task in holder.tasks if task.project in projects]
    seen = min(holder.seen, now)
    if not tasks or holder.name in desk.members:
        return
    claims = [Claim(t.project, t.change, t.label, t.text, holder.name, t.since) for t in tasks]
    if holder.leased and seen + LEASE_MS <= now:
        desk.lost(claims, holder.kind, now)
        return
    try:
        member = desk.members.come(holder.name, holder.kind, seen, holder.owner)
        member.since, member.moved = min(holder.since, now), min(holder.moved, now)
        member.client, member.machine = holder.client, holder.machine
        member.project = holder.project if holder.project in projects else ""
        member.token, member.leased = holder.token, holder.leased
        member.lost = 0 if holder.leased else now
        for key in holder.keys:
            desk.members.call(member, key)
        for claim in claims:
            if desk.claims.in_the_way(claim.project, claim.change, claim.label, claim.who) is None:
                desk.claims.take(claim)
    except Refusal:
        held = desk.claims.of_member(holder.name)
        desk.lost([claim for claim in claims if claim not in held], holder.kind, now)
