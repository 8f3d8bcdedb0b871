"""Joined machines as a part of the component: their beats, events and ends, and what is merged.

`around` stands before every procedure: one about a project that lies elsewhere is handed on, one
about all projects gets what is known of the others, and any other is the component's own.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

import msgspec
from autobahn.wamp.exception import ApplicationError
from twisted.logger import Logger

from geometry_ws.components.openspec.joined.answers import Wrong, read
from geometry_ws.components.openspec.joined.forwarding import CALL_SECONDS, Forwarding, acting_for
from geometry_ws.components.openspec.joined.machines import (
    LISTED_SECONDS,
    JoinedProject,
    Machine,
    Machines,
)
from geometry_ws.components.openspec.joined.merged import KNOWN, MERGED, claims_of, known
from geometry_ws.components.openspec.joined.throttle import Throttle
from geometry_ws.components.openspec.project import project_id
from geometry_ws.components.openspec.registry import ProjectRegistry
from geometry_ws.components.openspec.team.office import Office
from geometry_ws.components.openspec.team.refusals import declared_refusals
from geometry_ws.protocol import agents, attention, presence, projects
from geometry_ws.protocol.activity import Happened
from geometry_ws.protocol.checking import decode
from geometry_ws.protocol.declare import Answer, Caller, DeclaredError, Procedure, Request
from geometry_ws.protocol.declare import Result as AnyResult
from geometry_ws.protocol.happenings import ProjectChanged
from geometry_ws.protocol.joining import (
    HERE,
    LEFT,
    WELCOME,
    Here,
    JoinedCall,
    JoinedCaller,
    JoinedEvent,
    SessionLeft,
    Welcome,
    events_of,
)
from geometry_ws.protocol.names import JOINED_PREFIX, MAJOR, uri
from geometry_ws.protocol.registry import PROCEDURES
from geometry_ws.protocol.rights import COMPONENT_ROLE, MACHINE_ROLE, Right
from geometry_ws.team.attention import MOST_ITEMS
from geometry_ws.team.events import Event, placed
from geometry_ws.team.refs import split_name
from geometry_ws.wamp.binding import announce, size_of
from geometry_ws.wamp.component import ComponentSession

log = Logger()

_HERE_BYTES: Final = 2**18
_EVENT_BYTES: Final = 2**19
"""A larger event isn't read: a gap shows, and a snapshot is read in a thread."""

_MOST_CLAIMS: Final = 500
_MOST_HAPPENED: Final = 200
_LONGEST_TEXT: Final = 500
_ABOUT_MEMBERS: Final = ("came", "left", "lost")
"""Who is there is known here; a machine knows of it what it was told."""

_OURS: Final = frozenset({"presence.join", "presence.look", "activity.list"})
"""Procedures that are answered here, whatever project they name."""


_COMING: Final[Mapping[str, presence.MemberKind]] = {
    "claim.take": "person",
    "agent.claim": "agent",
    "agent.done": "agent",
    "agent.note": "agent",
    "agent.ask": "agent",
}
"""By what somebody becomes a member, and of which kind."""

_KNOWN_SECONDS: Final = 2.0
"""So often it is looked whether machines that are away may come back at all."""

_NODE: Final = Caller(0, "", COMPONENT_ROLE)


