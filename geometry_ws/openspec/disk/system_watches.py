"""The system's watches of a folder and all below it, and the folders that have none.

Watchdog passes over a folder below the first one that the system gives it no watch for, and says
nothing where a watch is lost. Both are noticed here: what has no watch must be looked through.
"""

import contextlib
import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirModifiedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

_EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent, DirDeletedEvent, DirMovedEvent, DirModifiedEvent,
    FileCreatedEvent, FileDeletedEvent, FileMovedEvent, FileModifiedEvent, FileClosedEvent,
]  # fmt: skip
_EXHAUSTED = (errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM)

Handle = Callable[[FileSystemEvent], None]


class SystemWatches:
    """Watches a folder, given by its real path, from its making until `close`.

    `handle` gets watchdog's events in a thread of watchdog's, `lost` is called without arguments
    where events were lost. Nothing is raised: without any watch, the folder itself has none.
    """

    def __init__(self, root: str, handle: Handle, lost: Callable[[], None]) -> None:
        self._root = root
        self._lost = lost
        self._lock = threading.Lock()
        self._unwatched: set[str] = set()
        self._closed = False
        self._observer: BaseObserver | None = None
        self.limit = ""
        """The system's setting that is too low, or its words; empty while nothing was refused."""
        self._start(handle)

    @property
    def unwatched(self) -> set[str]:
        """The folders that are there and have no watch."""
        with self._lock:
            self._unwatched = {path for path in self._unwatched if Path(path).is_dir()}
            return set(self._unwatched)

    @property
    def lacks_some(self) -> bool:
        """Whether there are folders without a watch, by what is known."""
        return bool(self._unwatched)

    @property
    def is_alive(self) -> bool:
        """Whether every thread of the system's watches is still at work, where there are any."""
        if self._observer is None:
            return True
        threads = [self._observer, *self._observer.emitters]
        threads.append(getattr(self._observer, "_inotify_fd", self._observer))
        return all(thread.is_alive() for thread in threads)

    def close(self) -> None:
        """End watching."""
        self._closed = True
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            observer.join()

    # --- what watchdog does ---------------------------------------------------------------

    def _start(self, handle: Handle) -> None:
        observer: BaseObserver | None = None
        try:
            observer = Observer(timeout=0.2)
            self._notice_refusals(observer)
            handler = _Handler(handle)
            observer.schedule(handler, self._root, recursive=True, event_filter=_EVENTS)
            observer.start()
        except (OSError, RuntimeError) as problem:
            self._lack(self._root, problem)
            with contextlib.suppress(Exception):
                if observer is not None:
                    observer.stop()
            return
        for emitter in observer.emitters:
            self.mend(getattr(emitter, "_inotify", None))
        self._observer = observer

    def _notice_refusals(self, observer: BaseObserver) -> None:
        """Notice for which folders the system has no watch left, from the first one on."""
        inotify = getattr(observer, "_inotify_fd", None)
        add = getattr(inotify, "add_callback", None)
        if inotify is None or add is None:
            return

        def adding(path: bytes, *rest: Any) -> Any:
            try:
                watch = add(path, *rest)
            except OSError as problem:
                if problem.errno in _EXHAUSTED:
                    self._lack(os.fsdecode(path), problem)
                raise
            with self._lock:
                self._unwatched.discard(os.fsdecode(path))
            return watch

        inotify.add_callback = adding

    def mend(self, group: Any) -> None:
        """Let watchdog go on where it has lost account of a watch, and notice what it lost.

        Where folders move fast, it would end its reading thread, and could not be stopped either.
        """
        remove = getattr(group, "_remove_watch_internally", None)
        if remove is None:
            return

        def removing(watch: Any) -> None:
            path = getattr(group, "_active_callbacks_by_watch", {}).get(watch)
            with contextlib.suppress(KeyError):
                remove(watch)
            present = getattr(group, "_active_callbacks_by_path", {})
            if path is not None and path not in present and not self._closed:
                self._lack(os.fsdecode(path))

        group._remove_watch_internally = removing
        overflow = getattr(group, "on_queue_overflow", None)
        if overflow is not None:

            def overflowing() -> None:
                overflow()
                self._lost()

            group.on_queue_overflow = overflowing

    def _lack(self, path: str, problem: Exception | None = None) -> None:
        """Keep in mind that a folder has no watch; one that is gone is forgotten with its time."""
        with self._lock:
            self._unwatched.add(path)
            number = getattr(problem, "errno", None)
            if number in (errno.ENOSPC, errno.ENOMEM):
                self.limit = "fs.inotify.max_user_watches"
            elif number in (errno.EMFILE, errno.ENFILE):
                self.limit = "fs.inotify.max_user_instances"
            elif problem is not None:
                self.limit = str(problem)


class _Handler(FileSystemEventHandler):  # type: ignore[misc]
    """Passes on events."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def dispatch(self, event: FileSystemEvent) -> None:
        """Take one event from watchdog's thread."""
        self._handle(event)
