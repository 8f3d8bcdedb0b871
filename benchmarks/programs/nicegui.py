"""The programs by NiceGUI: `python -m benchmarks.programs.nicegui CASE PORT`.

Pictures are JPEG in data addresses, as its users send them.
"""

import base64
import io
import sys

import numpy as np
from nicegui import ui
from PIL import Image

from benchmarks.programs.pictures import HEIGHT, PER_SECOND, WIDTH, pictures


@ui.page("/")
def _page():
    if sys.argv[1] == "line":
        time = np.linspace(0, 10, 400)
        steps = iter(range(10**9))
        with ui.matplotlib(figsize=(WIDTH / 100, HEIGHT / 100)).figure as figure:
            axes = figure.gca()
            (line,) = axes.plot(time, np.sin(time))

        def move():
            with figure:
                line.set_ydata(np.sin(time + next(steps) / 5))

        ui.timer(0.1, move)
        return
    image = ui.interactive_image()
    endless = pictures()

    def show():
        written = io.BytesIO()
        Image.fromarray(next(endless)).save(written, "JPEG")
        image.set_source(f"data:image/jpeg;base64,{base64.b64encode(written.getvalue()).decode()}")

    ui.timer(1 / PER_SECOND, show)


ui.run(port=int(sys.argv[2]), show=False, reload=False)
