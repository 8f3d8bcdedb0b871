"""What the drawing programs draw: the same for every system, made from a fixed seed.

A step of a load is a list of operations as a commit has them (buffer pixels). Each load has one or
several forms: raw pixels, as a plot or a text would be sent, or tiles that the program has encoded
itself, as a video would be. Each step's number is in its picture as black and white cells, so a
viewer knows from the pixels alone which step it sees. A moved surface tells it by its place.
"""

import io
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

CELL = 4
BITS = 16
CELLS = (0, 0, BITS * CELL, CELL)
"""Where the cells lie: x, y, width, height."""

MOVE_PX = 9
"""How far a moved surface goes with each step."""

DESKTOP = (1920, 1080)

DESKTOP_FILE = "GEOMETRY_WS_BENCH_DESKTOP"
"""Names the file of the background, where a run has made it."""

_TURN = 120
"""After so many steps to the right a moved surface goes back, a pixel lower."""

VIDEO = "video"
"""The form whose viewers decode videos; what its program does is what "raw" does."""

_FRAMES = 30
_TEXT = "the quick brown fox jumps over a lazy dog and then sleeps in the warm sun"
_WORDS = _TEXT.split()

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


def place(step: int) -> tuple[int, int]:
    """Where a moved surface lies: to and fro, so that it stays on a desktop."""
    turn, phase = divmod(step, 2 * _TURN)
    back = phase >= _TURN
    return MOVE_PX * (2 * _TURN - phase if back else phase), 2 * turn + back


def step_at(x: int, y: int) -> int:
    """The step at which a moved surface lies there."""
    turn, back = divmod(y, 2)
    along = x // MOVE_PX
    return turn * 2 * _TURN + (2 * _TURN - along if back else along)


def cells(step: int) -> np.ndarray:
    """The cells of a step, as a picture (height, width, 4)."""
    bits = np.array([step >> bit & 1 for bit in range(BITS)], np.uint8) * 255
    row = np.repeat(np.repeat(bits[None, :], CELL, axis=0), CELL, axis=1)
    picture = np.repeat(row[..., None], 4, axis=2)
    picture[..., 3] = 255
    return picture


def write_step(step: int) -> list[Any]:
    """The operation that draws the cells of a step into the corner."""
    return ["image", list(CELLS), "bgra", cells(step).tobytes()]


def read_step(pixels: np.ndarray) -> int:
    """The step that a picture (height, width, 4) shows."""
    row = pixels[CELL // 2, CELL // 2 : BITS * CELL : CELL, 1] > 127
    return int(sum(1 << bit for bit, white in enumerate(row) if white))


def encode(picture: np.ndarray, codec: str) -> bytes:
    """A picture (height, width, 4), blue first, as a program would encode it."""
    out = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(picture[..., 2::-1]))
    if codec == "jpeg":
        image.save(out, "JPEG", quality=80, subsampling=2)
    else:
        image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def desktop() -> Ops:
    """A photo-like background, encoded as a program that shows a photo would send it."""
    width, height = DESKTOP
    kept = os.environ.get(DESKTOP_FILE)
    data = Path(kept).read_bytes() if kept else draw_desktop()
    return [["image", [0, 0, width, height], "jpeg", data]]


def draw_desktop() -> bytes:
    """The background's file; it takes a second, so a run makes it once."""
    return encode(_whole(_photo(*DESKTOP, 9)), "jpeg")


def _whole(picture: np.ndarray) -> np.ndarray:
    """A grey or coloured picture with four channels."""
    height, width = picture.shape[:2]
    whole = np.full((height, width, 4), 255, np.uint8)
    whole[..., :3] = picture[..., None] if picture.ndim == 2 else picture
    return whole


def _painted(pictures: Callable[[int], np.ndarray], codec: str) -> Draw:
    """Whole pictures with the cells in their corner, raw or encoded."""

    def draw(step: int) -> Ops:
        picture = pictures(step).copy()
        picture[:CELL, : BITS * CELL] = cells(step)
        height, width = picture.shape[:2]
        data = picture.tobytes() if codec == "bgra" else encode(picture, codec)
        return [["image", [0, 0, width, height], codec, data]]

    return draw


def _rows(texts: Sequence[str], width: int, height: int, line: int) -> np.ndarray:
    """Dark text on white, one line below the other."""
    picture = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=line * 0.7)
    for number, text in enumerate(texts):
        draw.text((10, 6 + number * line), text, fill=30, font=font)
    return np.asarray(picture)


