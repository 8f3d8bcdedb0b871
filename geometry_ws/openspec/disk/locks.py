"""Locks: one writer of ours per project at a time, and the official tool's lock on the archive.

The first is the system's lock on the openspec/ folder: it leaves nothing on the disk, and it ends
with the process. The second is a file, since the official tool looks for one; its content tells our
lock from the tool's.
"""

import contextlib
import fcntl
import json
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

from geometry_ws.openspec.disk.replace_file import create_file, lives
from geometry_ws.openspec.format.errors import Locked, Unwritable

LOCK_SECONDS = 10.0
ARCHIVE_LOCK = ".openspec-archive.lock"
OWNER = "geometry_ws"

# Waits differ, so that no process is always late.
_chance = random.Random()  # noqa: S311


class ProjectBusy(Exception):
    """Another process of ours writes in this project at the moment."""


@contextlib.contextmanager
def project_lock(root: str, *, wait: float = LOCK_SECONDS) -> Iterator[bool]:
    """Hold a project against other writers of ours, in this process and in others.

    Gives False where the file system knows no locks: then others may be at it. Raises Unwritable
    after `wait` seconds, or ProjectBusy at once where it is 0.
    """
    try:
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as problem:
        raise Unwritable("The project's folder can't be opened.") from problem
    try:
        yield _lock(descriptor, wait)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, wait: float) -> bool:
    end = time.monotonic() + wait
    while (got := _try(descriptor)) is None:
        if not wait:
            raise ProjectBusy
        if time.monotonic() > end:
            raise Unwritable("Another process keeps the project locked.")
        time.sleep(_chance.uniform(0.001, 0.008))
    return got


def _try(descriptor: int) -> bool | None:
    """True: locked; False: this file system has no locks; None: another process has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    except OSError:
        return False
    return True


class ArchiveLock:
    """The official tool's lock on the archive's folder; to be taken with the project's held."""

    def __init__(self, folder: str) -> None:
        self._path = str(Path(folder, ARCHIVE_LOCK))
        self._descriptor = -1

    def acquire(self) -> None:
        """Take the lock; raises Locked, OSError."""
        content = {"pid": os.getpid(), "nonce": os.urandom(16).hex(), "owner": OWNER}
        remove_stale_lock(os.path.dirname(self._path))  # noqa: PTH120  (a plain path)
        try:
            create_file(self._path, json.dumps(content).encode())
        except FileExistsError as problem:
            raise Locked(
                "A change is being archived at this moment.",
                f"If no program is at it any more, remove changes/archive/{ARCHIVE_LOCK}.",
            ) from problem
        self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        _try(self._descriptor)

    def release(self) -> None:
        """Give the lock back; does nothing where it was never taken."""
        if self._descriptor < 0:
            return
        try:
            ours, there = os.fstat(self._descriptor), os.lstat(self._path)
            if (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino):
                os.unlink(self._path)  # noqa: PTH108
        except OSError:
            # Gone, or left for the next start, which sees that no process holds it.
            pass
        finally:
            os.close(self._descriptor)
            self._descriptor = -1


def remove_stale_lock(folder: str) -> bool:
    """Remove a lock that a killed process of ours left in the archive's folder.

    The official tool's is never touched. Call it with the project's lock held.
    """
    path = str(Path(folder, ARCHIVE_LOCK))
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        pid = _owner(os.read(descriptor, 4096))
        held = _try(descriptor) if pid is not None else None
        if held is None or (held is False and lives(pid or 0)):
            return False
        os.unlink(path)  # noqa: PTH108
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _owner(data: bytes) -> int | None:
    """The process that made a lock, if it was one of ours."""
    try:
        content = json.loads(data)
    except ValueError:
        return None
    if not isinstance(content, dict) or content.get("owner") != OWNER:
        return None
    pid = content.get("pid")
    return pid if isinstance(pid, int) else 0
