"""What the trees of a project share, so that what is the same in all is read once. Thread-safe."""

import threading
from collections.abc import Callable
from typing import TypeVar, cast
from weakref import WeakValueDictionary

from geometry_ws.openspec.format.sources import Source

T = TypeVar("T")


class Sources:
    """Documents: of the same bytes, the same object."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sources: WeakValueDictionary[bytes, Source] = WeakValueDictionary()

    def same(self, source: Source) -> Source:
        """The document with the same bytes that is known already, or this one from now on."""
        if not source.readable:
            return source
        with self._lock:
            return self._sources.setdefault(source.data, source)


class SharedStates:
    """States by what they were made of, while projects are loaded; `clear` comes after that."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: dict[object, object] = {}

    def get(self, parts: object, find: Callable[[], T]) -> T:
        """The state that was made of the same parts, or the one that `find` makes now."""
        with self._lock:
            state = self._states.get(parts)
        if state is None:
            state = find()
            with self._lock:
                self._states[parts] = state
        return cast(T, state)

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._states = {}


class Shared:
    """The documents and states that stores share which are given it."""

    def __init__(self) -> None:
        self.sources = Sources()
        self.states = SharedStates()
