"""The result of archiving several changes one after the other, tried out on single requirements.

A change is refused where a merge of its operations would be; it is undone where what it did to a
requirement is no longer so in the end. Pure; knows only requirements by name, not whole specs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from geometry_ws.openspec.format.model import Block, Delta
from geometry_ws.openspec.format.sections import fold_name, requirement_name
from geometry_ws.openspec.format.text import trim
from geometry_ws.openspec.rules.merge import compare_scenarios

MOST_OPERATIONS = 30
"""Of one change on one requirement; a change with more means something else."""
MOST_PERMUTED = 4
"""Changes whose every order is tried; of more, only the one that their pairs suggest."""


@dataclass(slots=True)
class ArchiveStep:
    """One change's operations on a few requirements: one step of archiving several changes."""

    renamed: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    modified: list[Block] = field(default_factory=list)
    added: list[Block] = field(default_factory=list)


class Operations:
    """A delta's operations by the folded names that they are about, to pick few out of many."""

    def __init__(self, delta: Delta) -> None:
        self.delta = delta
        self._places: dict[str, list[tuple[str, int]]] = {}
        for at, rename in enumerate(delta.renamed):
            for end in {fold_name(rename.source), fold_name(rename.target)}:
                self._places.setdefault(end, []).append(("renamed", at))
        for at, name in enumerate(delta.removed):
            self._places.setdefault(fold_name(name), []).append(("removed", at))
        for kind, blocks in (("modified", delta.modified), ("added", delta.added)):
            for at, block in enumerate(blocks):
                self._places.setdefault(fold_name(block.name), []).append((kind, at))

    def count(self, key: str) -> int:
        """The number of operations about a folded name."""
        return len(self._places.get(key, ()))

    def ends(self, key: str) -> set[str]:
        """The folded names that renames lead to or from a folded name."""
        renamed = (self.delta.renamed[at] for at in self._at([key], "renamed"))
        return {fold_name(end) for rename in renamed for end in (rename.source, rename.target)}

    def pick(self, keys: Iterable[str]) -> ArchiveStep:
        """The operations about some folded names, in their order."""
        keys, delta = list(keys), self.delta
        renamed = (delta.renamed[at] for at in self._at(keys, "renamed"))
        return ArchiveStep(
            [
                (requirement_name(rename.source), requirement_name(rename.target))
                for rename in renamed
            ],
            [requirement_name(delta.removed[at]) for at in self._at(keys, "removed")],
            [delta.modified[at] for at in self._at(keys, "modified")],
            [delta.added[at] for at in self._at(keys, "added")],
        )

    def _at(self, keys: Iterable[str], kind: str) -> list[int]:
        places = (self._places.get(key, ()) for key in keys)
        return sorted({at for several in places for operation, at in several if operation == kind})


def archive_steps(key: str, several: Sequence[Operations]) -> list[ArchiveStep] | None:
    """Each change's operations on the requirement of a folded name, and on those it is renamed to
    or from.

    None where that is too much to be tried out.
    """
    wanted = {key}
    if max(operations.count(key) for operations in several) > MOST_OPERATIONS:
        return None
    for operations in several:
        wanted |= operations.ends(key)
    counted = (sum(uses.count(each) for each in wanted) for uses in several)
    return None if max(counted) > MOST_OPERATIONS else [uses.pick(wanted) for uses in several]


class SpecBlocks:
    """A main spec's requirements by folded name, so that few of them can be picked out."""

    def __init__(self, current: Iterable[Block]) -> None:
        self._blocks: dict[str, dict[str, Block]] = {}
        for block in current:
            name = requirement_name(block.name)
            self._blocks.setdefault(fold_name(name), {})[name] = block

    def spelling(self, key: str) -> str | None:
        """The spec's spelling of a folded name."""
        return next(iter(self._blocks.get(key, ())), None)

    def for_steps(self, steps: Sequence[ArchiveStep]) -> dict[str, Block]:
        """The requirements that the steps are about, and those spelt like them, by name."""
        folds = {fold_name(name) for step in steps for name in _names_of(step)}
        return {
            name: block
            for key in sorted(folds)
            for name, block in self._blocks.get(key, {}).items()
        }


def _names_of(step: ArchiveStep) -> Iterable[str]:
    yield from step.removed
    for block in (*step.modified, *step.added):
        yield requirement_name(block.name)
    for pair in step.renamed:
        yield from pair


