"""Folders that only their user can enter: what lies in them needs no other lock."""

import contextlib
import os
import stat
from pathlib import Path


class NotPrivate(OSError):
    """A folder that must be private isn't, and can't be made so; the message says why."""


def make_private(folder: Path) -> Path:
    """Make a folder with mode 0700, or narrow an existing one of ours to that.

    Raises NotPrivate where it belongs to another user, is a link or no folder.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    # Opened without following a link, so that what is checked is what is changed.
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as problem:
        raise NotPrivate(f"{folder} is not a folder of its own: {problem.strerror}.") from None
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid():
            raise NotPrivate(f"{folder} belongs to another user.")
        if stat.S_IMODE(status.st_mode) != 0o700:
            os.fchmod(descriptor, 0o700)
    finally:
        os.close(descriptor)
    return folder
