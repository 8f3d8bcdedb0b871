"""The board's pieces stand where people expect them, and stay there."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geometry_ws.board.budget import MOST_BOARDS, WHOLE
from geometry_ws.board.card import CARD_WIDTH
from geometry_ws.board.docks import BAR, LARGEST, MOST_WINDOWS, dock_key
from geometry_ws.board.dropping import place_in_lane
from geometry_ws.board.groups import ALL
from geometry_ws.board.lanes import LANE_HEAD, LANE_PADDING
from geometry_ws.board.layout import (
    BOARD_GAP,
    MOST_CARDS,
    Arrangement,
    card_key,
    columns_of,
    head_key,
    lane_key,
    lay_out_board,
    side_by_side,
)
from geometry_ws.board.model import (
    CardFace,
    Conflict,
    DockedWindow,
    DockFace,
    Lane,
    LaneFace,
    LookFace,
    State,
)
from geometry_ws.board.theme import DARK
from geometry_ws.board.variants import VARIANTS, expand, with_room
from geometry_ws.board.words import UNWRITTEN_LINE
from tests.support.board_builders import board, change, ticked

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
many = st.integers(MOST_CARDS + 1, 130).map(
    lambda number: board(
        *(
            replace(change(f"{'abc'[n % 3]}-{n}", n % 7, n % 5), specs=("abc"[n % 3],)[: n % 4])
            for n in range(number)
        )
    )
)


def overlap(first, second):
    """Say whether two placed surfaces share a pixel."""
    return (
        first.x < second.x + second.width
        and second.x < first.x + first.width
        and first.y < second.y + second.height
        and second.y < first.y + first.height
    )


def cards_of(layout, lane=None):
    """Give the names of the cards of a lane, or of all, in their order."""
    faces = [each.face for each in layout.items.values() if isinstance(each.face, CardFace)]
    return [face.card.name for face in faces if lane in (None, face.card.lane)]


def on_lanes(layout):
    """Give everything but the lanes' grounds."""
    grounds = LaneFace | LookFace
    return [each for each in layout.items.values() if not isinstance(each.face, grounds)]


@settings(max_examples=60, deadline=None)
@given(boards | many, st.sets(st.integers(0, 13)))
def test_nothing_overlaps_on_the_lanes(model, opened):
    views = {card.name: {0: ALL} for place, card in enumerate(model.changes) if place in opened}
    items = on_lanes(lay_out_board(model, Arrangement(views=views)))
    for place, item in enumerate(items):
        for other in items[place + 1 :]:
            assert not overlap(item, other)


@settings(max_examples=60, deadline=None)
@given(boards | many)
def test_four_lanes_are_always_there_as_high_as_the_highest_and_hold_their_cards(model):
    items = lay_out_board(model).items
    lanes = [items[lane_key(lane)] for lane in Lane]
    assert [lane.x for lane in lanes] == sorted(lane.x for lane in lanes)
    assert len({lane.height for lane in lanes}) == 1
    assert all(lane.width >= 200 for lane in lanes)
    for left, right in itertools.pairwise(lanes):
        assert left.x + left.width + 12 == right.x
    assert {key for key in items if key.startswith("card:")} == {
        card_key(card.name) for card in model.changes
    }
    for card in model.changes:
        lane, placed = items[lane_key(card.lane)], items[card_key(card.name)]
        assert lane.x + 8 <= placed.x
        assert placed.x + placed.width <= lane.x + lane.width - 8
        assert lane.y + 40 <= placed.y
        assert placed.y + placed.height <= lane.y + lane.height - 8


@settings(max_examples=60, deadline=None)
@given(boards, st.data())
def test_opening_a_group_moves_only_what_is_below_it_and_makes_lanes_higher(model, data):
    assume(model.changes)
    card = data.draw(st.sampled_from(model.changes))
    how = Arrangement(frozenset([card.name]), {card.name: {0: ALL}})
    before, after = lay_out_board(model).items, lay_out_board(model, how).items
    opened = before[card_key(card.name)]
    for key, placed in before.items():
        moved = (placed.x, placed.y) != (after[key].x, after[key].y)
        if moved:
            assert placed.x == opened.x
            assert placed.y > opened.y
        assert placed.x == after[key].x


