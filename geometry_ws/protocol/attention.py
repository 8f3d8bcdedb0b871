"""What needs a person: one list over all projects, the most urgent first."""

from typing import Any, Literal

import msgspec

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
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Counter, Identifier, ProjectId

AttentionKind = Literal[
    "question", "permission", "conflict", "moved_base", "refused", "invalid", "claim", "ready"
]


class AttentionAction(msgspec.Struct, frozen=True, kw_only=True):
    """What a person can do about it by one press: call this procedure with these keywords."""

    label: str
    call: str
    kwargs: dict[str, Any]


class AttentionItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that needs a person; ``id`` stays the same for as long as it does.

    Kinds: a ``question`` of an agent or a ``permission`` that it waits for; a ``conflict`` of
    ``change`` with the ``changes`` listed; a ``moved_base``; a complete change whose archiving
    would be ``refused``; one that is ``invalid``; a ``claim`` whose holder is lost or quiet; a
    change that is ``ready`` to be archived. ``since`` is in milliseconds since 1970, ``who`` the
    name of whom it is about, ``why`` says what is the matter, ``fix`` what helps where that is
    known. ``task`` is the one that it is about, such as add-login/1.2.
    """

    id: Identifier
    project: ProjectId
    kind: AttentionKind
    since: Counter
    why: str
    change: str = ""
    changes: list[str] = []
    task: str = ""
    who: str = ""
    fix: str = ""
    actions: list[AttentionAction] = []


class ListAttention(Request, frozen=True, kw_only=True):
    """Of one project, or of all that are served."""

    project: ProjectId | None = None


class AttentionList(Result, frozen=True, kw_only=True):
    """What needs a person, the most urgent first, then the oldest; ``more`` aren't listed."""

    items: list[AttentionItem]
    more: int = 0


class AttentionChanged(Event, frozen=True, kw_only=True):
    """All that needs a person in a project from now on; ``seq`` counts within ``epoch``."""

    project: ProjectId
    epoch: str
    seq: Counter
    items: list[AttentionItem]
    more: int = 0


class Attention(Interface):
    """What needs a person."""

    @procedure(
        "attention.list",
        right=Right.LOOK,
        errors=(NoSuchProject,),
        example={},
        reads=True,
        since=1,
    )
    def list_attention(self, caller: Caller, request: ListAttention) -> Answer[AttentionList]:
        """List what needs a person, in all projects or in one.

        First questions and permissions that agents wait for, then conflicts, moved bases, complete
        changes that can't be archived, invalid ones, claims that are lost or quiet, and at last
        what is ready to be archived. A change is `ready` where `change.archive` would take it as it
        is. Every change whose archiving would be refused is listed, but one that merely has open
        tasks. Each item goes by itself as soon as it is dealt with, by whomever.
        """

    on_changed = publishes(
        "attention.on_changed.<project>",
        AttentionChanged,
        right=Right.LOOK,
        example={
            "project": "shop",
            "epoch": "p7d2",
            "seq": 3,
            "items": [
                {
                    "id": "ready_5f0c9a17d2e4",
                    "project": "shop",
                    "kind": "ready",
                    "since": 1764500000000,
                    "why": "All 7 tasks are done, and archiving would go through.",
                    "change": "add-login",
                    "actions": [
                        {
                            "label": "Archive",
                            "call": "change.archive",
                            "kwargs": {"project": "shop", "change": "add-login"},
                        }
                    ],
                }
            ],
        },
        text="What needs a person in a project is something else now; this is all of it.",
        since=1,
    )
