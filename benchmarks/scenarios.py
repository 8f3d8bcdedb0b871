"""The plain measurements: each starts what it needs, lets it run, and gives a row of the table."""

import time
from collections.abc import Sequence
from typing import Any, Protocol

from bare import TOPIC
from children import Child, Children
from loads import LOADS, VIDEO
from measure import Usage, Window, memory_mb, milliseconds, stream_stats, usage
from rows import Row, answered, received, row, seen, shown
from running import Running

SYSTEM = "geometry_ws"
WARM_UP_SECONDS = 0.8
SETTLE_SECONDS = 2.5
"""Until a desktop and a window that were just shown have their last exact pixels everywhere."""

QUIET_SECONDS = 2.5
"""After this nothing is under way any more, the repeated ack included."""

_SAVE_SECONDS = 1.0

Reports = Sequence[dict[str, Any]]


class Node(Protocol):
    """What is measured: its processes by their parts, and where it listens."""

    port: int
    workers: dict[str, int]

    @property
    def address(self) -> str: ...

    @property
    def pids(self) -> list[int]: ...


class Watchers:
    """Viewers: the first paints everything in a process of its own, the others are light."""

    def __init__(self, children: Children, node: Node, count: int, **settings: Any) -> None:
        painters = {"address": node.address, "count": 1, **settings}
        self._painter = children.start("viewers", **painters)
        self._flock: Child | None = None
        if count > 1:
            light = {"port": node.port, "count": count - 1, **settings}
            self._flock = children.start("flock", **light)
        for child in self.children:
            child.ready()

    @property
    def children(self) -> list[Child]:
        return [self._painter, *([self._flock] if self._flock else [])]

    def reports(self) -> list[dict[str, Any]]:
        """What each has seen, the painter first."""
        found = list(self._painter.finish())
        if self._flock is not None:
            found += self._flock.finish()["viewers"]
        return found


def drawing(node: Node, name: str, form: str, viewers: int, seconds: float) -> Row:
    """A program draws; how soon, how often and with how many bytes do viewers show it?"""
    load = LOADS[name]
    with Children() as children:
        settings = {"do": "draw", "to": "node", "load": name, "form": form}
        settings["desktop"] = form == "move"
        program = children.start("programs", **settings, address=node.address)
        surface = program.ready()["surface"]
        see = "place" if form == "move" else "step"
        watchers = Watchers(children, node, viewers, see=see, surface=surface, videos=videos(form))
        others = {"program": [program], "viewers": watchers.children}
        warm_up = SETTLE_SECONDS if form == "move" else WARM_UP_SECONDS
        window, costs = measured(node, seconds, others, warm_up)
        encoding = stream_stats(node.port).get("ledger", {}).get("encode", {})
        made = program.finish()
        reports = watchers.reports()
    found = row(SYSTEM, load.name, viewers, form) | seen(made, reports, window) | costs
    return found | {"encode_ms": encoding.get("p50_ms") if encoding.get("count") else None}


def videos(form: str) -> list[str]:
    """The codecs of videos that viewers of a form name."""
    return ["h264"] if form == VIDEO else []


def bare(node: Node, how: str, name: str, viewers: int, seconds: float) -> Row:
    """The same by a bare router: the program's tiles go as they are to those who forget them.

    `how`: "relay", by a call of a component that publishes them; "publish", by the program.
    """
    load = LOADS[name]
    with Children() as children:
        flock = children.start("flock", port=node.port, count=viewers, see="bare", topic=TOPIC)
        flock.ready()
        settings = {"do": "draw", "to": how, "load": name, "form": load.bare}
        program = children.start("programs", **settings, address=node.address)
        program.ready()
        window, costs = measured(node, seconds, {"program": [program], "viewers": [flock]})
        made = program.finish()
        reports = flock.finish()["viewers"]
    figures = seen(made, reports, window)
    figures.pop("painted_p50_ms", None)
    found = row(how, load.name, viewers, load.bare) | figures | costs
    return found if how == "relay" else found | {"cpu_server": None}


def idle(node: Node, viewers: int, seconds: float) -> Row:
    """Nothing changes; what is sent and used all the same?"""
    with Children() as children:
        watchers = Watchers(children, node, viewers, see="state")
        time.sleep(QUIET_SECONDS)
        window, costs = measured(node, seconds, {"viewers": watchers.children})
        reports = watchers.reports()
    frames = sum(window.holds(moment) for report in reports for moment, *_ in report["seen"])
    size = sum(received(report, window) for report in reports)
    found = row(SYSTEM, "W5", viewers) | {"steps_per_s": 0.0, "frames": frames}
    return found | {"bytes_per_s_viewer": round(size / viewers / window.seconds, 1)} | costs


def pointing(node: Node, seconds: float) -> Row:
    """Input to photon: a pointer moves, its program draws, the viewer shows it."""
    with Children() as children:
        program = children.start("programs", do="echo", address=node.address)
        surface = program.ready()["surface"]
        watchers = Watchers(children, node, 1, see="step", surface=surface, points=20)
        window, costs = measured(
            node, seconds, {"program": [program], "viewers": watchers.children}
        )
        time.sleep(0.3)
        [report] = watchers.reports()
    return row(SYSTEM, "input", 1) | answered(report, window) | costs


def saving(node: Running, how: str, viewers: int, saves: int) -> Row:
    """A task is done or undone; how soon do programs hear and viewers show it?"""
    with Children() as children:
        watchers = Watchers(children, node, viewers, see="state")
        settings = {"how": how, "saves": saves, "file": str(node.tasks())}
        program = children.start("saving", **settings, address=node.address)
        program.ready()
        before, begin = usage(node.workers), time.monotonic()
        notes = program.result(30 + saves * _SAVE_SECONDS)
        costs = _costs(node, usage(node.workers), before)
        window = Window(begin, time.monotonic())
        reports = watchers.reports()
    found = row(SYSTEM, _SAVE_NAMES[how], viewers) | shown(notes, reports, window) | costs
    events = [note["event"] - note["begun"] for note in notes]
    found |= {"saves": saves, "event_p50_ms": milliseconds(events, 50)}
    found |= {"event_p95_ms": milliseconds(events, 95)}
    if how == "set":
        answers = [note["answered"] - note["begun"] for note in notes]
        found |= {"answer_p50_ms": milliseconds(answers, 50)}
    return found


_SAVE_NAMES = {
    "rename": "save, new file",
    "write": "save, in place",
    "set": "task.set",
}


def measured(
    node: Node, seconds: float, others: dict[str, list[Child]], warm_up: float = WARM_UP_SECONDS
) -> tuple[Window, Row]:
    """Let everything run for a while, and say what that cost."""
    time.sleep(warm_up)
    named = dict(node.workers)
    for name, processes in others.items():
        named |= {f"{name} {child.pid}": child.pid for child in processes}
    before, begin = usage(named), time.monotonic()
    time.sleep(seconds)
    window = Window(begin, time.monotonic())
    return window, _costs(node, usage(named), before)


def _costs(node: Node, after: Usage, before: Usage) -> Row:
    used = after.percent_since(before)
    totals: dict[str, float] = {}
    for name, percent in used.items():
        part = name.partition(" ")[0]
        totals[part] = round(totals.get(part, 0) + percent, 1)
    costs = {
        "cpu_router": totals.get("router"),
        "cpu_server": totals.get("compositor", totals.get("relay")),
        "memory_mb": memory_mb(node.pids),
    }
    extras = {"openspec": "cpu_board", "program": "cpu_program", "viewers": "cpu_viewers"}
    return costs | {key: totals[name] for name, key in extras.items() if name in totals}
