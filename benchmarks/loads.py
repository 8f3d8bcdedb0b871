"""What the drawing programs draw: the same everywhere, made from a fixed seed.

Each step's number is written into its picture as black and white cells, so a viewer knows from
the pixels alone which step it sees. A moved surface tells it by its place.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

CELL = 4
BITS = 16
MOVE_PX = 9
"""How far a moved surface goes with each step."""

_FRAMES = 30
_TEXT = "the quick brown fox jumps over a lazy dog and then sleeps in the warm sun"
_WORDS = _TEXT.split()

Ops = list[list[Any]]


class Load(NamedTuple):
    """A surface of a size, how often it changes, and how: `ops(step)`, empty where it moves."""

    name: str
    width: int
    height: int
    rate: float
    moves: bool
    make: Callable[[], Callable[[int], Ops]]


def write_step(step: int) -> list[Any]:
    """The operation that draws the cells of a step into the corner."""
    bits = np.array([step >> bit & 1 for bit in range(BITS)], np.uint8) * 255
    cells = np.repeat(np.repeat(bits[None, :], CELL, axis=0), CELL, axis=1)
    picture = np.repeat(cells[..., None], 4, axis=2)
    picture[..., 3] = 255
    return ["image", [0, 0, BITS * CELL, CELL], "bgra", picture.tobytes()]


def read_step(pixels: np.ndarray) -> int:
    """The step that a picture (height, width, 4) shows."""
    row = pixels[CELL // 2, CELL // 2 : BITS * CELL : CELL, 1] > 127
    return int(sum(1 << bit for bit, white in enumerate(row) if white))


def _bytes(picture: np.ndarray) -> bytes:
    """A grey or coloured picture as BGRA."""
    height, width = picture.shape[:2]
    whole = np.full((height, width, 4), 255, np.uint8)
    whole[..., :3] = picture[..., None] if picture.ndim == 2 else picture
    return whole.tobytes()


def _rows(texts: Sequence[str], width: int, height: int, line: int) -> np.ndarray:
    """Dark text on white, one line below the other."""
    picture = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=line * 0.7)
    for number, text in enumerate(texts):
        draw.text((10, 6 + number * line), text, fill=30, font=font)
    return np.asarray(picture)


def _typing() -> Callable[[int], Ops]:
    """A text box that gets one word after the other; drawn as a whole each time."""
    pictures = []
    for count in range(1, _FRAMES + 1):
        words = [_WORDS[number % len(_WORDS)] for number in range(count)]
        lines = [" ".join(words[start : start + 7]) for start in range(0, count, 7)]
        pictures.append(_bytes(_rows(lines, 300, 100, 18)))
    return lambda step: [["image", [0, 0, 300, 100], "bgra", pictures[step % _FRAMES]]]


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


def _moving() -> Callable[[int], Ops]:
    picture = _bytes(_photo(800, 600, 1))
    return lambda step: [["image", [0, 0, 800, 600], "bgra", picture]]


def _video() -> Callable[[int], Ops]:
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
        pictures.append(_bytes(np.clip(picture, 0, 255).astype(np.uint8)))
    return lambda step: [["image", [0, 0, 640, 360], "bgra", pictures[step % _FRAMES]]]


def _scrolling() -> Callable[[int], Ops]:
    """A page of text that scrolls by two lines: what is there already is copied."""
    count = len(_WORDS)
    texts = [" ".join(_WORDS[(n * 5 + k) % count] for k in range(18)) for n in range(2 * _FRAMES)]
    strips = [
        _bytes(_rows(texts[2 * number : 2 * number + 2], 1000, 40, 20)) for number in range(_FRAMES)
    ]
    return lambda step: [
        ["copy", [0, 40, 1000, 860], [0, 0]],
        ["image", [0, 860, 1000, 40], "bgra", strips[step % _FRAMES]],
    ]


LOADS = {
    load.name: load
    for load in (
        Load("W1 typing", 300, 100, 10, False, _typing),
        Load("W2 move", 800, 600, 60, True, _moving),
        Load("W3 video", 640, 360, 30, False, _video),
        Load("W4 scroll", 1000, 900, 30, False, _scrolling),
    )
}
