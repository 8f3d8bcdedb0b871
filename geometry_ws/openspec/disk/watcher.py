"""Following a folder: the paths that changed, soon after they did, a bundle at a time.

A save is reported some 12 ms after its file was closed or renamed, moves of folders a little
later, a storm at the latest every half second. Temporary files of editors and of ours are passed
over. The folder may vanish and come back. Where the system has no watches left, the folder is
looked through every second instead.
"""

import contextlib
import logging
import os
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path

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

from geometry_ws.openspec.disk.reader import list_tree
from geometry_ws.openspec.disk.temporary import is_temporary

# Watchdog says so when a new folder's own folders are found twice; the second time changes nothing.
warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)

_LOG = logging.getLogger(__name__)

SAVED_QUIET = 0.012
QUIET = 0.03
FOLDER_QUIET = 0.1
LONGEST = 0.5
SECOND_LOOK = 0.3
CHECK_FOLDER = 0.5
CHECK_ALL = 60.0
POLL = 1.0
MANY = 500

_EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent, DirDeletedEvent, DirMovedEvent, DirModifiedEvent,
    FileCreatedEvent, FileDeletedEvent, FileMovedEvent, FileModifiedEvent, FileClosedEvent,
]  # fmt: skip


class Watcher:
    """Watches one folder from its making until `close`; threads of its own.

    `callback` gets absolute paths below the folder's real path; the folder itself among them
    means that anything may have changed. It may block: what happens meanwhile comes next.
    """

    def __init__(self, folder: str, callback: Callable[[set[str]], None]) -> None:
        self._folder = folder
        self._callback = callback
        self._wake = threading.Condition()
        self._paths: set[str] = set()
        self._first = self._due = self._folder_due = 0.0
        self._again: tuple[float, set[str]] = (0.0, set())
        self._closed = False
        self._observer: BaseObserver | None = None
        self._watched: tuple[str, int, int] | None = None
        self._polled: object = None
        self.polling = False
        self._attach()
        self._thread = threading.Thread(target=self._run, name="openspec-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End watching; the callback is not called after this returns."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        self._detach()

    # --- the system's watches ------------------------------------------------------------

    def _identity(self) -> tuple[str, int, int] | None:
        real = os.path.realpath(self._folder)
        try:
            status = Path(real).stat()
        except OSError:
            return None
        return real, status.st_dev, status.st_ino

    def _attach(self) -> None:
        self._watched = self._identity()
        if self._watched is None:
            return
        observer = Observer(timeout=0.2)
        handler = _Handler(self._notice)
        try:
            observer.schedule(handler, self._watched[0], recursive=True, event_filter=_EVENTS)
            observer.start()
        except (OSError, RuntimeError) as problem:
            self.polling = True
            self._polled = self._fingerprint()
            _LOG.warning("No watches left for %s (%s): looking every second", self._folder, problem)
            with contextlib.suppress(Exception):
                observer.stop()
            return
        for emitter in observer.emitters:
            _forgive(emitter)
        self.polling = False
        self._observer = observer

    def _detach(self) -> None:
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            observer.join()

    def _is_watched(self) -> bool:
        """Say whether every thread of the system's watches is still at work."""
        if self._observer is None:
            return True
        threads = [self._observer, *self._observer.emitters]
        threads.append(getattr(self._observer, "_inotify_fd", self._observer))
        return all(thread.is_alive() for thread in threads)

    def _fingerprint(self) -> object:
        """The folder seen from outside: names, sizes and times."""
        real = os.path.realpath(self._folder)
        entries = []
        with contextlib.suppress(OSError):
            for path in list_tree(real, real, 100_000):
                with contextlib.suppress(OSError):
                    status = os.lstat(f"{real}/{path}")
                    entries.append((path, status.st_mtime_ns, status.st_size, status.st_ino))
        return entries

    # --- bundling ------------------------------------------------------------------------

    def _notice(self, path: str, quiet: float) -> None:
        now = time.monotonic()
        with self._wake:
            if not self._paths:
                self._first = now
                self._folder_due = 0.0
            self._paths.add(path)
            if quiet == FOLDER_QUIET:
                self._folder_due = now + quiet
                self._again = (now + SECOND_LOOK, self._again[1] | {path})
            self._due = min(max(self._folder_due, now + quiet), self._first + LONGEST)
            self._wake.notify_all()

    def _run(self) -> None:
        checked = looked = time.monotonic()
        while True:
            with self._wake:
                now = time.monotonic()
                times = [checked + CHECK_FOLDER]
                if self._paths:
                    times.append(self._due)
                if self._again[1]:
                    times.append(self._again[0])
                if not self._closed and min(times) > now:
                    self._wake.wait(min(times) - now)
                if self._closed:
                    return
                paths = self._take(time.monotonic())
            now = time.monotonic()
            if now >= checked + CHECK_FOLDER:
                checked = now
                paths |= self._check(now - looked)
                if os.path.realpath(self._folder) in paths:
                    looked = now
            if paths:
                self._report(paths)

    def _take(self, now: float) -> set[str]:
        taken: set[str] = set()
        if self._paths and now >= self._due:
            taken, self._paths = self._paths, set()
        if self._again[1] and now >= self._again[0]:
            # Files may have come into a new folder before it was watched.
            taken |= self._again[1]
            self._again = (0.0, set())
        return taken

    def _check(self, since: float) -> set[str]:
        """Look after the folder itself; gives it when anything in it may have changed."""
        real = os.path.realpath(self._folder)
        if self._identity() != self._watched or not self._is_watched():
            self._detach()
            self._attach()
            return {real}
        if self.polling and since >= POLL:
            polled = self._fingerprint()
            if polled != self._polled:
                self._polled = polled
                return {real}
        # Events can be lost when the system's queue overflows.
        return {real} if since >= CHECK_ALL else set()

    def _report(self, paths: set[str]) -> None:
        if len(paths) > MANY:
            paths = {os.path.realpath(self._folder)}
        try:
            self._callback(paths)
        except Exception:  # noqa: BLE001  (whatever it was, the watch goes on)
            _LOG.exception("Following %s: the callback failed", self._folder)


def _forgive(emitter: object) -> None:
    """Let watchdog go on when folders moved so fast that it has lost account of its watches.

    It would end its reading thread, and could not be stopped either.
    """
    group = getattr(emitter, "_inotify", None)
    remove = getattr(group, "_remove_watch_internally", None)
    if group is None or remove is None:
        return

    def forgiving(watch: object) -> None:
        with contextlib.suppress(KeyError):
            remove(watch)

    group._remove_watch_internally = forgiving


class _Handler(FileSystemEventHandler):  # type: ignore[misc]
    """Passes on the paths of events that matter."""

    def __init__(self, notice: Callable[[str, float], None]) -> None:
        self._notice = notice

    def dispatch(self, event: FileSystemEvent) -> None:
        """Take one event from watchdog's thread."""
        if isinstance(event, DirModifiedEvent):
            # What changed in the folder has an event of its own.
            return
        saved = isinstance(event, FileClosedEvent | FileMovedEvent)
        quiet = FOLDER_QUIET if event.is_directory else SAVED_QUIET if saved else QUIET
        for path in (event.src_path, event.dest_path):
            text = os.fsdecode(path)
            if text and not is_temporary(text.rsplit("/", 1)[-1]):
                self._notice(text, quiet)
