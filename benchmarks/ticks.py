"""What deciding costs: microseconds of a tick and of an ack, for one viewer and for many.

No router and no pixels: a surface is moved sixty times a second, all viewers are level, and each
acknowledges as often as it is told. Run it before and after a change of `stream`; compare ratios.
"""

import time

from geometry_ws.scene.surface import Pixels
from geometry_ws.scene.world import World
from geometry_ws.stream.pace import acks_per_second
from geometry_ws.stream.stream import Stream
from geometry_ws.stream.tiles import Encoding
from geometry_ws.stream.viewer import Joining

STEPS = 1200
SURFACES = 20
RATE = 60
DRAW_US = 100


def _raw(pixels: Pixels, _: Encoding) -> tuple[str, bytes, bool]:
    return "raw", pixels.tobytes(), True


def measured(viewers: int) -> tuple[float, float]:
    """Microseconds of a step with its frame, and of an ack."""
    world = World()
    stream = Stream("e", world.surfaces, 0.0)
    moved = ""
    for number in range(SURFACES):
        moved, changes = world.create("program", 100, 100, x=number * 10)
        stream.changed(changes, None, 0.0)
    for viewer in range(viewers):
        stream.attach(viewer, None, 0.0, Joining())
    now, ticks, acks, count = 1.0, 0.0, 0.0, 0
    every = RATE // acks_per_second(viewers)
    plan = stream.plan(now)
    stream.commit(plan, plan.encode(_raw), now)
    for step in range(STEPS):
        now += 1 / RATE
        begun = time.perf_counter()
        stream.changed(world.move("program", moved, step, 3), step, now)
        due = stream.next_due(now)
        if due is not None and due <= now:
            plan = stream.plan(now)
            stream.commit(plan, plan.encode(_raw), now)
        between = time.perf_counter()
        for viewer in range(step % every, viewers, every):
            stream.ack(viewer, "e", stream.seq, 0, DRAW_US, now + 0.003)
            stream.due_for(viewer, now + 0.003)
            count += 1
        ticks += between - begun
        acks += time.perf_counter() - between
    return ticks / STEPS * 1e6, acks / max(count, 1) * 1e6


def main() -> None:
    """Print the best of three runs for each number of viewers."""
    for viewers in (1, 10, 50, 200):
        tick, ack = min(measured(viewers) for _ in range(3))
        print(f"{viewers:4} viewers: {tick:6.0f} µs a tick, {ack:4.0f} µs an ack")


if __name__ == "__main__":
    main()
