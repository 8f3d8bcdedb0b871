"""The register of who may come in, in one file that only its user can read.

The command line and the router's process both write it: each change holds a lock beside it, reads
it, and puts a new file in its place in one step. Where that fails, the old one stays.
"""

import contextlib
import fcntl
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import msgspec

from geometry_ws.access.register import Refusal, Register, check

T = TypeVar("T")

FILE: Final = "access.json"
"""Its name in the state folder."""

VERSION: Final = 1
LARGEST_BYTES: Final = 2**24


class BadAccessFile(Exception):
    """The file can't be used; one sentence says why, and what to do."""


class Stamp(NamedTuple):
    """What changes when the file does, or who may read it."""

    inode: int
    bytes: int
    changed_ns: int
    mode: int
    owner: int


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    register: Register


def stamp(file: Path) -> Stamp | None:
    """What the file looks like from outside; None where there is none."""
    try:
        status = file.stat(follow_symlinks=False)
    except OSError:
        return None
    return Stamp(status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode, status.st_uid)


def read_register(file: Path) -> Register:
    """Who may come in; nobody where there is no file. Raises BadAccessFile."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return Register()
    except OSError as problem:
        raise BadAccessFile(f"{file} can't be opened: {problem.strerror}.") from None
    try:
        _check_owner(file, os.fstat(descriptor))
        opened = os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise
    with opened:
        text = opened.read(LARGEST_BYTES + 1)
    if len(text) > LARGEST_BYTES:
        raise BadAccessFile(f"{file} is too large to be what it should be; {_REMEDY}")
    try:
        content = msgspec.json.decode(text, type=_Content)
        if content.version != VERSION:
            raise BadAccessFile(f"{file} was written by another version of geometry_ws; {_REMEDY}")
        check(content.register)
    except (msgspec.DecodeError, Refusal, UnicodeDecodeError, RecursionError) as problem:
        raise BadAccessFile(f"{file} can't be read ({problem}); {_REMEDY}") from None
    return content.register


_REMEDY: Final = "repair it, or delete it, which takes back everybody's access."


def change_register(file: Path, change: Callable[[Register], tuple[Register, T]]) -> T:
    """Read, change and write the register while nobody else does; gives what `change` gives.

    Raises BadAccessFile, and what `change` raises; nothing is written then.
    """
    with _locked(file):
        before = read_register(file)
        after, value = change(before)
        if after is not before:
            _write(file, after)
        return value


def _check_owner(file: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise BadAccessFile(f"{file} is no file; {_REMEDY}")
    if status.st_uid != os.geteuid():
        raise BadAccessFile(f"{file} belongs to another user: it isn't believed.")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise BadAccessFile(f"{file} can be read by others: run chmod 600 on it.")


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    try:
        descriptor = os.open(
            file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
    except OSError as problem:
        raise BadAccessFile(f"{file} can't be written: {problem.strerror}.") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(file: Path, register: Register) -> None:
    text = msgspec.json.format(
        msgspec.json.encode(_Content(version=VERSION, register=register)), indent=1
    )
    written = ""
    try:
        # mkstemp gives it the mode 0600.
        descriptor, written = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(descriptor)
        Path(written).replace(file)
        _sync_folder(file.parent)
    except OSError as problem:
        if written:
            with contextlib.suppress(OSError):
                Path(written).unlink()
        raise BadAccessFile(
            f"{file} can't be written: {problem.strerror}; it is as it was."
        ) from None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
