"""The journal, served and written down: its file is only ever added to, in a thread."""

import os
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from geometry_ws.components.openspec.joined.machines import Allowance
from geometry_ws.components.openspec.team.office import Office
from geometry_ws.protocol import activity as wire
from geometry_ws.protocol.declare import Caller
from geometry_ws.team import journal
from geometry_ws.team.events import Event
from geometry_ws.team.journal import MOST_BYTES, Entry, Journal
from geometry_ws.team.recall import recall
from geometry_ws.team.talk import author_of
from geometry_ws.wamp.rerun import Rerun

log = Logger()

FILE = "activity.jsonl"
FORMER = "activity.1.jsonl"
A_SECOND, AT_ONCE = 1.0, 1000
"""Entries of one author, on average and after a rest. The journal has one bound for all: whoever
says more would push out what others did, and what he or she did before."""

MOST_AUTHORS = 1000
MOST_UNWRITTEN = 20_000
"""Entries that wait for a disk that takes none; the oldest of them are given up."""

InThread = Callable[..., "Deferred[Any]"]


class ServedActivity(wire.ActivityMeta):
    """What happened; `folder` is where it is written down (None: nowhere)."""

    def __init__(
        self,
        office: Office,
        announce: Callable[[wire.Happened], None],
        folder: Path | None,
        in_thread: InThread,
    ) -> None:
        self._office = office
        self._announce = announce
        self._folder = folder
        self._in_thread = in_thread
        self._journal = Journal()
        self._allowances: OrderedDict[tuple[str, str], Allowance] = OrderedDict()
        self._unwritten: list[Entry] = []
        self._write_again = Rerun(self._write)
        self._complained = False
        office.recorders.append(self.record)

    async def load(self) -> None:
        """Read what happened before this start, notes and questions too."""
        if self._folder is None:
            return
        entries: list[Entry] = await self._in_thread(read_files, self._folder)
        now_known = list(self._journal)
        self._journal = Journal([*entries, *now_known])
        # Questions and notes on another machine's projects are kept there.
        here = ("", *self._office.registry.ids)
        events = (
            Event(e.what, e.at, e.who, e.project, e.task, e.text, e.maybe, e.options, kind=e.kind)
            for e in entries
            if e.project in here
        )
        recall(self._office.desk, events)
        for project in self._office.registry:
            # What was asked about a task that was done since then is over.
            self._office.desk.take_state(project.id, project.state)
        self._office.tell()

    def list_activity(self, caller: Caller, request: wire.ListActivity) -> wire.ActivityList:
        """Answer activity.list."""
        project = None
        if request.project is not None:
            project = self._office.registry.id_of(request.project)
        runs = self._journal.runs(
            since=request.since, who=request.who, change=request.change, project=project
        )
        return wire.ActivityList(runs=runs[: request.limit], more=max(len(runs) - request.limit, 0))

    def record(self, events: list[Event]) -> None:
        """Tell what has happened, and write it down."""
        events = [event for event in events if self._may_say(event)]
        if not events:
            return
        entries = [journal.entry_of(event) for event in events]
        self._journal.add(entries)
        self._announce(
            wire.Happened(
                epoch=self._office.registry.epoch,
                events=[journal.activity_of(entry) for entry in entries],
            )
        )
        if self._folder is not None:
            self._unwritten = [*self._unwritten, *entries][-MOST_UNWRITTEN:]
            Deferred.fromCoroutine(self._write_again())

    def _may_say(self, event: Event) -> bool:
        """Whether an author has room in the journal; members of one person share it.

        It is that of a project: another machine may say of its own that somebody did much there.
        """
        name = author_of(event.who)
        if not name:
            return True
        author = event.project, name
        allowance = self._allowances.pop(author, None) or Allowance(A_SECOND, AT_ONCE)
        self._allowances[author] = allowance
        if len(self._allowances) > MOST_AUTHORS:
            self._allowances.popitem(last=False)
        return allowance.take(1, self._office.now() / 1000)

    async def _write(self) -> None:
        entries, self._unwritten = self._unwritten, []
        if not entries or self._folder is None:
            return
        try:
            await self._in_thread(append, self._folder, journal.written(entries))
            self._complained = False
        except OSError as problem:
            self._unwritten = [*entries, *self._unwritten][-MOST_UNWRITTEN:]
            if not self._complained:
                log.warn(
                    "what happens can't be written down: {problem}; it is tried again",
                    problem=str(problem),
                )
            self._complained = True


def read_files(folder: Path) -> list[Entry]:
    """What was written down, the oldest first; what can't be read is left out. Blocking."""
    entries: list[Entry] = []
    for name in (FORMER, FILE):
        try:
            with (folder / name).open("rb") as file:
                data = file.read(2 * MOST_BYTES)
        except OSError:
            continue
        entries += journal.read(data)
    return entries[-journal.MOST_ENTRIES :]


def append(folder: Path, data: bytes) -> None:
    """Add lines; a torn last line ends first. Begins another file in time. Blocking."""
    path = folder / FILE
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            data = b"\n" + data
        while data:
            data = data[os.write(descriptor, data) :]
        full = os.fstat(descriptor).st_size >= MOST_BYTES
    finally:
        os.close(descriptor)
    if full:
        path.replace(folder / FORMER)
