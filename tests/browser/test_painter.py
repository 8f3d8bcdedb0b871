"""What the painter puts on a real screen."""

import base64
import functools
import hashlib
import http.server
import io
import json
import pathlib
import threading
import zlib
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from geometry_ws.render.codecs import VIDEO_CODECS
from geometry_ws.render.decode import decode
from geometry_ws.render.encode import FRAME_CODECS, encode
from geometry_ws.render.forward import forwardable
from geometry_ws.web import dist
from tests.browser import chromium

pytestmark = pytest.mark.browser

SRC = dist().parent / "src"
PAGE = pathlib.Path(__file__).parent / "painter.html"


class Files(http.server.SimpleHTTPRequestHandler):
    """The page and the sources beside it."""

    def translate_path(self, path: str) -> str:
        if path == "/painter.html":
            return str(PAGE)
        return str(SRC / path.removeprefix("/src/"))

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/painter.html"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: chromium.Browser, address: str) -> Iterator[chromium.Page]:
    opened = browser.open()
    opened.size(200, 150)
    opened.go(address)
    opened.wait("window.kit")
    yield opened
    assert opened.messages == []


def seen(page: chromium.Page) -> np.ndarray:
    """RGB of the screen, after what was drawn has come there."""
    page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return np.asarray(Image.open(io.BytesIO(page.picture())).convert("RGB")).astype(int)


def picture(seed: int, width: int, height: int, alpha: int = 255) -> np.ndarray:
    """Premultiplied BGRA noise."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, alpha + 1, (height, width, 4), dtype=np.uint8)
    pixels[..., 3] = alpha
    return pixels


def over(below: np.ndarray, bgra: np.ndarray, x: int, y: int) -> np.ndarray:
    """Composed exactly as the blend function says, rounded."""
    result = below.astype(float)
    height, width = bgra.shape[:2]
    part = result[y : y + height, x : x + width]
    part[:] = bgra[..., 2::-1] + part * (255 - bgra[..., 3:].astype(float)) / 255
    return np.rint(result).astype(int)


def image(plane: str, pixels: np.ndarray, codec: str, x: int = 0, y: int = 0) -> list[object]:
    data = pixels.tobytes()
    data = zlib.compress(data) if codec == "deflate" else data
    height, width = pixels.shape[:2]
    return ["image", plane, [x, y, width, height], codec, base64.b64encode(data).decode()]


def place(plane: str, x: int, y: int, z: int, pixels: np.ndarray, **more: object) -> dict:
    height, width = pixels.shape[:2]
    return {"plane": plane, "x": x, "y": y, "z": z, "width": width, "height": height, **more}


def show(page: chromium.Page, **frame: object) -> None:
    whole = {"epoch": "e1", "base": 0, "time_us": 1, **frame}
    assert page.run(f"kit.frame({json.dumps(whole)})") == "applied"


SOLID = picture(1, 90, 70)
GLASS = picture(2, 60, 80, 128)


def begin(page: chromium.Page, kind: str, side: int = 0) -> None:
    name = page.run(f"kit.begin('{kind}', {side})")
    assert name == ("WebGL" if kind == "gl" else "canvas")
    show(
        page,
        seq=1,
        keyframe=True,
        planes=[place("s1", 20, 10, 1, SOLID), place("s2", 70, 40, 2, GLASS)],
        ops=[image("s1", SOLID, "deflate"), image("s2", GLASS, "raw")],
    )


def expected(x: int = 20) -> np.ndarray:
    ground = np.zeros((150, 200, 3), int)
    return over(over(ground, SOLID, x, 10), GLASS, 70, 40)


@pytest.mark.parametrize(("kind", "side"), [("gl", 0), ("gl", 32), ("canvas", 0)])
def test_planes_are_composed_as_they_are(page, kind, side):
    """Opaque pixels arrive exactly, blended ones within rounding; large planes as tiles."""
    begin(page, kind, side)
    difference = np.abs(seen(page) - expected())
    assert difference[:40].max() == 0
    assert difference.max() <= 2


def test_bytes_are_the_same_as_in_python(page):
    """The hash of a plane is that of the bytes that were sent."""
    begin(page, "gl")
    assert page.run("kit.store.hash('s1')") == hashlib.sha256(SOLID.tobytes()).hexdigest()
    assert page.run("kit.store.hash('s2')") == hashlib.sha256(GLASS.tobytes()).hexdigest()


ROOT = pathlib.Path(__file__).parents[2]
VECTORS = sorted((ROOT / "geometry_ws/testing/vectors").glob("*.json"))


@pytest.mark.parametrize("slow", [False, True], ids=["fast", "plain"])
def test_the_page_makes_of_each_vector_what_it_says(page, slow):
    """Pictures of every codec come out as in Python, by either of the browser's decoders."""
    for path in VECTORS:
        steps = json.loads(path.read_text(encoding="utf-8"))["steps"]
        results = page.run(f"kit.vector({json.dumps(steps)}, {json.dumps(slow)})")
        for number, (step, result) in enumerate(zip(steps, results, strict=True)):
            where = f"{path.stem}, step {number}"
            assert (result["outcome"], result["seq"]) == (step["outcome"], step["seq"]), where
            assert result["planes"].keys() == step["planes"].keys(), where
            for name, plane in step["planes"].items():
                if isinstance(plane, str):
                    assert result["planes"][name] == plane, where
                    continue
                near = np.frombuffer(zlib.decompress(base64.b64decode(plane["near"])), np.uint8)
                seen_bytes = np.frombuffer(base64.b64decode(result["planes"][name]), np.uint8)
                assert np.abs(near.astype(int) - seen_bytes).max() <= plane["most"], where


