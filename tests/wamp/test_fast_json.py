"""JSON is read as Autobahn reads it, and what is too much is refused at once."""

import json
import tracemalloc

import pytest
from autobahn.wamp import serializer
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.wamp.fast_json import read_json
from geometry_ws.wamp.payload import MOST_VALUES

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.binary()
# A text that begins with a zero character stands for bytes.
TEXTS = st.text().filter(lambda text: not text.startswith("\0")) | st.sampled_from(
    ["\\u0000", "a\0b", "\ud800", ",", "[", '"']
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


@pytest.mark.parametrize("text", ["", "[", "[1,]", "nothing", '"\\u0000a"', '{"a" 1}', "[" * 9000])
def test_what_is_broken_or_too_deep_is_an_error_of_value(text):
    with pytest.raises(ValueError, match=r"."):
        read_json(text)


@pytest.mark.parametrize("opening", ["[", '{"a":', "[1,", '["]",'])
def test_depth_is_bounded_before_anything_is_read(opening):
    with pytest.raises(ValueError, match="deep"):
        read_json(opening * 50_000)


@pytest.mark.parametrize("token", ["[]", "{}", '""'])
def test_what_needs_no_comma_is_bounded_too(token):
    """It isn't JSON, but whoever looks for the depth would go through all of it first."""
    with pytest.raises(ValueError, match="lists, maps and texts"):
        read_json('["["' + ",[]" * 500 + token * 3 * MOST_VALUES)


def test_a_text_of_escapes_is_read_without_places_to_come_back_to():
    text = json.dumps([["["] * 500, "\n" * 1_000_000])
    tracemalloc.start()
    try:
        assert read_json(text)[1].startswith("\n")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(text)


def test_brackets_in_texts_are_no_depth():
    value = ["[{" * 1000, "\\" * 500, '"[' * 300, [[]] * 1000]
    assert read_json(json.dumps(value)) == value


def test_the_number_of_values_is_bounded_before_they_are_read():
    assert len(read_json(json.dumps([0] * MOST_VALUES))) == MOST_VALUES
    with pytest.raises(ValueError, match="values"):
        read_json(json.dumps([0] * (MOST_VALUES + 2)))
