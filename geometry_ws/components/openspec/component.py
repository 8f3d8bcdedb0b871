"""The OpenSpec component: projects on disk, served, watched and written.

``extra``: ``projects``, a list of ``{"path": folder, "id": optional, "title": optional}``. Relative
paths are relative to the process's working folder, which is the node's. A project's folder may
be missing; it is shown as such until it is there. ``below``, a list of ``{"path": folder}``, names
folders in which every project is served, new ones too. Where a project's folder openspec/ has
another name, ``"folder"`` says it beside ``"path"``. ``state`` names the folder where a list of
further projects may lie (see project_list.py), which is followed. ``machine_seconds`` is how long
a machine that has joined may take to answer (10).
"""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from twisted.internet.task import LoopingCall, deferLater
from twisted.logger import Logger

from geometry_ws.access.file import FILE as ACCESS_FILE
from geometry_ws.access.file import BadAccessFile, read_register
from geometry_ws.components.openspec.change_views import ServedChangeViews
from geometry_ws.components.openspec.changes import ServedChanges
from geometry_ws.components.openspec.commands import ServedCommands
from geometry_ws.components.openspec.documents import ServedDocuments
from geometry_ws.components.openspec.gc_tuning import collect_rarely
from geometry_ws.components.openspec.joined.service import JoinedMachines
from geometry_ws.components.openspec.project_list import (
    FILE,
    BadList,
    ProjectEntry,
    read_list,
    stamp_of,
)
from geometry_ws.components.openspec.reading_ahead import ReadAhead
from geometry_ws.components.openspec.registry import ProjectRegistry
from geometry_ws.components.openspec.roots import Below
from geometry_ws.components.openspec.specs import ServedSpecs
from geometry_ws.components.openspec.tasks import ServedTasks
from geometry_ws.components.openspec.team.activity import ServedActivity
from geometry_ws.components.openspec.team.agents import ServedAgents
from geometry_ws.components.openspec.team.attention import ServedAttention
from geometry_ws.components.openspec.team.channels import ServedChannels
from geometry_ws.components.openspec.team.held import KeptClaims
from geometry_ws.components.openspec.team.office import Office, Told
from geometry_ws.components.openspec.team.presence import ServedClaims, ServedPresence
from geometry_ws.components.openspec.views import ServedViews
from geometry_ws.components.openspec.writing import ServedWriting
from geometry_ws.openspec import OFFICIAL_VERSION
from geometry_ws.openspec.disk.find_project import FOLDER
from geometry_ws.protocol import compositor as meta
from geometry_ws.protocol import openspec
from geometry_ws.protocol import projects as wire
from geometry_ws.protocol.activity import ActivityMeta
from geometry_ws.protocol.attention import Attention, AttentionChanged
from geometry_ws.protocol.channels import Channels as AgentChannels
from geometry_ws.protocol.channels import News
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.happenings import ProjectChanged
from geometry_ws.protocol.presence import Claims, ClaimsChanged, PresenceMeta
from geometry_ws.protocol.rights import MACHINE_ROLE
from geometry_ws.wamp.binding import announce, bind
from geometry_ws.wamp.component import ComponentSession
from geometry_ws.wamp.memory import give_memory_back
from geometry_ws.wamp.versions import (
    SOFTWARE,
    VERSION,
    check_version,
    description,
    new_epoch,
)

log = Logger()

_SWITCH_SECONDS = 0.001
"""Threads that parse hold the interpreter: the event loop shall not wait long for its turn."""

_LOOK_SECONDS = 1.0
"""How often the list of further projects and the commits are looked at; both hardly ever change."""

_FREE_SECONDS = 10.0
"""How often what is free is given back: reading, searching and large answers leave some megabytes
in the C library's hands. It takes a millisecond, in a thread."""

_PARTS = (
    ServedViews,
    ServedChanges,
    ServedChangeViews,
    ServedTasks,
    ServedSpecs,
    ServedDocuments,
    ServedCommands,
    ServedWriting,
)


def _now_ms() -> int:
    return int(time.time() * 1000)


def _known_machines(state: Path | None) -> set[str]:
    """The names of machines that have access, as the register in the state folder says. Blocking.

    Nobody has any where it can't be read: the gate lets nobody in then.
    """
    if state is None:
        return set()
    try:
        register = read_register(state / ACCESS_FILE)
    except BadAccessFile:
        return set()
    return {person.name for person in register.people if person.role == MACHINE_ROLE}


