"""What pictures cost: each codec on typical pictures, and commits that repaint everything.

Run it by hand: python -m benchmarks.encoders [--rounds 15]
It needs no node, takes some seconds and prints two tables. Times are the shortest of several
rounds on one thread, in milliseconds; compare rows of one run.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from geometry_ws.render.encode import FRAME_CODECS, encode
from geometry_ws.render.inflate import decode_plane
from geometry_ws.render.png import encode_png
from geometry_ws.render.shrink import SHRINKS, shrunk
from geometry_ws.render.webp import encode_webp
from geometry_ws.scene import ops
from geometry_ws.scene.changes import Copied, Painted
from geometry_ws.scene.geometry import Rect, Region

ALL = frozenset(FRAME_CODECS)
TILE = (256, 192)
TEXT = "the quick brown fox jumps over a lazy dog and then sleeps in the warm sun"
WORDS = TEXT.split()
OP_BYTES = 40
"""About what an operation takes on the wire beside its data."""


def solid(colours: Any) -> np.ndarray:
    """RGB or grey becomes opaque BGRA."""
    rgb = np.asarray(Image.fromarray(np.asarray(colours)).convert("RGB"))
    return np.dstack([rgb[..., ::-1], np.full(rgb.shape[:2], 255, np.uint8)]).copy()


def lines(count: int, width: int, height: int, size: int = 20) -> np.ndarray:
    """Dark lines of text on white."""
    picture = Image.new("L", (width, height), 250)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size=size * 0.7)
    for number in range(count):
        text = " ".join(WORDS[(number * 5 + k) % len(WORDS)] for k in range(18))
        draw.text((10, 6 + number * size), f"{text} {number}", fill=30, font=font)
    return solid(picture)


def film(step: int, width: int = 640, height: int = 360) -> np.ndarray:
    """Soft colours that pan, with grain."""
    random = np.random.default_rng(step)
    y, x = np.mgrid[0:height, 0:width] / height
    x = x + step / 45
    shades = [
        np.sin(a * x + b) + np.cos(c * y - a) for a, b, c in ((3, 1, 5), (5, 2, 3), (2, 4, 6))
    ]
    grain = random.normal(0, 3, (height, width, 3))
    return solid(np.clip(128 + 50 * np.stack(shades, axis=-1) + grain, 0, 255).astype(np.uint8))


def plot(step: int) -> np.ndarray:
    """A curve over a grid, which a program draws anew for each step."""
    picture = Image.new("RGB", (800, 500), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    for at in range(0, 800, 50):
        draw.line((at, 0, at, 500), fill=(220, 220, 220))
        draw.line((0, at, 800, at), fill=(220, 220, 220))
    curve = [(x, 250 + 120 * np.sin((x + 7 * step) / 40) * np.sin(x / 300)) for x in range(800)]
    draw.line(curve, fill=(30, 90, 200), width=2)
    draw.text((20, 20), f"t = {step}", fill=(0, 0, 0))
    return solid(picture)


def card() -> np.ndarray:
    """Coloured text and rounded shapes: more colours than a palette holds."""
    picture = Image.new("RGB", (256, 192), (252, 250, 246))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size=13)
    shades = np.random.default_rng(2).integers(20, 200, (10, 3)).tolist()
    for number, shade in enumerate(shades):
        draw.rounded_rectangle((8, 6 + 18 * number, 22, 20 + 18 * number), 4, fill=tuple(shade))
        draw.text((30, 5 + 18 * number), " ".join(WORDS[:6]), fill=tuple(shade), font=font)
    small = picture.resize((250, 188), Image.Resampling.BICUBIC)
    return solid(small)


def shortest(rounds: int, work: Callable[[], Any]) -> tuple[float, Any]:
    best, result = float("inf"), None
    for _ in range(rounds):
        begun = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - begun)
    return 1000 * best, result


def ways(pixels: np.ndarray) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each codec by itself, then what is chosen for each class."""
    few = frozenset({"raw", "deflate"})
    yield "deflate", lambda: encode(pixels, opaque=True, codecs=few)
    yield "palette", lambda: encode(pixels, opaque=True, codecs=few | {"palette"})
    yield "png", lambda: ("png", encode_png(pixels), True)
    yield "webp", lambda: ("webp", encode_webp(pixels), True)
    lossy = few | {"jpeg"}
    yield "jpeg", lambda: encode(pixels, content="photo", quality="fast", codecs=lossy)
    yield "(sharp)", lambda: encode(pixels, opaque=True, codecs=ALL)
    yield "(fast)", lambda: encode(pixels, opaque=True, quality="fast", codecs=ALL)


