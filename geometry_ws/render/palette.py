"""Pictures of at most 256 colours: a table of colours, and one byte for each pixel.

Text, plots and most cards have few colours, also with smooth edges. Their indices compress two to
three times better than their pixels, in less time; and other than in PNG the table holds
premultiplied colours, so that alpha stays exact. The bytes before compression are: the number of
colours minus one; the colours, four bytes each; width x height indices, rows from the top.
"""

import numpy as np
import numpy.typing as npt

from geometry_ws.render.pixels import Pixels

MOST_COLOURS = 256

_SORTED_PIXELS = 4096
"""So few are sooner sorted than spread over slots."""

_COLOURED_EDGES = 16
_MANY_COLOURS = 96
"""Lines of charts have so many on their edges. WebP then takes half of the bytes, and for each
pixel twice the time: 20 ns."""

_SLOTS = 1 << 16
_SAMPLES = 2048
_MULTIPLIERS = (None, 2_654_435_761, 2_246_822_519)
"""How colours are spread over the slots; None: by green and blue, where greys never meet."""


def may_be_indexed(pixels: Pixels) -> bool:
    """Whether a few pixels of a picture show no more colours than a palette holds."""
    step = max(1, int((pixels.shape[0] * pixels.shape[1] / _SAMPLES) ** 0.5))
    few = np.ascontiguousarray(pixels[::step, ::step]).view(np.uint32)
    return np.unique(few).size <= MOST_COLOURS


def has_coloured_edges(pixels: Pixels) -> bool:
    """Whether few pixels show many shades that aren't grey, and no more than a palette holds."""
    step = max(1, int((pixels.shape[0] * pixels.shape[1] / _SAMPLES) ** 0.5))
    few = np.ascontiguousarray(pixels[::step, ::step]).view(np.uint32)
    shades = np.unique(few)
    return _COLOURED_EDGES <= shades.size <= MOST_COLOURS and _are_coloured(shades.view(np.uint8))


def indexed(pixels: Pixels) -> bytes | None:
    """The table and the indices of a contiguous picture; None where it has too many colours.

    Pictures with a little less than 256 colours may now and then be taken for ones with more.
    """
    colours = pixels.reshape(-1, 4).view(np.uint32)[:, 0]
    if colours.size <= _SORTED_PIXELS:
        known, places = np.unique(colours, return_inverse=True)
        return None if known.size > MOST_COLOURS else _joined(known, places.astype(np.uint8))
    some_colours = np.unique(colours[:: max(1, colours.size // _SAMPLES)])
    if some_colours.size > MOST_COLOURS:  # these would take longest
        return None
    for multiplier in _MULTIPLIERS:
        if np.unique(_slots(some_colours, multiplier)).size < some_colours.size:
            continue  # two colours meet in a slot: found out before the work
        slots = _slots(colours, multiplier)
        table = np.zeros(_SLOTS, np.uint32)
        table[slots] = colours
        used = np.flatnonzero(table)
        if not table[0] and not colours.all():
            used = np.concatenate(([0], used))  # transparent black always lies in the first slot
        if used.size > MOST_COLOURS:
            return None
        if not np.array_equal(table[slots], colours):
            continue
        numbers = np.zeros(_SLOTS, np.uint8)
        numbers[used] = np.arange(used.size, dtype=np.uint8)
        return _joined(table[used], numbers[slots])
    return None


def has_many_shades(table: bytes) -> bool:
    """Whether the result of `indexed` has as many colours as lines have on their smooth edges.

    Those of text are grey, and go well one after the other.
    """
    count = table[0] + 1
    return count >= _MANY_COLOURS and _are_coloured(np.frombuffer(table, np.uint8, 4 * count, 1))


def _are_coloured(shades: npt.NDArray[np.uint8]) -> bool:
    """Whether many of these colours, four bytes each, aren't grey."""
    blue, green, red, _ = shades.reshape(-1, 4).T
    return bool(np.count_nonzero((blue != green) | (green != red)) >= _COLOURED_EDGES)


def _joined(table: npt.NDArray[np.uint32], indices: npt.NDArray[np.uint8]) -> bytes:
    return b"".join((bytes((table.size - 1,)), table.tobytes(), indices.tobytes()))


def _slots(colours: npt.NDArray[np.uint32], multiplier: int | None) -> npt.NDArray[np.intp]:
    if multiplier is None:
        return (colours & np.uint32(0xFFFF)).astype(np.intp)
    return ((colours * np.uint32(multiplier)) >> np.uint32(16)).astype(np.intp)


def most_bytes(width: int, height: int) -> int:
    """How long the bytes of a picture of that size can be at most."""
    return 1 + 4 * MOST_COLOURS + width * height


def looked_up(data: bytes, width: int, height: int) -> Pixels | None:
    """The picture again: the inverse of `indexed`; None where the bytes are no such picture."""
    if not data:
        return None
    count = data[0] + 1
    if len(data) != 1 + 4 * count + width * height:
        return None
    table = np.frombuffer(data, np.uint8, 4 * count, 1).reshape(count, 4).copy().view(np.uint32)
    indices = np.frombuffer(data, np.uint8, offset=1 + 4 * count)
    if indices.size and int(indices.max()) >= count:
        return None
    return table[:, 0].take(indices).view(np.uint8).reshape(height, width, 4)