@settings(max_examples=60, deadline=None)
@given(boards, st.integers(3, 8), st.data())
def test_a_tick_that_finishes_no_group_moves_nothing(others, number, data):
    card = change("ticked", number, data.draw(st.integers(1, number - 2)))
    place = data.draw(st.integers(0, len(others.changes)))
    model, changed = (
        board(*others.changes[:place], each, *others.changes[place:])
        for each in (card, ticked(card, number))
    )
    before, after = lay_out_board(model).items, lay_out_board(changed).items
    assert [(key, each.x, each.y) for key, each in before.items()] == [
        (key, each.x, each.y) for key, each in after.items()
    ]


def test_an_empty_lane_keeps_its_width_and_says_what_would_come():
    model = board(change("a"), change("b", 3, 3), change("c", 1, state=State.UNREADABLE))
    items = lay_out_board(model).items
    lanes = [items[lane_key(lane)] for lane in Lane]
    assert [lane.width for lane in lanes] == [272] * 4
    assert [items[head_key(lane)].face.count for lane in Lane] == [1, 1, 0, 1]
    assert [lane.face.empty for lane in lanes] == [False, False, True, False]
    assert lanes[0].title == "Needs attention"


def test_a_change_that_conflicts_or_whose_base_moved_needs_attention_unless_it_is_complete():
    conflict = (Conflict("x", ("b",)),)
    assert replace(change("a", 3, 1), conflicts=conflict).lane is Lane.ATTENTION
    assert replace(change("a", 3), moved=("x",)).lane is Lane.ATTENTION
    assert replace(change("a", 3, 3), moved=("x",), conflicts=conflict).lane is Lane.COMPLETE


@given(st.integers(0, 60), st.integers(0, 60))
def test_more_cards_never_have_fewer_columns(number, more):
    assert columns_of(number) <= columns_of(number + more)


def test_a_lane_of_more_than_six_has_two_columns_through_which_its_cards_go_in_turn():
    def lane(number):
        items = lay_out_board(board(*(change(f"c{n:02}", 3, 1) for n in range(number)))).items
        return items, items[lane_key(Lane.IN_PROGRESS)]

    assert lane(6)[1].width == 272
    items, two = lane(7)
    assert two.width == 540
    left, right, third = (items[card_key(f"c{n:02}")] for n in range(3))
    assert left.y == right.y
    assert (left.x, left.x + CARD_WIDTH + 12) == (third.x, right.x)


def test_a_sentence_that_many_cards_say_is_said_by_their_lane_once():
    def said(number):
        cards = [
            change(f"c{n}", 1, state=State.INVALID, problem="It says nothing.")
            for n in range(number)
        ]
        other = change("other", 1, state=State.INVALID, problem="Another.")
        items = lay_out_board(board(*cards, other)).items
        quiet = [items[card_key(card.name)].face.quiet for card in (*cards, other)]
        return items[lane_key(Lane.ATTENTION)], quiet

    lane, quiet = said(3)
    assert lane.face.note == "3 changes: It says nothing"
    assert lane.face.note in lane.text
    assert quiet == [True, True, True, False]
    lane, quiet = said(2)
    assert lane.face.note == ""
    assert quiet == [False] * 3
    begun = [change(f"c{n}", 1, unwritten=True) for n in range(3)]
    lane = lay_out_board(board(*begun)).items[lane_key(Lane.NOT_STARTED)]
    assert lane.face.note == f"3 changes: {UNWRITTEN_LINE}"


@settings(max_examples=60, deadline=None)
@given(boards, st.data())
def test_cards_stand_in_the_order_in_which_they_were_put_and_new_ones_come_after(model, data):
    assume(model.changes)
    lane = data.draw(st.sampled_from(model.changes)).lane
    names = [card.name for card in model.changes if card.lane is lane]
    put = data.draw(st.lists(st.sampled_from([*names, "gone"]), unique=True))
    layout = lay_out_board(model, Arrangement(order={lane: put}))
    known = [name for name in put if name in names]
    assert cards_of(layout, lane) == known + [name for name in names if name not in put]


