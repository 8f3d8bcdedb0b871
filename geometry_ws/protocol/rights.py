"""Rights and roles: a procedure or topic asks for one right, a role is a set of rights."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final


class Right(Enum):
    """What a session is allowed to do."""

    LOOK = "look"
    OPERATE = "operate"
    WORK = "work"
    REVIEW = "review"
    MAINTAIN = "maintain"
    DRAW = "draw"
    JOIN = "join"
    SERVE = "serve"

    @property
    def meaning(self) -> str:
        """One phrase for the documentation."""
        return _MEANINGS[self]


_MEANINGS = {
    Right.LOOK: "see the world, its surfaces and the projects",
    Right.OPERATE: "send input to surfaces, so move cards, and change outputs",
    Right.WORK: "tick, claim and edit tasks, edit deltas of changes, note and ask",
    Right.REVIEW: "comment and approve; nothing asks for it yet",
    Right.MAINTAIN: "create and archive changes, write specs, and give access",
    Right.DRAW: "make surfaces and receive their input",
    Right.JOIN: "serve projects of another machine at this node, and nothing else",
    Right.SERVE: "be a component of the node",
}

_ALL = frozenset(Right) - {Right.JOIN, Right.SERVE}

MACHINE_ROLE: Final = "machine"
"""Another machine that brings its projects; what it may is decided for each name: see `joining`."""

GIVEN_ROLES: Final[Mapping[str, frozenset[Right]]] = MappingProxyType(
    {
        "viewer": frozenset({Right.LOOK}),
        "agent": frozenset({Right.LOOK, Right.WORK}),
        "reviewer": frozenset({Right.LOOK, Right.OPERATE, Right.REVIEW}),
        "maintainer": _ALL - {Right.DRAW},
        "program": frozenset({Right.LOOK, Right.DRAW}),
        MACHINE_ROLE: frozenset({Right.JOIN}),
    }
)
"""Roles that are given to people and programs by name."""

_DOES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "viewer": "looks",
        "agent": "looks, ticks tasks and edits changes",
        "reviewer": "looks, presses what lies on the board and answers agents",
        "maintainer": "does all but draw: archives, writes specs and gives access too",
        "program": "looks, and shows pictures of its own",
        MACHINE_ROLE: "brings projects of its own, and does nothing else",
    }
)


def what_it_does(role: str) -> str:
    """A role in words, behind its name."""
    return _DOES.get(role) or ", ".join(sorted(right.value for right in GIVEN_ROLES[role]))


GUEST_ROLE: Final = "guest"
"""A session without credentials on loopback."""

ROLES: Final[Mapping[str, frozenset[Right]]] = MappingProxyType({**GIVEN_ROLES, GUEST_ROLE: _ALL})
"""Roles that the outside can get."""

COMPONENT_ROLE: Final = "component"
"""What the node's own components are; given only on the router's own socket."""

BRIDGE_ROLE: Final = "bridge"
"""What a guest's calls by HTTP are made as: a guest's rights, for what needs no session."""


def may(role: str, right: Right) -> bool:
    """Whether a role has a right; one that isn't known has none."""
    if role == COMPONENT_ROLE:
        return True
    return right in ROLES.get(GUEST_ROLE if role == BRIDGE_ROLE else role, frozenset())
