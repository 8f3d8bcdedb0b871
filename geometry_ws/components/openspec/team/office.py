"""What the served desk shares: clock, names of callers, and telling what has changed.

The desk itself is `geometry_ws.team.desk`. Here are its projects' states, the sessions that end,
and the topics; whoever changed something calls `tell`.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.components.openspec.registry import ProjectRegistry
from geometry_ws.components.openspec.team.attention import ServedAttention
from geometry_ws.components.openspec.team.happenings import (
    becoming,
    is_own,
    list_written,
    name_reopened,
)
from geometry_ws.components.openspec.team.refusals import declared_refusals
from geometry_ws.openspec.views.diff import Happening
from geometry_ws.protocol import presence as wire
from geometry_ws.protocol.attention import AttentionItem
from geometry_ws.protocol.channels import News
from geometry_ws.protocol.declare import NOWHERE, Caller, Origin
from geometry_ws.protocol.project_values import By, person_of
from geometry_ws.protocol.rights import BRIDGE_ROLE
from geometry_ws.team.channels import Channels
from geometry_ws.team.claims import Claim
from geometry_ws.team.desk import Desk
from geometry_ws.team.events import Event, placed
from geometry_ws.team.members import Kind as MemberKind
from geometry_ws.team.members import Member, numbered
from geometry_ws.team.refs import split_name
from geometry_ws.team.strict import check_tick
from geometry_ws.team.troubles import items_of_desk, quiet_claims
from geometry_ws.team.whereabouts import whereabouts

TELL_SECONDS = 0.5
"""Presence is told at most so often."""

PAGE_MS = 4_000
"""So long a page may take to come back before its reader is away."""

TICKING_MS = 5000
"""Within so long a task that somebody sets is written, or it isn't."""

MOST_TOLD = 200
_MOST_TICKS = 100
_MOST_EDITS = 20
"""Of one step: another branch that is checked out isn't worth a line for each change."""


@dataclass(frozen=True)
class Told:
    """How the office tells others: topics, and doing something later."""

    presence: Callable[[wire.PresenceChanged], None]
    claims: Callable[[wire.ClaimsChanged], None]
    news: Callable[[int, News], None]
    later: Callable[[float, Callable[[], None]], object]


