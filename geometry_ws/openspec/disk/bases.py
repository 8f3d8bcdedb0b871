"""The bases of a project's deltas: from git, else from when they were first seen.

Reading them may run git, so it is done apart from looking at files, and never while those are
locked. What was read is a value by change; a change without news keeps its own.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from geometry_ws.openspec.disk.base_records import BaseRecords, Key, Record
from geometry_ws.openspec.disk.git_process import GitFailed
from geometry_ws.openspec.disk.git_versions import GitVersions
from geometry_ws.openspec.format.model import Block
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.rebasing.blocks import is_same
from geometry_ws.openspec.rebasing.judge import judge
from geometry_ws.openspec.rebasing.lineage import follow
from geometry_ws.openspec.rebasing.settle import Settled
from geometry_ws.openspec.rebasing.touched import (
    NO_BASES,
    Base,
    Bases,
    Touched,
    blocks_of_spec,
    is_closed,
    present_text,
    touched_by,
)


@dataclass(frozen=True, slots=True)
class Sight:
    """The deltas and specs of one moment; `names` are those of all open changes.

    `texts` says how requirements looked when their deltas appeared, where that was noticed.
    """

    changes: Mapping[str, ChangeFiles]
    specs: Mapping[str, Source]
    names: Collection[str]
    archived: Sequence[str] = ()
    texts: Mapping[Key, str] | None = None


class BaseReader:
    """Reads the bases of one project; thread-safe, and blocks."""

    def __init__(
        self, root: str, records: BaseRecords, clock: Callable[[], float] = time.time
    ) -> None:
        self._records = records
        self._git = GitVersions(root)
        self._clock = clock
        self._lock = threading.Lock()
        self._head: tuple[str, ...] | None = None
        self._asked: frozenset[tuple[str, str, str]] = frozenset()
        self._of_git: dict[Key, tuple[Base, ...]] = {}
        self._bases: dict[str, Bases] = {}

    def is_news(self) -> bool:
        """Whether another commit is checked out than when the bases were read."""
        return self._git.head() != self._head

    def read(self, sight: Sight, *, remember: bool = True) -> Mapping[str, Bases]:
        """The bases of the changes in sight, by change.

        `remember`: all open changes are in sight, and what is seen first is recorded.
        """
        with self._lock:
            touched = _all_touched(sight)
            self._read_git(sight)
            records = self._update_records(sight, touched) if remember else self._records.load()
            bases: dict[str, Bases] = {}
            for name in sight.changes:
                new = self._of_change(name, touched, records)
                old = self._bases.get(name, NO_BASES)
                bases[name] = old if old == new else new
            self._bases = bases
            return bases

    def settle(self, change: str, settled: Iterable[Settled]) -> None:
        """Remember what a delta was merged with, and what was agreed to."""
        with self._lock:
            records = self._records.load()
            changed: dict[Key, Record] = {}
            for each in settled:
                key = change, each.place
                record = records.get(key) or Record(None, time=int(self._clock()))
                changed[key] = replace(
                    record,
                    newer=each.theirs,
                    rebased=True,
                    settled=record.settled | each.marks,
                )
            self._records.save(changed)

    def forget(self, change: str) -> None:
        """Forget a change that is archived."""
        with self._lock:
            gone = [key for key in self._records.load() if key[0] == change]
            self._records.save({}, gone)

    # --- git -----------------------------------------------------------------------------

    def _read_git(self, sight: Sight) -> None:
        head = self._git.head()
        asked = frozenset(
            (name, spec, "" if source is None else source.revision)
            for name, change in sight.changes.items()
            for spec, source in change.deltas.items()
        )
        if head == self._head and asked == self._asked:
            return
        self._head, self._asked = head, asked
        self._of_git = {}
        if head is None or not asked:
            return
        try:
            versions = self._git.read({(name, spec) for name, spec, _ in asked})
        except GitFailed:
            return  # As if there were no git: what was seen first counts.
        for (change, spec), steps in versions.items():
            for place, bases in follow(spec, steps).items():
                self._of_git[change, place] = bases

    # --- records -------------------------------------------------------------------------

    def _update_records(self, sight: Sight, touched: Mapping[Key, "_Here"]) -> dict[Key, Record]:
        records = self._records.load()
        gone = [key for key in records if _is_archived(key[0], sight)]
        for key in gone:
            del records[key]
        changed: dict[Key, Record] = {}
        for key, here in touched.items():
            record = records.get(key)
            if record is None and (key not in self._of_git or here.stacked):
                record = _inherited(key, here, records, sight)
                if record is None:
                    seen = None if here.stacked else (sight.texts or {}).get(key)
                    record = Record(
                        here.seen if seen is None else seen,
                        delta=here.revision,
                        stacked=here.stacked,
                        time=int(self._clock()),
                    )
            if record is not None:
                record = _brought_up(record, here)
                if record != records.get(key):
                    changed[key] = record
        if changed or gone:
            self._records.save(changed, gone)
        return {**records, **changed}

    def _of_change(
        self, name: str, touched: Mapping[Key, "_Here"], records: Mapping[Key, Record]
    ) -> Bases:
        bases, settled = {}, {}
        for key in touched:
            if key[0] != name:
                continue
            known = [*self._of_git.get(key, ())]
            record = records.get(key)
            if record is not None:
                if record.stacked:
                    known = [base for base in known if base.text]
                own = _bases_of(record)
                known = [*own, *known] if record.rebased else [*known, *own]
                if record.settled:
                    settled[key[1]] = record.settled
            bases[key[1]] = tuple(known)
        return Bases(bases, settled) if bases else NO_BASES


@dataclass(frozen=True, slots=True)
class _Here:
    """A requirement that a delta names, its delta's revision, and the main spec's requirements.

    `seen` is its text as it is, or as another open change adds it (`stacked`).
    """

    touched: Touched
    revision: str
    blocks: Mapping[str, Block]
    seen: str
    stacked: bool = False


def _inherited(key: Key, here: _Here, records: Mapping[Key, Record], sight: Sight) -> Record | None:
    """The record of a change that is gone and had this very delta: it got another name."""
    for (change, place), record in records.items():
        if place == key[1] and record.delta == here.revision and change not in sight.names:
            return record
    return None


def _all_touched(sight: Sight) -> dict[Key, _Here]:
    added: dict[tuple[str, str], list[tuple[str, str]]] = {}
    result: dict[Key, _Here] = {}
    for name, change in sight.changes.items():
        for spec, source in change.deltas.items():
            if not source.readable or is_closed(sight.specs.get(spec)):
                continue
            blocks = blocks_of_spec(sight.specs.get(spec))
            for touched in touched_by(spec, source.delta):
                seen = present_text(touched, blocks)
                result[name, touched.place] = _Here(touched, source.revision, blocks, seen)
                if touched.operation == "added" and touched.block is not None:
                    texts = added.setdefault((spec, touched.target), [])
                    texts.append((name, touched.block.raw))
    for (name, place), here in result.items():
        if here.seen or here.touched.operation != "modified":
            continue
        # It builds on what another open change adds: that is what it was written against.
        others = [
            text for change, text in added.get((place.spec, place.name), ()) if change != name
        ]
        if len(others) == 1:
            result[name, place] = replace(here, seen=others[0], stacked=True)
    return result


def _is_archived(change: str, sight: Sight) -> bool:
    if change in sight.names:
        return False
    length = len("0000-00-00-") + len(change)
    return any(
        entry == change or (len(entry) == length and entry.endswith(f"-{change}"))
        for entry in sight.archived
    )


def _brought_up(record: Record, here: _Here) -> Record:
    """A record after a look at its delta: a delta that has all that changed has a newer base."""
    if record.delta != here.revision:
        record = replace(record, delta=here.revision)
    present = present_text(here.touched, here.blocks)
    bases = _bases_of(record)
    if not bases or not present or bases[0].text == present:
        return record
    block = here.touched.block
    if block is not None and is_same(present, block.raw):
        return record  # It is just being archived, which may still fail.
    if all(judge(here.touched, base, here.blocks, record.settled) is None for base in bases):
        return replace(record, newer=present, rebased=False)
    return record


def _bases_of(record: Record) -> list[Base]:
    bases = []
    if record.newer is not None:
        bases.append(Base(record.newer, "rebased" if record.rebased else "seen", "", record.time))
    if record.text is not None and record.text != record.newer:
        origin: Literal["seen", "stacked"] = "stacked" if record.stacked else "seen"
        bases.append(Base(record.text, origin, "", record.time))
    return bases
