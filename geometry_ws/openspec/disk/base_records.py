"""What is remembered of bases where git knows nothing: a database in the state folder.

A record says how a requirement looked when a delta that names it was first seen, and what was
agreed to since. It survives restarts and kills, and a node and a command may use it at once. A
database that can't be used is no reason to fail: records then last as long as the process.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.rebasing.touched import Place

FILE = "bases.sqlite3"
MOST_RECORDS = 50_000
_SECONDS = 2.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS base (
    project TEXT, change TEXT, spec TEXT, name TEXT, added INTEGER,
    text TEXT, newer TEXT, rebased INTEGER, settled TEXT, delta TEXT, stacked INTEGER,
    time INTEGER,
    PRIMARY KEY (project, change, spec, name, added)
)
"""

Key = tuple[str, Place]
"""A change, and a place in its deltas."""


@dataclass(frozen=True, slots=True)
class Record:
    """A requirement when the delta was first seen (None: not seen, git knows), and newer.

    `newer` is the requirement at the last time when the delta had all of it, or was agreed to
    (`rebased`); `settled` are marks of what was agreed to. `delta` is the delta's revision when it
    was looked at last, `time` when it was first seen, in seconds since 1970. `stacked`: the text
    is that of another open change, which adds the requirement.
    """

    text: str | None
    newer: str | None = None
    rebased: bool = False
    settled: frozenset[str] = frozenset()
    delta: str = ""
    stacked: bool = False
    time: int = 0


class BaseRecords:
    """The records of one project, in a database or (without a file) in memory."""

    def __init__(self, project: str, file: Path | None = None) -> None:
        self._project = project
        self._file = file
        self._memory: dict[Key, Record] = {}

    def load(self) -> dict[Key, Record]:
        """All records of the project."""
        if self._file is None or not self._file.exists():
            return dict(self._memory)
        try:
            with closing(self._connect(self._file)) as database:
                rows = database.execute(
                    "SELECT change, spec, name, added, text, newer, rebased, settled, delta,"
                    " stacked, time"
                    " FROM base WHERE project = ?",
                    (self._project,),
                ).fetchall()
            self._memory = dict(_record(row) for row in rows)
        except (sqlite3.Error, OSError, ValueError, TypeError) as problem:
            self._put_aside(problem)
        return dict(self._memory)

    def save(self, changed: Mapping[Key, Record], gone: Iterable[Key] = ()) -> None:
        """Write some records and delete others."""
        gone = list(gone)
        self._memory.update(changed)
        for key in gone:
            self._memory.pop(key, None)
        if self._file is None or not (changed or gone):
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with closing(self._connect(self._file)) as database, database:
                database.executemany(
                    "DELETE FROM base WHERE project=? AND change=? AND spec=? AND name=?"
                    " AND added=?",
                    [(self._project, change, *place) for change, place in gone],
                )
                database.executemany(
                    "INSERT OR REPLACE INTO base VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                    [_row(self._project, key, record) for key, record in changed.items()],
                )
                database.execute(
                    "DELETE FROM base WHERE rowid IN (SELECT rowid FROM base ORDER BY time DESC"
                    " LIMIT -1 OFFSET ?)",
                    (MOST_RECORDS,),
                )
        except (sqlite3.Error, OSError, ValueError) as problem:
            self._put_aside(problem)

    def _connect(self, file: Path) -> sqlite3.Connection:
        database = sqlite3.connect(file, timeout=_SECONDS)
        try:
            database.execute(_SCHEMA)
        except sqlite3.Error:
            database.close()
            raise
        return database

    def _put_aside(self, problem: Exception) -> None:
        """Begin a new database where the old one is none; else go on in memory."""
        if self._file is None:
            return
        broken = isinstance(problem, sqlite3.DatabaseError) and not isinstance(
            problem, sqlite3.OperationalError
        )
        if not broken:
            return
        try:
            self._file.replace(self._file.with_suffix(".broken"))
        except OSError:
            self._file = None


def _record(row: tuple[object, ...]) -> tuple[Key, Record]:
    change, spec, name, added, text, newer, rebased, settled, delta, stacked, time = row
    place = Place(str(spec), str(name), bool(added))
    marks = json.loads(str(settled or "[]"))
    return (str(change), place), Record(
        None if text is None else str(text),
        None if newer is None else str(newer),
        bool(rebased),
        frozenset(map(str, marks)),
        str(delta),
        bool(stacked),
        int(str(time)),
    )


def _row(project: str, key: Key, record: Record) -> tuple[object, ...]:
    change, place = key
    return (
        *map(_storable, (project, change, place.spec, place.name)), int(place.added),
        None if record.text is None else _storable(record.text),
        None if record.newer is None else _storable(record.newer),
        int(record.rebased), json.dumps(sorted(record.settled)), record.delta,
        int(record.stacked), record.time,
    )  # fmt: skip


def _storable(text: str) -> str:
    """A text that the database takes: names of files may hold bytes that are none."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
