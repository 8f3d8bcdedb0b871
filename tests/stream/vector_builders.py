"""Pieces of the vectors: operations, planes and frames, as they are on the wire."""

import io
import zlib
from typing import Any

import numpy as np
from PIL import Image

from tests.stream import films

EPOCH = "e1"


def pixels(width: int, height: int, seed: int) -> bytes:
    """Premultiplied BGRA that any language can make again: a counter, folded."""
    count = np.arange(width * height, dtype=np.uint32) * 2654435761 + seed
    alpha = (count >> 24).astype(np.uint32) & 255
    colours = [(((count >> shift) & 255) * alpha // 255) for shift in (0, 8, 16)]
    return np.stack([*colours, alpha], axis=1).astype(np.uint8).tobytes()


def image(plane: str, rect: list[int], seed: int, codec: str = "deflate") -> list[Any]:
    data = pixels(rect[2], rect[3], seed)
    return ["image", plane, rect, codec, zlib.compress(data, 6) if codec == "deflate" else data]


def shrunk(
    plane: str, rect: list[int], seed: int, shrink: Any, codec: str = "deflate"
) -> list[Any]:
    """Pixels that stand for squares; for a wrong `shrink` as many as if it were 2."""
    by = shrink if shrink in (2, 4) else 2
    small = [0, 0, -(-rect[2] // by), -(-rect[3] // by)]
    return ["image", plane, rect, *image(plane, small, seed, codec)[3:], shrink]


def picture(width: int, height: int) -> Any:
    """An opaque picture with soft shapes, some colours, and edges."""
    y, x = np.mgrid[0:height, 0:width]
    shades = [x * 255 // width, y * 255 // height, (x // 4 + y // 3) % 2 * 200 + 20]
    return Image.fromarray(np.stack(shades, axis=2).astype(np.uint8))


def file(plane: str, rect: list[int], codec: str, **options: Any) -> list[Any]:
    written = io.BytesIO()
    picture(rect[2], rect[3]).save(written, codec.upper(), **options)
    return ["image", plane, rect, codec, written.getvalue()]


def palette(plane: str, rect: list[int], count: int, *, table: int = 0, more: int = 0) -> list[Any]:
    """Indices through `count` colours; `table` says another number, `more` are too many."""
    colours = pixels(count, 1, 7)
    indices = bytes(index % count for index in range(rect[2] * rect[3] + more))
    body = bytes(((table or count) - 1,)) + colours + indices
    return ["image", plane, rect, "palette", zlib.compress(body, 6)]


def video(
    plane: str, size: tuple[int, int], codec: str, number: int, rect: list[int] | None = None
) -> list[Any]:
    """A picture of one of the short videos; the first is a key."""
    data = films.pictures(codec, *size)[number]
    return ["video", plane, rect or [0, 0, *size], codec, data, number == 0]


def fill(plane: str, rect: list[int], rgba: list[int]) -> list[Any]:
    return ["fill", plane, rect, rgba]


def place(plane: str, width: int = 16, height: int = 12, **more: Any) -> dict[str, Any]:
    return {"plane": plane, "x": 0, "y": 0, "z": 1, "width": width, "height": height, **more}


def frame(seq: int, base: int, **more: Any) -> dict[str, Any]:
    return {"epoch": EPOCH, "seq": seq, "base": base, "time_us": seq * 16_000, **more}


def begin(seq: int = 1, *, planes: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A keyframe with one plane full of different pixels."""
    named = [place("s1")] if planes is None else planes
    ops = []
    for index, plane in enumerate(named):
        scale = plane.get("scale", 1)
        rect = [0, 0, plane["width"] * scale, plane["height"] * scale]
        ops.append(image(plane["plane"], rect, index))
    return frame(seq, seq, keyframe=True, planes=named, ops=ops)


SMALL, ODD = (64, 64), (71, 65)
RED, HALF, CLEAR = [255, 0, 0, 255], [64, 0, 128, 128], [0, 0, 0, 0]
BOTH = frame(
    1, 1, keyframe=True, planes=[place("s1", *SMALL, opaque=True), place("s2", *ODD, opaque=True)]
)