@settings(max_examples=60, deadline=None)
@given(boards, st.data())
def test_a_card_that_is_dropped_stands_there_and_nothing_else_changes_its_order(model, data):
    assume(model.changes)
    layout = lay_out_board(model)
    card = data.draw(st.sampled_from(model.changes))
    target = data.draw(st.sampled_from([each for each in model.changes if each.lane is card.lane]))
    there = layout.items[card_key(target.name)]
    names = place_in_lane(layout, card.name, there.x, there.y - 1)
    before = cards_of(layout, card.lane)
    if names is None:
        return
    assert sorted(names) == sorted(before)
    assert names != before
    rest = [name for name in before if name != card.name]
    assert [name for name in names if name != card.name] == rest
    after = lay_out_board(model, Arrangement(order={card.lane: names}))
    assert cards_of(after, card.lane) == names


@settings(max_examples=30, deadline=None)
@given(boards, st.data())
def test_windows_lie_beside_their_cards_within_the_lane_and_cover_nothing(model, data):
    sides = st.integers(1, LARGEST)
    windows = st.lists(st.tuples(sides, sides), min_size=1, max_size=MOST_WINDOWS)
    docked = {
        card.name: [
            DockedWindow(f"{card.name} {n}", *size, "w")
            for n, size in enumerate(data.draw(windows))
        ]
        for card in model.changes
        if data.draw(st.booleans())
    }
    layout = lay_out_board(model, Arrangement(docked=docked))
    places = layout.windows()
    assert places.keys() == {window.surface for each in docked.values() for window in each}
    for name, windows_of_card in docked.items():
        card, dock = layout.items[card_key(name)], layout.items[dock_key(name)]
        lane = layout.items[lane_key(card.face.card.lane)]
        assert (dock.x, dock.y) == (card.x, card.y)
        assert dock.height >= card.height
        assert dock.x + dock.width + LANE_PADDING <= lane.x + lane.width
        if lane.height > LANE_HEAD + LANE_PADDING:  # the ground of very high lanes is their head's
            assert dock.y + dock.height + LANE_PADDING <= lane.y + lane.height
        bottom = dock.y
        for window in windows_of_card:
            x, y = places[window.surface]
            assert card.x + card.width < x
            assert x + window.width < dock.x + dock.width
            assert y >= bottom + BAR
            bottom = y + window.height
        assert bottom < dock.y + dock.height
    behind = {card_key(name) for name in docked}
    pieces = [
        each
        for key, each in layout.items.items()
        if isinstance(each.face, CardFace | DockFace) and key not in behind
    ]
    assert not any(overlap(first, second) for first, second in itertools.combinations(pieces, 2))


@settings(max_examples=40, deadline=None)
@given(boards, st.data())
def test_a_card_is_dropped_among_cards_with_windows_too(model, data):
    assume(model.changes)
    wide = [DockedWindow("w", 300, 200, "w")]
    docked = {card.name: wide for card in model.changes if data.draw(st.booleans())}
    how = Arrangement(docked=docked)
    layout = lay_out_board(model, how)
    card = data.draw(st.sampled_from(model.changes))
    there = layout.items[card_key(data.draw(st.sampled_from(model.changes)).name)]
    names = place_in_lane(layout, card.name, there.x, there.y - 1)
    before = cards_of(layout, card.lane)
    if names is None:
        return
    assert sorted(names) == sorted(before)
    after = lay_out_board(model, replace(how, order={card.lane: names}))
    assert cards_of(after, card.lane) == names


def test_a_card_that_is_dropped_elsewhere_or_where_it_was_goes_back():
    model = board(*(change(name) for name in "abc"), change("d", 3, 1))
    layout = lay_out_board(model)
    here, last = layout.items["card:a"], layout.items["card:c"]
    other = layout.items["card:d"]
    assert place_in_lane(layout, "a", other.x, other.y) is None
    assert place_in_lane(layout, "a", -900, 0) is None
    assert place_in_lane(layout, "a", here.x + 9, here.y + 9) is None
    assert place_in_lane(layout, "gone", here.x, here.y) is None
    assert place_in_lane(layout, "a", last.x, last.y + 20) == ["b", "c", "a"]
    assert place_in_lane(layout, "c", here.x, here.y - 90) == ["c", "a", "b"]


def test_a_project_without_open_changes_says_below_its_lanes_what_to_do_next():
    items = lay_out_board(board()).items
    keys = ["header", "looks", *map(lane_key, Lane), *map(head_key, Lane), "empty"]
    assert list(items) == keys
    assert "geometry-ws openspec new change NAME" in items["empty"].text
    assert "12 archived" in items["empty"].text
    assert "7 specs" in items["empty"].text
    assert (
        items["empty"].y > items[lane_key(Lane.COMPLETE)].y + items[lane_key(Lane.COMPLETE)].height
    )


