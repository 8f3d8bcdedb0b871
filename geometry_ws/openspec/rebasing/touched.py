"""The requirements of a main spec that a delta names, and the bases that it has for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple

from geometry_ws.openspec.format.model import Block, Delta
from geometry_ws.openspec.format.sections import requirement_name
from geometry_ws.openspec.format.sources import Source
from geometry_ws.openspec.views.deltas import Operation

_MOST_RENAMES = 32
"""That are followed back, of one requirement in one delta; a delta may hold thousands."""


class Place(NamedTuple):
    """What a base belongs to: a requirement of a spec by the name that it had before the delta.

    What a delta adds is another thing than what it finds there under the same name.
    """

    spec: str
    name: str
    added: bool = False


@dataclass(frozen=True, slots=True)
class Touched:
    """One requirement of a delta: ``names`` are those that the main spec may have it by.

    ``target`` is its name afterwards, ``block`` its text in the delta (None: it has none there).
    """

    place: Place
    operation: Operation
    target: str
    names: tuple[str, ...]
    block: Block | None = None


def touched_by(spec: str, delta: Delta) -> list[Touched]:
    """The requirements that a delta names, each once: a renamed and modified one is modified."""
    former = {
        requirement_name(pair.target): requirement_name(pair.source) for pair in delta.renamed
    }
    touched = []
    for block in delta.modified:
        target = requirement_name(block.name)
        names = _former_names(target, former)
        touched.append(Touched(Place(spec, names[-1]), "modified", target, names, block))
    for name in map(requirement_name, delta.removed):
        touched.append(Touched(Place(spec, name), "removed", name, (name,)))
    known = {entry.place.name for entry in touched}
    later = set(former.values())
    for target in former:
        if target in later:
            continue
        names = _former_names(target, former)
        if names[-1] not in known:
            touched.append(Touched(Place(spec, names[-1]), "renamed", target, names))
    for block in delta.added:
        name = requirement_name(block.name)
        touched.append(Touched(Place(spec, name, True), "added", name, (name,), block))
    return list({entry.place: entry for entry in touched}.values())


def _former_names(name: str, former: Mapping[str, str]) -> tuple[str, ...]:
    names = {name: None}
    while (
        len(names) <= _MOST_RENAMES
        and (source := former.get(name)) is not None
        and source not in names
    ):
        names[source] = None
        name = source
    return tuple(names)


def is_closed(source: Source | None) -> bool:
    """Say whether a main spec is there but can't be read, so that nothing is known of it."""
    return source is not None and not source.readable


def blocks_of_spec(source: Source | None) -> Mapping[str, Block]:
    """The requirements of a main spec by name; none where there is no such spec."""
    if source is None or not source.readable:
        return {}
    return blocks_by_name(source.spec.blocks)


def blocks_by_name(blocks: Iterable[Block]) -> dict[str, Block]:
    """Requirements by name."""
    return {requirement_name(block.name): block for block in blocks}


def present_text(touched: Touched, blocks: Mapping[str, Block]) -> str:
    """The text that the main spec has of a touched requirement; empty where it isn't there."""
    block = next((blocks[name] for name in touched.names if name in blocks), None)
    return "" if block is None else block.raw


@dataclass(frozen=True, slots=True)
class Base:
    """A requirement as a delta was written against it; an empty text: it wasn't there.

    ``origin`` says how that is known: from a commit in git, by having seen the delta first, by a
    merge that a person agreed to, or from another open change that adds it. ``commit`` is empty
    where there is none; ``time`` is in seconds since 1970.
    """

    text: str
    origin: Literal["git", "seen", "rebased", "stacked"] = "seen"
    commit: str = ""
    time: int = 0


@dataclass(frozen=True, slots=True)
class Bases:
    """All bases of a change's deltas, the newest first, and what was settled by agreement."""

    bases: Mapping[Place, tuple[Base, ...]] = field(default_factory=lambda: MappingProxyType({}))
    settled: Mapping[Place, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))


NO_BASES = Bases()
