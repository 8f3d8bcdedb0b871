"""Rights: a procedure or topic asks for one, a role is a set of them."""

from enum import Enum


class Right(Enum):
    """What somebody is allowed to do."""

    LOOK = "look"
    OPERATE = "operate"
    DRAW = "draw"
    SERVE = "serve"

    @property
    def meaning(self) -> str:
        """One phrase for the documentation."""
        return _MEANINGS[self]


_MEANINGS = {
    Right.LOOK: "see the world, its surfaces and the projects",
    Right.OPERATE: "send input, tick tasks and write documents",
    Right.DRAW: "make surfaces and receive their input",
    Right.SERVE: "be a component of the node",
}

ROLES: dict[str, frozenset[Right]] = {
    "viewer": frozenset({Right.LOOK}),
    "operator": frozenset({Right.LOOK, Right.OPERATE}),
    "program": frozenset({Right.LOOK, Right.DRAW}),
    "guest": frozenset({Right.LOOK, Right.OPERATE, Right.DRAW}),
}
"""Roles that the outside can get. ``guest`` is a session without credentials on loopback."""

COMPONENT_ROLE = "component"
"""What the node's own components are; given only on the router's own socket."""

BRIDGE_ROLE = "bridge"
"""What calls by HTTP are made as: a guest's rights, for what needs no session."""
