"""The bases of a project that is followed: when they must be read again, and what was read.

While they are being read, the files may change. What a requirement looked like when a delta that
names it appeared is kept here until the bases were read.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from geometry_ws.openspec.disk.base_records import FILE, BaseRecords, Key
from geometry_ws.openspec.disk.bases import BaseReader, Sight
from geometry_ws.openspec.disk.scanner import ProjectFiles
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.rebasing.settle import Settled
from geometry_ws.openspec.rebasing.touched import (
    NO_BASES,
    Bases,
    blocks_of_spec,
    is_closed,
    present_text,
    touched_by,
)

_Seen = tuple[Source, Source | None]
"""A delta and its main spec."""
_Noticed = tuple[str, str, Source, Source | None]
"""A change and a spec, with the delta that was noticed and the main spec of that moment."""

_NONE: Mapping[str, Bases] = MappingProxyType({})


class BaseFollower:
    """The bases of one project; `state` is the folder for its records (None: in memory)."""

    def __init__(self, state: Path | None = None) -> None:
        self._file = None if state is None else state / FILE
        self._reading = threading.Lock()
        self._reader: tuple[str, BaseReader] | None = None
        self.start_again()

    def start_again(self) -> None:
        """Forget what was read: the project is another one, or gone for now."""
        self._bases: Mapping[str, Bases] = _NONE
        self._looked: dict[str, tuple[ChangeFiles, dict[str, _Seen]]] = {}
        self._specs: Mapping[str, Source] | None = None
        self._sight: tuple[Mapping[str, ChangeFiles], Mapping[str, ChangeFiles]] = {}, {}
        self._noticed: list[_Noticed] = []
        self._wants = True

    @property
    def bases(self) -> Mapping[str, Bases]:
        """The bases of all changes; another value whenever they were read."""
        return self._bases

    def of(self, change: str) -> Bases:
        """The bases of a change, as they were read last."""
        return self._bases.get(change, NO_BASES)

    def look(self, files: ProjectFiles) -> None:
        """Notice which deltas are new or different, and how their requirements look just now.

        Called after every change of a file: changes whose files are the same cost nothing.
        """
        same_specs = files.specs is self._specs
        sight = files.changes, files.hidden
        if same_specs and self._sight[0] is sight[0] and self._sight[1] is sight[1]:
            return
        looked: dict[str, tuple[ChangeFiles, dict[str, _Seen]]] = {}
        for name, change in (*files.changes.items(), *files.hidden.items()):
            before = self._looked.get(name)
            if before is not None and same_specs and before[0] is change:
                looked[name] = before
                continue
            former = {} if before is None else before[1]
            seen = {spec: (delta, files.specs.get(spec)) for spec, delta in change.deltas.items()}
            for spec, (delta, main) in seen.items():
                known = former.get(spec)
                if delta.readable and (known is None or known[0] is not delta):
                    self._notice(name, spec, delta, main)
            self._wants = self._wants or seen != former
            looked[name] = change, seen
        self._wants = self._wants or looked.keys() != self._looked.keys()
        self._looked, self._specs, self._sight = looked, files.specs, sight

    def _notice(self, change: str, spec: str, delta: Source, main: Source | None) -> None:
        # To parse them now would hold up whoever waits for the project.
        self._noticed.append((change, spec, delta, main))

    def is_behind(self) -> bool:
        """Say whether there is something to read; looks at a few small files of git."""
        reader = self._reader
        return self._wants or reader is None or reader[1].is_news()

    def begin(self) -> bool:
        """Say whether files that are to be read now hold news, which it takes for read."""
        wants, self._wants = self._wants, False
        return wants

    def read(self, root: str, files: ProjectFiles, wants: bool) -> bool:
        """Read the bases, unless nothing is new; says whether any is another one now.

        `wants` is what `begin` said of these files.
        """
        with self._reading:
            reader = self._of_root(root)
            if not wants and not reader.is_news():
                return False
            noticed = list(self._noticed)
            texts = self._texts(noticed, files.specs)
            changes = {**files.changes, **files.hidden}
            sight = Sight(changes, files.specs, changes.keys(), files.archived, texts)
            try:
                bases = reader.read(sight)
            except BaseException:
                self._wants = True
                raise
            del self._noticed[: len(noticed)]
            changed = any(bases[name] is not self.of(name) for name in bases)
            self._bases = bases
            return changed

    def _texts(self, noticed: Sequence[_Noticed], specs: Mapping[str, Source]) -> dict[Key, str]:
        """How the requirements looked that new deltas name, when those were noticed first.

        Where the spec is still the same nothing is said, nor parsed: they look so now.
        """
        texts: dict[Key, str] = {}
        other = {(change, spec) for change, spec, _, main in noticed if main is not specs.get(spec)}
        for change, spec, delta, main in noticed:
            if is_closed(main) or (change, spec) not in other:
                continue
            known = self.of(change).bases
            new = [each for each in touched_by(spec, delta.delta) if each.place not in known]
            blocks = blocks_of_spec(main) if new else {}
            for each in new:
                texts.setdefault((change, each.place), present_text(each, blocks))
        return texts

    def settle(self, change: str, settled: Iterable[Settled]) -> None:
        """Remember what a change's deltas were merged with, and what was agreed to."""
        if self._reader is not None:
            self._reader[1].settle(change, settled)
            self._wants = True

    def forget(self, change: str) -> None:
        """Forget a change that is archived."""
        if self._reader is not None:
            self._reader[1].forget(change)

    def _of_root(self, root: str) -> BaseReader:
        if self._reader is None or self._reader[0] != root:
            self._reader = root, BaseReader(root, BaseRecords(root, self._file))
        return self._reader[1]
