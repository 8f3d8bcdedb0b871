"""A live figure of matplotlib: p pans, o zooms, h goes home, g shows the grid, q ends.

python examples/matplotlib_live.py [http://localhost:8081]
"""

import argparse
import os

import matplotlib as mpl
import numpy as np

mpl.use("module://geometry_ws.matplotlib")

import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation

parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("address", nargs="?", help="of the node; else as connect() finds it")
if address := parser.parse_args().address:
    os.environ["GEOMETRY_WS_URL"] = address

figure, axes = plt.subplots(num="Live wave")
time = np.linspace(0, 10, 400)
(line,) = axes.plot(time, np.sin(time))
axes.set(title="A wave", xlabel="time, s", ylabel="volts")


def move(step):
    line.set_ydata(np.sin(time + step / 5))
    return (line,)


animation = FuncAnimation(figure, move, interval=100, blit=True, cache_frame_data=False)
plt.show()
