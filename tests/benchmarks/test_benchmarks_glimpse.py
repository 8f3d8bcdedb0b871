"""A light viewer reads what a viewer that paints everything reads."""

import io

import numpy as np
import pytest
from glimpse import Glimpse, Seen, Tiles
from loads import CELLS, LOADS, cells, place, read_step, step_at
from PIL import Image

from geometry_ws.client.canvas import Canvas, Outcome
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
    found = random.integers(0, 256, (SIDE, SIDE, 4), np.uint8)
    found[..., 3] = 255
    found[: CELLS[3], : CELLS[2]] = cells(step)
    return found


def image(found, x=0, y=0):
    codec, data = encode_plane(found)
    return ["image", "s1", [x, y, found.shape[1], found.shape[0]], codec, data]


@pytest.mark.parametrize("seed", range(8))
def test_after_any_frames_it_reads_the_cells_that_the_painter_has(seed):
    random = np.random.default_rng(seed)
    glimpse, canvas = Glimpse("s1", Tiles()), Canvas()
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
        assert glimpse.take(message) == "shown"
        assert canvas.take(message).outcome is Outcome.SHOWN
        assert glimpse.step == read_step(canvas.planes["s1"].pixels)


def test_parts_are_shown_together_and_a_gap_is_refused():
    glimpse = Glimpse("s1", Tiles())
    op = image(picture(np.random.default_rng(1), 7))
    assert glimpse.take(frame(1, op)) == "early"
    assert glimpse.take({**keyframe(1), "part": [0, 2]}) == "part"
    assert glimpse.step is None
    assert glimpse.take({**frame(1, op), "part": [1, 2]}) == "shown"
    assert glimpse.step == 7
    assert glimpse.take(frame(3)) == "refused"
    assert glimpse.take(frame(2)) == "shown"
    assert glimpse.take({**frame(3), "epoch": "other"}) == "refused"


def test_a_jpeg_is_read_as_well_as_pixels():
    found = np.full((SIDE, SIDE, 4), 255, np.uint8)
    found[: CELLS[3], : CELLS[2]] = cells(0b1010_0110_0101_1001)
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(found[..., 2::-1])).save(out, "JPEG", quality=80)
    glimpse = Glimpse("s1", Tiles())
    glimpse.take(keyframe(1, ["image", "s1", [0, 0, SIDE, SIDE], "jpeg", out.getvalue()]))
    assert glimpse.step == 0b1010_0110_0101_1001


def test_every_step_of_a_move_has_a_place_of_its_own_on_the_desktop():
    places = [place(step) for step in range(2000)]
    assert len(set(places)) == len(places)
    assert [step_at(*where) for where in places] == list(range(2000))
    assert all(0 <= x <= 1920 - 800 and 0 <= y <= 1080 - 600 for x, y in places)


def test_each_encoding_of_a_tile_is_counted_once():
    seen = Seen()
    one, other = (image(picture(np.random.default_rng(seed), seed)) for seed in (1, 2))
    for op in (one, one, other, one):
        seen.note(frame(1, op))
    assert sorted(seen.values()) == [2]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["W1", "W3", "W4"])
def test_every_form_of_a_load_shows_its_step(name):
    load = LOADS[name]
    for make in load.forms.values():
        glimpse = Glimpse("s1", Tiles())
        ops = [
            ["image", "s1", op[1], {"bgra": "raw"}.get(op[2], op[2]), op[3]]
            if op[0] == "image"
            else ["copy", "s1", *op[1:]]
            for op in make()(300)
        ]
        glimpse.take({"epoch": "e", "seq": 1, "base": 0, "keyframe": True, "ops": ops})
        assert glimpse.step == 300


@pytest.mark.slow
@pytest.mark.skipif("h264" not in encodable(), reason="PyAV isn't installed")
def test_a_video_is_decoded_once_for_all_and_read_as_well_as_pixels():
    tiles, encoder = Tiles(), VideoEncoder("h264", 640, 360)
    one, other = Glimpse("s1", tiles), Glimpse("s1", tiles)
    steps = [0b1010_0110_0101_1001, 3, 0b1100_0000_1111_0000]
    film = LOADS["W3"].forms["video"]()
    for seq, step in enumerate(steps, 1):
        ((_, _, _, data),) = film(step)
        pixels = np.frombuffer(data, np.uint8).reshape(360, 640, 4)
        encoded = encoder.encode(pixels, key=seq == 1)
        op = ["video", "s1", [0, 0, 640, 360], "h264", encoded, seq == 1]
        for glimpse in (one, other):
            assert glimpse.take(keyframe(seq, op) if seq == 1 else frame(seq, op)) == "shown"
            assert glimpse.step == step
