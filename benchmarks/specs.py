"""The OpenSpec component beside the official command line, on the same project in the same run.

The component runs in a container of a bare router, so that its memory and its pauses are its own;
a heartbeat in its event loop notes how long the loop was held up. The official tool is `openspec`
on PATH, or what OPENSPEC_CLI names; without it there are figures but no ratios.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import generated
from bare import HEARTBEAT, Bare, bare_node
from children import Failed
from light import Loop, Session
from measure import memory_mb, milliseconds
from rows import Row, row

from geometry_ws.protocol.names import PREFIX

SYSTEM = "geometry_ws"
CALLS = 30
RUNS = 3
SAVES = 30
_PATIENCE_SECONDS = 30.0
_COMMAND_SECONDS = 60.0
_OURS = [sys.executable, "-m", "geometry_ws", "openspec"]


def official() -> str | None:
    """The command of the official tool, if there is one."""
    return os.environ.get("OPENSPEC_CLI") or shutil.which("openspec")


class Place:
    """A folder of its own, with the generated project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.files = generated.write(self.project)


class Component:
    """A running OpenSpec component, called as by a client that stays connected."""

    def __init__(self, node: Bare) -> None:
        self._loop = Loop()
        self._joined: list[Session] = []
        self._answers: list[Any] = []
        self.events: list[tuple[float, Any]] = []
        Session(self._loop, node.port, self._joined.append)
        self._loop.until(lambda: self._joined, _PATIENCE_SECONDS)
        self._session = self._joined[0]

    def call(self, procedure: str, **keywords: Any) -> Any:
        """Call and wait."""
        self._answers.clear()
        self._session.call(_full(procedure), keywords, self._answers.append)
        self._loop.until(lambda: self._answers, _PATIENCE_SECONDS)
        return self._answers[0]

    def follow(self, project: str) -> None:
        """Note the events of a project."""
        there: list[int] = []
        topic = f"{PREFIX}project.on_changed.{project}"
        heard = lambda event, size: self.events.append((time.monotonic(), event))  # noqa: E731
        self._session.subscribe(topic, heard, lambda: there.append(1))
        self._loop.until(lambda: there, _PATIENCE_SECONDS)

    def until(self, holds: Callable[[], Any], seconds: float) -> bool:
        """Serve the connection until something holds; False when it didn't."""
        return self._loop.until(holds, seconds, strict=False)

    def time(self, procedure: str, **keywords: Any) -> list[float]:
        """How long each of many calls takes, in seconds; the first ones don't count."""
        for _ in range(3):
            self.call(procedure, **keywords)
        taken = []
        for _ in range(CALLS):
            begun = time.monotonic()
            self.call(procedure, **keywords)
            taken.append(time.monotonic() - begun)
        return taken


@contextmanager
def serving(folder: Path, project: Path) -> Iterator[tuple[Bare, Component]]:
    """A bare router with the component in its container."""
    folder.mkdir()
    component = {
        "type": "class",
        "classname": "geometry_ws.components.openspec.component.OpenSpec",
        "extra": {"projects": [{"path": str(project)}]},
    }
    with bare_node(folder, [component]) as node:
        client = Component(node)
        # The component answers when it has read everything.
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not node.answers(PREFIX + "openspec.hello"):
            if time.monotonic() > deadline:
                raise Failed("the OpenSpec component doesn't answer")
            time.sleep(0.05)
        yield node, client


def compared(place: Place, project: Path | None = None) -> list[Row]:
    """List, show, validate: by a call of the component and by the official command."""
    path = project or place.project
    name = "" if project is None else f" of {project.name}"
    with serving(place.folder / f"node-{len(list(place.folder.iterdir()))}", path) as (_, client):
        changes = [change["change"] for change in client.call("change.list")["changes"]]
        found = client.call("spec.list")["specs"]
        rows = [
            _ratio(
                f"list{name}", client.time("change.list"), _official(path, "list", "--json"), 200
            ),
            _ratio(
                f"list specs{name}",
                client.time("spec.list"),
                _official(path, "list", "--specs", "--json"),
                200,
            ),
        ]
        if found:
            spec = found[0]["spec"]
            asked = _official(path, "show", spec, "--type", "spec", "--json")
            rows.append(_ratio(f"show spec{name}", client.time("spec.get", spec=spec), asked, 200))
        if changes:
            asked = _official(path, "show", changes[0], "--type", "change", "--json")
            taken = client.time("change.get", change=changes[0])
            rows.append(_ratio(f"show change{name}", taken, asked, 200))
        whole = _official(path, "validate", "--all", "--json")
        if project is None:
            rows.append(_ratio("validate, warm", _validated(client, path), whole, 100))
        else:
            rows.append(_ratio(f"validate{name}, warm", client.time("change.validate"), whole, 100))
    ours = _command(path, *_OURS, "validate", "--all", "--json")
    rows.append(_ratio(f"validate, new process{name}", ours, whole, 2))
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
    return [row(SYSTEM, "save to event", 1, _size(place)) | figures | missed]


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
        generated.write(moved)
        shutil.rmtree(empty / "openspec")
        (moved / "openspec").rename(empty / "openspec")
        begun = time.monotonic()
        while len(client.call("change.list")["changes"]) < generated.CHANGES:
            if time.monotonic() - begun > _PATIENCE_SECONDS:
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
    return [row(SYSTEM, "load", 1, _size(place)) | figures | pauses | more]


def _size(place: Place) -> str:
    return f"{place.files} files"


def _ratio(load: str, ours: list[float], theirs: list[float], target: float) -> Row:
    found = row(SYSTEM, load, 1, "specs")
    found |= {"p50_ms": round(1000 * statistics.median(ours), 2)}
    found |= {"p95_ms": milliseconds(ours, 95), "target_ratio": target}
    if theirs:
        official = statistics.median(theirs)
        found["official_ms"] = round(1000 * official, 1)
        found["ratio"] = round(official / statistics.median(ours), 1)
    return found


def _official(project: Path, *words: str) -> list[float]:
    command = official()
    return _command(project, command, *words) if command else []


def _command(folder: Path, *words: str) -> list[float]:
    """How long a command takes as a new process, several times; files are in the cache by then."""
    taken = []
    for _ in range(RUNS):
        begun = time.monotonic()
        ran = subprocess.run(
            words,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_COMMAND_SECONDS,
            env={**os.environ, "OPENSPEC_TELEMETRY": "0", "NO_COLOR": "1"},
        )
        taken.append(time.monotonic() - begun)
        if not ran.stdout:
            said = ran.stderr.decode(errors="replace")[:200]
            raise Failed(f"{' '.join(words)} said nothing: {said}")
    return taken


def _full(name: str) -> str:
    return name if name.startswith("app.") else PREFIX + name
