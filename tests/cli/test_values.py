"""What is typed, and what is printed of peers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.cli.values import (
    UsageError,
    brief,
    escape,
    one_line,
    plain,
    read_arguments,
    shorten,
    size,
)


def test_values_are_json_where_they_parse_and_text_otherwise():
    typed = ["a=1", "b=true", "c=[1,2]", 'd={"x":null}', "e=word", "f=", 'self="@x"', "g=a=b"]
    assert read_arguments([*typed, "h=NaN", "i=1.5"]) == {
        "a": 1,
        "b": True,
        "c": [1, 2],
        "d": {"x": None},
        "e": "word",
        "f": "",
        "self": "@x",
        "g": "a=b",
        "h": "NaN",
        "i": 1.5,
    }


def test_bytes_of_files_and_of_standard_input_are_unchanged(tmp_path):
    data = bytes(range(256)) * 3 + b"\r\n"
    (tmp_path / "data").write_bytes(data)
    read = read_arguments([f"a=@{tmp_path / 'data'}"])
    assert read == {"a": data}
    assert read_arguments(["a=-"], lambda: data) == {"a": data}
    assert read_arguments(["a=@-"], lambda: data) == {"a": data}


@pytest.mark.parametrize("texts", [["a"], ["=1"], ["a=1", "a=2"], ["a=@/nowhere/at/all"]])
def test_what_can_not_be_understood_is_refused(texts):
    with pytest.raises(UsageError):
        read_arguments(texts)


JSONABLE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSONABLE)
def test_anything_that_arrives_is_one_line_of_json(value):
    line = one_line(value, data=True)
    assert line.isascii()
    assert line.isprintable()
    json.loads(line, parse_constant=lambda text: pytest.fail(text))


@pytest.mark.slow
@given(st.dictionaries(st.text(max_size=8), JSONABLE, max_size=4))
def test_anything_that_arrives_is_one_printable_line_of_text(keywords):
    line = brief(keywords)
    assert line.isprintable()
    assert len(line) <= 160


def test_control_characters_are_made_visible():
    assert escape("a\x1b[2J\n\u202eb\x9b") == "a\\x1b[2J\\n\\u202eb\\x9b"
    assert escape("größe 日本") == "größe 日本"
    assert escape("\ud800") == "\\ud800"


def test_bytes_are_counted_and_only_on_demand_given():
    assert plain({"a": b"123"}) == {"a": {"bytes": 3}}
    assert plain(b"123", data=True) == {"bytes": 3, "base64": "MTIz"}


def test_deep_values_end_in_an_ellipsis():
    value = []
    for _ in range(300):
        value = [value]
    assert "\\u2026" in one_line(value)


def test_sizes_and_lengths_are_for_people():
    assert [size(n) for n in (0, 999, 1000, 20480, 999_499, 1_500_000)] == [
        "0 B",
        "999 B",
        "1 kB",
        "20.5 kB",
        "999 kB",
        "1.5 MB",
    ]
    assert shorten("abcdef", 4) == "abc…"
