"""A program for tests: a thing with three faces, each drawn only once somebody looks at it.

It prints one line of JSON with the ids of the faces by their titles, and one for each face that it
draws and each press.
"""

import json
import sys
from typing import Any

from geometry_ws.client import Client, run

SIDE = 200
FACES: dict[str, tuple[dict[str, Any], tuple[int, int, int]]] = {
    "far": ({"scale": [None, 0.5]}, (0, 0, 220)),
    "day": ({"theme": "light", "scale": [0.5, None]}, (240, 240, 200)),
    "night": ({"theme": "dark", "scale": [0.5, None]}, (60, 20, 20)),
}


def say(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def main(client: Client) -> None:
    ids = {}
    for title, (shown_when, colour) in FACES.items():
        surface = await client.create_surface(
            width=SIDE, height=SIDE, y=-1000, title=title, shown_when=shown_when
        )
        ids[title] = surface.id

        async def draw(looked: Any, surface: Any = surface, colour: Any = colour) -> None:
            if looked.looked:
                await surface.fill((*colour, 255))
                say(["drawn", surface.id])

        def press(event: Any) -> None:
            if event.phase == "down":
                say(["pressed", event.surface])

        await surface.on_looked(draw)
        await surface.on_input(press)
    say(ids)
    await client.stay()


if __name__ == "__main__":
    run(main, sys.argv[1], quiet=True)
