"""A stage: a folder of ours under openspec/ for work that happens as a whole or not at all.

The stage lies there for as long as the work takes. New files are made ready in it. For an archiving
it also holds a journal: which specs were to be written or deleted, and their old content. One step
decides whether the archiving happened: the change's folder gets its new place. After a kill, the
next start looks there: if the folder moved, the journal is cleared away, otherwise everything that
was written is put back. What another program wrote meanwhile is never overwritten.
"""

import contextlib
import hashlib
import json
import logging
import os
import shutil
import stat
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from geometry_ws.openspec.disk.locks import remove_stale_lock
from geometry_ws.openspec.disk.reader import is_within, key_of
from geometry_ws.openspec.disk.replace_file import (
    ChangedMeanwhile,
    clean_leftovers,
    replace_file,
    sync_folder,
    temporary_name,
    write_new,
)

_LOG = logging.getLogger(__name__)

JOURNAL = "journal.json"
ARCHIVE_FOLDER = "changes/archive"
SET_ASIDE = ".kept"
_MOST_RESTORED = 64 * 2**20
"""What is larger was not written by us."""


@dataclass(frozen=True, slots=True)
class JournalStep:
    """One main spec that is written or deleted.

    `path` is the file's, below the project's folder; `backup` the name of its old content in the
    stage (empty: there was no file), `written` the SHA-256 of the new one (empty: deleted), `made`
    the folders that had to be made for it, outermost first, `within` the folder whose empty
    folders go with a deleted file.
    """

    path: str
    backup: str
    written: str
    made: tuple[str, ...] = ()
    within: str = ""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """The content of a journal: the change's two places, its folder's identity, and the steps."""

    source: str
    target: str
    identity: tuple[int, int]
    made_archive: bool
    steps: tuple[JournalStep, ...]


