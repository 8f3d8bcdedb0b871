"""The six things that coding agents do: next, show, claim, done, note, ask.

The same six are tools of `geometry-ws mcp` and commands of `geometry-ws agent`. Answers are lines
of text for a language model to read.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import (
    Answer,
    Caller,
    Done,
    Interface,
    Request,
    Result,
    procedure,
)
from geometry_ws.protocol.errors import (
    Held,
    InvalidArgument,
    NoSuchChange,
    NoSuchProject,
    NoSuchQuestion,
    NoSuchTask,
    NothingFree,
    NotOpen,
    StaleRevision,
    Unreadable,
    Unwritable,
)
from geometry_ws.protocol.presence import MemberName, ShortText, TaskRef
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Name, ProjectId

Note = Annotated[str, Meta(min_length=1, max_length=500)]
Option = Annotated[str, Meta(min_length=1, max_length=60)]


class AgentTask(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A task that an answer is about; ``task`` is how it is called."""

    task: str
    change: str
    text: str
    done: bool = False
    who: str = ""


class AgentAnswer(Result, frozen=True, kw_only=True):
    """Lines of text, the name of whom they are for, and the tasks that they are about."""

    text: str
    me: str = ""
    tasks: list[AgentTask] = []


class AgentRequest(Request, frozen=True, kw_only=True):
    """Who asks: the name that `agent.claim` gave, or one's own; a session needs none."""

    me: MemberName | None = None
    project: ProjectId | None = None


class AgentNext(AgentRequest, frozen=True, kw_only=True):
    """Of which change (of all), and how many tasks at most."""

    change: Name | None = None
    limit: Annotated[int, Meta(ge=1, le=20)] = 3


class AgentShow(AgentRequest, frozen=True, kw_only=True):
    """A task or a change."""

    what: TaskRef


class AgentClaim(AgentRequest, frozen=True, kw_only=True):
    """A task or change; without one the first that `agent.next` would show, or all to release."""

    task: TaskRef | None = None
    release: bool = False


class AgentDone(AgentRequest, frozen=True, kw_only=True):
    """A task that is finished, and perhaps a note on it.

    ``cwd`` is the folder that the agent works in: the task is ticked in that one of the project's
    work trees.
    """

    task: TaskRef
    note: Note | None = None
    cwd: Annotated[str, Meta(max_length=4000)] = ""


class AgentNote(AgentRequest, frozen=True, kw_only=True):
    """A task or change, and what there is to say about it."""

    task: TaskRef
    text: Note


class AgentAsk(AgentRequest, frozen=True, kw_only=True):
    """A question to the people at the board, and answers to choose from."""

    question: Note
    task: TaskRef | None = None
    options: Annotated[list[Option], Meta(max_length=6)] = []


class AgentHook(Request, frozen=True, kw_only=True):
    """What a hook of an agent's program said: its words for the event and the session.

    ``client`` is the program's name, ``cwd`` the folder that it is in, ``tool`` what it runs.
    """

    client: ShortText
    event: ShortText
    session: ShortText
    cwd: Annotated[str, Meta(max_length=4000)] = ""
    tool: ShortText = ""
    notification: ShortText = ""
    reason: ShortText = ""


class AnswerQuestion(Request, frozen=True, kw_only=True):
    """Which question, such as q7, the answer, and who gives it.

    ``project`` is needed where it lies on another machine: its questions are numbered there.
    """

    question: Annotated[str, Meta(min_length=2, max_length=12)]
    answer: Note
    who: MemberName | None = None
    project: ProjectId | None = None


_FIND = (NoSuchProject, NoSuchChange, NoSuchTask, NotOpen)


class Agents(Interface):
    """What coding agents do on a project's tasks."""

    @procedure(
        "agent.next",
        right=Right.LOOK,
        errors=(NoSuchProject, NoSuchChange, NotOpen),
        example={"me": "otter-1"},
        since=1,
    )
    def agent_next(self, caller: Caller, request: AgentNext) -> Answer[AgentAnswer]:
        """Tell which tasks are ready and free, the best first, and answers that have come.

        First what the caller holds; then tasks of changes where it is at work, without conflicts,
        valid, where nobody else is, begun ones. An answer to a question is told once.
        """

    @procedure(
        "agent.show",
        right=Right.LOOK,
        errors=_FIND,
        example={"what": "add-login/1.2"},
        reads=True,
        since=1,
    )
    def agent_show(self, caller: Caller, request: AgentShow) -> Answer[AgentAnswer]:
        """Tell all about a task or a change: its text, state, holder, notes and documents."""

    @procedure(
        "agent.claim",
        right=Right.WORK,
        errors=(*_FIND, NothingFree, Held),
        example={"task": "add-login/1.2", "me": "otter-1"},
        since=1,
    )
    def agent_claim(self, caller: Caller, request: AgentClaim) -> Answer[AgentAnswer]:
        """Take a task before working on it, or give it back; see `claim.take`."""

    @procedure(
        "agent.done",
        right=Right.WORK,
        errors=(*_FIND, Held, StaleRevision, Unreadable, Unwritable, InvalidArgument),
        example={"task": "add-login/1.2", "me": "otter-1"},
        since=1,
    )
    def agent_done(self, caller: Caller, request: AgentDone) -> Answer[AgentAnswer]:
        """Tick a task that is finished; done twice is fine.

        Its text must be what the caller was last told, else `stale_revision`. A task that somebody
        else holds isn't ticked. The answer names what comes next, and a conflict that has appeared.
        """

    @procedure(
        "agent.note",
        right=Right.WORK,
        errors=_FIND,
        example={
            "task": "add-login/1.2",
            "text": "The old form is in web/old.js.",
            "me": "otter-1",
        },
        since=1,
    )
    def agent_note(self, caller: Caller, request: AgentNote) -> Answer[AgentAnswer]:
        """Tell the people at the board how it goes."""

    @procedure(
        "agent.ask",
        right=Right.WORK,
        errors=_FIND,
        example={"question": "Which database?", "options": ["SQLite", "none"], "me": "otter-1"},
        since=1,
    )
    def agent_ask(self, caller: Caller, request: AgentAsk) -> Answer[AgentAnswer]:
        """Ask the people at the board; it returns at once, and the answer comes by `agent.next`."""

    @procedure(
        "agent.hook",
        right=Right.WORK,
        example={"client": "claude", "event": "PostToolUse", "session": "5d0c"},
        since=1,
    )
    def agent_hook(self, caller: Caller, request: AgentHook) -> Answer[Done]:
        """Say what a hook of an agent's program said; `POST /agents/hook` does it for them.

        Presence and attention follow: that the session is there, works, waits for a permission,
        rests or has ended. Events that aren't known are signs of life.
        """

    @procedure(
        "question.answer",
        right=Right.OPERATE,
        errors=(NoSuchQuestion,),
        example={"question": "q7", "answer": "SQLite", "who": "alex"},
        since=1,
    )
    def answer_question(self, caller: Caller, request: AnswerQuestion) -> Answer[Done]:
        """Answer a question of an agent; where somebody was faster, the error says what they said.

        Open questions are the first items of `attention.list`.
        """
