"""Who is there, and who holds what."""

from typing import Annotated, Literal

import msgspec
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
from geometry_ws.protocol.errors import (
    Held,
    NoSuchChange,
    NoSuchProject,
    NoSuchTask,
    NothingFree,
    NotOpen,
)
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Counter, ProjectId

MemberKind = Literal["person", "agent", "program"]
Activity = Literal["", "working", "waiting", "idle", "background", "failed"]
MemberName = Annotated[str, Meta(min_length=1, max_length=40, description="a name as people say")]
TaskRef = Annotated[
    str,
    Meta(min_length=1, max_length=1000, description="add-login/1.2, or what can only mean that"),
]
ShortText = Annotated[str, Meta(max_length=200)]


Why = Literal["holds", "looks", "moved"]


class Whereabouts(msgspec.Struct, frozen=True, kw_only=True):
    """A change at which somebody is, and why.

    Something of it is held, it is looked at, or something of theirs last moved there.
    """

    project: ProjectId
    change: str
    why: Why


class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who is there. Times are in milliseconds since 1970.

    ``seen`` is the last sign of life, ``moved`` when something of theirs last moved: a tick, a
    note, a tool that ran. ``lost`` is when its session ended: what it ``holds`` waits 30 s for it.
    ``activity`` is what its hooks say, ``tool`` what it runs; ``page`` and ``change`` are what it
    looks at; ``at`` are the changes at which it is, for whatever reason. ``machine`` is what it
    says of itself; ``address`` is where its calls come from as the node sees it, and ``forwarded``
    what a proxy says of that, as `by` has them.
    """

    name: str
    kind: MemberKind
    since: Counter
    seen: Counter
    moved: Counter
    client: str = ""
    machine: str = ""
    address: str = ""
    forwarded: str = ""
    project: str = ""
    activity: Activity = ""
    tool: str = ""
    page: str = ""
    change: str = ""
    lost: Counter = 0
    holds: list[str] = []
    at: list[Whereabouts] = []


class ListPresence(Request, frozen=True):
    """Nothing to say."""


class Presence(Result, frozen=True, kw_only=True):
    """Everybody who is there, in the order in which they came; ``more`` aren't listed."""

    members: list[Member]
    more: int = 0


class Join(Request, frozen=True, kw_only=True):
    """Who it is; without a name one is made. ``token`` is what an earlier join answered.

    ``key`` is how a harness calls the session, as its hooks do: claude:5d0c….
    """

    name: MemberName | None = None
    kind: MemberKind = "person"
    client: ShortText = ""
    machine: ShortText = ""
    project: ProjectId | None = None
    key: ShortText = ""
    token: ShortText = ""


class Joined(Result, frozen=True, kw_only=True):
    """The name that it has now, and the token that gets it back after a lost connection."""

    name: str
    token: str
    resumed: bool


class LookAt(Request, frozen=True, kw_only=True):
    """What it looks at: a page's address, a change; empty: nothing any more."""

    page: ShortText = ""
    change: Annotated[str, Meta(max_length=255)] = ""
    project: ProjectId | None = None


class Leave(Request, frozen=True):
    """Nothing to say."""


class PresenceChanged(Event, frozen=True, kw_only=True):
    """Everybody who is there now; ``seq`` counts within ``epoch``."""

    epoch: str
    seq: Counter
    members: list[Member]
    more: int = 0


