"""What a card shows, what a press on it means, and what it looks like."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.board.card import (
    BOX_SIZE,
    CARD_WIDTH,
    GROUP_HEIGHT,
    HIGHEST_CARD,
    LEAST_HEIGHT,
    LEAST_ROW,
    arrange_card,
)
from geometry_ws.board.draw import draw_face, face_size
from geometry_ws.board.groups import ALL, CLOSED, FEW, FEW_TASKS, PAGE_TASKS, groups_of
from geometry_ws.board.hit import (
    Drag,
    OpenCard,
    OpenPage,
    ShowGroup,
    ToggleTask,
    areas_of,
    hit,
    hit_areas,
)
from geometry_ws.board.model import (
    Archiving,
    CardFace,
    ChangeCard,
    Distance,
    Lane,
    RowFace,
    State,
    TaskLine,
    Tone,
)
from geometry_ws.board.rows import ROW_WIDTH
from geometry_ws.board.theme import DARK, LIGHT, Theme
from geometry_ws.board.words import describe, pieces_of, plain, ready_line
from tests.support.board_builders import change, grouped

numbers = st.integers(0, 40)
views = st.dictionaries(st.integers(0, 3), st.integers(0, 4), max_size=3).map(
    lambda each: tuple(sorted(each.items()))
)
faces = st.builds(
    lambda groups, opened, shown: CardFace(grouped("a", *groups), opened, shown),
    st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4),
    st.booleans(),
    views,
)


@settings(max_examples=60, deadline=None)
@given(faces)
def test_areas_lie_on_the_card_are_high_enough_and_never_overlap(face):
    height = face_size(face)[1]
    areas = [area for area, _ in hit_areas(face)]
    for area in areas:
        assert area.height >= 16
        assert area.x >= 0
        assert area.x + area.width <= CARD_WIDTH
        assert area.y + area.height <= height
    for upper, lower in itertools.pairwise(sorted(areas, key=lambda each: each.y)):
        assert upper.y + upper.height <= lower.y


@settings(max_examples=60, deadline=None)
@given(faces)
def test_a_card_has_one_size_for_all_distances_and_themes_in_steps_of_four(face):
    width, height = face_size(face)
    assert (width, height % 4) == (CARD_WIDTH, 0)
    assert LEAST_HEIGHT <= height <= HIGHEST_CARD
    for distance in Distance:
        for theme in Theme:
            assert draw_face(face, 1, theme, distance).shape == (height, width, 4)


def test_a_press_on_a_box_or_its_text_toggles_that_task():
    face = CardFace(change("a", 5, 2))
    assert len(arrange_card(face).tasks) == 5
    for row in arrange_card(face).tasks:
        expected = ToggleTask("a", row.task.id, not row.task.done, row.task.text)
        assert hit(face, row.box.x + 1, row.box.y + 1) == expected
        assert hit(face, row.text.x + 5, row.text.y + 5) == expected
        assert hit(face, row.area.x, row.area.y) == expected


def test_a_press_on_the_name_is_for_its_page_elsewhere_it_drags_and_outside_means_nothing():
    face = CardFace(change("a", 5, 2))
    name = arrange_card(face).name
    assert hit(face, name.x + 2, name.y + 9) == OpenPage("a")
    assert hit(face, 200, 20) == Drag("a")
    for x, y in ((-1, 5), (5, -1), (CARD_WIDTH, 5), (5, face_size(face)[1])):
        assert hit(face, x, y) is None


def test_viewers_are_told_of_every_part_that_can_be_pressed_and_which_leads_to_the_page():
    face = CardFace(grouped("a", (3, 3), (4, 1)))
    areas = areas_of(face, "/changes/a")
    assert {area.cursor for area in areas} == {"pointer"}
    assert [area.link for area in areas].count("/changes/a") == 1
    assert len(areas) == len(hit_areas(face)) == 1 + 2 + 4
    for distance in (Distance.MIDDLE, Distance.FAR, Distance.DOT):
        (area,) = areas_of(face, "/changes/a", LIGHT, distance)
        assert area.link == "/changes/a"
    (row,) = areas_of(RowFace(face.card, "a", ROW_WIDTH), "/changes/a")
    assert row.link == ""


def test_what_is_left_is_shown_finished_groups_and_later_ones_are_lines():
    face = CardFace(grouped("a", (3, 3), (5, 2), (4, 0)))
    plan = arrange_card(face)
    assert [row.text.layout.shown for row in plan.groups] == ["Part 1", "Part 2", "Part 3"]
    assert [row.open for row in plan.groups] == [False, True, False]
    assert [row.task.id for row in plan.tasks] == [4, 5, 6, 7, 8]
    for row in plan.groups:
        wanted = CLOSED if row.open else FEW
        assert hit(face, row.area.x + 9, row.area.y + 9) == ShowGroup("a", row.place, wanted)
    shown = CardFace(face.card, views=((0, FEW), (1, CLOSED)))
    assert [row.task.id for row in arrange_card(shown).tasks] == [1, 2, 3]


def test_nothing_of_a_change_that_was_not_started_is_open_yet():
    plan = arrange_card(CardFace(grouped("a", (3, 0), (5, 0))))
    assert [row.open for row in plan.groups] == [False, False]
    assert plan.tasks == ()


@pytest.mark.parametrize("state", [State.COMPLETE, State.INVALID])
def test_where_a_note_says_what_matters_tasks_are_seen_once_the_card_is_opened(state):
    card = replace(grouped("a", (3, 3), (2, 2)), state=state)
    closed, opened = CardFace(card), CardFace(card, True)
    assert arrange_card(closed).groups == arrange_card(closed).tasks == ()
    assert len(arrange_card(opened).groups) == 2
    for face in (closed, opened):
        area = arrange_card(face).opener
        assert hit(face, area.x + 5, area.y + 5) == OpenCard("a", not face.opened)
    assert arrange_card(CardFace(grouped("a", (3, 1)))).opener is None


def test_a_long_group_ends_in_how_many_more_and_opens_and_closes():
    card = change("a", 45, 1)
    few = arrange_card(CardFace(card))
    assert len(few.tasks) == FEW_TASKS
    assert few.more[0].text.layout.shown == "+ 37 more"
    area = few.more[0].area
    assert hit(CardFace(card), area.x + 9, area.y + 9) == ShowGroup("a", 0, ALL)
    opened = CardFace(card, views=((0, ALL),))
    assert len(arrange_card(opened).tasks) == 45
    last = arrange_card(opened).more[-1]
    assert last.text.layout.shown == "Show less"
    assert last.area.y > arrange_card(opened).tasks[-1].area.y
    assert hit(opened, last.area.x + 9, last.area.y + 9) == ShowGroup("a", 0, FEW)


@given(st.integers(9, 200), st.integers(1, 199))
def test_a_long_group_shows_its_first_open_task_among_eight(number, done):
    card = change("a", number, min(done, number - 1))
    shown = [row.task.id for row in arrange_card(CardFace(card)).tasks]
    assert len(shown) == FEW_TASKS
    assert card.done + 1 in shown


def test_a_very_long_group_is_turned_page_by_page_and_opens_at_what_it_shows():
    card = change("a", 500, 250)
    seen = []
    view = ALL
    while True:
        plan = arrange_card(CardFace(card, views=((0, view),)))
        assert plan.height <= HIGHEST_CARD
        seen += [row.task.id for row in plan.tasks]
        assert [row.view for row in plan.more if row.text.layout.shown.endswith("before")] == (
            [view - 1] if view > ALL else []
        )
        forward = [row.view for row in plan.more if row.view > view]
        if not forward:
            break
        assert forward == [view + 1]
        view += 1
    assert seen == [task.id for task in card.tasks]
    few = arrange_card(CardFace(card))
    first = few.tasks[0].task.id
    page = arrange_card(CardFace(card, views=((0, few.more[-1].view),)))
    assert first in [row.task.id for row in page.tasks]
    assert len(page.tasks) == PAGE_TASKS


def test_groups_without_end_are_bounded_and_say_how_many_more_there_are():
    plan = arrange_card(CardFace(grouped("a", *[(2, 1)] * 300)))
    assert plan.height <= HIGHEST_CARD
    assert plan.groups[-1].text.layout.shown == "+ 260 more groups"
    opened = tuple((place, ALL) for place in range(40))
    many = CardFace(grouped("a", *[(60, 1)] * 40), views=opened)
    assert arrange_card(many).height <= HIGHEST_CARD


def test_a_group_has_its_own_number_or_its_place():
    lines = [
        TaskLine(n, "x", False, name)
        for n, name in enumerate(("2. Desk", "Then `it`", "10) More"), 1)
    ]
    assert [(each.number, each.name) for each in groups_of(lines)] == [
        ("2", "Desk"),
        ("2", "Then it"),
        ("10", "More"),
    ]


def test_progress_is_a_segment_for_each_group_and_nothing_is_lost():
    card = grouped("a", (2, 2), (6, 3), (2, 0))
    bar = arrange_card(CardFace(card)).bar
    areas = [area for area, _ in bar.segments]
    assert [share for _, share in bar.segments] == [1, 0.5, 0]
    assert areas[1].width > 2 * areas[0].width
    for left, right in itertools.pairwise(areas):
        assert left.x + left.width + 2 == right.x
    assert bar.done == "5/10"
    many = arrange_card(CardFace(grouped("a", *[(1, 1)] * 20, *[(1, 0)] * 60))).bar
    assert [share for _, share in many.segments] == [0.25]


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_the_boxes_are_drawn_where_the_areas_say(scale):
    card = change("a", 6, 3)
    pixels = draw_face(CardFace(card), scale)
    for row in arrange_card(CardFace(card)).tasks:
        left, top = int(row.box.x * scale), int(row.box.y * scale)
        size = BOX_SIZE * scale
        box = pixels[top : top + size, left : left + size]
        middle = box[3 * scale, size // 2]
        inside = LIGHT.rgb("accent-wash" if row.task.done else "card-bg")
        assert np.abs(middle[2::-1].astype(int) - inside).max() < 12
        around = pixels[top - 1, left : left + size, 2::-1]
        assert (around == LIGHT.rgb("card-bg")).all()


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("distance", Distance)
def test_a_card_is_opaque_but_for_its_round_corners(scale, distance):
    face = CardFace(change("a", 3, 1), fresh=3)
    pixels = draw_face(face, scale, LIGHT, distance)
    assert pixels.shape == (face_size(face)[1] * scale, CARD_WIDTH * scale, 4)
    assert pixels[0, 0, 3] == 0
    assert pixels[-1, -1, 3] == 0
    inner = pixels[:, 12 * scale : -12 * scale, 3]
    assert (inner == 255).all()


def test_equal_faces_have_equal_pictures():
    face = CardFace(change("a", 3, 1))
    assert np.array_equal(draw_face(face, 2), draw_face(CardFace(change("a", 3, 1)), 2))


def test_what_moved_lately_has_a_ring_that_fades_and_touches_nothing_else():
    plain_face = CardFace(change("a", 3, 1))
    before = draw_face(plain_face)
    seen = []
    for fresh in range(1, 6):
        after = draw_face(replace(plain_face, fresh=fresh))
        differs = (before != after).any(axis=2)
        assert differs.any()
        assert not differs[6:-6, 6:-6].any()
        across = differs[len(differs) // 2]
        assert not across[2:-2].any(), "one ring, nothing inside of it"
        seen.append(int(np.abs(after.astype(int) - before).sum()))
    assert seen == sorted(seen)


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(max_size=300),
    title=st.text(max_size=300),
    text=st.text(max_size=300),
    section=st.none() | st.text(max_size=80),
    problem=st.none() | st.text(max_size=200),
    state=st.sampled_from(State),
    counts=st.tuples(st.integers(-5, 10**9), st.integers(-5, 10**9)),
)
def test_any_text_from_files_can_be_drawn(name, title, text, section, problem, state, counts):
    lines = (TaskLine(1, text, False, section), TaskLine(2, text, True, section))
    card = ChangeCard(name, state, title, *counts, lines, problem, 2)
    for distance in Distance:
        face = CardFace(card, True, age="4 min ago")
        assert draw_face(face, 1, LIGHT, distance).shape[1] == CARD_WIDTH
        assert hit_areas(face, LIGHT, distance)
    draw_face(RowFace(card, name, ROW_WIDTH, lately=True))
    assert describe(card)


def test_the_text_of_a_card_says_all_that_it_shows():
    card = change("add-login", 2, 1, title="Let people in", problem="Stale.", issues=1)
    assert describe(card).splitlines() == [
        "add-login: in progress, 1 of 2 tasks done.",
        "Let people in",
        "Problem: Stale.",
        "1 issue found by validation.",
        "1. Work:",
        "[x] 1 Do the step number 1 with care",
        "[ ] 2 Do the step number 2 with care",
    ]


def test_markdown_marks_are_taken_away_and_code_stands_out():
    assert plain("Use `a_b` and **not** [this](http://x/y), 2 * 3 * 4") == (
        "Use a_b and not this, 2 * 3 * 4"
    )
    assert [piece.strong for piece in pieces_of("a `b` c")] == [False, True, False]
    assert plain("") == ""
    assert plain("`open") == "`open"


def luminance(tone):
    parts = [value / 255 for value in tone]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_of_every_tone_stand_out_from_their_ground(theme):
    for tone in Tone:
        assert contrast(theme.ink(tone), theme.wash(tone)) >= 4.5
        assert contrast(theme.rgb("text"), theme.wash(tone)) >= 4.5
    for state in State:
        assert contrast(theme.of(state), theme.rgb("card-bg")) >= 3


def test_rows_are_high_enough_to_be_pressed():
    assert LEAST_ROW >= GROUP_HEIGHT >= 20


def test_a_card_says_on_which_branch_its_change_lies_and_where_it_is_archived():
    card = change()
    lying = replace(card, branch="feature/knob", archived_on=("old", "older"))
    plan = arrange_card(CardFace(lying))
    assert [(sign, words.layout.shown) for sign, words in plan.trees] == [
        ("git-branch", "feature/knob"),
        ("archive", "archived on old and 1 more"),
    ]
    assert arrange_card(CardFace(card)).trees == ()
    assert plan.height > arrange_card(CardFace(card)).height
    # Nothing lies over anything else.
    (_, first), (_, second) = plan.trees
    assert plan.name.y + 20 <= first.y < first.y + 16 <= second.y < plan.bar.segments[0][0].y - 10
    said = describe(lying)
    assert "It lies on feature/knob." in said
    assert "It is archived on old, older." in said


def test_what_is_archived_in_another_tree_stands_with_what_is_complete_and_is_not_to_be_archived():
    card = replace(change(), state=State.COMPLETE, archiving=Archiving.READY)
    assert ready_line(card)
    assert not ready_line(replace(card, archived_on=("knob",)))
    moved = replace(card, state=State.IN_PROGRESS, moved=("Ask",))
    assert moved.lane is Lane.ATTENTION
    assert replace(moved, archived_on=("knob",)).lane is Lane.COMPLETE


def test_a_long_branch_is_cut_within_the_card():
    plan = arrange_card(CardFace(replace(change(), branch="feature/" + "long-" * 40)))
    ((_, words),) = plan.trees
    assert words.x + words.layout.width <= CARD_WIDTH
