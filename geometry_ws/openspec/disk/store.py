"""A project on disk: read it, follow it, write in it.

A node reads and writes a project's files only here. Plain blocking Python, to be called from
threads; one lock per store makes everything in it one after the other. No network.

A load walks the folder and parses each file once; a reload looks again only at what lies below
the paths that changed. Values that didn't change stay the same objects: states compare fast.
"""

import datetime
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from geometry_ws.openspec.disk.apart import Loaded, Means, is_large, read_apart
from geometry_ws.openspec.disk.archive_change import Archived, archive
from geometry_ws.openspec.disk.archive_records import ArchiveRecords
from geometry_ws.openspec.disk.base_follower import BaseFollower
from geometry_ws.openspec.disk.create_change import Created, create_change
from geometry_ws.openspec.disk.edit_tasks import (
    Guard,
    TaskEditor,
    TasksEdited,
    TaskUndos,
    UndoWriter,
)
from geometry_ws.openspec.disk.evaluator import Evaluator
from geometry_ws.openspec.disk.find_project import FOLDER
from geometry_ws.openspec.disk.git_moves import GitMoves
from geometry_ws.openspec.disk.git_task_moves import GitTaskMoves
from geometry_ws.openspec.disk.lookups import Lookups
from geometry_ws.openspec.disk.reader import is_within
from geometry_ws.openspec.disk.rebase_change import RebaseRequest, Rebasing, rebase_change
from geometry_ws.openspec.disk.recovery import clean_archive, recover_at_start
from geometry_ws.openspec.disk.scanner import ProjectFiles, Scanner
from geometry_ws.openspec.disk.set_task import TaskSet, TasksWriter, TaskWriter
from geometry_ws.openspec.disk.shared import Shared
from geometry_ws.openspec.disk.state_cache import StateCache
from geometry_ws.openspec.disk.templates import Template, read_templates
from geometry_ws.openspec.disk.unarchive import Unarchived, unarchive
from geometry_ws.openspec.disk.watcher import Watcher
from geometry_ws.openspec.disk.write_document import Written, write_document
from geometry_ws.openspec.format.errors import NoProject, NoSuchChange
from geometry_ws.openspec.format.model import ChangeState, Movement, ProjectState
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles, Source
from geometry_ws.openspec.format.task_edits import TaskEdit
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
from geometry_ws.openspec.rebasing.judge import Moved, moved_bases


def local_today() -> datetime.date:
    """The day here and now."""
    return datetime.datetime.now().astimezone().date()


