"""The programs by trame: `python -m benchmarks.programs.trame CASE PORT`.

The line is an SVG and the pictures are JPEG, in the page's state, as its users send them.
"""

import asyncio
import base64
import io
import sys

import numpy as np
from matplotlib.figure import Figure
from PIL import Image
from trame.app import get_server
from trame.ui.html import DivLayout
from trame.widgets import html

from benchmarks.programs.pictures import HEIGHT, PER_SECOND, WIDTH, pictures

server = get_server(client_type="vue3")
server.state.picture = ""


def _data_address(kind, written):
    return f"data:image/{kind};base64,{base64.b64encode(written.getvalue()).decode()}"


def _lines():
    time = np.linspace(0, 10, 400)
    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100))
    (line,) = figure.subplots().plot(time, np.sin(time))
    for step in range(10**9):
        line.set_ydata(np.sin(time + step / 5))
        written = io.BytesIO()
        figure.savefig(written, format="svg")
        yield _data_address("svg+xml", written)


def _jpegs():
    for picture in pictures():
        written = io.BytesIO()
        Image.fromarray(picture).save(written, "JPEG")
        yield _data_address("jpeg", written)


async def _move(shown, seconds):
    clock = asyncio.get_running_loop()
    due = clock.time()
    for address in shown:
        with server.state as state:
            state.picture = address
        due += seconds
        await asyncio.sleep(max(0.0, due - clock.time()))


@server.controller.add_task("on_server_ready")
async def _begin(**_):
    await _move(*((_lines(), 0.1) if sys.argv[1] == "line" else (_jpegs(), 1 / PER_SECOND)))


with DivLayout(server):
    html.Img(src=("picture",))

server.start(port=int(sys.argv[2]), open_browser=False, show_connection_info=False)
