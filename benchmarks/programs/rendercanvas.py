"""The pictures by rendercanvas: `python -m benchmarks.programs.rendercanvas plasma PORT`."""

import sys

import numpy as np
from rendercanvas.http import RenderCanvas, loop

from benchmarks.programs.pictures import HEIGHT, PER_SECOND, WIDTH, pictures

canvas = RenderCanvas(size=(WIDTH, HEIGHT), update_mode="continuous", max_fps=PER_SECOND)
context = canvas.get_context("bitmap")
opaque = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
endless = pictures()


@canvas.request_draw
def _draw():
    opaque[..., :3] = next(endless)
    context.set_bitmap(opaque)


loop.run(port=int(sys.argv[2]))
