"""Draws waves on a surface of its own, as fast as a viewer shows it; ending it removes the surface.

python examples/draw.py [http://localhost:8081]
"""

import argparse

import numpy as np

from geometry_ws.client import run

WIDTH, HEIGHT = 320, 200


async def main(client):
    surface = await client.create_surface(
        width=WIDTH, height=HEIGHT, place="free", opaque=True, title="Waves", text="Moving colours."
    )
    print("Waves are shown beside the board; Ctrl-C removes them.", flush=True)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / HEIGHT
    while True:
        time = client.now()
        rings = np.hypot(x - 0.8 - 0.4 * np.cos(0.7 * time), y - 0.5 - 0.3 * np.sin(time))
        wave = np.sin(4 * x + time) + np.sin(5 * y - 1.3 * time) + np.sin(9 * rings - 2 * time)
        shades = np.stack([np.cos(wave + shift) for shift in (0.0, 0.8, 1.6)], axis=-1)
        await surface.commit((145 + 100 * shades).astype(np.uint8))  # answers when it was seen


parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("address", nargs="?", help="of the node ($GEOMETRY_WS_URL)")
run(main, parser.parse_args().address)
