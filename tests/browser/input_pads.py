"""Surfaces of a program in a browser's tab, and what input the program was told."""

import contextlib
import json
import pathlib
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.browser import chromium
from tests.browser import dashboard_page as board

PROGRAM = pathlib.Path(__file__).with_name("input_program.py")
SECONDS = 20.0
SIDE = 200

Event = dict[str, Any]

DEFAULTS: Event = {
    "phase": "",
    "key": "",
    "code": "",
    "text": "",
    "button": 0,
    "buttons": 0,
    "modifiers": [],
}
"""What events leave out."""


class Pads:
    """The surfaces of `input_program`, and what it has heard."""

    def __init__(self, program: "subprocess.Popen[str]") -> None:
        self._program = program
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.ids: list[str] = json.loads(self._lines.get(timeout=SECONDS))

    def _read(self) -> None:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            self._lines.put(line)

    def until(self, last: Callable[[Event], object]) -> list[Event]:
        """The events from here to one that is meant; `pad` is the number of the surface."""
        events: list[Event] = []
        deadline = time.monotonic() + SECONDS
        while not (events and last(events[-1])):
            left = deadline - time.monotonic()
            try:
                event = json.loads(self._lines.get(timeout=max(left, 0)))
            except queue.Empty:
                raise AssertionError(f"not within {SECONDS} s; heard {events}") from None
            events.append({**DEFAULTS, **event, "pad": self.ids.index(event["surface"])})
        return events


@contextlib.contextmanager
def program(node: Any, *options: dict[str, Any]) -> Iterator[Pads]:
    """A program with a surface for each of these options; it runs meanwhile."""
    started = subprocess.Popen(
        [sys.executable, str(PROGRAM), node.url, json.dumps(options)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Pads(started)
    finally:
        started.terminate()
        started.wait(10)
        assert started.stdout is not None
        started.stdout.close()


def opened(
    browser: chromium.Browser,
    node: Any,
    pads: Pads,
    density: float = 1,
    *,
    touch: bool = False,
    size: tuple[int, int] = (1200, 900),
    script: str = "",
) -> chromium.Page:
    """A tab that shows the surfaces, and behaves as if its window had the focus."""
    page = browser.open()
    page.script(script)
    page.size(*size, density, touch=touch)
    page.prefer(prefers_reduced_motion="reduce")
    page.send("Emulation.setFocusEmulationEnabled", enabled=True)
    page.go(f"{node.url}#board")
    page.wait("window.geometry_ws?.state === 'open'")
    if touch:
        page.run("document.getElementById('zoom-fit').click()")
    for surface in pads.ids:
        page.wait(f"geometry_ws.planes.some(({{plane}}) => plane === '{surface}')")
    page.wait("geometry_ws.painted === geometry_ws.seq")
    return page


def spot(page: chromium.Page, pads: Pads, number: int, x: float = 50, y: float = 60) -> Any:
    """The point of the window that shows a point of a surface."""
    place = board.plane(page, pads.ids[number])
    return board.on_screen(page, place["x"] + x, place["y"] + y)


def show_whole(page: chromium.Page, pads: Pads, zoom: float = 1) -> None:
    """Bring the first surface to the left of the window's middle, at this zoom."""
    page.run("document.getElementById('canvas').focus()")
    page.key("1", "Digit1", "1")
    page.wait("geometry_ws.camera.zoom === 1")
    while page.run("geometry_ws.camera.zoom") < zoom:
        page.key("+", "Equal", "+")
    # How far a wheel's step goes differs with the density of the emulated screen.
    while max(map(abs, away := [at - 300 for at in spot(page, pads, 0, 0, 0)])) > 20:
        before = page.run("geometry_ws.camera")
        page.mouse("mouseWheel", 1190, 400, deltaX=round(away[0] / 2), deltaY=round(away[1] / 2))
        page.wait(f"geometry_ws.camera.x !== {before['x']} || geometry_ws.camera.y !=="
                  f" {before['y']}")  # fmt: skip
    page.wait("geometry_ws.painted === geometry_ws.seq")


def keys(events: list[Event]) -> list[tuple[int, str, str]]:
    """Surface, phase and name of each key."""
    return [
        (event["pad"], event["phase"], event["key"]) for event in events if event["kind"] == "key"
    ]


def texts(events: list[Event], pad: int = 0) -> str:
    """All text that a surface was told."""
    return "".join(
        event["text"] for event in events if event["kind"] == "text" and event["pad"] == pad
    )


def presses(events: list[Event]) -> list[tuple[int, str, int, int]]:
    """Surface, phase, button and buttons of what the pointer did, without its way there."""
    return [
        (event["pad"], event["phase"], event["button"], event["buttons"])
        for event in events
        if event["kind"] == "pointer" and event["phase"] in ("down", "up", "cancel")
    ]
