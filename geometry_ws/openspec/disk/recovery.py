"""Holding a project for writing, and recovering from what a killed process left half done."""

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from geometry_ws.openspec.disk.journal import ARCHIVE_FOLDER, Stage
from geometry_ws.openspec.disk.locks import ProjectBusy, project_lock, remove_stale_lock
from geometry_ws.openspec.disk.replace_file import PREFIX, clean_leftovers, is_in_use, is_ours
from geometry_ws.openspec.format.errors import StoreError

_LOG = logging.getLogger(__name__)


@contextlib.contextmanager
def writing_in(root: str) -> Iterator[None]:
    """Hold a project for writing; settles first what a killed process left half done."""
    with project_lock(root) as is_sure:
        recover(root, is_sure=is_sure)
        yield


def recover_at_start(root: str) -> None:
    """Settle and clean up what killed processes left, unless another one is just writing.

    The archive may be large; `clean_archive` cleans it.
    """
    try:
        with project_lock(root, wait=0) as is_sure:
            recover(root, is_sure=is_sure)
            clean_leftovers(root, but=f"{root}/{ARCHIVE_FOLDER}")
    except (ProjectBusy, StoreError):
        return


def clean_archive(root: str) -> None:
    """Clean up what killed processes left in the archive, where looking takes a while."""
    archive = f"{root}/{ARCHIVE_FOLDER}"
    if not any(is_ours(name) for _, _, files in os.walk(archive) for name in files):
        return
    with contextlib.suppress(ProjectBusy, StoreError), project_lock(root, wait=0):
        clean_leftovers(archive)


def recover(root: str, *, is_sure: bool) -> None:
    """Settle every journal in a folder whose process is gone, and remove its lock.

    `is_sure`: the project's lock is held, so every process that made one is gone.
    """
    try:
        names = [name for name in os.listdir(root) if is_ours(name)]  # noqa: PTH208
    except OSError:
        return
    mine = f"{PREFIX}{os.getpid()}-"
    for name in names:
        if not is_sure and (is_in_use(name) or name.startswith(mine)):
            continue
        if not Path(root, name).is_dir():
            continue
        stage = Stage(root, name)
        try:
            entry = stage.read_entry()
            if entry is not None:
                _LOG.warning("an archiving was interrupted: %s is settled", entry.source)
                stage.settle(entry)
            stage.close()
        except (OSError, ValueError, StoreError):
            _LOG.exception("what lies in %s can't be settled", stage.folder)
    remove_stale_lock(str(Path(root, ARCHIVE_FOLDER)))
