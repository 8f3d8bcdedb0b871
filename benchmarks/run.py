"""Measures real nodes: `python -m benchmarks.run`, or `make bench`. See docs/performance.md."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.loads import catalogue
from benchmarks.processes.children import Failed
from benchmarks.report import plot, results, tables
from benchmarks.report.rows import Row
from benchmarks.scenarios import openspec, plan
from benchmarks.systems import vnc_server
from benchmarks.systems.bare_router import bare_router
from benchmarks.systems.node import running_node

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
BUDGET_SECONDS = 570.0


def main() -> int:
    arguments = _arguments()
    if arguments.from_results:
        measured = results.read_results(arguments.results)
        tables.write_pages(DOCS, measured)
        plot.write(DOCS / "performance.svg", measured["rows"])
        return 0
    jobs = _jobs(arguments)
    print(f"{len(jobs)} measurements; ten minutes at most, with nothing else running.", flush=True)
    if not vnc_server.installed():
        print("TigerVNC (Xvnc) isn't installed: its rows are left out.")
    print(tables.header(), flush=True)
    with tempfile.TemporaryDirectory(prefix="geometry-ws-bench-") as name:
        picture = Path(name) / "desktop.jpeg"
        picture.write_bytes(catalogue.draw_desktop())
        os.environ[catalogue.DESKTOP_FILE] = str(picture)
        rows, skipped = _run(jobs, arguments.budget)
    if skipped:
        print(f"The time is up: {skipped} measurements were left out.", file=sys.stderr)
    if not rows:
        return 1
    measured = results.results(rows)
    results.write_results(arguments.results, measured)
    print(tables.verdicts(rows))
    if arguments.write_docs:
        tables.write_pages(DOCS, measured)
        plot.write(DOCS / "performance.svg", rows)
    print(f"Written: {arguments.results}")
    return 1 if len(jobs) > len(rows) + skipped else 0


def _jobs(arguments: argparse.Namespace) -> list[plan.Job]:
    if arguments.tiny:
        return plan.tiny()
    choice = plan.Choice(
        only=arguments.only,
        systems=arguments.systems,
        viewers=arguments.viewers,
        seconds=arguments.seconds,
        tools=["tigervnc"] if vnc_server.installed() else [],
    )
    return plan.jobs(choice, arguments.project)


def _run(jobs: list[plan.Job], budget: float) -> tuple[list[Row], int]:
    """All rows, and how many measurements there was no time for; what fails is told."""
    begun = time.monotonic()
    rows: list[Row] = []
    done = 0
    for place in plan.PLACES:
        here = [job for job in jobs if job.place == place]
        if not here or time.monotonic() - begun > budget:
            continue
        try:
            with _started(place) as system:
                for job in here:
                    if time.monotonic() - begun > budget:
                        break
                    rows += _measured(job, system, f"{done + 1}/{len(jobs)}")
                    done += 1
        except Failed as problem:
            print(f"{place}: {problem}.", file=sys.stderr, flush=True)
    return rows, len(jobs) - done


def _measured(job: plan.Job, system: Any, number: str) -> list[Row]:
    about = f"{number} {job.system} {job.load} {job.viewers}"
    if sys.stderr.isatty():
        print(f"  {about} …", end="\r", file=sys.stderr, flush=True)
    try:
        made = job.run(system)
    except Failed as problem:
        print(f"{about}: {problem}.", file=sys.stderr, flush=True)
        return []
    rows = made if isinstance(made, list) else [made]
    for row in rows:
        print(tables.line(row), flush=True)
    return rows


@contextmanager
def _started(place: str) -> Iterator[Any]:
    """What has to run for a measurement."""
    with tempfile.TemporaryDirectory(prefix="geometry-ws-bench-") as name:
        folder = Path(name)
        if place in plan.PROJECTS:
            with running_node(folder, plan.PROJECTS[place]) as node:
                yield node
        elif place in ("start", "doors"):
            yield folder
        elif place == "bare":
            with bare_router(folder) as node:
                yield node
        elif place == "screen":
            with vnc_server.screen(folder) as screen:
                yield screen
        else:
            yield openspec.Place(folder)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _words(text: str) -> list[str]:
    return text.split(",")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure geometry_ws beside others.")
    parser.add_argument("--only", type=_words, default=[], help="loads, such as W3,S1,specs")
    parser.add_argument("--systems", type=_words, default=[], help="such as geometry_ws,relay")
    parser.add_argument("--viewers", type=_numbers, default=[], help="such as 1,50")
    parser.add_argument("--seconds", type=float, default=2.0, help="for each row that draws (2)")
    parser.add_argument("--budget", type=float, default=BUDGET_SECONDS, help="seconds in all")
    parser.add_argument("--project", type=Path, help="an OpenSpec project to compare on, too")
    parser.add_argument("--results", type=Path, default=HERE / "results.json")
    parser.add_argument("--write-docs", action="store_true", help="put tables and plot into docs/")
    parser.add_argument("--from-results", action="store_true", help="only write docs/ again")
    parser.add_argument("--tiny", action="store_true", help="only see whether it works")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