def test_a_problem_of_the_project_is_on_the_header_and_in_its_text():
    with_problem = lay_out_board(board(problem="The folder is gone.")).items["header"]
    assert "The folder is gone." in with_problem.text
    assert with_problem.height > lay_out_board(board()).items["header"].height


def test_cards_stand_in_the_models_order():
    items = lay_out_board(board(change("b"), change("a"))).items
    assert items["card:b"].y < items["card:a"].y


def test_a_card_leads_to_its_page_and_says_of_which_project():
    model = replace(board(change("a b"), change("x" * 400)), id="shop")
    items = lay_out_board(model).items
    assert items["card:a b"].link == "/changes/a%20b?project=shop"
    assert items["card:" + "x" * 400].link == ""


def test_a_name_that_occurs_twice_is_shown_once():
    items = lay_out_board(board(change("a", 1), change("a", 2))).items
    assert items["card:a"].face == CardFace(change("a", 1))
    assert items["card:a"].width == CARD_WIDTH


def test_an_open_card_of_any_length_can_be_drawn_sharply():
    model = board(change("a", 132, 1), change("b", 2000, 1))
    for page in (0, 3, 99):
        views = {"a": {0: ALL}, "b": {0: ALL + page}}
        items = lay_out_board(model, Arrangement(views=views)).items
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
    assert items["head:not_started"].face.count == 1200
    assert len(items) < 1024
    assert "rest" not in lay_out_board(board(busy)).items


@pytest.mark.slow
def test_buffers_and_texts_of_a_board_stay_below_their_budgets():
    cards = [change(f"c{number:03}", 300, 1) for number in range(MOST_CARDS)]
    names = frozenset(card.name for card in cards)
    how = Arrangement(names, {name: {0: ALL} for name in names})
    items = lay_out_board(
        board(*cards), how, budget=replace(WHOLE, laid_out_bytes=110 * 2**20)
    ).items
    shown = [each for each in items.values() if not isinstance(each.face, LaneFace | LookFace)]
    assert sum(each.width * each.height * 4 for each in shown) <= 43 * 2**20
    assert sum(len(each.text.encode()) for each in items.values()) <= WHOLE.text_bytes
    opened = [each.face for each in shown if isinstance(each.face, CardFace)]
    assert 5 < sum(bool(face.views) for face in opened) < len(opened)


def test_the_theme_moves_nothing():
    model = board(change("a", 9, 1), change("b", 4, 4))
    light, dark = lay_out_board(model), lay_out_board(model, theme=DARK)
    assert light == dark


@settings(max_examples=60, deadline=None)
@given(boards | many)
def test_a_board_is_as_wide_as_what_stands_on_it(model):
    layout = lay_out_board(model)
    assert layout.width == max(each.x + each.width for each in layout.items.values())
    assert min(each.x for each in layout.items.values()) == 0


@given(st.lists(st.integers(1, 5000), max_size=9))
def test_boards_stand_side_by_side_with_a_gap(widths):
    lefts = side_by_side(widths)
    assert lefts[:1] == [0][: len(widths)]
    for place, left in enumerate(lefts[1:]):
        assert left == lefts[place] + widths[place] + BOARD_GAP


def test_a_board_that_is_not_laid_out_yet_takes_no_room():
    assert side_by_side([0, 300, 0, 20]) == [0, 0, 300 + BOARD_GAP, 300 + BOARD_GAP]


def test_a_shifted_board_is_the_same_further_to_the_right():
    layout = lay_out_board(board(change("a")))
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
    names = frozenset(card.name for card in cards)
    layout = lay_out_board(model, Arrangement(names), budget=budget)
    shown = [key for key in layout.items if key.startswith("card:")]
    assert 0 < len(shown) <= budget.cards
    used = VARIANTS if number < 9 else VARIANTS[:2]
    pieces = expand(layout, with_room(layout, used, budget))
    assert number * len(pieces) <= 1024
    placed = [each.placed for each in pieces.values() if not isinstance(each.placed.face, LookFace)]
    assert number * sum(each.width * each.height * 4 for each in placed) <= 256 * 2**20
    texts = {each.title: each.text for each in placed}
    assert number * sum(len(text.encode()) for text in texts.values()) <= 2**20
