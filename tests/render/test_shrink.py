"""Pictures in fewer pixels, and in all of them again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geometry_ws.render.shrink import SHRINKS, grown, reduced, shrunk

PICTURES = st.tuples(st.integers(1, 21), st.integers(1, 21)).flatmap(
    lambda size: arrays(np.uint8, (*size, 4))
)
FACTORS = st.sampled_from(SHRINKS)


@given(PICTURES, FACTORS)
def test_each_pixel_is_the_mean_of_its_square(pixels, shrink) -> None:
    small = shrunk(pixels, shrink)
    height, width = pixels.shape[:2]
    assert small.shape == (*reversed(reduced(width, height, shrink)), 4)
    for row, column in np.ndindex(*small.shape[:2]):
        rows = np.minimum(np.arange(row * shrink, (row + 1) * shrink), height - 1)
        columns = np.minimum(np.arange(column * shrink, (column + 1) * shrink), width - 1)
        square = pixels[np.ix_(rows, columns)].astype(int)
        mean = (square.sum(axis=(0, 1)) + shrink * shrink // 2) // (shrink * shrink)
        assert small[row, column].tolist() == mean.tolist()


@given(PICTURES, FACTORS)
def test_what_is_premultiplied_stays_so_and_what_is_opaque_too(pixels, shrink) -> None:
    pixels[..., :3] = np.minimum(pixels[..., :3], pixels[..., 3:])
    small = shrunk(pixels, shrink)
    assert (small[..., :3] <= small[..., 3:]).all()
    pixels[..., 3] = 255
    assert (shrunk(pixels, shrink)[..., 3] == 255).all()


@given(PICTURES, FACTORS)
def test_a_picture_of_one_colour_keeps_it(pixels, shrink) -> None:
    pixels[:] = pixels[0, 0]
    height, width = pixels.shape[:2]
    assert np.array_equal(grown(shrunk(pixels, shrink), shrink, width, height), pixels)


@given(PICTURES, FACTORS)
def test_a_picture_that_was_shrunk_once_is_so_for_ever(pixels, shrink) -> None:
    height, width = pixels.shape[:2]
    squares = grown(shrunk(pixels, shrink), shrink, width, height)
    for row, column in np.ndindex(height, width):
        assert (
            squares[row, column] == squares[row // shrink * shrink, column // shrink * shrink]
        ).all()
    again = shrunk(squares, shrink)
    assert np.array_equal(grown(again, shrink, width, height), squares)


@pytest.mark.parametrize("shrink", SHRINKS)
def test_a_window_of_a_larger_picture_is_only_read(shrink) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (30, 40, 4), np.uint8)
    before = pixels.copy()
    window = pixels[3:20, 5:30]
    assert np.array_equal(shrunk(window, shrink), shrunk(window.copy(), shrink))
    assert np.array_equal(pixels, before)
