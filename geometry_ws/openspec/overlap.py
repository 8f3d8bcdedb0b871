"""Open changes that touch the same requirement or the same spec, and whether that is harmful.

Two changes overlap where both name a requirement of one spec (a rename names two), without regard
to case and spacing. It is tried out on the requirement alone what archiving the one and then the
other comes to: whether the second is refused, and whether what the first said is still there.
Pure; what is found depends on nothing but the deltas and the main specs handed in.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Literal

from geometry_ws.openspec.deltas import Operation
from geometry_ws.openspec.merge import compare_scenarios
from geometry_ws.openspec.model import Block, Delta
from geometry_ws.openspec.sections import fold_name, requirement_name
from geometry_ws.openspec.sources import ChangeFiles, Source
from geometry_ws.openspec.text import collation_key, trim

OverlapKind = Literal["conflict", "same_requirement"]

MOST_COMPARED = 24
"""Of the changes on one requirement; where there are more, they count as a conflict untried."""
_MOST_PERMUTED = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """What one change does to a requirement; ``names`` are as it writes them, by operation."""

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


def find_overlaps(changes: Mapping[str, ChangeFiles], specs: Mapping[str, Source]) -> Overlaps:
    """Find what open changes (by name) have in common; `specs` has the main specs by id."""
    by_spec: dict[str, list[tuple[str, Delta]]] = {}
    for name, change in changes.items():
        for id_, source in change.deltas.items():
            if source.readable:
                by_spec.setdefault(id_, []).append((name, source.delta))
    overlaps: list[Overlap] = []
    shared: list[SharedSpec] = []
    for id_ in sorted(by_spec, key=collation_key):
        touching = by_spec[id_]
        if len(touching) < 2:
            continue
        touching.sort(key=lambda one: collation_key(one[0]))
        found = _of_spec(id_, touching, specs.get(id_))
        overlaps.extend(found)
        shared.append(SharedSpec(id_, tuple(name for name, _ in touching), len(found)))
    return Overlaps(tuple(overlaps), tuple(shared))


# --- who touches what ---------------------------------------------------------------------


@dataclass(slots=True)
class _Touched:
    """A change's operations on one requirement, by its folded name."""

    operations: list[Operation] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def _touched(delta: Delta) -> dict[str, _Touched]:
    found: dict[str, _Touched] = {}
    pairs: list[tuple[Operation, str]] = [("added", block.name) for block in delta.added]
    pairs += [("modified", block.name) for block in delta.modified]
    pairs += [("removed", name) for name in delta.removed]
    for one in delta.renamed:
        pairs += [("renamed", one.source), ("renamed", one.target)]
    for operation, name in pairs:
        touched = found.setdefault(fold_name(name), _Touched())
        if operation not in touched.operations:
            touched.operations.append(operation)
        if name not in touched.names:
            touched.names.append(name)
    return found


def _of_spec(id_: str, touching: Sequence[tuple[str, Delta]], main: Source | None) -> list[Overlap]:
    by_name: dict[str, list[tuple[str, _Touched, Delta]]] = {}
    for change, delta in touching:
        for key, touched in _touched(delta).items():
            by_name.setdefault(key, []).append((change, touched, delta))
    crowded = [key for key, several in by_name.items() if len(several) > 1]
    if not crowded:
        return []
    current: dict[str, Block] = {}
    if main is not None and main.readable:
        current = {requirement_name(block.name): block for block in main.spec.blocks}
    spelt = {fold_name(name): name for name in current}
    found = [_overlap(id_, key, spelt.get(key), by_name[key], current) for key in crowded]
    return sorted(found, key=lambda one: collation_key(one.requirement))


def _overlap(
    id_: str,
    key: str,
    spelt: str | None,
    several: Sequence[tuple[str, _Touched, Delta]],
    current: Mapping[str, Block],
) -> Overlap:
    claims = tuple(
        Claim(change, tuple(touched.operations), tuple(touched.names))
        for change, touched, _ in several
    )
    requirement = spelt if spelt is not None else claims[0].names[0]
    if len(several) > MOST_COMPARED:
        return Overlap(id_, requirement, "conflict", claims)
    steps = _steps({key}, [delta for _, _, delta in several])
    names = [change for change, _, _ in several]
    pairs, before = _compare(names, steps, current)
    if not pairs:
        return Overlap(id_, requirement, "same_requirement", claims)
    order = _order(names, steps, before, current)
    return Overlap(id_, requirement, "conflict", claims, order, tuple(pairs))


# --- trying out ---------------------------------------------------------------------------


@dataclass(slots=True)
class _Step:
    """A change's operations on the few requirements in question."""

    renamed: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    modified: list[Block] = field(default_factory=list)
    added: list[Block] = field(default_factory=list)


def _steps(keys: set[str], deltas: Sequence[Delta]) -> list[_Step]:
    """The operations on the requirements of these folded names, and on those they are renamed."""
    wanted = set(keys)
    for delta in deltas:
        for one in delta.renamed:
            ends = {fold_name(one.source), fold_name(one.target)}
            if ends & keys:
                wanted |= ends
    return [
        _Step(
            [
                (requirement_name(one.source), requirement_name(one.target))
                for one in delta.renamed
                if fold_name(one.source) in wanted or fold_name(one.target) in wanted
            ],
            [requirement_name(name) for name in delta.removed if fold_name(name) in wanted],
            [block for block in delta.modified if fold_name(block.name) in wanted],
            [block for block in delta.added if fold_name(block.name) in wanted],
        )
        for delta in deltas
    ]


