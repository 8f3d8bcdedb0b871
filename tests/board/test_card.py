"""What a card shows, what a press on it means, and what it looks like."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.board import card as card_module
from geometry_ws.board.card import (
    _HIGHEST_ROW,
    BOX_SIZE,
    CARD_WIDTH,
    LEAST_ROW,
    arrange_card,
    visible_tasks,
)
from geometry_ws.board.draw import draw_face, face_size
from geometry_ws.board.hit import Collapse, Drag, Expand, ToggleTask, hit, hit_areas
from geometry_ws.board.layout import lay_out_board
from geometry_ws.board.model import (
    Archiving,
    CardFace,
    ChangeCard,
    Conflict,
    State,
    TaskLine,
    Tone,
)
from geometry_ws.board.paging import page_holding, pages
from geometry_ws.board.theme import DARK, LIGHT
from geometry_ws.board.words import describe, pieces_of, plain
from tests.support.board_builders import board, change, tasks, ticked

task_counts = st.integers(0, 40)


@settings(max_examples=60, deadline=None)
@given(task_counts, st.integers(0, 40), st.booleans())
def test_areas_lie_on_the_card_are_high_enough_and_never_overlap(number, done, expanded):
    face = CardFace(change("a", number, min(done, number)), expanded)
    height = face_size(face)[1]
    areas = [area for area, _ in hit_areas(face)]
    for area in areas:
        assert area.height >= LEAST_ROW
        assert area.x >= 0
        assert area.x + area.width <= CARD_WIDTH
        assert area.y + area.height <= height
    for upper, lower in itertools.pairwise(sorted(areas, key=lambda each: each.y)):
        assert upper.y + upper.height <= lower.y


def test_a_press_on_a_box_or_its_text_toggles_that_task():
    face = CardFace(change("a", 5, 2))
    for row in arrange_card(face).tasks:
        expected = ToggleTask("a", row.task.id, not row.task.done, row.task.text)
        assert hit(face, row.box.x + 1, row.box.y + 1) == expected
        assert hit(face, row.text.x + 5, row.text.y + 5) == expected
        assert hit(face, row.area.x, row.area.y) == expected


def test_a_press_elsewhere_drags_and_outside_means_nothing():
    face = CardFace(change("a", 5, 2))
    assert hit(face, 100, 20) == Drag("a")
    for x, y in ((-1, 5), (5, -1), (CARD_WIDTH, 5), (5, face_size(face)[1])):
        assert hit(face, x, y) is None


def test_a_long_list_ends_in_how_many_more_and_opens_and_closes():
    card = change("a", 45, 0)
    closed = arrange_card(CardFace(card))
    assert len(closed.tasks) == 8
    assert closed.more[0].text.layout.shown == "+ 37 more"
    area = closed.more[0].area
    assert hit(CardFace(card), area.x + 9, area.y + 9) == Expand("a")
    opened = arrange_card(CardFace(card, expanded=True))
    assert len(opened.tasks) == 45
    last = opened.more[-1]
    assert last.text.layout.shown == "Show less"
    assert last.area.y > opened.tasks[-1].area.y
    assert hit(CardFace(card, True), last.area.x + 9, last.area.y + 9) == Collapse("a")


def test_a_finished_card_takes_little_room_and_opens():
    card = change("a", 10, 10)
    assert arrange_card(CardFace(card)).tasks == ()
    assert face_size(CardFace(card))[1] < 90
    assert len(arrange_card(CardFace(card, True)).tasks) == 10


@given(st.integers(9, 200), st.integers(0, 199))
def test_a_closed_long_list_shows_the_first_open_task_among_eight(number, done):
    card = change("a", number, min(done, number - 1))
    start, end = visible_tasks(card, expanded=False)
    assert end - start == 8
    assert start <= card.done < end


def test_a_short_list_has_nothing_to_open():
    assert arrange_card(CardFace(change("a", 8, 3))).more == ()
    assert arrange_card(CardFace(change("a", 8, 3), True)).more == ()


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_the_boxes_are_drawn_where_the_areas_say(scale):
    card = change("a", 6, 3)
    pixels = draw_face(CardFace(card), scale)
    for row in arrange_card(CardFace(card)).tasks:
        left, top = int(row.box.x * scale), int(row.box.y * scale)
        size = BOX_SIZE * scale
        box = pixels[top : top + size, left : left + size]
        middle = box[2 * scale, size // 2]
        inside = LIGHT.accent if row.task.done else LIGHT.card
        assert np.abs(middle[2::-1].astype(int) - inside).max() < 12
        around = pixels[top - 1, left : left + size, 2::-1]
        assert (around == LIGHT.card).all()


@pytest.mark.parametrize("scale", [1, 2])
def test_a_card_is_opaque_but_for_its_round_corners(scale):
    pixels = draw_face(CardFace(change("a", 3, 1)), scale)
    assert pixels.shape == (face_size(CardFace(change("a", 3, 1)))[1] * scale, 320 * scale, 4)
    assert pixels[0, 0, 3] == 0
    assert pixels[-1, -1, 3] == 0
    inner = pixels[:, 12 * scale : -12 * scale, 3]
    assert (inner == 255).all()


def test_equal_faces_have_equal_pictures():
    face = CardFace(change("a", 3, 1))
    assert np.array_equal(draw_face(face, 2), draw_face(CardFace(change("a", 3, 1)), 2))


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(max_size=300),
    title=st.text(max_size=300),
    text=st.text(max_size=300),
    section=st.none() | st.text(max_size=80),
    problem=st.none() | st.text(max_size=200),
    state=st.sampled_from(State),
    numbers=st.tuples(st.integers(-5, 10**9), st.integers(-5, 10**9)),
)
def test_any_text_from_files_can_be_drawn(name, title, text, section, problem, state, numbers):
    lines = (TaskLine(1, text, False, section), TaskLine(2, text, True, section))
    card = ChangeCard(name, state, title, *numbers, lines, problem, 2)
    face = CardFace(card, True)
    pixels, areas = draw_face(face), hit_areas(face)
    assert pixels.shape[1] == CARD_WIDTH
    assert len(areas) >= 2
    assert describe(card)


def shown_notes(plan):
    """Give the tones and sentences of a card's notes."""
    return [(note.note.tone, note.text.layout.shown) for note in plan.notes]