def _typed() -> Callable[[int], np.ndarray]:
    """A text box that gets one word after the other."""
    pictures = []
    for count in range(1, _FRAMES + 1):
        words = [_WORDS[number % len(_WORDS)] for number in range(count)]
        lines = [" ".join(words[start : start + 7]) for start in range(0, count, 7)]
        pictures.append(_whole(_rows(lines, 300, 100, 18)))
    return lambda step: pictures[step % _FRAMES]


def _photo(width: int, height: int, seed: int) -> np.ndarray:
    """Soft shapes with a little grain: neither flat nor noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / height
    planes = []
    for _ in range(3):
        a, b, c = random.uniform(2, 7, 3)
        planes.append(np.sin(a * x + c) + np.cos(b * y - c) + np.sin(a * x * y + b))
    smooth = 128 + 36 * np.stack(planes, axis=-1)
    return np.clip(smooth + random.normal(0, 2, smooth.shape), 0, 255).astype(np.uint8)


def _window() -> Ops:
    """What the moved surface shows."""
    return [["image", [0, 0, 800, 600], "bgra", _whole(_photo(800, 600, 1)).tobytes()]]


def _filmed() -> Callable[[int], np.ndarray]:
    """A panning texture, moving discs, grain: every pixel changes with each step."""
    texture = _photo(640 + 8 * _FRAMES, 360, 2)
    random = np.random.default_rng(3)
    y, x = np.mgrid[0:360, 0:640]
    pictures = []
    for number in range(_FRAMES):
        picture = texture[:, 8 * number : 8 * number + 640].astype(np.int16)
        for disc in range(4):
            angle = 2 * np.pi * (number / _FRAMES + disc / 4)
            centre = 320 + 220 * np.cos(angle), 180 + 120 * np.sin(angle)
            picture[np.hypot(x - centre[0], y - centre[1]) < 40] = (40 * disc, 200, 90)
        picture = picture + random.integers(-3, 4, (360, 640, 1))
        pictures.append(_whole(np.clip(picture, 0, 255).astype(np.uint8)))
    return lambda step: pictures[step % _FRAMES]


def _paper() -> np.ndarray:
    """A roll of text of 60 lines whose end is its beginning."""
    count = len(_WORDS)
    texts = [" ".join(_WORDS[(n * 5 + k) % count] for k in range(18)) for n in range(2 * _FRAMES)]
    return _whole(_rows(texts, 1000, 40 * _FRAMES, 20))


def _page(paper: np.ndarray, step: int) -> np.ndarray:
    """What of the roll is seen: its last line is the second of this step."""
    end = 40 * (step % _FRAMES + 1)
    return np.take(paper, range(end - 900, end), axis=0, mode="wrap")


def _scrolled(codec: str) -> Draw:
    """A page of text that scrolls by two lines: what is there already is copied."""
    paper = _paper()
    strips = [paper[40 * number : 40 * number + 40] for number in range(_FRAMES)]
    data = [strip.tobytes() if codec == "bgra" else encode(strip, codec) for strip in strips]
    return lambda step: [
        ["copy", [0, 40, 1000, 860], [0, 0]],
        ["image", [0, 860, 1000, 40], codec, data[step % _FRAMES]],
        write_step(step),
    ]


def _repainted() -> Draw:
    """The same page by a program that paints all of it anew each time."""
    paper = _paper()
    return _painted(lambda step: _page(paper, step), "bgra")


LOADS = {
    load.name: load
    for load in (
        Load(
            *("W1", "typing", 300, 100, 10, "text"),
            {
                "raw": lambda: _painted(_typed(), "bgra"),
                "png": lambda: _painted(_typed(), "png"),
            },
        ),
        Load("W2", "drag", 800, 600, 60, "photo", {"move": lambda: lambda step: []}, _window),
        Load(
            *("W3", "video", 640, 360, 30, "video"),
            {
                "raw": lambda: _painted(_filmed(), "bgra"),
                VIDEO: lambda: _painted(_filmed(), "bgra"),
                "jpeg": lambda: _painted(_filmed(), "jpeg"),
            },
        ),
        Load(
            *("W4", "scroll", 1000, 900, 30, "text"),
            {
                "repaint": _repainted,
                "raw": lambda: _scrolled("bgra"),
                "png": lambda: _scrolled("png"),
            },
            lambda: [["image", [0, 0, 1000, 900], "bgra", _page(_paper(), 0).tobytes()]],
        ),
    )
}
