"""Who is there, and who holds what: the procedures."""

from geometry_ws.components.openspec.team.office import Office
from geometry_ws.components.openspec.team.refusals import declared_refusals
from geometry_ws.protocol import presence as wire
from geometry_ws.protocol.declare import Caller, Done

MOST_LISTED = 200


class ServedPresence(wire.PresenceMeta):
    """Who is there."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def list_presence(self, caller: Caller, request: wire.ListPresence) -> wire.Presence:
        """Answer presence.list."""
        members = self._office.present()
        return wire.Presence(members=members[:MOST_LISTED], more=max(len(members) - MOST_LISTED, 0))

    def join(self, caller: Caller, request: wire.Join) -> wire.Joined:
        """Answer presence.join."""
        if request.project is not None:
            self._office.registry.id_of(request.project)
        with declared_refusals():
            return self._office.join(caller, request)

    def look_at(self, caller: Caller, request: wire.LookAt) -> Done:
        """Answer presence.look; whoever hasn't joined is nobody."""
        member = self._office.known(caller, None)
        if member is not None:
            member.seen = self._office.now()
            member.page, member.change = request.page, request.change
            member.project = request.project or member.project
            self._office.tell()
        return Done()

    def leave(self, caller: Caller, request: wire.Leave) -> Done:
        """Answer presence.leave."""
        member = self._office.known(caller, None)
        if member is not None:
            self._office.desk.leave(member, self._office.now())
            self._office.tell()
        return Done()


class ServedClaims(wire.Claims):
    """Who works on which task or change."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def list_claims(self, caller: Caller, request: wire.ListClaims) -> wire.ClaimList:
        """Answer claim.list."""
        registry = self._office.registry
        named = None if request.project is None else registry.find(request.project).id
        projects = registry.ids if named is None else [named]
        claims = [claim for project in projects for claim in self._office.claims_of(project)]
        return wire.ClaimList(claims=sorted(claims, key=lambda claim: claim.since))

    def take_claim(self, caller: Caller, request: wire.TakeClaim) -> wire.ClaimTaken:
        """Answer claim.take."""
        office = self._office
        project = office.registry.find(request.project).id
        with declared_refusals():
            member = office.member_of(caller, request.who, "person", project)
            _, claim = office.desk.claim(project, member, request.task, office.now())
        office.tell()
        return wire.ClaimTaken(claim=office.claim(claim), who=member.name)

    def release_claim(self, caller: Caller, request: wire.ReleaseClaim) -> Done:
        """Answer claim.release."""
        office = self._office
        project = office.registry.find(request.project).id
        member = office.known(caller, request.who)
        now = office.now()
        with declared_refusals():
            if request.holder is not None:
                by = member.name if member is not None else request.who or "somebody"
                office.desk.free(project, request.holder, request.task, by, now)
            elif member is not None:
                office.desk.release(project, member, request.task, now)
        office.tell(caller)
        return Done()
