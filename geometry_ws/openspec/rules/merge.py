"""Merging a delta into the requirements of a main spec: the result, or the reason against it.

The order is the official tool's: renames, removals, modifications, additions. Refusals are
sentences; which delta is refused and which is not agrees with the official tool. `rebuild` makes
the text of the whole document.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from geometry_ws.openspec.format.model import Block, Delta
from geometry_ws.openspec.format.sections import block_header, fold_name, requirement_name
from geometry_ws.openspec.format.sources import Source
from geometry_ws.openspec.format.specs import StructureProblem, structure_problems
from geometry_ws.openspec.format.text import trim


class Refused(ValueError):
    """The delta can't be merged; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of operations that changed something, by kind."""

    added: int = 0
    modified: int = 0
    removed: int = 0
    renamed: int = 0

    @property
    def total(self) -> int:
        """All of them together."""
        return self.added + self.modified + self.removed + self.renamed

    def plus(self, other: "Counts") -> "Counts":
        """The sums of two."""
        return Counts(
            self.added + other.added,
            self.modified + other.modified,
            self.removed + other.removed,
            self.renamed + other.renamed,
        )


@dataclass(frozen=True, slots=True)
class Merged:
    """Requirements after a merge.

    `blocks` has them by name; `places` says for each requirement that was there before under
    which name its place goes on (a name that `blocks` lacks: the place is given up). `missing`
    names what was to be removed and wasn't there.
    """

    blocks: dict[str, Block]
    places: tuple[str, ...]
    counts: Counts
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScenarioBalance:
    """The scenarios of a changed requirement, compared with those that it replaces."""

    missing: tuple[str, ...]
    added: tuple[str, ...]


def compare_scenarios(current: Block, incoming: Block) -> ScenarioBalance:
    """Compare the scenarios of two blocks by name; a name that comes twice counts twice."""
    return ScenarioBalance(
        _without(current.scenario_names, incoming.scenario_names),
        _without(incoming.scenario_names, current.scenario_names),
    )


