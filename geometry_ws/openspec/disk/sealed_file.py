"""Small files of ours in the state folder: data with a checksum, for the next process.

One that is damaged, too large, or no regular file counts as none. Writing replaces the file in one
step; where that can't be, the next process works it out again.
"""

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geometry_ws
from geometry_ws.openspec import OFFICIAL_VERSION

MOST_BYTES = 64 * 2**20
_CHECKSUM = 32


def digest(value: Any) -> bytes:
    """A mark of a value, by its representation: equal marks stand for equal values."""
    return checksum(repr(value).encode("utf-8", "surrogatepass"))


def checksum(data: bytes) -> bytes:
    """The checksum that stands before the data of a file."""
    return hashlib.blake2b(data, digest_size=_CHECKSUM).digest()


def program_mark(parts: Iterable[str]) -> bytes:
    """The mark of packages of this very program; empty where it can't be told from others."""
    top = Path(__file__).parent.parent
    files: list[tuple[str, int, int]] = []
    try:
        for part in parts:
            with os.scandir(top / part) as entries:
                for entry in entries:
                    if entry.name.endswith(".py"):
                        status = entry.stat()
                        files.append((entry.path, status.st_size, status.st_mtime_ns))
    except OSError:
        return b""
    versions = geometry_ws.__version__, OFFICIAL_VERSION
    return digest((versions, sorted(files))) if files else b""


def read_sealed(path: Path) -> bytes | None:
    """What a file holds; None where there is nothing that can be used."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES + _CHECKSUM:
                return None
            data = file.read(MOST_BYTES + _CHECKSUM)
    except (OSError, ValueError):
        return None
    body = data[_CHECKSUM:]
    return body if checksum(body) == data[:_CHECKSUM] else None


def write_sealed(path: Path, data: bytes) -> None:
    """Replace a file, and make its folder where there is none. Data that is too large is left."""
    if len(data) > MOST_BYTES:
        return
    with contextlib.suppress(OSError, UnicodeError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(f".{path.name}.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(beside, flags, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(checksum(data) + data)
        os.replace(beside, path)  # noqa: PTH105 - says better what it does
