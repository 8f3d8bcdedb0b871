"""One served project: its store, its state as it was last published, and its events' numbers.

Disk work runs in the component's threads. The published state changes only on the event loop and
only forwards: the store's newest state is compared with the one that was published last.
"""

import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from geometry_ws.components.openspec import in_turns
from geometry_ws.components.openspec.authorship import Authors, Write
from geometry_ws.components.openspec.snapshots import Snapshots
from geometry_ws.components.openspec.turns import short_turns
from geometry_ws.components.openspec.wire import (
    happening,
    spec_info,
    tree_info,
)
from geometry_ws.openspec.disk.archive_reader import ArchiveReader
from geometry_ws.openspec.disk.archive_search import ArchiveResult, ArchiveSearch
from geometry_ws.openspec.disk.git_archive import GitArchive
from geometry_ws.openspec.disk.scanner import ProjectFiles
from geometry_ws.openspec.disk.trees import Trees
from geometry_ws.openspec.format.model import ProjectState
from geometry_ws.openspec.views.diff import Happening, diff
from geometry_ws.protocol import happenings
from geometry_ws.protocol import projects as wire
from geometry_ws.protocol.errors import LimitExceeded
from geometry_ws.protocol.names import id_of
from geometry_ws.protocol.project_values import By, ChangeDetail, ChangeInfo, SpecInfo
from geometry_ws.wamp.binding import SENT_BYTES, size_of
from geometry_ws.wamp.rerun import Rerun

T = TypeVar("T")

log = Logger()

_EVENT_BYTES = 48 * 2**10
_EVENT_HAPPENINGS = 12
"""The most that one event holds: some milliseconds of the event loop. One happening may need up
to SENT_BYTES; the others come with the next turns of the loop."""

_LARGE = 500
"""Changes and specs: to begin to follow them takes a second or two of the interpreter."""
_FIRST_SECONDS = 3.0
"""So long a board has the interpreter of a large project to itself; then following begins."""

Pause = Callable[[float], Awaitable[object]]


async def no_pause(_seconds: float) -> None:
    """Where nobody has a clock."""


InThread = Callable[..., "Deferred[Any]"]
Advanced = Callable[["ServedProject", list[Happening], By | None], None]
"""Called with a project's newest events and who wrote; without events when it is served first."""


def project_id(name: str, taken: set[str]) -> str:
    """An id for the wire, from a folder's name: readable, unique among those taken."""
    plain = id_of(name) or "project"
    number, wanted = 2, plain
    while wanted in taken:
        wanted = f"{plain}_{number}"
        number += 1
    return wanted


class ViewCache:
    """A cache of what was worked out from a project's files, until they change. Thread-safe."""

    def __init__(self, store: Trees) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._cache: dict[str, tuple[ProjectFiles, Any]] = {}

    def get(self, name: str, make: Callable[[T], Any], of: T) -> Any:
        """The result of `make(of)`, worked out once for each state of the files."""
        with self._lock:
            files = self._store.files
            entry = self._cache.get(name)
            if entry is None or entry[0] is not files:
                # Files that become others meanwhile are noticed the next time.
                entry = self._cache[name] = files, make(of)
            return entry[1]


