"""Where a surface lies that was given no place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.scene.free_places import ASIDE, GAP, ROW, free_place
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.limits import WORLD_PX
from geometry_ws.scene.world import World

sides = st.integers(1, 3000)
places = st.integers(-4000, 4000)
rects = st.lists(st.builds(Rect, places, places, sides, sides), max_size=20)


def as_array(taken):
    """Rectangles as a world keeps them."""
    columns = [(rect.x, rect.y, rect.right, rect.bottom, 0) for rect in taken]
    return np.array(columns, np.int32).reshape(-1, 5).T


@given(rects, sides, sides)
def test_a_free_place_lies_above_everything(taken, width, height):
    x, y = free_place(as_array(taken), width, height)
    around = Rect(x - ASIDE, y - GAP, width + 2 * ASIDE, height + 2 * GAP)
    assert not any(around.overlaps(rect) for rect in taken)
    assert y + height <= -GAP
    assert x == 0 or 0 < x <= ROW - width


def test_pictures_lie_beside_one_another_above_the_board_as_wide_as_its_lanes():
    world = World()
    world.create("board", 900, 2000, x=0, y=0)
    places = []
    for number, (width, height) in enumerate([(600, 400), (320, 200), (640, 480), (70, 100)]):
        x, y = world.free_place(width, height)
        world.create(f"program {number}", width, height, x=x, y=y)
        places.append((x, y))
    assert places == [(0, -440), (624, -240), (0, -960), (968, -140)]


@pytest.mark.parametrize("y", [-WORLD_PX, -WORLD_PX + 10])
def test_something_far_away_changes_nothing(y):
    assert free_place(as_array([Rect(0, y, 8000, 8000)]), 320, 200) == (0, -GAP - 200)


def test_a_world_that_is_full_has_an_end():
    taken = [Rect(0, y, 1200, 8192) for y in range(-WORLD_PX, 0, 8192)]
    assert free_place(as_array(taken), 320, 200) == (0, -WORLD_PX)