class JoinedMachines:
    """The machines that have joined a component's node."""

    def __init__(
        self,
        session: ComponentSession,
        registry: ProjectRegistry,
        office: Office,
        listed: Callable[[], None],
        record: Callable[[list[Event]], None],
        known: Callable[[], Collection[str]],
    ) -> None:
        """`listed` is called when other projects are served; `record` with what happened there.
        `known`, in a thread, gives the names of machines that have access still."""
        self.machines = Machines(registry.epoch, project_id, lambda: registry.ids)
        self._session = session
        self._office = office
        self._record = record
        self._known = known
        self._listing = Throttle(session.clock, LISTED_SECONDS, listed)
        self._asked_known = 0.0
        self._forwarding = Forwarding(
            lambda full, keywords: session.call_with(full, (), keywords),
            session.clock,
            session.in_thread,
            session.extra.get("machine_seconds", CALL_SECONDS),
        )
        registry.elsewhere = lambda: self.machines.ids
        office.claims_elsewhere = self._claims

    async def start(self) -> None:
        """Hear those who join; at a router without such a role nobody can."""
        try:
            await self._session.listen(JOINED_PREFIX, self._hear, match="prefix")
        except ApplicationError as problem:
            if problem.error != ApplicationError.NOT_AUTHORIZED:
                raise
            log.info("no machine can join: this router lets nobody hear of them")

    # --- calls -------------------------------------------------------------------------------

    def around(
        self,
        procedure: Procedure,
        method: Callable[[Caller, Any], Answer[AnyResult]],
        caller: Caller,
        request: Request,
    ) -> Answer[AnyResult]:
        """Answer a call, here or by the machine where its project lies."""
        wanted = getattr(request, "project", None)
        project = self.machines.find(wanted)
        if project is None:
            merge = MERGED.get(procedure.name) if wanted is None else None
            return (
                method(caller, request)
                if merge is None
                else merge(self.machines, method(caller, request))
            )
        if procedure.name in _OURS:
            return method(caller, request)
        if project.machine.away and isinstance(request, projects.GetProject):
            # What is shown stays while its machine is away.
            known_state = project.snapshot()
            if known_state is not None:
                return known_state
        if procedure.name in KNOWN:
            return known(procedure.name, [project])
        return self._call(project, procedure, caller, request)

    async def _call(
        self, project: JoinedProject, procedure: Procedure, caller: Caller, request: Request
    ) -> AnyResult:
        named = "me" if isinstance(request, agents.AgentRequest) else "who"
        is_named = named in type(request).__struct_fields__
        acting = acting_for(caller, request)
        with declared_refusals():
            kind = _COMING.get(procedure.name)
            name = getattr(request, named) if is_named else None
            if kind is None:
                member = self._office.known(acting, name)
            else:
                member = self._office.member_of(caller, name, kind, project.id)
        if member is not None and is_named:
            # Whoever is called something here is called so there.
            request = msgspec.structs.replace(request, **{named: member.name})
        answer = await self._forwarding.call(project, procedure, acting, request)
        if member is None:
            return answer
        self._office.hear(caller, member)
        if procedure.right is not Right.LOOK:
            member.moves(self._office.now(), project.id, _change_of(request))
            self._office.tell()
        if isinstance(answer, agents.AgentAnswer):
            answer = msgspec.structs.replace(answer, me=member.name)
        return answer

    def _claims(self) -> list[presence.Claim]:
        return claims_of(self.machines.projects)

    # --- what machines say -------------------------------------------------------------------

    def _hear(self, args: Sequence[Any], keywords: Mapping[str, Any], details: Any) -> None:
        """An event of a machine, or of what says it is one."""
        machine = None
        if details.publisher_authrole == MACHINE_ROLE and details.publisher:
            machine = self.machines.of_person(details.publisher_authid or "")
        if machine is None or details.topic != events_of(machine.slot):
            return
        session, now = int(details.publisher), self._session.clock.seconds()
        if session in machine.former:
            return
        try:
            event = decode(JoinedEvent, args, keywords)
            if not machine.events.take(1, now) or not machine.bytes.take(len(event.packed), now):
                raise Wrong("it says too much")
            self._take(machine, session, event, now)
        except (Wrong, DeclaredError, msgspec.MsgspecError, ValueError) as problem:
            if machine.fault(now):
                self._end(machine, session, str(problem))

    def _take(self, machine: Machine, session: int, said: JoinedEvent, now: float) -> None:
        if said.topic == HERE:
            self._meet(machine, session, said, now)
            return
        if session != machine.session:
            return
        handle = _TOLD.get(said.topic)
        if handle is None:
            # A newer version may tell more than is known here.
            return
        if len(said.packed) > _EVENT_BYTES:
            return
        kind, take = handle
        project = self._project_of(machine, said.packed)
        take(self, project, read(kind, project, said.packed))

    @staticmethod
    def _project_of(machine: Machine, packed: bytes) -> JoinedProject:
        """The project that an event is about."""
        about = msgspec.msgpack.decode(packed, type=_About)
        name = about.project or next((each.project for each in about.events), "")
        project = machine.projects.get(name)
        if project is None:
            raise Wrong("it is about another project")
        return project

    def _meet(self, machine: Machine, session: int, said: JoinedEvent, now: float) -> None:
        if len(said.packed) > _HERE_BYTES:
            raise Wrong("it is too large")
        here = msgspec.msgpack.decode(said.packed, type=Here)
        if here.major != MAJOR:
            raise Wrong(f"it speaks version {here.major} of the protocol")
        others = {each.info.project for each in here.projects} != machine.projects.keys()
        if others and not machine.news.take(1, now):
            raise Wrong("its projects are others all the time")
        was = machine.session
        news = self.machines.meet(machine, session, here, now)
        if was and was != session:
            log.warn("{person} has joined anew", person=machine.person)
        if news:
            log.info(
                "{person} has joined with {projects}",
                person=machine.person,
                projects=", ".join(machine.ids.values()),
            )
            self._listing()
        for each in here.projects:
            self._tell_newest(machine.projects[each.info.project], here.epoch, each.seq)
        if not machine.welcomed:
            machine.welcomed = True
            self._session.spawn("welcoming a machine", self._welcome(machine))

    def _tell_newest(self, project: JoinedProject, epoch: str, seq: int) -> None:
        """Tell the number of the newest event, where it wasn't heard: a gap shows."""
        before = project.seq
        number = project.number(epoch, seq)
        if number > before:
            self._announce(ProjectChanged(
                project=project.id, epoch=project.epoch, seq=number, events=[]
            ))  # fmt: skip

    async def _welcome(self, machine: Machine) -> None:
        """Tell a machine how it is called here, and learn what needs somebody there."""
        welcome = Welcome(name=machine.person, projects=machine.ids, callers=list(machine.callers))
        try:
            await self._say(machine, WELCOME, welcome)
            for project in machine.projects.values():
                for name, request in (
                    ("attention.list", attention.ListAttention(project=project.id)),
                    ("claim.list", presence.ListClaims(project=project.id)),
                ):
                    procedure = PROCEDURES[uri(name)]
                    answer = await self._forwarding.call(project, procedure, _NODE, request)
                    if isinstance(answer, attention.AttentionList):
                        self._tell_attention(project, answer.items)
                    elif isinstance(answer, presence.ClaimList):
                        self._tell_claims(project, answer.claims)
        except (DeclaredError, ApplicationError) as problem:
            # With the next beat it is tried again.
            machine.welcomed = False
            log.info("{person}: {problem}", person=machine.person, problem=problem)

    async def _say(self, machine: Machine, name: str, said: msgspec.Struct) -> None:
        asked = JoinedCall(
            procedure=name, kwargs=msgspec.to_builtins(said), caller=JoinedCaller.of(_NODE)
        )
        await self._forwarding.send(machine, asked)

    # --- events ------------------------------------------------------------------------------

    def _changed(self, project: JoinedProject, event: ProjectChanged) -> None:
        now = self._session.clock.seconds()
        changed = msgspec.structs.replace(
            event,
            seq=project.number(event.epoch, event.seq),
            epoch=project.epoch,
            by=project.machine.believe(event.by, now),
        )
        project.follow(changed, size_of(changed))
        self._announce(changed)

    def _announce(self, event: ProjectChanged) -> None:
        announce(self._session, projects.Projects.on_changed, event, event.project)

    def _hear_attention(self, project: JoinedProject, event: attention.AttentionChanged) -> None:
        self._tell_attention(project, event.items)

    def _tell_attention(self, project: JoinedProject, items: list[attention.AttentionItem]) -> None:
        project.items = items[:MOST_ITEMS]
        project.lists += 1
        event = attention.AttentionChanged(
            project=project.id,
            epoch=project.epoch,
            seq=project.lists,
            items=project.items,
            more=max(len(items) - MOST_ITEMS, 0),
        )
        announce(self._session, attention.Attention.on_changed, event, project.id)

    def _hear_claims(self, project: JoinedProject, event: presence.ClaimsChanged) -> None:
        self._tell_claims(project, event.claims)

    def _tell_claims(self, project: JoinedProject, claims: list[presence.Claim]) -> None:
        project.claims = claims[:_MOST_CLAIMS]
        project.lists += 1
        event = presence.ClaimsChanged(
            project=project.id, epoch=project.epoch, seq=project.lists, claims=project.claims
        )
        announce(self._session, presence.Claims.on_changed, event, project.id)
        self._office.tell()

    def _happened(self, project: JoinedProject, event: Happened) -> None:
        now = self._office.now()
        take = project.machine.happenings.take
        events = [
            Event(
                each.what,
                min(each.last, now),
                each.who[:40],
                project.id,
                (each.tasks[0] if each.tasks else each.change)[:_LONGEST_TEXT],
                each.text[:_LONGEST_TEXT],
                each.maybe[:40],
            )
            for each in event.events[:_MOST_HAPPENED]
            if each.what not in _ABOUT_MEMBERS and take(1, now / 1000)
        ]
        # Who does something there by this node is known here, and where.
        self._record(placed(events, self._office.desk.members))

    # --- ends --------------------------------------------------------------------------------

    def session_left(self, session: int) -> None:
        """A session of the node has ended: a machine's own, or one that has called machines."""
        machine = self.machines.of_session(session)
        if machine is not None:
            machine.session = 0
            self._lose(machine)
            if not machine.projects:
                self.machines.forget(machine)
        for each in self.machines:
            each.former.pop(session, None)
            if session in each.callers:
                del each.callers[session]
                if each.session and not each.away:
                    self._session.spawn("telling a machine", self._tell_left(each, session))

    async def _tell_left(self, machine: Machine, session: int) -> None:
        try:
            await self._say(machine, LEFT, SessionLeft(session=session))
        except (DeclaredError, ApplicationError):
            # It hears who is still there when it is welcomed again.
            machine.welcomed = False

    def _lose(self, machine: Machine) -> None:
        if self.machines.lose(machine, self._office.now()):
            log.info("{person} is away", person=machine.person)
            self._listing()

    def stop(self) -> None:
        """Tell nothing more."""
        self._listing.stop()

    def sweep(self) -> None:
        """Look for machines that are connected and say nothing."""
        now = self._session.clock.seconds()
        for machine in self.machines.silent_since(now):
            self._lose(machine)
        if now - self._asked_known > _KNOWN_SECONDS and any(each.away for each in self.machines):
            self._asked_known = now
            self._session.spawn("looking who may come back", self._forget_revoked())

    async def _forget_revoked(self) -> None:
        """Drop machines that have no access any more: they won't be back."""
        known = await self._session.thread_of("access", self._known)
        gone = [each for each in self.machines if each.away and each.person not in known]
        for machine in gone:
            self.machines.forget(machine)
        if gone:
            self._listing()

    def _end(self, machine: Machine, session: int, why: str) -> None:
        """End the connection of a machine that says too much, or what can't be understood."""
        if session in machine.former:
            return
        log.warn("{person} is sent away: {why}", person=machine.person, why=why[:200])
        machine.former[session] = None
        if machine.session == session:
            machine.session = 0
            self._lose(machine)
        sentence = "This machine has said too much, or what this node doesn't understand."
        self._session.call_with(
            "wamp.session.kill",
            (session,),
            {"reason": uri("error.limit_exceeded"), "message": sentence},
        ).addErrback(lambda _: None)


def _change_of(request: Request) -> str:
    """The change that a call is about, where it names one."""
    named = getattr(request, "change", None) or getattr(request, "task", None)
    return split_name(named)[0] if isinstance(named, str) else ""


class _AboutEvent(msgspec.Struct):
    project: str = ""


class _About(msgspec.Struct):
    project: str = ""
    events: list[_AboutEvent] = []


Take = Callable[[JoinedMachines, JoinedProject, Any], None]

_TOLD: Final[Mapping[str, tuple[type[msgspec.Struct], Take]]] = {
    "project.on_changed": (ProjectChanged, JoinedMachines._changed),
    "attention.on_changed": (attention.AttentionChanged, JoinedMachines._hear_attention),
    "claim.on_changed": (presence.ClaimsChanged, JoinedMachines._hear_claims),
    "activity.on_happened": (Happened, JoinedMachines._happened),
}
"""What machines tell, and what becomes of it."""
