"""A program for tests: says its surface, then for each line that it reads plays a film of bars.

It prints the surface's id; after each film how many pictures it had, and the SHA-256 of the last.
"""

import hashlib
import json
import sys

import numpy as np
from twisted.internet.threads import deferToThread

from geometry_ws.client import Client, run

WIDTH, HEIGHT, STEPS, PAUSE = 480, 270, 100, 0.03
BARS = [
    (200, 40, 40),
    (40, 180, 60),
    (50, 70, 210),
    (220, 200, 40),
    (40, 190, 200),
    (120, 120, 120),
]
"""Red, green, blue, from the left."""


def picture(step: int) -> np.ndarray:
    """Bars of colours with a little grain, so that every pixel changes; BGRA, opaque."""
    bars = np.repeat(np.array(BARS, np.int16)[:, ::-1], WIDTH // len(BARS), axis=0)
    grain = np.random.default_rng(step).integers(-4, 5, (HEIGHT, WIDTH, 1))
    pixels = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
    pixels[..., :3] = bars[None] + grain
    return pixels


def say(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


async def main(client: Client) -> None:
    surface = await client.create_surface(
        width=WIDTH, height=HEIGHT, opaque=True, content="video", y=-700
    )
    await surface.commit(picture(0)[..., 2::-1])
    say(surface=surface.id)
    while await deferToThread(sys.stdin.readline):
        for step in range(1, STEPS + 1):
            await surface.commit(picture(step)[..., 2::-1])
            await client.sleep(PAUSE)
        say(steps=STEPS, sha256=hashlib.sha256(picture(STEPS).tobytes()).hexdigest())


if __name__ == "__main__":
    run(main, sys.argv[1], quiet=True, twisted=True)
