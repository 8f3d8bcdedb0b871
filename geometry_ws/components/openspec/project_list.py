"""The list of further projects that a node serves: a small file in its state folder. Blocking.

A program that can write there may add projects while the node runs. That is impossible over the
network: no path is ever taken from there.
"""

import os
from pathlib import Path

import msgspec

FILE = "projects.json"
MOST_PROJECTS = 100
_MOST_BYTES = 2**18

Stamp = tuple[int, int, int]


class ProjectEntry(msgspec.Struct, frozen=True):
    """A project: its folder, and the id and title that it shall have (empty: made)."""

    path: str
    id: str = ""
    title: str = ""


class _ListFile(msgspec.Struct):
    projects: list[ProjectEntry] = []


class BadList(Exception):
    """The file is no list of projects; the message says what to do."""


def stamp_of(path: Path) -> Stamp | None:
    """A mark of the file's version; None where there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def read_list(path: Path) -> list[ProjectEntry]:
    """Read the file; none is an empty list. Raises BadList."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return []
    except OSError as problem:
        raise BadList(f"{path} can't be read: {problem.strerror}.") from problem
    try:
        content = msgspec.json.decode(data, type=_ListFile)
    except (msgspec.MsgspecError, UnicodeError) as problem:
        raise BadList(f"{path} is no list of projects: mend or remove it.") from problem
    if len(data) > _MOST_BYTES or len(content.projects) > MOST_PROJECTS:
        raise BadList(f"{path} has more than {MOST_PROJECTS} projects: remove some.")
    return content.projects


def write_list(path: Path, entries: list[ProjectEntry]) -> None:
    """Replace the file in one step; raises OSError."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(
        msgspec.json.format(msgspec.json.encode(_ListFile(entries)), indent=2) + b"\n"
    )
    os.replace(beside, path)  # noqa: PTH105 - says better what it does
