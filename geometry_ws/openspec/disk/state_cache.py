"""The states of changes and specs, and conflicts, kept in the state folder for the next start.

Each lies under a mark of all that it was made of: the texts themselves, not their files' times. So
it is taken for the very same content only, by the very same program; whatever else the file holds
can't be found. It is read when a project is loaded first, and written soon after.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from geometry_ws.openspec.disk.archive_place import ArchivePlace
from geometry_ws.openspec.disk.sealed_file import digest, program_mark, read_sealed, write_sealed
from geometry_ws.openspec.disk.shared import SharedStates
from geometry_ws.openspec.format.model import ChangeState, Conflict, Movement, SpecState
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles, Source

T = TypeVar("T")

FOLDER = "states"
_MOST_FILES = 100
"""Files of projects, and of their trees, that were served once; the oldest ones go."""
_MOST_ENTRY = 128 * 1024
"""A larger entry is worked out anew: decoding it would hold up the event loop."""
_PARTS = ("disk", "format", "merging", "rebasing", "rules", "views")
"""The packages that states depend on."""

Conflicted = dict[str, list[Conflict]]


class _Content(msgspec.Struct, array_like=True):
    """All that is kept of one project: encoded states by mark."""

    program: bytes
    entries: dict[bytes, bytes]


class _Kind(Generic[T]):
    """How values of one kind are written and read."""

    def __init__(self, letter: bytes, type_: Any) -> None:
        self.letter = letter
        self._decoder: msgspec.msgpack.Decoder[T] = msgspec.msgpack.Decoder(type_)

    def decode(self, data: bytes) -> T:
        """A value; raises ValueError, MsgspecError."""
        return self._decoder.decode(data)


class _ChangeKind(_Kind[ChangeState]):
    def decode(self, data: bytes) -> ChangeState:
        state = super().decode(data)
        for task in state.tasks:
            # Most tasks have these in common with others, and decoding makes each anew.
            for name in ("file", "section", "number"):
                object.__setattr__(task, name, sys.intern(getattr(task, name)))
        return state


CHANGES: _Kind[ChangeState] = _ChangeKind(b"c", ChangeState)
_SPECS: _Kind[SpecState] = _Kind(b"s", SpecState)
_CONFLICTS: _Kind[Conflicted] = _Kind(b"o", Conflicted)


class StateCache:
    """The states of one project while it is loaded; `state` is the folder for them (None: none).

    `shared` are those that several trees of the project share while they are loaded.
    Not thread-safe, but `save` may run beside everything else.
    """

    def __init__(self, state: Path | None, shared: SharedStates | None = None) -> None:
        self._shared = shared
        self._is_loading = False
        self._folder = None if state is None else state / FOLDER
        self._path: Path | None = None
        self._program = b""
        self._schemas: tuple[Schemas, bytes] | None = None
        self._old: Mapping[bytes, bytes] = {}
        self._same: dict[bytes, bytes] = {}
        self._new: dict[bytes, object] = {}
        self._is_open = False

    def open(self, root: str) -> None:
        """Begin to load the project at a real path: read what is kept of it."""
        self._is_loading = True
        program = program_mark(_PARTS) if self._folder is not None else b""
        if self._folder is None or not program:
            return
        self._path = self._folder / f"{digest(root).hex()[:32]}.bin"
        self._program, self._same, self._new = program, {}, {}
        self._old = _load(self._path, program)
        self._is_open = True

    def close(self) -> None:
        """End of the load: what comes now is neither looked up nor noted."""
        self._is_open = self._is_loading = False
        self._schemas = None

    def save(self) -> None:
        """Keep what was worked out during the load for the next one, if that is another."""
        path, old, same, new = self._path, self._old, self._same, self._new
        self._path, self._old, self._same, self._new = None, {}, {}, {}
        if path is None or (not new and len(same) == len(old)):
            return
        entries = dict(same)
        for mark, state in new.items():
            with contextlib.suppress(UnicodeError, msgspec.MsgspecError):
                data = msgspec.msgpack.encode(state)
                if len(data) <= _MOST_ENTRY:
                    entries[mark] = data
        write_sealed(path, msgspec.msgpack.encode(_Content(self._program, entries)))
        _clean(path.parent)

    # --- entries -------------------------------------------------------------------------

    def of_change(
        self,
        change: ChangeFiles,
        schemas: Schemas,
        specs: Mapping[str, Source],
        place: ArchivePlace,
        find: Callable[[], ChangeState],
    ) -> ChangeState:
        """The state of a change under which nothing has moved, as far as that is known."""
        if self._shared is None or not self._is_loading or not _is_plain(change, specs, place):
            return self._of_change(change, schemas, specs, place, find)
        state = self._shared.get(
            _parts(change, schemas, specs),
            lambda: self._of_change(change, schemas, specs, place, find),
        )
        if state.modified == change.modified:
            return state
        return replace(state, modified=change.modified, movement=Movement(change.modified))

    def _of_change(
        self,
        change: ChangeFiles,
        schemas: Schemas,
        specs: Mapping[str, Source],
        place: ArchivePlace,
        find: Callable[[], ChangeState],
    ) -> ChangeState:
        if not self._is_open or not _is_plain(change, specs, place):
            return find()
        if self._schemas is None or self._schemas[0] is not schemas:
            self._schemas = schemas, digest(schemas.content)
        files = [(path, source.mark) for path, source in change.sources.items()]
        mains = [(id_, _mark_of(specs.get(id_))) for id_ in change.deltas]
        own = (change.name, change.problem, change.modified, sorted(change.away))
        parts = (own, list(change.entries.items()), files, mains, self._schemas[1])
        return self._get(CHANGES, parts, find)

    def of_spec(self, id_: str, source: Source, find: Callable[[], SpecState]) -> SpecState:
        """The state of a main spec."""
        if self._shared is not None and self._is_loading:
            return self._shared.get((id_, source), lambda: self._of_spec(id_, source, find))
        return self._of_spec(id_, source, find)

    def _of_spec(self, id_: str, source: Source, find: Callable[[], SpecState]) -> SpecState:
        return self._get(_SPECS, (id_, source.mark), find) if self._is_open else find()

    def of_conflicts(
        self, id_: str, looked_at: Sequence[object], find: Callable[[], Conflicted]
    ) -> Conflicted:
        """The conflicts of one spec, by what was looked at for it."""
        if self._shared is not None and self._is_loading:
            parts = ("conflicts", id_, *looked_at)
            return self._shared.get(parts, lambda: self._of_conflicts(id_, looked_at, find))
        return self._of_conflicts(id_, looked_at, find)

    def _of_conflicts(
        self, id_: str, looked_at: Sequence[object], find: Callable[[], Conflicted]
    ) -> Conflicted:
        if not self._is_open:
            return find()
        marks = [_mark_of(part) if isinstance(part, Source) else part for part in looked_at]
        return self._get(_CONFLICTS, (id_, marks), find)

    def _get(self, kind: _Kind[T], parts: object, find: Callable[[], T]) -> T:
        mark = kind.letter + digest(parts)
        data = self._old.get(mark)
        if data is not None:
            # Damage has a wrong checksum; what somebody wrote there on purpose is checked here.
            with contextlib.suppress(ValueError, msgspec.MsgspecError):
                value = kind.decode(data)
                self._same[mark] = data
                return value
        value = find()
        self._new[mark] = value
        return value


def _parts(change: ChangeFiles, schemas: Schemas, specs: Mapping[str, Source]) -> object:
    """All that a change's state is made of but times; a source is the same in every tree."""
    return (
        change.name,
        change.problem,
        frozenset(change.away),
        tuple(change.entries.items()),
        tuple(change.sources.items()),
        tuple(specs.get(id_) for id_ in change.deltas),
        digest(schemas.content),
    )


def _is_plain(change: ChangeFiles, specs: Mapping[str, Source], place: ArchivePlace) -> bool:
    """Say whether a change's state depends on nothing but what its mark is made of."""
    if place.refusal is not None or place.concerns(change.name):
        return False
    return not any(
        id_ not in specs and os.path.lexists(Path(place.root, "specs", id_, SPEC_FILE))
        for id_ in change.deltas
    )


def _mark_of(source: Source | None) -> bytes:
    return b"" if source is None else source.mark


def _load(path: Path, program: bytes) -> Mapping[bytes, bytes]:
    data = read_sealed(path)
    try:
        content = None if data is None else msgspec.msgpack.decode(data, type=_Content)
    except (ValueError, msgspec.MsgspecError):
        return {}
    return content.entries if content is not None and content.program == program else {}


def _clean(folder: Path) -> None:
    """Remove the files that were written longest ago, where there are too many."""
    with contextlib.suppress(OSError):
        files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        for file in files[:-_MOST_FILES]:
            file.unlink()
