"""Machines that join: what one says to a node over its single connection, and the node to it.

A machine that joins registers one procedure and publishes on one topic, both named after the person
whose token it has; the router lets it do nothing else. By the procedure the node hands on the calls
about its projects, with who calls. On the topic come the events of its projects, and its beat. Both
are data of a stranger to the other side: each is checked by its type, and bounded where it arrives.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import Caller, Event, Request
from geometry_ws.protocol.names import JOINED_PREFIX, id_of
from geometry_ws.protocol.projects import ProjectInfo
from geometry_ws.protocol.values import Counter, ProjectId

BEAT_SECONDS: Final = 2.0
"""A machine says so often that it is there; a node that was started anew hears of it so."""

SILENT_SECONDS: Final = 10.0
"""Without a beat for so long it is away, though its connection may be there."""

MOST_PROJECTS: Final = 20
"""Projects of one machine."""

WELCOME: Final = "join.welcome"
LEFT: Final = "join.left"
HERE: Final = "join.here"
"""Names of what is said beside calls and events of projects."""

_PLAIN: Final = re.compile(r"[0-9a-z]+(_[0-9a-z]+)*")

Text = Annotated[str, Meta(max_length=200)]


def slot_of(person: str) -> str:
    """The part of a URI that stands for a person; no two have the same, as capitals count nothing.

    A name that can't stand there has a hash behind two underscores, which no other name has.
    """
    if _PLAIN.fullmatch(person):
        return person
    mark = hashlib.sha256(person.casefold().encode()).hexdigest()[:16]
    return f"{id_of(person)[:14] or 'joined'}__{mark}"


def calls_of(slot: str) -> str:
    """The procedure by which a machine is called."""
    return f"{JOINED_PREFIX}{slot}.call"


def events_of(slot: str) -> str:
    """The topic on which a machine tells what happens."""
    return f"{JOINED_PREFIX}{slot}.event"


def may_join(person: str, full: str, action: str, options: Mapping[str, Any] | None) -> bool:
    """Whether a machine may do this: register its procedure and publish on its topic, exactly."""
    given = options or {}
    if given.get("forward_for") or given.get("match") not in (None, "exact"):
        return False
    slot = slot_of(person)
    return (action, full) in (("register", calls_of(slot)), ("publish", events_of(slot)))


class JoinedCaller(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls, as the node knows it."""

    session: Counter
    authid: Text = ""
    authrole: Text = ""

    @classmethod
    def of(cls, caller: Caller) -> "JoinedCaller":
        """Whoever called the node."""
        return cls(session=caller.session, authid=caller.authid, authrole=caller.authrole)


class JoinedCall(Request, frozen=True, kw_only=True):
    """A call about a project, as the node hands it on: a procedure's short name, its keywords."""

    procedure: Text
    kwargs: dict[str, Any]
    caller: JoinedCaller


class JoinedEvent(Event, frozen=True, kw_only=True):
    """An event of a machine: the short name of a topic, and what it says as MessagePack."""

    topic: Text
    packed: bytes


class JoinedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a machine answers: the result as MessagePack.

    The router reads each value of what clients say, and bounds their number; a large project has
    more of them. So it gets one.
    """

    packed: bytes


class HereProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project of a machine, and the number of its newest event."""

    info: ProjectInfo
    seq: Counter = 0


class Here(Event, frozen=True, kw_only=True):
    """A machine is there, with these projects; ``epoch`` is another one after each start of it."""

    major: int
    epoch: Annotated[str, Meta(min_length=1, max_length=40)]
    projects: Annotated[list[HereProject], Meta(max_length=MOST_PROJECTS)]


class Welcome(Request, frozen=True, kw_only=True):
    """What a node says to a machine: its name, how its projects are called at the node (by their
    ids there), and which of the sessions that have called it are still there."""

    name: Text
    projects: dict[str, ProjectId]
    callers: Annotated[list[Counter], Meta(max_length=10_000)] = []


class SessionLeft(Request, frozen=True, kw_only=True):
    """A session that has called the machine has ended."""

    session: Counter
