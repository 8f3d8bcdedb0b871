"""How pictures are cut, and the cache of encoded tiles.

Each picture has a price of its own, on the wire and above all in browsers. So a region is cut into
as few as fit; a lossless one is no larger than a part of a frame, however badly it compresses.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from geometry_ws.render.encode import Content, Quality
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.stream.frame import FillOp, ImageOp, VideoOp, op_bytes

TILE_PIXELS: Final = 64 * 1024
"""256 kB before encoding: it fits into a part even where nothing compresses it."""

SMALL_TILE_PIXELS: Final = 16 * 1024
"""The same for slow lines, whose parts are small."""

LOSSY_TILE_PIXELS: Final = 256 * 1024
"""For pictures that are surely sent with loss: at most a byte a pixel, and one is cheaper than
many."""

TILE_SIDE: Final = 1024
"""No tile is longer: a row of a wide picture would damage others' tiles all the time."""

CACHE_BYTES: Final = 64 * 1024 * 1024
"""Encoded tiles that are kept for viewers which join: some dozen full screens of text and cards."""


class Encoding(NamedTuple):
    """How a picture is to be encoded: what it shows, how well, in what, with how much time.

    It is shrunk before, so encoders needn't look at ``shrink``.
    """

    content: Content = "auto"
    quality: Quality = "sharp"
    codecs: frozenset[str] = frozenset()
    spare_ms: float = 0.0
    opaque: bool = False
    shrink: int = 1


class Ready(NamedTuple):
    """An encoded picture, and whether viewers get its very pixels from it."""

    op: ImageOp | VideoOp
    exact: bool = True


EncodedTile: TypeAlias = FillOp | Ready


def cut(rect: Rect, most_pixels: int) -> Iterator[Rect]:
    """A rectangle in as few nearly equal pieces of at most that many pixels, row by row."""
    if rect.area <= most_pixels and max(rect.w, rect.h) <= TILE_SIDE:
        yield rect
        return
    across, down = _grid(rect, most_pixels)
    for row in range(down):
        top, bottom = rect.h * row // down, rect.h * (row + 1) // down
        for column in range(across):
            left, right = rect.w * column // across, rect.w * (column + 1) // across
            yield Rect(rect.x + left, rect.y + top, right - left, bottom - top)


def cut_shrunk(rect: Rect, most_pixels: int, shrink: int, whole: Rect) -> Iterator[Rect]:
    """The same for pictures that are shrunk, of which each has at most so many pixels.

    Pieces begin and end where a picture of the whole would be divided, or at its edge: so all of
    them together look like one, however the presenter makes them smaller.
    """
    left, top = rect.x // shrink, rect.y // shrink
    right, bottom = -(-rect.right // shrink), -(-rect.bottom // shrink)
    for tile in cut(Rect(left, top, right - left, bottom - top), most_pixels):
        piece = tile.scale(shrink).intersect(whole)
        if piece is not None:
            yield piece


def _grid(rect: Rect, most_pixels: int) -> tuple[int, int]:
    """Columns and rows with the fewest pieces; of equally many, the one nearest to squares."""
    best: tuple[int, int, int, int] | None = None
    least = -(-rect.w // TILE_SIDE)
    for across in range(least, least + 8):
        width = -(-rect.w // across)
        height = min(max(1, most_pixels // width), TILE_SIDE)
        down = -(-rect.h // height)
        if width > rect.w or width * -(-rect.h // down) > most_pixels:
            continue
        price = across * down, abs(width - -(-rect.h // down)), across, down
        best = price if best is None or price < best else best
    if best is None:
        raise ValueError(f"{rect} can't be cut into {most_pixels} pixels")
    return best[2], best[3]


class TileCache:
    """Encoded tiles of planes, each until something in it changes."""

    def __init__(self) -> None:
        self._planes: dict[str, dict[tuple[Rect, Encoding], EncodedTile]] = {}
        self.size_bytes = 0

    def get(self, plane: str, rect: Rect, encoding: Encoding) -> EncodedTile | None:
        """What paints a tile with its newest content, if it is known."""
        return self._planes.get(plane, {}).get((rect, encoding))

    def put(self, tile: EncodedTile, encoding: Encoding) -> None:
        """Keep a tile; the oldest planes' tiles make room."""
        op = tile.op if isinstance(tile, Ready) else tile
        tiles = self._planes.setdefault(op.plane, {})
        old = tiles.pop((op.rect, encoding), None)
        tiles[op.rect, encoding] = tile
        self.size_bytes += _bytes(tile) - (_bytes(old) if old is not None else 0)
        while self.size_bytes > CACHE_BYTES:
            self.drop(next(iter(self._planes)))

    def damaged(self, plane: str, damage: Region) -> None:
        """The plane's picture changed there."""
        tiles = self._planes.get(plane)
        if tiles is None:
            return
        for key in [key for key in tiles if damage.overlaps(key[0])]:
            self.size_bytes -= _bytes(tiles.pop(key))

    def drop(self, plane: str) -> None:
        """Forget a plane."""
        for tile in self._planes.pop(plane, {}).values():
            self.size_bytes -= _bytes(tile)


def _bytes(tile: EncodedTile) -> int:
    return op_bytes(tile.op if isinstance(tile, Ready) else tile)
