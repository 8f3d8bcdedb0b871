"""Access that is given, listed and taken back by those who may: `access.…` in the gate's session.

What is given is told to whoever asked for it, once; it is in no event and in no log.
"""

import unicodedata
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import time
from typing import Any, Protocol, TypeVar

from twisted.logger import Logger

from geometry_ws.access.file import BadAccessFile
from geometry_ws.access.names import BadName
from geometry_ws.access.register import (
    Kind,
    Person,
    Refusal,
    Register,
    Token,
    add_person,
    add_token,
    find_person,
    is_over,
    revoke,
)
from geometry_ws.access.tokens import new_token
from geometry_ws.protocol.access import (
    AccessList,
    AccessMeta,
    AccessRevoked,
    AddAccess,
    Given,
    LinkAccess,
    ListAccess,
    PersonInfo,
    RevokeAccess,
)
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.errors import (
    InvalidArgument,
    LimitExceeded,
    NoSuchPerson,
    Unwritable,
)
from geometry_ws.protocol.rights import GIVEN_ROLES, MACHINE_ROLE

log = Logger()
T = TypeVar("T")


class Change(Protocol):
    """Changes the register in its file, while nobody else does."""

    def __call__(self, change: Callable[[Register], tuple[Register, T]]) -> Awaitable[T]:
        """Give what the change gives; raises BadAccessFile, and what the change raises."""


@dataclass(frozen=True)
class Address:
    """Where people open this node, and what keeps others from it."""

    url: str
    remark: str = ""


class Giving(AccessMeta):
    """Serves the procedures; ``change`` writes the register."""

    def __init__(self, change: Change, address: Address) -> None:
        self._change = change
        self._address = address

    async def list_access(self, caller: Caller, request: ListAccess) -> AccessList:  # noqa: ARG002
        """Everybody, by name."""
        register = await self._do(lambda register: (register, register))
        people = sorted(register.people, key=lambda person: person.name.casefold())
        return AccessList(
            people=listed(register, people, _named(caller), time()),
            address=self._address.url,
            remark=self._address.remark,
        )

    async def add_access(self, caller: Caller, request: AddAccess) -> Given:
        """Give a role, and perhaps what to come in by."""
        if request.role not in GIVEN_ROLES:
            roles = ", ".join(GIVEN_ROLES)
            raise InvalidArgument(f"There is no such role; there are {roles}.", field="role")
        if not request.note.isprintable():
            raise InvalidArgument("A note is one line.", field="note")

        def add(register: Register) -> Register:
            return add_person(
                register,
                request.name,
                request.role,
                time(),
                seconds=request.seconds,
                note=request.note,
            )

        kind: dict[str, Kind] = {"link": "link", "token": "key"}
        given = await self._give(add, request.name, kind.get(request.give))
        log.info(
            "{who} gives {person} the role {role}",
            who=_named(caller),
            person=given.name,
            role=given.role,
        )
        return given

    async def link_access(self, caller: Caller, request: LinkAccess) -> Given:
        """Give what to come in by."""

        def look(register: Register) -> Register:
            _find(register, request.name)
            return register

        given = await self._give(look, request.name, "link" if request.give == "link" else "key")
        log.info(
            "{who} gives {person} a {kind}",
            who=_named(caller),
            person=given.name,
            kind=request.give,
        )
        return given

    async def revoke_access(self, caller: Caller, request: RevokeAccess) -> AccessRevoked:
        """Take everything back."""

        def take(register: Register) -> tuple[Register, str]:
            person = _find(register, request.name)
            return revoke(register, person.name), person.name

        name = await self._do(take)
        log.info("{who} takes all access back from {person}", who=_named(caller), person=name)
        return AccessRevoked(name=name)

    async def _give(
        self, change: Callable[[Register], Register], name: str, kind: Kind | None
    ) -> Given:
        token = new_token()

        def give(register: Register) -> tuple[Register, tuple[Person, Token | None]]:
            register = change(register)
            person, added = _find(register, name), None
            if kind is not None:
                # A machine opens no links.
                wanted = "key" if person.role == MACHINE_ROLE else kind
                register = add_token(register, person.name, token, wanted, time())
                added = register.tokens[-1]
            return register, (person, added)

        person, added = await self._do(give)
        until = None if added is None or added.until is None else _ms(added.until)
        if added is not None and added.kind == "link":
            link = f"{self._address.url}#t={token}"
            return Given(
                name=person.name, role=person.role, link=link, code=code_of(link), until=until
            )
        return Given(name=person.name, role=person.role, token=token if kind else "", until=until)

    async def _do(self, change: Callable[[Register], tuple[Register, T]]) -> T:
        try:
            return await self._change(change)
        except BadName as problem:
            raise InvalidArgument(str(problem), field="name") from None
        except Refusal as problem:
            raise LimitExceeded(str(problem), limit="access", maximum=problem.most) from None
        except BadAccessFile as problem:
            log.error("access can't be written: {problem}", problem=problem)
            words = "The node can't write down who comes in; its log says why."
            raise Unwritable(words, document="access.json") from None


def listed(register: Register, people: list[Person], asking: str, now: float) -> list[PersonInfo]:
    """People with what they have; tokens are counted, never told."""
    counts = Counter(
        (token.person, token.kind) for token in register.tokens if not is_over(token.until, now)
    )
    seen: dict[str, float] = {}
    for token in register.tokens:
        if token.seen is not None:
            seen[token.person] = max(token.seen, seen.get(token.person, 0.0))
    return [
        PersonInfo(
            name=person.name,
            role=person.role,
            made=_ms(person.made),
            until=None if person.until is None else _ms(person.until),
            seen=_ms(seen[person.name]) if person.name in seen else None,
            note=person.note,
            browsers=counts[person.name, "login"],
            links=counts[person.name, "link"],
            tokens=counts[person.name, "key"],
            you=person.name == asking,
        )
        for person in people
    ]


def code_of(link: str) -> list[str]:
    """A link as a QR code for the camera of a phone: rows of 0 and 1."""
    import segno

    code: Any = segno.make(link, error="l", micro=False)
    return ["".join(map(str, row)) for row in code.matrix]


def _find(register: Register, name: str) -> Person:
    person = find_person(register, unicodedata.normalize("NFC", name))
    if person is None:
        raise NoSuchPerson("Nobody of that name has access here.", person=name)
    return person


def _named(caller: Caller) -> str:
    """Who calls; a guest's session has whatever name it says it has."""
    return caller.authid if caller.authrole in GIVEN_ROLES else "a guest"


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
