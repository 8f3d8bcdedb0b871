"""TigerVNC with the same pixels."""

from benchmarks.loads.catalogue import LOADS
from benchmarks.processes.children import Children
from benchmarks.report.rows import Row, row, seen
from benchmarks.report.times import Window, milliseconds
from benchmarks.scenarios.costs import measured
from benchmarks.systems.system import TIGERVNC
from benchmarks.systems.vnc_server import Screen

FORMS = {"W1": "raw", "W2": "move", "W3": "raw", "W4": "raw"}
"""How an X program draws each load: in pixels, moves and copies."""

if set(FORMS) != set(LOADS):
    raise RuntimeError("a load has no form for X")


def drawing(screen: Screen, name: str, form: str, viewers: int, seconds: float) -> Row:
    """The load by an X program, to native viewers."""
    with Children() as children:
        program = children.start("loads.x11_program", display=screen.display, load=name, form=form)
        program.ready()
        watching = children.start("viewers.vnc", port=screen.port, count=viewers)
        watching.ready()
        others = {"program": [program], "viewers": [watching]}
        window, costs = measured(screen, seconds, others)
        made = program.finish()
        reports = watching.finish()
    figures = seen(made, reports, window)
    figures.pop("painted_p50_ms", None)
    return row(TIGERVNC, name, viewers, form) | figures | costs


def late(screen: Screen, joins: int) -> Row:
    """S2: viewers that come when a desktop and a video are shown, one after the other."""
    reports = []
    with Children() as children:
        program = children.start("loads.x11_program", display=screen.display, load="W3", form="raw")
        program.ready()
        for _ in range(joins):
            joiner = children.start("viewers.vnc", port=screen.port, count=1)
            joiner.ready()
            reports += joiner.finish()
        _, costs = measured(screen, 0.5, {"program": [program]})
        program.finish()
    times = [report["full"][0] - report["begun"] for report in reports]
    sizes = sorted(report["full"][1] for report in reports)
    figures = {"p50_ms": milliseconds(times, 50), "p95_ms": milliseconds(times, 95)}
    extras = {"picture_bytes": sizes[len(sizes) // 2]}
    return row(TIGERVNC, "S2", 1, "raw") | figures | costs | extras


def idle(screen: Screen, viewers: int, seconds: float) -> Row:
    """Nothing changes."""
    with Children() as children:
        watching = children.start("viewers.vnc", port=screen.port, count=viewers)
        watching.ready()
        window, costs = measured(screen, seconds, {"viewers": [watching]}, warm_up=2.0)
        reports = watching.finish()
    moments = [entry for report in reports for entry in report["seen"]]
    size = sum(bytes_ for moment, bytes_, _ in moments if window.holds(moment))
    figures = row(TIGERVNC, "W5", viewers) | {"steps_per_s": 0.0, "frames": _count(reports, window)}
    return figures | {"bytes_per_s_viewer": round(size / viewers / window.seconds, 1)} | costs


def _count(reports: list[dict[str, object]], window: Window) -> int:
    return sum(window.holds(moment) for report in reports for moment, *_ in report["seen"])