def _apply(step: _Step, state: Mapping[str, Block]) -> dict[str, Block] | None:
    """The requirements by name after a step, in the order of a merge; None where it is refused."""
    names = dict(state)
    for source, target in step.renamed:
        if source not in names and target in names:
            continue
        if source not in names or target in names or _is_alike(target, names, source):
            return None
        names[target] = names.pop(source)
    for name in step.removed:
        if name in names:
            del names[name]
        elif _is_alike(name, names):
            return None
    for block in step.modified:
        key = requirement_name(block.name)
        if key not in names or compare_scenarios(names[key], block).missing:
            return None
        names[key] = block
    for block in step.added:
        key = requirement_name(block.name)
        if key in names:
            if _statement(names[key]) != _statement(block):
                return None
        elif _is_alike(key, names):
            return None
        names[key] = block
    return names


def _is_alike(name: str, names: Iterable[str], but: str = "") -> bool:
    folded = fold_name(name)
    return any(one not in (name, but) and fold_name(one) == folded for one in names)


def _statement(block: Block) -> str:
    """A requirement's text without its header: it stays the same through renames."""
    return trim(block.raw.partition("\n")[2])


def _is_undone(
    step: _Step,
    base: Mapping[str, Block],
    after: Mapping[str, Block],
    others: Sequence[_Step],
) -> bool:
    """Say whether what a step did is no longer so after the other steps, too."""
    renamed = dict(pair for other in others for pair in other.renamed)
    for block in (*step.modified, *step.added):
        name = requirement_name(block.name)
        current = after.get(name) or after.get(renamed.get(name, name))
        if current is None or not _is_kept(base.get(_origin(step, name)), block, current):
            return True
    again = {requirement_name(block.name) for other in others for block in other.added}
    for source, target in step.renamed:
        if source in after and source not in again:
            return True
        if target not in after and renamed.get(target) not in after:
            return True
    return any(name in after and name not in again for name in step.removed)


def _origin(step: _Step, name: str) -> str:
    return next((source for source, target in step.renamed if target == name), name)


def _is_kept(base: Block | None, own: Block, current: Block) -> bool:
    """Say whether a requirement still has what a change did to it, line by line.

    Whoever modifies a requirement that isn't in the main spec yet knows the change that adds it.
    """
    if base is None or _statement(own) == _statement(current):
        return True
    before, mine, now = (Counter(_lines(block)) for block in (base, own, current))
    return not (mine - before) - now and not any(now[line] > mine[line] for line in before - mine)


def _lines(block: Block) -> Iterable[str]:
    return (text for line in block.raw.split("\n")[1:] if (text := trim(line)))


def _works(steps: Sequence[_Step], current: Mapping[str, Block]) -> bool:
    """Say whether the steps can be taken in this order and nothing that one did is lost."""
    state = current
    for at, step in enumerate(steps):
        following = _apply(step, state)
        if following is None or _misses(step, state, steps[:at]):
            return False
        state = following
    return not any(
        _is_undone(step, current, state, [*steps[:at], *steps[at + 1 :]])
        for at, step in enumerate(steps)
    )


def _misses(step: _Step, before: Mapping[str, Block], earlier: Sequence[_Step]) -> bool:
    """Say whether a removal finds its requirement under another name that an earlier step gave."""
    moved = {source for one in earlier for source, _ in one.renamed}
    return any(name not in before and name in moved for name in step.removed)


def _compare(
    names: Sequence[str], steps: Sequence[_Step], current: Mapping[str, Block]
) -> tuple[list[tuple[str, str]], dict[str, set[str]]]:
    """The pairs that conflict, and for each change the ones that must come before it."""
    wanted = {name for step in steps for name in _names_of(step)}
    folds = {fold_name(name) for name in wanted}
    base = {name: block for name, block in current.items() if fold_name(name) in folds}
    pairs = []
    before: dict[str, set[str]] = {name: set() for name in names}
    for first in range(len(names)):
        for second in range(first + 1, len(names)):
            forth = _works((steps[first], steps[second]), base)
            back = _works((steps[second], steps[first]), base)
            if forth and back:
                continue
            pairs.append((names[first], names[second]))
            if not back:
                before[names[second]].add(names[first])
            if not forth:
                before[names[first]].add(names[second])
    return pairs, before


def _names_of(step: _Step) -> Iterable[str]:
    yield from step.removed
    for block in (*step.modified, *step.added):
        yield requirement_name(block.name)
    for pair in step.renamed:
        yield from pair


def _order(
    names: Sequence[str],
    steps: Sequence[_Step],
    before: Mapping[str, set[str]],
    current: Mapping[str, Block],
) -> tuple[str, ...]:
    """An order of archiving in which everything works; empty where there is none to be found."""
    by_name = dict(zip(names, steps, strict=True))
    for order in _orders(names, before):
        if _works([by_name[name] for name in order], current):
            return order
    return ()


def _orders(names: Sequence[str], before: Mapping[str, set[str]]) -> Iterator[tuple[str, ...]]:
    """The order that follows from the pairs, then all others, where those are few."""
    order: list[str] = []
    left = list(names)
    while left:
        following = next((one for one in left if not before[one] & set(left)), None)
        if following is None:
            break
        order.append(following)
        left.remove(following)
    else:
        yield tuple(order)
    if len(names) <= _MOST_PERMUTED:
        yield from permutations(names)
