"""Operations of a commit on one buffer: checked first, applied later, reported as strokes.

Rectangles are in buffer pixels. Pixels arrive decoded; what codecs there are is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from geometry_ws.scene.changes import Colour, Copied, Filled, Painted, Stroke, Tile
from geometry_ws.scene.compare import Colours, Difference, colours_of
from geometry_ws.scene.errors import InvalidContent
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.shifts import Shift, find_shifts
from geometry_ws.scene.surface import Pixels, Unread

SCROLL_FROM_PX = 16 * 1024
"""Less that changed is sooner sent than looked through for what has moved."""

_ROWS = 32
"""So many are compared at a time."""

_ALPHA = np.array((0, 0, 0, 255), np.uint8).view(np.uint32)[0]


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


Op: TypeAlias = Fill | Copy | Image | Unread


def check_ops(ops: Sequence[Op], width: int, height: int, *, fresh: bool, name: str) -> None:
    """Refuse what doesn't fit a buffer of that size; ``fresh``: this commit makes it.

    Raises InvalidContent, which names the operation after ``name``.
    """
    for index, op in enumerate(ops):
        problem = _problem(op, width, height, fresh)
        if problem:
            raise InvalidContent(f"{name}[{index}]", problem)


def _problem(op: Op, width: int, height: int, fresh: bool) -> str:
    """Why an operation is refused; empty where it isn't. A commit has thousands of them."""
    x, y, w, h = op.rect
    problem = _rect_problem(x, y, w, h, width, height)
    if problem:
        return problem
    if isinstance(op, Fill):
        colour = op.colour
        if len(colour) != 4 or min(colour) < 0 or max(colour) > 255:
            return "a colour has four parts from 0 to 255"
    elif isinstance(op, Copy):
        if fresh:
            return "a buffer that begins anew holds nothing to copy"
        return _rect_problem(*op.to, w, h, width, height)
    elif isinstance(op, Image) and (op.pixels.shape != (h, w, 4) or op.pixels.dtype != np.uint8):
        return "the picture hasn't the rectangle's size"
    return ""


def _rect_problem(x: int, y: int, w: int, h: int, width: int, height: int) -> str:
    if w < 1 or h < 1:
        return "the rectangle is empty"
    if x < 0 or y < 0 or x + w > width or y + h > height:
        return f"the rectangle leaves the buffer of {width} × {height}"
    return ""


def apply_ops(
    buffer: Pixels,
    ops: Sequence[Op],
    clips: Sequence[Rect] | None,
    *,
    opaque: bool,
    scrolls: bool = True,
) -> list[Stroke]:
    """Change the buffer and say what really changed, in order; the ops have been checked.

    Nothing outside ``clips`` changes (None: no clipping). Copies read the buffer as it came in.
    ``scrolls``: a picture that is the old one moved may become a copy and the rest. It isn't looked
    for where the program itself says what moves.
    """
    made = [_with_pixels(op) for op in ops]
    before = _sources(buffer, made, clips)
    scrolls = scrolls and not any(isinstance(op, Copy) for op in made)
    strokes: list[Stroke] = []
    for index, op in enumerate(made):
        target = op.rect if not isinstance(op, Copy) else op.rect.translate(*_shift(op))
        for part in _clipped(target, clips):
            if isinstance(op, Fill):
                _fill(buffer, part, op.colour, strokes, opaque=opaque)
            elif isinstance(op, Copy):
                source = part.translate(-_shift(op)[0], -_shift(op)[1])
                pixels = before.get(index)
                if pixels is not None:
                    pixels = _window(pixels, source.translate(-op.rect.x, -op.rect.y))
                if _copy(buffer, part, source, pixels):
                    strokes.append(Copied(source, (part.x, part.y)))
            else:
                _paint(buffer, part, op, strokes, opaque=opaque, scrolls=scrolls)
    return strokes


def _with_pixels(op: Op) -> Fill | Copy | Image:
    return Image(op.rect, op.read(), op.tile) if isinstance(op, Unread) else op


def _shift(op: Copy) -> tuple[int, int]:
    return op.to[0] - op.rect.x, op.to[1] - op.rect.y


