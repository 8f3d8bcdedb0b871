"""What comes out of a run: lines on the terminal, results.json, the table of the page."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

BEGIN = "<!-- table: begin (made by benchmarks/run.py --write-docs) -->"
END = "<!-- table: end -->"

_COLUMNS = (
    ("system", "system", 11),
    ("load", "load", 14),
    ("viewers", "viewers", 7),
    ("steps_per_s", "steps/s", 7),
    ("p50_ms", "p50 ms", 7),
    ("p95_ms", "p95 ms", 7),
    ("event_p50_ms", "event p50", 9),
    ("event_p95_ms", "event p95", 9),
    ("bytes_per_step", "B/step", 9),
    ("bytes_per_s_viewer", "B/s·viewer", 10),
    ("cpu_router", "router %", 8),
    ("cpu_server", "comp. %", 8),
    ("cpu_board", "board %", 8),
    ("memory_mb", "MB", 6),
)
_WORDS = 2
"""So many columns hold words; the others numbers."""

Row = Mapping[str, Any]


def header() -> str:
    return _line([title for _, title, _ in _COLUMNS])


def line(row: Row) -> str:
    return _line([_cell(row.get(key)) for key, _, _ in _COLUMNS])


def machine() -> dict[str, Any]:
    """The machine, in words that fit any."""
    return {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def write_results(path: Path, rows: Sequence[Row]) -> None:
    """The file for machines; nobody ever sees half of it."""
    beside = path.with_name(f"{path.name}.new")
    text = json.dumps({"machine": machine(), "rows": list(rows)}, indent=1)
    beside.write_text(text + "\n", "utf-8")
    beside.replace(path)


def write_page(page: Path, rows: Sequence[Row]) -> None:
    """Put the table between its marks. Raises ValueError where they are missing."""
    text = page.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no place for the table")
    page.write_text(f"{before}{BEGIN}\n{_table(rows)}\n{END}{after}", "utf-8")


def _table(rows: Sequence[Row]) -> str:
    about = machine()
    titles = " | ".join(title for _, title, _ in _COLUMNS)
    rule = " | ".join("---" if at < _WORDS else "---:" for at in range(len(_COLUMNS)))
    body = [" | ".join(_cell(row.get(key)) for key, _, _ in _COLUMNS) for row in rows]
    lines = [f"| {text} |" for text in (titles, rule, *body)]
    words = f"{about['cores']} cores, {about['system']}, Python {about['python']}"
    return "\n".join([f"Measured on: {words}.", "", *lines])


def _line(cells: Sequence[str]) -> str:
    parts = [
        text.ljust(width) if at < _WORDS else text.rjust(width)
        for at, (text, (_, _, width)) in enumerate(zip(cells, _COLUMNS, strict=True))
    ]
    return " ".join(parts).rstrip()


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
