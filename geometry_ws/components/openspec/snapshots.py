"""A project's changes and specs as they are sent: what didn't change is the same as before.

Thread-safe: a snapshot of a large project is made in a thread, a list on the event loop.
"""

import threading
from collections.abc import Callable, Mapping
from typing import TypeVar

from geometry_ws.components.openspec.authorship import Authors
from geometry_ws.components.openspec.wire import (
    brief_change,
    brief_spec,
    change_info,
    detail_of,
)
from geometry_ws.openspec.format.model import ChangeState, ProjectState, SpecState
from geometry_ws.protocol.project_values import BriefChange, BriefSpec, ChangeDetail, ChangeInfo
from geometry_ws.wamp.binding import size_of

S = TypeVar("S")
T = TypeVar("T")
Made = dict[str, tuple[S, T]]
"""What was made of states, with the states, by name."""


class Snapshots:
    """Makes what is sent of a project; `authors` are those who wrote through here."""

    def __init__(self, authors: Authors) -> None:
        self._authors = authors
        self._lock = threading.Lock()
        self._details: Made[ChangeState, tuple[ChangeDetail, int]] = {}
        self._infos: Made[ChangeState, ChangeInfo] = {}
        self._briefs: Made[ChangeState, BriefChange] = {}
        self._brief_specs: Made[SpecState, BriefSpec] = {}

    def details(self, state: ProjectState, most: int) -> list[ChangeDetail] | None:
        """Every change with its tasks; None where they need more than so many bytes."""
        with self._lock:
            previous, self._details = self._details, {}
            gathered = 0
            for name, change in state.changes.items():
                entry = previous.get(name)
                if entry is None or entry[0] is not change:
                    detail = detail_of(change, self._known_info(change))
                    entry = change, (detail, size_of(detail))
                self._details[name] = entry
                gathered += entry[1][1]
                if gathered > most:
                    return None
            return [detail for _, (detail, _) in self._details.values()]

    def forget(self) -> None:
        """Make the tasks of all changes anew when somebody asks for all of them next."""
        with self._lock:
            self._details = {}

    def infos(self, state: ProjectState) -> list[ChangeInfo]:
        """Every change without its tasks, by name."""
        self._infos = _renewed(self._infos, state.changes, self._info)
        return [info for _, info in self._infos.values()]

    def briefs(self, state: ProjectState) -> list[BriefChange]:
        """Every change as lists show it, by name."""

        def brief(change: ChangeState) -> BriefChange:
            return brief_change(self._known_info(change))

        self._briefs = _renewed(self._briefs, state.changes, brief)
        return [made for _, made in self._briefs.values()]

    def brief_specs(self, state: ProjectState) -> list[BriefSpec]:
        """Every spec as lists show it."""
        self._brief_specs = _renewed(self._brief_specs, state.specs, brief_spec)
        return [made for _, made in self._brief_specs.values()]

    def _known_info(self, change: ChangeState) -> ChangeInfo:
        entry = self._infos.get(change.name)
        return entry[1] if entry is not None and entry[0] is change else self._info(change)

    def _info(self, change: ChangeState) -> ChangeInfo:
        return change_info(change, self._authors.of(change))


def _renewed(known: Made[S, T], states: Mapping[str, S], make: Callable[[S], T]) -> Made[S, T]:
    """What is made of states; of the very same state it is the same as before."""
    made: Made[S, T] = {}
    for name, state in states.items():
        entry = known.get(name)
        made[name] = entry if entry is not None and entry[0] is state else (state, make(state))
    return made
