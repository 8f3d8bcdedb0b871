"""The conflicts of every open change with others, kept up to date while deltas change.

A spec's conflicts are looked for again only where one of its deltas, or the spec itself, is another
one. So a ticked task costs nothing here, however many changes there are. Not thread-safe.
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from geometry_ws.openspec.format.model import Conflict
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.views.overlap import Overlap, deltas_by_spec, overlaps_of_spec

Conflicts = Mapping[str, tuple[Conflict, ...]]
"""Conflicts by change; a change without any isn't there."""

Find = Callable[[], dict[str, list[Conflict]]]
Ask = Callable[[str, Sequence[object], Find], dict[str, list[Conflict]]]

NO_CONFLICTS: Conflicts = MappingProxyType({})


def conflicts_by_change(overlaps: Iterable[Overlap]) -> dict[str, list[Conflict]]:
    """Give each change its side of every conflict, in the overlaps' order."""
    by_change: dict[str, list[Conflict]] = {}
    for overlap in overlaps:
        for claim in overlap.claims:
            if others := overlap.opponents(claim.change):
                conflict = Conflict(overlap.spec, overlap.requirement, others, overlap.why)
                by_change.setdefault(claim.change, []).append(conflict)
    return by_change


class ConflictFinder:
    """Finds the conflicts of a project's open changes; remembers what it looked at last.

    `ask` gives the conflicts of a spec, by all that is looked at for it: it may know them, or calls
    what finds them.
    """

    def __init__(self, ask: Ask | None = None) -> None:
        self._ask = ask or _found_anew
        self._changes: Mapping[str, ChangeFiles] = {}
        self._specs: Mapping[str, Source] = {}
        self._by_spec: dict[str, tuple[Sequence[object], dict[str, list[Conflict]]]] = {}
        self._conflicts = NO_CONFLICTS

    def find(self, changes: Mapping[str, ChangeFiles], specs: Mapping[str, Source]) -> Conflicts:
        """Find all conflicts; the same object as before where nothing about them has changed."""
        if self._specs is specs and _have_same_deltas(self._changes, changes):
            self._changes = changes
            return self._conflicts
        self._changes, self._specs = changes, specs
        before, self._by_spec = self._by_spec, {}
        gathered: dict[str, list[Conflict]] = {}
        for id_, touching in deltas_by_spec(changes).items():
            looked_at = [specs.get(id_), *(part for pair in touching for part in pair)]
            entry = before.get(id_)
            if entry is None or not _are_same(entry[0], looked_at):
                find = functools.partial(_conflicts_of_spec, id_, touching, specs.get(id_))
                entry = looked_at, self._ask(id_, looked_at, find)
            self._by_spec[id_] = entry
            for name, conflicts in entry[1].items():
                gathered.setdefault(name, []).extend(conflicts)
        new = {name: tuple(conflicts) for name, conflicts in gathered.items()}
        if new != self._conflicts:
            old = self._conflicts
            self._conflicts = MappingProxyType(
                {name: old[name] if old.get(name) == own else own for name, own in new.items()}
            )
        return self._conflicts


def _found_anew(_id: str, _looked_at: Sequence[object], find: Find) -> dict[str, list[Conflict]]:
    return find()


def _conflicts_of_spec(
    id_: str, touching: Sequence[tuple[str, Source]], spec: Source | None
) -> dict[str, list[Conflict]]:
    return conflicts_by_change(overlaps_of_spec(id_, touching, spec))


def _have_same_deltas(old: Mapping[str, ChangeFiles], new: Mapping[str, ChangeFiles]) -> bool:
    """Say whether the same changes have the same deltas, though their tasks may be others."""
    if old is new:
        return True
    if old.keys() != new.keys():
        return False
    for name, change in new.items():
        before = old[name]
        if before is change:
            continue
        deltas, former = change.deltas, before.deltas
        if deltas.keys() != former.keys():
            return False
        if any(source is not former[id_] for id_, source in deltas.items()):
            return False
    return True


def _are_same(old: Sequence[object], new: Sequence[object]) -> bool:
    """Compare sources by identity and names by value."""
    return len(old) == len(new) and all(
        first is second or (isinstance(first, str) and first == second)
        for first, second in zip(old, new, strict=True)
    )
