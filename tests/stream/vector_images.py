"""The vectors of images: every codec, fewer pixels than the rectangle has, and what is refused."""

import zlib
from typing import Any

from tests.stream.vector_builders import (
    HALF,
    RED,
    begin,
    file,
    fill,
    frame,
    image,
    palette,
    place,
    shrunk,
)

IMAGES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "image_raw": (
        "raw pixels, part of a plane, then all of it",
        [
            begin(),
            frame(2, 1, ops=[image("s1", [5, 6, 7, 3], 9, "raw")]),
            frame(3, 2, ops=[image("s1", [0, 0, 16, 12], 10, "raw")]),
        ],
    ),
    "image_deflate": (
        "zlib streams, single rows and columns",
        [
            begin(),
            frame(2, 1, ops=[image("s1", [0, 5, 16, 1], 3), image("s1", [7, 0, 1, 12], 4)]),
        ],
    ),
    "image_palette": (
        "one colour, three, and 256 of them, over single pixels and whole planes",
        [
            begin(),
            frame(2, 1, ops=[palette("s1", [2, 1, 9, 7], 3), palette("s1", [15, 0, 1, 1], 1)]),
            frame(
                3, 2, planes=[place("s2", 24, 16, z=2)], ops=[palette("s2", [0, 0, 24, 16], 256)]
            ),
        ],
    ),
    "image_shrunk": (
        "pixels that stand for 2 x 2 or 4 x 4, cut off at the edge, beside and over others",
        [
            begin(planes=[place("s1"), place("s2", 37, 23, z=2)]),
            frame(2, 1, ops=[shrunk("s1", [0, 0, 16, 12], 3, 4), shrunk("s2", [1, 3, 7, 5], 4, 2)]),
            frame(
                3,
                2,
                ops=[
                    shrunk("s2", [0, 0, 37, 23], 5, 4, "raw"),
                    ["copy", "s2", [0, 0, 9, 9], [20, 11]],
                    shrunk("s2", [36, 22, 1, 1], 6, 2),
                    fill("s2", [2, 2, 3, 3], HALF),
                ],
            ),
            frame(
                4,
                3,
                ops=[
                    [
                        *palette("s1", [0, 0, 3, 2], 3)[:2],
                        [2, 3, 11, 7],
                        *palette("s1", [0, 0, 3, 2], 3)[3:],
                        4,
                    ],
                    [
                        *file("s2", [0, 0, 10, 6], "png")[:2],
                        [5, 5, 19, 12],
                        *file("s2", [0, 0, 10, 6], "png")[3:],
                        2,
                    ],
                ],
            ),
            frame(5, 4, ops=[image("s1", [3, 3, 6, 6], 8)]),
        ],
    ),
    "image_shrunk_refused": (
        "only 2 and 4, only with so many pixels, and nothing after it",
        [
            begin(),
            *(
                frame(2 + index, 1, ops=[shrunk("s1", [0, 0, 8, 8], 1, wrong)])
                for index, wrong in enumerate([0, 1, 3, 8, -2, 2.5, "2", None, True, [2]])
            ),
            frame(20, 1, ops=[[*image("s1", [0, 0, 8, 8], 1), 2]]),
            frame(
                21,
                1,
                ops=[
                    [
                        *image("s1", [0, 0, 2, 2], 1)[:2],
                        [0, 0, 8, 8],
                        *image("s1", [0, 0, 2, 2], 1)[3:],
                    ]
                ],
            ),
            frame(22, 1, ops=[[*shrunk("s1", [0, 0, 8, 8], 1, 2), 2]]),
            frame(
                23,
                1,
                ops=[["image", "s1", [0, 0, 8, 8], "png", file("s1", [0, 0, 8, 8], "png")[4], 2]],
            ),
            frame(24, 1, ops=[shrunk("s1", [12, 0, 5, 2], 1, 4)]),
            frame(25, 1, ops=[shrunk("s1", [0, 0, 8, 8], 1, 2)]),
        ],
    ),
    "image_files": (
        "PNG and lossless WebP are opaque pictures and exact, whatever their kind",
        [
            begin(planes=[place("s1", 40, 24)]),
            frame(2, 1, ops=[file("s1", [0, 0, 16, 12], "png")]),
            frame(3, 2, ops=[file("s1", [3, 5, 33, 17], "webp", lossless=True, method=0)]),
            frame(
                4,
                3,
                ops=[
                    ["copy", "s1", [3, 5, 8, 8], [0, 0]],
                    file("s1", [39, 0, 1, 24], "png"),
                    fill("s1", [0, 0, 1, 1], HALF),
                ],
            ),
        ],
    ),
    "image_jpeg": (
        "JPEG is nearly the same everywhere, beside it nothing changes",
        [
            begin(planes=[place("s1"), place("s2", 40, 24, z=2)]),
            frame(2, 1, ops=[file("s2", [0, 0, 40, 24], "jpeg", quality=90, subsampling=0)]),
            frame(3, 2, ops=[file("s2", [8, 8, 32, 16], "jpeg", quality=80)]),
            frame(4, 3, ops=[fill("s2", [0, 0, 40, 24], RED), fill("s1", [0, 0, 2, 2], HALF)]),
        ],
    ),
    "image_refused": (
        "files of another size, of another kind, cut off; palettes with wrong numbers",
        [
            begin(),
            frame(
                2,
                1,
                ops=[
                    [
                        *file("s1", [0, 0, 8, 8], "png")[:2],
                        [0, 0, 8, 7],
                        *file("s1", [0, 0, 8, 8], "png")[3:],
                    ]
                ],
            ),
            frame(
                3,
                1,
                ops=[["image", "s1", [0, 0, 8, 8], "jpeg", file("s1", [0, 0, 8, 8], "png")[4]]],
            ),
            frame(
                4,
                1,
                ops=[
                    [
                        "image",
                        "s1",
                        [0, 0, 8, 8],
                        "webp",
                        file("s1", [0, 0, 8, 8], "webp", lossless=True)[4][:20],
                    ]
                ],
            ),
            frame(5, 1, ops=[["image", "s1", [0, 0, 8, 8], "jpeg", b""]]),
            frame(6, 1, ops=[palette("s1", [0, 0, 8, 8], 3, table=2)]),
            frame(7, 1, ops=[palette("s1", [0, 0, 8, 8], 3, more=1)]),
            frame(8, 1, ops=[palette("s1", [0, 0, 8, 8], 3, more=-1)]),
            frame(
                9,
                1,
                ops=[
                    [
                        "image",
                        "s1",
                        [0, 0, 2, 2],
                        "palette",
                        zlib.compress(b"\1" + bytes(8) + b"\0\1\2\1"),
                    ]
                ],
            ),
            frame(10, 1, ops=[["image", "s1", [0, 0, 2, 2], "palette", zlib.compress(b"")]]),
            frame(11, 1, ops=[palette("s1", [0, 0, 8, 8], 3)]),
        ],
    ),
}
