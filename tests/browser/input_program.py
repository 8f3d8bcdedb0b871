"""A program for tests: shows surfaces side by side and says what input they get.

It takes a node's address, and a list in JSON of what `surface.create` shall have besides place and
size. It prints one line of JSON with the ids, and one for each event; a © is answered with
text for the clipboard. Of files that are dropped it says the sums.
"""

import json
import sys
from functools import partial
from hashlib import sha256
from typing import Any

import msgspec
import numpy as np

from geometry_ws.client import Client, run
from geometry_ws.client.drops import Drop
from geometry_ws.client.surface import Surface
from geometry_ws.protocol.surfaces import SurfaceInput

SIDE = 200


def say(what: Any) -> None:
    sys.stdout.write(json.dumps(msgspec.to_builtins(what)) + "\n")
    sys.stdout.flush()


async def hear(surface: Surface, event: SurfaceInput) -> None:
    say(event)
    if event.text == "©":
        await surface.offer_text("one\ntwo \U0001f600", event)


async def take(drop: Drop) -> None:
    data = [await file.data() for file in drop.files]
    if not all(data):
        drop.refuse("An empty file is no picture.")
    names = [file.name for file in drop.files]
    sums = [sha256(each).hexdigest() for each in data]
    where = {"surface": drop.event.surface, "x": drop.x, "y": drop.y}
    say({"dropped": names, "sums": sums, **where})


async def main(client: Client) -> None:
    surfaces = []
    for number, options in enumerate(json.loads(sys.argv[2])):
        surface = await client.create_surface(
            width=SIDE,
            height=SIDE,
            x=number * (SIDE + 40),
            y=-1000,
            opaque=True,
            **{"title": f"pad {number}", **options},
        )
        # A board of single pixels, black and white.
        pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
        pixels[np.indices((SIDE, SIDE)).sum(axis=0) % 2 == 1] = 255
        await surface.commit(pixels)
        await surface.on_input(partial(hear, surface))
        if options.get("files"):
            await surface.on_drop(take)
        surfaces.append(surface)
    say([surface.id for surface in surfaces])
    await client.stay()


if __name__ == "__main__":
    run(main, sys.argv[1], quiet=True)