def codecs(rounds: int) -> None:
    page = lines(45, 1000, 900)
    pictures = {
        "W1 word, 60 x 20": page[20:40, 100:160].copy(),
        "W1 box, 300 x 100": page[:100, :300].copy(),
        "text tile, 256 x 192": page[:192, :256].copy(),
        "W4 strip, 1000 x 40": page[:40].copy(),
        "card, 250 x 188": card(),
        "plot, 800 x 500": plot(1),
        "W3 tile, 256 x 192": film(1)[:192, :256].copy(),
        "W3 frame, 640 x 360": film(1),
    }
    for name, pixels in list(pictures.items())[2:]:
        pictures |= {f"{name}, shrunk by {by}": shrunk(pixels, by) for by in SHRINKS}
    print("| picture | way | codec | bytes | encode ms | decode ms | lossless |")
    print("| --- | --- | --- | ---: | ---: | ---: | --- |")
    for name, pixels in pictures.items():
        height, width = pixels.shape[:2]
        for way, work in ways(pixels):
            took, (codec, data, lossless) = shortest(rounds, work)
            if way == "palette" and codec != "palette":
                continue
            back, decoded = shortest(rounds, lambda: decode_plane(codec, data, width, height))  # noqa: B023
            assert not lossless or np.array_equal(decoded, pixels)
            says = "yes" if lossless else "no"
            print(
                f"| {name} | {way} | {codec} | {len(data):,} | {took:.2f} | {back:.2f} | {says} |"
            )


def sent(strokes: list[Any], after: np.ndarray, quality: str) -> tuple[int, int]:
    """Pictures and bytes of a frame with these strokes, in tiles as streams cut them."""
    count = size = 0
    for rect in Region(stroke.rect for stroke in strokes if isinstance(stroke, Painted)).rects:
        for tile in rect.tiles(*TILE) if rect.area > TILE[0] * TILE[1] else [rect]:
            window = after[tile.y : tile.bottom, tile.x : tile.right]
            size += OP_BYTES + len(encode(window, opaque=True, quality=quality, codecs=ALL).data)
            count += 1
    copies = sum(isinstance(stroke, Copied) for stroke in strokes)
    return count, size + copies * OP_BYTES


def repaints(rounds: int) -> None:
    page = lines(90, 1000, 1800)
    clock = page[:900].copy()
    clock[10:30, 900:980, :3] = 40
    cases = {
        "the same page": (page[:900], page[:900].copy()),
        "a page whose clock ticks": (page[:900], clock),
        "a page scrolled by 40 px": (page[:900], page[40:940].copy()),
        "a page scrolled sideways": (page[:900, :900], page[:900, 40:940].copy()),
        "a plot": (plot(1), plot(2)),
        "a film": (film(1), film(2)),
    }
    print("| repainted | pixels | scrolls | commit ms | copies | pictures | painted | bytes |")
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for name, (before, after) in cases.items():
        height, width = after.shape[:2]
        whole = [ops.Image(Rect(0, 0, width, height), np.ascontiguousarray(after))]
        for scrolls in (False, True):
            buffers = iter([np.ascontiguousarray(before).copy() for _ in range(rounds)])
            took, strokes = shortest(
                rounds,
                lambda: ops.apply_ops(next(buffers), whole, None, opaque=True, scrolls=scrolls),  # noqa: B023
            )
            painted = sum(stroke.rect.area for stroke in strokes if isinstance(stroke, Painted))
            copies = sum(isinstance(stroke, Copied) for stroke in strokes)
            count, size = sent(strokes, after, "sharp")
            share = f"{100 * painted / (width * height):.1f} %"
            print(
                f"| {name} | {width * height:,} | {'yes' if scrolls else 'no'} | {took:.2f} "
                f"| {copies} | {count} | {share} | {size:,} |"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="how often each thing is measured")
    rounds = parser.parse_args().rounds
    codecs(rounds)
    print()
    repaints(rounds)


if __name__ == "__main__":
    main()
