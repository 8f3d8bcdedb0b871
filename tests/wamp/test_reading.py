"""What JavaScript writes is read as it is meant: arrays of bytes, and options that are left out."""

from types import SimpleNamespace

import cbor2
import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.wamp.count_values import check_cbor
from geometry_ws.wamp.payload import payload_problem
from geometry_ws.wamp.upstream.reading import read_bounded

UNDEFINED = {"msgpack": msgpack.ExtType(0, b"\0"), "cbor": cbor2.undefined}
WRITE = {"msgpack": msgpack.packb, "cbor": cbor2.dumps}
PICTURE = bytes(range(256)) * 300


@pytest.fixture
def read():
    """Reads as the router does, by the name of the serializer."""
    autobahn = SimpleNamespace(
        _unpackb=lambda data: msgpack.unpackb(data, raw=False), _cbor_loads=cbor2.loads
    )
    for _ in range(2):
        read_bounded(autobahn)
    return {"msgpack": autobahn._unpackb, "cbor": autobahn._cbor_loads}


@pytest.mark.parametrize("tag", [64, 68])
@pytest.mark.parametrize("data", [b"", b"abc", PICTURE], ids=len)
def test_an_array_of_bytes_is_bytes(read, tag, data):
    message = [48, 1, {}, "app.x", [], {"ops": [["image", cbor2.CBORTag(tag, data)]]}]
    written = cbor2.dumps(message)
    check_cbor(written)
    arrived = read["cbor"](written)
    assert arrived[5] == {"ops": [["image", data]]}
    assert payload_problem(arrived[4], arrived[5]) == ""


OTHERS = [
    cbor2.CBORTag(64, "text"),
    cbor2.CBORTag(64, [1]),
    cbor2.CBORTag(65, b"ab"),
    cbor2.CBORTag(64, cbor2.CBORTag(64, 5)),
]


@pytest.mark.parametrize("value", OTHERS)
def test_other_tags_are_refused_as_before(read, value):
    arrived = read["cbor"](cbor2.dumps([48, 1, {}, "app.x", [], {"a": value}]))
    assert "CBORTag" in payload_problem(arrived[4], arrived[5])
    with pytest.raises(ValueError, match="no tags"):
        check_cbor(cbor2.dumps([48, 1, {}, "app.x", [], {"a": value, "b": PICTURE}]))


@given(st.binary(max_size=60))
def test_a_large_message_with_a_tag_anywhere_is_read_or_refused(data):
    """Whatever follows the tag, counting ends, and never beyond the message."""
    try:
        check_cbor(b"\x82" + cbor2.dumps(PICTURE) + b"\xd8\x40" + data)
    except ValueError:
        pass


@pytest.mark.parametrize("name", WRITE)
def test_an_option_or_a_keyword_that_is_undefined_is_left_out(read, name):
    nothing = UNDEFINED[name]
    message = [
        32,
        1,
        {"match": nothing, "get_retained": nothing},
        "app.x",
        [],
        {"a": nothing, "b": 1},
    ]
    assert read[name](WRITE[name](message)) == [32, 1, {}, "app.x", [], {"b": 1}]


@pytest.mark.parametrize("name", WRITE)
def test_what_is_undefined_deeper_is_refused_by_name(read, name):
    arrived = read[name](WRITE[name]([48, 1, {}, "app.x", [], {"a": [UNDEFINED[name]]}]))
    assert "send" in payload_problem(arrived[4], arrived[5])


def test_other_extensions_of_msgpack_stay(read):
    message = [48, 1, {}, "app.x", [], {"a": msgpack.ExtType(1, b"\0")}]
    assert read["msgpack"](msgpack.packb(message))[5] == message[5]
