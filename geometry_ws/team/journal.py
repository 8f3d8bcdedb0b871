"""The journal: what happened, one line of JSON each; and runs of the same, folded.

Lines are only ever added at the end. One that was torn, because the process was killed while it
wrote, is skipped; so is anything else that is no entry.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from geometry_ws.protocol.activity import Activity, What
from geometry_ws.protocol.presence import MemberKind
from geometry_ws.team.events import Event
from geometry_ws.team.text import MINUTE

MOST_ENTRIES = 5000
"""Entries that are remembered."""

MOST_BYTES = 2 * 2**20
"""Of the file; then another one is begun, and the one before is kept."""

_GAP_MS = 30 * MINUTE
_MOST_TASKS = 20
_MOST_WRITTEN = 6
_NEVER_FOLDED = frozenset(
    {"noted", "asked", "answered", "created", "archived", "removed", "reopened"}
)


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One happening; ``task`` is how a task or change is called."""

    what: What
    at: int
    who: str = ""
    project: str = ""
    task: str = ""
    text: str = ""
    maybe: str = ""
    options: tuple[str, ...] = ()
    machine: str = ""
    forwarded: str = ""
    kind: MemberKind | Literal[""] = ""

    @property
    def change(self) -> str:
        """The change that it is about."""
        return self.task.partition("/")[0].partition("#")[0]


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Entry)


def entry_of(event: Event) -> Entry:
    """An entry of an event of the desk."""
    return Entry(
        event.what,
        event.at,
        event.who,
        event.project,
        event.task,
        event.text,
        event.maybe,
        event.options,
        *event.origin,
        event.kind,
    )


def written(entries: Iterable[Entry]) -> bytes:
    """Entries as lines."""
    return b"".join(_ENCODER.encode(entry) + b"\n" for entry in entries)


def read(data: bytes) -> Iterator[Entry]:
    """The entries in lines; what is none is skipped."""
    for line in data.split(b"\n"):
        if line:
            try:
                yield _DECODER.decode(line)
            except (msgspec.MsgspecError, UnicodeError, RecursionError):
                continue


class Journal:
    """The newest entries, in memory."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries: deque[Entry] = deque(entries, MOST_ENTRIES)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def add(self, entries: Iterable[Entry]) -> None:
        """What has happened now."""
        self._entries.extend(entries)

    def runs(
        self,
        *,
        since: int = 0,
        who: str | None = None,
        change: str | None = None,
        project: str | None = None,
    ) -> list[Activity]:
        """Folded runs of what is asked for, the newest first."""
        wanted = (
            entry
            for entry in self._entries
            if entry.at >= since
            and (who is None or who in (entry.who, entry.maybe))
            and (change is None or entry.change == change)
            and (project is None or entry.project == project)
        )
        return list(reversed(fold(wanted)))


def fold(entries: Iterable[Entry]) -> list[Activity]:
    """Entries in order -> runs of the same by the same member in the same change."""
    runs: list[Activity] = []
    open_runs: dict[tuple[str, ...], int] = {}
    for entry in entries:
        place = entry.machine, entry.forwarded
        key = (entry.what, entry.who, entry.project, entry.change, entry.maybe, *place)
        number = open_runs.get(key)
        if number is not None and entry.at - runs[number].last <= _GAP_MS:
            runs[number] = _longer(runs[number], entry)
            continue
        if entry.what not in _NEVER_FOLDED:
            open_runs[key] = len(runs)
        runs.append(activity_of(entry))
    return sorted(runs, key=lambda run: run.last)


def activity_of(entry: Entry) -> Activity:
    """A run of one."""
    return Activity(
        what=entry.what,
        first=max(entry.at, 0),
        last=max(entry.at, 0),
        who=entry.who,
        project=entry.project,
        change=entry.change,
        tasks=[entry.task] if entry.task != entry.change else [],
        text=entry.text,
        maybe=entry.maybe,
        machine=entry.machine,
        forwarded=entry.forwarded,
        kind=entry.kind,
    )


def _longer(run: Activity, entry: Entry) -> Activity:
    more = entry.task != entry.change and entry.task not in run.tasks
    room = len(run.tasks) < _MOST_TASKS
    return msgspec.structs.replace(
        run,
        last=max(run.last, entry.at),
        count=run.count + 1,
        tasks=[*run.tasks, entry.task] if more and room else run.tasks,
        text=_all_written(run.text, entry.text) if entry.what == "edited" else entry.text,
    )


def _all_written(before: str, now: str) -> str:
    """The documents of a run, those that were written last at the end; of many the last."""
    names = now.split(", ")
    both = [name for name in before.split(", ") if name not in names] + names
    listed = [name for name in both if name != "…"]
    lead = ["…"] if len(listed) > _MOST_WRITTEN or "…" in both else []
    return ", ".join([*lead, *listed[-_MOST_WRITTEN:]])
