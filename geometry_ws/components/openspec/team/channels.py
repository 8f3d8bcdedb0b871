"""Channels into running sessions of agents: the procedures."""

from geometry_ws.components.openspec.team.office import Office
from geometry_ws.components.openspec.team.refusals import declared_refusals
from geometry_ws.protocol import channels as wire
from geometry_ws.protocol.declare import Caller, Done
from geometry_ws.protocol.errors import NotAuthorized
from geometry_ws.protocol.project_values import person_of
from geometry_ws.protocol.rights import Right, may


class ServedChannels(wire.Channels):
    """What the board has to say to running sessions of agents."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def open_channel(self, caller: Caller, request: wire.OpenChannel) -> wire.ChannelOpened:
        """Answer channel.open."""
        channels, desk = self._office.channels, self._office.desk
        with declared_refusals():
            channel = channels.open(
                caller.session, request.key, request.me or "", person_of(caller)
            )
        member = channels.member_of(desk, channel)
        return wire.ChannelOpened(me=member.name if member is not None else "")

    def ask_permission(self, caller: Caller, request: wire.AskPermission) -> Done:
        """Answer permission.ask."""
        if not person_of(caller):
            raise NotAuthorized("Permissions are asked for by those who have a name of access.")
        if may(caller.authrole, Right.MAINTAIN):
            raise NotAuthorized(
                "Who asks could allow it as well: give the channel a token of the role agent."
            )
        office = self._office
        with declared_refusals():
            office.channels.ask(
                office.desk,
                caller.session,
                request.request,
                request.tool,
                request.text,
                office.now(),
            )
        office.tell()
        return Done()

    def answer_permission(self, caller: Caller, request: wire.AnswerPermission) -> Done:
        """Answer permission.answer."""
        person = person_of(caller)
        if not person:
            raise NotAuthorized("Only somebody who came in with a token may allow this or deny it.")
        office = self._office
        with declared_refusals():
            session, news = office.channels.answer(
                office.desk, request.permission, request.allow, person, office.now()
            )
        office.tell_news(session, news)
        office.tell(caller)
        return Done()
