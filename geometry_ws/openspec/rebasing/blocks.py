"""Three requirements merged: their statements by sentences, their scenarios by name.

Takes and gives requirements as written: a header's line and what follows, with LF.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from geometry_ws.openspec.format.sections import scenario_name
from geometry_ws.openspec.format.text import fence_mask, header_level, trim, trim_end
from geometry_ws.openspec.rebasing.sentences import (
    Conflict,
    Sentence,
    joined,
    keys_of,
    merge_sentences,
    removal,
    sentences_of,
)

_SCENARIO = 4

_Key = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class BlockMerge:
    """A merge of three requirements, and what would be lost if ours were taken as it is.

    `lost` are sentences that the other side wrote and ours lacks, `back` those that it removed and
    ours still has. `marks` are what agreeing to ours settles. In `text`, theirs and ours both
    stand where there is a conflict. `is_clean`: there is none, and the text loses nothing.
    """

    text: str
    lost: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    marks: frozenset[str] = frozenset()
    is_clean: bool = True

    @property
    def loses(self) -> bool:
        """Whether taking ours as it is would take away or bring back something."""
        return bool(self.lost or self.back or self.conflicts)


@dataclass(slots=True)
class _Parts:
    """A requirement in parts: its header, its statement, and what stands below inner headers."""

    header: str = ""
    statement: list[Sentence] = field(default_factory=list)
    inner: dict[_Key, tuple[str, list[Sentence]]] = field(default_factory=dict)

    def sentences(self) -> "Counter[tuple[_Key | None, str]]":
        """All sentences and titles, each with the inner part that it stands in."""
        counted: Counter[tuple[_Key | None, str]] = Counter(
            (None, key) for key in keys_of(self.statement)
        )
        for part, (_, body) in self.inner.items():
            counted[part, _title(part)] += 1
            counted.update((part, key) for key in keys_of(body))
        return counted


def _title(key: _Key) -> str:
    level, name, _ = key
    return f"Scenario: {name}" if level == _SCENARIO else name


def merge_blocks(
    base: str, theirs: str, ours: str, settled: frozenset[str] = frozenset()
) -> BlockMerge:
    """Merge requirements; an empty base: there was none.

    `settled` are the marks of a former merge in which ours was agreed to.
    """
    merge = _merge_once(base, theirs, ours, settled)
    if merge.conflicts or _merge_once(base, theirs, merge.text, settled).loses:
        return replace(merge, is_clean=False)
    return merge


def _merge_once(base: str, theirs: str, ours: str, settled: frozenset[str]) -> BlockMerge:
    before, other, own = _parts(base), _parts(theirs), _parts(ours)
    lost, back = _losses(before, other, own, settled)
    statement = merge_sentences(before.statement, other.statement, own.statement, settled)
    conflicts = [*statement.conflicts]
    pieces = [f"{own.header}\n{joined(statement.sentences)}"]
    for key in _order(other, own):
        merged = _inner(before.inner.get(key), other.inner.get(key), own.inner.get(key), settled)
        if merged is not None:
            header, body, inner_conflicts = merged
            pieces.append(trim_end(f"{header}\n{joined(body)}"))
            conflicts += inner_conflicts
    marks = frozenset(lost) | {removal(key) for key in back}
    marks = marks.union(*(conflict.marks for conflict in conflicts))
    text = trim_end("\n\n".join(trim_end(piece) for piece in pieces))
    return BlockMerge(text, tuple(lost), tuple(back), tuple(conflicts), marks)


def new_sentences(base: str, theirs: str, settled: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The sentences of theirs that the base lacks: what goes where ours removes all of it."""
    lost, _ = _losses(_parts(base), _parts(theirs), _Parts(), settled)
    return tuple(lost)


def is_same(text: str, other: str) -> bool:
    """Say whether two requirements say the same below their headers."""
    return trim(text.partition("\n")[2]) == trim(other.partition("\n")[2])


def likeness(text: str, other: str) -> float:
    """The part of a requirement's sentences, from 0 to 1, that another has as well."""
    mine, theirs = _parts(text).sentences(), _parts(other).sentences()
    return (mine & theirs).total() / max(1, mine.total())


def _losses(
    before: _Parts, other: _Parts, own: _Parts, settled: frozenset[str]
) -> tuple[list[str], list[str]]:
    was, theirs, mine = before.sentences(), other.sentences(), own.sentences()
    lost = [place[1] for place in theirs - was if mine[place] < theirs[place]]
    lost += _lost_orders(before, other, own)
    back = [place[1] for place in was - theirs if mine[place] > theirs[place]]
    return (
        [key for key in dict.fromkeys(lost) if key not in settled],
        [key for key in dict.fromkeys(back) if removal(key) not in settled],
    )


