"""What cards and signs look like, from each distance and in both themes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.board.card import CARD_WIDTH, HOLDER_SIZE, PADDING, arrange_card
from geometry_ws.board.draw import draw_face, face_size
from geometry_ws.board.hit import areas_of
from geometry_ws.board.layout import Arrangement, lay_out_board
from geometry_ws.board.model import (
    Archiving,
    CardFace,
    ChangeCard,
    Conflict,
    Distance,
    Said,
    State,
    TaskLine,
)
from geometry_ws.board.people import Kind, Person
from geometry_ws.board.theme import DARK, LIGHT, Theme
from tests.support.board_builders import board, change, grouped, ticked

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


GOLDEN_FACE = CardFace(
    replace(
        grouped("add-berth-reservations", (3, 3), (5, 2), (4, 0), title="Reserve a berth"),
        specs=("berths", "access"),
    ),
    age="4 min ago",
    fresh=5,
)


@pytest.mark.parametrize("name", GOLDEN_CARDS)
def test_cards_are_close_to_the_golden_ones(golden, name):
    golden.close(f"card_{name}", draw_face(CardFace(GOLDEN_CARDS[name])))


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("distance", Distance)
def test_each_distance_and_theme_is_close_to_its_golden_picture(golden, theme, distance):
    drawn = draw_face(GOLDEN_FACE, 2, theme, distance)
    golden.close(f"card_{distance.value}_{theme.value}", drawn)


def test_from_far_away_a_card_has_the_colour_of_its_state():
    seen = {
        name: tuple(draw_face(CardFace(card), 1, LIGHT, Distance.DOT)[20, 20])
        for name, card in GOLDEN_CARDS.items()
    }
    assert seen["not_started"] != seen["in_progress"] != seen["complete"]
    assert seen["invalid"] == seen["unreadable"]
    assert seen["moved"] == seen["conflict"] == seen["refused"]
    assert len(set(seen.values())) == 5


def test_signs_are_close_to_the_golden_ones(golden):
    model = board(change("a"))
    items = lay_out_board(model).items
    golden.close("sign_lane", draw_face(items["lane:attention"].face, 1, DARK))
    for key in ("header", "head:not_started", "head:attention"):
        for distance in (Distance.NEAR, Distance.FAR):
            name = f"sign_{key.replace(':', '_')}_{distance.value}"
            golden.close(name, draw_face(items[key].face, 1, DARK, distance))
    golden.close("sign_empty", draw_face(lay_out_board(board()).items["empty"].face))


def test_a_header_with_what_is_wrong_is_close_to_the_golden_one(golden):
    notice = (
        "config.yaml, line 3: the rules for tasks are ignored: each has to be text. Quote it."
        " config.yaml, line 9: context is ignored: shorten it to 50 KiB."
    )
    model = replace(board(change("a"), problem="specs/lamp can't be read."), notice=notice)
    golden.close("sign_header_notes", draw_face(lay_out_board(model).items["header"].face))


TEAM = (
    Person("agent-1", Kind.AGENT, tasks=(6,)),
    Person("Ruth Vogel", strength=4),
    Person("agent-3", Kind.AGENT, 2, quiet=True, tasks=(7,)),
    Person("dave", strength=1),
    Person("mt", strength=0),
)
TALK = Said(("agent-3 asks: Keep the old reading?",), "heron-1: the old form is in web/old.js.")


@pytest.mark.parametrize("distance", [Distance.NEAR, Distance.MIDDLE, Distance.FAR])
def test_people_on_a_card_are_close_to_the_golden_picture(golden, distance):
    theme = LIGHT if distance is Distance.NEAR else DARK
    face = replace(GOLDEN_FACE, people=TEAM, said=TALK, fresh=0)
    golden.close(f"card_people_{distance.value}", draw_face(face, 2, theme, distance))


@given(
    st.lists(
        st.builds(
            Person,
            st.text(min_size=1, max_size=12),
            st.sampled_from(Kind),
            st.integers(0, 5),
            st.booleans(),
            st.lists(st.integers(1, 12), max_size=2).map(tuple),
        ),
        max_size=6,
    ).map(tuple),
    st.sampled_from(sorted(GOLDEN_CARDS)),
)
def test_people_change_nothing_of_a_cards_size_and_places(people, name):
    face = CardFace(GOLDEN_CARDS[name], age="4 min ago")
    alone, among = arrange_card(face), arrange_card(replace(face, people=people))
    assert face_size(replace(face, people=people)) == face_size(face)
    assert [row.area for row in among.tasks] == [row.area for row in alone.tasks]
    assert [row.area for row in among.groups] == [row.area for row in alone.groups]
    end = among.name.x + among.name.layout.width
    assert all(end <= x and x + among.discs.size <= CARD_WIDTH for _, x in among.discs.people)
    assert bool(among.discs.people) is bool(people)
    for distance in Distance:
        draw_face(replace(face, people=people), 1, DARK, distance)


def test_a_question_on_a_card_leads_to_where_it_is_answered():
    face = replace(GOLDEN_FACE, said=TALK)
    links = {area.link for area in areas_of(face, "/changes/a")}
    assert links == {"/changes/a", "/changes/a#questions", ""}
    (words,) = [
        each.text
        for each in lay_out_board(
            board(GOLDEN_FACE.card),
            Arrangement(said={GOLDEN_FACE.card.name: TALK}, people={GOLDEN_FACE.card.name: TEAM}),
        ).items.values()
        if each.title == GOLDEN_FACE.card.name
    ]
    assert "agent-3 asks: Keep the old reading?\n" in words
    assert words.endswith("Here: agent-1 (agent), Ruth Vogel, agent-3 (agent) and 2 more.")


def test_the_text_of_a_task_that_is_held_leaves_room_for_its_holder():
    text = "Refuse a second reservation of the same berth and the same tide, whoever asks for it"
    card = replace(change("a", 1), tasks=(TaskLine(1, text, False),))
    held = CardFace(card, people=(Person("otter-1", Kind.AGENT, tasks=(1,)),))
    (alone,), (row,) = arrange_card(CardFace(card)).tasks, arrange_card(held).tasks
    assert row.area == alone.area
    assert row.text.x + row.text.layout.width <= CARD_WIDTH - PADDING - HOLDER_SIZE
    assert alone.text.x + alone.text.layout.width > CARD_WIDTH - PADDING - HOLDER_SIZE
