"""Ages are said in steps, and it is known when they change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.board.ages import age_words, next_step

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = 1_800_000_000_000


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (0, "just now"),
        (-5, "just now"),
        (59_999, "just now"),
        (MINUTE, "1 min ago"),
        (9 * MINUTE, "5 min ago"),
        (44 * MINUTE, "30 min ago"),
        (HOUR, "1 h ago"),
        (23 * HOUR + 59 * MINUTE, "23 h ago"),
        (DAY, "1 d ago"),
        (400 * DAY, "400 d ago"),
    ],
)
def test_ages_in_words(age, words):
    assert age_words(NOW, NOW - age) == words


@given(st.integers(0, 100 * DAY))
def test_the_words_stay_until_the_next_step_and_change_then(age):
    moved = NOW - age
    wait = next_step(NOW, moved)
    assert wait > 0
    assert age_words(NOW + wait - 1, moved) == age_words(NOW, moved)
    assert age_words(NOW + wait, moved) != age_words(NOW, moved)


def test_what_is_not_known_says_nothing_and_never_will():
    assert age_words(NOW, 0) == ""
    assert next_step(NOW, 0) == 0


def test_a_card_that_rests_is_drawn_again_seldom():
    steps, at = 0, NOW
    while at < NOW + 2 * DAY:
        at += next_step(at, NOW)
        steps += 1
    assert steps == 10 + 24 + 1
