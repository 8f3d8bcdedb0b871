"""The projects that a component serves, by id, and their errors in the protocol's words."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from geometry_ws.components.openspec.project import (
    Advanced,
    Pause,
    ServedProject,
    no_pause,
    project_id,
)
from geometry_ws.components.openspec.reading_ahead import Read, ReadAhead
from geometry_ws.openspec.disk.find_project import FOLDER, find_openspec_folder
from geometry_ws.openspec.disk.shared import Shared
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.disk.trees import Trees
from geometry_ws.openspec.format import errors as store_errors
from geometry_ws.openspec.views.diff import Happening
from geometry_ws.protocol import errors
from geometry_ws.protocol.declare import DeclaredError
from geometry_ws.protocol.happenings import ProjectChanged
from geometry_ws.protocol.names import is_id
from geometry_ws.protocol.project_values import By

log = Logger()

InThread = Callable[..., "Deferred[Any]"]


class ProjectRegistry:
    """Projects by id. `in_thread` runs blocking work, `from_thread` calls on the event loop.

    `state` is the folder where it is kept what deltas were written against (None: nowhere), `ahead`
    may have begun to read projects, `pause` waits for so many seconds.
    """

    def __init__(
        self,
        epoch: str,
        in_thread: InThread,
        from_thread: Callable[..., Any],
        announce: Callable[[ProjectChanged], None],
        state: Path | None = None,
        ahead: ReadAhead | None = None,
        pause: Pause = no_pause,
    ) -> None:
        self._pause = pause
        self._state = state
        self._ahead = ahead or ReadAhead()
        self.epoch = epoch
        self.in_thread = in_thread
        self._from_thread = from_thread
        self._announce = announce
        self._projects: dict[str, ServedProject] = {}
        self.elsewhere: Callable[[], Collection[str]] = tuple
        """The ids of projects that lie on other machines: none here has such an id."""
        self.name_of: Callable[[By], str] = lambda by: by.person
        """What whoever wrote is called."""
        self.listeners: list[Advanced] = []
        """Called when the state of a project is another one, and when it is served first."""
        self.preparers: list[Callable[[ServedProject], None]] = []
        """Called in a thread before a project is served: what takes long of what listeners do."""
        self.tick_guards: list[Callable[[ServedProject, str, str, By], None]] = []
        """Asked before a task is set or unset: the change, the task's text, and who does it.

        They raise declared errors.
        """

    def __iter__(self) -> Iterator[ServedProject]:
        return iter(list(self._projects.values()))

    def __len__(self) -> int:
        return len(self._projects)

    @property
    def ids(self) -> list[str]:
        """The projects' ids, in the order in which they were opened."""
        return list(self._projects)

    @property
    def notices(self) -> list[str]:
        """What is wrong with following projects: a sentence for each of the first ten."""
        said = [f"{project.id}: {project.state.notice}" for project in self if project.state.notice]
        return said[:10]

    async def open(
        self, path: Path, identifier: str = "", title: str = "", name: str = FOLDER
    ) -> ServedProject:
        """Serve one more project, which may not be there yet; its id is made if it must be.

        `name` is what its folder openspec/ is called.
        """
        read = await self.in_thread(self._ahead.take, path, title, name)
        try:
            folder = await self.in_thread(find_openspec_folder, path, name)
        except store_errors.NoProject:
            folder = path if path.name == name else path / name
            log.warn("there is no OpenSpec project at {path} yet", path=str(path))
        folder = folder.absolute()
        taken = {*self._projects, *self.elsewhere()}
        if not is_id(identifier) or identifier in taken:
            usual = folder.resolve().parent.name
            identifier = project_id(identifier or usual, taken)
        project = ServedProject(
            identifier,
            self._trees(folder, title, read),
            self.epoch,
            self.in_thread,
            self._announce,
            self._advanced,
            lambda by: self.name_of(by),
            self._pause,
        )
        self._projects[identifier] = project
        try:
            await project.open(self._from_thread, is_read=project.store.home is _store_of(read))
            for prepare in self.preparers:
                await self.in_thread(prepare, project)
        except BaseException:
            self.close(identifier)
            raise
        self._advanced(project, [], None)
        return project

    def _trees(self, folder: Path, title: str, read: Read | None) -> Trees:
        """The project in a folder, with the other work trees of its repository."""

        def make(path: str, shared: Shared) -> Store:
            return Store(path, title, self._state, shared=shared, apart=True)

        if read is not None and read.folder == folder:
            return Trees(read.store, make, read.shared, self._is_served)
        shared = Shared()
        home = Store(folder, title, self._state, shared=shared, apart=True)
        return Trees(home, make, shared, self._is_served)

    def serves(self, folder: Path) -> bool:
        """Say whether an openspec folder is that of a project which is served already."""
        return self._is_served(str(folder.resolve()))

    def _is_served(self, folder: str) -> bool:
        """Say whether a folder (a real path) is that of a project which is served by itself."""
        return any(project.store.home.real_folder == folder for project in self)

    def _advanced(self, project: ServedProject, events: list[Happening], by: By | None) -> None:
        for listener in self.listeners:
            listener(project, events, by)

    def close(self, identifier: str) -> None:
        """Serve a project no more."""
        project = self._projects.pop(identifier, None)
        if project is not None:
            project.close()

    def close_all(self) -> None:
        """Serve nothing more."""
        for identifier in self.ids:
            self.close(identifier)

    def id_of(self, wanted: str | None) -> str:
        """The id of a project that is named, wherever it lies, or of the only one here."""
        return wanted if wanted in self.elsewhere() and wanted else self.find(wanted).id

    def find(self, wanted: str | None) -> ServedProject:
        """The project that is named, or the only one; raises NoSuchProject."""
        if wanted is None and len(self._projects) == 1:
            return next(iter(self._projects.values()))
        if wanted is None:
            raise errors.NoSuchProject(
                f"Several projects are served; name one of {', '.join(self._projects)}."
                if self._projects
                else "No project is served just now.",
                project="",
            )
        if wanted not in self._projects:
            raise errors.NoSuchProject(f"There is no project {wanted!r} here.", project=wanted)
        return self._projects[wanted]


