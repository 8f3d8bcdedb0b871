"""Figures of matplotlib become pixels. matplotlib is never imported here: who has a figure has it.

Figures, axes, and the module pyplot (its current figure) are taken.
"""

import sys
from types import ModuleType
from typing import Any


def figure_of(value: Any) -> Any | None:
    """The figure that something is or belongs to; None where it is of another kind."""
    module = sys.modules.get("matplotlib.figure")
    if module is None:
        return None
    if isinstance(value, module.FigureBase):
        return value.figure  # of a part of a figure, the whole
    if isinstance(value, ModuleType):
        return value.gcf() if value.__name__ in ("matplotlib.pyplot", "pylab") else None
    artist = sys.modules.get("matplotlib.artist")
    if artist is not None and isinstance(value, artist.Artist):
        return figure_of(getattr(value, "figure", None))
    return None


def draw_figure(figure: Any) -> Any:
    """The pixels of a figure, (height, width, 4), straight alpha; its canvas stays what it is."""
    canvas = figure.canvas
    if not hasattr(canvas, "buffer_rgba"):
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        try:
            drawing = FigureCanvasAgg(figure)
            drawing.draw()
            return _copied(drawing)
        finally:
            figure.set_canvas(canvas)
    canvas.draw()
    return _copied(canvas)


def title_of_figure(figure: Any) -> str:
    """What a figure is called: its label, its title, or that of its only axes."""
    titles = [str(figure.get_label() or "")]
    if hasattr(figure, "get_suptitle"):
        titles.append(figure.get_suptitle())
    if len(figure.axes) == 1:
        titles.append(figure.axes[0].get_title())
    return next((" ".join(title.split()) for title in titles if title.strip()), "")


def _copied(canvas: Any) -> Any:
    import numpy as np

    return np.array(canvas.buffer_rgba(), np.uint8)
