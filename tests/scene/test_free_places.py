"""Where a surface lies that was given no place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.scene.free_places import COLUMN, GAP, free_place
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
def test_a_free_place_lies_beside_everything(taken, width, height):
    x, y = free_place(as_array(taken), width, height)
    around = Rect(x - GAP, y - GAP, width + 2 * GAP, height + 2 * GAP)
    assert not any(around.overlaps(rect) for rect in taken)
    assert x + width <= -GAP
    assert y == 0 or 0 < y <= COLUMN - height


def test_pictures_lie_below_one_another_beside_the_board_to_its_edge():
    world = World()
    world.create("board", 900, 2000, x=0, y=0)
    places = []
    for number, (width, height) in enumerate([(600, 400), (320, 200), (640, 480), (230, 100)]):
        x, y = world.free_place(width, height)
        world.create(f"program {number}", width, height, x=x, y=y)
        places.append((x, y))
    assert places == [(-640, 0), (-360, 440), (-1320, 0), (-270, 680)]


@pytest.mark.parametrize("x", [-WORLD_PX, -WORLD_PX + 10])
def test_something_far_away_changes_nothing(x):
    assert free_place(as_array([Rect(x, 0, 8000, 8000)]), 320, 200) == (-GAP - 320, 0)


def test_a_world_that_is_full_has_an_end():
    taken = [Rect(x, 0, 8192, 800) for x in range(-WORLD_PX, 0, 8192)]
    assert free_place(as_array(taken), 320, 200) == (-WORLD_PX, 0)
