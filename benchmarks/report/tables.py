"""Rows as text: lines on the terminal, and what a run puts into the pages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.report import summary
from benchmarks.report.targets import verdicts as find_verdicts

BEGIN = "<!-- table: begin (made by benchmarks/run.py --write-docs) -->"
END = "<!-- table: end -->"


class Column(NamedTuple):
    """A key of rows, its title, and how wide it is on the terminal."""

    key: str
    title: str
    width: int = 8


_WORDS = (Column("system", "system", 11), Column("load", "load", 22), Column("form", "form", 10))
_TIMES = (Column("p50_ms", "p50 ms", 7), Column("p95_ms", "p95 ms", 7))
_COSTS = (
    Column("cpu_router", "router %"),
    Column("cpu_server", "server %"),
    Column("memory_mb", "MB", 6),
)
_SEEN = (
    *(*_WORDS, Column("viewers", "viewers", 7), Column("steps_per_s", "steps/s", 7), *_TIMES),
    Column("bytes_per_step", "B/step", 9),
    Column("bytes_per_s_viewer", "B/s·viewer", 10),
    *_COSTS,
)
_TERMINAL = (*_SEEN, Column("cpu_viewers", "viewers %", 9))
_HARD = (
    *(*_WORDS, Column("viewers", "viewers", 7), Column("steps_per_s", "steps/s", 7), *_TIMES),
    *(Column("bytes_per_s_viewer", "B/s·viewer"), Column("picture_bytes", "picture B")),
    *(Column("p95_before_ms", "p95 before"), Column("grown_mb", "grown MB")),
    *(
        Column("back_ms", "back ms"),
        Column("stale_frames", "stale"),
        Column("stale_ms", "stale ms"),
        Column("last_ms", "last ms"),
    ),
    *(Column("most_encodings_per_tile", "enc./tile"), Column("link_bytes_per_s", "link B/s")),
    *(Column("oldest_ms", "oldest ms"), Column("growing_ms", "growing ms")),
)
_SAVES = (
    *(*_WORDS[:2], *_TIMES, Column("event_p50_ms", "event p50")),
    *(Column("event_p95_ms", "event p95"), Column("bytes_per_step", "B/step")),
    *(*_COSTS, Column("cpu_board", "board %")),
)
_SPECS = (
    *(*_WORDS[1:], *_TIMES, Column("official_ms", "official ms"), Column("ratio", "ratio")),
    *(Column("target_ratio", "target"), Column("worst_pause_ms", "longest pause ms")),
    *(Column("pause_at_start_ms", "at start"), Column("pause_when_it_appears_ms", "appearing")),
    *(Column("grown_mb", "grown MB"), Column("loaded_s", "loaded s")),
    *(Column("memory_mb", "MB"), Column("served_s", "served s"), Column("ready_s", "ready s")),
)
_JOINED = (
    *(*_WORDS[1:2], *_TIMES, Column("here_p50_ms", "here p50")),
    *(Column("extra_ms", "more ms"), Column("joined_ratio", "ratio")),
)
_DOORS = (
    *(*_WORDS[1:], *_TIMES, Column("beside_p50_ms", "without: p50")),
    *(Column("beside_p95_ms", "p95"), Column("times", "times")),
    *(Column("steps_per_s", "frames/s"), Column("guesses_per_s", "guesses/s")),
    Column("cpu_router", "router %"),
)
_PAGES = (
    *(*_WORDS[1:], Column("first_ms", "first ms"), Column("longest_ms", "longest frame ms")),
    *(Column("work_ms", "longest work ms"), Column("turn_ms", "again ms")),
    *(Column("frames", "frames"), Column("received", "bytes"), Column("script_kb", "kB")),
)
_AGENTS = (
    *(*_WORDS[1:2], Column("each_ms", "ms each"), Column("lost_s", "lost s")),
    *(Column("free_s", "free s"), Column("hooks_per_s", "hooks/s")),
    *(Column("cpu_storm", "% of a core"), Column("each_us", "µs each")),
    *(Column("here_p50_ms", "others alone: p50"), Column("p95_ms", "in the storm: p95")),
    *(Column("best_ms", "best ms"), Column("cpu_ms", "CPU ms"), Column("memory_mb", "MB", 6)),
)
_STARTS = (
    *(*_WORDS[1:], Column("ready_s", "ready s"), Column("busy_s", "CPU s")),
    *(Column("memory_mb", "MB", 6), Column("back_s", "back s")),
)
_WORD_KEYS = {column.key for column in _WORDS}
_PLAIN = ("W1", "W2", "W3", "W4", "W5", "input")
Row = Mapping[str, Any]


def header() -> str:
    """The titles of the terminal's columns."""
    return _line([column.title for column in _TERMINAL])