def _let_threads_work() -> None:
    """Settle how this process's threads and its garbage are seen to, before much is read."""
    sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_SECONDS))
    collect_rarely()


class OpenSpec(ComponentSession, openspec.OpenSpecMeta, wire.Projects):
    """Serves OpenSpec projects: their changes, tasks and specs, live."""

    names_callers = True

    _ahead: ReadAhead | None = None

    def prepare(self) -> None:
        """Begin to read the projects that are named, while the router isn't there yet."""
        _let_threads_work()
        self._ahead = ReadAhead(self._folder())
        for path, _, title, name in self._named():
            self._ahead.begin(path, title, name)

    def _named(self) -> list[tuple[Path, str, str, str]]:
        """Path, id, title and the folder's name of each project that is named by itself."""
        return [
            (
                Path(str(entry["path"])),
                str(entry.get("id") or ""),
                str(entry.get("title") or ""),
                str(entry.get("folder") or FOLDER),
            )
            for entry in self.extra.get("projects", [])
        ]

    async def start(self) -> None:
        """Open every project, then serve them."""
        if self._ahead is None:
            _let_threads_work()
        self._registry = self._new_registry()
        attention = ServedAttention(self._registry, self._announce_attention, _now_ms)
        self._office = Office(self._registry, attention, self._channels(), _now_ms)
        self._listed: dict[ProjectEntry, str] = {}
        folder = self._folder()
        activity = ServedActivity(
            self._office,
            lambda event: announce(self, ActivityMeta.on_happened, event),
            folder,
            self._in_journal_thread,
        )
        self._joined_machines = joined = JoinedMachines(
            self,
            self._registry,
            self._office,
            self._announce_list,
            activity.record,
            lambda: _known_machines(folder),
        )
        self._list = None if folder is None else folder / FILE
        self._stamp: Any = None
        self._looking: LoopingCall | None = None
        self._freeing: LoopingCall | None = None
        for named in self._named():
            await self._registry.open(*named)
        entries = self.extra.get("below", [])
        self._below = Below(entries, self._registry, self.in_thread, self.clock.seconds)
        # What is named by itself comes first, and keeps its id and title.
        await self._read_list()
        await self._below.look()
        if not len(self._registry) and not self._below:
            raise ValueError('OpenSpec needs at least one project in "extra": {"projects": …}')
        await self._recall(activity)
        for part in _PARTS:
            await bind(self, part(self._registry), joined.around)
        await bind(self, attention, joined.around)
        for served in (ServedPresence, ServedClaims, ServedAgents, ServedChannels):
            await bind(self, served(self._office), joined.around)
        await bind(self, activity, joined.around)
        await self.listen("wamp.session.on_leave", self._hear_leave)
        await joined.start()
        await bind(self, self, joined.around)
        self._announce_start()
        self._looking = LoopingCall(self._look)
        self._looking.clock = self.clock
        self._looking.start(_LOOK_SECONDS, now=False)
        self._freeing = LoopingCall(self.thread_of, "memory", self._free)
        self._freeing.clock = self.clock
        self._freeing.start(_FREE_SECONDS, now=False)

    async def _recall(self, activity: ServedActivity) -> None:
        """Go on from what was written down before this start."""
        await activity.load()
        await KeptClaims(self._office, self._folder(), self._in_journal_thread).load()

    def _in_journal_thread(self, work: Callable[..., Any], *given: object) -> Any:
        return self.thread_of("journal", work, *given)

    def _new_registry(self) -> ProjectRegistry:
        return ProjectRegistry(
            new_epoch(),
            self.in_thread,
            self.clock.callFromThread,
            self._announce,
            self._folder(),
            self._ahead,
            lambda seconds: deferLater(self.clock, seconds),
        )

    def _folder(self) -> Path | None:
        return Path(self.extra["state"]) if self.extra.get("state") else None

    @property
    def epoch(self) -> str:
        """A text that no other start of it has."""
        return self._registry.epoch

    @property
    def serving(self) -> list[tuple[wire.ProjectInfo, int]]:
        """The projects in numbers, each with the number of its newest event."""
        return [(project.info(), project.seq) for project in self._registry]

    @property
    def callers(self) -> set[int]:
        """The sessions of people and agents who are known."""
        return self._office.sessions

    def stop(self) -> None:
        """Stop watching."""
        for call in (self._looking, self._freeing):
            if call is not None and call.running:
                call.stop()
        self._registry.close_all()
        self._joined_machines.stop()

    def _free(self) -> None:
        """Give back what nobody asks for just now; in a thread."""
        for project in self._registry:
            project.forget_parsed()
        give_memory_back()

    async def _look(self) -> None:
        """Look at what no watcher tells: the list, and the commits that are checked out."""
        self._joined_machines.sweep()
        try:
            self._office.sweep()
        except Exception:  # noqa: BLE001 - a fault of ours must not end the looking
            log.failure("members that are gone can't be let go")
        await self._look_at_list()
        news = [await project.look_for_trees() for project in self._registry]
        if any(news):
            self._announce_list()
        for project in self._registry:
            await project.read_bases()

    async def _look_at_list(self) -> None:
        try:
            is_news = await self._below.look()
            if await self._read_list() or is_news:
                self._announce_list()
        except Exception:  # noqa: BLE001 - the list may be mended, and is looked at again
            log.failure("the list of projects can't be followed")

    async def _read_list(self) -> bool:
        """Serve what the list names, and no longer what it named; says whether that was news."""
        if self._list is None:
            return False
        stamp = await self.in_thread(stamp_of, self._list)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            entries = await self.in_thread(read_list, self._list)
        except BadList as problem:
            log.warn("{problem} The projects stay as they are.", problem=str(problem))
            return False
        gone = self._listed.keys() - set(entries)
        for entry in gone:
            self._registry.close(self._listed.pop(entry))
        new = [entry for entry in dict.fromkeys(entries) if entry not in self._listed]
        for entry in new:
            project = await self._registry.open(Path(entry.path), entry.id, entry.title)
            self._listed[entry] = project.id
        return bool(gone or new)

    def _announce_start(self) -> None:
        """Tell those who followed a component before this one that the epoch is another."""
        self._announce_list()
        for project in self._registry:
            project.announce_epoch()

    def _announce_list(self) -> None:
        infos = [project.info() for project in self._registry]
        infos += self._joined_machines.machines.infos()
        event = wire.ProjectsListed(epoch=self._registry.epoch, projects=infos)
        announce(self, wire.Projects.on_listed, event)

    def _announce(self, event: ProjectChanged) -> None:
        announce(self, wire.Projects.on_changed, event, event.project)

    def _announce_attention(self, event: AttentionChanged) -> None:
        announce(self, Attention.on_changed, event, event.project)

    def _channels(self) -> Told:
        def tell_claims(event: ClaimsChanged) -> None:
            announce(self, Claims.on_changed, event, event.project)

        def tell_news(session: int, event: News) -> None:
            announce(self, AgentChannels.on_news, event, eligible=[session])

        return Told(
            news=tell_news,
            presence=lambda event: announce(self, PresenceMeta.on_changed, event),
            claims=tell_claims,
            later=lambda seconds, work: self.clock.callLater(seconds, self._unless_left, work),
        )

    def _unless_left(self, work: Callable[[], None]) -> None:
        if self.is_attached():
            work()

    def _hear_leave(self, args: Sequence[Any], keywords: object, details: object) -> None:
        if args and isinstance(args[0], int):
            self._office.session_left(args[0])
            self._joined_machines.session_left(args[0])

    def openspec_hello(self, caller: Caller, request: meta.Hello) -> openspec.OpenSpecHello:
        """Answer openspec.hello."""
        check_version(request)
        return openspec.OpenSpecHello(
            version=VERSION,
            software=SOFTWARE,
            epoch=self._registry.epoch,
            features=["validate", "tasks", "documents", "archive", "rebase", "search", "commands"],
            follows=OFFICIAL_VERSION,
            projects=self._registry.ids,
            notices=[*self._below.notices, *self._registry.notices][:10],
        )

    def openspec_describe(self, caller: Caller, request: meta.Describe) -> meta.Description:
        """Answer openspec.describe."""
        return description()

    def list_projects(self, caller: Caller, request: wire.ListProjects) -> wire.ProjectList:
        """Answer project.list."""
        return wire.ProjectList(projects=[project.info() for project in self._registry])

    async def get_project(self, caller: Caller, request: wire.GetProject) -> wire.ProjectSnapshot:
        """Answer project.get."""
        project = self._registry.find(request.project)
        snapshot: wire.ProjectSnapshot = await self.in_thread(
            project.snapshot_of, project.state, project.seq, request.most_tasks
        )
        return snapshot
