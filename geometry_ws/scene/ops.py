"""Operations of a commit on one buffer: checked first, applied later, reported as strokes.

Rectangles are in buffer pixels. Pixels arrive decoded; what codecs there are is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from geometry_ws.scene.changes import Colour, Copied, Filled, Painted, Stroke, Tile
from geometry_ws.scene.errors import InvalidContent
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.surface import Pixels

GRID_PX = 64
"""Side of the cells in which a picture is compared with what lies there already."""


@dataclass(frozen=True, slots=True)
class Fill:
    """One colour, premultiplied."""

    rect: Rect
    colour: Colour


@dataclass(frozen=True, slots=True)
class Copy:
    """What was in the rectangle before the commit, put with its corner at ``to``."""

    rect: Rect
    to: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Image:
    """Pixels of exactly the rectangle's size, premultiplied; and as they came, if that is known."""

    rect: Rect
    pixels: Pixels
    tile: Tile | None = None


Op: TypeAlias = Fill | Copy | Image


def check_op(op: Op, width: int, height: int, *, fresh: bool, name: str) -> None:
    """Refuse what doesn't fit a buffer of that size; ``fresh``: it begins anew in this commit."""
    _check_rect(op.rect, width, height, name)
    if isinstance(op, Fill):
        if len(op.colour) != 4 or not all(0 <= part <= 255 for part in op.colour):
            raise InvalidContent(name, "a colour has four parts from 0 to 255")
    elif isinstance(op, Copy):
        if fresh:
            raise InvalidContent(name, "a buffer that begins anew holds nothing to copy")
        _check_rect(Rect(op.to[0], op.to[1], op.rect.w, op.rect.h), width, height, name)
    elif op.pixels.shape != (op.rect.h, op.rect.w, 4) or op.pixels.dtype != np.uint8:
        raise InvalidContent(name, "the picture hasn't the rectangle's size")


def _check_rect(rect: Rect, width: int, height: int, name: str) -> None:
    if rect.w < 1 or rect.h < 1:
        raise InvalidContent(name, "the rectangle is empty")
    if not Rect(0, 0, width, height).contains(rect):
        raise InvalidContent(name, f"the rectangle leaves the buffer of {width} × {height}")


def apply_ops(
    buffer: Pixels, ops: Sequence[Op], clips: Sequence[Rect] | None, *, opaque: bool
) -> list[Stroke]:
    """Change the buffer and say what really changed, in order; the ops have been checked.

    Nothing outside ``clips`` changes (None: no clipping). Copies read the buffer as it came in.
    """
    before = _sources(buffer, ops)
    strokes: list[Stroke] = []
    for index, op in enumerate(ops):
        target = op.rect if not isinstance(op, Copy) else op.rect.translate(*_shift(op))
        for part in _clipped(target, clips):
            if isinstance(op, Fill):
                _fill(buffer, part, op.colour, strokes, opaque=opaque)
            elif isinstance(op, Copy):
                source = part.translate(-_shift(op)[0], -_shift(op)[1])
                pixels = _window(before[index], source.translate(-op.rect.x, -op.rect.y))
                if _differs(_window(buffer, part), pixels).any():
                    _window(buffer, part)[:] = pixels
                    strokes.append(Copied(source, (part.x, part.y)))
            else:
                pixels = _window(op.pixels, part.translate(-op.rect.x, -op.rect.y))
                tile = op.tile if part == op.rect else None
                _paint(buffer, part, pixels, tile, strokes, opaque=opaque)
    return strokes


def _shift(op: Copy) -> tuple[int, int]:
    return op.to[0] - op.rect.x, op.to[1] - op.rect.y


def _clipped(rect: Rect, clips: Sequence[Rect] | None) -> list[Rect]:
    if clips is None:
        return [rect]
    return [part for clip in clips if (part := rect.intersect(clip)) is not None]


def _window(pixels: Pixels, rect: Rect) -> Pixels:
    return pixels[rect.y : rect.bottom, rect.x : rect.right]


def _sources(buffer: Pixels, ops: Sequence[Op]) -> dict[int, Pixels]:
    """What each copy reads: as it is before any operation changes it."""
    return {
        index: _window(buffer, op.rect).copy() for index, op in enumerate(ops) if type(op) is Copy
    }


def _differs(one: Pixels, two: Pixels) -> npt.NDArray[np.bool_]:
    """(height, width): where two pictures differ. The last axis is four bytes, contiguous."""
    first, second = one.view(np.uint32), two.view(np.uint32)
    return np.asarray(first != second)[:, :, 0]


def _fill(
    buffer: Pixels, rect: Rect, colour: Colour, strokes: list[Stroke], *, opaque: bool
) -> None:
    if opaque:
        colour = (*colour[:3], 255)
    # As whole pixels: writing them as rows of four bytes takes ten times as long.
    pixel = np.array(colour, np.uint8).view(np.uint32)[0]
    window = _window(buffer, rect).view(np.uint32)
    if (window != pixel).any():
        window[:] = pixel
        strokes.append(Filled(rect, colour))


def _paint(
    buffer: Pixels,
    rect: Rect,
    pixels: Pixels,
    tile: Tile | None,
    strokes: list[Stroke],
    *,
    opaque: bool,
) -> None:
    if opaque or not pixels[:1, :1].flags.c_contiguous:
        pixels = pixels.copy()
    if opaque:
        pixels[:, :, 3] = 255
    window = _window(buffer, rect)
    changed = _differs(window, pixels)
    if not changed.any():
        return
    rects = changed_rects(changed)
    if tile is not None and 2 * sum(part.area for part in rects) >= rect.area:
        strokes.append(Painted(rect, tile))
    else:
        strokes.extend(Painted(part.translate(rect.x, rect.y)) for part in rects)
    window[:] = pixels


def changed_rects(changed: npt.NDArray[np.bool_]) -> tuple[Rect, ...]:
    """Few rectangles that hold every pixel that is true in a (height, width) array.

    Programs that repaint everything each time are sent as what they really changed.
    """
    height, width = changed.shape
    tops = np.arange(0, height, GRID_PX)
    lefts = np.arange(0, width, GRID_PX)
    cells = np.logical_or.reduceat(np.logical_or.reduceat(changed, tops, axis=0), lefts, axis=1)
    if cells.all():
        return (_trimmed(changed, Rect(0, 0, width, height)),)
    runs: list[Rect] = []
    for row, cell_row in enumerate(cells):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], cell_row.view(np.int8), [0]))))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            left, top = first * GRID_PX, row * GRID_PX
            right, bottom = min(last * GRID_PX, width), min(top + GRID_PX, height)
            runs.append(_trimmed(changed, Rect(left, top, right - left, bottom - top)))
    if len(runs) > 512:  # noise all over: cheaper said whole than sorted out
        return (_trimmed(changed, Rect(0, 0, width, height)),)
    return Region(runs).rects


def _trimmed(changed: npt.NDArray[np.bool_], rect: Rect) -> Rect:
    """The smallest rectangle in `rect` with everything that changed there; something did."""
    window = changed[rect.y : rect.bottom, rect.x : rect.right]
    rows = np.flatnonzero(window.any(axis=1))
    columns = np.flatnonzero(window.any(axis=0))
    left, top = int(columns[0]), int(rows[0])
    return Rect(rect.x + left, rect.y + top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)
