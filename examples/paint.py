"""A sheet on which several people paint, each in a colour: with fingers on phones, or with a mouse.

Pictures whose files are dropped on it are part of it.

python examples/paint.py [http://localhost:8081]
"""

import argparse
import asyncio
import io

import numpy as np
from PIL import Image, UnidentifiedImageError

from geometry_ws.client import run

WIDTH, HEIGHT, BRUSH = 720, 960, 9
PAPER = (250, 249, 245)
COLOURS = [(74, 96, 201), (163, 79, 44), (29, 120, 114), (138, 74, 156), (106, 107, 34)]
CLEAR = (WIDTH - 96, HEIGHT - 56, 80, 40)  # a press there begins a new sheet
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH]


class Sheet:
    """The picture, and which part of it nobody has been sent yet."""

    def __init__(self):
        self.pixels = np.empty((HEIGHT, WIDTH, 3), np.uint8)
        self.painters = {}  # who paints -> the colour, and where the brush was last
        self.changed = asyncio.Event()
        self.clear()

    def clear(self):
        """A new sheet."""
        self.pixels[:] = PAPER
        x, y, width, height = CLEAR
        self.pixels[y : y + height, x : x + width] = (214, 210, 202)
        self.dirty = [(0, 0, WIDTH, HEIGHT)]
        self.changed.set()

    def put(self, who, x, y):
        """Somebody puts the brush down."""
        colour, _ = self.painters.get(who) or (COLOURS[len(self.painters) % len(COLOURS)], None)
        self.painters[who] = colour, np.array((x, y))

    def stroke(self, who, x, y, brush=BRUSH):
        """Paint from where the brush was to here."""
        colour, start = self.painters[who]
        self.painters[who] = colour, np.array((x, y))
        low = np.maximum(np.minimum(start, (x, y)) - brush, 0).astype(int)
        high = np.minimum(np.maximum(start, (x, y)) + brush + 1, (WIDTH, HEIGHT)).astype(int)
        if (low >= high).any():
            return
        part = np.s_[low[1] : high[1], low[0] : high[0]]
        # How far each pixel is from the line between the two points.
        way = np.array((x, y)) - start
        share = ((X[part] - start[0]) * way[0] + (Y[part] - start[1]) * way[1]) / max(way @ way, 1)
        share = np.clip(share, 0, 1)
        away = np.hypot(X[part] - start[0] - share * way[0], Y[part] - start[1] - share * way[1])
        self.pixels[part][away <= brush] = colour
        self.dirty.append((*low.tolist(), *(high - low).tolist()))
        self.changed.set()

    def show(self, data, x, y):
        """Put a picture where somebody has dropped its file."""
        with Image.open(io.BytesIO(data)) as picture:
            picture.thumbnail((WIDTH // 2, HEIGHT // 2))
            pixels = np.asarray(picture.convert("RGB"))
        left, top = max(0, int(x)), max(0, int(y))
        part = pixels[: HEIGHT - top, : WIDTH - left]
        height, width = part.shape[:2]
        self.pixels[top : top + height, left : left + width] = part
        self.dirty.append((left, top, width, height))
        self.changed.set()

    async def take(self, drop):
        """Somebody has dropped files."""
        for file in drop.files:
            try:
                self.show(await file.data(), drop.x, drop.y)
            except (UnidentifiedImageError, Image.DecompressionBombError):
                drop.refuse(f"{file.name} is no picture.")

    def hear(self, event):
        """The pointer of somebody."""
        if event.kind != "pointer":
            return
        x, y, width, height = CLEAR
        if event.phase == "down":
            self.put(event.seat, event.x, event.y)
            if x <= event.x < x + width and y <= event.y < y + height:
                self.clear()
                return
        if event.phase == "down" or (event.buttons and event.seat in self.painters):
            pressed = 2 * event.pressure if event.device == "pen" else 1
            self.stroke(event.seat, event.x, event.y, max(1, BRUSH * pressed))


async def main(client):
    sheet = Sheet()
    surface = await client.create_surface(
        width=WIDTH,
        height=HEIGHT,
        place="free",
        opaque=True,
        cursor="crosshair",
        keyboard="none",
        title="Paint",
        text="A sheet on which people paint; the button below at the right begins a new one.",
    )
    await surface.on_input(sheet.hear)
    await surface.on_drop(sheet.take)
    print(f"Open {parsed.address.rstrip('/')}/view?surface=Paint and paint.", flush=True)
    while True:
        await sheet.changed.wait()
        sheet.changed.clear()
        dirty, sheet.dirty = sheet.dirty, []
        if len(dirty) > 64:
            dirty = [(0, 0, WIDTH, HEIGHT)]
        await surface.commit(sheet.pixels, damage=dirty)  # answers when it was seen


parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("address", nargs="?", help="of the node ($GEOMETRY_WS_URL)")
parsed = parser.parse_args()
run(main, parsed.address)
