"""The figures that a user asks for first, as the table at the head of docs/performance.md. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks.report.targets import Rows

BEGIN = "<!-- summary: begin (made by benchmarks/run.py --write-docs) -->"
END = "<!-- summary: end -->"
MISSING = "not measured"
CALLS = ("list", "list specs", "show spec", "show change", "validate, warm")


class Figure(NamedTuple):
    """A figure's name, its text made from the rows, and the row that it stands in."""

    name: str
    text: Callable[[Rows], str]
    row: str


def make_summary(measured: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the table; a figure without its rows is "not measured"."""
    about, rows = measured["machine"], Rows(measured["rows"])
    machine = f"{about['cores']} cores, {about['system']}, Python {about['python']}"
    yield f"| on {machine} | measured | row |"
    yield "| --- | --- | --- |"
    for figure in _FIGURES:
        yield f"| {figure.name} | {figure.text(rows)} | {figure.row} |"


def _fill(template: str, *values: float | None) -> str:
    if None in values:
        return MISSING
    return template.format(*(f"{value:,g}" for value in values))


def _paint(rows: Rows) -> str:
    times = [rows.get("p50_ms", "W1", form="raw", viewers=viewers) for viewers in (1, 50)]
    return _fill("{} ms; with fifty viewers {} ms", *times)


def _fifty(rows: Rows) -> str:
    choice: dict[str, Any] = {"form": "jpeg", "viewers": 50}
    rate = rows.get("steps_per_s", "W3", **choice)
    return _fill("{} pictures/s each, {} % of one core", rate, rows.cpu("W3", **choice))


def _crowd(rows: Rows) -> str:
    return _fill("{} ms", rows.get("last_ms", "S3"))


def _move(rows: Rows) -> str:
    return _fill("{} bytes", rows.get("bytes_per_step", "W2", viewers=1))


def _tick(rows: Rows) -> str:
    keys = ("bytes_per_step", "p50_ms")
    return _fill("{} bytes, {} ms", *(rows.get(key, "task.set") for key in keys))


def _rest(rows: Rows) -> str:
    keys = ("bytes_per_s_viewer", "memory_mb")
    figures = [rows.get(key, "W5", viewers=50) for key in keys]
    return _fill("{} % of one core, {} bytes/s, {} MB", rows.cpu("W5", viewers=50), *figures)


def _start(rows: Rows) -> str:
    return _fill("{} s", rows.get("loaded_s", "load"))


def _node_start(rows: Rows) -> str:
    backs = [
        rows.get("back_s", "kill -9", form=part) for part in ("router", "compositor", "openspec")
    ]
    known = [back for back in backs if back is not None]
    ready = rows.get("ready_s", "start"), rows.get("memory_mb", "start")
    ends = max(known, default=None), rows.get("back_s", "kill -9", form="openspec")
    return _fill("{} s, {} MB; back after {} s, OpenSpec after {} s", *ready, *ends)


def _official(rows: Rows) -> str:
    ratios: Sequence[Any] = [rows.get("ratio", load) for load in CALLS]
    known = [ratio for ratio in ratios if ratio is not None]
    process = rows.get("ratio", "validate, new process")
    ends = (min(known, default=None), max(known, default=None))
    return _fill("{} to {} times faster; as a new process {} times", *ends, process)


def _slow(rows: Rows) -> str:
    before, during = (rows.get(key, "S1") for key in ("p95_before_ms", "p95_ms"))
    grown = rows.get("grown_mb", "S1")
    return _fill("p95 {} ms before, {} ms meanwhile; {} MB more memory", before, during, grown)


_FIGURES = (
    Figure("From a commit to painted pixels (median)", _paint, "W1 raw, 1 and 50 viewers"),
    Figure("Fifty viewers of a video; router and compositor", _fifty, "W3 jpeg, 50 viewers"),
    Figure("Two hundred new viewers; until the last has a whole picture", _crowd, "S3"),
    Figure("A moved surface, for each viewer", _move, "W2 move, 1 viewer"),
    Figure("A ticked task, for each viewer; until it is painted", _tick, "task.set"),
    Figure("A node at rest with fifty viewers", _rest, "W5, 50 viewers"),
    Figure("A node's second start; when a part is killed", _node_start, "start, kill -9"),
    Figure("Start: a project of about 2,000 files is read", _start, "load"),
    Figure("OpenSpec beside the official tool", _official, "list … validate"),
    Figure("The other nine viewers, when one stops reading", _slow, "S1"),
)
