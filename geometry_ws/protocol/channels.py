"""Channels into running sessions of agents: what the board has to say, and permissions."""

from typing import Annotated, Literal

from msgspec import Meta

from geometry_ws.protocol.declare import (
    Answer,
    Caller,
    Done,
    Event,
    Interface,
    Request,
    Result,
    procedure,
    publishes,
)
from geometry_ws.protocol.errors import Busy, NoSuchPermission, NotAuthorized
from geometry_ws.protocol.presence import MemberName, ShortText
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Identifier

NewsKind = Literal["answer", "conflict", "wanted", "permission"]
RequestName = Annotated[str, Meta(min_length=1, max_length=40)]


class OpenChannel(Request, frozen=True, kw_only=True):
    """Whose session it leads into: how its harness calls it, as in `presence.join`, or its name."""

    key: ShortText = ""
    me: MemberName | None = None


class ChannelOpened(Result, frozen=True, kw_only=True):
    """The name of whom it leads to; empty as long as nothing was heard of that session."""

    me: str = ""


class AskPermission(Request, frozen=True, kw_only=True):
    """What an agent's program asks at its terminal: its own word for it, the tool, and for what."""

    request: RequestName
    tool: ShortText
    text: Annotated[str, Meta(max_length=1000)] = ""


class AnswerPermission(Request, frozen=True, kw_only=True):
    """Which permission, by the id that attention gives it, and whether it is given."""

    permission: Identifier
    allow: bool


class News(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Something for one session of an agent.

    An ``answer`` to a ``question``; a ``conflict`` in a change of which it holds something; a task
    that it holds is ``wanted`` by ``who``; a ``permission`` that it asked for by ``request`` is
    given, or with ``allow`` false it isn't.
    """

    kind: NewsKind
    text: str
    task: str = ""
    question: str = ""
    who: str = ""
    request: str = ""
    allow: bool = False


class Channels(Interface):
    """What the board has to say to running sessions of agents."""

    @procedure(
        "channel.open",
        right=Right.WORK,
        errors=(Busy,),
        example={"key": "claude:5d0c"},
        session=True,
        since=1,
    )
    def open_channel(self, caller: Caller, request: OpenChannel) -> Answer[ChannelOpened]:
        """Be told by `channel.on_news` what concerns a session of an agent, as long as this lasts.

        That session is another one, whose tools or hooks have told its key; it need not be there
        yet. What is told here is told by `agent.next` as well.
        """

    @procedure(
        "permission.ask",
        right=Right.WORK,
        errors=(Busy, NotAuthorized),
        example={"request": "abcde", "tool": "Bash", "text": "npm test"},
        named=True,
        session=True,
        since=1,
    )
    def ask_permission(self, caller: Caller, request: AskPermission) -> Answer[Done]:
        """Put a permission that is asked for at a terminal into `attention.list` as well.

        Only for a channel that is open, by somebody with a name of access whose role may not answer
        it: what asks must not be able to allow. It goes when it is answered here, when hooks say
        that its session goes on, and with the channel.
        """

    @procedure(
        "permission.answer",
        right=Right.MAINTAIN,
        errors=(NoSuchPermission, NotAuthorized),
        example={"permission": "permission_5f0c9a17d2e4", "allow": True},
        named=True,
        since=1,
    )
    def answer_permission(self, caller: Caller, request: AnswerPermission) -> Answer[Done]:
        """Allow or deny what an agent asks for; only somebody with a name of access may.

        The first answer counts, here or at the terminal.
        """

    on_news = publishes(
        "channel.on_news",
        News,
        right=Right.WORK,
        example={
            "kind": "answer",
            "text": "Answer to q7 (alex): SQLite",
            "question": "q7",
            "who": "alex",
        },
        text="Something for the session of an agent; told to the sessions whose channel leads there"
        " alone.",
        since=1,
    )
