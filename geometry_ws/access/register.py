"""People, their roles and their tokens as one value, and what becomes of it. Pure.

A person has a role, and tokens of three kinds. A **link** is opened once, by a browser, which gets
a **login** for it. A **key** is for programs, which send it with each request or as WAMP's ticket.
A person whose time is over, and a token whose time is over, count as not there. Times are seconds
since 1970; nothing here asks a clock.
"""

from collections.abc import Iterable
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from geometry_ws.access.names import BadName, read_name
from geometry_ws.access.tokens import hash_of, looks_like_token
from geometry_ws.protocol.rights import GIVEN_ROLES

MOST_PEOPLE: Final = 500
MOST_TOKENS: Final = 64
"""Tokens of one person; the oldest login or link gives way to a new one."""

LINK_SECONDS: Final = 24 * 3600
"""A link that nobody has opened ends after so long."""

LOGIN_SECONDS: Final = 90 * 24 * 3600
"""A browser that was away for so long needs a new link; one that comes keeps its login."""

SEEN_SECONDS: Final = 300
"""When somebody was last seen is noted no finer than this."""

LONGEST_NOTE: Final = 200

Kind = Literal["link", "login", "key"]
Time = Annotated[float, Meta(ge=0, le=1e11)]
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Note = Annotated[str, Meta(max_length=LONGEST_NOTE)]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was given access: a person, an agent or a program."""

    name: str
    role: str
    made: Time
    until: Time | None = None
    note: Note = ""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a token; ``seen`` is when it was last used."""

    hash: Hash
    person: str
    kind: Kind
    made: Time
    until: Time | None = None
    seen: Time | None = None


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody who was given access, and all tokens."""

    people: tuple[Person, ...] = ()
    tokens: tuple[Token, ...] = ()


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """Whose token it is, and what he or she may."""

    person: str
    role: str
    token: Hash
    kind: Kind
    until: Time | None = None


class Refusal(Exception):
    """What can't be done; one sentence. ``most`` is the bound where there are too many."""

    def __init__(self, sentence: str, most: int = 0) -> None:
        super().__init__(sentence)
        self.most = most


def check(register: Register) -> None:
    """Raise Refusal where a register that was read can't be meant."""
    names = [person.name for person in register.people]
    for person in register.people:
        try:
            usable = read_name(person.name) == person.name
        except BadName:
            usable = False
        if not usable or person.role not in GIVEN_ROLES:
            raise Refusal(f"it gives {person.name[:40]!r} the role {person.role[:40]!r}")
    if len({name.casefold() for name in names}) < len(names) or len(names) > MOST_PEOPLE:
        raise Refusal("it names somebody twice, or too many people")
    hashes = {token.hash for token in register.tokens}
    if len(hashes) < len(register.tokens) or len(hashes) > MOST_PEOPLE * MOST_TOKENS:
        raise Refusal("it has a token twice, or too many of them")


class Lookup:
    """Answers whose a token is, for one register."""

    def __init__(self, register: Register) -> None:
        self._tokens = {token.hash: token for token in register.tokens}
        self._people = {person.name: person for person in register.people}

    def find(self, token: str, now: float, kinds: Iterable[Kind]) -> Admitted | None:
        """Whose token this is, if it is one of these kinds and is valid now."""
        return self.by_hash(hash_of(token), now, kinds) if looks_like_token(token) else None

    def by_hash(
        self, hashed: str, now: float, kinds: Iterable[Kind] = ("login", "key")
    ) -> Admitted | None:
        """The same for the hash of a token."""
        token = self._tokens.get(hashed)
        if token is None or token.kind not in kinds or not _lasts(token.until, now):
            return None
        person = self._people.get(token.person)
        if person is None or not _lasts(person.until, now):
            return None
        ends = [time for time in (token.until, person.until) if time is not None]
        return Admitted(
            person=person.name,
            role=person.role,
            token=hashed,
            kind=token.kind,
            until=min(ends, default=None),
        )

    def has_somebody(self, now: float) -> bool:
        """Whether anybody could come in now, or by a link."""
        kinds: tuple[Kind, ...] = ("link", "login", "key")
        return any(self.by_hash(hashed, now, kinds) for hashed in self._tokens)


def find_person(register: Register, name: str) -> Person | None:
    """Somebody by name, whose time may be over; capitals make no difference."""
    wanted = name.casefold()
    return next((each for each in register.people if each.name.casefold() == wanted), None)


