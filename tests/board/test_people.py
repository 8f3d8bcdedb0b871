"""Discs: the same letters and colours as on pages, readable however faint, and in their room."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.board.discs import SHARES, ink_of
from geometry_ws.board.people import (
    FULL,
    MOST_DISCS,
    STEPS_MS,
    Kind,
    Person,
    colour_of,
    describe_people,
    fitting,
    initials,
    next_step,
    strength_of,
)
from geometry_ws.board.theme import Theme

VECTORS = json.loads((Path(__file__).parent.parent / "vectors/people.json").read_text())
WEB = Path(__file__).parent.parent.parent / "geometry_ws/web/styles/shared/discs.css"


def test_a_name_has_the_letters_and_the_colour_that_pages_give_it():
    for name, letters, colour in VECTORS["names"]:
        assert [initials(name), colour_of(name)] == [letters, colour], name


def test_a_disc_fades_as_on_pages():
    for seconds, strength in VECTORS["strengths"]:
        assert strength_of(10**12, 10**12 - seconds * 1000, lost=False) == strength
    assert strength_of(10**12, 10**12, lost=True) == 0


@given(st.integers(0, 2 * STEPS_MS[-1]))
def test_a_disc_is_fainter_exactly_when_it_is_said(age):
    now = 10**12
    wait = next_step(now, now - age)
    strength = strength_of(now, now - age, lost=False)
    if not wait:
        assert strength == 1
        return
    assert strength_of(now + wait - 1, now - age, lost=False) == strength
    assert strength_of(now + wait, now - age, lost=False) == strength - 1


def luminance(colour):
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("theme", Theme)
def test_every_disc_can_be_read(theme):
    names = {colour_of(name): name for name in map(str, range(100))}
    assert sorted(names) == [1, 2, 3, 4, 5, 6]
    for name in names.values():
        for strength in range(FULL + 1):
            ground, letters = map(luminance, ink_of(Person(name, strength=strength), theme))
            ratio = (max(ground, letters) + 0.05) / (min(ground, letters) + 0.05)
            assert ratio >= 4.5, (name, strength, ratio)


def test_pages_mix_the_same_shares():
    style = WEB.read_text()
    for strength in range(1, FULL):
        rule = style.split(f".disc.s{strength} {{")[1].split("}")[0]
        assert f"--share: {SHARES[strength]}%;" in rule


@given(st.integers(0, 40), st.floats(0, 400), st.sampled_from((20, 28, 34)))
def test_discs_stay_in_their_room_and_nobody_is_lost_where_there_is_some(count, room, size):
    people = [Person(str(number)) for number in range(count)]
    shown, left = fitting(people, room, size, 24)
    assert shown <= MOST_DISCS
    assert shown * (size + 3) - 3 + (27 if left else 0) <= room or not shown
    assert shown > 0 or not count or room < size
    assert left in (0, count - shown)


def test_the_words_say_who_and_what_kind():
    people = [Person("ann"), Person("otter-1", Kind.AGENT), Person("b"), Person("c"), Person("d")]
    assert describe_people(people) == "Here: ann, otter-1 (agent), b and 2 more."
    assert describe_people([]) == ""
