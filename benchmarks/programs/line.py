"""A line that moves ten times a second. MPLBACKEND says who shows it."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation

figure, axes = plt.subplots(num="Line")
time = np.linspace(0, 10, 400)
(line,) = axes.plot(time, np.sin(time))
axes.set(title="A wave", xlabel="time, s", ylabel="volts")


def _move(step):
    line.set_ydata(np.sin(time + step / 5))
    return (line,)


animation = FuncAnimation(figure, _move, interval=100, blit=True, cache_frame_data=False)
plt.show()
