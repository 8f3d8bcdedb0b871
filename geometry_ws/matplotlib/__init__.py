"""A back end of matplotlib: figures are live on the node's screens.

    import matplotlib
    matplotlib.use("module://geometry_ws.matplotlib")

or MPLBACKEND=module://geometry_ws.matplotlib in the environment. This package alone needs
matplotlib, and nothing else of geometry_ws imports it.

canvas.py       the canvas: draws, presents, hears
manager.py      a figure on a screen, and `show`
toolbar.py      what matplotlib's keys do: home, back, pan, zoom, save
event_loop.py   what happens in the thread that draws: input, timers, drawing
events.py       input of a surface -> events in matplotlib's words
words.py        what a figure shows, in words
"""

from geometry_ws.matplotlib.canvas import FigureCanvas
from geometry_ws.matplotlib.manager import FigureManager

__all__ = ["FigureCanvas", "FigureManager"]
