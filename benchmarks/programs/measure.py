"""A program, its servers and the browser together: the figures of a row."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.processes.children import ROOT, Failed
from benchmarks.processes.usage import children, free_port, usage
from benchmarks.programs.browser import first_picture, processes, reached
from benchmarks.systems.node import RunningNode, running_node, stream_stats
from tests.browser.chromium import Browser

PATIENCE = 60.0
SETTLE_SECONDS = 5.0
CPU_SECONDS = 8.0
NETWORK_SECONDS = 4.0
CHANGES = 3

Row = dict[str, Any]


@contextmanager
def program(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[str]"]:
    """A program that is gone when the block ends, with all that it has started."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        below = children(process.pid)
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pid in below:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        if process.stdout:
            process.stdout.close()


def ours(browser: Browser) -> Iterator[Row]:
    """The rows of geometry_ws: the first picture, a line, and pictures, said and unsaid."""
    with tempfile.TemporaryDirectory(prefix="geometry-ws-bench-") as name:
        without = _first_without_node(browser, Path(name))
        with running_node(Path(name), CHANGES) as node:
            line = [sys.executable, "-m", "benchmarks.programs.line"]
            backend = {
                "GEOMETRY_WS_URL": node.address,
                "MPLBACKEND": "module://geometry_ws.matplotlib",
            }
            with program(line, backend) as process:
                shown = _shown(browser, node, process.pid)
                if process.poll() is not None:
                    raise Failed("the line's program has ended by itself")
            row = {"system": "geometry_ws, nothing said", **_named("a", shown)}
            for content in ("auto", "video"):
                first, shown = _plasma(browser, node, content)
                row |= {"first_s": first, "first_without_node_s": without, **_named("b", shown)}
                yield row
                row = {"system": 'geometry_ws, `content="video"`'}


def theirs(browser: Browser, name: str, commands: Mapping[str, Sequence[str]]) -> Row:
    """The row of another system, whose programs serve their pages at the port that they get."""
    row: Row = {"system": name}
    for case, command in commands.items():
        port = free_port()
        begun = time.monotonic()
        with program([*command, str(port)], {"PYTHONPATH": str(ROOT)}) as process:
            _wait_for(port, process)
            page = browser.open()
            page.send("Network.enable")
            page.go(f"http://localhost:{port}")
            first_picture(page, PATIENCE)
            row |= {"first_s": round(time.monotonic() - begun, 2)}
            page.send("Network.disable")
            figures = _figures(browser, page, {"program": process.pid})
            row |= _named({"line": "a", "plasma": "b"}[case], figures)
            browser.forget(page)
    return row


def _first_without_node(browser: Browser, folder: Path) -> float:
    """Seconds from a program's start to its first picture, where it starts the node, too."""
    port = free_port()
    (folder / "empty").mkdir()
    command = _plasma_command(f"http://localhost:{port}", "auto", str(folder / "empty"))
    begun = time.monotonic()
    with program(command, {"XDG_STATE_HOME": str(folder / "state")}) as process:
        _wait_for(port, process)
        page = browser.open(f"http://localhost:{port}")
        _heard(process)
        seconds = time.monotonic() - begun
        browser.forget(page)
    return round(seconds, 2)


def _plasma(browser: Browser, node: RunningNode, content: str) -> tuple[float, Row]:
    page = browser.open(node.address)
    time.sleep(SETTLE_SECONDS)
    begun = time.monotonic()
    with program(_plasma_command(node.address, content, "")) as process:
        _heard(process)
        first = time.monotonic() - begun
        shown = _figures(browser, page, _served(node, process.pid), node)
    browser.forget(page)
    return round(first, 2), shown


def _shown(browser: Browser, node: RunningNode, pid: int) -> Row:
    page = browser.open(node.address)
    shown = _figures(browser, page, _served(node, pid), node)
    browser.forget(page)
    return shown


def _figures(
    browser: Browser, page: Any, served: Mapping[str, int], node: RunningNode | None = None
) -> Row:
    """Processor time first, then what reaches the page: watching that costs time.

    A node counts the frames of the first part.
    """
    time.sleep(SETTLE_SECONDS)
    frames = _frames(node)
    shown = {str(pid): pid for pid in processes(browser)}
    before = usage({**served, **shown})
    time.sleep(CPU_SECONDS)
    percent = usage({**served, **shown}).percent_since(before)
    frames = _frames(node) - frames
    came = reached(page, NETWORK_SECONDS)
    steps = frames / CPU_SECONDS if node else came.pictures_per_s
    parts = {name: share for name, share in percent.items() if name in served and share >= 0.1}
    return {
        "cpu": round(sum(share for name, share in percent.items() if name in served), 1),
        "parts": parts,
        "browser": round(sum(share for name, share in percent.items() if name in shown), 1),
        "cpu_of_step": round(10 * sum(parts.values()) / steps, 1) if steps else None,
        "kb_per_s": round(came.bytes_per_s / 1000),
        "kb_of_step": round(came.bytes_per_s / came.pictures_per_s / 1000, 1)
        if came.pictures_per_s
        else None,
        "steps_per_s": round(steps, 1),
    }


def _frames(node: RunningNode | None) -> int:
    """The frames that a node has sent so far."""
    return 0 if node is None else int(stream_stats(node.port)["totals"]["frames"])


def _served(node: RunningNode, pid: int) -> dict[str, int]:
    known = {pid: name for name, pid in node.workers.items()}
    return {"program": pid, **{known.get(each, f"node {each}"): each for each in node.pids}}


def _plasma_command(address: str, content: str, start: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.programs.plasma", address, content, start]


def _named(case: str, figures: Row) -> Row:
    return {f"{case}_{key}": value for key, value in figures.items()}


def _heard(process: "subprocess.Popen[str]") -> None:
    if process.stdout is None or process.stdout.readline() != "seen\n":
        raise Failed("the program ended before its picture was seen")


def _wait_for(port: int, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    raise Failed("the program doesn't listen")
