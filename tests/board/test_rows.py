"""Where there are many changes each is a line that can be found."""

from dataclasses import replace

import pytest

from geometry_ws.board.card import CARD_WIDTH
from geometry_ws.board.draw import draw_face
from geometry_ws.board.lanes import LANE_HEAD
from geometry_ws.board.layout import (
    MOST_CARDS,
    Arrangement,
    card_key,
    head_key,
    lane_key,
    lay_out_board,
    raised_key,
)
from geometry_ws.board.model import (
    Distance,
    Lane,
    RowFace,
    State,
)
from geometry_ws.board.rows import NAME_SIZES, by_spec, short_name
from geometry_ws.board.theme import LIGHT
from geometry_ws.render.text import TextStyle, lay_out
from tests.support.board_builders import board, change, grouped

DAY_MS = 86_400_000


@pytest.mark.parametrize("number", [61, 204, 480])
def test_many_changes_are_lines_and_keep_the_shape_of_a_screen(number):
    model = board(*(change(f"change-{each:03}", 5, each % 6) for each in range(number)))
    layout = lay_out_board(model)
    x, y, width, height = layout.bounds()
    assert (x, y) == (0, 0)
    assert 0.9 < width / height < 2.2
    faces = [each.face for key, each in layout.items.items() if key.startswith("card:")]
    assert len(faces) == number
    assert all(isinstance(face, RowFace) for face in faces)


def test_204_lines_can_be_read_where_all_of_them_just_fit_on_a_laptop():
    """Names are at least 11 pixels on a screen of 1440 x 900 with the list beside the board."""
    lanes = [(0, 5), (0, 5), (2, 5), (3, 5), (5, 5), (1, 5)]
    model = board(
        *(
            replace(change(f"change-{n:03}", total, done), specs=(f"spec-{n % 12}",))
            for n in range(204)
            for done, total in [lanes[n % len(lanes)]]
        )
    )
    _, _, width, height = lay_out_board(model).bounds()
    zoom = min((1440 - 272 - 48) / width, (900 - 48 - 88) / height)
    assert zoom * NAME_SIZES[Distance.MIDDLE] >= 11


def test_lines_are_grouped_by_spec_and_leave_off_its_name():
    cards = [replace(change(f"billing-{n}", 4, 1), specs=("billing",)) for n in range(40)]
    cards += [replace(change(f"x{n}", 4, 2), specs=("access", "billing")) for n in range(20)]
    model = board(*cards, change("loose", 4, 2))
    items = lay_out_board(model).items
    lane = items[lane_key(Lane.IN_PROGRESS)].face
    heads = [(head.name, head.count, head.progress) for head in lane.groups if not head.continued]
    assert heads == [("access", 20, 0.5), ("billing", 40, 0.25), ("no spec yet", 1, 0.5)]
    assert items["card:billing-7"].face.name == "7"
    assert items["card:billing-7"].title == "billing-7"
    assert list(by_spec(cards)) == ["access", "billing"]


def test_where_groups_would_have_hardly_more_than_one_change_lines_have_whole_names():
    long = "billing-rates-for-everybody-who-pays-by-card"
    cards = [
        replace(change(f"{long}-{n}"), specs=(f"billing-{n // 2}-{n % 9}",)) for n in range(61)
    ]
    layout = lay_out_board(board(*cards))
    lane = layout.items[lane_key(Lane.NOT_STARTED)]
    assert lane.face.groups == ()
    for card in cards:
        line = layout.items[card_key(card.name)]
        assert line.face.name == card.name
        assert line.width == line.face.width
        style = TextStyle(11.5, 530, line_height=16 / 11.5)
        assert lay_out(card.name, style).width < line.width - 40
        assert lane.x < line.x
        assert line.x + line.width < lane.x + lane.width


def test_a_column_is_as_wide_as_its_longest_heading():
    spec = "payments-of-every-country"
    cards = [replace(change(f"c{n}", 4, 1), specs=(spec,)) for n in range(61)]
    items = lay_out_board(board(*cards)).items
    for head in items[lane_key(Lane.IN_PROGRESS)].face.groups:
        assert head.name == spec
        assert head.width == items["card:c0"].width
        heading = TextStyle(11, 620, line_height=16 / 11)
        assert lay_out(spec, heading).width + 32 <= head.width


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("billing-rates", "rates"),
        ("add-billing-rates", "add-rates"),
        ("fix-billing", "fix"),
        ("billing", "billing"),
        ("rebilling-x", "rebilling-x"),
    ],
)
def test_a_short_name_leaves_off_the_groups_and_is_never_empty(name, short):
    assert short_name(name, "shop/billing") == short


def test_a_line_stands_out_for_a_day_and_is_quiet_after_thirty():
    ages = {"new": 1, "usual": 3 * DAY_MS, "old": 31 * DAY_MS, "unknown": 100 * DAY_MS}
    now = 100 * DAY_MS
    cards = [replace(change(name), moved_at=now - age) for name, age in ages.items()]
    filler = [change(f"c{n}") for n in range(MOST_CARDS)]
    items = lay_out_board(board(*cards, *filler), Arrangement(now_ms=now)).items
    looks = {name: items[card_key(name)].face for name in ages}
    assert [(face.lately, face.old) for face in looks.values()] == [
        (True, False),
        (False, False),
        (False, True),
        (False, False),
    ]


@pytest.mark.parametrize(("moved", "stand_out"), [(18, 18), (19, 0), (61, 0)])
def test_where_most_of_a_lane_moved_today_nothing_stands_out_for_that(moved, stand_out):
    now = 100 * DAY_MS
    ages = [1 if n < moved else 3 * DAY_MS for n in range(MOST_CARDS + 1)]
    cards = [replace(change(f"c{n}", 4, 1), moved_at=now - age) for n, age in enumerate(ages)]
    items = lay_out_board(board(*cards), Arrangement(now_ms=now)).items
    assert sum(items[card_key(card.name)].face.lately for card in cards) == stand_out
    facts = items[head_key(Lane.IN_PROGRESS)].face.facts
    assert facts == ((("", f"{stand_out} changes moved today"),) if stand_out else ())


def test_what_stands_below_a_lanes_head_is_only_there_where_it_can_be_read():
    bad = [change(f"c{n}", state=State.INVALID) for n in range(MOST_CARDS + 1)]
    head = lay_out_board(board(*bad)).items[head_key(Lane.ATTENTION)]
    assert head.face.facts == (("invalid", "61"),)
    for distance in Distance:
        below = draw_face(head.face, 1, LIGHT, distance)[LANE_HEAD:]
        assert below.shape[0] == head.height - LANE_HEAD > 0
        assert below.any() == (distance is Distance.NEAR)


def test_a_line_that_is_opened_has_its_card_above_it():
    model = board(*(grouped(f"c{n}", (3, 1)) for n in range(MOST_CARDS + 1)))
    layout = lay_out_board(model, Arrangement(frozenset(["c3"])))
    raised, row = layout.items[raised_key("c3")], layout.items[card_key("c3")]
    assert raised.face.raised
    assert raised.face.card.name == "c3"
    assert raised.y == row.y
    assert list(layout.items)[-1] == raised_key("c3")
    assert 0 <= raised.x <= layout.width - CARD_WIDTH
