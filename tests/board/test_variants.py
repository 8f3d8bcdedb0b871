"""Every look has exactly one picture of each thing, whichever pictures there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.board.budget import MOST_BOARDS, WHOLE
from geometry_ws.board.layout import lay_out_board
from geometry_ws.board.model import Distance, LookFace, RowFace
from geometry_ws.board.theme import Theme
from geometry_ws.board.variants import (
    BASE,
    RANGES,
    VARIANTS,
    Variant,
    cover,
    expand,
    piece_key,
    with_room,
)
from tests.support.board_builders import board, change

some_variants = st.sets(st.sampled_from(VARIANTS), min_size=1)


def matching(covered, theme, scale):
    return [
        variant
        for variant, when in covered.items()
        if when.theme in (None, theme) and when.least <= scale < when.below
    ]


@given(some_variants, st.sampled_from(Theme), st.floats(0.001, 100))
def test_every_look_has_exactly_one_of_the_variants_that_are_there(variants, theme, scale):
    (shown,) = matching(cover(variants), theme, scale)
    if any(each.theme is theme for each in variants):
        assert shown.theme is theme
    wanted = next(d for d, (least, below) in RANGES.items() if least <= scale < below)
    if Variant(theme, wanted) in variants:
        assert shown == Variant(theme, wanted)


def test_the_ranges_touch_and_leave_nothing_out():
    ends = [each for least_below in RANGES.values() for each in least_below]
    assert sorted(ends) == [0.0, 0.3, 0.3, 0.5, 0.5, 0.85, 0.85, float("inf")]


def test_a_variant_alone_is_for_all_looks():
    assert cover([BASE])[BASE] == (None, 0.0, float("inf"))


@given(some_variants)
def test_surfaces_have_keys_of_their_own_and_the_base_has_the_items(variants):
    layout = lay_out_board(board(change("a"), change("b@dark.far")))
    pieces = expand(layout, {*variants, BASE})
    assert set(layout.items) <= set(pieces)
    assert len({(each.item, each.variant) for each in pieces.values()}) == len(pieces)
    for key, piece in pieces.items():
        assert key == piece_key(piece.item, piece.variant)
        assert piece.placed is layout.items[piece.item]


def test_lines_have_a_picture_from_near_and_a_larger_one_from_further_away_for_a_theme():
    layout = lay_out_board(board(*(change(f"c{n}") for n in range(70))))
    pieces = expand(layout, VARIANTS)
    rows = [each for each in pieces.values() if isinstance(each.placed.face, RowFace)]
    assert len(rows) == 4 * 70
    assert {each.variant.distance for each in rows} == {Distance.NEAR, Distance.MIDDLE}


def test_dots_are_not_drawn_twice_as_sharp_and_far_pictures_are_for_walls():
    pieces = expand(lay_out_board(board(change("a"))), VARIANTS)
    sharp = {piece.variant.distance: piece.max_scale for piece in pieces.values()}
    assert sharp == {"near": 2, "middle": 2, "far": 2, "dot": 1}


@pytest.mark.parametrize("number", [1, 3, 22, 60, 61, 204, 480])
def test_one_board_has_room_for_both_themes_and_mostly_for_all_distances(number):
    layout = lay_out_board(board(*(change(f"c{n:03}", 6, n % 7) for n in range(number))))
    chosen = with_room(layout, VARIANTS, WHOLE)
    assert {Variant(theme, Distance.NEAR) for theme in Theme} <= {*chosen}
    if number <= 60:
        assert {*chosen} == {*VARIANTS}


@given(some_variants, st.integers(1, MOST_BOARDS))
def test_what_does_not_fit_the_budget_is_left_out_and_the_base_never(variants, boards):
    budget = WHOLE.shared(boards)
    cards = [change(f"c{n}", n % 9, n % 3) for n in range(50)]
    layout = lay_out_board(board(*cards), budget=budget)
    chosen = with_room(layout, variants, budget)
    assert BASE in chosen
    assert {*chosen} <= {*variants, BASE}
    pieces = expand(layout, chosen)
    if chosen != (BASE,):
        assert len(pieces) <= budget.surfaces
    assert boards * len(pieces) <= 1024


def test_a_board_knows_how_it_is_looked_at_unless_many_share_what_there_is():
    def places(boards):
        layout = lay_out_board(board(change("a")), budget=WHOLE.shared(boards))
        pieces = expand(layout, [BASE]).values()
        return sum(isinstance(each.placed.face, LookFace) for each in pieces)

    assert [places(boards) for boards in (1, 16, 17, MOST_BOARDS)] == [8, 8, 0, 0]