def test_a_broken_change_says_what_is_wrong():
    plan = arrange_card(CardFace(change("a", 1, state=State.INVALID, problem="Bad.", issues=3)))
    assert shown_notes(plan) == [(Tone.BAD, "Bad. (3 issues)")]
    for card in (ChangeCard("a", State.UNREADABLE), ChangeCard("a", State.INVALID, issues=2)):
        assert [tone for tone, _ in shown_notes(arrange_card(CardFace(card)))] == [Tone.BAD]


def test_a_change_that_was_written_against_an_older_spec_says_so_whatever_its_state():
    card = change("a", 1, 1, moved=("Sign in", "Sign out", "Lock"))
    words = '"Sign in" and 2 others have changed since this was written.'
    assert shown_notes(arrange_card(CardFace(card))) == [(Tone.WARN, words)]
    assert words in describe(card).splitlines()
    both = replace(card, state=State.INVALID, problem="Bad.", moved=("Sign in",))
    assert shown_notes(arrange_card(CardFace(both))) == [
        (Tone.BAD, "Bad."),
        (Tone.WARN, '"Sign in" has changed since this was written.'),
    ]


def test_a_change_that_contradicts_others_says_which_and_in_what():
    def words(*conflicts):
        card = change("a", 3, 1, conflicts=conflicts)
        ((tone, text),) = shown_notes(arrange_card(CardFace(card)))
        assert tone is Tone.WARN
        assert text in describe(card).splitlines()
        return text

    sign_in, sign_out = Conflict("Sign in", ("b",)), Conflict("Sign out", ("b", "c"))
    assert words(sign_in) == 'Conflicts with b in "Sign in".'
    assert words(sign_in, sign_out) == (
        'Conflicts with b and 1 other change in "Sign in" and 1 other requirement.'
    )
    assert words(replace(sign_out, more=30)) == (
        'Conflicts with b and 31 other changes in "Sign out".'
    )


def test_a_complete_change_says_whether_it_can_be_archived_and_why_not():
    done = change("a", 3, 3, archiving=Archiving.READY)
    assert shown_notes(arrange_card(CardFace(done))) == [(Tone.GOOD, "Ready to archive.")]
    assert "Ready to archive." in describe(done).splitlines()
    refused = replace(done, archiving=Archiving.REFUSED, refusal='"Gone" is not in login.')
    words = 'Archiving would be refused: "Gone" is not in login.'
    assert shown_notes(arrange_card(CardFace(refused))) == [(Tone.WARN, words)]
    assert words in describe(refused).splitlines()
    assert not np.array_equal(
        draw_face(CardFace(refused))[16:32, 16:32], draw_face(CardFace(done))[16:32, 16:32]
    )


