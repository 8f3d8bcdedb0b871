"""Replacing a file's content as a whole: all or nothing, and only if it is still what was read.

Mode and, where possible, owner and extended attributes stay; a link stays a link and its target is
replaced. The new file and the old one change places (`exchange`), and the old one is looked at once
more: what an editor saved between the last check and that step goes back to its place. Where a file
system can't exchange files, such a save of the last microseconds is overwritten.
"""

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from geometry_ws.openspec.disk.exchange import exchange
from geometry_ws.openspec.disk.reader import Key, is_within, key_of
from geometry_ws.openspec.disk.writers_at_work import is_being_written
from geometry_ws.openspec.format.errors import Unwritable

PREFIX = ".geometry_ws-"
SUFFIX = ".tmp"

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


ATTEMPTS = 10
_LONGEST_PAUSE = 0.1


class ChangedMeanwhile(Exception):
    """The file is not what it was when it was read: read it again and decide anew."""


def attempts() -> Iterator[int]:
    """The numbers of some attempts, with longer and longer pauses: an editor is at work."""
    for number in range(ATTEMPTS):
        if number:
            time.sleep(min(0.001 * 2**number, _LONGEST_PAUSE))
        yield number


def is_ours(name: str) -> bool:
    """Say whether a file's name is that of one of our temporaries."""
    return name.startswith(PREFIX) and name.endswith(SUFFIX)


def refused_by_system(what: str, problem: OSError) -> Unwritable:
    """The error for something that the system doesn't let us write."""
    words = os.strerror(problem.errno or errno.EIO).lower()
    return Unwritable(f"{what} can't be written: {words}.")


def temporary_name() -> str:
    """A new name for one of our temporaries."""
    return f"{PREFIX}{os.getpid()}-{os.urandom(6).hex()}{SUFFIX}"


def resolve_target(path: str, root: str) -> str:
    """The real file behind a path, if it may be written; raises Unwritable."""
    real = os.path.realpath(path)
    if not is_within(real, root):
        raise Unwritable("The file is a link that leads out of the project.")
    return real


def replace_file(real: str, old: bytes, new: bytes, key: Key, *, heed_mode: bool = True) -> None:
    """Replace the content `old` of a file by `new`; `key` is what it was when it was read.

    `heed_mode`: a file whose mode allows no writing is refused even where the system would allow
    it.
    Raises ChangedMeanwhile, Unwritable.
    """
    folder = os.path.dirname(real)  # noqa: PTH120  (a plain path in, a plain path out)
    try:
        status = os.lstat(real)
        if not stat.S_ISREG(status.st_mode):
            raise Unwritable("The file is no regular file.")
        is_protected = heed_mode and not status.st_mode & 0o222
        if is_protected or not os.access(real, os.W_OK):
            name = os.path.basename(real)  # noqa: PTH119
            raise Unwritable(f"{name} is write-protected: let the node's user write it.")
        temporary = str(Path(folder, temporary_name()))
        try:
            _write_beside(temporary, real, new, status)
            _check_unchanged(real, old, key)
            is_exchanged = exchange(temporary, real)
            if not is_exchanged:
                os.replace(temporary, real)  # noqa: PTH105
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108
            raise
        if is_exchanged:
            _settle(temporary, real, old, new)
        sync_folder(folder)
    except FileNotFoundError as problem:
        raise ChangedMeanwhile from problem
    except OSError as problem:
        raise refused_by_system("The file", problem) from problem


def _settle(temporary: str, real: str, old: bytes, new: bytes) -> None:
    """Remove what came out of a file's place, or put it back where somebody writes it meanwhile.

    Whenever something comes out that isn't what was known to lie there, it is the newest and goes
    back; so does what somebody has written half of. Raises ChangedMeanwhile where ours isn't what
    lies there in the end.
    """
    expected, placed = old, new
    while (came_out := Path(temporary).read_bytes()) != expected or is_being_written(temporary):
        if not exchange(temporary, real):
            raise OSError(errno.EIO, os.strerror(errno.EIO), temporary)
        expected, placed = placed, came_out
    # What can't be removed now is cleared away by the next start.
    with contextlib.suppress(OSError):
        os.unlink(temporary)  # noqa: PTH108
    if placed is not new:
        raise ChangedMeanwhile


def write_new(path: str, data: bytes) -> None:
    """Write a file that isn't there yet, durably but not at once; raises OSError."""
    descriptor = os.open(path, _NEW, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def create_file(path: str, data: bytes) -> None:
    """Make a file that isn't there yet, whole or not at all; raises FileExistsError, OSError."""
    folder = os.path.dirname(path)  # noqa: PTH120
    temporary = str(Path(folder, temporary_name()))
    try:
        write_new(temporary, data)
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:
            # A file system without hard links: the name is taken first, then filled in one step.
            os.close(os.open(path, _NEW, 0o666))
            os.replace(temporary, path)  # noqa: PTH105
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
    sync_folder(folder)


def _write_beside(temporary: str, real: str, data: bytes, status: os.stat_result) -> None:
    descriptor = os.open(temporary, _NEW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
            with contextlib.suppress(OSError):
                os.fchown(descriptor, status.st_uid, status.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
        _copy_attributes(real, descriptor)
        os.fsync(descriptor)


def _copy_attributes(real: str, descriptor: int) -> None:
    if not hasattr(os, "listxattr"):
        return
    with contextlib.suppress(OSError):
        for name in os.listxattr(real):
            with contextlib.suppress(OSError):
                os.setxattr(descriptor, name, os.getxattr(real, name))


def _check_unchanged(real: str, old: bytes, key: Key) -> None:
    if key_of(os.lstat(real)) != key or Path(real).read_bytes() != old:
        raise ChangedMeanwhile


def sync_folder(folder: str) -> None:
    """Make what happened to a folder's names durable, as far as the file system can."""
    # Some can't do this; the files themselves are safe already.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def clean_leftovers(folder: str, but: str = "") -> int:
    """Remove temporaries that a killed process left behind below a folder; gives their number.

    What lies below the path `but` is left alone.

    Call it with the project's lock held: a temporary with this process's number is then no
    living one's.
    """
    count = 0
    for below, folders, files in os.walk(folder):
        folders[:] = [
            name for name in folders if not name.startswith(".") and f"{below}/{name}" != but
        ]
        for name in files:
            if is_ours(name) and not is_in_use(name):
                with contextlib.suppress(OSError):
                    Path(below, name).unlink()
                    count += 1
    return count


def is_in_use(name: str) -> bool:
    """Say whether the process that made a temporary file is another one that still lives."""
    number = name[len(PREFIX) :].split("-", 1)[0]
    return number.isdecimal() and number.isascii() and lives(int(number))


def lives(pid: int) -> bool:
    """Say whether a process of this number lives and is not this one."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
