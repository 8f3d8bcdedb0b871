"""Colour maps by their names: a number from 0 to 1 becomes a colour. Pure.

The names below are always there and give the same colours everywhere. Others are matplotlib's,
where that is installed.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_POINTS: Final = {
    "grey": "000000 ffffff",
    "viridis": "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725",
    "plasma": "0d0887 47039f 7301a8 9c179e bd3786 d8576b ed7953 fa9e3b fdc926 f0f921",
    "inferno": "000004 1b0c42 4b0c6b 781c6d a52c60 cf4446 ed6925 fb9a06 f7d03c fcffa4",
    "magma": "000004 180f3e 451077 721f81 9f2f7f cd4071 f1605d fd9567 fec98d fcfdbf",
    "turbo": "30123b 4662d7 36aaf9 1ae4b6 72fe5e c7ef34 faba39 f66b19 cb2a04 7a0403",
    "coolwarm": "3b4cc0 6788ee 9abbff c9d7f0 edd1c2 f7a889 e26952 b40426",
}
"""Colours at even distances; between them they are mixed."""

_SAME: Final = {"gray": "grey", "grays": "grey", "greys": "grey"}

NAMES: Final = tuple(_POINTS)
"""The colour maps that are always there."""

STEPS: Final = 256


class NoColourMap(ValueError):
    """There is no colour map of a name."""


@lru_cache(maxsize=32)
def colours(name: str) -> "npt.NDArray[np.uint8]":
    """The 256 colours of a map, (256, 3), red first. Raises NoColourMap."""
    import numpy as np

    points = _POINTS.get(_SAME.get(name.lower(), name.lower()))
    if points is None:
        return _colours_of_matplotlib(name)
    known = np.array([list(bytes.fromhex(point)) for point in points.split()], np.float64)
    at = np.linspace(0, len(known) - 1, STEPS)
    places = np.arange(len(known))
    mixed = [np.interp(at, places, known[:, channel]) for channel in range(3)]
    table: npt.NDArray[np.uint8] = np.rint(np.stack(mixed, axis=-1)).astype(np.uint8)
    return table


def _colours_of_matplotlib(name: str) -> "npt.NDArray[np.uint8]":
    import numpy as np

    try:
        from matplotlib import colormaps
    except ImportError:
        known = ", ".join(NAMES)
        raise NoColourMap(f"There is no colour map {name!r} without matplotlib: {known}.") from None
    if name not in colormaps:
        known = ", ".join(NAMES)
        raise NoColourMap(f"There is no colour map {name!r}: take {known} or one of matplotlib's.")
    shades = colormaps[name](np.linspace(0, 1, STEPS))
    table: npt.NDArray[np.uint8] = np.rint(np.asarray(shades)[:, :3] * 255).astype(np.uint8)
    return table
