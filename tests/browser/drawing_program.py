"""A program for tests: draws pictures of all kinds, says their hashes, and stays until it is ended.

It prints one line of JSON: for each surface, by its title, the id and the SHA-256 of its pixels.
"""

import hashlib
import io
import json
import sys
from typing import Any

import numpy as np
from PIL import Image

from geometry_ws.client import Client, run
from geometry_ws.render.decode import decode

WIDTH, HEIGHT = 240, 180


def photo(step: int) -> np.ndarray:
    """Soft colours with grain, opaque."""
    random = np.random.default_rng(step)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    shades = np.dstack([x, y, (x + y) // 2]) // 2 + 9 * step
    grain = random.integers(0, 20, shades.shape)
    return np.dstack([shades + grain, np.full_like(x, 255)]).astype(np.uint8)


def page(step: int) -> np.ndarray:
    """Lines of dark strokes that go up by 20 pixels with each step."""
    random = np.random.default_rng(1)
    dark = random.random((HEIGHT * 2, WIDTH)) < 0.2
    dark[np.arange(HEIGHT * 2) % 20 < 8] = False
    pixels = np.full((HEIGHT * 2, WIDTH, 4), 255, np.uint8)
    pixels[dark] = (30, 20, 10, 255)
    return pixels[20 * step : 20 * step + HEIGHT]


def glass() -> np.ndarray:
    """Half transparent, premultiplied, with many colours."""
    pixels = np.random.default_rng(2).integers(0, 100, (HEIGHT, WIDTH, 4), np.uint8)
    pixels[..., 3] = 100
    return pixels


def file(codec: str) -> tuple[bytes, np.ndarray]:
    """A picture as a file, and what the node makes of it."""
    written = io.BytesIO()
    Image.fromarray(photo(4)[..., 2::-1]).save(written, codec.upper())
    data = written.getvalue()
    return data, decode(codec, data, WIDTH, HEIGHT, opaque=True)


async def main(client: Client) -> None:
    said: dict[str, Any] = {}

    async def show(title: str, content: str, pictures: list[tuple[str, bytes]], last: Any) -> None:
        surface = await client.create_surface(
            width=WIDTH,
            height=HEIGHT,
            title=title,
            x=(len(said) % 3) * 260,
            y=-600 + len(said) // 3 * 200,
            opaque=title != "glass",
            content=content,
        )
        for codec, data in pictures:
            await surface.commit(ops=[["image", [0, 0, WIDTH, HEIGHT], codec, data]])
        digest = hashlib.sha256(np.ascontiguousarray(last).tobytes()).hexdigest()
        said[title] = [surface.id, digest]

    await show("photo", "photo", [("bgra", photo(k).tobytes()) for k in range(4)], photo(3))
    await show("page", "text", [("bgra", page(k).tobytes()) for k in range(6)], page(5))
    await show("glass", "auto", [("bgra", glass().tobytes())], glass())
    for codec, content in (("jpeg", "video"), ("png", "auto"), ("webp", "photo")):
        data, pixels = file(codec)
        await show(codec, content, [(codec, data)], pixels)
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
    while True:
        await client.sleep(1)


if __name__ == "__main__":
    run(main, sys.argv[1], quiet=True)
