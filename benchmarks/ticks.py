"""What deciding costs: microseconds of a step and of an ack, for one viewer and for many.

No router, and no pixels are encoded. *drag*: a surface is moved sixty times a second. *video*: a
surface is painted anew thirty times a second, with loss, by pictures that the program has encoded.
All viewers are level, and each acknowledges as often as it is told. Everything between two steps is
counted: what wakes the stream, and ticks that send nothing. Processor time is measured, so that
other programs matter little. Run it before and after a change of `stream`; compare ratios.
"""

import time
from collections.abc import Callable, Iterator

import numpy as np

from geometry_ws.scene.changes import Changes, Tile
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Image
from geometry_ws.scene.surface import Pixels
from geometry_ws.scene.world import Update, World
from geometry_ws.stream.pace import acks_per_second
from geometry_ws.stream.stream import Stream
from geometry_ws.stream.tiles import Encoding
from geometry_ws.stream.viewer import Joining

STEPS = 600
SURFACES = 20
DRAW_US = 100
WIDTH, HEIGHT = 640, 360
PICTURE_BYTES = 4000

Step = Callable[[int], Changes]


def _raw(pixels: Pixels, _: Encoding) -> tuple[str, bytes, bool]:
    return "raw", pixels.tobytes(), True


def _drag(world: World, surface: str) -> Step:
    return lambda number: world.move("program", surface, number, 3)


def _video(world: World, surface: str) -> Step:
    def step(number: int) -> Changes:
        pixels = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
        pixels[..., 0] = number % 256
        tile = Tile("jpeg", bytes(PICTURE_BYTES), lossless=False)
        image = Image(Rect(0, 0, WIDTH, HEIGHT), pixels, tile)
        drawing = world.begin("program", [Update(surface, ops=[image])])
        drawing.draw(apart=False)
        return world.finish(drawing)

    return step


LOADS = {"drag": (60, _drag), "video": (30, _video)}


class Simulation:
    """A stream with its viewers; `seconds` is the processor time of what it decides."""

    def __init__(self, load: str, viewers: int) -> None:
        self.rate, make = LOADS[load]
        self.world = World()
        self.stream = Stream("e", self.world.surfaces, 0.0)
        self.now, self.seconds, self.ack_seconds, self.acks = 1.0, 0.0, 0.0, 0
        surface = ""
        for number in range(SURFACES):
            surface, changes = self.world.create(
                *("program", WIDTH, HEIGHT), x=number * 10, opaque=True, content="video"
            )
            self.stream.changed(changes, None, 0.0)
        self.step = make(self.world, surface)
        for viewer in range(viewers):
            self.stream.attach(viewer, None, 0.0, Joining(frozenset(("jpeg",))))

    def run(self, steps: int) -> None:
        """Make some steps."""
        viewers = len(self.stream.viewers)
        every = self.rate // acks_per_second(viewers)
        for number in range(steps):
            changes = self.step(number)
            begun = time.thread_time()
            self.stream.changed(changes, number, self.now)
            until = self.now + 1 / self.rate
            for moment in self._wakes(until):
                self._tick(moment)
            self.now = until
            between = time.thread_time()
            self.seconds += between - begun
            for viewer in range(number % every, viewers, every):
                self.stream.ack(viewer, "e", self.stream.seq, 0, DRAW_US, self.now)
                self.stream.due_for(viewer, self.now)
                self.acks += 1
            self.ack_seconds += time.thread_time() - between

    def _wakes(self, until: float) -> Iterator[float]:
        """When the stream wants to be woken before the next step."""
        while True:
            due = self.stream.next_due(self.now)
            if due is None or due >= until:
                return
            yield max(due, self.now)

    def _tick(self, now: float) -> None:
        self.now = now
        self.stream.expire(self.now)
        plan = self.stream.plan(self.now)
        self.stream.commit(plan, plan.encode(_raw), self.now)


def measured(load: str, viewers: int) -> tuple[float, float]:
    """Microseconds of a step with its frame, and of an ack."""
    simulation = Simulation(load, viewers)
    simulation.run(simulation.rate)
    simulation.seconds, simulation.ack_seconds, simulation.acks = 0.0, 0.0, 0
    simulation.run(STEPS)
    acks = max(simulation.acks, 1)
    return simulation.seconds / STEPS * 1e6, simulation.ack_seconds / acks * 1e6


def main() -> None:
    """Print the best of three runs for each load and number of viewers."""
    for load in LOADS:
        for viewers in (1, 10, 50, 200):
            step, ack = min(measured(load, viewers) for _ in range(3))
            print(f"{load}, {viewers:4} viewers: {step:6.0f} µs a step, {ack:4.0f} µs an ack")


if __name__ == "__main__":
    main()
