"""Arrays of any kind become pixels: 8 bit, red green blue alpha, straight. Pure.

numpy, and what can be read as its arrays (torch, jax, CuPy, pandas, lists). What an array means is
never guessed where two meanings are possible: then the sentence says how to name the right one.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geometry_ws.client.colour_maps import STEPS, NoColourMap, colours
from geometry_ws.client.errors import NoPicture

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LAYOUTS: Final = ("hwc", "chw")
_MOST_CHANNELS = 4
_SLACK = 1e-4
"""What floats may lie outside of 0 to 1: computing leaves such traces."""


@dataclass(frozen=True)
class Reading:
    """How an array is meant, where it doesn't say so itself.

    ``cmap``: a colour map for one channel. ``vmin`` and ``vmax``: the values that become the first
    and the last colour. ``layout``: hwc or chw. ``name``: the argument's name, for sentences.
    """

    cmap: str | None = None
    vmin: float | None = None
    vmax: float | None = None
    layout: str | None = None
    name: str = "picture"

    def __post_init__(self) -> None:
        if self.layout is not None and self.layout not in LAYOUTS:
            raise NoPicture(f"`layout` is 'hwc' or 'chw', not {self.layout!r}.")
        for name, value in (("vmin", self.vmin), ("vmax", self.vmax)):
            if value is not None and not _is_finite(value):
                raise NoPicture(f"`{name}` is a number, not {value!r}.")
        if self.vmin is not None and self.vmax is not None and self.vmin >= self.vmax:
            raise NoPicture(f"`vmin` is below `vmax`: {self.vmin} is not below {self.vmax}.")
        if self.cmap is not None:
            if not isinstance(self.cmap, str):
                raise NoPicture(f"`cmap` is the name of a colour map, not {self.cmap!r}.")
            try:
                colours(self.cmap)
            except NoColourMap as problem:
                raise NoPicture(f"`cmap`: {problem}") from None


def is_array(value: object) -> bool:
    """Whether something can be read as an array."""
    words = ("__array__", "__array_interface__", "__dlpack__")
    return isinstance(value, list | tuple | memoryview) or (
        not isinstance(value, type) and any(hasattr(value, word) for word in words)
    )


def pixels_of(value: Any, reading: Reading) -> "npt.NDArray[np.uint8]":
    """The pixels of an array, (height, width, 3 or 4), straight; perhaps a view of the array.

    Raises NoPicture, with a sentence that names the argument.
    """
    import numpy as np

    array = _as_array(value, reading.name)
    if reading.layout == "hwc" and array.ndim == 2:
        raise NoPicture(f"`layout` is 'hwc', and `{reading.name}` has two axes: leave it out.")
    planes = _channels_last(array, reading)
    if reading.cmap is not None:
        pixels = _coloured(planes, reading)
    elif reading.vmin is not None or reading.vmax is not None:
        shares, _ = _shares(planes, reading)
        pixels = _with_colours(np.rint(shares * 255).astype(np.uint8))
    else:
        pixels = _with_colours(_levels(planes, reading.name))
    mask = getattr(value, "mask", None)
    if array.ndim == 2 and isinstance(value, np.ma.MaskedArray) and np.any(mask):
        return _transparent_where(pixels, np.ma.getmaskarray(value))
    return pixels


def _as_array(value: Any, name: str) -> "npt.NDArray[Any]":
    import numpy as np

    if isinstance(value, np.ndarray):
        return np.asarray(value)
    try:
        if callable(getattr(value, "detach", None)) and callable(getattr(value, "cpu", None)):
            value = value.detach().cpu()
        if hasattr(value, "__array__") or hasattr(value, "__array_interface__"):
            return np.asarray(value)
        if hasattr(value, "__dlpack__"):
            return np.from_dlpack(value)
        return np.asarray(value)
    except Exception as problem:  # noqa: BLE001 - other people's arrays raise what they like
        words = " ".join(str(problem).split())[:200]
        kind = type(value).__name__
        raise NoPicture(f"`{name}` ({kind}) can't be read as an array: {words}.") from None


def _channels_last(array: "npt.NDArray[Any]", reading: Reading) -> "npt.NDArray[Any]":
    """An array as (height, width, channels)."""
    name, shape = reading.name, array.shape
    if array.dtype.kind not in "buif":
        raise NoPicture(
            f"`{name}` is an array of {array.dtype}: give numpy.uint8, uint16, bool, or floats "
            "from 0 to 1."
        )
    if 0 in shape:
        raise NoPicture(f"`{name}` is empty: its shape is {shape}.")
    if array.ndim == 2:
        return array[..., None]
    if array.ndim != 3:
        raise NoPicture(
            f"`{name}` has the shape {shape}: a picture is (height, width) or (height, width, 1 to "
            "4)."
        )
    last, first = shape[2] <= _MOST_CHANNELS, shape[0] <= _MOST_CHANNELS
    layout = reading.layout
    if layout is None:
        if last and first:
            raise NoPicture(
                f"`{name}` has the shape {shape}, which can be read in two ways: say layout='hwc' "
                "or layout='chw'."
            )
        layout = "chw" if first else "hwc"
    if not (first if layout == "chw" else last):
        raise NoPicture(
            f"`{name}` has the shape {shape}: a picture has 1 to 4 channels, (height, width, "
            "channels) or (channels, height, width)."
        )
    return array.transpose(1, 2, 0) if layout == "chw" else array


def _levels(array: "npt.NDArray[Any]", name: str) -> "npt.NDArray[np.uint8]":
    """Numbers of any kind as 0 to 255."""
    import numpy as np

    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "u" and size == 1:
        return array
    if kind == "b":
        return array.astype(np.uint8) * np.uint8(255)
    if kind == "u" and size == 2:
        wide = array.astype(np.uint32)
        return ((wide * 255 + 32895) >> 16).astype(np.uint8)
    lowest, highest = array.min(), array.max()
    if kind in "ui":
        if lowest < 0 or highest > 255:
            raise NoPicture(
                f"`{name}` has whole numbers from {lowest} to {highest}: pixels go from 0 to 255 "
                "(numpy.uint16: to 65535); vmin= and vmax= scale others."
            )
        return array.astype(np.uint8)
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        hint = ' or say cmap="viridis", which leaves them out' if array.shape[2] == 1 else ""
        raise NoPicture(f"`{name}` has values that are no numbers: replace them{hint}.")
    if lowest < -_SLACK or highest > 1 + _SLACK:
        hint = 'cmap="viridis" or ' if array.shape[2] == 1 else ""
        raise NoPicture(
            f"`{name}` has floats from {lowest:.4g} to {highest:.4g}: floats go from 0 to 1; "
            f"{hint}vmin= and vmax= scale others."
        )
    shares = np.clip(array, 0, 1).astype(np.float32)
    levels: npt.NDArray[np.uint8] = np.rint(shares * 255).astype(np.uint8)
    return levels


def _shares(array: "npt.NDArray[Any]", reading: Reading) -> tuple[Any, Any]:
    """Numbers as shares of the way from vmin to vmax, 0 to 1; and where they are no numbers."""
    import numpy as np

    values = array.astype(np.float64)
    missing = np.isnan(values)
    finite = values[np.isfinite(values)]
    low = reading.vmin if reading.vmin is not None else (finite.min() if finite.size else 0.0)
    high = reading.vmax if reading.vmax is not None else (finite.max() if finite.size else 1.0)
    if high <= low:
        # One value, or all of them beyond the given end.
        return np.where(values > low, 1.0, 0.0), missing
    with np.errstate(invalid="ignore", over="ignore"):
        shares = np.clip((values - low) / (high - low), 0, 1)
    return np.where(missing, 0.0, shares), missing


def _coloured(array: "npt.NDArray[Any]", reading: Reading) -> "npt.NDArray[np.uint8]":
    import numpy as np

    if array.shape[2] != 1:
        raise NoPicture(
            f"`cmap` colours pictures of one channel, and `{reading.name}` has {array.shape[2]}: "
            "leave it out."
        )
    shares, missing = _shares(array[..., 0], reading)
    steps = np.rint(shares * (STEPS - 1)).astype(np.uint8)
    pixels = colours(reading.cmap or "grey")[steps]
    return _transparent_where(pixels, missing) if missing.any() else pixels


def _with_colours(levels: "npt.NDArray[np.uint8]") -> "npt.NDArray[np.uint8]":
    """One to four channels as three or four: grey is the same red, green and blue."""
    import numpy as np

    channels = levels.shape[2]
    if channels >= 3:
        return levels
    pixels = np.empty((*levels.shape[:2], 3 if channels == 1 else 4), np.uint8)
    pixels[..., :3] = levels[..., :1]
    if channels == 2:
        pixels[..., 3] = levels[..., 1]
    return pixels


def _transparent_where(pixels: Any, where: Any) -> "npt.NDArray[np.uint8]":
    import numpy as np

    whole = np.full((*pixels.shape[:2], 4), 255, np.uint8)
    whole[..., : pixels.shape[2]] = pixels
    whole[where] = 0
    return whole


def _is_finite(value: object) -> bool:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return number - number == 0
