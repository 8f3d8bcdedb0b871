"""The requirement of a main spec that a name in a delta stands for, through renames. Pure."""

from collections.abc import Iterable, Mapping

from geometry_ws.openspec.format.model import Block, Rename
from geometry_ws.openspec.format.sections import requirement_name


class Origins:
    """The present requirements by the names that a delta knows them by.

    `current` has the main spec's requirements by name. Chains of renames are followed, each step
    once however often it is asked for; a circle leads nowhere. `former` maps each new name to the
    one that it replaces.
    """

    def __init__(self, renamed: Iterable[Rename], current: Mapping[str, Block]) -> None:
        self._found: dict[str, Block | None] = dict(current)
        self.former = {
            requirement_name(rename.target): requirement_name(rename.source) for rename in renamed
        }

    def find(self, name: str) -> Block | None:
        """The requirement of this name, or that it was renamed from; None where there is none."""
        passed: dict[str, None] = {}
        key: str | None = name
        while key is not None and key not in self._found and key not in passed:
            passed[key] = None
            key = self.former.get(key)
        block = None if key is None else self._found.get(key)
        self._found.update(dict.fromkeys(passed, block))
        return block
