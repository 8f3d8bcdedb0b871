"""JSON is read as Autobahn reads it, and what is too much is refused at once."""

import json
import sys
import tracemalloc

import pytest
from autobahn.wamp import serializer
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.wamp.fast_json import (
    JSON_BYTES,
    parse_json,
    read_json,
    write_json,
)
from geometry_ws.wamp.payload import MOST_VALUES

PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.binary()
)
# A text that begins with a zero character stands for bytes.
TEXTS = st.text().filter(lambda text: not text.startswith("\0")) | st.sampled_from(
    ["\\u0000", "a\0b", "\\ud800", ",", "[", '"']
)
VALUES = st.recursive(
    PLAIN | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_it_reads_what_autobahn_reads(value):
    text = serializer._dumps(value)
    assert read_json(text) == serializer._loads(text)


@given(VALUES)
def test_it_writes_what_autobahn_reads(value):
    """Half a character is refused, as Autobahn's text of it could not be sent."""
    try:
        serializer._dumps(value).encode()
    except UnicodeEncodeError:
        with pytest.raises(UnicodeEncodeError):
            write_json(value)
    else:
        assert serializer._loads(write_json(value)) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_json_has_no_number_for_is_null(value):
    assert write_json({"a": [value]}) == '{"a":[null]}'


@pytest.mark.parametrize("text", ["", "[", "[1,]", "nothing", '"\\u0000a"', '{"a" 1}', "[NaN]"])
def test_what_is_broken_is_an_error_of_value(text):
    with pytest.raises(ValueError, match=r"."):
        read_json(text)


@pytest.mark.parametrize("text", [r'["\ud800"]', r'{"\uDC00": 1}', r'["\ude00\ud83d"]'])
def test_half_a_character_is_refused(text):
    with pytest.raises(ValueError, match="surrogates"):
        parse_json(text)


def test_whole_characters_may_be_escaped():
    assert parse_json(r'["\ud83d\ude00", "\\ud800"]') == ["\U0001f600", r"\ud800"]


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_depth_is_bounded_by_the_reader(opening):
    raised = sys.getrecursionlimit()
    # As in the router; Hypothesis raises it.
    sys.setrecursionlimit(1000)
    try:
        with pytest.raises(RecursionError):
            parse_json(opening * 30_000)
    finally:
        sys.setrecursionlimit(raised)


def test_a_text_of_escapes_is_read_without_places_to_come_back_to():
    text = json.dumps([["["] * 50_001, "\n" * 1_000_000])
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="values"):
            parse_json(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(text)


def test_brackets_and_commas_in_texts_are_no_values():
    value = ["[{,'" * MOST_VALUES, "\\" * 500, '"[' * 300, [[]] * 1000]
    assert parse_json(json.dumps(value)) == value


def test_the_number_of_values_is_bounded_before_they_are_read():
    assert len(parse_json(json.dumps([0] * MOST_VALUES))) == MOST_VALUES
    with pytest.raises(ValueError, match="values"):
        parse_json(json.dumps([0] * (MOST_VALUES + 2)))
    with pytest.raises(ValueError, match="values"):
        parse_json(json.dumps([[]] * (MOST_VALUES // 2 + 2)))


def test_the_length_is_bounded():
    assert len(parse_json('"' + "a" * (JSON_BYTES - 2) + '"')) == JSON_BYTES - 2
    with pytest.raises(ValueError, match="bytes"):
        parse_json('"' + "a" * (JSON_BYTES - 1) + '"')
