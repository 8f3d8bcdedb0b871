"""All vectors: a title and the frames, which `make_vectors` gives their outcomes."""

import zlib
from typing import Any

from tests.stream.vector_builders import (
    BOTH,
    CLEAR,
    HALF,
    ODD,
    RED,
    SMALL,
    begin,
    fill,
    frame,
    image,
    pixels,
    place,
    video,
)
from tests.stream.vector_images import IMAGES

CASES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "fill": (
        "fills in order, the later over the earlier, edges and single pixels",
        [
            begin(),
            frame(2, 1, ops=[fill("s1", [0, 0, 16, 12], RED), fill("s1", [3, 4, 5, 2], HALF)]),
            frame(3, 2, ops=[fill("s1", [15, 11, 1, 1], CLEAR), fill("s1", [0, 0, 1, 12], HALF)]),
        ],
    ),
    "copy_overlapping": (
        "copies whose source and destination overlap, towards all eight sides",
        [begin()]
        + [
            frame(2 + index, 1 + index, ops=[["copy", "s1", [4, 3, 8, 6], [4 + dx, 3 + dy]]])
            for index, (dx, dy) in enumerate(
                [(3, 0), (-3, 0), (0, 2), (0, -2), (2, 2), (-2, -2), (3, -1), (-1, 3)]
            )
        ],
    ),
    "copy_reads_before": (
        "copies read the picture before the frame, whatever operations come first",
        [
            begin(),
            frame(
                2,
                1,
                ops=[
                    fill("s1", [0, 0, 8, 12], RED),
                    ["copy", "s1", [0, 0, 6, 6], [8, 0]],
                    ["copy", "s1", [8, 0, 6, 6], [0, 6]],
                    ["copy", "s1", [2, 2, 4, 4], [3, 3]],
                ],
            ),
        ],
    ),
    **IMAGES,
    "resize": (
        "another buffer size begins the plane anew with zeros; scale counts, place doesn't",
        [
            begin(),
            frame(2, 1, planes=[place("s1", x=-40, y=7, opacity=0.5)]),
            frame(3, 2, planes=[place("s1", 20, 12)], ops=[fill("s1", [18, 0, 2, 2], RED)]),
            frame(4, 3, planes=[place("s1", 20, 12, scale=2)]),
            frame(5, 4, planes=[place("s1", 40, 24)], ops=[fill("s1", [39, 23, 1, 1], RED)]),
            frame(6, 5, planes=[place("s1", 20, 12, scale=2, opaque=True)]),
        ],
    ),
    "removal": (
        "planes are removed; unknown ones may be named",
        [
            begin(planes=[place("s1"), place("s2", z=2)]),
            frame(2, 1, removed=["s1", "s77"]),
            frame(3, 2, planes=[place("s3", 2, 2, z=3)], ops=[fill("s3", [0, 0, 2, 2], HALF)]),
            frame(4, 3, removed=["s2", "s3"]),
        ],
    ),
    "keyframe": (
        "a keyframe drops what it doesn't name, keeps pixels of planes of the same size",
        [
            begin(planes=[place("s1"), place("s2", z=2), place("s3", z=3)]),
            frame(7, 7, keyframe=True, planes=[place("s1", x=5), place("s3", 8, 8)]),
            frame(8, 7, ops=[fill("s3", [0, 0, 4, 4], RED)]),
            frame(9, 9, keyframe=True),
        ],
    ),
    "video": (
        "videos go on from frame to frame, whatever lies between; each plane has its own",
        [
            BOTH,
            frame(2, 1, ops=[video("s1", SMALL, "h264", 0), video("s2", ODD, "vp8", 0)]),
            frame(3, 2, ops=[video("s1", SMALL, "h264", 1)]),
            frame(4, 3, ops=[video("s2", ODD, "vp8", 1), fill("s1", [0, 0, 64, 9], RED)]),
            frame(5, 4, ops=[video("s1", SMALL, "h264", 2), video("s2", ODD, "vp8", 2)]),
            frame(6, 5, planes=[place("s1", *ODD)], ops=[video("s1", ODD, "h264", 0)]),
            frame(7, 6, part=[0, 2], ops=[video("s1", ODD, "h264", 1)]),
            frame(7, 6, part=[1, 2], ops=[video("s2", ODD, "h264", 0)]),
            frame(8, 7, ops=[video("s1", ODD, "h264", 2), video("s2", ODD, "h264", 1)]),
            frame(9, 8, ops=[fill("s1", [0, 0, *ODD], HALF), fill("s2", [0, 0, *ODD], HALF)]),
        ],
    ),
    "video_refused": (
        "videos without a beginning, in another codec, of another size, not over all of a plane",
        [
            BOTH,
            frame(2, 1, ops=[video("s1", SMALL, "h264", 1)]),
            frame(3, 1, ops=[[*video("s1", SMALL, "vp8", 0)[:3], "vp9", b"", True]]),
            frame(4, 1, ops=[video("s1", SMALL, "h264", 0, rect=[0, 0, 64, 60])]),
            frame(5, 1, ops=[video("s2", SMALL, "h264", 0, rect=[0, 0, *ODD])]),
            frame(6, 1, ops=[[*video("s1", SMALL, "h264", 0)[:5], 1]]),
            frame(7, 1, ops=[["video", "s1", [0, 0, *SMALL], "vp8", b"nothing of a video", True]]),
            frame(8, 1, ops=[["video", "s1", [0, 0, *SMALL], "h264", "text", True]]),
            frame(9, 1, ops=[video("s9", SMALL, "h264", 0)]),
            frame(10, 1, ops=[fill("s1", [0, 0, 1, 1], HALF)]),
            frame(11, 10, removed=["s1"]),
            frame(12, 11, ops=[video("s1", SMALL, "h264", 0)]),
        ],
    ),
    "parts": (
        "parts are shown together; operations of one plane may lie in several",
        [
            begin(),
            frame(
                2,
                1,
                part=[0, 3],
                planes=[place("s2", 4, 4, z=2)],
                ops=[fill("s1", [0, 0, 16, 12], RED)],
            ),
            frame(2, 1, part=[1, 3], ops=[["copy", "s1", [0, 0, 8, 6], [8, 6]]]),
            frame(2, 1, part=[2, 3], ops=[image("s2", [0, 0, 4, 4], 5)]),
        ],
    ),
    "parts_dropped": (
        "another frame drops an unfinished one; a part out of turn is refused",
        [
            begin(),
            frame(2, 1, part=[0, 2], ops=[fill("s1", [0, 0, 16, 12], RED)]),
            frame(3, 1, ops=[fill("s1", [0, 0, 4, 4], HALF)]),
            frame(2, 1, part=[1, 2], ops=[fill("s1", [4, 0, 4, 4], HALF)]),
            frame(5, 3, part=[0, 3], ops=[fill("s1", [0, 0, 2, 2], RED)]),
            frame(5, 3, part=[2, 3], ops=[fill("s1", [0, 0, 3, 3], RED)]),
            frame(6, 3, ops=[fill("s1", [0, 0, 1, 1], CLEAR)]),
        ],
    ),
    "base": (
        "an older base applies, a newer one is refused and changes nothing",
        [
            begin(5),
            frame(9, 4, ops=[fill("s1", [0, 0, 4, 4], RED)]),
            frame(12, 10, ops=[fill("s1", [0, 0, 16, 12], RED)]),
            frame(13, 9, ops=[fill("s1", [1, 1, 1, 1], HALF)]),
        ],
    ),
    "before_keyframe": (
        "nothing applies before the first keyframe",
        [
            frame(1, 0, planes=[place("s1")], ops=[fill("s1", [0, 0, 16, 12], RED)]),
            begin(2),
        ],
    ),
    "epoch": (
        "frames of another epoch are refused",
        [begin(), {**frame(2, 1, ops=[fill("s1", [0, 0, 1, 1], RED)]), "epoch": "e2"}],
    ),
    "refused_whole": (
        "a frame with one mistake changes nothing: unknown plane, outside, wrong size, broken",
        [
            begin(),
            frame(2, 1, ops=[fill("s1", [0, 0, 4, 4], RED), fill("s9", [0, 0, 1, 1], RED)]),
            frame(3, 1, ops=[fill("s1", [0, 0, 4, 4], RED), fill("s1", [10, 0, 7, 1], RED)]),
            frame(4, 1, ops=[fill("s1", [0, 0, 4, 4], RED), ["copy", "s1", [0, 0, 8, 8], [9, 0]]]),
            frame(
                5,
                1,
                ops=[
                    fill("s1", [0, 0, 4, 4], RED),
                    ["image", "s1", [0, 0, 2, 2], "raw", pixels(2, 1, 0)],
                ],
            ),
            frame(
                6,
                1,
                ops=[
                    fill("s1", [0, 0, 4, 4], RED),
                    ["image", "s1", [0, 0, 2, 2], "deflate", b"no zlib stream"],
                ],
            ),
            frame(
                7, 1, ops=[["image", "s1", [0, 0, 2, 2], "deflate", zlib.compress(pixels(3, 3, 0))]]
            ),
            frame(
                8, 1, planes=[place("s1", 3, 3)], ops=[["image", "s1", [0, 0, 2, 2], "raw", b""]]
            ),
            frame(9, 1, ops=[fill("s1", [0, 0, 1, 1], HALF)]),
        ],
    ),
}
