"""TigerVNC's server (Xvnc), where it is installed."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.loads.catalogue import DESKTOP
from benchmarks.processes.children import Failed
from benchmarks.processes.usage import free_port

_START_SECONDS = 15.0


class Screen:
    """A running Xvnc, a `System`."""

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


def _command(port: int, display: int) -> list[str]:
    width, height = DESKTOP
    # Viewers that leave without a word must not look like an attack.
    words = f"-geometry {width}x{height} -depth 24 -rfbport {port} -localhost -AlwaysShared"
    more = "-SecurityTypes None -BlacklistThreshold 1000000 -ac -nolisten tcp"
    return [shutil.which("Xvnc") or "Xvnc", f":{display}", *words.split(), *more.split()]


def _free_display() -> int:
    taken = {path.name for path in Path("/tmp/.X11-unix").glob("X*")}
    taken |= {f"X{path.name[2:-5]}" for path in Path("/tmp").glob(".X*-lock")}
    return next(number for number in range(90, 600) if f"X{number}" not in taken)
