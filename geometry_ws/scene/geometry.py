"""Rectangles and regions of whole pixels: what surfaces, damage and looks are measured with.

Two spaces occur. *World* pixels are where surfaces lie; *buffer* pixels are those of a surface's
picture, its size times its scale. A rectangle doesn't know its space: the name of what holds it
says so. Rectangles are half open, and an empty one doesn't exist: it is None.
This module knows nothing of surfaces.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

MOST_RECTS: Final = 16
"""A region of more rectangles costs more in bookkeeping and headers than the pixels it saves."""

RECT_COST_PX: Final = 1024
"""What one more rectangle in a frame costs, as pixels: its header, its call, its zlib stream."""


class Rect(NamedTuple):
    """Pixels from x, y up to but not including x + w, y + h; w and h are at least 1."""

    x: int
    y: int
    w: int
    h: int

    @classmethod
    def of(cls, x: int, y: int, w: int, h: int) -> "Rect | None":
        """The rectangle, or None when it holds no pixel."""
        return cls(x, y, w, h) if w > 0 and h > 0 else None

    @property
    def right(self) -> int:
        """The first column that isn't in it."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """The first row that isn't in it."""
        return self.y + self.h

    @property
    def area(self) -> int:
        """How many pixels."""
        return self.w * self.h

    def intersect(self, other: "Rect") -> "Rect | None":
        """What both hold; None when that is nothing."""
        left, top = max(self.x, other.x), max(self.y, other.y)
        return Rect.of(
            left, top, min(self.right, other.right) - left, min(self.bottom, other.bottom) - top
        )

    def overlaps(self, other: "Rect") -> bool:
        """Whether both hold some pixel."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def union(self, other: "Rect") -> "Rect":
        """The smallest rectangle that holds both."""
        left, top = min(self.x, other.x), min(self.y, other.y)
        return Rect(
            left, top, max(self.right, other.right) - left, max(self.bottom, other.bottom) - top
        )

    def contains(self, other: "Rect") -> bool:
        """Whether every pixel of the other is in it."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def contains_point(self, x: float, y: float) -> bool:
        """Whether the point lies in it."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def translate(self, dx: int, dy: int) -> "Rect":
        """The same size, moved."""
        return Rect(self.x + dx, self.y + dy, self.w, self.h)

    def scale(self, factor: int) -> "Rect":
        """Corner and size times a positive whole number: from world to buffer pixels."""
        return Rect(self.x * factor, self.y * factor, self.w * factor, self.h * factor)

    def clip(self, width: int, height: int) -> "Rect | None":
        """What of it lies in a picture of that size; None when nothing does."""
        return self.intersect(Rect(0, 0, width, height)) if width > 0 and height > 0 else None

    def subtract(self, other: "Rect") -> "list[Rect]":
        """What of it isn't in the other: at most four disjoint rectangles."""
        cut = self.intersect(other)
        if cut is None:
            return [self]
        pieces = (
            Rect.of(self.x, self.y, self.w, cut.y - self.y),
            Rect.of(self.x, cut.bottom, self.w, self.bottom - cut.bottom),
            Rect.of(self.x, cut.y, cut.x - self.x, cut.h),
            Rect.of(cut.right, cut.y, self.right - cut.right, cut.h),
        )
        return [piece for piece in pieces if piece is not None]

    def tiles(self, width: int, height: int) -> "Iterator[Rect]":
        """It, cut along a grid that begins at its corner; row by row."""
        for top in range(self.y, self.bottom, height):
            for left in range(self.x, self.right, width):
                yield Rect(left, top, min(width, self.right - left), min(height, self.bottom - top))


