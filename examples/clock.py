"""A clock of seven-segment digits, drawn with filled rectangles: a few bytes a second.

python examples/clock.py [http://localhost:8081]
"""

import argparse
import time

from geometry_ws.client import run
from geometry_ws.client.drawing import fill

DARK, DIM, BRIGHT = (22, 26, 33), (34, 40, 50), (120, 220, 190)
BARS = {  # x, y, width, height of each segment, in a digit of 36 × 64
    "a": (6, 0, 24, 6),
    "b": (30, 6, 6, 23),
    "c": (30, 35, 6, 23),
    "d": (6, 58, 24, 6),
    "e": (0, 35, 6, 23),
    "f": (0, 6, 6, 23),
    "g": (6, 29, 24, 6),
}
DIGITS = ["abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg"]
PLACES = (20, 66, 128, 174)


def digit(left, number):
    for name, (x, y, width, height) in BARS.items():
        yield fill((left + x, 18 + y, width, height), BRIGHT if name in DIGITS[number] else DIM)


async def main(client):
    surface = await client.create_surface(width=230, height=100, place="free", title="Clock")
    await surface.fill(DARK)
    shown = ""
    while True:
        now = time.strftime("%H%M")
        if now != shown:
            shown = now
            ops = [op for left, n in zip(PLACES, now, strict=True) for op in digit(left, int(n))]
            await surface.configure(text=time.strftime("It is %H:%M."))
            await surface.commit(ops=ops)
        dot = BRIGHT if int(time.time()) % 2 else DIM
        await surface.commit(ops=[fill((112, y, 6, 6), dot) for y in (38, 60)])
        await client.sleep(1 - time.time() % 1)


parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("address", nargs="?", help="of the node ($GEOMETRY_WS_URL)")
run(main, parser.parse_args().address)
