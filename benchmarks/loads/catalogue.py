"""The loads that programs draw: the same for every system.

A step of a load is a list of operations as a commit has them (buffer pixels). Each load has one or
several forms: raw pixels, as a plot or a text would be sent, or tiles that the program has encoded
itself, as a video would be.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.loads import pictures
from benchmarks.loads.steps import BITS, CELL, cells, write_step

DESKTOP = (1920, 1080)
DESKTOP_FILE = "GEOMETRY_WS_BENCH_DESKTOP"
"""Names the file of the background, where a run has made it."""

VIDEO = "video"
"""The form whose viewers decode videos; what its program does is what "raw" does."""

Ops = list[list[Any]]
Draw = Callable[[int], Ops]


class Load(NamedTuple):
    """A surface of a size, how often it changes, and how.

    ``forms`` make the function that gives a step's operations; a form "move" moves the surface,
    which is drawn once. ``before`` gives what the surface shows at first.
    """

    name: str
    what: str
    width: int
    height: int
    rate: float
    content: str
    forms: Mapping[str, Callable[[], Draw]]
    before: Callable[[], Ops] = list

    @property
    def bare(self) -> str:
        """The form that a bare program would send: the one that is smallest on the wire."""
        return next(reversed(self.forms))


def desktop() -> Ops:
    """A photo-like background, encoded as a program that shows a photo would send it."""
    width, height = DESKTOP
    file = os.environ.get(DESKTOP_FILE)
    data = Path(file).read_bytes() if file else draw_desktop()
    return [["image", [0, 0, width, height], "jpeg", data]]


def draw_desktop() -> bytes:
    """The background's file; it takes a second, so a run makes it once."""
    return pictures.encode(pictures.with_alpha(pictures.photo(*DESKTOP, 9)), "jpeg")


def _whole_image(picture: np.ndarray, codec: str) -> list[Any]:
    """The operation that draws a picture over the whole surface, raw or encoded."""
    height, width = picture.shape[:2]
    return ["image", [0, 0, width, height], codec, _data(picture, codec)]


def _data(picture: np.ndarray, codec: str) -> bytes:
    return picture.tobytes() if codec == "bgra" else pictures.encode(picture, codec)


def _painted(picture_of: Callable[[int], np.ndarray], codec: str) -> Draw:
    """Whole pictures with the cells in their corner, raw or encoded."""

    def draw(step: int) -> Ops:
        picture = picture_of(step).copy()
        picture[:CELL, : BITS * CELL] = cells(step)
        return [_whole_image(picture, codec)]

    return draw


def _window() -> Ops:
    """What the moved surface shows."""
    return [_whole_image(pictures.with_alpha(pictures.photo(800, 600, 1)), "bgra")]


def _scrolled(codec: str) -> Draw:
    """A page of text that scrolls by two lines: what is there already is copied."""
    paper = pictures.text_roll()
    strips = [paper[40 * number : 40 * number + 40] for number in range(pictures.FRAMES)]
    data = [_data(strip, codec) for strip in strips]
    return lambda step: [
        ["copy", [0, 40, 1000, 860], [0, 0]],
        ["image", [0, 860, 1000, 40], codec, data[step % pictures.FRAMES]],
        write_step(step),
    ]


def _repainted() -> Draw:
    """The same page by a program that paints all of it anew each time."""
    paper = pictures.text_roll()
    return _painted(lambda step: pictures.text_page(paper, step), "bgra")


LOADS = {
    load.name: load
    for load in (
        Load(
            *("W1", "typing", 300, 100, 10, "text"),
            {
                "raw": lambda: _painted(pictures.typed_text(), "bgra"),
                "png": lambda: _painted(pictures.typed_text(), "png"),
            },
        ),
        Load("W2", "drag", 800, 600, 60, "photo", {"move": lambda: lambda step: []}, _window),
        Load(
            *("W3", "video", 640, 360, 30, "video"),
            {
                "raw": lambda: _painted(pictures.video(), "bgra"),
                VIDEO: lambda: _painted(pictures.video(), "bgra"),
                "jpeg": lambda: _painted(pictures.video(), "jpeg"),
            },
        ),
        Load(
            *("W4", "scroll", 1000, 900, 30, "text"),
            {
                "repaint": _repainted,
                "raw": lambda: _scrolled("bgra"),
                "png": lambda: _scrolled("png"),
            },
            lambda: [_whole_image(pictures.text_page(pictures.text_roll(), 0), "bgra")],
        ),
    )
}