class Region:
    """A set of pixels as at most MOST_RECTS disjoint rectangles; a value, never changed.

    To stay that short it may grow by pixels that weren't added, but it never loses one.
    """

    __slots__ = ("rects",)

    rects: tuple[Rect, ...]

    def __init__(self, rects: Iterable[Rect] = ()) -> None:
        disjoint: list[Rect] = []
        for rect in _few(list(rects)):
            _add(disjoint, rect)
        self.rects = tuple(disjoint)

    def add(self, rect: Rect) -> "Region":
        """With one more rectangle."""
        if any(part.contains(rect) for part in self.rects):
            return self
        return Region((*self.rects, rect))

    def union(self, other: "Region") -> "Region":
        """What either holds."""
        if not self.rects:
            return other
        if not other.rects or other is self or other.rects == self.rects:
            return self
        if all(any(part.contains(rect) for part in self.rects) for rect in other.rects):
            return self
        return Region((*self.rects, *other.rects))

    def clip(self, rect: Rect) -> "Region":
        """What of it lies in the rectangle."""
        return Region(cut for part in self.rects if (cut := part.intersect(rect)) is not None)

    def subtract(self, other: "Region") -> "Region":
        """What of it isn't in the other."""
        return self.without(other.rects)

    def without(self, rects: "Iterable[Rect]") -> "Region":
        """What of it isn't in the rectangles: a region of them may hold more than they do."""
        left = list(self.rects)
        for taken in rects:
            left = [piece for rect in left for piece in rect.subtract(taken)]
        return self if len(left) == len(self.rects) and tuple(left) == self.rects else Region(left)

    def overlaps(self, rect: Rect) -> bool:
        """Whether some pixel of the rectangle is in it."""
        return any(part.overlaps(rect) for part in self.rects)

    def contains(self, other: "Region") -> bool:
        """Whether every pixel of the other is in it."""
        return not other.subtract(self)

    @property
    def bounds(self) -> Rect | None:
        """The smallest rectangle that holds it; None for the empty region."""
        if not self.rects:
            return None
        bounds = self.rects[0]
        for rect in self.rects[1:]:
            bounds = bounds.union(rect)
        return bounds

    @property
    def area(self) -> int:
        """How many pixels."""
        return sum(rect.area for rect in self.rects)

    def __bool__(self) -> bool:
        return bool(self.rects)

    def __eq__(self, other: object) -> bool:
        """Equal when they hold the same pixels, however these are cut."""
        if not isinstance(other, Region):
            return NotImplemented
        return self.area == other.area and self.contains(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Region({list(self.rects)!r})"


def _few(rects: list[Rect]) -> list[Rect]:
    """At most 32 rectangles that hold these: many ones are joined where they lie together.

    Sorting rectangles into a region takes time by the square of their number, and a program may
    damage thousands.
    """
    if len(rects) <= 2 * MOST_RECTS:
        return rects
    left, top = min(rect.x for rect in rects), min(rect.y for rect in rects)
    across = max(rect.x for rect in rects) - left + 1
    down = max(rect.y for rect in rects) - top + 1
    cells: dict[tuple[int, int], Rect] = {}
    for rect in rects:
        cell = (rect.x - left) * 5 // across, (rect.y - top) * 5 // down
        merged = cells.get(cell)
        cells[cell] = rect if merged is None else merged.union(rect)
    return list(cells.values())


def _add(rects: list[Rect], new: Rect) -> None:
    """Put a rectangle into a list of disjoint ones, which stays disjoint and short.

    No pair of the list pays to be merged, and none does afterwards.
    """
    if any(other.contains(new) for other in rects):
        return
    rects[:] = [other for other in rects if not new.contains(other)]
    compared = len(rects)
    pieces = [new]
    for other in rects:
        if other.overlaps(new):
            pieces = [part for piece in pieces for part in piece.subtract(other)]
    rects.extend(pieces)
    while (left := _merge_cheapest(rects, compared)) is not None:
        compared = left


def _merge_cheapest(rects: list[Rect], compared: int) -> int | None:
    """Merge the pair whose common rectangle adds least, if that pays or there are too many.

    Among the first ``compared`` ones no pair pays. Gives how many of them are left, in their order;
    None where nothing was merged.
    """
    must = len(rects) > MOST_RECTS
    least, pair = RECT_COST_PX + 1, None
    for first, (x1, y1, w1, h1) in enumerate(rects):
        start = first + 1 if must or first >= compared else compared
        for second in range(start, len(rects)):
            # The common rectangle's area, written out: this is the innermost loop.
            x2, y2, w2, h2 = rects[second]
            left = x1 if x1 < x2 else x2
            top = y1 if y1 < y2 else y2
            right = x1 + w1 if x1 + w1 > x2 + w2 else x2 + w2
            bottom = y1 + h1 if y1 + h1 > y2 + h2 else y2 + h2
            added = (right - left) * (bottom - top) - w1 * h1 - w2 * h2
            if added < least or (must and pair is None):
                least, pair = added, (first, second)
    if pair is None:
        return None
    merged = rects[pair[0]].union(rects[pair[1]])
    # Whatever the larger rectangle touches joins it, until all are disjoint again.
    while touched := [other for other in rects if other.overlaps(merged)]:
        compared -= sum(other.overlaps(merged) for other in rects[:compared])
        rects[:] = [other for other in rects if not other.overlaps(merged)]
        for other in touched:
            merged = merged.union(other)
    rects.append(merged)
    return compared
