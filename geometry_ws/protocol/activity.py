"""What happened: who did what, and when."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import (
    Answer,
    Caller,
    Event,
    Interface,
    Request,
    Result,
    procedure,
    publishes,
)
from geometry_ws.protocol.errors import NoSuchProject
from geometry_ws.protocol.presence import MemberKind, MemberName
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Counter, Name, ProjectId

What = Literal[
    "came",
    "left",
    "lost",
    "claimed",
    "released",
    "lapsed",
    "ticked",
    "unticked",
    "noted",
    "asked",
    "answered",
    "edited",
    "created",
    "archived",
    "removed",
    "reopened",
    "invalid",
    "valid",
]


class Activity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened, or a run of the same by the same member in the same change.

    Times are in milliseconds since 1970: of the ``first`` and the ``last`` of so many (``count``).
    ``who`` is empty for what was done on disk; ``maybe`` is then who held that task. ``tasks`` are
    how they are called, the first of them; ``text`` is that of the last, and of what was
    ``edited`` the documents. ``machine`` and ``forwarded`` are where it was done from, as in `By`;
    what was done from several places is several runs. ``kind`` is that of ``who``, if it is known.
    """

    what: What
    first: Counter
    last: Counter
    count: Counter = 1
    who: str = ""
    project: str = ""
    change: str = ""
    tasks: list[str] = []
    text: str = ""
    maybe: str = ""
    machine: str = ""
    forwarded: str = ""
    kind: MemberKind | Literal[""] = ""


class ListActivity(Request, frozen=True, kw_only=True):
    """Since when (milliseconds since 1970), by whom, in which change and project, how many runs."""

    since: Counter = 0
    who: MemberName | None = None
    change: Name | None = None
    project: ProjectId | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class ActivityList(Result, frozen=True, kw_only=True):
    """Runs, the newest first; there are ``more`` that are older."""

    runs: list[Activity]
    more: int = 0


class Happened(Event, frozen=True, kw_only=True):
    """What has just happened, in order."""

    epoch: str
    events: list[Activity]


class ActivityMeta(Interface):
    """What happened."""

    @procedure(
        "activity.list",
        right=Right.LOOK,
        errors=(NoSuchProject,),
        example={"limit": 20},
        reads=True,
        since=1,
    )
    def list_activity(self, caller: Caller, request: ListActivity) -> Answer[ActivityList]:
        """List what people, agents and editors did, the newest first.

        Runs are folded: seven ticks in one change within half an hour are one. What the node
        remembers is bounded, and outlives it.
        """

    on_happened = publishes(
        "activity.on_happened",
        Happened,
        right=Right.LOOK,
        example={
            "epoch": "p7d2",
            "events": [
                {
                    "what": "ticked",
                    "first": 1764500000000,
                    "last": 1764500000000,
                    "who": "otter-1",
                    "project": "shop",
                    "change": "add-login",
                    "tasks": ["add-login/1.2"],
                    "text": "Add the form",
                    "machine": "localhost",
                }
            ],
        },
        text="Somebody did something.",
        since=1,
    )
