"""The OpenSpec component beside the official command line, on the same project in the same run.

Without the official tool there are figures but no ratios.
"""

import shutil
import statistics
import sys
import time
from pathlib import Path

from benchmarks.loads import large_project
from benchmarks.processes.children import Failed
from benchmarks.processes.usage import memory_mb
from benchmarks.report.rows import Row, row
from benchmarks.report.times import milliseconds
from benchmarks.systems.bare_components import HEARTBEAT
from benchmarks.systems.official_tool import command_times, official_times
from benchmarks.systems.openspec_component import PATIENCE_SECONDS, Component, serving
from benchmarks.systems.system import GEOMETRY_WS

SAVES = 30
OURS = [sys.executable, "-m", "geometry_ws", "openspec"]


class Place:
    """A folder of its own, with the generated project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.files = large_project.write(self.project)


def compared(place: Place, project: Path | None = None) -> list[Row]:
    """List, show, validate: by a call of the component and by the official command."""
    path = project or place.project
    name = "" if project is None else f" of {project.name}"
    with serving(place.folder / f"node-{len(list(place.folder.iterdir()))}", path) as (_, client):
        changes = [change["change"] for change in client.call("change.list")["changes"]]
        specs = client.call("spec.list")["specs"]
        rows = [
            ratio(
                f"list{name}",
                client.time("change.list"),
                official_times(path, "list", "--json"),
                200,
            ),
            ratio(
                f"list specs{name}",
                client.time("spec.list"),
                official_times(path, "list", "--specs", "--json"),
                200,
            ),
        ]
        if specs:
            spec = specs[0]["spec"]
            asked = official_times(path, "show", spec, "--type", "spec", "--json")
            rows.append(ratio(f"show spec{name}", client.time("spec.get", spec=spec), asked, 200))
        if changes:
            asked = official_times(path, "show", changes[0], "--type", "change", "--json")
            taken = client.time("change.get", change=changes[0])
            rows.append(ratio(f"show change{name}", taken, asked, 200))
        whole = official_times(path, "validate", "--all", "--json")
        if project is None:
            rows.append(ratio("validate, warm", _validated(client, path), whole, 100))
        else:
            rows.append(ratio(f"validate{name}, warm", client.time("change.validate"), whole, 100))
    ours = command_times(path, *OURS, "validate", "--all", "--json")
    rows.append(ratio(f"validate, new process{name}", ours, whole, 2))
    return rows


def _validated(client: Component, project: Path) -> list[float]:
    """Validate everything when one file has changed: from the call on, which shows the change."""
    spec = next(iter(sorted((project / "openspec/specs").iterdir()))) / "spec.md"
    identifier = client.call("project.list")["projects"][0]["project"]
    client.follow(identifier)
    text, taken = spec.read_text(), []
    for number in range(SAVES // 2):
        before = len(client.events)
        spec.write_text(f"{text}\n### Requirement: Late {number}\nIt SHALL be late.\n")
        client.until(lambda before=before: len(client.events) > before, 2.0)
        begun = time.monotonic()
        client.call("change.validate")
        taken.append(time.monotonic() - begun)
    spec.write_text(text)
    return taken


def saved(place: Place) -> list[Row]:
    """From an editor's save to the event, in the large project."""
    tasks = place.project / "openspec/changes/change-1/tasks.md"
    with serving(place.folder / "saved", place.project) as (_, client):
        identifier = client.call("project.list")["projects"][0]["project"]
        client.follow(identifier)
        taken = []
        for number in range(SAVES):
            text = tasks.read_text()
            old, new = ("[ ]", "[x]") if number % 2 else ("[x]", "[ ]")
            before = len(client.events)
            # Not in step with anything that might go by a clock.
            client.until(lambda: False, 0.05 + (number * 37 % 50) / 1000)
            beside = tasks.with_name(".tasks.new")
            beside.write_text(text.replace(old, new, 1))
            begun = time.monotonic()
            beside.replace(tasks)
            if client.until(lambda before=before: len(client.events) > before, 2.0):
                taken.append(client.events[before][0] - begun)
    figures = {"p50_ms": milliseconds(taken, 50), "p95_ms": milliseconds(taken, 95)}
    missed = {"missed": SAVES - len(taken), "target_ms": 50}
    return [row(GEOMETRY_WS, "save to event", 1, _size(place)) | figures | missed]


def loaded(place: Place) -> list[Row]:
    """What loading the large project costs: memory, and the longest that the event loop stood."""
    empty = place.folder / "empty"
    (empty / "openspec/specs").mkdir(parents=True)
    with serving(place.folder / "loaded-empty", empty) as (node, client):
        client.call(HEARTBEAT)
        # Nothing is there yet; what appears at once is loaded while everybody is served.
        before = memory_mb([node.workers["relay"]]) or 0.0
        quiet = client.call(HEARTBEAT)["worst_ms"]
        moved = place.folder / "appears"
        large_project.write(moved)
        shutil.rmtree(empty / "openspec")
        (moved / "openspec").rename(empty / "openspec")
        begun = time.monotonic()
        while len(client.call("change.list")["changes"]) < large_project.CHANGES:
            if time.monotonic() - begun > PATIENCE_SECONDS:
                raise Failed("the project that appeared wasn't loaded")
            client.until(lambda: False, 0.1)
        taken = time.monotonic() - begun
        client.until(lambda: False, 1.0)
        appeared = client.call(HEARTBEAT)
        after = memory_mb([node.workers["relay"]]) or 0.0
    with serving(place.folder / "loaded-start", place.project) as (node, client):
        started = client.call(HEARTBEAT)
    figures = {"memory_mb": after, "grown_mb": round(after - before, 1)}
    pauses = {
        "worst_pause_ms": max(started["worst_ms"], appeared["worst_ms"]),
        "pause_at_start_ms": started["worst_ms"],
        "pause_when_it_appears_ms": appeared["worst_ms"],
        "start_worked_ms": started["worked_ms"],
        "start_queued_ms": started["queued_ms"],
        "appears_worked_ms": appeared["worked_ms"],
        "appears_queued_ms": appeared["queued_ms"],
        "pause_of_nothing_ms": quiet,
    }
    more = {"loaded_s": round(taken, 2), "target_pause_ms": 10, "target_grown_mb": 150}
    return [row(GEOMETRY_WS, "load", 1, _size(place)) | figures | pauses | more]


def _size(place: Place) -> str:
    return f"{place.files} files"


def ratio(load: str, ours: list[float], theirs: list[float], target: float) -> Row:
    figures = row(GEOMETRY_WS, load, 1, "specs")
    figures |= {"p50_ms": round(1000 * statistics.median(ours), 2)}
    figures |= {"p95_ms": milliseconds(ours, 95), "target_ratio": target}
    if theirs:
        official = statistics.median(theirs)
        figures["official_ms"] = round(1000 * official, 1)
        figures["ratio"] = round(official / statistics.median(ours), 1)
    return figures
