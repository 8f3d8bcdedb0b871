"""Messages in MessagePack and CBOR are counted as their readers would read them."""

from contextlib import suppress

import cbor2
import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.wamp import count_values
from geometry_ws.wamp.count_values import check_cbor, check_msgpack
from geometry_ws.wamp.payload import MOST_VALUES

FORMATS = pytest.mark.parametrize(
    ("check", "write"),
    [(check_msgpack, msgpack.packb), (check_cbor, cbor2.dumps)],
    ids=["msgpack", "cbor"],
)
SIZES = st.sampled_from([0, 1, 23, 24, 31, 32, 255, 256, 65_535, 65_536])
TEXTS = SIZES.map(lambda size: "a" * size)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | TEXTS
    | SIZES.map(bytes)
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=40) | st.dictionaries(TEXTS, inner, max_size=5)
)


def number_of_values(value):
    if isinstance(value, list):
        return 1 + sum(map(number_of_values, value))
    if isinstance(value, dict):
        return 1 + sum(1 + number_of_values(item) for item in value.values())
    return 1


def check_bounds(check, data, number):
    """One value more than the bound is refused, and the bound itself isn't."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(count_values, "MOST_VALUES", number)
        check(data)
        patch.setattr(count_values, "MOST_VALUES", number - 1)
        # A message of so few bytes can't have too many values, so it isn't looked at.
        if len(data) > number - 1:
            with pytest.raises(ValueError, match="at most"):
                check(data)


@given(VALUES)
def test_every_value_of_msgpack_is_counted_once(value):
    check_bounds(check_msgpack, msgpack.packb(value), number_of_values(value))


@given(VALUES)
def test_every_value_of_cbor_is_counted_once(value):
    check_bounds(check_cbor, cbor2.dumps(value), number_of_values(value))


@FORMATS
def test_a_picture_is_one_value(check, write):
    check(write([48, 1, {}, "app.x", [], {"picture": bytes(10**6), "text": "a" * 10**6}]))


@FORMATS
@pytest.mark.parametrize("item", [[], {}, 0, "a", None, 1.5])
def test_too_many_values_are_refused(check, write, item):
    check(write([item] * (MOST_VALUES - 1)))
    with pytest.raises(ValueError, match="at most"):
        check(write([item] * (MOST_VALUES + 1)))


@pytest.mark.parametrize("head", [b"\xdd\x00\xff\xff\xff", b"\xdf\x00\xff\xff\xff"])
def test_what_msgpack_announces_is_refused_before_it_is_there(head):
    with pytest.raises(ValueError, match="at most"):
        check_msgpack(head + b"\xc6\x00\x0f\x42\x40" + bytes(10**6))


@pytest.mark.parametrize("head", [b"\x9a\x00\xff\xff\xff", b"\xba\x00\xff\xff\xff"])
def test_what_cbor_announces_is_refused_before_it_is_there(head):
    with pytest.raises(ValueError, match="at most"):
        check_cbor(head + b"\x5a\x00\x0f\x42\x40" + bytes(10**6))


def test_large_messages_of_cbor_have_no_tags():
    with pytest.raises(ValueError, match="tags"):
        check_cbor(b"\x82\x5a\x00\x0f\x42\x40" + bytes(10**6) + b"\xc4\x82\x01\x02")


@given(st.binary(max_size=200), st.sampled_from([check_msgpack, check_cbor]))
def test_whatever_comes_is_counted_or_refused(data, check):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(count_values, "MOST_VALUES", 16)
        with suppress(ValueError):
            check(data)
