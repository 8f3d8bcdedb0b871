"""Shows 30 pictures a second that numpy computes, 640 × 480 pixels, without an event loop.

python examples/numpy_video.py [http://localhost:8081]
"""

import argparse
import time
from contextlib import suppress

import numpy as np

import geometry_ws as gw

SECONDS = 1 / 30
WIDTH, HEIGHT = 640, 480
y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32) / HEIGHT


def picture(now):
    """One picture: an array of height, width and three colours, from 0 to 255."""
    wave = np.sin(7 * x + now) + np.sin(9 * y - 1.3 * now) + np.sin(6 * (x + y) + 0.7 * now)
    return np.stack([128 + 120 * np.cos(wave + shift) for shift in (0, 0.8, 1.6)], -1).astype("u1")


def main(address):
    """Draw until Ctrl-C."""
    screen = gw.connect(address, keep=False)
    handle = screen.show(picture(0), title="Plasma", text="Colours that flow.")
    while True:
        began = time.monotonic()
        handle.update(picture(began))
        handle.flush()  # as fast as it is seen, and no faster
        time.sleep(max(0, began + SECONDS - time.monotonic()))


parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("address", nargs="?", help="of the node ($GEOMETRY_WS_URL)")
with suppress(KeyboardInterrupt):
    main(parser.parse_args().address)
