"""From arrays to the operations of a commit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.client import drawing
from geometry_ws.client.surface import Surface


class Owner:
    def own(self, surface):
        pass


def surface(width=8, height=6, scale=1):
    return Surface(Owner(), "s1", width, height, scale)


def test_three_channels_become_opaque_rgba():
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    ((kind, rect, codec, data),) = drawing.picture(pixels)
    assert (kind, rect, codec) == ("image", [0, 0, 3, 2], "rgba")
    sent = np.frombuffer(data, np.uint8).reshape(2, 3, 4)
    assert np.array_equal(sent[..., :3], pixels)
    assert (sent[..., 3] == 255).all()


def test_straight_alpha_is_premultiplied_and_premultiplied_is_left_alone():
    pixels = np.full((1, 1, 4), (200, 100, 50, 128), np.uint8)
    assert drawing.picture(pixels)[0][3] == bytes((100, 50, 25, 128))
    assert drawing.picture(pixels, premultiplied=True)[0][3] == pixels.tobytes()
    assert drawing.picture(pixels, order="bgr")[0][2] == "bgra"


@given(
    st.integers(0, 5), st.integers(0, 5), st.integers(0, 6), st.integers(0, 6), st.integers(0, 3)
)
def test_damage_sends_exactly_its_part_of_the_picture(x, y, width, height, corner):
    pixels = np.arange(6 * 6 * 3, dtype=np.uint8).reshape(6, 6, 3)
    rect = (x + corner, y + corner, width, height)
    if width and height and (x + width > 6 or y + height > 6):
        with pytest.raises(ValueError, match="outside"):
            drawing.picture(pixels, (corner, corner), [rect])
        return
    ops = drawing.picture(pixels, (corner, corner), [rect])
    if not width or not height:
        assert ops == []
        return
    sent = np.frombuffer(ops[0][3], np.uint8).reshape(height, width, 4)
    assert np.array_equal(sent[..., :3], pixels[y : y + height, x : x + width])
    assert ops[0][1] == list(rect)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4, 3), np.float64),
        np.zeros((4, 4, 3), np.int64),
    ],
)
def test_what_is_no_picture_is_refused(pixels):
    with pytest.raises(ValueError, match=r"8 bit|shape"):
        surface().update(pixels)


def test_a_picture_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="9 × 6 pixels at 0, 0 doesn't fit into the surface's 8 ×"):
        surface().update(np.zeros((6, 9, 3), np.uint8))
    with pytest.raises(ValueError, match="fit"):
        surface().update(np.zeros((6, 8, 3), np.uint8), at=(1, 0))
    assert surface(scale=2).update(np.zeros((12, 16, 3), np.uint8))["ops"]


def test_a_commit_that_changes_the_size_takes_a_picture_of_the_new_size():
    update = surface().update(np.zeros((4, 20, 3), np.uint8), width=10, height=2, scale=2)
    assert update["ops"][0][1] == [0, 0, 20, 4]
    with pytest.raises(TypeError, match="colour"):
        surface().update(colour=3)


def test_numbers_of_numpy_and_short_colours_are_plain_on_the_wire():
    op = drawing.fill(np.array([1, 2, 3, 4]), np.array([9, 8, 7], np.uint8))
    assert op == ["fill", [1, 2, 3, 4], [9, 8, 7, 255]]
    assert all(type(value) is int for value in [*op[1], *op[2]])
    assert drawing.copy((0, 0, 2, 2), (np.int64(4), 5)) == ["copy", [0, 0, 2, 2], [4, 5]]
    with pytest.raises(ValueError, match="colour"):
        drawing.fill((0, 0, 1, 1), (256, 0, 0))
    with pytest.raises(ValueError, match=r"`rgba` is a whole number, not 0.5"):
        drawing.fill((0, 0, 1, 1), (0.5, 0.5, 1.0))
    with pytest.raises(ValueError, match=r"`rect` is a whole number, not 1.5"):
        drawing.fill((0, 1.5, 1, 1), (0, 0, 0))
    update = surface().update(width=np.int32(9), height=np.uint8(3))
    assert (type(update["width"]), update["height"]) == (int, 3)
    with pytest.raises(ValueError, match="negative"):
        drawing.copy((0, 0, -1, 1), (0, 0))
