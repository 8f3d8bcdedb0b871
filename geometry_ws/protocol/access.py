"""Who may come in from other machines, and as what: given, listed and taken back."""

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
from geometry_ws.protocol.errors import LimitExceeded, NoSuchPerson, Unwritable
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Counter

MOST_SECONDS = 10 * 365 * 24 * 3600

PersonName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=32,
        description="letters and digits of any language, with . _ - in between",
    ),
]
Role = Annotated[str, Meta(min_length=1, max_length=32, description="see [Rights](#rights)")]
Note = Annotated[str, Meta(max_length=200, description="one line")]
Moment = Annotated[Counter, Meta(description="milliseconds since 1970")]
Kind = Literal["link", "token"]


class PersonInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who has access.

    ``until`` is when it ends, ``seen`` when its person was last seen, to some minutes. ``browsers``
    are logged in, ``links`` wait to be opened, ``tokens`` belong to programs. ``you`` is who asks.
    """

    name: str
    role: str
    made: Moment
    until: Moment | None = None
    seen: Moment | None = None
    note: str = ""
    browsers: int = 0
    links: int = 0
    tokens: int = 0
    you: bool = False


class ListAccess(Request, frozen=True):
    """Nothing to say."""


class AccessList(Result, frozen=True, kw_only=True):
    """Everybody who has access, by name; those whose time is over, too.

    Links begin with ``address``; ``remark`` says what keeps others from reaching it.
    """

    people: list[PersonInfo]
    address: str
    remark: str = ""


class AddAccess(Request, frozen=True, kw_only=True):
    """Whom to give which role, for how long (for ever), and what to give with it."""

    name: PersonName
    role: Role
    seconds: Annotated[int, Meta(ge=1, le=MOST_SECONDS)] | None = None
    note: Note = ""
    give: Kind | Literal["nothing"] = "link"


class LinkAccess(Request, frozen=True, kw_only=True):
    """For whom, and whether it is a link for a browser or a token for a program."""

    name: PersonName
    give: Kind = "link"


class Given(Result, frozen=True, kw_only=True):
    """What was given; it is told this once, and kept nowhere.

    A ``link`` is opened once, until ``until``. ``code`` is the link as a QR code: rows of 0 and 1.
    """

    name: str
    role: str
    link: str = ""
    code: list[str] = []
    token: str = ""
    until: Moment | None = None


class RevokeAccess(Request, frozen=True, kw_only=True):
    """From whom."""

    name: PersonName


class AccessRevoked(Result, frozen=True, kw_only=True):
    """Whose access was taken back."""

    name: str


class AccessChanged(Event, frozen=True, kw_only=True):
    """How often that was so, within ``epoch``; ask for the list anew."""

    epoch: str
    seq: Counter


class AccessMeta(Interface):
    """Who may come in."""

    @procedure(
        "access.list",
        right=Right.MAINTAIN,
        errors=(Unwritable,),
        example={},
        reads=True,
        since=1,
    )
    def list_access(self, caller: Caller, request: ListAccess) -> Answer[AccessList]:
        """List who has access, in which role, and when each was last seen; no token is told."""

    @procedure(
        "access.add",
        right=Right.MAINTAIN,
        errors=(LimitExceeded, Unwritable),
        example={"name": "ann", "role": "reviewer", "note": "her phone"},
        since=1,
    )
    def add_access(self, caller: Caller, request: AddAccess) -> Answer[Given]:
        """Give somebody a role, and a link to come in by; or another role to who has access.

        A new role is told by new sessions: those that are open end within a second.
        """

    @procedure(
        "access.link",
        right=Right.MAINTAIN,
        errors=(NoSuchPerson, LimitExceeded, Unwritable),
        example={"name": "ann"},
        since=1,
    )
    def link_access(self, caller: Caller, request: LinkAccess) -> Answer[Given]:
        """Give somebody who has access another link, for another browser, or another token."""

    @procedure(
        "access.revoke",
        right=Right.MAINTAIN,
        errors=(NoSuchPerson, Unwritable),
        example={"name": "ann"},
        since=1,
    )
    def revoke_access(self, caller: Caller, request: RevokeAccess) -> Answer[AccessRevoked]:
        """Take all access back from somebody; what is open by it ends within a second."""

    on_changed = publishes(
        "access.on_changed",
        AccessChanged,
        right=Right.MAINTAIN,
        example={"epoch": "a3f1", "seq": 7},
        text="Somebody was given access, was seen, opened a link, or had it taken back.",
        since=1,
    )