class Store(Lookups):
    """One project, given by its openspec/ folder, which may be missing for a while.

    `state` is the folder for what is remembered of it; `today` says which day it is: the name that
    a change gets in the archive depends on it. `shared` is what trees of a project share. One that
    reads `apart` lets another process read a large project.
    """

    def __init__(
        self,
        folder: str | Path,
        title: str = "",
        state: Path | None = None,
        today: Callable[[], datetime.date] = local_today,
        shared: Shared | None = None,
        *,
        apart: bool = False,
    ) -> None:
        self.folder = Path(folder).absolute()
        self.real_folder = os.path.realpath(folder)
        self._following = BaseFollower(state)
        self.title = title or self.folder.parent.name or FOLDER
        self._lock = threading.RLock()
        self._state = ProjectState(title=self.title)
        self._files = ProjectFiles()
        self._scanner: Scanner | None = None
        self._sources = shared.sources if shared is not None else None
        self._cache = StateCache(state, shared.states if shared is not None else None)
        self.moves = GitMoves()
        self._task_moves = GitTaskMoves()
        self._undos = TaskUndos()
        self.records = ArchiveRecords(state)
        self.means = Means(self._cache, self._following, self.moves, self._sources, today)
        self._evaluator = Evaluator(self.folder, self._cache, today, self._following, self.moves)
        self._reads_apart, self._kept_in = apart, state
        self._watcher: Watcher | None = None

    @property
    def notice(self) -> str:
        """One sentence where edits are seen late, with what to do about it."""
        return self._watcher.notice if self._watcher is not None else ""

    @property
    def state(self) -> ProjectState:
        """The state as of the last load or reload."""
        return self._state

    @property
    def files(self) -> ProjectFiles:
        """The documents as of the last load or reload; a new value whenever one changed."""
        return self._files

    def moment(self) -> tuple[ProjectFiles, ProjectState]:
        """The documents and the state of one moment; waits while something is being read."""
        with self._lock:
            return self._files, self._state

    # --- reading -------------------------------------------------------------------------

    def load(self) -> ProjectState:
        """Read everything; also removes what a killed process of ours left among what is open."""
        with self._lock:
            root = self._root()
            if root is not None:
                recover_at_start(root)
                if not self._is_for_another(root):
                    self._cache.open(root)
            try:
                return self.reload()
            finally:
                self._cache.close()

    def save_states(self) -> None:
        """Keep what the load worked out for the next start."""
        self._cache.save()

    def clean_archive(self) -> None:
        """Remove what a killed process of ours left in the archive; that is less urgent."""
        root = self._root()
        if root is not None:
            clean_archive(root)

    def reload(self, paths: Iterable[str] | None = None) -> ProjectState:
        """Look again at what lies at the given paths (absolute), or at everything."""
        with self._lock:
            root = self._root()
            if root is None:
                self._forget()
                where = self.folder.parent.name or "/"
                problem = f"There is no {self.folder.name}/ folder at {where}."
                self._state = ProjectState(title=self.title, problem=problem, notice=self.notice)
                return self._state
            scanner, relative = self._scanner, self._relative(paths, root)
            if scanner is None or scanner.root != root or (relative is None and self._is_empty):
                self._forget()
                self._scanner = scanner = Scanner(root, self._sources)
                relative = set() if self._read_apart(root) else None
            if relative is None or relative:
                self._files = scanner.scan(self._files, relative)
            self._state = self._evaluate()
            return self._state

    @property
    def loaded(self) -> Loaded | None:
        """All that was made of the project's files; None where there is no project."""
        if self._scanner is None:
            return None
        return Loaded(self._scanner, self._evaluator, self._files, self._state)

    @property
    def _is_empty(self) -> bool:
        return not self._files.changes and not self._files.specs

    def _is_for_another(self, root: str) -> bool:
        return self._reads_apart and is_large(root)

    def _read_apart(self, root: str) -> bool:
        """Let another process read the project, where it is large; says whether it has."""
        if not self._is_for_another(root):
            return False
        loaded = read_apart(self.folder, self.title, self._kept_in, self.means)
        if loaded is not None:
            self._scanner, self._evaluator, self._files, self._state = loaded
        return loaded is not None

    def _root(self) -> str | None:
        root = os.path.realpath(self.folder)
        return root if Path(root).is_dir() else None

    def _forget(self) -> None:
        self._scanner = None
        self._files = ProjectFiles()
        self._evaluator.start_again()

    def _relative(self, paths: Iterable[str] | None, root: str) -> set[str] | None:
        if paths is None:
            return None
        relative = set()
        for path in paths:
            for base in (root, str(self.folder)):
                if is_within(path, base):
                    relative.add(path[len(base) :].strip("/"))
                    break
        return None if "" in relative else relative

    def _evaluate(self) -> ProjectState:
        return self._evaluator.evaluate(self._files, self._state, self.title, self.notice)

    def is_another_day(self) -> bool:
        """Say whether the state was worked out on a day before; then `reload` nothing."""
        return self._evaluator.is_another_day()

    # --- bases ---------------------------------------------------------------------------

    def wants_bases(self) -> bool:
        """Say whether deltas came or changed, or another commit was checked out, since."""
        root = self._root()
        news = root is not None and self.moves.is_news(root)
        return news or self._following.is_behind()

    def read_bases(self) -> ProjectState:
        """Bring what git knows up to date: the bases of all deltas, and when changes moved.

        Runs git, but not while the store is locked.
        """
        with self._lock:
            root, files = self._root(), self._files
            wants = self._following.begin() if root is not None else False
        if root is None:
            return self._state
        news = self._following.read(root, files, wants)
        if self.moves.read(root, files.changes) or news:
            with self._lock:
                self._state = self._evaluate()
        return self._state

    def moved_bases(self, change: ChangeFiles, specs: Mapping[str, Source]) -> tuple[Moved, ...]:
        """The requirements of a change whose base has moved, by the bases that were read last."""
        known = {
            id_: specs[id_] for id_ in change.deltas if id_ in specs and id_ in self._files.specs
        }
        return moved_bases(change, known, self._following.of(change.name))

    def rebase(
        self, change: str, wanted: RebaseRequest | None = None, *, dry: bool = False
    ) -> Rebasing:
        """Merge a change's deltas with what changed under them; see `disk.rebase_change`."""
        self.read_bases()
        with self._lock:
            rebasing = rebase_change(self, change, wanted or RebaseRequest(), dry=dry)
            if not dry and rebasing.done:
                self._following.settle(change, rebasing.settled)
        if not dry and rebasing.done:
            self.read_bases()
        return rebasing

    # --- writing -------------------------------------------------------------------------

    def set_task(
        self,
        change: str,
        task: int,
        done: bool,
        *,
        revision: str | None = None,
        expect: str | None = None,
    ) -> TaskSet:
        """Set or unset a task: one character of its file changes, or nothing if it was so already.

        `revision` is that of the change's tasks, `expect` the task's text; at least one of them
        must be given. Raises NoSuchChange, NoSuchTask, StaleRevision, TaskMismatch, Unreadable,
        Unwritable, and ValueError when neither is given.
        """
        if revision is None and expect is None:
            raise ValueError("a task is set by its revision or its text")
        with self._lock:
            writer = TaskWriter(self._fresh, change, task, done, revision=revision, expect=expect)
            before = self._write_tasks(writer, change)
            state = self.change(change)
            return TaskSet(writer.task_in(state), state, before, writer.written is not None)

    def edit_tasks(self, change: str, edit: TaskEdit, guard: Guard) -> TasksEdited:
        """Add, reword, move or remove a task: only its own lines change.

        Raises NoSuchChange, NoSuchTask, StaleRevision, TaskMismatch, NotAllowed, Unreadable,
        Unwritable.
        """
        with self._lock:
            writer = TaskEditor(self._fresh, change, edit, guard)
            before = self._write_tasks(writer, change)
            state = self.change(change)
            return TasksEdited(writer.task_in(state), state, before)

    def task_moves(self, change: str) -> tuple[ChangeState, list[Movement]]:
        """A change, and when each of its tasks last moved; raises NoSuchChange."""
        files = self._change_files(change)
        state = self.change(change)
        moves = self._task_moves.of(self.root(), self.moves.known, files, state.tasks)
        return state, moves

    def undo_tasks(self, change: str, revision: str) -> TasksEdited:
        """Take back the write through here that led to a revision of a change's tasks.

        Raises NoSuchChange, StaleRevision, Unreadable, Unwritable.
        """
        with self._lock:
            before = UndoWriter(self._fresh, change, revision, self._undos).write()
            self._fresh(change)
            return TasksEdited(None, self.change(change), before)

    def _write_tasks(self, writer: TasksWriter, change: str) -> str:
        before = writer.write()
        if writer.written is not None:
            self._fresh(change)
            self._undos.note(change, self.change(change).revision, writer.written)
        return before

    def _fresh(self, change: str) -> tuple[Scanner, ChangeFiles, ChangeState]:
        """The change as it is on disk right now."""
        self.reload([str(Path(os.path.realpath(self.folder), "changes", change))])
        files = self._files.changes.get(change)
        if files is None or self._scanner is None:
            raise NoSuchChange(f'There is no open change "{change}".')
        return self._scanner, files, self.change(change)

    def write_document(
        self,
        text: str,
        *,
        revision: str | None,
        change: str | None = None,
        spec: str | None = None,
        document: str = SPEC_FILE,
    ) -> Written:
        """Write a document of a change or spec; see `disk.write_document`."""
        with self._lock:
            return write_document(
                self, text, revision=revision, change=change, spec=spec, document=document
            )

    def templates(self, schema: str | None = None) -> list[Template]:
        """What the documents of a schema, or of the default one, begin with; raises NotAllowed."""
        schemas = self._files.schemas
        return read_templates(self.root(), schemas, schema or schemas.default)

    def create_change(
        self,
        name: str,
        today: datetime.date,
        *,
        schema: str | None = None,
        goal: str = "",
        description: str = "",
        documents: Mapping[str, str] | None = None,
    ) -> Created:
        """Make a change with its first documents; see `disk.create_change`."""
        with self._lock:
            return create_change(
                self,
                name,
                today,
                schema=schema,
                goal=goal,
                description=description,
                documents=documents,
            )

    def archive(
        self,
        change: str,
        today: datetime.date,
        options: ArchiveOptions | None = None,
        *,
        revision: str | None = None,
        dry: bool = False,
    ) -> Archived:
        """Archive a change, or say what that would do; see `disk.archive_change`."""
        self.look("specs")
        self.read_bases()
        with self._lock:
            chosen = options or ArchiveOptions()
            done = archive(self, change, today, chosen, revision=revision, dry=dry)
        if not dry:
            self._following.forget(change)
        return done

    def unarchive(self, archived: str, *, dry: bool = False) -> Unarchived:
        """Take an archiving back, or say what that would do; see `disk.unarchive`."""
        with self._lock:
            return unarchive(self, archived, dry=dry)

    def root(self) -> str:
        """The real path of the folder; raises NoProject."""
        root = self._root()
        if root is None:
            raise NoProject(f"There is no {self.folder.name}/ folder at {self.folder.parent}.")
        return root

    def look(self, *paths: str) -> ProjectFiles:
        """Read again what lies at some paths in the folder, and give all documents."""
        self.reload([str(Path(self.root(), path)) for path in paths])
        return self._files

    # --- watching ------------------------------------------------------------------------

    def watch(self, callback: Callable[[set[str]], None]) -> Watcher:
        """Follow the files: `callback` gets the paths that changed, in the watcher's own thread.

        Give them to `reload`, also where there are none: the state has another notice then. Close
        the watcher that is returned to end it.
        """
        self._watcher = Watcher(str(self.folder), callback)
        return self._watcher
