"""The board's pieces stand where people expect them, and stay there."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geometry_ws.board.budget import MOST_BOARDS, WHOLE
from geometry_ws.board.card import CARD_WIDTH
from geometry_ws.board.layout import BOARD_GAP, lay_out_board, side_by_side
from geometry_ws.board.model import COLUMN_OF, CardFace, Column, State
from geometry_ws.board.theme import DARK
from tests.support.board_builders import board, change

names = st.text("abcdefgh-", min_size=1, max_size=12)
cards = st.builds(
    lambda name, number, share, bad: change(name, number, number * share // 4, state=bad),
    names,
    st.sampled_from([0, 1, 4, 9, 40]),
    st.integers(0, 4),
    st.sampled_from([None, None, None, State.INVALID, State.UNREADABLE]),
)
boards = st.lists(cards, max_size=14, unique_by=lambda card: card.name).map(
    lambda members: board(*members)
)
places = st.tuples(st.integers(-3000, 3000), st.integers(-3000, 3000))


def overlap(first, second):
    """Say whether two placed surfaces share a pixel."""
    return (
        first.x < second.x + second.width
        and second.x < first.x + first.width
        and first.y < second.y + second.height
        and second.y < first.y + first.height
    )


@settings(max_examples=60, deadline=None)
@given(boards, st.sets(st.integers(0, 13)))
def test_nothing_overlaps_unless_it_was_dragged(model, opened):
    expanded = {card.name for place, card in enumerate(model.changes) if place in opened}
    items = list(lay_out_board(model, expanded).items.values())
    for place, item in enumerate(items):
        for other in items[place + 1 :]:
            assert not overlap(item, other)


@settings(max_examples=60, deadline=None)
@given(boards)
def test_every_card_stands_below_the_sign_of_its_column(model):
    items = lay_out_board(model).items
    assert {key for key in items if key.startswith("card:")} == {
        f"card:{card.name}" for card in model.changes
    }
    for card in model.changes:
        sign, placed = items[f"column:{COLUMN_OF[card.state].value}"], items[f"card:{card.name}"]
        assert sign.x <= placed.x
        assert placed.x + placed.width <= sign.x + sign.width
        assert placed.y >= sign.y + sign.height


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(boards, st.data(), places)
def test_a_dragged_card_keeps_its_place_whatever_else_happens(model, data, place):
    assume(model.changes)
    card = data.draw(st.sampled_from(model.changes))
    rest = data.draw(st.lists(st.sampled_from(model.changes), max_size=3))
    for changed in (model, board(card, *(each for each in rest if each.name != card.name))):
        placed = lay_out_board(changed, places={card.name: place}).items[f"card:{card.name}"]
        assert (placed.x, placed.y) == place


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(boards, st.data())
def test_opening_a_list_moves_only_what_is_below_it(model, data):
    assume(model.changes)
    card = data.draw(st.sampled_from(model.changes))
    before, after = lay_out_board(model).items, lay_out_board(model, {card.name}).items
    opened = before[f"card:{card.name}"]
    for key, placed in before.items():
        moved = (placed.x, placed.y) != (after[key].x, after[key].y)
        if moved:
            assert placed.x == opened.x
            assert placed.y > opened.y
        assert placed.x == after[key].x


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(boards, st.data())
def test_a_tick_that_changes_no_state_moves_nothing(model, data):
    short = [card for card in model.changes if card.state is State.IN_PROGRESS and card.total <= 8]
    assume(short)
    card = data.draw(st.sampled_from(short))
    lines = (*card.tasks[:-1], replace(card.tasks[-1], done=not card.tasks[-1].done))
    other = replace(card, tasks=lines)
    changed = board(*(other if each is card else each for each in model.changes))
    before, after = lay_out_board(model).items, lay_out_board(changed).items
    assert [(key, each.x, each.y) for key, each in before.items()] == [
        (key, each.x, each.y) for key, each in after.items()
    ]


def test_columns_stand_in_order_and_empty_ones_are_folded():
    model = board(change("a"), change("b", 3, 3), change("c", 1, state=State.UNREADABLE))
    items = lay_out_board(model).items
    signs = [items[f"column:{column.value}"] for column in Column]
    assert [sign.x for sign in signs] == sorted(sign.x for sign in signs)
    assert [sign.face.folded for sign in signs] == [False, True, False, False]
    assert signs[1].width < 60
    assert [sign.face.count for sign in signs] == [1, 0, 1, 1]


def test_a_project_without_open_changes_says_what_to_do_next():
    items = lay_out_board(board()).items
    assert list(items) == ["header", "empty"]
    assert "openspec new change NAME" in items["empty"].text
    assert "12 archived" in items["empty"].text
    assert "7 specs" in items["empty"].text


def test_a_problem_of_the_project_is_on_the_header_and_in_its_text():
    with_problem = lay_out_board(board(problem="The folder is gone.")).items["header"]
    assert "The folder is gone." in with_problem.text
    assert with_problem.height > lay_out_board(board()).items["header"].height


def test_two_hundred_changes_keep_a_sensible_shape():
    model = board(*(change(f"change-{each:03}", 5, each % 6) for each in range(204)))
    x, y, width, height = lay_out_board(model).bounds()
    assert (x, y) == (0, 0)
    assert 0.5 < width / height < 2.5


def test_cards_stand_in_the_models_order():
    items = lay_out_board(board(change("b"), change("a"))).items
    assert items["card:b"].y < items["card:a"].y


def test_a_dragged_card_is_counted_in_its_column_and_lies_on_top():
    model = board(change("a"), change("b"))
    items = lay_out_board(model, places={"a": (900, 50), "gone": (0, 0)}).items
    assert items["column:not_started"].face.count == 2
    assert list(items)[-1] == "card:a"


def test_a_name_that_occurs_twice_is_shown_once():
    items = lay_out_board(board(change("a", 1), change("a", 2))).items
    assert items["card:a"].face == CardFace(change("a", 1))
    assert items["card:a"].width == CARD_WIDTH


def test_an_open_card_of_any_length_can_be_drawn_sharply():
    model = board(change("a", 132, 1), change("b", 2000, 1))
    for page in (0, 3, 99):
        items = lay_out_board(model, {"a", "b"}, pages={"b": page}).items
        assert [items[key].max_scale for key in ("card:a", "card:b")] == [2, 2]
        assert items["card:b"].height <= 4096


def test_where_not_all_cards_find_room_a_sign_counts_the_others():
    idle = [change(f"c{number:04}", 1) for number in range(1200)]
    busy = change("z", 2, 1)
    items = lay_out_board(board(*idle, busy)).items
    cards = [key for key in items if key.startswith("card:")]
    assert len(cards) == WHOLE.cards
    assert "card:z" in cards
    assert items["rest"].face.count == 401
    assert items["rest"].title == "+ 401 more changes"
    assert items["column:not_started"].face.count == 1200
    assert len(items) < 1024
    assert "rest" not in lay_out_board(board(busy)).items


@pytest.mark.slow
def test_buffers_and_texts_of_a_board_stay_below_their_budgets():
    cards = [change(f"c{number:03}", 300) for number in range(500)]
    items = lay_out_board(board(*cards), {card.name for card in cards}).items
    assert (
        sum(each.width * each.height * 4 for each in items.values()) <= WHOLE.laid_out_bytes + 2**20
    )
    assert sum(len(each.text.encode()) for each in items.values()) <= WHOLE.text_bytes
    opened = [each for each in items.values() if isinstance(each.face, CardFace)]
    assert 5 < sum(each.face.expanded for each in opened) < len(opened) < 500


def test_the_theme_moves_nothing():
    model = board(change("a", 9, 1), change("b", 4, 4))
    light, dark = lay_out_board(model), lay_out_board(model, theme=DARK)
    assert light == dark


@settings(max_examples=60, deadline=None)
@given(boards, st.data(), places)
def test_a_board_is_as_wide_as_what_was_not_dragged(model, data, place):
    dragged = data.draw(st.sets(st.sampled_from([card.name for card in model.changes] or ["-"])))
    layout = lay_out_board(model, places=dict.fromkeys(dragged, place))
    there = [each for key, each in layout.items.items() if key[5:] not in dragged]
    assert layout.width == max(each.x + each.width for each in there)
    assert min(each.x for each in there) == 0


@given(st.lists(st.integers(1, 5000), max_size=9))
def test_boards_stand_side_by_side_with_a_gap(widths):
    lefts = side_by_side(widths)
    assert lefts[:1] == [0][: len(widths)]
    for place, left in enumerate(lefts[1:]):
        assert left == lefts[place] + widths[place] + BOARD_GAP


def test_a_board_that_is_not_laid_out_yet_takes_no_room():
    assert side_by_side([0, 300, 0, 20]) == [0, 0, 300 + BOARD_GAP, 300 + BOARD_GAP]


def test_a_shifted_board_is_the_same_further_to_the_right():
    layout = lay_out_board(board(change("a")), places={"a": (-50, 3)})
    shifted = layout.shifted(1000)
    assert shifted.width == layout.width
    assert list(shifted.items) == list(layout.items)
    for key, placed in layout.items.items():
        assert shifted.items[key] == replace(placed, x=placed.x + 1000)


def test_of_a_project_that_is_not_known_only_its_name_and_the_problem_are_shown():
    model = replace(board(problem="It is too large."), counted=False)
    items = lay_out_board(model).items
    assert list(items) == ["header"]
    assert items["header"].text == "example: It is too large."


@pytest.mark.parametrize("number", [1, 2, 3, 7, 40, MOST_BOARDS])
def test_boards_of_any_number_fit_into_the_limits_of_one_owner(number):
    cards = [change(f"c{each:04}", each % 60) for each in range(900)]
    budget = WHOLE.shared(number)
    problem = "long words " * 200
    model = replace(board(*cards, problem=problem), project="project " * 60)
    items = lay_out_board(model, {card.name for card in cards}, budget=budget).items
    shown = [key for key in items if key.startswith("card:")]
    assert 0 < len(shown) <= budget.cards
    assert number * len(items) <= 1024
    assert number * sum(each.width * each.height * 4 for each in items.values()) <= 256 * 2**20
    assert number * sum(len(each.text.encode()) for each in items.values()) <= 2**20
