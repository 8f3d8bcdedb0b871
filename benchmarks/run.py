"""Measures a real node: `python benchmarks/run.py`, or `make bench`. See docs/performance.md."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import report
import scenarios
from children import Failed
from loads import LOADS
from running import Running, running_node

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "performance.md"
SMALL, BIG = 6, 204
"""Open changes of the two projects."""

Row = dict[str, Any]
Measure = Callable[[], Row]


def small(node: Running, seconds: float) -> Iterator[Measure]:
    """Everything that is measured on a small project."""
    yield lambda: scenarios.idle(node, 1, seconds)
    yield lambda: scenarios.idle(node, 10, seconds)
    drawn: list[Row] = []
    for name in LOADS:
        for viewers in (1, 10):
            yield lambda n=name, v=viewers: _kept(drawn, scenarios.drawing(node, n, v, seconds))
    for row in drawn:
        if row["bytes_per_step"]:
            yield lambda r=row: scenarios.relaying(node, r, seconds)
    for how in ("set", "rename", "write"):
        yield lambda h=how: scenarios.saving(node, h, 1, 20)


def big(node: Running, seconds: float) -> Iterator[Measure]:
    """What depends on how large the project is."""
    for how in ("set", "rename"):
        yield lambda h=how: _named(scenarios.saving(node, h, 1, 20))


def tiny(node: Running, seconds: float) -> Iterator[Measure]:
    """A moment of each kind, to see that the benchmark still works."""
    yield lambda: scenarios.drawing(node, "W1 typing", 1, 0.5)
    yield lambda: scenarios.saving(node, "rename", 1, 1)


def _kept(rows: list[Row], row: Row) -> Row:
    rows.append(row)
    return row


def _named(row: Row) -> Row:
    return row | {"load": f"{row['load']} ({BIG})"}


def main() -> int:
    arguments = _arguments()
    plans = [(SMALL, tiny)] if arguments.tiny else [(SMALL, small), (BIG, big)]
    rows: list[Row] = []
    duration = "half a minute" if arguments.tiny else "three to four minutes"
    print(f"Starting a node to measure; the whole takes {duration}.", flush=True)
    try:
        for changes, plan in plans:
            with (
                tempfile.TemporaryDirectory(prefix="geometry-ws-bench-") as folder,
                running_node(Path(folder), changes) as node,
            ):
                if not rows:
                    print(report.header())
                for measure in plan(node, arguments.seconds):
                    rows.append(measure())
                    print(report.line(rows[-1]), flush=True)
    except Failed as problem:
        print(f"The measurement failed: {problem}.", file=sys.stderr)
        return 1
    report.write_results(arguments.results, rows)
    if arguments.write_docs:
        report.write_page(PAGE, rows)
    print(f"Written: {arguments.results}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure a geometry_ws node.")
    parser.add_argument("--seconds", type=float, default=2.5, help="for each row that draws (2.5)")
    parser.add_argument("--results", type=Path, default=HERE / "results.json")
    parser.add_argument("--write-docs", action="store_true", help=f"put the table in {PAGE.name}")
    parser.add_argument("--tiny", action="store_true", help="only see whether it works")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