class Office:
    """The desk of a node, with its clock and its topics; `now` gives milliseconds since 1970."""

    def __init__(
        self,
        registry: ProjectRegistry,
        attention: ServedAttention,
        channels: Told,
        now: Callable[[], int],
    ) -> None:
        self.registry = registry
        self.desk = Desk()
        self.channels = Channels()
        self.now = now
        self.recorders: list[Callable[[list[Event]], None]] = []
        """Called with what has happened, in order."""
        self.claims_elsewhere: Callable[[], Iterable[wire.Claim]] = tuple
        """The claims on projects that lie on other machines."""
        self._attention = attention
        self._channels = channels
        self._acting = ""
        self._ticking: dict[tuple[str, str, str], tuple[str, Origin, int]] = {}
        """Who is ticking which task just now, from where, and until when that can be so."""
        self._claims: dict[str, tuple[int, list[wire.Claim]]] = {}
        self._quiet: frozenset[tuple[str, str, str, bool]] = frozenset()
        self._away_before: frozenset[str] = frozenset()
        self._presence: tuple[int, list[wire.Member]] = (0, [])
        self._pending = False
        registry.name_of = self.name_of
        # Before attention is worked out: its items are about the newest state.
        registry.listeners.insert(0, self._advanced)
        registry.tick_guards.append(self._check_tick)
        attention.sources.append(self._attention_items)

    # --- who calls ---------------------------------------------------------------------------

    def member_of(
        self, caller: Caller, name: str | None, kind: MemberKind, project: str = ""
    ) -> Member:
        """Who calls: by its proven name, the one it gives, that of its session, or a new one.

        Calls by HTTP of somebody whose name is proven share a session as well: such a session
        becomes a member's own only by `join`. With it goes what was called by nothing else.
        """
        now = self.now()
        member = self.known(caller, name)
        is_new = member is None
        if member is None:
            own = self._name_of(caller, name)
            member = self.desk.members.come(own, kind, now, person_of(caller))
        self.hear(caller, member)
        if has_session(caller) and not person_of(caller) and not member.session:
            self.desk.members.bind(member, caller.session)
        if project and not member.project:
            member.project = project
        if is_new:
            self.desk.come(member, now)
        return member

    def hear(self, caller: Caller, member: Member) -> None:
        """A member gives a sign of life; it is there for as long as who calls for it."""
        member.seen = max(member.seen, self.now())
        member.origin = caller.origin if caller.origin.machine else member.origin
        if own := person_of(caller):
            member.owner = own
            if not member.session:
                member.caller, member.lost = caller.session, 0

    def known(self, caller: Caller, name: str | None) -> Member | None:
        """Who calls, where that can be known without making a name."""
        bound = self.desk.members.of_session(caller.session) if has_session(caller) else None
        own = self._name_of(caller, name)
        if bound is not None and (not own or person_of(caller)):
            return bound
        return self.desk.members.get(own) if own else None

    def _name_of(self, caller: Caller, name: str | None) -> str:
        """The name that a caller goes by; of one that is proven, its own or `OWN/…`.

        No name that is given with access has a slash, so nobody acts as somebody else.
        """
        own, given = person_of(caller), name or ""
        return given if not own or given.startswith(f"{own}/") else own

    def join(self, caller: Caller, request: wire.Join) -> wire.Joined:
        """A session says who it is."""
        members, now = self.desk.members, self.now()
        own = person_of(caller)
        wanted = own or request.name or ""
        there = members.get(wanted) if wanted else None
        if own and request.token:
            # Another browser of somebody who is here already has a name of its own.
            same = (each for each in members if each.owner == own and _has(each, request.token))
            there = next(same, there)
        if there is None and request.key:
            there = members.of_key(request.key)
            if there is not None and own and there.owner not in ("", own):
                there = None
        resumed = False
        if there is not None and there.session not in (0, caller.session):
            # Another session has the name; its token says that it is the same program.
            resumed = bool(request.token) and _has(there, request.token)
            if not resumed:
                there, wanted = None, numbered(wanted, members, "/" if own else "-")
        elif there is not None:
            resumed = True
        member = there or members.come(wanted, request.kind, now, own)
        former = members.of_session(caller.session)
        members.bind(member, caller.session)
        if former not in (None, member) and not self.desk.claims.of_member(former.name):
            self.desk.leave(former, now)
        member.kind, member.seen, member.origin = request.kind, now, caller.origin
        member.client = request.client or member.client
        member.machine = request.machine or member.machine
        member.project = request.project or member.project
        member.token = member.token or secrets.token_urlsafe(12)
        if request.key:
            members.call(member, request.key)
        if not resumed:
            self.desk.come(member, now)
        self.tell()
        return wire.Joined(name=member.name, token=member.token, resumed=resumed)

    def project_at(self, place: str) -> str:
        """The project in whose folder a place lies, of several the innermost; else nothing."""
        homes = ((home, each.id) for each in self.registry for home in each.homes)
        inside = [(len(home), id_) for home, id_ in homes if f"{place}/".startswith(f"{home}/")]
        return max(inside)[1] if inside else ""

    @property
    def sessions(self) -> set[int]:
        """The sessions that members have, or have called by."""
        members = self.desk.members
        return {each for member in members for each in (member.session, member.caller) if each}

    def session_left(self, session: int) -> None:
        """A session has ended."""
        permissions_went = self.channels.close(session)
        if self.desk.lose(session, self.now()) or permissions_went:
            self.tell()

    # --- what changes ------------------------------------------------------------------------

    def ticks(self, project: str, change: str, text: str, who: str, origin: Origin) -> None:
        """Somebody sets this task now: what several write at once is told together."""
        self._ticking[project, change, text] = who, origin, self.now() + TICKING_MS

    def acting(self, name: str) -> "_Acting":
        """While somebody writes for a member: what happens then is theirs."""
        return _Acting(self, name)

    def name_of(self, by: By) -> str:
        """What whoever wrote is called here: as a member, or by a proven name."""
        member = self.desk.members.of_session(by.session)
        return self._acting or (member.name if member is not None else by.person)

    def sweep(self) -> None:
        """Let go of whom is gone, and of projects that aren't served any more."""
        now = self.now()
        for project in self._claims.keys() - set(self.registry.ids):
            del self._claims[project]
            self.desk.drop_project(project)
        away = self._away()
        if away != self._away_before:
            self._away_before = away
            self._tell_presence_soon()
        quiet = quiet_claims(self.desk, now)
        permissions_went = self.channels.sweep(now)
        if self.desk.sweep(now) or quiet != self._quiet or permissions_went:
            self._quiet = quiet
            self.tell()
        for key in [key for key, (*_, until) in self._ticking.items() if until < now]:
            del self._ticking[key]
        states = {project.id: project.state for project in self.registry}
        for session, news in self.channels.news(self.desk, states):
            self.tell_news(session, news)

    def tell_news(self, session: int, news: News) -> None:
        """Tell something to the session of a channel."""
        self._channels.news(session, news)

    def tell(self, caller: Caller | None = None) -> None:
        """Tell what is different now, to whom it concerns; `caller` has done it."""
        self._record(NOWHERE if caller is None else caller.origin)
        for project in self.registry:
            self._tell_claims(project.id)
            self._attention.look_again(project)
        self._tell_presence_soon()

    def _record(self, origin: Origin = NOWHERE) -> None:
        """Hand on what has happened; where nobody is here by that name, it was done from there."""
        events, self.desk.events = self.desk.events, []
        happened = placed(events, self.desk.members, origin)
        for record in self.recorders:
            record(happened)

    def _tell_presence_soon(self) -> None:
        if not self._pending:
            self._pending = True
            self._channels.later(TELL_SECONDS, self._tell_presence)

    def _advanced(self, project: ServedProject, events: list[Happening], by: By | None) -> None:
        now = self.now()
        who = self._acting if by is None else self.name_of(by) or "somebody"
        origin = NOWHERE if by is None else Origin(by.machine, by.forwarded)
        member = self.desk.members.get(who)
        edits = 0
        reopened = name_reopened(events)
        for event in events:
            for what in becoming(event, reopened):
                self.desk.happened(project.id, what, event.name, who, now, origin=origin)
            if (written := list_written(event)) and (edits := edits + 1) <= _MOST_EDITS:
                self.desk.happened(project.id, "edited", event.name, who, now, written, origin)
            if member is not None and event.change is not None and is_own(event):
                member.moves(now, project.id, event.name)
            for tick in event.ticked[:_MOST_TICKS]:
                key = project.id, event.name, tick.text
                # Several may write at once, an editor too: each tick is that of who asked for it.
                asked = (who, origin, 0) if by is not None else ("", NOWHERE, 0)
                ticker, place, _ = self._ticking.pop(key, asked)
                self.desk.ticked(*key, ticker, now, done=tick.done, origin=place)
        self.desk.take_state(project.id, project.state)
        self._tell_claims(project.id)
        self._record()
        if events:
            self._tell_presence_soon()

    def _check_tick(self, project: ServedProject, change: str, text: str, by: By) -> None:
        """Where claims are strict, nobody else ticks what somebody holds; raises Held."""
        member = self.desk.members.of_session(by.session)
        who = member.name if member is not None else ""
        if project.store.files.schemas.config.strict_claims:
            with declared_refusals():
                check_tick(self.desk, project.id, change, text, who, by.person, self.now())
        origin = Origin(by.machine, by.forwarded)
        self.ticks(project.id, change, text, who or by.person or "somebody", origin)

    def _tell_claims(self, project: str) -> None:
        claims = self.claims_of(project)
        seq, before = self._claims.get(project, (0, []))
        if claims != before:
            self._channels.claims(
                wire.ClaimsChanged(
                    project=project, epoch=self.registry.epoch, seq=seq + 1, claims=claims
                )
            )
            seq += 1
        self._claims[project] = seq, claims

    def _tell_presence(self) -> None:
        self._pending = False
        members = self.present()
        seq, before = self._presence
        # A sign of life alone is nothing to tell.
        if list(map(_without_sign, members)) != list(map(_without_sign, before)):
            seq += 1
            self._channels.presence(
                wire.PresenceChanged(
                    epoch=self.registry.epoch,
                    seq=seq,
                    members=members[:MOST_TOLD],
                    more=max(len(members) - MOST_TOLD, 0),
                )
            )
        self._presence = seq, members

    # --- as the wire has it ------------------------------------------------------------------

    def present(self) -> list[wire.Member]:
        """Everybody, in the order in which they came."""
        held: dict[str, list[Claim]] = {}
        for claim in self.desk.claims:
            held.setdefault(claim.who, []).append(claim)
        for each in self.claims_elsewhere():
            claim = Claim(each.project, *split_name(each.task), each.text, each.who, each.since)
            held.setdefault(each.who, []).append(claim)
        away = self._away()
        return [
            _member(member, held.get(member.name, []), lost=member.name in away)
            for member in self.desk.members
        ]

    def _away(self) -> frozenset[str]:
        """Whose session has ended; of people it may be a page that is just loaded again."""
        now = self.now()
        return frozenset(
            member.name
            for member in self.desk.members
            if member.lost and (member.kind != "person" or now - member.lost >= PAGE_MS)
        )

    def claims_of(self, project: str) -> list[wire.Claim]:
        """The claims of a project."""
        return [self.claim(claim) for claim in self.desk.claims.of_project(project)]

    def claim(self, claim: Claim) -> wire.Claim:
        """A claim with how long it lasts."""
        holder = self.desk.members.get(claim.who)
        return wire.Claim(
            project=claim.project,
            change=claim.change,
            task=claim.name,
            who=claim.who,
            since=claim.since,
            text=claim.text[:500],
            until=0 if holder is None else holder.until(),
            lost=holder is not None and bool(holder.lost),
        )

    def _attention_items(self, project: str) -> Iterable[AttentionItem]:
        asking = self.channels.asking(project)
        items = items_of_desk(self.desk, project, self.now(), asking)
        return [*self.channels.items(project), *items]


