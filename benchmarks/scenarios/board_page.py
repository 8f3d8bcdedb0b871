"""The board in a real Chromium: its first picture, zooming, another theme, rest, and its script.

Frames are those of the page's own clock. *work* is the longest task of the page's main thread by
the processor time that it took, which other programs of the machine don't change.
"""

import gzip
import json
import statistics
import time
from typing import Any

from benchmarks.processes.children import Failed
from benchmarks.programs.browser import chromium
from benchmarks.report.rows import Row, row
from benchmarks.systems.node import RunningNode
from benchmarks.systems.system import GEOMETRY_WS
from geometry_ws.web import dist
from tests.browser import chromium as driver

OPENINGS = 5
SETTLE_SECONDS = 2.0
WIDTH, HEIGHT = 1440, 900
FIRST = """
window.first = new Promise((done) => {
  const look = () => {
    const board = window.geometry_ws;
    if (board?.planes?.length > 4 && board.painted === board.seq) done(performance.now());
    else requestAnimationFrame(look);
  };
  look();
});
"""
"""When the board was painted first, in milliseconds after the page was asked for."""

ZOOM = """
(async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const canvas = document.getElementById("canvas");
  const {x, y, width, height} = canvas.getBoundingClientRect();
  const where = {clientX: x + width / 2, clientY: y + height / 3, bubbles: true, cancelable: true};
  const times = [await frame()];
  const turn = async (deltaY, until) => {
    for (let step = 0; step < 300 && until(geometry_ws.camera.zoom); step++) {
      canvas.dispatchEvent(new WheelEvent("wheel", {...where, deltaY, ctrlKey: true}));
      times.push(await frame());
    }
  };
  await turn(-5, (zoom) => zoom < 1.2);
  await turn(5, (zoom) => zoom > 0.2);
  return times.slice(1).map((time, at) => time - times[at]);
})()
"""
"""From afar to near and back, a step a frame: the frames' lengths."""

TURN = """
window.turned = (() => {
  const before = new Set(geometry_ws.planes.map(({plane}) => plane));
  const begun = performance.now();
  return new Promise((done) => {
    const look = () => {
      const {planes} = geometry_ws;
      const all = planes.length && planes.every(({plane}) => !before.has(plane));
      requestAnimationFrame(all ? () => done(performance.now() - begun) : look);
    };
    look();
  });
})(); 0
"""
"""How long it takes until everything that is shown is of the other theme, and painted."""


def opened(node: RunningNode, changes: int) -> list[Row]:
    """The first picture of a board of so many changes; the median of several openings."""
    with chromium() as browser:
        page = _page(browser)
        times = [_open(page, node) for _ in range(OPENINGS)]
    return [_row("page, opened", changes) | {"first_ms": round(statistics.median(times), 1)}]


def used(node: RunningNode, changes: int, seconds: float) -> list[Row]:
    """A large board is zoomed through all faces, gets another theme, and rests."""
    with chromium() as browser:
        page = _page(browser)
        _open(page, node)
        time.sleep(SETTLE_SECONDS)
        _traced(page, ZOOM)  # the faces are drawn
        time.sleep(SETTLE_SECONDS)
        frames, work = _traced(page, ZOOM)
        zoomed = {"longest_ms": round(max(frames), 1), "work_ms": round(work, 1)}
        zoomed |= {"frames": len(frames)}
        page.run("document.getElementById('canvas').focus(); 0")
        page.key("0", "Digit0", "0")
        time.sleep(SETTLE_SECONDS)
        first, again = _turn(page, "dark"), (_turn(page, "light"), _turn(page, "dark"))
        time.sleep(SETTLE_SECONDS)
        before = page.run("[geometry_ws.drawn, geometry_ws.received]")
        time.sleep(seconds)
        drawn, received = page.run("[geometry_ws.drawn, geometry_ws.received]")
    theme = {"first_ms": round(first, 1), "turn_ms": round(max(again), 1)}
    rest = {"frames": drawn - before[0], "received": received - before[1]}
    return [
        _row("page, zoomed", changes) | zoomed,
        _row("page, other theme", changes) | theme,
        _row("page, at rest", changes) | rest,
        _row("page, script", 0) | {"script_kb": _script_kb()},
    ]


def _row(load: str, changes: int) -> Row:
    return row(GEOMETRY_WS, load, 1, f"{changes} changes" if changes else "gzipped")


def _page(browser: driver.Browser) -> driver.Page:
    page = browser.open()
    page.size(WIDTH, HEIGHT)
    page.prefer(prefers_color_scheme="light", prefers_reduced_motion="reduce")
    page.send("Page.addScriptToEvaluateOnNewDocument", source=FIRST)
    return page


def _open(page: driver.Page, node: RunningNode) -> float:
    page.go("about:blank")
    page.go(f"{node.address}/")
    try:
        page.wait("window.geometry_ws?.state === 'open'")
        return float(page.run("first"))
    except driver.Failed as problem:
        raise Failed(f"the board isn't shown: {problem}") from problem


def _turn(page: driver.Page, theme: str) -> float:
    """Milliseconds from the wish for a theme until all of the board has it."""
    page.run(TURN)
    page.prefer(prefers_color_scheme=theme, prefers_reduced_motion="reduce")
    return float(page.run("turned"))


def _traced(page: driver.Page, script: str) -> tuple[Any, float]:
    """A script's value, and the longest task of the main thread meanwhile, in milliseconds."""
    page.send("Tracing.start", categories="toplevel,devtools.timeline")
    value = page.run(script)
    page.send("Tracing.end")
    longest = 0.0
    main: set[tuple[int, int]] = set()
    tasks: list[tuple[tuple[int, int], float]] = []
    while (message := json.loads(page.socket.recv(driver.PATIENCE))).get("method") != (
        "Tracing.tracingComplete"
    ):
        for event in message.get("params", {}).get("value", ()):
            thread = event["pid"], event["tid"]
            if event["name"] == "FireAnimationFrame":
                main.add(thread)
            if event["name"].endswith("RunTask"):
                tasks.append((thread, event.get("tdur", 0) / 1000))
    for thread, milliseconds in tasks:
        if thread in main:
            longest = max(longest, milliseconds)
    return value, longest


def _script_kb() -> float:
    """The script that the board's page loads, as it is sent."""
    folder = dist()
    name = json.loads((folder / "manifest.json").read_text())["main.js"]
    return round(len(gzip.compress((folder / name).read_bytes())) / 1000, 1)
