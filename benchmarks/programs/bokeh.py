"""The programs by Bokeh's server: `python -m benchmarks.programs.bokeh CASE PORT`."""

import sys

import numpy as np
from bokeh.plotting import figure
from bokeh.server.server import Server

from benchmarks.programs.pictures import HEIGHT, PER_SECOND, WIDTH, pictures


def _line(document):
    time = np.linspace(0, 10, 400)
    plot = figure(width=WIDTH, height=HEIGHT, title="A wave")
    source = plot.line(time, np.sin(time)).data_source
    steps = iter(range(10**9))
    document.add_root(plot)

    def move():
        source.data = {"x": time, "y": np.sin(time + next(steps) / 5)}

    document.add_periodic_callback(move, 100)


def _plasma(document):
    plot = figure(width=WIDTH, height=HEIGHT)
    endless = pictures()

    def packed():
        whole = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
        whole[..., :3] = next(endless)
        return whole.view(np.uint32)[..., 0]

    source = plot.image_rgba(image=[packed()], x=0, y=0, dw=WIDTH, dh=HEIGHT).data_source
    document.add_root(plot)

    def move():
        source.data = {"image": [packed()]}

    document.add_periodic_callback(move, 1000 // PER_SECOND)


server = Server({"/": _line if sys.argv[1] == "line" else _plasma}, port=int(sys.argv[2]))
server.start()
server.io_loop.start()