def _clipped(rect: Rect, clips: Sequence[Rect] | None) -> list[Rect]:
    if clips is None:
        return [rect]
    return [part for clip in clips if (part := rect.intersect(clip)) is not None]


def _window(pixels: Pixels, rect: Rect) -> Pixels:
    return pixels[rect.y : rect.bottom, rect.x : rect.right]


def _sources(buffer: Pixels, ops: Sequence[Op], clips: Sequence[Rect] | None) -> dict[int, Pixels]:
    """What each copy reads: as it is before any operation changes it.

    A copy that comes first, in one piece, finds that in the buffer.
    """
    first = 1 if clips is None else 0
    return {
        index: _window(buffer, op.rect).copy()
        for index, op in enumerate(ops)
        if isinstance(op, Copy) and index >= first
    }


def _copy(buffer: Pixels, target: Rect, source: Rect, pixels: Pixels | None) -> bool:
    """Put pixels, or what the buffer has at the source; says whether anything changes by that."""
    window = _window(buffer, target)
    before = _window(buffer, source) if pixels is None else pixels
    if not _differ(window, before):
        return False
    if pixels is not None:
        window[:] = pixels
    elif source.x == target.x == 0 and source.w == buffer.shape[1] and buffer.flags.c_contiguous:
        # Whole rows are moved as bytes, also onto themselves: no memory is taken for that.
        row = buffer.strides[0]
        rows = buffer.reshape(-1).data
        rows[target.y * row : target.bottom * row] = rows[source.y * row : source.bottom * row]
    else:
        window[:] = before.copy()
    return True


def _differ(first: Pixels, second: Pixels) -> bool:
    """Whether pictures of one size differ: most do in their first rows already."""
    return any(
        not np.array_equal(
            colours_of(first[top : top + _ROWS]), colours_of(second[top : top + _ROWS])
        )
        for top in range(0, len(first), _ROWS)
    )


def _fill(
    buffer: Pixels, rect: Rect, colour: Colour, strokes: list[Stroke], *, opaque: bool
) -> None:
    if opaque:
        colour = (*colour[:3], 255)
    # As whole pixels: writing them as rows of four bytes takes ten times as long.
    pixel = np.array(colour, np.uint8).view(np.uint32)[0]
    window = colours_of(_window(buffer, rect))
    if (window != pixel).any():
        window[:] = pixel
        strokes.append(Filled(rect, colour))


def _paint(
    buffer: Pixels,
    rect: Rect,
    op: Image,
    strokes: list[Stroke],
    *,
    opaque: bool,
    scrolls: bool,
) -> None:
    window = colours_of(_window(buffer, rect))
    pixels = colours_of(_window(op.pixels, rect.translate(-op.rect.x, -op.rect.y)))
    if opaque:
        pixels = pixels | _ALPHA
    difference = Difference(window, pixels)
    if not difference:
        return
    tile = op.tile if rect == op.rect else None
    if scrolls and difference.area >= SCROLL_FROM_PX and (tile is None or tile.lossless):
        # What has been painted in this commit already is no source for a copy.
        fresh = [stroke.rect.translate(-rect.x, -rect.y) for stroke in strokes]
        moved = _scrolled(window, pixels, difference, fresh)
        if moved is not None:
            (source, to), difference = moved
            to = to[0] + rect.x, to[1] + rect.y
            strokes.append(Copied(source.translate(rect.x, rect.y), to))
            tile = None
    rects = difference.rects()
    if tile is not None and 2 * sum(part.area for part in rects) >= rect.area:
        strokes.append(Painted(rect, tile))
    else:
        strokes.extend(Painted(part.translate(rect.x, rect.y)) for part in rects)
    window[:] = pixels


def _scrolled(
    old: Colours, new: Colours, difference: Difference, fresh: Sequence[Rect]
) -> tuple[Shift, Difference] | None:
    """What to copy, and what differs after that, where it is much less than before."""
    box = difference.bounds()
    if 2 * difference.area < box.area or any(rect.overlaps(box) for rect in fresh):
        return None
    for shift in find_shifts(old, new, box):
        rest = Difference(old, new, *shift)
        if 2 * rest.area <= difference.area:
            return shift, rest
    return None
