"""Channels into running sessions of agents: what is told there, and permissions asked for.

A channel leads to the member that a harness calls by its key, or to one by its name. Nothing
acknowledges what it brings, so what it brings is told by `next` all the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from geometry_ws.openspec.format.model import ProjectState
from geometry_ws.protocol.attention import AttentionAction, AttentionItem
from geometry_ws.protocol.channels import News
from geometry_ws.team import lines
from geometry_ws.team.attention import item_id, shortened
from geometry_ws.team.desk import Desk
from geometry_ws.team.hooks import Hook, activity_of
from geometry_ws.team.members import Member
from geometry_ws.team.refusal import Refusal
from geometry_ws.team.text import MINUTE, clean

MOST_CHANNELS = 500
MOST_ASKED = 20
"""Permissions that one channel asks for at a time."""

ASKED_MS = 60 * MINUTE
"""How long a permission is listed: whoever sits at the terminal has long answered it then."""

_MOST_SAID = 500


@dataclass(frozen=True, slots=True)
class Permission:
    """What a program asks its person for; ``request`` is its own word for it."""

    id: str
    request: str
    project: str
    who: str
    tool: str
    text: str
    at: int


@dataclass(slots=True)
class Channel:
    """A session that is told what concerns a member; ``person`` is the proven name behind it."""

    session: int
    key: str
    name: str
    person: str
    said: dict[str, None] = field(default_factory=dict)
    asked: dict[str, Permission] = field(default_factory=dict)

    def is_new(self, what: str) -> bool:
        """Whether something wasn't said here; it is, from now on."""
        if what in self.said:
            return False
        self.said[what] = None
        if len(self.said) > _MOST_SAID:
            del self.said[next(iter(self.said))]
        return True


