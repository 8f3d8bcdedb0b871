"""A program for tests: says its surface, and for each line it reads draws many steps of a film.

It prints the surface's id, then after each line the SHA-256 of the last picture's pixels.
"""

import hashlib
import sys

import numpy as np
from twisted.internet.threads import deferToThread

from geometry_ws.client import Client, run

WIDTH, HEIGHT, STEPS = 320, 180, 120


def picture(step: int) -> np.ndarray:
    """Grain that no two steps share, opaque."""
    grain = np.random.default_rng(step).integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)
    grain[..., 3] = 255
    return grain


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def main(client: Client) -> None:
    surface = await client.create_surface(width=WIDTH, height=HEIGHT, opaque=True, y=-900)
    await surface.commit(picture(0)[..., 2::-1])
    say(surface.id)
    step = 0
    while await deferToThread(sys.stdin.readline):
        for _ in range(STEPS):
            step += 1
            await surface.commit(picture(step)[..., 2::-1])
        say(hashlib.sha256(picture(step).tobytes()).hexdigest())


if __name__ == "__main__":
    run(main, sys.argv[1], quiet=True, twisted=True)
