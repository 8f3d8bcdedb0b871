"""The states of changes and specs, each worked out again only when what it needs is another one."""

import operator
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from geometry_ws.openspec.disk.archive_place import ArchivePlace
from geometry_ws.openspec.disk.state_cache import StateCache
from geometry_ws.openspec.format.model import ChangeState, Conflict, Movement, SpecState
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.rebasing.judge import moved_bases
from geometry_ws.openspec.rebasing.touched import Bases
from geometry_ws.openspec.rules.state import evaluate_change, evaluate_spec


@dataclass(frozen=True, slots=True)
class _Entry:
    needs: tuple[object, ...]
    bases: Bases
    place: tuple[object, ...]
    state: ChangeState


class ChangeStates:
    """States by change; the same object is given again while nothing that it needs is different."""

    def __init__(self, cache: StateCache) -> None:
        self._cache = cache
        self._entries: dict[str, _Entry] = {}

    def clear(self) -> None:
        """Forget everything: the project is another one."""
        self._entries.clear()

    def keep_only(self, names: Collection[str]) -> None:
        """Forget the changes that are gone."""
        for name in self._entries.keys() - set(names):
            del self._entries[name]

    def of(
        self,
        change: ChangeFiles,
        schemas: Schemas,
        specs: Mapping[str, Source],
        bases: Bases,
        place: ArchivePlace,
    ) -> ChangeState:
        """The state of a change now."""
        needs = (change, schemas, *(specs.get(id_) for id_ in change.deltas))
        concerns = (place.refusal, place.concerns(change.name))
        entry = self._entries.get(change.name)
        is_judged = False
        if entry is None or not _are_same(entry.needs, needs):
            if not bases.bases:
                state = self._cache.of_change(
                    change,
                    schemas,
                    specs,
                    place,
                    lambda: _with_archiving(change, schemas, specs, place),
                )
                is_judged = True
            else:
                state = evaluate_change(change, schemas, specs)
        else:
            state = entry.state
            is_judged = entry.place == concerns
            if entry.bases is bases and is_judged:
                return state
        moved = tuple(each.summary for each in moved_bases(change, specs, bases))
        if not is_judged or moved != state.moved:
            archiving = place.archiving(change, schemas, specs, moved)
            if moved != state.moved or archiving != state.archiving:
                state = replace(state, moved=moved, archiving=archiving)
        self._entries[change.name] = _Entry(needs, bases, concerns, state)
        return state

    def with_surroundings(
        self, name: str, conflicts: tuple[Conflict, ...], movement: Movement
    ) -> ChangeState:
        """The state that was given last, with what others say of the change, from now on."""
        state = self._entries[name].state
        if (state.conflicts, state.movement) != (conflicts, movement):
            state = replace(state, conflicts=conflicts, movement=movement)
            self._entries[name] = replace(self._entries[name], state=state)
        return state


class SpecStates:
    """States of main specs; the same object is given again while its document is the same."""

    def __init__(self, cache: StateCache) -> None:
        self._cache = cache
        self._entries: dict[str, tuple[Source, SpecState]] = {}

    def clear(self) -> None:
        """Forget everything: the project is another one."""
        self._entries.clear()

    def of_all(self, specs: Mapping[str, Source]) -> Mapping[str, SpecState]:
        """The states of all specs now, in order of ids; those that are gone are forgotten."""
        states = {id_: self._of(id_, source) for id_, source in specs.items()}
        for id_ in self._entries.keys() - states.keys():
            del self._entries[id_]
        return MappingProxyType(dict(sorted(states.items())))

    def _of(self, id_: str, source: Source) -> SpecState:
        entry = self._entries.get(id_)
        if entry is not None and entry[0] is source:
            return entry[1]
        state = self._cache.of_spec(id_, source, lambda: evaluate_spec(id_, source))
        self._entries[id_] = source, state
        return state


def _with_archiving(
    change: ChangeFiles, schemas: Schemas, specs: Mapping[str, Source], place: ArchivePlace
) -> ChangeState:
    """The state of a change under which nothing has moved."""
    state = evaluate_change(change, schemas, specs)
    return replace(state, archiving=place.archiving(change, schemas, specs, ()))


def _are_same(objects: tuple[object, ...], others: tuple[object, ...]) -> bool:
    return len(objects) == len(others) and all(map(operator.is_, objects, others))