class Channels:
    """All channels of a node, by their sessions."""

    def __init__(self) -> None:
        self._channels: dict[int, Channel] = {}

    def open(self, session: int, key: str, name: str, person: str) -> Channel:
        """Open a channel, or let it lead elsewhere; raises Refusal."""
        if session not in self._channels and len(self._channels) >= MOST_CHANNELS:
            raise Refusal("busy", f"{MOST_CHANNELS} channels are open: try again later.")
        channel = self._channels[session] = Channel(session, key, name, person)
        return channel

    def close(self, session: int) -> bool:
        """A session has ended; says whether permissions went with it."""
        channel = self._channels.pop(session, None)
        return channel is not None and bool(channel.asked)

    def member_of(self, desk: Desk, channel: Channel) -> Member | None:
        """Whom a channel leads to, as far as that has been heard of and is no other person's."""
        member = desk.members.of_key(channel.key) if channel.key else None
        if member is None and channel.name:
            member = desk.members.get(channel.name)
        return member if member is not None and member.owner in ("", channel.person) else None

    # --- news --------------------------------------------------------------------------------

    def news(self, desk: Desk, states: Mapping[str, ProjectState]) -> list[tuple[int, News]]:
        """What there is to tell now, each once: answers, conflicts, and what others would have."""
        wanted, desk.wanted = desk.wanted, []
        due: list[tuple[int, News]] = []
        for channel in self._channels.values():
            member = self.member_of(desk, channel)
            if member is not None:
                several = [
                    *_answers(desk, member),
                    *_conflicts(desk, member, states),
                    *(_wanted(who, task) for holder, who, task in wanted if holder == member.name),
                ]
                due += [(channel.session, n) for n in several if channel.is_new(n.text)]
        return due

    # --- permissions -------------------------------------------------------------------------

    def ask(
        self, desk: Desk, session: int, request: str, tool: str, text: str, now: int
    ) -> Permission:
        """A permission is asked for at a terminal; raises Refusal."""
        channel = self._channels.get(session)
        member = None if channel is None else self.member_of(desk, channel)
        if channel is None or member is None:
            raise Refusal("busy", "Nothing was heard of that session yet: try again later.")
        if len(channel.asked) >= MOST_ASKED:
            raise Refusal("busy", f"{MOST_ASKED} permissions are asked for already.")
        permission = Permission(
            item_id("permission", member.project, member.name, request, str(now)),
            request,
            member.project,
            member.name,
            clean(tool, 60),
            clean(text, 600),
            now,
        )
        channel.asked[permission.id] = permission
        return permission

    def answer(
        self, desk: Desk, permission: str, allow: bool, person: str, now: int
    ) -> tuple[int, News]:
        """A person answers; gives what is told, and to which session. Raises Refusal."""
        for channel in self._channels.values():
            asked = channel.asked.pop(permission, None)
            if asked is not None:
                said = "allowed" if allow else "denied"
                desk.permitted(asked.project, f"{said} {asked.tool} for {asked.who}", person, now)
                text = f"{person} {said} {asked.tool}."
                news = News(
                    kind="permission", text=text, who=person, request=asked.request, allow=allow
                )
                return channel.session, news
        raise Refusal(
            "no_such_permission",
            "Nobody asks for that any more: it was answered, or the session goes on.",
            permission=permission,
        )

    def hear(self, member: Member, hook: Hook) -> None:
        """A hook says that a session goes on: what it waited for has been answered elsewhere."""
        activity = activity_of(hook)
        if activity in (None, "waiting"):
            return
        tool = clean(hook.tool, 60)
        for channel in self._channels.values():
            for permission in list(channel.asked.values()):
                if permission.who == member.name and tool in ("", permission.tool):
                    del channel.asked[permission.id]

    def sweep(self, now: int) -> bool:
        """Forget permissions that nobody waits for; says whether there were any."""
        over = [
            (channel, permission.id)
            for channel in self._channels.values()
            for permission in channel.asked.values()
            if now - permission.at >= ASKED_MS
        ]
        for channel, key in over:
            del channel.asked[key]
        return bool(over)

    def asking(self, project: str) -> set[str]:
        """Who asks for a permission by a channel."""
        return {permission.who for permission in self._asked(project)}

    def items(self, project: str) -> Iterable[AttentionItem]:
        """The permissions that are asked for, as things that need a person."""
        for asked in self._asked(project):
            about = f": {asked.text}" if asked.text else ""
            yield AttentionItem(
                id=asked.id,
                project=project,
                kind="permission",
                since=asked.at,
                who=asked.who,
                why=shortened(f"{asked.who} asks for permission to use {asked.tool}{about}"),
                actions=[
                    AttentionAction(
                        label=label,
                        call="permission.answer",
                        kwargs={"permission": asked.id, "allow": allow},
                    )
                    for label, allow in (("Allow", True), ("Deny", False))
                ],
            )

    def _asked(self, project: str) -> Iterable[Permission]:
        several = (asked for each in self._channels.values() for asked in each.asked.values())
        return (asked for asked in several if asked.project == project)


def _answers(desk: Desk, member: Member) -> Iterable[News]:
    for question in desk.talk.answers_for(member.name):
        text = f"Answer to {question.name} ({question.by}): {clean(question.answer, 300)}"
        yield News(
            kind="answer", text=text, question=question.name, task=question.task, who=question.by
        )


def _conflicts(desk: Desk, member: Member, states: Mapping[str, ProjectState]) -> Iterable[News]:
    for claim in desk.claims.of_member(member.name):
        state = states.get(claim.project)
        change = state.changes.get(claim.change) if state is not None else None
        if change is not None and (change.conflicts or change.moved):
            text = f"{lines.collision(change)} You hold {claim.name}."
            yield News(kind="conflict", text=text, task=claim.name)


def _wanted(who: str, task: str) -> News:
    whom = who or "Somebody"
    text = f"{whom} wants {task}, which you hold: finish it, or release it by claim."
    return News(kind="wanted", text=text, task=task, who=who)