def _without(names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    left = Counter(others)
    missing = []
    for name in names:
        if left[name] > 0:
            left[name] -= 1
        else:
            missing.append(name)
    return tuple(missing)


@dataclass(slots=True)
class _Work:
    """The blocks of a spec by name, with an index of names that differ only in spelling."""

    blocks: dict[str, Block] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    added: int = 0
    modified: int = 0
    removed: int = 0
    renamed: int = 0
    missing: list[str] = field(default_factory=list)
    _folded: dict[str, dict[str, None]] = field(default_factory=dict)
    _place_of: dict[str, int] = field(default_factory=dict)

    def start(self, blocks: Iterable[Block]) -> None:
        for at, block in enumerate(blocks):
            name = requirement_name(block.name)
            self.places.append(name)
            self._place_of.setdefault(name, at)
            self.put(name, block)

    def put(self, name: str, block: Block) -> None:
        self.blocks[name] = block
        self._folded.setdefault(fold_name(name), {})[name] = None

    def drop(self, name: str) -> Block:
        block = self.blocks.pop(name)
        del self._folded[fold_name(name)][name]
        return block

    def move_place(self, source: str, target: str) -> None:
        at = self._place_of.pop(source, None)
        if at is not None:
            self.places[at] = target
            self._place_of.setdefault(target, at)

    def like(self, name: str, but: str | None = None) -> str | None:
        """The first other name that differs only in case or spacing."""
        alike = self._folded.get(fold_name(name), {})
        return next((other for other in alike if other != but), None)


def merge(delta: Delta, main: Source | None) -> dict[str, Block]:
    """Merge a delta into a main spec (None: there is no such spec yet).

    Gives the requirements by name; raises Refused.
    """
    check_delta(delta)
    if main is None:
        check_new(delta)
        return merge_blocks(delta, (), is_new=True).blocks
    check_structure(main.structure)
    return merge_blocks(delta, main.spec.blocks, is_new=False).blocks


def check_new(delta: Delta) -> None:
    """Refuse what a spec that isn't there yet can't take."""
    if delta.modified or delta.renamed:
        raise Refused("there is no such spec yet, so requirements can only be added")


def check_base(base: str) -> None:
    """Refuse a main spec whose headers are in disorder, by its text."""
    check_structure(structure_problems(base))


def check_structure(problems: Sequence[StructureProblem]) -> None:
    """Refuse a main spec whose headers are in disorder."""
    if problems:
        where = ", ".join(str(problem.line) for problem in problems[:5])
        raise Refused(
            f"the main spec has headers in the wrong place (line {where}); put them right first"
        )


def merge_blocks(delta: Delta, blocks: Sequence[Block], *, is_new: bool) -> Merged:
    """Merge a checked delta into a spec's requirements; raises Refused."""
    work = _Work()
    work.start(blocks)
    _rename(delta, work)
    _remove(delta, work, is_new=is_new)
    _modify(delta, work)
    _add(delta, work)
    return Merged(
        work.blocks,
        tuple(work.places),
        Counts(work.added, work.modified, work.removed, work.renamed),
        tuple(work.missing),
    )


def check_delta(delta: Delta) -> None:
    """Refuse a delta that contradicts itself, whatever the spec holds."""
    if delta.unpaired:
        half = delta.unpaired[0]
        raise Refused(f'line {half.line}: the rename of "{half.name}" is only half there')
    added = _unique((block.name for block in delta.added), "added")
    modified = _unique((block.name for block in delta.modified), "modified")
    removed = _unique(delta.removed, "removed")
    _unique((rename.source for rename in delta.renamed), "renamed")
    _unique((rename.target for rename in delta.renamed), "the new name of two")
    removed_folds = {fold_name(name) for name in removed}
    for rename in delta.renamed:
        source, target = requirement_name(rename.source), requirement_name(rename.target)
        if fold_name(source) in removed_folds:
            raise Refused(f'"{rename.source}" is both renamed and removed')
        if source in modified:
            hint = f'modify it by its new name "{rename.target}"'
            raise Refused(f'"{rename.source}" is renamed: {hint}')
        if target in added:
            raise Refused(f'"{rename.target}" is both added and the new name of another')
    for first, second, words in (
        (modified, removed, "modified and removed"),
        (modified, added, "modified and added"),
        (added, removed, "added and removed"),
    ):
        both = first.keys() & second.keys()
        if both:
            raise Refused(f'"{min(both)}" is both {words}')
    if not delta.count:
        raise Refused("it says nothing to add, modify, remove or rename")


def _unique(names: Iterable[str], word: str) -> dict[str, None]:
    seen: dict[str, None] = {}
    for name in names:
        key = requirement_name(name)
        if key in seen:
            raise Refused(f'"{name}" is {word} twice')
        seen[key] = None
    return seen


def _rename(delta: Delta, work: _Work) -> None:
    for rename in delta.renamed:
        source, target = requirement_name(rename.source), requirement_name(rename.target)
        if source not in work.blocks:
            alike = work.like(source, but=target) if target in work.blocks else None
            if target in work.blocks and alike is None:
                continue
            hint = f'; the spec spells it "{alike}"' if alike is not None else ""
            raise Refused(f'"{rename.source}" can\'t be renamed: it is not in the spec{hint}')
        if target in work.blocks:
            raise Refused(f'"{rename.source}" can\'t get the name "{rename.target}": it is taken')
        if (alike := work.like(target, but=source)) is not None:
            raise Refused(f'the new name "{rename.target}" is too much like "{alike}"')
        block = work.drop(source)
        header = f"### Requirement: {target}"
        raw = "\n".join([header, *block.raw.split("\n")[1:]])
        work.put(target, replace(block, name=target, raw=raw))
        work.move_place(source, target)
        work.renamed += 1


def _remove(delta: Delta, work: _Work, *, is_new: bool) -> None:
    for name in delta.removed:
        key = requirement_name(name)
        if key in work.blocks:
            work.drop(key)
            work.removed += 1
        elif not is_new:
            if (alike := work.like(key)) is not None:
                raise Refused(f'"{name}" can\'t be removed: the spec spells it "{alike}"')
            work.missing.append(name)


def _modify(delta: Delta, work: _Work) -> None:
    for block in delta.modified:
        key = requirement_name(block.name)
        if key not in work.blocks or block_header(block.raw.split("\n", 1)[0]) != key:
            raise Refused(f'"{block.name}" can\'t be modified: it is not in the spec')
        current = work.blocks[key]
        missing = compare_scenarios(current, block).missing
        if missing:
            listed = ", ".join(f'"{name}"' for name in missing)
            raise Refused(f'modifying "{block.name}" would lose scenarios: {listed}')
        if trim(current.raw) != trim(block.raw):
            work.modified += 1
        work.put(key, block)


def _add(delta: Delta, work: _Work) -> None:
    for block in delta.added:
        key = requirement_name(block.name)
        existing = work.blocks.get(key)
        if existing is not None:
            if trim(existing.raw) == trim(block.raw):
                continue
            raise Refused(f'"{block.name}" can\'t be added: the spec has it already')
        if (alike := work.like(key)) is not None:
            raise Refused(f'"{block.name}" can\'t be added: it is too much like "{alike}"')
        work.put(key, block)
        work.added += 1