def add_person(
    register: Register,
    name: str,
    role: str,
    now: float,
    *,
    seconds: float | None = None,
    note: str = "",
) -> Register:
    """Give somebody a role, or another role. Raises Refusal or BadName.

    Who is there already has the new role from now on, with the tokens that there are.
    """
    name = read_name(name)
    if role not in GIVEN_ROLES:
        raise Refusal(f"There is no role {role[:40]!r}; there are {', '.join(GIVEN_ROLES)}.")
    if len(note) > LONGEST_NOTE or not note.isprintable():
        raise Refusal(f"A note is one line of at most {LONGEST_NOTE} characters.")
    until = None if seconds is None else now + seconds
    before = find_person(register, name)
    if before is not None:
        person = replace(before, role=role, until=until, note=note or before.note)
        others = tuple(each for each in register.people if each is not before)
        return replace(register, people=(*others, person))
    register = forget_old(register, now)
    if len(register.people) >= MOST_PEOPLE:
        raise Refusal(
            f"At most {MOST_PEOPLE} people can have access; revoke somebody's first.", MOST_PEOPLE
        )
    person = Person(name=name, role=role, made=now, until=until, note=note)
    return replace(register, people=(*register.people, person))


def add_token(
    register: Register,
    name: str,
    token: str,
    kind: Kind,
    now: float,
    *,
    seconds: float | None = None,
) -> Register:
    """Give somebody a token. Raises Refusal where nobody has that name, or too many keys."""
    person = find_person(register, name)
    if person is None:
        raise Refusal(f"Nobody is named {name[:40]!r} here; access list says who is.")
    register = forget_old(register, now)
    theirs = [each for each in register.tokens if each.person == person.name]
    dropped: set[str] = set()
    if len(theirs) >= MOST_TOKENS:
        oldest = min(
            (each for each in theirs if each.kind != "key"),
            key=lambda each: each.seen or each.made,
            default=None,
        )
        if oldest is None:
            raise Refusal(
                f"{person.name} has {MOST_TOKENS} tokens already; revoke them first.", MOST_TOKENS
            )
        dropped = {oldest.hash}
    lasting = {"link": LINK_SECONDS, "login": LOGIN_SECONDS, "key": None}[kind]
    given = lasting if seconds is None else seconds
    until = None if given is None else now + given
    added = Token(hash=hash_of(token), person=person.name, kind=kind, made=now, until=until)
    return replace(register, tokens=(*_without(register.tokens, dropped), added))


def exchange(
    register: Register, link: str, login: str, now: float
) -> tuple[Register, Admitted] | None:
    """Take a link, which is used then, and give a login for it; None where it isn't valid."""
    by_link = Lookup(register).find(link, now, ("link",))
    if by_link is None:
        return None
    tokens = _without(register.tokens, {by_link.token})
    register = add_token(replace(register, tokens=tokens), by_link.person, login, "login", now)
    admitted = Lookup(register).find(login, now, ("login",))
    return None if admitted is None else (register, admitted)


def note_seen(register: Register, hashes: Iterable[str], now: float) -> Register:
    """Note that tokens were used; a login that is used lasts on. The same value if it is known."""
    used = set(hashes)
    noted = tuple(
        _seen(token, now)
        if token.hash in used and now - (token.seen or 0) >= SEEN_SECONDS
        else token
        for token in register.tokens
    )
    return register if noted == register.tokens else replace(register, tokens=noted)


def _seen(token: Token, now: float) -> Token:
    until = now + LOGIN_SECONDS if token.kind == "login" else token.until
    return replace(token, seen=now, until=until)


def revoke(register: Register, name: str) -> Register:
    """Take everything back from somebody. Raises Refusal where nobody has that name."""
    person = find_person(register, name)
    if person is None:
        raise Refusal(f"Nobody is named {name[:40]!r} here; access list says who is.")
    people = tuple(each for each in register.people if each is not person)
    tokens = tuple(each for each in register.tokens if each.person != person.name)
    return replace(register, people=people, tokens=tokens)


def forget_token(register: Register, hashed: str) -> Register:
    """Take back one token, as a log-out does."""
    return replace(register, tokens=_without(register.tokens, {hashed}))


def forget_old(register: Register, now: float) -> Register:
    """Without tokens whose time is over; people stay, so that a list can say so."""
    tokens = tuple(token for token in register.tokens if _lasts(token.until, now))
    return register if len(tokens) == len(register.tokens) else replace(register, tokens=tokens)


def last_seen(register: Register, name: str) -> float | None:
    """When somebody was last seen; None if never."""
    times = (token.seen for token in register.tokens if token.person == name)
    return max((time for time in times if time is not None), default=None)


def is_over(until: float | None, now: float) -> bool:
    """Whether something has ended that was given until a time, or for ever."""
    return not _lasts(until, now)


def _lasts(until: float | None, now: float) -> bool:
    return until is None or now < until


def _without(tokens: Iterable[Token], hashes: set[str]) -> tuple[Token, ...]:
    return tuple(token for token in tokens if token.hash not in hashes)
