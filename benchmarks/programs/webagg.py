"""The programs by matplotlib's own server: `python -m benchmarks.programs.webagg CASE PORT`."""

import sys

import matplotlib as mpl

from benchmarks.programs.pictures import HEIGHT, PER_SECOND, WIDTH, pictures, plasma

mpl.use("webagg")
mpl.rcParams["webagg.open_in_browser"] = False
mpl.rcParams["webagg.port"] = int(sys.argv[2])
mpl.rcParams["webagg.port_retries"] = 1

if sys.argv[1] == "line":
    from benchmarks.programs import line as line
else:
    import matplotlib.pyplot as plt
    from matplotlib.animation import FuncAnimation

    figure = plt.figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
    image = figure.figimage(plasma(0))
    endless = pictures()

    def _move(_):
        image.set_data(next(endless))
        return (image,)

    animation = FuncAnimation(
        figure, _move, interval=1000 / PER_SECOND, blit=True, cache_frame_data=False
    )
    plt.show()
