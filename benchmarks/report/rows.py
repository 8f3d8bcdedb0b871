"""From what children have seen to the figures of a row. Pure.

A report of a viewer has ``seen``, a list of [time, message bytes, step or None]; a program's has
``made``, a list of [step, time]. Times are seconds of the clock that all processes share.
"""

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

from benchmarks.report.times import Window, milliseconds

KEYS = (
    *("system", "load", "viewers", "steps_per_s", "p50_ms", "p95_ms", "bytes_per_s_viewer"),
    *("bytes_per_step", "cpu_router", "cpu_server", "memory_mb"),
)
"""What every row has, None where it says nothing."""

Row = dict[str, Any]
Report = Mapping[str, Any]


def row(system: str, load: str, viewers: int, form: str = "") -> Row:
    """An empty row."""
    empty = dict.fromkeys(KEYS)
    return {**empty, "system": system, "load": load, "viewers": viewers, "form": form}


def first_seen(report: Report, begun: Mapping[int, float]) -> dict[int, float]:
    """When a viewer saw each step for the first time."""
    first: dict[int, float] = {}
    for moment, _, step in report["seen"]:
        if step in begun:
            first.setdefault(step, moment)
    return first


def seen(made: Report, reports: Sequence[Report], window: Window) -> Row:
    """Steps are counted in the window; the way of each is from the program to each viewer."""
    begun = dict(made["made"])
    shown, size = 0, 0
    by_viewer: list[list[float]] = []
    for report in reports:
        first = first_seen(report, begun)
        inside = {step: moment for step, moment in first.items() if window.holds(moment)}
        size += sum(bytes_ for moment, bytes_, _ in report["seen"] if window.holds(moment))
        shown += len(inside)
        by_viewer.append([moment - begun[step] for step, moment in inside.items()])
    latencies = list(chain.from_iterable(by_viewer))
    offered = sum(window.holds(moment) for moment in begun.values())
    figures = {
        "steps_per_s": round(shown / len(reports) / window.seconds, 1),
        "offered_per_s": round(offered / window.seconds, 1),
        "p50_ms": milliseconds(latencies, 50),
        "p95_ms": milliseconds(latencies, 95),
        "bytes_per_s_viewer": round(size / len(reports) / window.seconds),
        "bytes_per_step": round(size / shown) if shown else None,
    }
    if len(reports) > 1:
        figures["painted_p50_ms"] = milliseconds(by_viewer[0], 50)
        figures["slowest_steps_per_s"] = round(min(map(len, by_viewer)) / window.seconds, 1)
    return figures


def staleness(made: Report, report: Report, window: Window) -> list[float]:
    """How old what a viewer sees had become, each time just before it saw something newer.

    The age of a picture is the time since its program made it; a picture that is the newest there
    is grows old only once there is a newer one.
    """
    begun = dict(made["made"])
    first = first_seen(report, begun)
    order = sorted((moment, step) for step, moment in first.items())
    ages = []
    for (_, step), (moment, _) in pairwise(order):
        newer = begun.get(step + 1)
        if newer is not None and window.holds(moment):
            ages.append(moment - newer)
    return ages


def shown(notes: Sequence[Report], reports: Sequence[Report], window: Window) -> Row:
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


def answered(report: Report, window: Window) -> Row:
    """From a move of the pointer to the picture with which the program has answered it."""
    latencies, asked = [], 0
    for number, moment in report["pointed"]:
        if not window.holds(moment):
            continue
        asked += 1
        came = [at for at, _, what in report["seen"] if what == number and at >= moment]
        if came:
            latencies.append(came[0] - moment)
    return {
        "steps_per_s": round(len(latencies) / window.seconds, 1),
        "offered_per_s": round(asked / window.seconds, 1),
        "p50_ms": milliseconds(latencies, 50),
        "p95_ms": milliseconds(latencies, 95),
    }


def received(report: Report, window: Window) -> int:
    """All bytes that came in the window, whatever they were."""
    before = [size for moment, size in report["received"] if moment < window.begin]
    until = [size for moment, size in report["received"] if moment < window.end]
    return (until or [0])[-1] - (before or [0])[-1]


def back(report: Report, made: Report, moment: float) -> Row:
    """What a viewer gets that reads again at a moment: how much of it is of the past.

    ``stale_frames`` came before the first that shows the newest step of that moment, or a newer;
    after ``stale_ms`` all of them were through.
    """
    newest = max((step for step, at in made["made"] if at <= moment), default=0)
    figures: Row = {"back_ms": None, "stale_frames": 0, "stale_bytes": 0, "stale_ms": 0.0}
    for at, size, step in report["seen"]:
        if at < moment:
            continue
        since = round(1000 * (at - moment), 1)
        if step is not None and step >= newest:
            return figures | {"back_ms": since}
        figures["stale_frames"] += step is not None
        figures["stale_bytes"] += size
        figures["stale_ms"] = since
    return figures
