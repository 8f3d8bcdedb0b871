"""A board takes no more than a node allows one owner."""

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.board.budget import Sharpness, choose_scales, cut_text, longest_text

pieces = st.lists(
    st.builds(
        Sharpness, st.text(max_size=3), st.integers(1, 100), st.integers(1, 2), st.integers(1, 2)
    ),
    unique_by=lambda piece: piece.key,
    max_size=20,
)


@given(pieces, st.integers(0, 4000))
def test_nothing_is_sharpened_beyond_the_budget_nor_unasked(some, most):
    scales = choose_scales(some, most)
    taken = sum(piece.size * scales[piece.key] ** 2 for piece in some)
    assert taken <= max(most, sum(piece.size for piece in some))
    assert all(scales[piece.key] in (1, piece.wanted) for piece in some)


@given(pieces)
def test_where_there_is_room_everybody_gets_what_they_want(some):
    assert choose_scales(some, 10**6) == {piece.key: piece.wanted for piece in some}


def test_who_is_sharp_stays_sharp():
    some = [Sharpness("a", 10, 1, 2), Sharpness("b", 10, 2, 2)]
    assert choose_scales(some, 50) == {"a": 1, "b": 2}


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
