"""Following a folder: the paths that changed, soon after they did, a bundle at a time.

A save is reported some 12 ms after its file was closed or renamed, moves of folders a little
later, a storm at the latest every half second. Temporary files of editors and of ours are passed
over. The folder may vanish and come back. Folders that the system has no watch for are looked
through every second instead, and `notice` says so.
"""

import logging
import os
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from watchdog.events import DirModifiedEvent, FileClosedEvent, FileMovedEvent, FileSystemEvent

from geometry_ws.openspec.disk.look_through import FolderLooks
from geometry_ws.openspec.disk.reader import leads_out
from geometry_ws.openspec.disk.system_watches import SystemWatches
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
LOOK = 1.0
LOOK_SHARE = 20
"""A look may take so small a part of the time: where it takes long, the next one comes later."""
MANY = 500

_LINKED = ("specs", "changes", "changes/archive", "schemas")
"""Folders that are followed where they are links; the system's watches are not."""


class Watcher:
    """Watches one folder from its making until `close`; threads of its own.

    `callback` gets absolute paths below the folder's real path; the folder itself among them
    means that anything may have changed, no path at all that `notice` is another one. It may
    block: what happens meanwhile comes next.
    """

    def __init__(self, folder: str, callback: Callable[[set[str]], None]) -> None:
        self._folder = folder
        self._callback = callback
        self._wake = threading.Condition()
        self._paths: set[str] = set()
        self._reporting: set[str] = set()
        self._losses = 0
        self._first = self._due = self._folder_due = 0.0
        self._again: tuple[float, set[str]] = (0.0, set())
        self._closed = False
        self._watches: SystemWatches | None = None
        self._watched: tuple[str, int, int] | None = None
        self._looks = FolderLooks()
        self._look_due = 0.0
        self.notice = ""
        """One sentence where folders have no watch, with what to do about it."""
        self._attach()
        self._update_notice()
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

    # --- for those who would rather know now -----------------------------------------------

    @property
    def trust(self) -> int | None:
        """The number of times that word of changes may have been lost; None while some may be.

        As long as it stays the same, what was neither reported nor is `pending` is as it was, as
        far as the system has told by now.
        """
        watches = self._watches
        if watches is None or watches.lacks_some or self._links():
            return None
        return self._losses

    @property
    def pending(self) -> set[str]:
        """The paths that are to be reported, or are just being reported."""
        with self._wake:
            return self._paths | self._again[1] | self._reporting

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
        root = self._watched[0]
        self._losses += 1
        self._watches = SystemWatches(root, self._handle, self._lose)
        self._looks.look(self._unwatched())

    def _lose(self) -> None:
        """Word of changes was lost: anything may be another one."""
        self._losses += 1
        if self._watched is not None:
            self._notice(self._watched[0], FOLDER_QUIET)

    def _detach(self) -> None:
        watches, self._watches = self._watches, None
        if watches is not None:
            watches.close()

    def _is_watched(self) -> bool:
        """Say whether every thread of the system's watches is still at work."""
        return self._watches is None or self._watches.is_alive

    def _unwatched(self) -> set[str]:
        """The folders to look through: those without a watch, and links that are followed."""
        if self._watches is None:
            return set()
        return self._watches.unwatched | self._links()

    def _links(self) -> set[str]:
        """The folders that are followed where they are links, which they are here."""
        if self._watched is None:
            return set()
        root = self._watched[0]
        linked = {f"{root}/{name}" for name in _LINKED if Path(root, name).is_symlink()}
        return {path for path in linked if not leads_out(path, str(Path(root).parent))}

    def _look(self, now: float) -> set[str]:
        """Look through what has no watch, when it is time to."""
        folders = self._unwatched()
        if not folders:
            return set()
        changed = self._looks.look(folders)
        self._look_due = now + max(LOOK, LOOK_SHARE * (time.monotonic() - now))
        return changed

    def _update_notice(self) -> bool:
        """Say it in the log when folders come to have no watch; gives whether that is news."""
        watches, before = self._watches, self.notice
        lacking = watches is not None and watches.lacks_some
        self.notice = _sentence(watches.limit) if watches is not None and lacking else ""
        if self.notice and not before:
            _LOG.warning("%s has folders without a watch. %s", self._folder, self.notice)
        elif before and not self.notice:
            _LOG.warning("%s is watched again, with all its folders.", self._folder)
        return before != self.notice

    # --- bundling ------------------------------------------------------------------------

    def _handle(self, event: FileSystemEvent) -> None:
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
            news = False
            if now >= checked + CHECK_FOLDER:
                checked = now
                paths |= self._check(now - looked)
                news = self._update_notice()
                if os.path.realpath(self._folder) in paths:
                    looked = now
            if now >= self._look_due:
                paths |= self._look(now)
            if paths or news:
                self._report(paths)
            self._reporting = set()

    def _take(self, now: float) -> set[str]:
        taken: set[str] = set()
        if self._paths and now >= self._due:
            taken, self._paths = self._paths, set()
        if self._again[1] and now >= self._again[0]:
            # Files may have come into a new folder before it was watched.
            taken |= self._again[1]
            self._again = (0.0, set())
        self._reporting = set(taken)
        return taken

    def _check(self, since: float) -> set[str]:
        """Look after the folder itself; gives it when anything in it may have changed."""
        real = os.path.realpath(self._folder)
        lacking = since >= CHECK_ALL and self._watches is not None and self._watches.lacks_some
        if self._identity() != self._watched or not self._is_watched() or lacking:
            self._detach()
            self._attach()
            return {real}
        # Events can be lost when the system's queue overflows.
        return {real} if since >= CHECK_ALL else set()

    def _report(self, paths: set[str]) -> None:
        if len(paths) > MANY:
            self._losses += 1
            paths = {os.path.realpath(self._folder)}
        try:
            self._callback(paths)
        except Exception:  # noqa: BLE001  (whatever it was, the watch goes on)
            _LOG.exception("Following %s: the callback failed", self._folder)


def _sentence(limit: str) -> str:
    late = "Edits show up to a second late"
    if limit.startswith("fs."):
        return f"{late}: the system has too few watches for files; raise {limit} (sysctl)."
    return f"{late}: some folders can't be watched ({limit or 'a watch was lost'})."
