"""Planes are composed as the camera sees them, exactly where nothing needs filtering."""

import importlib
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.render.compose import Camera, Layer, compose, fit
from geometry_ws.render.graphics import MissingGraphicsLibrary, advice, check_graphics


def flat(width, height, red, green, blue, alpha=255):
    """Give a picture of one premultiplied colour."""
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[:] = [blue, green, red, alpha]
    return pixels


def board(width, height, cell=4):
    """Give an opaque chequered picture with a gradient, so that any shift shows."""
    rows, columns = np.mgrid[0:height, 0:width]
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[..., 0] = np.where((rows // cell + columns // cell) % 2, 220, 60)
    pixels[..., 1] = columns * 255 // max(width - 1, 1)
    pixels[..., 2] = rows * 255 // max(height - 1, 1)
    return pixels


def holed(width, height):
    """Give a picture whose alpha is 0 or 255."""
    pixels = board(width, height)
    pixels[height // 4 : height // 2, width // 4 : width // 2] = 0
    return pixels


def by_hand(layers, camera, size, background):
    """Compose opaque and 1-bit layers at integer places by copying, as the definition says."""
    width, height = size
    picture = np.empty((height, width, 4), np.uint8)
    picture[:] = [background[2], background[1], background[0], 255]
    for layer in sorted(layers, key=lambda each: each.z):
        times = round(camera.zoom / layer.scale)
        pixels = layer.pixels.repeat(times, axis=0).repeat(times, axis=1)
        left = round((layer.x - camera.x) * camera.zoom)
        top = round((layer.y - camera.y) * camera.zoom)
        for row in range(max(top, 0), min(top + pixels.shape[0], height)):
            start, end = max(left, 0), min(left + pixels.shape[1], width)
            if start < end:
                line = pixels[row - top, start - left : end - left]
                seen = line[:, 3] == 255
                picture[row, start:end][seen] = line[seen]
    return picture


place = st.integers(-40, 80)


@settings(max_examples=60, deadline=None)
@given(
    places=st.lists(st.tuples(place, place, st.integers(1, 40), st.integers(1, 40)), max_size=6),
    zoom=st.sampled_from([1, 2, 3]),
    corner=st.tuples(place, place),
)
def test_whole_places_and_zooms_are_copied_exactly(places, zoom, corner):
    layers = [
        Layer(holed(width, height), x, y, width, height, z=-number)
        for number, (x, y, width, height) in enumerate(places)
    ]
    camera = Camera(*corner, zoom)
    background = (10, 20, 30, 255)
    actual = compose(layers, camera, (90, 70), background)
    assert np.array_equal(actual, by_hand(layers, camera, (90, 70), background))


def test_a_sharp_buffer_is_shown_pixel_by_pixel_at_its_own_scale():
    pixels = board(40, 20)
    layer = Layer(pixels, 5, 5, 20, 10, scale=2, opaque=True)
    shown = compose([layer], Camera(5, 5, 2), (40, 20))
    assert np.array_equal(shown, pixels)


def test_higher_z_lies_above_whatever_the_order():
    below = Layer(flat(10, 10, 255, 0, 0), 0, 0, 10, 10, z=1)
    above = Layer(flat(10, 10, 0, 255, 0), 0, 0, 10, 10, z=2)
    for layers in ([below, above], [above, below]):
        assert compose(layers, Camera(), (10, 10))[5, 5].tolist() == [0, 255, 0, 255]


def test_opacity_blends_with_what_is_below():
    layer = Layer(flat(4, 4, 255, 255, 255), 0, 0, 4, 4, opacity=0.5, opaque=True)
    assert abs(int(compose([layer], Camera(), (4, 4))[0, 0, 0]) - 128) <= 1
    hidden = layer._replace(opacity=0.0)
    assert compose([hidden], Camera(), (4, 4))[0, 0].tolist() == [0, 0, 0, 255]


def test_a_transparent_background_stays_transparent():
    assert not compose([], Camera(), (3, 2), (0, 0, 0, 0)).any()


@pytest.mark.parametrize(("camera", "size"), [(Camera(zoom=0), (4, 4)), (Camera(), (0, 4))])
def test_an_impossible_camera_or_size_is_a_value_error(camera, size):
    with pytest.raises(ValueError):
        compose([], camera, size)


def test_fit_centres_the_bounds_and_never_enlarges_beyond_the_largest_zoom():
    camera = fit((100, 100, 200, 100), (800, 600), margin=20)
    assert camera == Camera(-200, -150, 1.0)
    small = fit((0, 0, 2000, 1000), (500, 500), margin=50)
    assert small.zoom == pytest.approx(0.2)
    assert (small.x, small.y) == (pytest.approx(-250), pytest.approx(-750))
    assert fit((5, 5, 0, 0), (100, 100)).zoom == 1.0


@given(
    st.tuples(place, place, st.integers(0, 5000), st.integers(0, 5000)),
    st.tuples(st.integers(1, 2000), st.integers(1, 2000)),
)
def test_fit_shows_everything(bounds, size):
    camera = fit(bounds, size)
    x, y, width, height = bounds
    assert camera.x <= x + 1
    assert camera.y <= y + 1
    assert (x + width - camera.x) * camera.zoom <= size[0] + 1
    assert (y + height - camera.y) * camera.zoom <= size[1] + 1


def test_this_machine_can_draw():
    assert check_graphics() is None


def test_missing_libraries_are_named_with_the_command_that_installs_them():
    error = "libEGL.so.1: cannot open shared object file"
    assert "apt-get install -y libegl1 libgl1" in advice(error, lambda name: "/usr/bin/" + name)
    assert "libGL.so.1" in advice(error, lambda name: None)
    assert "pip install" in advice("No module named 'skia'")
    assert "other reason" in advice("other reason")


def scene(name):
    """Give the layers and the camera of one golden scene."""
    window = Layer(board(60, 40), 10, 8, 60, 40, opaque=True, z=1)
    hole = Layer(holed(50, 30), 40, 30, 50, 30, z=2)
    sharp = Layer(board(80, 60, 6), 20, 20, 40, 30, scale=2, opaque=True, z=3)
    glass = Layer(flat(40, 40, 60, 20, 0, 80), 30, 15, 40, 40, z=4)
    return {
        "one_window": ([window], Camera()),
        "holes": ([window, hole], Camera()),
        "stacked": ([window, hole, sharp._replace(scale=1, width=80, height=60)], Camera()),
        "cut_at_the_edges": ([window._replace(x=-20, y=-10), hole._replace(x=70)], Camera()),
        "zoom_two": ([window, hole], Camera(10, 8, 2)),
        "zoom_three": ([hole], Camera(40, 30, 3)),
        "sharp_at_two": ([sharp, hole], Camera(20, 20, 2)),
        "nothing": ([], Camera()),
        "half": ([window, hole], Camera(-10, -10, 0.5)),
        "odd_zoom": ([window, sharp], Camera(3.5, 2.25, 1.37)),
        "glass": ([window, glass], Camera()),
        "faint": ([window, hole._replace(opacity=0.35)], Camera()),
    }[name]


EXACT = "one_window holes stacked cut_at_the_edges zoom_two zoom_three sharp_at_two nothing"


@pytest.mark.parametrize("name", EXACT.split())
def test_exact_scenes_are_the_golden_ones(golden, name):
    golden.exact(f"compose_{name}", compose(*scene(name), (120, 80), (24, 26, 32, 255)))


@pytest.mark.parametrize("name", ["half", "odd_zoom", "glass", "faint"])
def test_filtered_scenes_are_close_to_the_golden_ones(golden, name):
    golden.close(f"compose_{name}", compose(*scene(name), (120, 80), (24, 26, 32, 255)))


def test_a_machine_that_can_not_draw_is_told_apart_from_one_that_can(monkeypatch):
    monkeypatch.setitem(sys.modules, "skia", None)
    sentence = check_graphics()
    assert sentence is not None
    assert sentence.startswith("The drawing library skia can't be loaded")
    monkeypatch.delitem(sys.modules, "geometry_ws.render.drawing")
    with pytest.raises(MissingGraphicsLibrary):
        importlib.import_module("geometry_ws.render.drawing")