def _store_of(read: Read | None) -> Store | None:
    return None if read is None else read.store


@contextmanager
def declared_errors(
    project: ServedProject,
    change: str = "",
    spec: str = "",
    document: str = "",
    number: int = 0,
) -> Iterator[None]:
    """Turn the store's errors into those of the protocol; the names are what was asked for."""
    try:
        yield
    except store_errors.StaleRevision as problem:
        project.advance()
        raise errors.StaleRevision(str(problem), revision=problem.revision) from None
    except store_errors.StoreError as problem:
        raise _declared_error(problem, change, spec, document, number) from None


def _declared_error(
    problem: store_errors.StoreError, change: str, spec: str, document: str, number: int
) -> DeclaredError:
    text = str(problem)
    match problem:
        case store_errors.NoSuchChange():
            return errors.NoSuchChange(text, change=change)
        case store_errors.NoSuchSpec():
            return errors.NoSuchSpec(text, spec=spec)
        case store_errors.NoSuchTask():
            return errors.NoSuchTask(text, change=change, task=number)
        case store_errors.NoSuchDocument():
            return errors.NoSuchDocument(text, document=document)
        case store_errors.AlreadyExists():
            return errors.AlreadyExists(text, existing=change)
        case store_errors.NotAllowed():
            return errors.InvalidArgument(text, field=problem.field)
        case store_errors.Locked():
            return errors.Locked(f"{text} {problem.fix}".strip())
        case store_errors.ArchiveRefused():
            return errors.ArchiveRefused(text, change=change, code=problem.code, fix=problem.fix)
        case store_errors.Unwritable():
            return errors.Unwritable(text, document=document or change or spec)
        case _:
            return errors.Unreadable(text, document=document or change or spec)
