"""Only what changed is made, moved, drawn and sent."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.board.draw import draw_face
from geometry_ws.board.layout import Arrangement, lay_out_board
from geometry_ws.board.model import CardFace, Distance, Lane, State
from geometry_ws.board.signs import sign_size
from geometry_ws.board.update import Create, Destroy, Move, Redraw, damage, plan
from tests.support.board_builders import board, change, ticked

cards = st.lists(
    st.builds(change, st.sampled_from("abcdef"), st.sampled_from([0, 2, 12]), st.sampled_from([0])),
    max_size=6,
)


def patched(old, new, rects):
    """Give the old picture with the rectangles copied from the new one."""
    if old.shape != new.shape:
        old = np.zeros_like(new)
    result = old.copy()
    for x, y, width, height in rects:
        result[y : y + height, x : x + width] = new[y : y + height, x : x + width]
    return result


@settings(max_examples=100, deadline=None)
@given(
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    st.lists(st.tuples(st.integers(0, 59), st.integers(0, 59)), max_size=40),
)
def test_old_plus_damage_is_new(size, changes):
    old = np.zeros((*size, 4), np.uint8)
    new = old.copy()
    for row, column in changes:
        new[row % size[0], column % size[1], (row + column) % 4] = 200
    rects = damage(old, new)
    assert np.array_equal(patched(old, new, rects), new)
    covered = np.zeros(size, int)
    for x, y, width, height in rects:
        assert width > 0
        assert height > 0
        covered[y : y + height, x : x + width] += 1
    assert covered.max(initial=0) <= 1
    if not changes:
        assert rects == []


def test_a_picture_of_another_size_differs_whole():
    old, new = np.zeros((4, 4, 4), np.uint8), np.zeros((5, 6, 4), np.uint8)
    assert damage(old, new) == [(0, 0, 6, 5)]


@pytest.mark.parametrize("scale", [1, 2])
def test_a_tick_damages_a_box_a_text_a_bar_and_a_number(scale):
    before = change("a", 8, 3)
    old = draw_face(CardFace(before), scale)
    new = draw_face(CardFace(ticked(before, 6)), scale)
    rects = damage(old, new)
    assert np.array_equal(patched(old, new, rects), new)
    assert 2 <= len(rects) <= 6
    area = sum(width * height for _, _, width, height in rects)
    assert area < 0.1 * old.shape[0] * old.shape[1]


def test_from_far_away_a_tick_damages_a_number_and_a_bar():
    before = change("a", 8, 3)
    for distance in (Distance.MIDDLE, Distance.FAR):
        old = draw_face(CardFace(before), distance=distance)
        new = draw_face(CardFace(ticked(before, 6)), distance=distance)
        area = sum(width * height for _, _, width, height in damage(old, new))
        assert 0 < area < 0.15 * old.shape[0] * old.shape[1]


@settings(max_examples=60, deadline=None)
@given(cards, cards, st.permutations("abc"))
def test_the_steps_lead_from_one_board_to_the_next(first, second, order):
    previous = lay_out_board(board(*first))
    how = Arrangement(frozenset("a"), order={Lane.NOT_STARTED: order})
    current = lay_out_board(board(*second), how)
    shown = dict(previous.items)
    for step in plan(previous, current):
        match step:
            case Create(key, placed):
                assert key not in shown
                shown[key] = placed
            case Redraw(key, before, after):
                assert shown[key] == before
                shown[key] = after
            case Move(key, x, y):
                assert (x, y) != (shown[key].x, shown[key].y)
                assert shown[key].face == current.items[key].face
                shown[key] = current.items[key]
            case Destroy(key):
                del shown[key]
    assert shown == current.items


def test_without_a_board_before_everything_is_made_in_stacking_order():
    current = lay_out_board(board(change("a")))
    assert [step.key for step in plan(None, current)] == list(current.items)
    assert all(isinstance(step, Create) for step in plan(None, current))


def test_an_unchanged_board_needs_no_step():
    model = board(change("a"), change("b", 3, 1))
    assert plan(lay_out_board(model), lay_out_board(model)) == []


def test_a_tick_redraws_one_card_and_the_header():
    before = board(change("a", 4, 1), change("b", 4, 1))
    after = board(ticked(before.changes[0], 3), before.changes[1])
    steps = plan(lay_out_board(before), lay_out_board(after))
    assert [(type(step), step.key) for step in steps] == [
        (Redraw, "header"),
        (Redraw, "card:a"),
    ]


@pytest.mark.parametrize("total", [2, 15, 130, 1200])
def test_ticks_change_only_digits_of_the_header(total):
    def header(done):
        items = lay_out_board(board(change("a", total, state=State.IN_PROGRESS))).items
        face = replace(items["header"].face, done=done)
        return draw_face(face), sign_size(face)

    old, size = header(0)
    for done in range(1, total + 1, max(total // 40, 1)):
        new, now = header(done)
        assert now == size
        rects = damage(old, new)
        assert rects
        if len(f"{done:,}") == len(f"{done - max(total // 40, 1):,}"):
            assert sum(width * height for _, _, width, height in rects) < 500
        old = new


def test_a_card_that_changes_its_column_is_the_same_surface():
    before, after = board(change("a", 2, 1)), board(change("a", 2, 2))
    assert after.changes[0].state is State.COMPLETE
    steps = {step.key: step for step in plan(lay_out_board(before), lay_out_board(after))}
    assert isinstance(steps["card:a"], Redraw)
    assert steps["card:a"].after.x != steps["card:a"].before.x
