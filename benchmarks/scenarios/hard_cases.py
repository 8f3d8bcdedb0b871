"""The hard cases: a viewer that stalls, late joins, a crowd at once, a slow link."""

import time
from typing import Any

from benchmarks.loads.catalogue import LOADS
from benchmarks.processes.children import Child, Children
from benchmarks.processes.usage import memory_mb
from benchmarks.report.rows import Row, back, row, seen, staleness
from benchmarks.report.times import Window, milliseconds
from benchmarks.scenarios.costs import measured
from benchmarks.systems.bare_components import TOPIC
from benchmarks.systems.node import stream_stats
from benchmarks.systems.system import GEOMETRY_WS, System
from benchmarks.viewers.group import ViewerGroup, videos

STALL_SECONDS = 10.0
BEFORE_SECONDS = 4.0
JOINS = 5
CROWD = 200
CROWD_SECONDS = 20.0
DELAY_SECONDS = 0.05
LINK_BYTES = 250_000
"""2 Mbit/s."""

_SAMPLE_SECONDS = 0.25


def stalled(node: System, how: str = "node") -> Row:
    """S1: one of ten viewers of W3 stops reading; what do the others, the server and it notice?"""
    load = LOADS["W3"]
    with Children() as children:
        program = children.start(
            *("loads.programs",), do="draw", to=how, load="W3", form=load.bare, address=node.address
        )
        surface = program.ready()["surface"]
        if how == "node":
            settings: dict[str, Any] = {"see": "step", "surface": surface}
        else:
            settings = {"see": "bare", "topic": TOPIC}
        light_viewers = children.start("viewers.light", port=node.port, count=10, **settings)
        light_viewers.ready()
        before, _ = measured(node, BEFORE_SECONDS, {})
        memory = _server_mb(node)
        light_viewers.tell("stall")
        grown, during, costs = _while_stalled(node, memory)
        light_viewers.tell("read")
        time.sleep(2.5)
        made = program.finish()
        report = light_viewers.finish()
    first, *others = report["viewers"]
    usual, now = seen(made, others, before), seen(made, others, during)
    now.pop("painted_p50_ms", None)
    figures = row(GEOMETRY_WS if how == "node" else how, "S1", 10, load.bare) | now | costs
    figures |= {"p95_before_ms": usual["p95_ms"], "grown_mb": grown}
    figures |= {"detached": first["detached"], "lost": first["lost"]}
    return figures | back(first, made, report["moments"]["read"])


def _while_stalled(node: System, memory: float) -> tuple[float, Window, Row]:
    """Most that router and server have grown, the time, and what it cost."""
    most = memory
    window, costs = measured(node, STALL_SECONDS / 2, {}, warm_up=0.5)
    begin = window.begin
    while time.monotonic() < begin - 0.5 + STALL_SECONDS:
        most = max(most, _server_mb(node))
        time.sleep(_SAMPLE_SECONDS)
    return round(most - memory, 1), Window(begin, time.monotonic()), costs


def _server_mb(node: System) -> float:
    """Memory of the router and of what stands between programs and viewers."""
    parts = [
        node.workers[name] for name in ("router", "compositor", "relay") if name in node.workers
    ]
    return memory_mb(parts) or 0.0


