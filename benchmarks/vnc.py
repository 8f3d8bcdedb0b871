"""TigerVNC with the same pixels, where it is installed (Xvnc)."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from children import Children, Failed
from loads import DESKTOP, LOADS
from measure import Window, free_port, milliseconds
from rows import Row, row, seen
from scenarios import measured

SYSTEM = "tigervnc"
_START_SECONDS = 15.0


class Screen:
    """A running Xvnc, as `scenarios.Node` wants it."""

    def __init__(self, port: int, display: int, process: "subprocess.Popen[bytes]") -> None:
        self.port = port
        self.display = display
        self.process = process
        self.workers = {"compositor": process.pid}

    @property
    def address(self) -> str:
        return f"localhost:{self.port}"

    @property
    def pids(self) -> list[int]:
        return [self.process.pid]


def installed() -> bool:
    """Whether there is anything to measure."""
    return shutil.which("Xvnc") is not None


@contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    """A screen of 1920 × 1080; it is gone when the block ends. Raises Failed."""
    port, display = free_port(), _free_display()
    with (folder / "xvnc.log").open("wb") as said:
        process = subprocess.Popen(
            _command(port, display),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not Path(f"/tmp/.X11-unix/X{display}").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failed("Xvnc didn't start")
            time.sleep(0.05)
        yield Screen(port, display, process)
    finally:
        process.terminate()
        process.wait()


def drawing(screen: Screen, name: str, form: str, viewers: int, seconds: float) -> Row:
    """The load by an X program, to native viewers."""
    with Children() as children:
        program = children.start("x11", display=screen.display, load=name, form=form)
        program.ready()
        watching = children.start("rfb", port=screen.port, count=viewers)
        watching.ready()
        others = {"program": [program], "viewers": [watching]}
        window, costs = measured(screen, seconds, others)
        made = program.finish()
        reports = watching.finish()
    found = seen(made, reports, window)
    found.pop("painted_p50_ms", None)
    return row(SYSTEM, name, viewers, form) | found | costs


def late(screen: Screen, joins: int) -> Row:
    """S2: viewers that come when a desktop and a video are shown, one after the other."""
    reports = []
    with Children() as children:
        program = children.start("x11", display=screen.display, load="W3", form="raw")
        program.ready()
        for _ in range(joins):
            joiner = children.start("rfb", port=screen.port, count=1)
            joiner.ready()
            reports += joiner.finish()
        _, costs = measured(screen, 0.5, {"program": [program]})
        program.finish()
    times = [report["full"][0] - report["begun"] for report in reports]
    sizes = sorted(report["full"][1] for report in reports)
    figures = {"p50_ms": milliseconds(times, 50), "p95_ms": milliseconds(times, 95)}
    extras = {"picture_bytes": sizes[len(sizes) // 2]}
    return row(SYSTEM, "S2", 1, "raw") | figures | costs | extras


def idle(screen: Screen, viewers: int, seconds: float) -> Row:
    """Nothing changes."""
    with Children() as children:
        watching = children.start("rfb", port=screen.port, count=viewers)
        watching.ready()
        window, costs = measured(screen, seconds, {"viewers": [watching]}, warm_up=2.0)
        reports = watching.finish()
    moments = [entry for report in reports for entry in report["seen"]]
    size = sum(bytes_ for moment, bytes_, _ in moments if window.holds(moment))
    found = row(SYSTEM, "W5", viewers) | {"steps_per_s": 0.0, "frames": _count(reports, window)}
    return found | {"bytes_per_s_viewer": round(size / viewers / window.seconds, 1)} | costs


def _command(port: int, display: int) -> list[str]:
    width, height = DESKTOP
    # Viewers that leave without a word must not look like an attack.
    words = f"-geometry {width}x{height} -depth 24 -rfbport {port} -localhost -AlwaysShared"
    more = "-SecurityTypes None -BlacklistThreshold 1000000 -ac -nolisten tcp"
    return [shutil.which("Xvnc") or "Xvnc", f":{display}", *words.split(), *more.split()]


def _count(reports: list[dict[str, object]], window: Window) -> int:
    return sum(window.holds(moment) for report in reports for moment, *_ in report["seen"])


def _free_display() -> int:
    taken = {path.name for path in Path("/tmp/.X11-unix").glob("X*")}
    taken |= {f"X{path.name[2:-5]}" for path in Path("/tmp").glob(".X*-lock")}
    return next(number for number in range(90, 600) if f"X{number}" not in taken)


FORMS = {"W1": "raw", "W2": "move", "W3": "raw", "W4": "raw"}
"""How an X program draws each load: in pixels, moves and copies."""

if set(FORMS) != set(LOADS):
    raise RuntimeError("a load has no form for X")
