"""`python -m geometry_ws.openspec.disk.read_apart FOLDER TITLE STATE`: reads a project for another.

It says on its standard output what came of it, as `apart` reads it, and keeps in STATE what the
next start wants to know. FOLDER is the project's openspec/ folder; STATE may be empty.
"""

import gc
import itertools
import pickle
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from geometry_ws.openspec.disk.apart import Loaded, Means, change_of, read_only, spec_of
from geometry_ws.openspec.disk.shared import Shared
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.model import ChangeState, SpecState

_FEW = 20
"""Changes, with all their tasks and documents: a millisecond or less for whoever takes them."""
_MORE = 200
"""Small things, or documents as bytes."""
_OURS = "geometry_ws.openspec."


class _Packer(pickle.Pickler):
    """What was packed in one piece is only referred to in later ones."""

    def __init__(self, file: Any, means: Means) -> None:
        super().__init__(file, 5)
        self._names = {id(own): name for name, own in means.by_name().items() if own is not None}

    def persistent_id(self, obj: object) -> str | None:
        return self._names.get(id(obj))

    def reducer_override(self, obj: object) -> Any:
        if isinstance(obj, ChangeState):
            return change_of, (msgspec.msgpack.encode(obj),)
        if isinstance(obj, SpecState):
            return spec_of, (msgspec.msgpack.encode(obj),)
        if isinstance(obj, MappingProxyType):
            return read_only, (dict(obj),)
        return NotImplemented


def pieces(loaded: Loaded, means: Means) -> Iterator[list[object]]:
    """All that takes long to take, in portions."""
    changes = {**loaded.files.changes, **loaded.files.hidden}
    sources = [source for change in changes.values() for source in change.sources.values()]
    yield from _portions([*loaded.files.specs.values(), *sources], _MORE)
    yield from _portions(changes.values(), _FEW)
    yield from _portions(loaded.state.changes.values(), _FEW)
    yield from _portions(loaded.state.specs.values(), _MORE)
    seen = {id(own) for own in means.by_name().values()}
    for part in (loaded.scanner, loaded.evaluator):
        for many in _mappings(part, seen):
            yield from _portions(many.values(), _MORE)
            yield [many]


def _mappings(part: object, seen: set[int]) -> Iterator[Mapping[Any, Any]]:
    """The large mappings that are held by a part of a store, or by a part of that."""
    seen.add(id(part))
    for held in vars(part).values():
        if isinstance(held, dict):
            if len(held) > _FEW:
                yield held
        elif _is_ours(held) and id(held) not in seen:
            yield from _mappings(held, seen)


def _is_ours(value: object) -> bool:
    return type(value).__module__.startswith(_OURS) and hasattr(value, "__dict__")


def _portions(values: Iterable[object], size: int) -> Iterator[list[object]]:
    pending = iter(values)
    while portion := list(itertools.islice(pending, size)):
        yield portion


def main() -> None:
    """Read, say what came of it, keep it."""
    folder, title, state = sys.argv[1:]
    gc.disable()
    store = Store(folder, title, Path(state) if state else None, shared=Shared())
    store.load()
    loaded, means = store.loaded, store.means
    if loaded is None:
        return
    with open(sys.stdout.fileno(), "wb", closefd=False) as out:
        packer = _Packer(out, means)
        for piece in itertools.chain(pieces(loaded, means), [loaded]):
            packer.dump(piece)
            out.flush()
    store.save_states()


if __name__ == "__main__":
    main()
