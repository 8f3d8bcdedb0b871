"""What clients send is read by every receiver, or refused at the router."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import cbor2
import msgpack
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.wamp.payload import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_VALUES,
    check_envelope,
    payload_problem,
)

PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text() | st.binary()
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def nested(depth):
    value = [0]
    for _ in range(depth - 1):
        value = [value]
    return value


@given(st.lists(VALUES, max_size=5), st.dictionaries(st.text(), VALUES, max_size=5))
def test_whatever_is_flat_and_has_texts_as_keys_may_pass(args, keywords):
    assert payload_problem(args, keywords) == ""


def test_nothing_is_a_payload_too():
    assert payload_problem(None, None) == payload_problem([], {}) == ""


def test_depth_is_bounded_exactly():
    assert payload_problem([nested(MOST_DEPTH)], None) == ""
    assert "deep" in payload_problem([nested(MOST_DEPTH + 1)], None)
    assert "deep" in payload_problem(None, {"a": {"b": nested(400)}})


def test_the_number_of_values_is_bounded_before_they_are_looked_at():
    assert payload_problem([[0] * (MOST_VALUES - 1)], None) == ""
    assert "at most" in payload_problem([[0] * MOST_VALUES], None)
    assert "at most" in payload_problem(None, {"rows": [[0] * 1000] * 60})


@given(st.integers() | st.binary() | st.booleans() | st.none())
def test_keys_are_texts(key):
    assert "keys" in payload_problem(None, {"map": {key: 1}})
    assert "keys" in payload_problem([[{key: 1}]], None)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_are_finite(value):
    assert "finite" in payload_problem([1.5, value], None)
    assert "finite" in payload_problem(None, {"place": {"x": value}})


@pytest.mark.parametrize(
    "value",
    [Fraction(1, 2), Decimal(1), {1, 2}, datetime(2026, 1, 1), msgpack.ExtType(5, b"x")],
    ids=lambda value: type(value).__name__,
)
def test_what_only_one_serializer_knows_is_refused_by_its_name(value):
    problem = payload_problem(None, {"list": [1, value]})
    assert type(value).__name__ in problem


@given(st.lists(VALUES, max_size=3))
def test_what_passes_can_be_written_and_read_by_both_binary_serializers(args):
    assert payload_problem(args, None) == ""
    assert cbor2.loads(cbor2.dumps(args)) == args
    small = msgspec.msgpack.encode(args) if fits_msgpack(args) else None
    assert small is None or msgspec.msgpack.decode(small) == args


def fits_msgpack(value):
    if isinstance(value, list):
        return all(map(fits_msgpack, value))
    if isinstance(value, dict):
        return all(map(fits_msgpack, value.values()))
    return not isinstance(value, int) or -(2**63) <= value < 2**63


@pytest.mark.parametrize(
    "uri", ["app." + "a" * 251, ".".join("a" * 32)], ids=["characters", "parts"]
)
def test_a_uri_is_short_and_has_few_parts(uri):
    check_envelope([16, 1, {}, uri, [], {}])
    check_envelope([32, 1, {"long": "a" * 1000}, uri, ["a" * 1000], {"b": "." * 1000}])
    with pytest.raises(ValueError, match="URI"):
        check_envelope([16, 1, {}, f"{uri}.a"])


def test_a_signature_may_be_longer():
    check_envelope([5, "a" * 4096, {}])
    with pytest.raises(ValueError, match="URI"):
        check_envelope([5, "a" * 4097, {}])


def test_what_is_no_message_is_not_looked_at():
    check_envelope("a" * 1000)
    check_envelope([])


@pytest.mark.parametrize(
    "wrap", [lambda text: [text], lambda text: {"a": [text]}, lambda text: {text: 1}]
)
def test_the_texts_of_a_message_are_bounded(wrap):
    """A text of control characters takes JSON six bytes and 20 ns for each."""
    half = "\x01" * (MOST_CHARACTERS // 2)
    assert payload_problem([half[:-9], wrap(half)], None) == ""
    assert "as bytes" in payload_problem([half, wrap(half), "x"], None)
    assert payload_problem([half.encode(), half.encode(), half.encode()], None) == ""
