"""The pictures that the loads are made of, from fixed seeds: the same in each run. Pure."""

import io
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FRAMES = 30
_TEXT = "the quick brown fox jumps over a lazy dog and then sleeps in the warm sun"
_WORDS = _TEXT.split()


def encode(picture: np.ndarray, codec: str) -> bytes:
    """A picture (height, width, 4), blue first, as a program would encode it."""
    out = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(picture[..., 2::-1]))
    if codec == "jpeg":
        image.save(out, "JPEG", quality=80, subsampling=2)
    else:
        image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def with_alpha(picture: np.ndarray) -> np.ndarray:
    """A grey or coloured picture with four channels."""
    height, width = picture.shape[:2]
    whole = np.full((height, width, 4), 255, np.uint8)
    whole[..., :3] = picture[..., None] if picture.ndim == 2 else picture
    return whole


def _lines_of_text(texts: Sequence[str], width: int, height: int, line: int) -> np.ndarray:
    """Dark text on white, one line below the other."""
    picture = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=line * 0.7)
    for number, text in enumerate(texts):
        draw.text((10, 6 + number * line), text, fill=30, font=font)
    return np.asarray(picture)


def typed_text() -> Callable[[int], np.ndarray]:
    """A text box that gets one word after the other."""
    pictures = []
    for count in range(1, FRAMES + 1):
        words = [_WORDS[number % len(_WORDS)] for number in range(count)]
        lines = [" ".join(words[start : start + 7]) for start in range(0, count, 7)]
        pictures.append(with_alpha(_lines_of_text(lines, 300, 100, 18)))
    return lambda step: pictures[step % FRAMES]


def photo(width: int, height: int, seed: int) -> np.ndarray:
    """Soft shapes with a little grain: neither flat nor noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / height
    planes = []
    for _ in range(3):
        a, b, c = random.uniform(2, 7, 3)
        planes.append(np.sin(a * x + c) + np.cos(b * y - c) + np.sin(a * x * y + b))
    smooth = 128 + 36 * np.stack(planes, axis=-1)
    return np.clip(smooth + random.normal(0, 2, smooth.shape), 0, 255).astype(np.uint8)


def video() -> Callable[[int], np.ndarray]:
    """A panning texture, moving discs, grain: every pixel changes with each step."""
    texture = photo(640 + 8 * FRAMES, 360, 2)
    random = np.random.default_rng(3)
    y, x = np.mgrid[0:360, 0:640]
    pictures = []
    for number in range(FRAMES):
        picture = texture[:, 8 * number : 8 * number + 640].astype(np.int16)
        for disc in range(4):
            angle = 2 * np.pi * (number / FRAMES + disc / 4)
            centre = 320 + 220 * np.cos(angle), 180 + 120 * np.sin(angle)
            picture[np.hypot(x - centre[0], y - centre[1]) < 40] = (40 * disc, 200, 90)
        picture = picture + random.integers(-3, 4, (360, 640, 1))
        pictures.append(with_alpha(np.clip(picture, 0, 255).astype(np.uint8)))
    return lambda step: pictures[step % FRAMES]


def text_roll() -> np.ndarray:
    """A roll of text of 60 lines whose end is its beginning."""
    count = len(_WORDS)
    texts = [" ".join(_WORDS[(n * 5 + k) % count] for k in range(18)) for n in range(2 * FRAMES)]
    return with_alpha(_lines_of_text(texts, 1000, 40 * FRAMES, 20))


def text_page(paper: np.ndarray, step: int) -> np.ndarray:
    """What of the roll is seen: its last line is the second of this step."""
    end = 40 * (step % FRAMES + 1)
    return np.take(paper, range(end - 900, end), axis=0, mode="wrap")
