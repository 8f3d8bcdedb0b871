"""A board takes no more than a node allows one owner."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.board.budget import (
    MOST_BOARDS,
    WHOLE,
    Budget,
    Sharpness,
    choose_scales,
    cut_text,
    longest_text,
)

pieces = st.lists(
    st.builds(
        Sharpness, st.text(max_size=3), st.integers(1, 100), st.integers(1, 2), st.integers(1, 2)
    ),
    unique_by=lambda piece: piece.key,
    max_size=20,
)


@pytest.mark.slow
@given(pieces, st.integers(0, 4000))
def test_nothing_is_sharpened_beyond_the_budget_nor_unasked(wishes, most):
    scales = choose_scales(wishes, most)
    taken = sum(piece.size * scales[piece.key] ** 2 for piece in wishes)
    assert taken <= max(most, sum(piece.size for piece in wishes))
    assert all(scales[piece.key] in (1, piece.wanted) for piece in wishes)


@given(pieces)
def test_where_there_is_room_everybody_gets_what_they_want(wishes):
    assert choose_scales(wishes, 10**6) == {piece.key: piece.wanted for piece in wishes}


def test_who_is_sharp_stays_sharp():
    wishes = [Sharpness("a", 10, 1, 2), Sharpness("b", 10, 2, 2)]
    assert choose_scales(wishes, 50) == {"a": 1, "b": 2}


@given(st.text(), st.integers(3, 60))
def test_a_text_is_cut_at_a_letter(text, most):
    cut = cut_text(text, most)
    assert len(cut.encode(errors="replace")) <= most
    assert cut in (text, cut[:-1] + "…")
    assert text.startswith((cut, cut[:-1]))


@given(st.integers(0, 1024))
def test_all_texts_together_fit(number):
    assert number * longest_text(number) <= 800_000
    assert longest_text(number) >= 700


@given(st.integers(1, MOST_BOARDS))
def test_what_boards_get_together_is_no_more_than_one_may_take(number):
    part = WHOLE.shared(number)
    for share, whole in zip(astuple(part), astuple(WHOLE), strict=True):
        assert 0 < share * number <= whole
    assert (part.cards + 6) * number <= 1024


@given(st.integers(1, MOST_BOARDS - 1))
def test_one_board_more_gives_nobody_more(number):
    for less, more in zip(
        astuple(WHOLE.shared(number + 1)), astuple(WHOLE.shared(number)), strict=True
    ):
        assert less <= more


@given(st.integers(-3, 1) | st.integers(MOST_BOARDS, 10**6))
def test_no_board_and_too_many_boards_are_given_something(number):
    assert WHOLE.shared(number) == WHOLE.shared(1 if number <= 1 else MOST_BOARDS)
    assert WHOLE.shared(1) == WHOLE == Budget()


@given(st.integers(1, MOST_BOARDS), st.integers(0, 806))
def test_the_texts_of_all_boards_fit(number, pieces):
    part = WHOLE.shared(number)
    pieces = min(pieces, part.cards + 6)
    assert number * pieces * longest_text(pieces, part.text_bytes) <= 2**20
    assert longest_text(pieces, part.text_bytes) >= 390
