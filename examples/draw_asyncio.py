"""A ball that bounces in a program on asyncio; a press puts it where the pointer is.

python examples/draw_asyncio.py [http://localhost:8081]
"""

import argparse
import asyncio
import sys
from contextlib import suppress

from geometry_ws.client import Connection, Unreachable
from geometry_ws.client.drawing import fill

WIDTH, HEIGHT, BALL = 320, 200, 24
COLOURS = [(230, 90, 70), (90, 190, 120), (90, 140, 240)]
SKY = (22, 26, 33)


class Ball:
    """Where it is, where it goes, and its colour."""

    def __init__(self):
        self.x, self.y, self.dx, self.dy = 40, 30, 3, 2
        self.colour = COLOURS[0]

    def step(self):
        """Move, and turn round at the edges."""
        self.dx *= -1 if not 0 <= self.x + self.dx <= WIDTH - BALL else 1
        self.dy *= -1 if not 0 <= self.y + self.dy <= HEIGHT - BALL else 1
        self.x, self.y = self.x + self.dx, self.y + self.dy

    def put(self, event):
        """A press: the ball is there."""
        if event.kind == "pointer" and event.phase == "down":
            self.x = int(min(max(event.x - BALL / 2, 0), WIDTH - BALL))
            self.y = int(min(max(event.y - BALL / 2, 0), HEIGHT - BALL))


async def draw(surface, ball):
    """Draw as fast as it is seen, at most 50 times a second."""
    while True:
        ball.step()
        whole, spot = (0, 0, WIDTH, HEIGHT), (ball.x, ball.y, BALL, BALL)
        ops = [fill(whole, SKY), fill(spot, ball.colour)]
        await asyncio.gather(surface.commit(ops=ops), asyncio.sleep(0.02))


async def colour(ball):
    """Another task of the same program."""
    while True:
        for ball.colour in COLOURS:
            await asyncio.sleep(1)


async def main(address):
    """One session: the surface goes when the block ends."""
    async with Connection(address, retry=False) as client:
        ball = Ball()
        surface = await client.create_surface(
            width=WIDTH, height=HEIGHT, place="free", title="Ball", text="A ball that bounces."
        )
        await surface.on_input(ball.put)
        await asyncio.gather(draw(surface, ball), colour(ball))


parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("address", nargs="?", help="of the node ($GEOMETRY_WS_URL)")
try:
    with suppress(KeyboardInterrupt):
        asyncio.run(main(parser.parse_args().address))
except Unreachable as problem:
    sys.exit(f"{problem}")
