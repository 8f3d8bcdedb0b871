"""The viewer that knows nothing but docs/protocol.md: it paints, and writes what the node sees."""

import ast
import hashlib
import io
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from examples import plain_viewer
from tests.stream.test_vectors import FILES, read
from tests.support.raw_guest import RawGuest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "examples" / "plain_viewer.py"
CANNOT_APPLY = (LookupError, TypeError, ValueError, zlib.error)
BEYOND = {"palette", "png", "webp", "jpeg", "h264", "vp8"}


def is_plain(vector):
    """Whether its steps that are applied need nothing but raw and deflate."""
    ops = [
        op
        for step in vector["steps"]
        if step["outcome"] != "refused"
        for op in step["frame"].get("ops", ())
    ]
    return all(
        op[0] not in ("image", "video") or (op[3] not in BEYOND and not op[5:]) for op in ops
    )


VECTORS = {path.stem: vector for path in FILES if is_plain(vector := read(path))}


def test_it_is_short_and_needs_two_libraries():
    text = PROGRAM.read_text("utf-8")
    assert len(text.splitlines()) <= 165
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }
    assert imported - set(sys.stdlib_module_names) == {"msgpack", "websockets"}


def test_it_can_be_held_to_most_vectors():
    assert len(VECTORS) >= 15
    assert {"parts_dropped", "copy_reads_before", "epoch", "refused_whole"} <= VECTORS.keys()


@pytest.mark.parametrize("name", VECTORS)
def test_its_painter_makes_of_each_vector_what_it_says(name):
    view = plain_viewer.Planes("e1")
    for number, step in enumerate(VECTORS[name]["steps"]):
        try:
            view.take(step["frame"])
            outcome = "part" if view.parts else "applied"
        except CANNOT_APPLY:
            outcome = "refused"
        assert (outcome, view.seq) == (step["outcome"], step["seq"]), number
        hashes = {
            name: hashlib.sha256(pixels).hexdigest() for name, (_, _, pixels) in view.planes.items()
        }
        assert hashes == step["planes"], number


def draw(program, width, height, pixels, **more):
    program.call("io.geometry_ws.v1.surface.create", width=width, height=height, **more)
    surface = program.read()[3][0]["surface"]
    ops = [["image", [0, 0, width, height], "rgba", pixels.tobytes()]]
    program.call("io.geometry_ws.v1.surface.commit", updates=[{"surface": surface, "ops": ops}])
    assert program.read()[0] == 50


def pixels_of(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


@pytest.mark.router
def test_it_ticks_a_task_and_its_picture_is_the_nodes_own(node, tmp_path):
    """Over the board lie surfaces that are opaque, and ones of all kinds of transparency."""
    random = np.random.default_rng(5)
    colours = random.integers(0, 256, (60, 90, 4), dtype=np.uint16)
    premultiplied = colours * colours[..., 3:] // 255
    premultiplied[..., 3] = colours[..., 3]
    program = RawGuest(node, "msgpack")
    draw(program, 90, 60, premultiplied.astype(np.uint8), x=-20, y=30)
    draw(program, 90, 60, colours.astype(np.uint8), x=25, y=50, opaque=True)
    draw(program, 90, 60, premultiplied.astype(np.uint8), x=40, y=10)
    tasks, file = node.tasks.read_bytes(), tmp_path / "world.png"
    try:
        subprocess.run(
            [
                sys.executable,
                str(PROGRAM),
                "--url",
                node.websocket,
                "--png",
                str(file),
                "--tick",
                "add-farewell",
                "2",
            ],
            check=True,
            timeout=50,
        )
        assert node.tasks.read_bytes() == tasks.replace(b"[ ] 1.2", b"[x] 1.2") != tasks
        picture = pixels_of(file.read_bytes())
        height, width, _ = picture.shape
        listed = node.call("surface.list").json["args"][0]["surfaces"]
        left, top = (min(surface[at] for surface in listed) for at in "xy")
        camera = {"x": left + width / 2, "y": top + height / 2, "zoom": 1}
        program.call(
            "io.geometry_ws.v1.output.screenshot", width=width, height=height, camera=camera
        )
        assert (picture == pixels_of(program.read()[3][0]["data"])).all()
    finally:
        node.tasks.write_bytes(tasks)
        program.end()