def test_what_has_changed_since_is_said_once_where_it_is_why_archiving_would_be_refused():
    card = change("a", 3, 3, moved=("Sign in",), archiving=Archiving.REFUSED)
    assert shown_notes(arrange_card(CardFace(card))) == [
        (
            Tone.WARN,
            '"Sign in" has changed since this was written. Archiving would be refused.',
        )
    ]


def test_notes_stand_below_each_other_within_the_card_and_hide_no_task():
    card = change("a", 3, 1, state=State.INVALID, problem="Bad. " * 99, moved=("Sign in",))
    face = CardFace(replace(card, conflicts=(Conflict("Sign in", ("b" * 200,)),)))
    plan = arrange_card(face)
    panels = [note.panel for note in plan.notes]
    assert len(panels) == 3
    for upper, lower in itertools.pairwise(panels):
        assert upper.y + upper.height < lower.y
    assert panels[-1].y + panels[-1].height < plan.tasks[0].area.y
    for note in plan.notes:
        assert note.text.x + note.text.layout.width <= note.panel.x + note.panel.width
        assert note.text.y + note.text.layout.height <= note.panel.y + note.panel.height


def test_what_is_wrong_in_the_settings_stands_above_the_board_once():
    notice = "config.yaml, line 3: rules are ignored: name an artifact, and below it a list."
    plain_header = lay_out_board(board(change("a"))).items["header"]
    model = replace(board(change("a"), problem="There is no openspec/ folder."), notice=notice)
    items = lay_out_board(model).items
    assert items["header"].height > plain_header.height
    assert [key for key, item in items.items() if notice in item.text] == ["header"]
    assert not np.array_equal(
        draw_face(items["header"].face), draw_face(replace(items["header"].face, notice="Other."))
    )


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
def test_text_stands_out_from_what_it_stands_on(theme):
    for tone in (theme.text, theme.muted, theme.accent, theme.good, theme.bad):
        assert contrast(tone, theme.card) >= 4.5
    for tone in Tone:
        assert contrast(theme.ink(tone), theme.wash(tone)) >= 4.5
    assert contrast(theme.muted, theme.faint) >= 4.5
    assert contrast(theme.accent, theme.faint) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.box, theme.card) >= 2.5


GOLDEN_CARDS = {
    "not_started": change("add-login", 2),
    "in_progress": ticked(change("add-a-rather-long-name-for-a-login-screen", 14, 5), 6),
    "complete": change("done-thing", 5, 5),
    "invalid": change("broken", 1, state=State.INVALID, problem="The `auth` spec.", issues=2),
    "moved": change("remember-devices", 3, 3, title="Remember devices", moved=("Sign in",)),
    "conflict": change(
        "loud-greeting", 3, 1, title="Greet louder", conflicts=(Conflict("Greeting", ("b", "c")),)
    ),
    "ready": change("done-thing", 5, 5, title="A done thing", archiving=Archiving.READY),
    "refused": change(
        "sign-manifests",
        5,
        5,
        title="Sign a manifest when cargo is released",
        archiving=Archiving.REFUSED,
        refusal='"Release of cargo" is no longer in manifests.',
        moved=("Release of goods", "Customs"),
        conflicts=(Conflict("Customs", ("drop-fax-gateway",)),),
    ),
    "all_notes": change(
        "everything-at-once",
        4,
        2,
        state=State.INVALID,
        title="What can be said of one change",
        problem="`Sign in` has no scenario: write one.",
        issues=3,
        moved=("Sign in", "Sign out"),
        conflicts=(Conflict("Sign in", ("remember-devices",)),),
    ),
    "unreadable": ChangeCard("odd", State.UNREADABLE, problem="tasks.md is not UTF-8 text."),
    "scripts": ChangeCard(
        "添加跨项目变更跟踪",
        State.IN_PROGRESS,
        "إضافة تتبع التغييرات",
        1,
        3,
        (
            TaskLine(1, "实现解析器和界面 ✅", True),
            TaskLine(2, "日本語のテキスト と 한국어 😀", False),
            TaskLine(3, "تنفيذ الإجراء مع التحقق من المراجعة في كل مرة", False),
        ),
    ),
}


