"""A light viewer reads what a viewer that paints everything reads."""

import io

import numpy as np
import pytest
from PIL import Image

from benchmarks.loads.catalogue import LOADS
from benchmarks.loads.steps import CELLS, cells, place, read_step, step_at
from benchmarks.viewers.step_reader import DecodedTiles, EncodingCounts, StepReader
from geometry_ws.client.canvas import Canvas, MessageOutcome
from geometry_ws.render.encode import encode_plane
from geometry_ws.render.video import VideoEncoder, encodable

SIDE = 96


def frame(seq, *ops, **more):
    return {"epoch": "e", "seq": seq, "base": seq - 1, "time_us": 1, "ops": list(ops), **more}


def keyframe(seq=1, *ops):
    planes = [
        {"plane": "s1", "x": 0, "y": 0, "z": 1, "width": SIDE, "height": SIDE, "opaque": True}
    ]
    return frame(seq, *ops, keyframe=True, planes=planes)


def picture(random, step):
    pixels = random.integers(0, 256, (SIDE, SIDE, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[: CELLS[3], : CELLS[2]] = cells(step)
    return pixels


def image(pixels, x=0, y=0):
    codec, data = encode_plane(pixels)
    return ["image", "s1", [x, y, pixels.shape[1], pixels.shape[0]], codec, data]


@pytest.mark.parametrize("seed", range(8))
def test_after_any_frames_it_reads_the_cells_that_the_painter_has(seed):
    random = np.random.default_rng(seed)
    reader, canvas = StepReader("s1", DecodedTiles()), Canvas()
    for seq in range(1, 30):
        whole = picture(random, int(random.integers(0, 65536)))
        kind = random.integers(0, 4)
        if kind == 0 or seq == 1:
            op = image(whole)
        elif kind == 1:
            op = image(whole[:8, :40], int(random.integers(0, 50)), int(random.integers(0, 6)))
        elif kind == 2:
            op = ["fill", "s1", [int(random.integers(0, 60)), 0, 9, 4], [255, 255, 255, 255]]
        else:
            op = ["copy", "s1", [0, 0, 32, 4], [int(random.integers(0, 32)), 0]]
        message = keyframe(seq, op) if seq == 1 else frame(seq, op)
        assert reader.take(message) == "shown"
        assert canvas.take(message).outcome is MessageOutcome.SHOWN
        assert reader.step == read_step(canvas.planes["s1"].pixels)


def test_parts_are_shown_together_and_a_gap_is_refused():
    reader = StepReader("s1", DecodedTiles())
    op = image(picture(np.random.default_rng(1), 7))
    assert reader.take(frame(1, op)) == "early"
    assert reader.take({**keyframe(1), "part": [0, 2]}) == "part"
    assert reader.step is None
    assert reader.take({**frame(1, op), "part": [1, 2]}) == "shown"
    assert reader.step == 7
    assert reader.take(frame(3)) == "refused"
    assert reader.take(frame(2)) == "shown"
    assert reader.take({**frame(3), "epoch": "other"}) == "refused"


def test_a_jpeg_is_read_as_well_as_pixels():
    pixels = np.full((SIDE, SIDE, 4), 255, np.uint8)
    pixels[: CELLS[3], : CELLS[2]] = cells(0b1010_0110_0101_1001)
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels[..., 2::-1])).save(out, "JPEG", quality=80)
    reader = StepReader("s1", DecodedTiles())
    reader.take(keyframe(1, ["image", "s1", [0, 0, SIDE, SIDE], "jpeg", out.getvalue()]))
    assert reader.step == 0b1010_0110_0101_1001


def test_every_step_of_a_move_has_a_place_of_its_own_on_the_desktop():
    places = [place(step) for step in range(2000)]
    assert len(set(places)) == len(places)
    assert [step_at(*where) for where in places] == list(range(2000))
    assert all(0 <= x <= 1920 - 800 and 0 <= y <= 1080 - 600 for x, y in places)


def test_each_encoding_of_a_tile_is_counted_once():
    seen = EncodingCounts()
    first, second = (image(picture(np.random.default_rng(seed), seed)) for seed in (1, 2))
    for op in (first, first, second, first):
        seen.note(frame(1, op))
    assert sorted(seen.values()) == [2]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["W1", "W3", "W4"])
def test_every_form_of_a_load_shows_its_step(name):
    load = LOADS[name]
    for make in load.forms.values():
        reader = StepReader("s1", DecodedTiles())
        ops = [
            ["image", "s1", op[1], {"bgra": "raw"}.get(op[2], op[2]), op[3]]
            if op[0] == "image"
            else ["copy", "s1", *op[1:]]
            for op in make()(300)
        ]
        reader.take({"epoch": "e", "seq": 1, "base": 0, "keyframe": True, "ops": ops})
        assert reader.step == 300


@pytest.mark.slow
@pytest.mark.skipif("h264" not in encodable(), reason="PyAV isn't installed")
def test_a_video_is_decoded_once_for_all_and_read_as_well_as_pixels():
    tiles, encoder = DecodedTiles(), VideoEncoder("h264", 640, 360)
    first, second = StepReader("s1", tiles), StepReader("s1", tiles)
    steps = [0b1010_0110_0101_1001, 3, 0b1100_0000_1111_0000]
    film = LOADS["W3"].forms["video"]()
    for seq, step in enumerate(steps, 1):
        ((_, _, _, data),) = film(step)
        pixels = np.frombuffer(data, np.uint8).reshape(360, 640, 4)
        encoded = encoder.encode(pixels, key=seq == 1)
        op = ["video", "s1", [0, 0, 640, 360], "h264", encoded, seq == 1]
        for reader in (first, second):
            assert reader.take(keyframe(seq, op) if seq == 1 else frame(seq, op)) == "shown"
            assert reader.step == step