def late(node: System) -> Row:
    """S2: viewers that come when a desktop and a video are shown, one after the other."""
    with Children() as children:
        settings = {"do": "draw", "to": "node", "load": "W3", "form": "jpeg", "desktop": True}
        program = children.start("loads.programs", **settings, address=node.address)
        surface = program.ready()["surface"]
        # Two viewers are there already, so that nothing stands still.
        viewer_group = ViewerGroup(children, node, 2, see="step", surface=surface)
        joins = []
        for _ in range(JOINS):
            joiner = children.start(
                "viewers.painting", address=node.address, count=1, see="step", surface=surface
            )
            joiner.ready()
            joins += joiner.finish()
        _, costs = measured(node, 0.5, {})
        program.finish()
        viewer_group.reports()
    times = [report["full"][0] - report["attached"] for report in joins]
    sizes = sorted(report["full"][1] for report in joins)
    figures = {"p50_ms": milliseconds(times, 50), "p95_ms": milliseconds(times, 95)}
    return (
        row(GEOMETRY_WS, "S2", 1, "jpeg")
        | figures
        | costs
        | {"picture_bytes": sizes[len(sizes) // 2]}
    )


def crowd(node: System, count: int = CROWD) -> Row:
    """S3: many join in the same moment; when has the last its picture, and what was encoded?"""
    with Children() as children:
        program = children.start("loads.programs", do="show", address=node.address)
        program.ready()
        light_viewers = children.start(
            "viewers.light", port=node.port, count=count, see="step", waits=True, notes=True
        )
        light_viewers.ready()
        stats = stream_stats(node.port)
        light_viewers.tell("attach")
        _, costs = measured(node, 1.0, {"viewers": [light_viewers]}, warm_up=0.0)
        light_viewers.hear(CROWD_SECONDS)
        encoded = _difference(stats, stream_stats(node.port), "encodings")
        program.finish()
        report = light_viewers.finish()
    begun = report["moments"]["attach"]
    times = [viewer["full"][0] - begun for viewer in report["viewers"]]
    sizes = sorted(viewer["full"][1] for viewer in report["viewers"])
    return (
        row(GEOMETRY_WS, "S3", count)
        | {"p50_ms": milliseconds(times, 50), "p95_ms": milliseconds(times, 95)}
        | costs
        | {
            "last_ms": round(1000 * max(times), 1),
            "picture_bytes": sizes[len(sizes) // 2],
            "tiles": len(report["encodings"]),
            "most_encodings_per_tile": max(report["encodings"], default=0),
            "encodings": encoded,
        }
    )


def distant(
    node: System, form: str, seconds: float, rate: int = LINK_BYTES, how: str = "node"
) -> Row:
    """S4: a viewer behind a link of 100 ms there and back, and of so many bytes a second."""
    with Children() as children:
        program = children.start(
            "loads.programs", do="draw", to=how, load="W3", form=form, address=node.address
        )
        surface = program.ready()["surface"]
        link = children.start("systems.slow_link", to=node.port, delay=DELAY_SECONDS, rate=rate)
        through = link.ready()["port"]
        see = (
            {"see": "step", "surface": surface, "videos": videos(form)}
            if how == "node"
            else {"see": "bare", "topic": TOPIC}
        )
        light_viewers = children.start(
            "viewers.light", port=node.port, through=through, count=1, **see
        )
        light_viewers.ready()
        window, costs = measured(node, seconds, _named(program, light_viewers), warm_up=3.0)
        made = program.finish()
        reports = light_viewers.finish()["viewers"]
    figures = seen(made, reports, window)
    middle = (window.begin + window.end) / 2
    halves = Window(window.begin, middle), Window(middle, window.end)
    medians = [seen(made, reports, half)["p50_ms"] for half in halves]
    ages = staleness(made, reports[0], window)
    extras: Row = {
        "round_trip_ms": 2000 * DELAY_SECONDS,
        "link_bytes_per_s": rate or None,
        "oldest_ms": round(1000 * max(ages), 1) if ages else None,
        "growing_ms": round(medians[1] - medians[0], 1) if None not in medians else None,
    }
    return row(GEOMETRY_WS if how == "node" else how, "S4", 1, form) | figures | costs | extras


def _named(program: Child, light_viewers: Child) -> dict[str, list[Child]]:
    return {"program": [program], "viewers": [light_viewers]}


def _difference(before: dict[str, Any], after: dict[str, Any], name: str) -> int | None:
    if not before or not after:
        return None
    return int(after["totals"][name] - before["totals"][name])
