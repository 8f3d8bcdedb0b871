"""Open changes that touch the same requirement or the same spec, and whether they conflict.

Two changes overlap where both name a requirement of one spec (a rename names two), without regard
to case and spacing. Both orders of archiving are tried out on the requirement alone: whether the
second change is refused, and whether the effect of the first is still there.
Pure; the result depends on nothing but the deltas and the main specs handed in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.model import Delta
from geometry_ws.openspec.format.sections import fold_name
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.merging.archive_order import (
    Operations,
    SpecBlocks,
    archive_steps,
    find_conflicts,
    find_order,
)
from geometry_ws.openspec.views.deltas import Operation

OverlapKind = Literal["conflict", "same_requirement"]

MOST_COMPARED = 24
"""Of the changes on one requirement; where there are more, they count as a conflict untried.

So do those that name it more often than `archive_order.MOST_OPERATIONS`.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One change's operations on a requirement; ``names`` are as it writes them, by operation."""

    change: str
    operations: tuple[Operation, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """A requirement that several open changes touch.

    "conflict": archived one after the other, in some order one of them is refused or undoes
    another. ``order`` is then an order of archiving that works, if one was found; ``pairs`` are
    the changes that can't follow each other in at least one order (empty: not compared).
    """

    spec: str
    requirement: str
    kind: OverlapKind
    claims: tuple[Claim, ...]
    order: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def opponents(self, change: str) -> tuple[str, ...]:
        """Name the changes with which this one of them conflicts; all others if not compared."""
        if self.kind != "conflict":
            return ()
        names = [claim.change for claim in self.claims if claim.change != change]
        if not self.pairs:
            return tuple(names)
        against = {other for pair in self.pairs if change in pair for other in pair}
        return tuple(name for name in names if name in against)

    @property
    def why(self) -> str:
        """The conflict and its remedy, in a sentence; empty where there is none."""
        if self.kind != "conflict":
            return ""
        if self.order:
            return f"Archive them in this order, no other works: {', '.join(self.order)}."
        if not self.pairs:
            return f"{len(self.claims)} changes do more to it than can be tried out."
        changes = {change for pair in self.pairs for change in pair}
        listed = ", ".join(claim.change for claim in self.claims if claim.change in changes)
        return (
            "Only one of them can be archived as it stands: make one change of it, or base one"
            f" on the other: {listed}."
        )


@dataclass(frozen=True, slots=True)
class SharedSpec:
    """A spec that several open changes touch; ``requirements`` of it are touched by several."""

    spec: str
    changes: tuple[str, ...]
    requirements: int = 0


@dataclass(frozen=True, slots=True)
class Overlaps:
    """All that open changes have in common, in order of ids and names."""

    requirements: tuple[Overlap, ...] = ()
    specs: tuple[SharedSpec, ...] = ()


def find_overlaps(
    changes: Mapping[str, ChangeFiles],
    specs: Mapping[str, Source],
    preferred: Sequence[str] = (),
) -> Overlaps:
    """Find what open changes (by name) have in common; `specs` has the main specs by id.

    Where several orders of archiving work, the one is given that is nearest to the preferred.
    """
    places = {name: place for place, name in enumerate(preferred)}
    overlaps: list[Overlap] = []
    shared: list[SharedSpec] = []
    for id_, touching in deltas_by_spec(changes).items():
        own = overlaps_of_spec(id_, touching, specs.get(id_), places)
        overlaps.extend(own)
        shared.append(SharedSpec(id_, tuple(name for name, _ in touching), len(own)))
    return Overlaps(tuple(overlaps), tuple(shared))


def deltas_by_spec(
    changes: Mapping[str, ChangeFiles],
) -> dict[str, list[tuple[str, Source]]]:
    """The deltas on each spec that several changes touch; specs and changes in order."""
    by_spec: dict[str, list[tuple[str, Source]]] = {}
    for name, change in changes.items():
        for id_, source in change.deltas.items():
            if source.readable:
                by_spec.setdefault(id_, []).append((name, source))
    several = sorted((id_ for id_ in by_spec if len(by_spec[id_]) > 1), key=collation_key)
    return {id_: sorted(by_spec[id_], key=lambda pair: collation_key(pair[0])) for id_ in several}


# --- touched requirements -----------------------------------------------------------------


@dataclass(slots=True)
class _Touched:
    """A change's operations on one requirement, by its folded name, each word of it once."""

    operations: dict[Operation, None] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)


def _touched(delta: Delta) -> dict[str, _Touched]:
    touched_by_name: dict[str, _Touched] = {}
    pairs: list[tuple[Operation, str]] = [("added", block.name) for block in delta.added]
    pairs += [("modified", block.name) for block in delta.modified]
    pairs += [("removed", name) for name in delta.removed]
    for rename in delta.renamed:
        pairs += [("renamed", rename.source), ("renamed", rename.target)]
    for operation, name in pairs:
        touched = touched_by_name.setdefault(fold_name(name), _Touched())
        touched.operations[operation] = None
        touched.names[name] = None
    return touched_by_name


_Several = Sequence[tuple[str, _Touched, Operations]]


def overlaps_of_spec(
    id_: str,
    touching: Sequence[tuple[str, Source]],
    main: Source | None,
    places: Mapping[str, int] = MappingProxyType({}),
) -> list[Overlap]:
    """The requirements of one spec that several of the changes touch, in their order."""
    by_name: dict[str, list[tuple[str, _Touched, Operations]]] = {}
    for change, source in touching:
        operations = Operations(source.delta)
        for key, touched in _touched(source.delta).items():
            by_name.setdefault(key, []).append((change, touched, operations))
    crowded = [key for key, several in by_name.items() if len(several) > 1]
    if not crowded:
        return []
    blocks_of_spec = SpecBlocks(main.spec.blocks if main is not None and main.readable else ())
    overlaps = [_overlap(id_, key, by_name[key], blocks_of_spec, places) for key in crowded]
    return sorted(overlaps, key=lambda overlap: collation_key(overlap.requirement))


def _overlap(
    id_: str,
    key: str,
    several: _Several,
    blocks_of_spec: SpecBlocks,
    places: Mapping[str, int],
) -> Overlap:
    claims = tuple(
        Claim(change, tuple(touched.operations), tuple(touched.names))
        for change, touched, _ in several
    )
    requirement = blocks_of_spec.spelling(key) or claims[0].names[0]
    steps = None
    if len(several) <= MOST_COMPARED:
        steps = archive_steps(key, [operations for _, _, operations in several])
    if steps is None:
        return Overlap(id_, requirement, "conflict", claims)
    base = blocks_of_spec.for_steps(steps)
    names = [change for change, _, _ in several]
    pairs, before = find_conflicts(names, steps, base)
    if not pairs:
        return Overlap(id_, requirement, "same_requirement", claims)
    ranked = sorted(zip(names, steps, strict=True), key=lambda pair: places.get(pair[0], 0))
    order = find_order([name for name, _ in ranked], [step for _, step in ranked], before, base)
    return Overlap(id_, requirement, "conflict", claims, order, tuple(pairs))
