"""Where a picture lies that was given no place."""

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.client.places import GAP, free_place

sides = st.integers(1, 3000)
rects = st.lists(
    st.tuples(st.integers(-4000, 4000), st.integers(-4000, 4000), sides, sides), max_size=20
)


@given(rects, rects, sides, sides)
def test_a_free_place_meets_nothing(mine, others, width, height):
    x, y, across, down = free_place(mine, others, width, height)
    assert (across, down) == (width, height)
    for left, top, wide, high in mine + others:
        assert x >= left + wide or left >= x + across or y >= top + high or top >= y + down


def test_pictures_of_a_program_lie_below_one_another_left_of_everything():
    board = [(0, 0, 900, 2000), (950, 0, 900, 400)]
    first = free_place([], board, 320, 200)
    assert first == (-GAP - 320, 0, 320, 200)
    assert free_place([first], board, 320, 200) == (-GAP - 320, 200 + GAP, 320, 200)
    assert free_place([], [], 320, 200) == (0, 0, 320, 200)