@pytest.mark.parametrize("name", GOLDEN_CARDS)
def test_cards_are_close_to_the_golden_ones(golden, name):
    golden.close(f"card_{name}", draw_face(CardFace(GOLDEN_CARDS[name])))


def test_a_dark_sharp_card_is_close_to_the_golden_one(golden):
    golden.close("card_dark_sharp", draw_face(CardFace(GOLDEN_CARDS["in_progress"]), 2, DARK))


def test_signs_are_close_to_the_golden_ones(golden):
    for model, keys in (
        (board(change("a")), ["header", "column:not_started", "column:attention"]),
        (board(), ["empty"]),
    ):
        items = lay_out_board(model).items
        for key in keys:
            golden.close("sign_" + key.replace(":", "_"), draw_face(items[key].face))


def test_a_header_with_what_is_wrong_is_close_to_the_golden_one(golden):
    notice = (
        "config.yaml, line 3: the rules for tasks are ignored: each has to be text. Quote it."
        " config.yaml, line 9: context is ignored: shorten it to 50 KiB."
    )
    model = replace(board(change("a"), problem="specs/lamp can't be read."), notice=notice)
    golden.close("sign_header_notes", draw_face(lay_out_board(model).items["header"].face))


def test_many_tasks_can_be_opened():
    card = ChangeCard("big", State.IN_PROGRESS, "", 1, 132, tasks(132, 1))
    face = CardFace(card, True)
    pixels, areas = draw_face(face, 2), hit_areas(face)
    assert len(areas) == 133
    assert pixels.shape[0] > 132 * LEAST_ROW * 2


def test_a_very_long_list_is_turned_page_by_page():
    card = change("a", 500, 250)
    seen = []
    page = 0
    while True:
        face = CardFace(card, True, page)
        plan = arrange_card(face)
        assert plan.height <= 4096
        seen += [row.task.id for row in plan.tasks]
        forward = [row for row in plan.more if row.page > page]
        back = [row for row in plan.more if row.text.layout.shown.endswith("before")]
        assert len(back) == (page > 0)
        for row in back:
            assert hit(face, row.area.x + 9, row.area.y + 9) == Expand("a", page - 1)
        assert plan.more[-1].text.layout.shown == "Show less"
        if not forward:
            break
        area = forward[0].area
        assert hit(face, area.x + 9, area.y + 9) == Expand("a", page + 1)
        page += 1
    assert page >= 3
    assert seen == [task.id for task in card.tasks]
    assert visible_tasks(card, True, 99) == visible_tasks(card, True, page)


@given(st.lists(st.tuples(st.sampled_from(["", "one", "two"]), st.integers(28, 64)), min_size=1))
def test_the_page_of_a_task_is_known_though_few_rows_are_measured(rows):
    lines = [TaskLine(place, str(place), False, row[0]) for place, row in enumerate(rows)]
    ranges = list(pages(lines, lambda text: rows[int(text)][1]))
    for place in range(len(lines)):
        page = page_holding(lines, place, lambda text: rows[int(text)][1], 64)
        assert ranges[page][0] <= place < ranges[page][1]


@given(st.text(max_size=600))
def test_no_row_is_higher_than_the_highest(text):
    card = ChangeCard("a", "", State.NOT_STARTED, 0, 1, (TaskLine(1, text, False, ""),))
    (row,) = arrange_card(CardFace(card, True)).tasks
    assert row.area.height <= _HIGHEST_ROW


def test_a_closed_card_measures_only_what_it_shows(monkeypatch):
    measured = []
    monkeypatch.setattr(card_module, "_row_height", lambda text: measured.append(text) or 28)
    long = replace(change("never-seen", 32, 16), title="never seen")
    assert [row.page for row in arrange_card(CardFace(long)).more] == [0, 0]
    assert measured == []


def test_a_closed_card_opens_at_the_page_of_what_it_shows():
    card = change("a", 500, 480)
    plan = arrange_card(CardFace(card))
    area = plan.more[-1].area
    action = hit(CardFace(card), area.x + 9, area.y + 9)
    start, end = visible_tasks(card, True, action.page)
    assert start <= visible_tasks(card, False)[0] < end
