"""Merging a delta into a main spec: which requirements are there afterwards, or why it is refused.

The order is the official tool's: renames, removals, modifications, additions. Refusals are
sentences; which delta is refused and which is not agrees with the official tool.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from geometry_ws.openspec.model import Block, Delta
from geometry_ws.openspec.sections import fold_name, requirement_name
from geometry_ws.openspec.specs import split_requirements, structure_problems
from geometry_ws.openspec.text import fence_mask, normalise, trim


class Refused(ValueError):
    """The delta can't be merged; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class ScenarioBalance:
    """How the scenarios of a changed requirement compare with those that it replaces."""

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
    found = []
    for name in names:
        if left[name] > 0:
            left[name] -= 1
        else:
            found.append(name)
    return tuple(found)


class _Names:
    """The blocks of a spec by name, with an index of names that differ only in spelling."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self.blocks: dict[str, Block] = {}
        self._folded: dict[str, dict[str, None]] = {}
        for block in blocks:
            self.put(requirement_name(block.name), block)

    def put(self, name: str, block: Block) -> None:
        self.blocks[name] = block
        self._folded.setdefault(fold_name(name), {})[name] = None

    def drop(self, name: str) -> Block:
        block = self.blocks.pop(name)
        del self._folded[fold_name(name)][name]
        return block

    def like(self, name: str, but: str | None = None) -> str | None:
        """The first other name that differs only in case or spacing."""
        alike = self._folded.get(fold_name(name), {})
        return next((one for one in alike if one != but), None)


def merge(delta: Delta, base: str | None) -> dict[str, Block]:
    """Merge a delta into a main spec's text (None: there is no such spec yet).

    Gives the requirements by name; raises Refused.
    """
    _check_delta(delta)
    if base is None:
        if delta.modified or delta.renamed:
            raise Refused("there is no such spec yet, so requirements can only be added")
        names = _Names(())
    else:
        if structure_problems(base):
            raise Refused("the main spec has headers in the wrong place; put them right first")
        lines = normalise(base).split("\n")
        names = _Names(split_requirements(lines, fence_mask(lines)).blocks)
    _rename(delta, names)
    _remove(delta, names, base is None)
    _modify(delta, names)
    _add(delta, names)
    return names.blocks


def _check_delta(delta: Delta) -> None:
    if delta.unpaired:
        half = delta.unpaired[0]
        raise Refused(f'line {half.line}: the rename of "{half.name}" is only half there')
    added = _unique((block.name for block in delta.added), "added")
    modified = _unique((block.name for block in delta.modified), "modified")
    removed = _unique(delta.removed, "removed")
    _unique((one.source for one in delta.renamed), "renamed")
    _unique((one.target for one in delta.renamed), "the new name of two")
    removed_folds = {fold_name(name) for name in removed}
    for one in delta.renamed:
        source, target = requirement_name(one.source), requirement_name(one.target)
        if fold_name(source) in removed_folds:
            raise Refused(f'"{one.source}" is both renamed and removed')
        if source in modified:
            raise Refused(f'"{one.source}" is renamed: modify it by its new name "{one.target}"')
        if target in added:
            raise Refused(f'"{one.target}" is both added and the new name of another')
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


def _rename(delta: Delta, names: _Names) -> None:
    for one in delta.renamed:
        source, target = requirement_name(one.source), requirement_name(one.target)
        if source not in names.blocks:
            alike = names.like(source, but=target) if target in names.blocks else None
            if target in names.blocks and alike is None:
                continue
            hint = f'; the spec spells it "{alike}"' if alike is not None else ""
            raise Refused(f'"{one.source}" can\'t be renamed: it is not in the spec{hint}')
        if target in names.blocks:
            raise Refused(f'"{one.source}" can\'t get the name "{one.target}": it is taken')
        if (alike := names.like(target, but=source)) is not None:
            raise Refused(f'the new name "{one.target}" is too much like "{alike}"')
        block = names.drop(source)
        header = f"### Requirement: {target}"
        raw = "\n".join([header, *block.raw.split("\n")[1:]])
        names.put(target, replace(block, name=target, raw=raw))


def _remove(delta: Delta, names: _Names, is_new: bool) -> None:
    for name in delta.removed:
        key = requirement_name(name)
        if key in names.blocks:
            names.drop(key)
        elif not is_new and (alike := names.like(key)) is not None:
            raise Refused(f'"{name}" can\'t be removed: the spec spells it "{alike}"')


def _modify(delta: Delta, names: _Names) -> None:
    for block in delta.modified:
        key = requirement_name(block.name)
        if key not in names.blocks or key != block.name:
            raise Refused(f'"{block.name}" can\'t be modified: it is not in the spec')
        missing = compare_scenarios(names.blocks[key], block).missing
        if missing:
            listed = ", ".join(f'"{name}"' for name in missing)
            raise Refused(f'modifying "{block.name}" would lose scenarios: {listed}')
        names.put(key, block)


def _add(delta: Delta, names: _Names) -> None:
    for block in delta.added:
        key = requirement_name(block.name)
        existing = names.blocks.get(key)
        if existing is not None:
            if trim(existing.raw) == trim(block.raw):
                continue
            raise Refused(f'"{block.name}" can\'t be added: the spec has it already')
        if (alike := names.like(key)) is not None:
            raise Refused(f'"{block.name}" can\'t be added: it is too much like "{alike}"')
        names.put(key, block)
