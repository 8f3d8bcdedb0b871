"""Videos for tests without any codec: pictures travel by name, and what can't follow is noticed."""

import itertools

import numpy as np

from geometry_ws.render.errors import BadPicture
from geometry_ws.render.video import VideoFailed

_KEPT = 1000  # more than are on their way anywhere
_pictures: dict[bytes, np.ndarray] = {}
_chains = itertools.count(1)

BYTES = 3000
FAILING: set[str] = set()
"""Codecs whose encoders fail just now."""


class Encoder:
    """Keeps what it is given, coarsely; each picture's bytes say chain, number and kind."""

    made = 0

    def __init__(self, codec: str, width: int, height: int) -> None:
        self.codec, self.size = codec, (width, height)
        self.chain, self.number = 0, 0

    def encode(self, pixels: np.ndarray, *, key: bool) -> bytes:
        if self.codec in FAILING:
            raise VideoFailed("it is told to")
        assert pixels.shape == (self.size[1], self.size[0], 4)
        assert (pixels[..., 3] == 255).all()
        if not self.number:
            assert key, "the first picture of an encoder"
            self.chain = next(_chains)
        self.number += 1
        Encoder.made += 1
        name = f"{self.codec} {self.chain} {self.number} {int(key)} ".encode().ljust(BYTES, b".")
        _pictures[name] = pixels & np.array([0xE0, 0xE0, 0xE0, 0xFF], np.uint8)
        while len(_pictures) > _KEPT:
            del _pictures[next(iter(_pictures))]
        return name


class Decoder:
    """Gives a picture only after the one before it."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.last: tuple[str, int] | None = None

    def decode(self, data: bytes, width: int, height: int) -> np.ndarray:
        codec, chain, number, key, _ = data.decode().split(" ", 4)
        if codec != self.codec or (key == "0" and self.last != (chain, int(number) - 1)):
            raise BadPicture(f"{data[:20]!r} doesn't follow {self.last}")
        self.last = chain, int(number)
        pixels = _pictures[data]
        if pixels.shape != (height, width, 4):
            raise BadPicture("another size")
        return pixels
