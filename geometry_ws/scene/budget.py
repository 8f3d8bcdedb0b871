"""What each owner has of the world, and all of them together, as running sums.

Programs are strangers to each other: each may have so much, and all of them not everything, since
the node's own components have a reserve.
"""

from operator import add
from typing import NamedTuple

from geometry_ws.scene import limits
from geometry_ws.scene.errors import LimitExceeded


class Usage(NamedTuple):
    """Surfaces, bytes of their buffers, and bytes of their titles and texts in UTF-8."""

    surfaces: int = 0
    bytes: int = 0
    words_bytes: int = 0

    def plus(self, more: "Usage") -> "Usage":
        """Both together; what ``more`` has is less where it is negative."""
        return Usage(*map(add, self, more))


class Budget:
    """Who has how much. What components have doesn't count for programs."""

    def __init__(self) -> None:
        self._owners: dict[object, Usage] = {}
        self._components: set[object] = set()
        self._all = Usage()
        self._programs = Usage()

    def check(self, owner: object, more: Usage, *, component: bool = False) -> None:
        """Raise LimitExceeded where an owner can't have more; only what grows is checked."""
        reserved = not component and owner not in self._components
        own = self._owners.get(owner, Usage()).plus(more)
        shared = (self._programs if reserved else self._all).plus(more)
        for name, added, has, own_most, have, most in zip(
            Usage._fields, more, own, _own_limits(), shared, _limits_of_all(), strict=True
        ):
            maximum = most - most // limits.RESERVED if reserved else most
            if added > 0 and has > own_most:
                raise LimitExceeded(f"{name}_per_owner", own_most)
            if added > 0 and have > maximum:
                raise LimitExceeded(name, maximum)

    def add(self, owner: object, more: Usage, *, component: bool = False) -> None:
        """Count what an owner has more, or less; who has no surface any more is forgotten."""
        if component:
            self._components.add(owner)
        own = self._owners[owner] = self._owners.get(owner, Usage()).plus(more)
        self._all = self._all.plus(more)
        if owner not in self._components:
            self._programs = self._programs.plus(more)
        if own.surfaces <= 0:
            del self._owners[owner]
            self._components.discard(owner)


def _own_limits() -> Usage:
    return Usage(limits.SURFACES_PER_OWNER, limits.BYTES_PER_OWNER, limits.WORDS_BYTES_PER_OWNER)


def _limits_of_all() -> Usage:
    return Usage(limits.SURFACES, limits.BYTES, limits.WORDS_BYTES)
