"""Whatever comes from the wire is a checked request or a declared error."""

import contextlib
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.protocol import errors, registry
from geometry_ws.protocol.checking import declared_error, decode, encode
from geometry_ws.protocol.outputs import Picture
from geometry_ws.protocol.surfaces import Commit, CreateSurface, MoveSurface

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
NAMES = st.sampled_from(["f", "fun", "self", "details", "surface", "x", "updates", "width"])
PROCEDURES = st.sampled_from(sorted(registry.PROCEDURES.values(), key=lambda p: p.name))


@pytest.mark.slow
@given(PROCEDURES, st.dictionaries(NAMES | st.text(max_size=10), VALUES, max_size=5))
def test_any_keywords_give_a_request_or_an_error_that_names_a_field(procedure, keywords):
    try:
        request = decode(procedure.request, (), keywords)
    except errors.InvalidArgument as problem:
        assert isinstance(problem.values["field"], str)
        assert problem.message.endswith(".")
    else:
        assert isinstance(request, procedure.request)


@given(PROCEDURES, st.data())
def test_an_example_with_one_field_replaced_never_raises_anything_else(procedure, data):
    example = dict(procedure.example)
    fields = [f.encode_name for f in msgspec.structs.fields(procedure.request)]
    if fields:
        example[data.draw(st.sampled_from(fields))] = data.draw(VALUES)
    try:
        decode(procedure.request, (), example)
    except errors.InvalidArgument:
        pass


@pytest.mark.parametrize(
    ("keywords", "field"),
    [
        ({"surface": "s1", "x": 1}, "y"),
        ({"surface": "s1", "x": 1, "y": 2, "z": 3}, "z"),
        ({"surface": "s1", "x": "1", "y": 2}, "x"),
        ({"surface": "s1", "x": True, "y": 2}, "x"),
        ({"surface": "S1", "x": 1, "y": 2}, "surface"),
        ({"surface": "s1\n", "x": 1, "y": 2}, "surface"),
        ({"surface": "s1", "x": 10**9, "y": 2}, "x"),
    ],
)
def test_the_error_names_the_field(keywords, field):
    with pytest.raises(errors.InvalidArgument) as caught:
        decode(MoveSurface, (), keywords)
    assert caught.value.values == {"field": field}


def test_positions_are_refused_by_name():
    with pytest.raises(errors.InvalidArgument, match="by name"):
        decode(MoveSurface, ("s1", 1, 2), {})


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_no_bound_catches_are_refused(number):
    with pytest.raises(errors.InvalidArgument, match="finite"):
        decode(CreateSurface, (), {"width": 1, "height": 1, "opacity": number})


def test_deep_nesting_is_refused():
    deep: object = 1
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(errors.InvalidArgument, match="nested"):
        decode(CreateSurface, (), {"width": deep, "height": 1})


def test_only_declared_errors_cross():
    procedure = next(p for p in registry.PROCEDURES.values() if p.name == "surface.move")
    declared = errors.NoSuchSurface("No surface s9.", surface="s9")
    assert declared_error(procedure, declared, "c0") is declared
    for foreign in (ValueError("secret"), errors.NoSuchTask("no", change="c", task=1)):
        translated = declared_error(procedure, foreign, "c0")
        assert isinstance(translated, errors.InternalError)
        assert "secret" not in translated.message
        assert translated.values == {"correlation": "c0"}


def test_an_error_takes_exactly_its_fields():
    with pytest.raises(TypeError, match="surface"):
        errors.NoSuchSurface("gone")


def test_bytes_stay_bytes():
    picture = Picture(output="desktop", width=1, height=1, codec="png", data=b"\x00\xff")
    assert encode(picture)["data"] == b"\x00\xff"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
        lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below),
        max_leaves=12,
    )
)
def test_what_is_read_holds_finite_numbers_whatever_kind_it_is(value):
    for procedure in registry.PROCEDURES.values():
        fields = procedure.request.__struct_fields__
        with contextlib.suppress(errors.InvalidArgument):
            request = decode(procedure.request, (), dict.fromkeys(fields, value))
            assert _is_finite(msgspec.to_builtins(request))


def _is_finite(value):
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_kinds_without_fractions_take_none(number):
    fill = ["fill", [0, 0, 1, number], [0, 0, 0, 0]]
    with pytest.raises(errors.InvalidArgument, match=r"ops\[0\]"):
        decode(Commit, (), {"updates": [{"surface": "s1", "ops": [fill]}]})
