"""Writes tests/vectors/frames/*.json: frames, and what every painter must make of them.

Run it by hand when the frame format grows: python -m tests.stream.make_vectors
A file holds steps; a step is the keywords of one frame event (bytes of images as base64), the
outcome (applied, part or refused) and, after it, the last applied seq and the SHA-256 of every
plane's premultiplied BGRA bytes. Where a lossy picture has been painted, decoders differ a little:
in place of the hash there is `near`: the plane's bytes as base64 of a zlib stream, and `most`, by
how much a byte may differ.
"""

import base64
import io
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from geometry_ws.stream.painter import NeedsRefresh, PlaneStore
from geometry_ws.stream.wire import BadFrame, from_wire
from tests.stream import films

FOLDER = Path(__file__).parent.parent / "vectors" / "frames"
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


MOST = {"jpeg": 6, "h264": 12, "vp8": 12}
"""How far two decoders may differ in one byte."""


def expected(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps with their outcomes, by the reference painter."""
    store = PlaneStore(EPOCH)
    results: list[dict[str, Any]] = []
    lossy: dict[str, int] = {}
    painted: list[Any] = []
    for wire in steps:
        try:
            outcome = "part" if store.apply(from_wire(wire)) is None else "applied"
        except (NeedsRefresh, BadFrame):
            outcome = "refused"
        if outcome != "refused":
            painted += wire.get("ops", ())
        if outcome == "applied":
            for op in painted:
                most = MOST.get(op[3], 0) if op[0] in ("image", "video") else 0
                whole = op[2] == [0, 0, *store.planes[op[1]].place.buffer_size]
                lossy[op[1]] = most if whole else max(most, lossy.get(op[1], 0))
            painted = []
        planes: dict[str, Any] = dict(store.hashes())
        for name in planes:
            if lossy.get(name):
                near = zlib.compress(store.planes[name].pixels.tobytes())
                planes[name] = {"near": near, "most": lossy[name]}
        results.append({"frame": wire, "outcome": outcome, "seq": store.seq, "planes": planes})
    return results


def vectors() -> dict[str, dict[str, Any]]:
    """All vectors by name; bytes are still bytes."""
    return {
        name: {"title": title, "steps": expected(steps)} for name, (title, steps) in CASES.items()
    }


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, vector in vectors().items():
        text = json.dumps(
            vector, indent=1, default=lambda data: base64.b64encode(data).decode("ascii")
        )
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