def hash_of(data: bytes) -> str:
    """The SHA-256 of a document's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


class Stage:
    """One stage, below the real path of an openspec/ folder."""

    def __init__(self, root: str, name: str) -> None:
        self.root = root
        self.project = os.path.dirname(root)  # noqa: PTH120
        self.folder = str(Path(root, name))
        self._keep = False

    @classmethod
    def make(cls, root: str) -> "Stage":
        """Make a new stage; raises OSError."""
        stage = cls(root, temporary_name())
        os.mkdir(stage.folder, 0o700)  # noqa: PTH102
        return stage

    def __enter__(self) -> "Stage":
        """The stage itself, which is removed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def path(self, name: str) -> str:
        """The path of something in the stage."""
        return str(Path(self.folder, name))

    def write_entry(self, entry: JournalEntry) -> None:
        """Write the journal; from here on it counts. Raises OSError."""
        write_new(self.path("journal"), json.dumps(asdict(entry)).encode())
        os.rename(self.path("journal"), self.path(JOURNAL))  # noqa: PTH104
        sync_folder(self.folder)
        sync_folder(self.root)

    def read_entry(self) -> JournalEntry | None:
        """The journal; None where there is none. Raises ValueError for one that isn't ours."""
        try:
            value = json.loads(Path(self.path(JOURNAL)).read_bytes())
        except FileNotFoundError:
            return None
        return _entry(value, self.project)

    def keep(self) -> None:
        """Leave everything for the next start: what the journal says couldn't be settled."""
        self._keep = True

    def close(self) -> None:
        """Remove the folder, the journal first; what can't be removed now is left for later."""
        if self._keep:
            return
        try:
            os.unlink(self.path(JOURNAL))  # noqa: PTH108
        except FileNotFoundError:
            pass
        except OSError:
            return
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- settling ------------------------------------------------------------------------

    def settle(self, entry: JournalEntry) -> None:
        """Finish or undo what a journal says, by where the change's folder is; raises OSError.

        Where it is in neither place, another program has archived or deleted it since: then the
        specs that were written are its own, and those that were to be deleted come back.
        """
        if not _has_identity(entry.identity, Path(self.project, entry.source)):
            if not _has_identity(entry.identity, Path(self.project, entry.target)):
                for step in entry.steps:
                    if not step.written:
                        self._put_back(step, str(Path(self.project, step.path)))
            self.finish(entry)
            self._clean(entry)
            return
        self.undo(entry)
        self._clean(entry)
        if entry.made_archive:
            folder = str(Path(self.root, ARCHIVE_FOLDER))
            remove_stale_lock(folder)
            remove_if_empty(folder)

    def _clean(self, entry: JournalEntry) -> None:
        """Remove what lay beside specs and locks when the process that wrote them was killed."""
        folders = {str(Path(self.project, step.path).parent) for step in entry.steps}
        for folder in (*folders, str(Path(self.root, ARCHIVE_FOLDER))):
            clean_leftovers(folder)

    def finish(self, entry: JournalEntry) -> None:
        """Clear away what deleted specs leave: folders that are empty by now."""
        for step in entry.steps:
            if not step.written:
                self._prune(step)

    def _prune(self, step: JournalStep) -> None:
        folder, end = Path(self.project, step.path).parent, Path(self.project, step.within)
        while folder != end and end in folder.parents:
            try:
                os.rmdir(folder)  # noqa: PTH106
            except FileNotFoundError:
                pass
            except OSError:
                return
            folder = folder.parent

    def undo(self, entry: JournalEntry) -> None:
        """Put back what was written and deleted; raises OSError.

        A file that another program wrote since stays as it is.
        """
        for step in reversed(entry.steps):
            path = str(Path(self.project, step.path))
            if not step.written:
                self._put_back(step, path)
            else:
                self._restore(step, path)
            if step.made:
                clean_leftovers(str(Path(self.project, step.made[0])))
            for folder in reversed(step.made):
                remove_if_empty(str(Path(self.project, folder)))

    def _put_back(self, step: JournalStep, path: str) -> None:
        backup = self.path(step.backup)
        if not os.path.lexists(backup):
            return
        if os.path.lexists(path):
            # Another program made it anew: its file stays, ours gets a free name beside it.
            path = f"{path}{SET_ASIDE}-{os.urandom(4).hex()}"
            _LOG.warning("%s was made anew while a change was archived: see %s", step.path, path)
        os.rename(backup, path)  # noqa: PTH104

    def _restore(self, step: JournalStep, path: str) -> None:
        try:
            status = os.lstat(path)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_RESTORED:
                _LOG.warning("%s is something else by now: it stays", step.path)
                return
            key = key_of(status)
            data = Path(path).read_bytes()
        except FileNotFoundError:
            return
        if hash_of(data) != step.written:
            backup = Path(self.path(step.backup)) if step.backup else None
            if backup is None or backup.read_bytes() != data:
                _LOG.warning("%s was changed while a change was archived: it stays", step.path)
            return
        if not step.backup:
            self._take_away(step, path)
            return
        with contextlib.suppress(ChangedMeanwhile):
            old = Path(self.path(step.backup)).read_bytes()
            replace_file(path, data, old, key, heed_mode=False)

    def _take_away(self, step: JournalStep, path: str) -> None:
        """Remove a file that we wrote, unless somebody saved it in this very moment."""
        taken = self.path(f"{os.urandom(4).hex()}.new")
        os.rename(path, taken)  # noqa: PTH104
        if hash_of(Path(taken).read_bytes()) != step.written:
            self._put_back(replace(step, backup=os.path.basename(taken)), path)  # noqa: PTH119


def remove_if_empty(folder: str) -> None:
    """Remove a folder unless something lies in it."""
    with contextlib.suppress(OSError):
        os.rmdir(folder)  # noqa: PTH106


def _has_identity(identity: tuple[int, int], folder: Path) -> bool:
    try:
        return identity_of(str(folder)) == identity
    except FileNotFoundError:
        return False


def identity_of(folder: str) -> tuple[int, int]:
    """The device and inode of a folder, which a move keeps; raises OSError."""
    status = os.lstat(folder)
    return status.st_dev, status.st_ino


def _entry(value: Any, project: str) -> JournalEntry:
    """Read a journal's content; raises ValueError unless every path stays in the project."""
    try:
        entry = JournalEntry(**value)
        steps = tuple(JournalStep(**fields) for fields in entry.steps)  # type: ignore[arg-type]
        identity = (int(entry.identity[0]), int(entry.identity[1]))
        steps = tuple(replace(step, made=tuple(step.made)) for step in steps)
    except (TypeError, KeyError, IndexError) as problem:
        raise ValueError("this is no journal") from problem
    paths = [entry.source, entry.target]
    for step in steps:
        paths.extend([step.path, step.within, *step.made])
        if "/" in step.backup or step.backup in (".", ".."):
            raise ValueError("a backup lies elsewhere")
    for path in paths:
        parent = os.path.realpath(Path(project, path).parent)
        if ".." in path.split("/") or not is_within(parent, os.path.realpath(project)):
            raise ValueError("a path leads out of the project")
    return replace(entry, identity=identity, steps=steps)
