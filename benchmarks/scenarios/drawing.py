"""The loads W1 to W5 and the pointer: what viewers see of them, and what that costs.

Each measurement starts what it needs, lets it run, and gives a row of the table.
"""

import time

from benchmarks.loads.catalogue import LOADS
from benchmarks.processes.children import Children
from benchmarks.report.rows import Row, answered, received, row, seen
from benchmarks.scenarios.costs import WARM_UP_SECONDS, measured
from benchmarks.systems.bare_components import TOPIC
from benchmarks.systems.node import stream_stats
from benchmarks.systems.system import GEOMETRY_WS, System
from benchmarks.viewers.group import ViewerGroup, videos

SETTLE_SECONDS = 2.5
"""Until a desktop and a window that were just shown have their last exact pixels everywhere."""

QUIET_SECONDS = 2.5
"""After this nothing is under way any more, the repeated ack included."""


def drawing(node: System, name: str, form: str, viewers: int, seconds: float) -> Row:
    """A program draws; how soon, how often and with how many bytes do viewers show it?"""
    load = LOADS[name]
    with Children() as children:
        settings = {"do": "draw", "to": "node", "load": name, "form": form}
        settings["desktop"] = form == "move"
        program = children.start("loads.programs", **settings, address=node.address)
        surface = program.ready()["surface"]
        see = "place" if form == "move" else "step"
        viewer_group = ViewerGroup(
            children, node, viewers, see=see, surface=surface, videos=videos(form)
        )
        others = {"program": [program], "viewers": viewer_group.children}
        warm_up = SETTLE_SECONDS if form == "move" else WARM_UP_SECONDS
        window, costs = measured(node, seconds, others, warm_up)
        encoding = stream_stats(node.port).get("ledger", {}).get("encode", {})
        made = program.finish()
        reports = viewer_group.reports()
    figures = row(GEOMETRY_WS, load.name, viewers, form) | seen(made, reports, window) | costs
    return figures | {"encode_ms": encoding.get("p50_ms") if encoding.get("count") else None}


def bare(node: System, how: str, name: str, viewers: int, seconds: float) -> Row:
    """The same by a bare router: subscribers get the program's tiles as they are, and drop them.

    `how`: "relay", by a call of a component that publishes them; "publish", by the program.
    """
    load = LOADS[name]
    with Children() as children:
        light_viewers = children.start(
            "viewers.light", port=node.port, count=viewers, see="bare", topic=TOPIC
        )
        light_viewers.ready()
        settings = {"do": "draw", "to": how, "load": name, "form": load.bare}
        program = children.start("loads.programs", **settings, address=node.address)
        program.ready()
        window, costs = measured(node, seconds, {"program": [program], "viewers": [light_viewers]})
        made = program.finish()
        reports = light_viewers.finish()["viewers"]
    figures = row(how, load.name, viewers, load.bare) | seen(made, reports, window) | costs
    figures.pop("painted_p50_ms", None)
    return figures if how == "relay" else figures | {"cpu_server": None}


def idle(node: System, viewers: int, seconds: float) -> Row:
    """Nothing changes; what is sent and used all the same?"""
    with Children() as children:
        viewer_group = ViewerGroup(children, node, viewers, see="state")
        time.sleep(QUIET_SECONDS)
        window, costs = measured(node, seconds, {"viewers": viewer_group.children})
        reports = viewer_group.reports()
    frames = sum(window.holds(moment) for report in reports for moment, *_ in report["seen"])
    size = sum(received(report, window) for report in reports)
    figures = row(GEOMETRY_WS, "W5", viewers) | {"steps_per_s": 0.0, "frames": frames}
    return figures | {"bytes_per_s_viewer": round(size / viewers / window.seconds, 1)} | costs


def pointing(node: System, seconds: float) -> Row:
    """Input to photon: a pointer moves, its program draws, the viewer shows it."""
    with Children() as children:
        program = children.start("loads.programs", do="echo", address=node.address)
        surface = program.ready()["surface"]
        viewer_group = ViewerGroup(children, node, 1, see="step", surface=surface, points=20)
        window, costs = measured(
            node, seconds, {"program": [program], "viewers": viewer_group.children}
        )
        time.sleep(0.3)
        [report] = viewer_group.reports()
    return row(GEOMETRY_WS, "input", 1) | answered(report, window) | costs