class _Acting:
    def __init__(self, office: Office, name: str) -> None:
        self._office = office
        self._name = name

    def __enter__(self) -> None:
        self._office._acting = self._name

    def __exit__(self, *_: object) -> None:
        self._office._acting = ""


def _has(member: Member, token: str) -> bool:
    return secrets.compare_digest(member.token.encode(), token.encode())


def has_session(caller: Caller) -> bool:
    """Whether a caller has a session of its own; calls by HTTP share one."""
    return caller.authrole != BRIDGE_ROLE


def _member(member: Member, held: Sequence[Claim], *, lost: bool) -> wire.Member:
    return wire.Member(
        name=member.name,
        kind=member.kind,
        since=member.since,
        seen=member.seen,
        moved=member.moved,
        client=member.client,
        machine=member.machine,
        address=member.origin.machine,
        forwarded=member.origin.forwarded,
        project=member.project,
        activity=member.activity,
        tool=member.tool,
        page=member.page,
        change=member.change,
        lost=member.lost if lost else 0,
        holds=[claim.name for claim in held],
        at=whereabouts(member, held),
    )


def _without_sign(member: wire.Member) -> tuple[object, ...]:
    fields = {name: getattr(member, name) for name in member.__struct_fields__ if name != "seen"}
    return tuple(map(str, fields.values()))
