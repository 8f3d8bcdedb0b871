"""A project with an archive at once, three times and ten times the size, as a client sees it.

Every row is one question to the component: what it takes must not grow with what isn't asked for.
"""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.loads import large_project
from benchmarks.processes.usage import memory_mb
from benchmarks.report.rows import Row, row
from benchmarks.report.times import milliseconds
from benchmarks.scenarios.openspec import OURS, Place, ratio
from benchmarks.systems.bare_components import HEARTBEAT
from benchmarks.systems.node import running_node
from benchmarks.systems.official_tool import command_times, official_times
from benchmarks.systems.openspec_component import Component, serving
from benchmarks.systems.system import GEOMETRY_WS

FACTORS = (1, 3, 10)
SETS = 20
SEARCHES = 5
MOST_TASKS = 2000
"""What pages ask for with all their tasks at once."""
_WORDS = "invoice tenant"
_TARGETS = {"task.set": 25, "search, archive": 150, "history, first": 300, "project.get, first": 40}


def grown(place: Place, factor: int) -> list[Row]:
    """Ready, a task, search and history in a project of so many times the size."""
    project = place.folder / f"grown-{factor}"
    files = large_project.write_grown(project, factor)
    with serving(place.folder / f"grown-{factor}-node", project) as (node, client):
        form = f"x {factor}"
        pause = client.call(HEARTBEAT)
        first = [_timed(client, "project.history", limit=50)]
        client.time("project.list")
        taken = {
            "history, first": first,
            "task.set": _tasks_set(client),
            "search, archive, first": [_search(client)],
            "search, archive": [_search(client) for _ in range(SEARCHES)],
            "search, everything": [_search(client, ()) for _ in range(SEARCHES)],
            "project.get": [_timed(client, "project.get") for _ in range(SEARCHES)],
            "project.get, first": [
                _timed(client, "project.get", most_tasks=MOST_TASKS) for _ in range(SEARCHES)
            ],
        }
        memory = memory_mb([node.workers["relay"]])
    rows = [_row(what, form, seconds) for what, seconds in taken.items()]
    rows += [_ready(place.folder / f"grown-{factor}-up", project, form), _validated(project, form)]
    whole = row(GEOMETRY_WS, "grown, load", 1, form) | {"files": files, "memory_mb": memory}
    parts = {"pause_worked_ms": pause["worked_ms"], "pause_queued_ms": pause["queued_ms"]}
    return [*rows, whole | parts | {"worst_pause_ms": pause["worst_ms"]}]


def _ready(folder: Path, project: Path, form: str) -> Row:
    """From the command until the changes are answered, and until the board is drawn."""
    folder.mkdir()
    (folder / "project").symlink_to(project)
    with running_node(folder, 0):
        pass
    with running_node(folder, 0) as node:
        pass
    figures = {"served_s": round(node.served_s, 2), "ready_s": round(node.ready_s, 2)}
    return row(GEOMETRY_WS, "grown, ready", 1, form) | figures | {"target_s": 4}


def _validated(project: Path, form: str) -> Row:
    """`validate --all` in a new process beside the official tool, after some that looked at all."""
    words = ("validate", "--all", "--json")
    command_times(project, *OURS, *words)
    ours = command_times(project, *OURS, *words)
    figures = ratio("grown, validate, new process", ours, official_times(project, *words), 5)
    return figures | {"form": form}


def _tasks_set(client: Component) -> list[float]:
    """One task of a change, done and undone."""
    listed = client.call("task.list", change="change-1")["tasks"]
    task, done = listed[0], listed[0]["done"]
    taken = []
    for _ in range(SETS):
        done = not done
        asked = {"change": "change-1", "task": task["id"], "done": done, "expect": task["text"]}
        taken.append(_timed(client, "task.set", **asked))
        # What it causes is done with before the next one.
        client.until(lambda: False, 0.1)
    return taken


def _search(client: Component, kinds: Sequence[str] = ("archived",)) -> float:
    return _timed(client, "project.search", text=_WORDS, kinds=list(kinds))


def _timed(client: Component, procedure: str, **keywords: Any) -> float:
    begun = time.monotonic()
    client.call(procedure, **keywords)
    return time.monotonic() - begun


def _row(what: str, form: str, seconds: list[float]) -> Row:
    figures = row(GEOMETRY_WS, f"grown, {what}", 1, form)
    figures |= {"p50_ms": round(1000 * statistics.median(seconds), 1)}
    figures |= {"p95_ms": milliseconds(seconds, 95), "target_ms": _TARGETS.get(what)}
    return figures