class ServedProject:
    """A project, and the state that its subscribers know."""

    def __init__(
        self,
        identifier: str,
        store: Trees,
        epoch: str,
        in_thread: InThread,
        announce: Callable[[happenings.ProjectChanged], None],
        advanced: Advanced | None = None,
        name_of: Callable[[By], str] = lambda by: by.person,
        pause: Pause = no_pause,
    ) -> None:
        self.id = identifier
        self.store = store
        self.state = ProjectState()
        self.seq = 0
        self._epoch = epoch
        self._in_thread = in_thread
        self._announce = announce
        self._advanced = advanced
        self._name_of = name_of
        self._pause = pause
        self._changed_paths: set[str] = set()
        self._reload = Rerun(self._reload_changed)
        self._opened = False
        self._writing = 0
        self._unpublished: deque[tuple[Iterator[list[happenings.Happening]], By | None]] = deque()
        self._later: Callable[..., Any] = lambda work: work()
        self._watcher: Any = None
        self.authors = Authors()
        self._snapshots = Snapshots(self.authors)
        self.views = ViewCache(store)
        self.archive = ArchiveReader(store.home.folder)
        self.git_archive = GitArchive(self.archive.root)
        self._archive_search = ArchiveSearch(self.archive)
        self.search_lock = threading.Lock()

    async def open(self, from_thread: Callable[..., Any], *, is_read: bool = False) -> None:
        """Read everything, then begin to watch; ``from_thread`` calls something on the event loop.

        ``is_read``: the store holds everything already.
        Of a large project watching takes as long to begin as reading; nobody waits for it.
        """
        self._later = from_thread
        if not is_read:
            await self._in_thread(in_turns.load, self.store)
        await self._look_for_trees()
        # Not what was loaded: somebody may have written by us since.
        self.state = self.store.state
        self._opened = True
        Deferred.fromCoroutine(self._go_on())

    async def _go_on(self) -> None:
        """Do what nobody needs to wait for."""
        # Whoever asks first finds the lists ready.
        await self._in_thread(self.infos, self.state)
        if len(self.state.changes) + len(self.state.specs) >= _LARGE:
            await self._pause(_FIRST_SECONDS)
            if not self._opened:
                return
        try:
            await self._follow()
        except Exception:  # noqa: BLE001 - the project is served as it was read
            log.failure("{project} can't be followed", project=self.id)
        await self._in_thread(in_turns.save_states, self.store)
        await self.read_bases()
        await self._in_thread(in_turns.clean_archive, self.store)

    async def _follow(self) -> None:
        """Begin to watch, and look for what changed between reading and then."""

        def reported(paths: set[str]) -> None:
            self._archive_search.distrust(paths)
            self._later(self.files_changed, paths)

        watcher = await self._in_thread(self.store.watch, reported)
        if not self._opened:
            await self._in_thread(watcher.close)
            return
        self._watcher = watcher
        await self._in_thread(in_turns.reload, self.store, None)
        self.advance()

    async def look_for_trees(self) -> bool:
        """Follow the repository's work trees, and publish it where there are others than before."""
        is_news = self._opened and await self._look_for_trees()
        if is_news:
            self.advance()
            await self._in_thread(in_turns.save_states, self.store)
        return is_news

    async def _look_for_trees(self) -> bool:
        try:
            is_news: bool = await self._in_thread(in_turns.look_for_trees, self.store)
        except Exception:  # noqa: BLE001 - they are looked for again
            log.failure("the work trees of {project} can't be followed", project=self.id)
            return False
        return is_news

    async def read_bases(self) -> None:
        """Read what deltas were written against, where that may be news, and publish it."""
        try:
            if await self._in_thread(in_turns.read_bases, self.store):
                self.advance()
        except Exception:  # noqa: BLE001 - what isn't known now is asked for again
            log.failure(
                "what {project}'s deltas were written against can't be read", project=self.id
            )

    def search_archive(
        self, words: tuple[str, ...], most: int, seconds: float | None
    ) -> ArchiveResult:
        """Search the archive for words; in a thread. See `ArchiveSearch.search`."""
        trust = None
        if self._watcher is not None:
            trust = self._watcher.trust
            self._archive_search.distrust(self._watcher.pending)
        names = self.store.files.archived
        return self._archive_search.search(words, names, most, trust=trust, seconds=seconds)

    def close(self) -> None:
        """Stop watching and publishing."""
        self._opened = False
        self._unpublished.clear()
        if self._watcher is not None:
            self._watcher.close()
        self.store.close()

    def files_changed(self, paths: set[str]) -> None:
        """Files at these paths changed; called on the event loop."""
        self._changed_paths |= paths
        Deferred.fromCoroutine(self._reload())

    async def _reload_changed(self) -> None:
        """Read and publish; after a failure the next change is read and published again."""
        paths, self._changed_paths = self._changed_paths, set()
        try:
            await self._in_thread(in_turns.reload, self.store, paths)
        except Exception:  # noqa: BLE001 - a fault of ours must not end the following
            log.failure("{project} can't be read again", project=self.id)
        try:
            self.advance()
        except Exception:  # noqa: BLE001 - likewise
            log.failure("what happened in {project} can't be told", project=self.id)
        await self.read_bases()
        if self.store.home.real_folder in paths:
            await self._in_thread(self._archive_search.look_again)

    @contextmanager
    def writing(self, *, dry: bool = False) -> Iterator[None]:
        """Somebody writes through this node; `advance` is told of the write right afterwards.

        What was read before would else publish the write in the moment between, as nobody's.
        """
        if dry:
            yield
            return
        self._writing += 1
        try:
            yield
        except BaseException:
            self._writing -= 1
            self.advance()
            raise
        self._writing -= 1

    def advance(self, write: Write | None = None) -> None:
        """Publish what happened since the last time, if anything did; writes do so themselves.

        The events name the author of `write` where it alone explains every difference. Where
        another program wrote too, they name no author.
        """
        if not self._opened or (write is None and self._writing):
            return
        new = self.store.state
        events = diff(self.state, new)
        by = write.by if write is not None and write.explains(events) else None
        if by is not None:
            self.authors.note(events, self._name_of(by))
        self.state = new
        if not events:
            return
        self._unpublished.append((_parts(events, self.authors), by))
        if len(self._unpublished) == 1:
            if len(events) > _EVENT_HAPPENINGS:
                self._later(self._publish_part)
            else:
                self._publish_part()
        if self._advanced is None:
            return
        try:
            self._advanced(self, events, by)
        except Exception:  # noqa: BLE001 - who listens must not end the following
            log.failure("what follows from an event of {project} can't be done", project=self.id)

    def _publish_part(self) -> None:
        """Publish one part of the pending events, and go on in the loop's next turn.

        A snapshot that is taken meanwhile holds all of them already; events that come again change
        nothing.
        """
        if not self._unpublished:
            return
        parts, by = self._unpublished[0]
        try:
            part = next(parts, None)
            if part is None:
                self._unpublished.popleft()
            else:
                self._publish(part, by)
        except Exception:  # noqa: BLE001 - one failure must not end the publishing
            log.failure("an event of {project} can't be told", project=self.id)
            self._unpublished.popleft()
            self._publish_gap()
        if self._unpublished:
            self._later(self._publish_part)

    def _publish(self, events: list[happenings.Happening], by: By | None = None) -> None:
        self.seq += 1
        self._announce(
            happenings.ProjectChanged(
                project=self.id, epoch=self._epoch, seq=self.seq, events=events, by=by
            )
        )

    def _publish_gap(self) -> None:
        """Leave a number out, so that all followers take a snapshot."""
        self.seq += 1
        try:
            self._publish([])
        except Exception:  # noqa: BLE001 - the next event shows the gap
            log.failure("a gap of {project} can't be told", project=self.id)

    def announce_epoch(self) -> None:
        """Publish that nothing has happened yet; followers of another epoch take a snapshot."""
        self._announce(
            happenings.ProjectChanged(project=self.id, epoch=self._epoch, seq=self.seq, events=[])
        )

    @property
    def homes(self) -> list[str]:
        """The folders that the project lies in: its own, and those in other work trees."""
        others = [str(Path(tree.path).parent) for tree in self.store.trees if not tree.home]
        return [str(self.store.home.folder.parent), *others]

    def info(self) -> wire.ProjectInfo:
        """The project in numbers."""
        return wire.ProjectInfo(
            project=self.id,
            title=self.state.title,
            changes=len(self.state.changes),
            specs=len(self.state.specs),
            archived=len(self.state.archived),
            problem=self.state.problem,
            notice=self.state.notice,
            trees=[tree_info(tree) for tree in self.store.trees],
        )

    def snapshot(self) -> wire.ProjectSnapshot:
        """The project's state as it was published; raises LimitExceeded where it is too large."""
        return self.snapshot_of(self.state, self.seq)

    def snapshot_of(
        self, state: ProjectState, seq: int, most_tasks: int | None = None
    ) -> wire.ProjectSnapshot:
        """A snapshot of a state that an event led to; thread-safe, since it takes a while.

        Where there are more tasks than so many, it is brief.
        """
        brief = most_tasks is not None and most_tasks < sum(
            change.progress.total for change in state.changes.values()
        )
        changes: Sequence[ChangeDetail] | None
        specs: Sequence[SpecInfo]
        if brief:
            changes, specs = self._snapshots.briefs(state), self._snapshots.brief_specs(state)
        else:
            changes = self._snapshots.details(state, SENT_BYTES)
            specs = [spec_info(spec) for spec in state.specs.values()]
        if changes is None:
            raise LimitExceeded(
                f"{self.id} is too large to be sent at once; ask change.list and task.list.",
                limit="message_bytes",
                maximum=SENT_BYTES,
            )
        return wire.ProjectSnapshot(
            project=self.id,
            epoch=self._epoch,
            seq=seq,
            title=state.title,
            problem=state.problem,
            notice=state.notice,
            changes=list(changes),
            specs=list(specs),
            archived=list(state.archived),
            brief=brief,
            trees=[tree_info(tree) for tree in self.store.trees],
        )

    def forget_parsed(self) -> None:
        """Forget what can be made again of the documents; in a thread."""
        with short_turns():
            self._snapshots.forget()
            self.store.forget_parsed()

    def infos(self, state: ProjectState) -> list[ChangeInfo]:
        """Every change without its tasks, by name; thread-safe, since it takes a while at first.

        The state must have been published: who wrote it is known from then on.
        """
        return self._snapshots.infos(state)


class TooLarge(Exception):
    """A single happening doesn't fit into a message."""


def _parts(events: list[Happening], authors: Authors) -> Iterator[list[happenings.Happening]]:
    """The events of the wire, in portions that a message holds; raises TooLarge."""
    part: list[happenings.Happening] = []
    gathered = 0
    for event in events:
        sent = happening(event, authors.of(event.change))
        size = size_of(sent)
        if size > SENT_BYTES:
            raise TooLarge(f"{sent.kind} of {sent.name} needs {size} bytes")
        if part and (gathered + size > _EVENT_BYTES or len(part) == _EVENT_HAPPENINGS):
            yield part
            part, gathered = [], 0
        part.append(sent)
        gathered += size
    yield part
