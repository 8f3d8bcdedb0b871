"""The picture of a terminal: what of it a commit has to change.

Rows that have moved are copied, and of others the cells that look different are sent.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from geometry_ws.client.drawing import Operation
from geometry_ws.render.pixels import Pixels
from geometry_ws.terminal.cells import Row
from geometry_ws.terminal.emulator import View
from geometry_ws.terminal.faces import CELL
from geometry_ws.terminal.painter import Painter, filled

MARGIN: Final = 8
"""Logical pixels around the cells."""
_LEAST_MOVED: Final = 3
"""So many rows with words must have moved by the same way to be copied."""


def size_of(columns: int, rows: int) -> tuple[int, int]:
    """The width and height of a terminal's surface, in world pixels."""
    return columns * CELL[0] + 2 * MARGIN, rows * CELL[1] + 2 * MARGIN


def cells_of(width: float, height: float) -> tuple[int, int]:
    """How many columns and rows a surface of that size has room for, at least 2 by 1."""
    columns, rows = (width - 2 * MARGIN) // CELL[0], (height - 2 * MARGIN) // CELL[1]
    return max(2, int(columns)), max(1, int(rows))


class Picture:
    """What a surface shows of a terminal of one size, at one scale."""

    def __init__(self, columns: int, rows: int, scale: int) -> None:
        self.columns, self.rows, self.scale = columns, rows, scale
        self._painter = Painter(columns, scale)
        self._shown: list[Row] = []
        self._colours: tuple[Any, Any] = (None, None)
        width, height = size_of(columns, rows)
        self.pixels: Pixels = np.zeros((height * scale, width * scale, 4), np.uint8)

    def advance(self, view: View) -> list[Operation]:
        """What brings the surface to this view; empty where it is there already."""
        colours = view.ground, view.cursor_colour
        if not self._shown or colours != self._colours:
            return self._begin(view)
        rows = list(view.rows)
        if rows == self._shown:
            return []
        operations: list[Operation] = []
        moved = find_move(self._shown, rows)
        if moved is not None:
            operations.append(self._copy(*moved))
        rects: list[tuple[int, int, int, int]] = []
        for y, row in enumerate(rows):
            if row != self._shown[y]:
                rects += self._repaint(y, row, colours)
        self._shown = rows
        return operations + [self._image(rect) for rect in merged(rects)]

    def _begin(self, view: View) -> list[Operation]:
        self._colours = view.ground, view.cursor_colour
        height, width = self.pixels.shape[:2]
        self.pixels[:] = filled(width, height, view.ground)
        self._shown = list(view.rows)
        for y, row in enumerate(self._shown):
            self._strip(y)[:] = self._painter.paint(row, *self._colours)
        return [self._image((0, 0, width, height))]

    def _copy(self, top: int, count: int, to: int) -> Operation:
        """Move rows of the picture as the surface's copy does; gives that."""
        source, target = self._rows(top, count), self._rows(to, count)
        target[:] = source.copy()
        self._shown[to : to + count] = self._shown[top : top + count]
        margin, height = MARGIN * self.scale, CELL[1] * self.scale
        width = source.shape[1]
        return [
            "copy",
            [margin, margin + top * height, width, count * height],
            [margin, margin + to * height],
        ]

    def _repaint(self, y: int, row: Row, colours: Any) -> list[tuple[int, int, int, int]]:
        """Paint a row; gives the rectangle of it that looks different, if any."""
        fresh = self._painter.paint(row, *colours)
        strip = self._strip(y)
        differs = (fresh.view(np.uint32) != np.ascontiguousarray(strip).view(np.uint32))[..., 0]
        columns = np.flatnonzero(differs.any(axis=0))
        if not len(columns):
            return []
        strip[:] = fresh
        margin = MARGIN * self.scale
        left, right = int(columns[0]), int(columns[-1]) + 1
        return [(margin + left, margin + y * strip.shape[0], right - left, strip.shape[0])]

    def _strip(self, y: int) -> Pixels:
        return self._rows(y, 1)

    def _rows(self, top: int, count: int) -> Pixels:
        margin, height = MARGIN * self.scale, CELL[1] * self.scale
        width = self.columns * CELL[0] * self.scale
        start = margin + top * height
        return self.pixels[start : start + count * height, margin : margin + width]

    def _image(self, rect: Sequence[int]) -> Operation:
        x, y, width, height = rect
        data = np.ascontiguousarray(self.pixels[y : y + height, x : x + width]).tobytes()
        return ["image", list(rect), "bgra", data]


def find_move(before: Sequence[Row], after: Sequence[Row]) -> tuple[int, int, int] | None:
    """Rows that have moved up or down together: the first of them, how many, and where to.

    None where fewer rows with words have moved than stayed, or too few to be worth it.
    """
    stayed = sum(bool(row.runs) and row == old for old, row in zip(before, after, strict=True))
    best: tuple[int, int, int] | None = None
    most = max(stayed, _LEAST_MOVED - 1)
    for distance in range(1, len(after)):
        for step in (-distance, distance):
            for top, count in _runs_of(before, after, step):
                words = sum(bool(row.runs) for row in before[top : top + count])
                if words > most:
                    most, best = words, (top, count, top + step)
    return best


def _runs_of(before: Sequence[Row], after: Sequence[Row], step: int) -> Iterable[tuple[int, int]]:
    """Stretches of rows that are found again so many rows below."""
    start = None
    for y in range(max(0, -step), min(len(before), len(after) - step) + 1):
        inside = y < min(len(before), len(after) - step)
        if inside and before[y].runs == after[y + step].runs:
            start = y if start is None else start
        elif start is not None:
            yield start, y - start
            start = None


def merged(rects: Iterable[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Rectangles one below the other become one where that covers little more."""
    result: list[tuple[int, int, int, int]] = []
    for rect in rects:
        if result:
            x, y, width, height = result[-1]
            left, right = min(x, rect[0]), max(x + width, rect[0] + rect[2])
            area = (right - left) * (height + rect[3])
            together = width * height + rect[2] * rect[3]
            if y + height == rect[1] and area <= together * 1.25:
                result[-1] = (left, y, right - left, height + rect[3])
                continue
        result.append(rect)
    return result
