"""The measurements: each starts what it needs, lets it run, and gives a row of the table."""

import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from children import Child, Children
from loads import LOADS
from measure import Usage, Window, memory_mb, milliseconds, usage
from running import Running

SYSTEM = "geometry_ws"
WARM_UP_SECONDS = 0.8
QUIET_SECONDS = 2.5
"""After this nothing is under way any more, the repeated ack included."""

_MOST_PROCESSES = 3
_SAVE_SECONDS = 1.0

Row = dict[str, Any]
Reports = Sequence[dict[str, Any]]


def drawing(node: Running, name: str, viewers: int, seconds: float) -> Row:
    """A program draws; how soon, how often and with how many bytes do viewers show it?"""
    load = LOADS[name]
    with Children() as children:
        program = children.start("programs", do="draw", load=name, address=node.address)
        surface = program.ready()["surface"]
        see = "place" if load.moves else "step"
        watching = _watch(children, node, viewers, see=see, surface=surface)
        window, costs = _measured(node, seconds)
        made = program.finish()
        reports = _reports(watching)
    return _row(SYSTEM, name, viewers) | _seen(made, reports, window) | costs


def relaying(node: Running, like: Row, seconds: float) -> Row:
    """The same bytes as often, through the same router, from one bare publish to bare viewers."""
    with Children() as children:
        watching = _watch(children, node, like["viewers"], see="relay")
        size, rate = int(like["bytes_per_step"]), like["steps_per_s"]
        settings = {"do": "relay", "bytes": size, "rate": rate, "address": node.address}
        program = children.start("programs", **settings)
        program.ready()
        window, costs = _measured(node, seconds)
        made = program.finish()
        reports = _reports(watching)
    row = _row("relay", like["load"], like["viewers"]) | _seen(made, reports, window) | costs
    return row | {"cpu_server": None, "cpu_board": None}


def idle(node: Running, viewers: int, seconds: float) -> Row:
    """Nothing changes; what is sent and used all the same?"""
    with Children() as children:
        watching = _watch(children, node, viewers, see="state")
        time.sleep(QUIET_SECONDS)
        window, costs = _measured(node, seconds)
        reports = _reports(watching)
    frames = sum(window.holds(moment) for report in reports for moment, *_ in report["seen"])
    received = sum(_received(report, window) for report in reports)
    row = _row(SYSTEM, "W5 idle", viewers) | {"steps_per_s": 0.0, "frames": frames}
    return row | {"bytes_per_s_viewer": round(received / viewers / window.seconds, 1)} | costs


def saving(node: Running, how: str, viewers: int, saves: int) -> Row:
    """A task is done or undone; how soon do programs hear and viewers show it?"""
    with Children() as children:
        watching = _watch(children, node, viewers, see="state")
        settings = {"do": "save", "how": how, "saves": saves, "file": str(node.tasks())}
        program = children.start("programs", **settings, address=node.address)
        program.ready()
        before, begin = usage(node.workers), time.monotonic()
        notes = program.result(30 + saves * _SAVE_SECONDS)
        costs = _costs(node, before)
        window = Window(begin, time.monotonic())
        reports = _reports(watching)
    row = _row(SYSTEM, _SAVE_NAMES[how], viewers) | _shown(notes, reports, window) | costs
    events = [note["event"] - note["begun"] for note in notes]
    row |= {"saves": saves, "event_p50_ms": milliseconds(events, 50)}
    row |= {"event_p95_ms": milliseconds(events, 95)}
    if how == "set":
        answers = [note["answered"] - note["begun"] for note in notes]
        row |= {"answer_p50_ms": milliseconds(answers, 50)}
    return row


_SAVE_NAMES = {
    "rename": "save, new file",
    "write": "save, in place",
    "set": "task.set",
}


def _watch(children: Children, node: Running, count: int, **settings: Any) -> list[Child]:
    """Viewers in a few processes; the first has one of its own where there are several."""
    shares = [1] if count else []
    for process in range(_MOST_PROCESSES - 1):
        rest, left = count - sum(shares), _MOST_PROCESSES - 1 - process
        shares += [-(-rest // left)] if rest else []
    started = [
        children.start("viewers", count=share, address=node.address, **settings) for share in shares
    ]
    for child in started:
        child.ready()
    return started


def _reports(watching: Sequence[Child]) -> Reports:
    return [report for child in watching for report in child.finish()]


def _measured(node: Running, seconds: float) -> tuple[Window, Row]:
    """Let everything run for a while, and say what that cost."""
    time.sleep(WARM_UP_SECONDS)
    before, begin = usage(node.workers), time.monotonic()
    time.sleep(seconds)
    return Window(begin, time.monotonic()), _costs(node, before)


def _costs(node: Running, before: Usage) -> Row:
    used = usage(node.workers).percent_since(before)
    return {
        "cpu_router": used.get("router"),
        "cpu_server": used.get("compositor"),
        "cpu_board": used.get("openspec"),
        "memory_mb": memory_mb(node.pids),
    }


def _row(system: str, load: str, viewers: int) -> Row:
    numbers = ("steps_per_s", "p50_ms", "p95_ms", "bytes_per_s_viewer", "bytes_per_step")
    return {"system": system, "load": load, "viewers": viewers, **dict.fromkeys(numbers)}


def _seen(made: dict[str, Any], reports: Reports, window: Window) -> Row:
    """Steps are counted in the window; the way of each is from the program to each viewer."""
    begun = dict(made["made"])
    shown, latencies, size = 0, [], 0
    for report in reports:
        first: dict[int, float] = {}
        for moment, bytes_, step in report["seen"]:
            size += bytes_ if window.holds(moment) else 0
            if step in begun and window.holds(moment):
                first.setdefault(step, moment)
        shown += len(first)
        latencies += [moment - begun[step] for step, moment in first.items()]
    offered = sum(window.holds(moment) for moment in begun.values())
    return {
        "steps_per_s": round(shown / len(reports) / window.seconds, 1),
        "offered_per_s": round(offered / window.seconds, 1),
        "p50_ms": milliseconds(latencies, 50),
        "p95_ms": milliseconds(latencies, 95),
        "bytes_per_s_viewer": round(size / len(reports) / window.seconds),
        "bytes_per_step": round(size / shown) if shown else None,
    }


def _shown(notes: Sequence[dict[str, Any]], reports: Reports, window: Window) -> Row:
    """A change is shown when the picture is what it stays until the next change."""
    begins = [note["begun"] for note in notes] + [window.end]
    latencies, size, lost = [], 0, 0
    for report in reports:
        for begin, end in pairwise(begins):
            frames = [frame for frame in report["seen"] if begin <= frame[0] < end]
            size += sum(frame[1] for frame in frames)
            if not frames:
                lost += 1
                continue
            final = frames[-1][2]
            latencies.append(min(frame[0] for frame in frames if frame[2] == final) - begin)
    count = len(notes) * len(reports)
    return {
        "p50_ms": milliseconds(latencies, 50),
        "p95_ms": milliseconds(latencies, 95),
        "bytes_per_step": round(size / count),
        "not_shown": lost,
    }


def _received(report: dict[str, Any], window: Window) -> int:
    """All bytes that came in the window, whatever they were."""
    before = [size for moment, size in report["received"] if moment < window.begin]
    until = [size for moment, size in report["received"] if moment < window.end]
    return (until or [0])[-1] - (before or [0])[-1]
