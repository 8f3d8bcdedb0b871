"""Rows -> the table of docs/performance.md, and what its figures are measured by."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

BEGIN: Final = "<!-- programs: begin (made by benchmarks/programs/run.py) -->"
END: Final = "<!-- programs: end -->"
_TARGETS: Final = {
    "a_kb_per_s": 60,
    "a_cpu": 12,
    "b_kb_per_s": 200,
    "b_cpu": 15,
    "b_browser": 30,
    "first_s": 0.5,
    "first_without_node_s": 3.5,
}
"""What geometry_ws shall not exceed where its program says nothing; and 29 steps a second."""

_LEAST_STEPS: Final = 29

Row = Mapping[str, Any]


def lines(machine: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[str]:
    """The table, and below it what a step takes: that depends less on what else is running."""
    yield (
        f"Measured on {machine['cores']} cores, {machine['system']}, Python {machine['python']}"
        f"; {machine['load']}."
    )
    yield ""
    yield "| | install s / MB | first picture s | A: kB/s, CPU | B: steps/s, kB/s, CPU | browser |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in rows:
        yield f"| {' | '.join(_cells(row))} |"
    targets = "at most 3.5; 0.5 with a node | at most 60, 12 | at least 29, at most 200, 15 | 30"
    yield f"| to reach | – | {targets} |"
    yield ""
    for row in rows:
        for case in ("a", "b"):
            if (cost := row.get(f"{case}_cpu_of_step")) is None:
                continue
            size = row.get(f"{case}_kb_of_step")
            shares = ", ".join(
                f"{name} {share:g}" for name, share in row.get(f"{case}_parts", {}).items()
            )
            where = f"{row['system']}, case {case.upper()}"
            yield f"- {where}: a step takes {cost:g} ms and {size:g} kB."
            yield f"  Percent: {shares}."


def misses(row: Row) -> list[str]:
    """The figures of a row that are beyond what was to be reached."""
    missed = [key for key, most in _TARGETS.items() if (row.get(key) or 0) > most]
    return [*missed, "b_steps_per_s"] if row.get("b_steps_per_s", 0) < _LEAST_STEPS else missed


def _cells(row: Row) -> list[str]:
    first = _known(row, "first_s")
    if (without := row.get("first_without_node_s")) is not None:
        first = f"{without:g}; {first} with a node"
    return [
        row["system"],
        _together(row, " / ", "install_s", "install_mb"),
        first,
        _together(row, ", ", "a_kb_per_s", "a_cpu"),
        _together(row, ", ", "b_steps_per_s", "b_kb_per_s", "b_cpu"),
        _known(row, "b_browser"),
    ]


def _together(row: Row, between: str, *keys: str) -> str:
    if all(row.get(key) is None for key in keys):
        return "–"
    return between.join(_known(row, key) for key in keys)


def _known(row: Row, key: str) -> str:
    value = row.get(key)
    return "–" if value is None else f"{value:,}"