def _lost_orders(before: _Parts, other: _Parts, own: _Parts) -> Iterator[str]:
    """The orders that the other side gave to what all three have, and that ours doesn't follow."""
    sides = (before, other, own)
    triples = [
        [keys_of(parts.statement) for parts in sides],
        [[_title(key) for key in parts.inner] for parts in sides],
    ]
    triples += [
        [keys_of(parts.inner[key][1]) for parts in sides]
        for key in before.inner
        if key in other.inner and key in own.inner
    ]
    for was, theirs, mine in triples:
        common = set(was) & set(theirs) & set(mine)
        orders = [
            [key for key in dict.fromkeys(keys) if key in common] for keys in (was, theirs, mine)
        ]
        if orders[1] not in (orders[0], orders[2]):
            yield f"the order: {' / '.join(orders[1])}"


def _parts(text: str) -> _Parts:
    parts = _Parts()
    if not text:
        return parts
    lines = text.split("\n")
    parts.header = lines[0]
    lines = lines[1:]
    mask = fence_mask(lines)
    heads = [
        at for at, line in enumerate(lines) if not mask[at] and 0 < header_level(line) <= _SCENARIO
    ]
    first = heads[0] if heads else len(lines)
    parts.statement = _sentences(lines[:first])
    for at, end in zip(heads, [*heads[1:], len(lines)], strict=False):
        level = header_level(lines[at])
        name = scenario_name(lines[at][level:]) if level == _SCENARIO else trim(lines[at])
        count = sum(key[:2] == (level, name) for key in parts.inner)
        parts.inner[level, name, count] = lines[at], _sentences(lines[at + 1 : end])
    return parts


def _sentences(lines: Sequence[str]) -> list[Sentence]:
    return sentences_of(trim_end("\n".join(lines)))


def _order(other: _Parts, own: _Parts) -> list[_Key]:
    """The order of inner parts: theirs, with each of ours that is new behind what it follows."""
    order = list(other.inner)
    previous: _Key | None = None
    for key in own.inner:
        if key not in other.inner:
            at = len(order)
            if previous is not None:
                at = order.index(previous) + 1
                while at < len(order) and order[at] not in own.inner:
                    at += 1
            order.insert(at, key)
        previous = key
    return order


_Inner = tuple[str, list[Sentence]]


def _inner(
    before: _Inner | None, other: _Inner | None, own: _Inner | None, settled: frozenset[str]
) -> tuple[str, Sequence[Sentence], tuple[Conflict, ...]] | None:
    """One inner part of a merge; None where it goes."""
    if other is None and own is None:
        return None
    if other is None or own is None:
        return _of_a_side(before, other, own, settled)
    if before is None:
        return _new_on_both_sides(other, own, settled)
    merged = merge_sentences(before[1], other[1], own[1], settled)
    return own[0], merged.sentences, merged.conflicts


def _of_a_side(
    before: _Inner | None, other: _Inner | None, own: _Inner | None, settled: frozenset[str]
) -> tuple[str, Sequence[Sentence], tuple[Conflict, ...]] | None:
    header, body = other or own or ("", [])
    if before is None:
        if other is not None and {*keys_of(body)} <= settled and body:
            return None
        return header, body, ()
    if keys_of(before[1]) == keys_of(body):
        return None
    sides = (tuple(other[1] if other else ()), tuple(own[1] if own else ()))
    conflict = Conflict(tuple(before[1]), *sides)
    if conflict.marks <= settled:
        return (header, body, ()) if own is not None else None
    return header, body, (conflict,)


def _new_on_both_sides(
    other: _Inner, own: _Inner, settled: frozenset[str]
) -> tuple[str, Sequence[Sentence], tuple[Conflict, ...]]:
    theirs, mine = Counter(keys_of(other[1])), Counter(keys_of(own[1]))
    if not theirs - mine or {*(theirs - mine)} <= settled:
        return own[0], own[1], ()
    if not mine - theirs:
        return other[0], other[1], ()
    conflict = Conflict((), tuple(other[1]), tuple(own[1]))
    both = [*other[1], *(sentence for sentence in own[1] if sentence.key not in theirs)]
    return own[0], both, (conflict,)