def line(row: Row) -> str:
    """A row for the terminal; what the columns don't hold follows."""
    shown = _line([_cell(row.get(column.key)) for column in _TERMINAL])
    known = {column.key for column in _TERMINAL} | {"offered_per_s", "target_ms"}
    if row["load"] in _PLAIN:
        return shown
    more = {key: value for key, value in row.items() if key not in known and value is not None}
    return shown + "".join(f"\n    {key} {_cell(value)}" for key, value in more.items())


def verdicts(rows: Sequence[Row]) -> str:
    """The targets, for the terminal."""
    judged = find_verdicts([dict(row) for row in rows])
    lines = [
        f"{'ok ' if met else 'NO '} {what}: {measured} ({target})"
        for what, target, measured, met in judged
    ]
    return "\n".join(["", *lines])


def write_pages(folder: Path, measured: Mapping[str, Any]) -> None:
    """Put the tables and the summary into the pages of docs/. Raises ValueError without marks."""
    write_between(folder / "performance-tables.md", BEGIN, END, _page(measured))
    lines = summary.make_summary(measured)
    write_between(folder / "performance.md", summary.BEGIN, summary.END, lines)


def write_between(page: Path, begin: str, end: str, lines: Iterable[str]) -> None:
    """Replace what stands between two marks. Raises ValueError where they are missing."""
    before, begins, rest = page.read_text("utf-8").partition(begin)
    _, ends, after = rest.partition(end)
    if not begins or not ends:
        raise ValueError(f"{page} has no place for the table")
    text = "\n".join(lines)
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", "utf-8")


def _page(measured: Mapping[str, Any]) -> Iterator[str]:
    about, rows = measured["machine"], measured["rows"]
    words = f"{about['cores']} cores, {about['system']}, Python {about['python']}"
    yield f"Measured on: {words}."
    plain = [row for row in rows if row["load"] in _PLAIN]
    hard = [row for row in rows if row["load"] in ("S1", "S2", "S3", "S4")]
    starts = [row for row in rows if row["load"] in ("start", "kill -9")]
    others = [row for row in rows if row not in plain and row not in hard and row not in starts]
    agents = [row for row in others if row["load"].startswith("agents")]
    doors = [row for row in others if row["load"].startswith("door")]
    pages = [row for row in others if row["load"].startswith("page")]
    specs = [row for row in others if row["form"] and row not in [*doors, *pages]]
    joined = [row for row in others if row["load"].startswith("joined")]
    saves = [row for row in others if not row["form"] and row not in [*joined, *agents]]
    parts = (
        ("Start and return", _STARTS, starts),
        ("Loads", _SEEN, sorted(plain, key=_order)),
        ("Hard cases", _HARD, sorted(hard, key=_order)),
        ("From a task to the board", _SAVES, saves),
        ("The board in Chromium", _PAGES, pages),
        ("A project of a machine that has joined, beside one here", _JOINED, joined),
        ("Doors: TLS, a proxy and guesses, beside the same without", _DOORS, doors),
        ("Coding agents", _AGENTS, agents),
        ("OpenSpec beside the official command line", _SPECS, specs),
    )
    for title, columns, part in parts:
        if part:
            yield f"\n### {title}\n"
            yield from _table(columns, part)
    yield "\n### Targets\n"
    yield "| | target | measured | |"
    yield "| --- | ---: | ---: | --- |"
    for what, target, figure, met in find_verdicts(rows):
        yield f"| {what} | {target} | {figure} | {'met' if met else '**not met**'} |"


def _order(row: Row) -> tuple[Any, ...]:
    systems = ("geometry_ws", "relay", "publish", "tigervnc")
    return row["load"], systems.index(row["system"]), row["form"], row["viewers"]


def _table(columns: Sequence[Column], rows: Sequence[Row]) -> Iterator[str]:
    """Only the columns that say something."""
    used = [column for column in columns if any(row.get(column.key) is not None for row in rows)]
    yield f"| {' | '.join(column.title for column in used)} |"
    rule = ("---" if column.key in _WORD_KEYS else "---:" for column in used)
    yield f"| {' | '.join(rule)} |"
    for row in rows:
        yield f"| {' | '.join(_cell(row.get(column.key)) for column in used)} |"


def _line(cells: Sequence[str]) -> str:
    parts = [
        text.ljust(column.width) if column.key in _WORD_KEYS else text.rjust(column.width)
        for text, column in zip(cells, _TERMINAL, strict=True)
    ]
    return " ".join(parts).rstrip()


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "–"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