class PresenceMeta(Interface):
    """Who is there."""

    @procedure("presence.list", right=Right.LOOK, example={}, reads=True, since=1)
    def list_presence(self, caller: Caller, request: ListPresence) -> Answer[Presence]:
        """List the people, agents and programs that are there, with what they hold."""

    @procedure(
        "presence.join",
        right=Right.LOOK,
        errors=(NoSuchProject,),
        example={"name": "alex", "kind": "person"},
        session=True,
        since=1,
    )
    def join(self, caller: Caller, request: Join) -> Answer[Joined]:
        """Say who this session is, for as long as it lasts.

        A name that somebody else has gets a number. Within 30 s after a session has ended, `token`
        gives its name and what it holds to the next one.
        """

    @procedure(
        "presence.look",
        right=Right.LOOK,
        example={"page": "/changes/add-login", "change": "add-login"},
        session=True,
        since=1,
    )
    def look_at(self, caller: Caller, request: LookAt) -> Answer[Done]:
        """Say what this session looks at; that counts as a sign of life."""

    @procedure("presence.leave", right=Right.LOOK, example={}, session=True, since=1)
    def leave(self, caller: Caller, request: Leave) -> Answer[Done]:
        """Be there no longer, and hold nothing any more, though the session goes on."""

    on_changed = publishes(
        "presence.on_changed",
        PresenceChanged,
        right=Right.LOOK,
        example={"epoch": "p7d2", "seq": 4, "members": []},
        text="Somebody came or went, moved something, or looks at something else; at most twice a"
        " second. These are all who are there.",
        since=1,
    )


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A task that somebody has taken, or a whole change.

    ``task`` is how it is called, ``text`` the task's text. It lasts ``until`` its holder gives
    another sign of life; 0: as long as its session. ``lost``: that session has ended.
    """

    project: ProjectId
    change: str
    task: str
    who: str
    since: Counter
    text: str = ""
    until: Counter = 0
    lost: bool = False


class ListClaims(Request, frozen=True, kw_only=True):
    """Of one project, or of all that are served."""

    project: ProjectId | None = None


class ClaimList(Result, frozen=True, kw_only=True):
    """The claims, the oldest first."""

    claims: list[Claim]


class TakeClaim(Request, frozen=True, kw_only=True):
    """A task, or a change; without one, the next that is free. ``who`` takes it."""

    task: TaskRef | None = None
    who: MemberName | None = None
    project: ProjectId | None = None


class ClaimTaken(Result, frozen=True, kw_only=True):
    """The claim, new or renewed, and the name of its holder."""

    claim: Claim
    who: str


class ReleaseClaim(Request, frozen=True, kw_only=True):
    """A task or change that ``who`` holds, or all of it; or what ``holder`` holds, by a person."""

    task: TaskRef | None = None
    who: MemberName | None = None
    holder: MemberName | None = None
    project: ProjectId | None = None


class ClaimsChanged(Event, frozen=True, kw_only=True):
    """All claims of a project now; ``seq`` counts within ``epoch``."""

    project: ProjectId
    epoch: str
    seq: Counter
    claims: list[Claim]


class Claims(Interface):
    """Who works on which task or change."""

    @procedure(
        "claim.list",
        right=Right.LOOK,
        errors=(NoSuchProject,),
        example={},
        reads=True,
        since=1,
    )
    def list_claims(self, caller: Caller, request: ListClaims) -> Answer[ClaimList]:
        """List who holds which tasks and changes."""

    @procedure(
        "claim.take",
        right=Right.WORK,
        errors=(NoSuchProject, NoSuchChange, NoSuchTask, NotOpen, NothingFree, Held),
        example={"task": "add-login/1.2", "who": "alex"},
        since=1,
    )
    def take_claim(self, caller: Caller, request: TakeClaim) -> Answer[ClaimTaken]:
        """Take a task or change, so that nobody else does; again: renew.

        It is decided in one step: of several who ask at once, one gets it. A claim ends with the
        task's tick, and with its holder: 30 s after a session has ended, and without a session
        half an hour after the last sign of life. It keeps nobody from ticking; nothing of it is
        written to the project.
        """

    @procedure(
        "claim.release",
        right=Right.WORK,
        errors=(NoSuchProject, NoSuchChange, NoSuchTask, NotOpen),
        example={"task": "add-login/1.2", "who": "alex"},
        since=1,
    )
    def release_claim(self, caller: Caller, request: ReleaseClaim) -> Answer[Done]:
        """Give back what one holds; with `holder`, free what somebody else doesn't work on.

        It is no error where nothing is held.
        """

    on_changed = publishes(
        "claim.on_changed.<project>",
        ClaimsChanged,
        right=Right.LOOK,
        example={
            "project": "shop",
            "epoch": "p7d2",
            "seq": 2,
            "claims": [
                {
                    "project": "shop",
                    "change": "add-login",
                    "task": "add-login/1.2",
                    "who": "otter-1",
                    "since": 1764500000000,
                    "text": "1.2 Add the form",
                }
            ],
        },
        text="Something of a project was claimed, or is free again; these are all claims.",
        since=1,
    )
