"""Where requirements come from: which archived changes brought, changed and renamed them.

The deltas of archived changes are followed from the oldest on. A folder's name has the day; within
a day the commits that archived them give the order, where they are known, and else what one change
needs of another: a requirement is added before it is modified. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.model import Block, Delta
from geometry_ws.openspec.views.history import split_archived

Operation = Literal["added", "modified", "renamed", "removed"]


@dataclass(frozen=True, slots=True)
class ArchiveCommit:
    """The commit that put a change into the archive: when (milliseconds since 1970) and by whom.

    `touched_spec` says whether it wrote the spec as well, as archiving in one commit does.
    """

    commit: str
    at: int
    by: str
    touched_spec: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What an archived change did to a requirement; `commit` is None where git doesn't know it."""

    archived: str
    change: str
    date: str
    operation: Operation
    commit: ArchiveCommit | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """A requirement and the changes that it comes from, as far as the archive knows them.

    `brought` is None where it was there before, or written by hand; `changed` and `renamed` are
    the last of their kind, `former` its names before, the latest first. `edited`: its text is none
    that a change has written.
    """

    requirement: str
    line: int
    brought: Step | None = None
    changed: Step | None = None
    renamed: Step | None = None
    former: tuple[str, ...] = ()
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """A requirement that a change removed."""

    requirement: str
    removed: Step


@dataclass(frozen=True, slots=True)
class SpecHistory:
    """The requirements of a spec in their order, and those that are gone, the latest first."""

    origins: tuple[Origin, ...]
    gone: tuple[Gone, ...]


@dataclass(slots=True)
class _Record:
    brought: Step | None = None
    changed: Step | None = None
    renamed: Step | None = None
    former: list[str] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)


def spec_history(
    blocks: Sequence[Block],
    deltas: Mapping[str, Delta],
    commits: Mapping[str, ArchiveCommit],
) -> SpecHistory:
    """Follow the deltas of a spec, by the archived changes' folders, up to its present blocks."""
    records: dict[str, _Record] = {}
    gone: dict[str, Gone] = {}
    for folder in _in_order(deltas, commits, records):
        _follow(folder, deltas[folder], commits.get(folder), records, gone)
    origins = tuple(_origin(block, records.get(block.name)) for block in blocks)
    present = {block.name for block in blocks}
    removed = [each for name, each in gone.items() if name not in present]
    return SpecHistory(origins, tuple(reversed(removed)))


def _in_order(
    deltas: Mapping[str, Delta],
    commits: Mapping[str, ArchiveCommit],
    records: Mapping[str, _Record],
) -> Iterator[str]:
    """The folders from the oldest on; `records` has what those before have made of the spec."""

    def moment(folder: str) -> tuple[str, int]:
        commit = commits.get(folder)
        return split_archived(folder)[0], 0 if commit is None else commit.at

    by_name = sorted(deltas, key=lambda folder: collation_key(split_archived(folder)[1]))
    for _, together in groupby(sorted(by_name, key=moment), moment):
        waiting = list(together)
        while waiting:
            fitting = (name for name in waiting if _fits(deltas[name], records))
            chosen = next(fitting, waiting[0]) if len(waiting) > 1 else waiting[0]
            waiting.remove(chosen)
            yield chosen


def _fits(delta: Delta, records: Mapping[str, _Record]) -> bool:
    """Say whether a delta finds what it needs, and nothing that it adds."""
    new = {rename.target for rename in delta.renamed}
    needed = {rename.source for rename in delta.renamed}
    needed |= set(delta.removed) | {block.name for block in delta.modified if block.name not in new}
    return needed <= records.keys() and not any(
        block.name in records and block.name not in needed for block in delta.added
    )


def _follow(
    folder: str,
    delta: Delta,
    commit: ArchiveCommit | None,
    records: dict[str, _Record],
    gone: dict[str, Gone],
) -> None:
    """Do what archiving does, in its order: rename, remove, modify, add."""
    day, change = split_archived(folder)

    def step(operation: Operation) -> Step:
        return Step(folder, change, day, operation, commit)

    for rename in delta.renamed:
        record = records.pop(rename.source, None) or _Record()
        record.renamed = step("renamed")
        record.former.insert(0, rename.source)
        records[rename.target] = record
    for name in delta.removed:
        records.pop(name, None)
        gone.pop(name, None)
        gone[name] = Gone(name, step("removed"))
    for block in delta.modified:
        record = records.setdefault(block.name, _Record())
        record.changed = step("modified")
        record.texts.add(_text(block))
    for block in delta.added:
        records[block.name] = _Record(brought=step("added"), texts={_text(block)})


def _text(block: Block) -> str:
    """What is below a requirement's header, without regard to blanks at its ends."""
    lines = block.raw.partition("\n")[2].strip().split("\n")
    return "\n".join(line.rstrip() for line in lines)


def _origin(block: Block, record: _Record | None) -> Origin:
    if record is None:
        return Origin(block.name, block.line)
    return Origin(
        block.name,
        block.line,
        record.brought,
        record.changed,
        record.renamed,
        tuple(record.former),
        edited=bool(record.texts) and _text(block) not in record.texts,
    )