def _apply(step: ArchiveStep, state: Mapping[str, Block]) -> dict[str, Block] | None:
    """The requirements by name after a step, in the order of a merge; None where it is refused."""
    names = dict(state)
    for source, target in step.renamed:
        if source not in names:
            if target not in names or _is_alike(source, names, target):
                return None
            continue  # as if it had been renamed already
        if target in names or _is_alike(target, names, source):
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
    return any(other not in (name, but) and fold_name(other) == folded for other in names)


def _statement(block: Block) -> str:
    """A requirement's text without its header: it stays the same through renames."""
    return trim(block.raw.partition("\n")[2])


def _is_undone(
    step: ArchiveStep,
    base: Mapping[str, Block],
    after: Mapping[str, Block],
    others: Sequence[ArchiveStep],
) -> bool:
    """Say whether what a step did is no longer so after the other steps, too."""
    renamed = dict(pair for other in others for pair in other.renamed)
    for block in (*step.modified, *step.added):
        name = requirement_name(block.name)
        current = after.get(name) or after.get(renamed.get(name, name))
        if current is None or not _is_kept(base.get(_origin(step, name)), block, current):
            return True
    # A name that goes comes back only where another change means it to; one that wasn't there
    # when it should go, but is in the end, was missed.
    return any(
        target not in after and renamed.get(target) not in after for _, target in step.renamed
    ) or any(name in after and name not in base for name in step.removed)


def _origin(step: ArchiveStep, name: str) -> str:
    return next((source for source, target in step.renamed if target == name), name)


def _is_kept(base: Block | None, own: Block, current: Block) -> bool:
    """Say whether a requirement still has what a change did to it, line by line.

    A change that modifies a requirement that isn't in the main spec yet knows of its addition.
    """
    if base is None or _statement(own) == _statement(current):
        return True
    before, mine, now = (Counter(_lines(block)) for block in (base, own, current))
    return not (mine - before) - now and not any(now[line] > mine[line] for line in before - mine)


def _lines(block: Block) -> Iterable[str]:
    return (text for line in block.raw.split("\n")[1:] if (text := trim(line)))


def can_archive(steps: Sequence[ArchiveStep], current: Mapping[str, Block]) -> bool:
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


def _misses(step: ArchiveStep, before: Mapping[str, Block], earlier: Sequence[ArchiveStep]) -> bool:
    """Say whether a removal finds its requirement under another name that an earlier step gave."""
    moved = {source for change in earlier for source, _ in change.renamed}
    return any(name not in before and name in moved for name in step.removed)


def find_conflicts(
    names: Sequence[str], steps: Sequence[ArchiveStep], base: Mapping[str, Block]
) -> tuple[list[tuple[str, str]], dict[str, set[str]]]:
    """The pairs that conflict, and for each change the ones that must come before it."""
    pairs = []
    before: dict[str, set[str]] = {name: set() for name in names}
    for first in range(len(names)):
        for second in range(first + 1, len(names)):
            forth = can_archive((steps[first], steps[second]), base)
            back = can_archive((steps[second], steps[first]), base)
            if forth and back:
                continue
            pairs.append((names[first], names[second]))
            if not back:
                before[names[second]].add(names[first])
            if not forth:
                before[names[first]].add(names[second])
    return pairs, before


def find_order(
    names: Sequence[str],
    steps: Sequence[ArchiveStep],
    before: Mapping[str, set[str]],
    current: Mapping[str, Block],
) -> tuple[str, ...]:
    """An order of archiving in which everything works; empty where there is none to be found."""
    by_name = dict(zip(names, steps, strict=True))
    for order in _orders(names, before):
        if can_archive([by_name[name] for name in order], current):
            return order
    return ()


def _orders(names: Sequence[str], before: Mapping[str, set[str]]) -> Iterator[tuple[str, ...]]:
    """The order that follows from the pairs, then all others, where those are few."""
    order: list[str] = []
    left = list(names)
    while left:
        following = next((change for change in left if not before[change] & set(left)), None)
        if following is None:
            break
        order.append(following)
        left.remove(following)
    else:
        yield tuple(order)
    if len(names) <= MOST_PERMUTED:
        yield from permutations(names)