def test_this_browser_can_be_relied_on_for_all_codecs(page):
    """The page tries its decoders before it says what it can."""
    assert page.run("kit.usableCodecs()") == [*FRAME_CODECS, *VIDEO_CODECS]


@pytest.mark.parametrize("quality", ["sharp", "fast"])
@pytest.mark.parametrize("kind", ["few", "many", "glass"])
@pytest.mark.parametrize("spare_ms", [0.0, 100.0])
def test_what_our_encoders_write_the_page_reads(page, kind, quality, spare_ms):
    """Lossless planes have the same hash in the page, whichever codec was chosen."""
    y, x = np.mgrid[0:120, 0:160]
    pixels = np.dstack([x, y, (x + y) // 2, np.full_like(x, 255)]).astype(np.uint8)
    if kind == "few":
        pixels[..., :3] = (x // 9 % 7 * 30)[..., None]
    elif kind == "glass":
        pixels = picture(3, 160, 120, 128)
    codecs = frozenset(FRAME_CODECS)
    encoded = encode(pixels, quality=quality, codecs=codecs, spare_ms=spare_ms)
    data = base64.b64encode(encoded.data).decode()
    page.run("kit.begin('gl')")
    show(
        page,
        seq=1,
        keyframe=True,
        planes=[place("s1", 0, 0, 1, pixels)],
        ops=[["image", "s1", [0, 0, 160, 120], encoded.codec, data]],
    )
    if encoded.lossless:
        expected_hash = hashlib.sha256(pixels.tobytes()).hexdigest()
        assert page.run("kit.store.hash('s1')") == expected_hash
    elif kind != "glass":
        assert np.abs(seen(page)[:120, :160] - pixels[..., 2::-1]).max() <= 40


KINDS = [
    ("png", "RGB", {}),
    ("png", "RGBA", {}),
    ("png", "L", {}),
    ("png", "1", {}),
    ("png", "P", {}),
    ("png", "RGB", {"dpi": (300, 300)}),
    ("webp", "RGB", {"lossless": True, "method": 4}),
    ("webp", "RGB", {"quality": 80}),
    ("jpeg", "RGB", {}),
    ("jpeg", "RGB", {"progressive": True, "quality": 95, "subsampling": 0}),
    ("jpeg", "L", {}),
]


@pytest.mark.parametrize("slow", [False, True], ids=["fast", "plain"])
def test_what_is_forwarded_is_the_same_in_the_page(page, slow):
    """A program's file that travels untouched: exact where we say so, else nearly."""
    y, x = np.mgrid[0:90, 0:120]
    colours = np.dstack([x * 2, y * 2, (x + y) % 32 * 7]).astype(np.uint8)
    for codec, mode, options in KINDS:
        written = io.BytesIO()
        Image.fromarray(colours).convert(mode).save(written, codec.upper(), **options)
        data = written.getvalue()
        decoded = decode(codec, data, 120, 90, opaque=False)
        forwarded = forwardable(codec, data, decoded)
        assert forwarded is not None, (codec, mode, options)
        text = base64.b64encode(data).decode()
        frame = {
            "epoch": "e1", "seq": 1, "base": 1, "time_us": 1, "keyframe": True,
            "planes": [place("s1", 0, 0, 1, decoded)],
            "ops": [["image", "s1", [0, 0, 120, 90], codec, text]],
        }  # fmt: skip
        steps = [{"frame": frame, "planes": {"s1": {}}}]
        (result,) = page.run(f"kit.vector({json.dumps(steps)}, {json.dumps(slow)})")
        shown = np.frombuffer(base64.b64decode(result["planes"]["s1"]), np.uint8)
        difference = np.abs(shown.reshape(decoded.shape).astype(int) - decoded)
        assert difference.max() <= (0 if forwarded.lossless else 6), (codec, mode, options)


@pytest.mark.parametrize("kind", ["gl", "canvas"])
def test_a_small_change_is_seen_and_changes_nothing_else(page, kind):
    """Only what was painted goes to the screen's memory, and nothing else moves."""
    begin(page, kind)
    before = seen(page)
    show(page, seq=2, base=1, ops=[["fill", "s1", [5, 5, 10, 4], [0, 200, 0, 255]]])
    after = seen(page)
    changed = np.argwhere((after != before).any(axis=2))
    assert changed.min(axis=0).tolist() == [15, 25]
    assert changed.max(axis=0).tolist() == [18, 34]
    assert (after[15:19, 25:35] == [0, 200, 0]).all()


@pytest.mark.parametrize("zoom", [1, 0.73, 1.6])
def test_a_canvas_draws_what_changed_as_it_would_draw_everything(page, zoom):
    """Below glass, at an edge, in smoothed pictures, and on a canvas that a new size emptied."""
    begin(page, "canvas")
    page.run(f"kit.view.zoom = {zoom}")
    show(page, seq=2, base=1)
    ops = [["fill", "s1", [30, 0, 41, 70], [0, 200, 0, 255]],
           image("s2", picture(4, 7, 5, 200), "raw", 3, 2)]  # fmt: skip
    show(page, seq=3, base=2, ops=ops)
    parts = seen(page)
    page.run("kit.begin('canvas')")
    show(page, seq=4, base=3)
    assert (seen(page) == parts).all()
    page.run("document.getElementById('canvas').width = 190")
    page.run("document.getElementById('canvas').width = 200")
    assert not seen(page).any()
    show(page, seq=5, base=4)
    assert (seen(page) == parts).all()


@pytest.mark.parametrize("kind", ["gl", "canvas"])
def test_moving_raising_and_removing_change_the_picture(page, kind):
    """Places and stacking are the newest, without pixels being sent."""
    begin(page, kind)
    show(page, seq=2, base=1, planes=[place("s1", 60, 10, 3, SOLID)])
    ground = np.zeros((150, 200, 3), int)
    raised = over(over(ground, GLASS, 70, 40), SOLID, 60, 10)
    assert np.abs(seen(page) - raised).max() <= 1
    show(page, seq=3, base=2, removed=["s1"])
    assert np.abs(seen(page) - over(ground, GLASS, 70, 40)).max() <= 1


def test_a_lost_graphics_card_comes_back_with_its_picture(page):
    """After the context was lost and restored the same picture is there."""
    begin(page, "gl")
    before = seen(page)
    page.run("kit.lose()")
    show(page, seq=2, base=1)
    assert (seen(page) == before).all()


def test_sharp_buffers_are_sharp_on_sharp_screens(page):
    """Two buffer pixels per world pixel are two device pixels at zoom 2."""
    page.run("kit.begin('gl')")
    page.run("kit.view.zoom = 2")
    show(
        page,
        seq=1,
        keyframe=True,
        planes=[{**place("s1", 5, 5, 1, SOLID), "width": 45, "height": 35, "scale": 2}],
        ops=[image("s1", SOLID, "deflate")],
    )
    assert (seen(page) == over(np.zeros((150, 200, 3), int), SOLID, 10, 10)).all()


@pytest.mark.parametrize("kind", ["gl", "canvas"])
@pytest.mark.parametrize(("density", "zoom", "ratio"), [(2, 1, 2), (1, 2, 2), (3, 1, 3), (2, 2, 4)])
def test_at_whole_ratios_each_pixel_is_a_square_of_its_colour(page, kind, density, zoom, ratio):
    """A board of single black and white pixels stays black and white on denser screens."""
    size = [600 // density, 450 // density]
    page.size(*size, density)
    page.run(f"Object.assign(document.getElementById('canvas'), {{width: 600, height: 450}}).style"
             f".width = '{size[0]}px'")  # fmt: skip
    page.run(f"kit.begin('{kind}', 32)")
    page.run(f"Object.assign(kit.view, {{width: {size[0]}, height: {size[1]}, zoom: {zoom},"
             f" density: {density}, x: 0.1, y: 0.1}})")  # fmt: skip
    pixels = np.full((50, 60, 4), 255, np.uint8)
    pixels[..., :3] = np.where(np.indices((50, 60)).sum(axis=0) % 2 == 1, 255, 0)[..., None]
    show(
        page,
        seq=1,
        keyframe=True,
        planes=[place("s1", 5, 7, 1, pixels)],
        ops=[image("s1", pixels, "deflate")],
    )
    screen = seen(page)
    x, y = (round((at - 0.1) * ratio) for at in (5, 7))
    part = screen[y : y + 50 * ratio, x : x + 60 * ratio]
    squares = np.repeat(np.repeat(pixels[..., :3], ratio, axis=0), ratio, axis=1)
    assert screen.shape == (450, 600, 3)
    assert (part == squares[: len(part)]).all()


def test_a_faint_plane_is_faint(page):
    """Opacity multiplies colour and alpha."""
    page.run("kit.begin('gl')")
    white = np.full((50, 50, 4), 255, np.uint8)
    show(
        page,
        seq=1,
        keyframe=True,
        planes=[place("s1", 0, 0, 1, white, opacity=0.5)],
        ops=[image("s1", white, "raw")],
    )
    assert abs(int(seen(page)[10, 10, 0]) - 128) <= 1
