"""The bases of a project's deltas: from git, else from when they were first seen.

Reading them may run git, so it is done apart from looking at files, and never while those are
locked. What was read is a value by change; a change without news keeps its own.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from geometry_ws.openspec.disk.base_records import BaseRecords, Key, Record
from geometry_ws.openspec.disk.git_process import GitFailed
from geometry_ws.openspec.disk.git_versions import GitVersions
from geometry_ws.openspec.format.model import Block
from geometry_ws.openspec.format.sections import requirement_name
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles, Source
from geometry_ws.openspec.rebasing.blocks import is_same
from geometry_ws.openspec.rebasing.judge import judge
from geometry_ws.openspec.rebasing.lineage import Version, follow
from geometry_ws.openspec.rebasing.settle import Settled
from geometry_ws.openspec.rebasing.touched import (
    NO_BASES,
    Base,
    Bases,
    Place,
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
        self._root = root
        self._records = records
        self._git = GitVersions(root)
        self._clock = clock
        self._lock = threading.Lock()
        self._head: tuple[str, ...] | None = None
        self._asked: frozenset[tuple[str, str]] = frozenset()
        self._versions: dict[tuple[str, str], list[Version]] = {}
        self._of_git: dict[tuple[str, str], dict[Place, tuple[Base, ...]]] = {}
        self._bases: dict[str, Bases] = {}

    def is_news(self) -> bool:
        """Whether another commit is checked out than when the bases were read."""
        return self._git.head() != self._head

    def read(self, sight: Sight, *, remember: bool = True) -> Mapping[str, Bases]:
        """The bases of the changes in sight, by change.

        `remember`: all open changes are in sight, and what is seen first is recorded.
        """
        with self._lock:
            records = self._records.load()
            self._read_git(sight)
            touched = _all_touched(sight, self._at_rest(sight, records))
            if remember:
                records = self._update_records(sight, touched, records)
            bases: dict[str, Bases] = {}
            for name, own in _by_change(sight, touched).items():
                new = self._of_change(own, records)
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
            (name, spec) for name, change in sight.changes.items() for spec in change.deltas
        )
        if head == self._head and asked == self._asked:
            return
        self._head, self._asked = head, asked
        self._versions, self._of_git = {}, {}
        if head is None or not asked:
            return
        try:
            self._versions = self._git.read(asked)
        except GitFailed:
            return  # As if there were no git: what was seen first counts.

    def _at_rest(self, sight: Sight, records: Mapping[Key, Record]) -> set[tuple[str, str]]:
        """Deltas that git knows as they are, with specs that never changed since: most of all.

        Nothing can have moved under them, so nothing of them is read any further.
        """
        recorded = {(change, place.spec) for change, place in records}
        return {
            (change, spec)
            for (change, spec), versions in self._versions.items()
            if (change, spec) not in recorded
            and change in sight.changes
            and _is_at_rest(versions, sight.changes[change].deltas[spec], sight.specs.get(spec))
        }

    def _git_bases(self, change: str, place: Place) -> tuple[Base, ...]:
        """The bases that git knows of a place."""
        key = change, place.spec
        if key not in self._of_git:
            self._of_git[key] = follow(place.spec, self._versions.get(key, ()))
        return self._of_git[key].get(place, ())

    # --- records -------------------------------------------------------------------------

    def _update_records(
        self, sight: Sight, touched: Mapping[Key, "_Here"], known: Mapping[Key, Record]
    ) -> dict[Key, Record]:
        records = dict(known)
        gone = [key for key in records if _is_archived(key[0], sight)]
        for key in gone:
            del records[key]
        left = _by_place(records, sight)
        changed: dict[Key, Record] = {}
        for key, here in touched.items():
            record = records.get(key)
            if record is None and (here.stacked or not self._git_bases(*key)):
                record = _inherited(here, left.get(key[1], ()))
                if record is None:
                    seen = None if here.stacked else self._seen(key, here, sight)
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

    def _seen(self, key: Key, here: "_Here", sight: Sight) -> str | None:
        """How a requirement looked when its delta was written, if it was another way than now."""
        noticed = (sight.texts or {}).get(key)
        if noticed is not None and noticed != here.seen:
            return noticed
        change, place = key
        try:
            below = f"specs/{place.spec}/{SPEC_FILE}"
            delta = Path(self._root, "changes", change, below).stat()
            spec = Path(self._root, below).stat()
        except OSError:
            return None
        if spec.st_mtime_ns <= delta.st_mtime_ns:
            return None
        # The spec was written since, and nobody was there: git may have what it was before.
        before = self._git.spec_at(place.spec, int(delta.st_mtime))
        return present_text(here.touched, blocks_of_spec(before)) or None

    def _of_change(self, own: Iterable[Key], records: Mapping[Key, Record]) -> Bases:
        bases, settled = {}, {}
        for key in own:
            known = [*self._git_bases(*key)]
            record = records.get(key)
            if record is not None:
                if record.stacked:
                    known = [base for base in known if base.text]
                seen = _bases_of(record)
                known = [*seen, *known] if record.rebased else [*known, *seen]
                if record.settled:
                    settled[key[1]] = record.settled
            bases[key[1]] = tuple(known)
        return Bases(bases, settled) if bases else NO_BASES


def _by_change(sight: Sight, keys: Iterable[Key]) -> dict[str, list[Key]]:
    by_change: dict[str, list[Key]] = {name: [] for name in sight.changes}
    for key in keys:
        by_change[key[0]].append(key)
    return by_change


def _is_at_rest(versions: Iterable[Version], delta: Source, main: Source | None) -> bool:
    """Say whether the last version is the present delta, and all were of the present spec."""
    newest: Version | None = None
    for version in versions:
        newest = version
        if (version.spec is None) != (main is None):
            return False
        if version.spec is not None and main is not None and version.spec.data != main.data:
            return False
    return newest is not None and newest.delta is not None and newest.delta.data == delta.data


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


def _by_place(records: Mapping[Key, Record], sight: Sight) -> dict[Place, list[Record]]:
    """The records of changes that are gone without being archived."""
    left: dict[Place, list[Record]] = {}
    for (change, place), record in records.items():
        if change not in sight.names:
            left.setdefault(place, []).append(record)
    return left


def _inherited(here: _Here, gone: Sequence[Record]) -> Record | None:
    """The record of a change that is gone: it may have got another name.

    One with this very delta comes first.
    """
    same = next((record for record in gone if record.delta == here.revision), None)
    if same is not None:
        return same
    # It may also be another change: what was agreed to in the one doesn't hold for the other.
    text = next((record.text for record in gone if record.text is not None), None)
    return None if text is None else Record(text, delta=here.revision, time=gone[0].time)


def _all_touched(sight: Sight, at_rest: Collection[tuple[str, str]]) -> dict[Key, _Here]:
    result: dict[Key, _Here] = {}
    added = _Added(sight.changes)
    for name, change in sight.changes.items():
        for spec, source in change.deltas.items():
            if (name, spec) in at_rest or not source.readable or is_closed(sight.specs.get(spec)):
                continue
            blocks = blocks_of_spec(sight.specs.get(spec))
            for touched in touched_by(spec, source.delta):
                seen = present_text(touched, blocks)
                here = _Here(touched, source.revision, blocks, seen)
                if not seen and touched.operation == "modified":
                    here = _stacked(here, name, added)
                result[name, touched.place] = here
    return result


class _Added:
    """What open changes add to specs; each spec's deltas are gone through once."""

    def __init__(self, changes: Mapping[str, ChangeFiles]) -> None:
        self._deltas: dict[str, list[tuple[str, Source]]] = {}
        for name, change in changes.items():
            for spec, source in change.deltas.items():
                if source.readable:
                    self._deltas.setdefault(spec, []).append((name, source))
        self._blocks: dict[str, dict[str, list[tuple[str, str]]]] = {}

    def of(self, place: Place) -> list[tuple[str, str]]:
        """The changes that add a requirement, and its text in each."""
        blocks = self._blocks.get(place.spec)
        if blocks is None:
            blocks = self._blocks[place.spec] = {}
            for change, source in self._deltas.get(place.spec, ()):
                for block in source.delta.added:
                    named = blocks.setdefault(requirement_name(block.name), [])
                    named.append((change, block.raw))
        return blocks.get(place.name, [])


def _stacked(here: _Here, name: str, added: _Added) -> _Here:
    """A requirement that another open change adds was written against that change's text."""
    texts = [text for other, text in added.of(here.touched.place) if other != name]
    return replace(here, seen=texts[0], stacked=True) if len(texts) == 1 else here


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
