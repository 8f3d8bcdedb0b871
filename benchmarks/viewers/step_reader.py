"""From a frame to the number of the step that it shows, and nothing more.

A reader keeps to the protocol (epoch, base, parts, acks) as any viewer must, but paints only the
pixels under the cells of one surface. A tile that one viewer has decoded for that is shared with
all viewers of the process that get the same bytes.
"""

import zlib
from collections import Counter, OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np
import xxhash

from benchmarks.loads.steps import BITS, CELL, read_step, step_at
from geometry_ws.render.inflate import decode_plane
from geometry_ws.render.video import VideoDecoder

WIDTH, HEIGHT = BITS * CELL, CELL
_MOST_CORNERS = 256


class DecodedTiles:
    """Corners of encoded pictures that were decoded already, by content."""

    def __init__(self) -> None:
        self._corners: OrderedDict[tuple[int, int, int, int], np.ndarray] = OrderedDict()
        self._video = VideoDecoder("")

    def corner(
        self, codec: str, data: bytes, size: tuple[int, int], need: tuple[int, int]
    ) -> np.ndarray:
        """The first `need` (rows, columns) of a picture of a size (width, height), BGRA."""
        rows, columns = need
        if codec == "raw":
            return _rows(data, size[0], rows)[:, :columns]
        key = (xxhash.xxh3_64_intdigest(data), len(data), rows, columns)
        corner = self._corners.get(key)
        if corner is None:
            corner = self._corners[key] = self._decoded(codec, data, size, rows)[:, :columns]
            if len(self._corners) > _MOST_CORNERS:
                self._corners.popitem(last=False)
        return corner

    def picture(self, op: Any, need: tuple[int, int]) -> np.ndarray:
        """The same of a video's next picture, of the one video that is looked at.

        What is before it was decoded already: by the first viewer that gets it, or for it.
        """
        _, _, (_, _, width, height), codec, data, begins = op
        rows, columns = need
        key = (xxhash.xxh3_64_intdigest(data), len(data), rows, columns)
        corner = self._corners.get(key)
        if corner is None:
            if begins:
                self._video = VideoDecoder(codec)
            corner = self._video.decode(data, width, height)[:rows, :columns].copy()
            self._corners[key] = corner
            if len(self._corners) > _MOST_CORNERS:
                self._corners.popitem(last=False)
        return corner

    def _decoded(self, codec: str, data: bytes, size: tuple[int, int], rows: int) -> np.ndarray:
        if codec == "deflate":
            start = zlib.decompressobj().decompress(data, 4 * size[0] * rows)
            return _rows(start, size[0], rows)
        return decode_plane(codec, data, *size)[:rows]


def _rows(data: bytes, width: int, rows: int) -> np.ndarray:
    return np.frombuffer(data, np.uint8, 4 * width * rows).reshape(rows, width, 4)


class StepReader:
    """The state of one viewer: what it may apply, and the step that it sees.

    `take` gives "shown", "part", "early" (no keyframe yet) or "refused" (ask for a keyframe).
    """

    def __init__(self, surface: str, tiles: DecodedTiles, *, moves: bool = False) -> None:
        self._surface = surface
        self._tiles = tiles
        self._moves = moves
        self._cells = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        self._parts: list[Mapping[str, Any]] = []
        self._fresh = True
        self.epoch = ""
        self.seq = 0
        self.step: int | None = None
        self.keyframes = 0

    def restart(self) -> None:
        """Only a keyframe applies from now on."""
        self._fresh = True
        self._parts = []

    def go_on(self) -> None:
        """What is shown still counts: the sender knows it."""
        self._fresh = False

    def take(self, frame: Mapping[str, Any]) -> str:
        """Apply a frame or a part of it."""
        part, count = frame.get("part", (0, 1))
        if self._fresh and not self._parts and not (frame.get("keyframe") and part == 0):
            return "early"
        if part == 0:
            self._parts = []
        if part != len(self._parts) or (part and self._parts[0]["seq"] != frame["seq"]):
            self._parts = []
            return "early" if self._fresh else "refused"
        self._parts.append(frame)
        if part + 1 < count:
            return "part"
        parts, self._parts = self._parts, []
        return self._apply(parts)

    def _apply(self, parts: list[Mapping[str, Any]]) -> str:
        head = parts[0]
        if not head.get("keyframe") and (head["epoch"] != self.epoch or head["base"] > self.seq):
            return "refused"
        self.keyframes += bool(head.get("keyframe"))
        self._fresh = False
        self.epoch, self.seq = head["epoch"], head["seq"]
        for place in head.get("planes", ()):
            if place["plane"] == self._surface and self._moves:
                self.step = step_at(place["x"], place["y"])
        before = self._cells.copy()
        painted = False
        for part in parts:
            for op in part.get("ops", ()):
                if op[1] == self._surface:
                    painted |= self._paint(op, before)
        if painted and not self._moves:
            self.step = read_step(self._cells)
        return "shown"

    def _paint(self, op: Any, before: np.ndarray) -> bool:
        """Do what an operation does under the cells."""
        x, y, width, height = op[2]
        if op[0] == "copy":
            (to_x, to_y), (from_x, from_y) = op[3], (x, y)
            # Copies from elsewhere bring no cells: those are drawn anew with each step.
            x, y = to_x, to_y
            inside = from_x + width <= WIDTH and from_y + height <= HEIGHT
            source = before[from_y : from_y + height, from_x : from_x + width] if inside else None
        if x >= WIDTH or y >= HEIGHT:
            return False
        columns, rows = min(width, WIDTH - x), min(height, HEIGHT - y)
        target = self._cells[y : y + rows, x : x + columns]
        if op[0] == "fill":
            red, green, blue, alpha = op[3]
            target[:] = (blue, green, red, alpha)
        elif op[0] == "video":
            target[:] = self._tiles.picture(op, (rows, columns))
        elif op[0] == "image":
            target[:] = self._tiles.corner(op[3], op[4], (width, height), (rows, columns))
        elif source is not None:
            target[:] = source[:rows, :columns]
        else:
            return False
        return True


class EncodingCounts(Counter[tuple[str, tuple[int, ...], str]]):
    """How many different encodings there were of each plane's rectangles."""

    def __init__(self) -> None:
        super().__init__()
        self._known: set[tuple[str, tuple[int, ...], str, int]] = set()

    def note(self, frame: Mapping[str, Any]) -> None:
        """Count the pictures of a frame that were not seen before."""
        for op in frame.get("ops", ()):
            if op[0] == "image":
                place = (op[1], tuple(op[2]), op[3])
                key = (*place, xxhash.xxh3_64_intdigest(op[4]))
                if key not in self._known:
                    self._known.add(key)
                    self[place] += 1
