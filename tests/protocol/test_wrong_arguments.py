"""What is wrong with arguments is said in words of the protocol, and names the field."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.protocol import registry, schema
from geometry_ws.protocol.checking import decode
from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.protocol.streams import Attach, Look
from geometry_ws.protocol.surfaces import Commit, CreateSurface, MoveSurface
from geometry_ws.protocol.wrong_arguments import LOOKS

SQUARE = {"width": 1, "height": 1}
VIEW = {"x": 0, "y": 0, "width": 1, "height": 1}


def ops(*several):
    return {"updates": [{"surface": "s1", "ops": list(several)}]}


@pytest.mark.parametrize(
    ("kind", "keywords", "sentence"),
    [
        (MoveSurface, {"surface": "s1", "x": 1}, "`y` is missing."),
        (
            MoveSurface,
            {"surface": "s1", "x": 1, "y": 2, "z": 3},
            "`z` isn't known; here are surface, x, y.",
        ),
        (
            MoveSurface,
            {"surface": "S 1", "x": 1, "y": 2},
            "`surface` must be 1 to 32 of a-z, 0-9 and _.",
        ),
        (
            MoveSurface,
            {"surface": "s1", "x": "1", "y": 2},
            "`x` must be a whole number, not a text.",
        ),
        (
            MoveSurface,
            {"surface": "s1", "x": 1.5, "y": 2},
            "`x` must be a whole number, not a fraction.",
        ),
        (
            MoveSurface,
            {"surface": "s1", "x": 10**9, "y": 2},
            "`x` must be at most 10,000,000.",
        ),
        (CreateSurface, {"width": 0, "height": 1}, "`width` must be at least 1."),
        (CreateSurface, {**SQUARE, "opacity": 2.0}, "`opacity` must be at most 1."),
        (
            CreateSurface,
            {**SQUARE, "title": "x" * 201},
            "`title` must have at most 200 characters.",
        ),
        (
            CreateSurface,
            {**SQUARE, "content": "movie"},
            "`content` can't be 'movie': it is one of auto, lossless, photo, text, video.",
        ),
        (Commit, {"updates": 3}, "`updates` must be a list, not a whole number."),
        (
            Commit,
            ops(["fil", [0, 0, 1, 1], [0, 0, 0, 0]]),
            "`updates[0].ops[0][0]` can't be 'fil': it is one of fill, copy, image.",
        ),
        (
            Commit,
            ops(["fill", [0, 0, 1], [0, 0, 0, 0]]),
            "`updates[0].ops[0][1]` must have 4 entries, not 3.",
        ),
        (
            Commit,
            ops(["fill", [0, 0, 1, 1], [0, 0, 0, 0], 7]),
            "`updates[0].ops[0]` has 1 entry too many.",
        ),
        (
            Commit,
            ops(["image", [0, 0, 1, 1], "png", b"", 1, 2]),
            "`updates[0].ops[0]` has 2 entries too many.",
        ),
        (
            Attach,
            {"look": {**VIEW, "zoom": 2}},
            "`look.zoom` isn't known; here are x, y, width, height, scale, hidden, theme,"
            " face_scale.",
        ),
        (
            Attach,
            {"resume": {"token": "t", "epoch": "e", "seq": 1, "q": 1}},
            "`resume.q` isn't known; here are token, epoch, seq.",
        ),
    ],
)
def test_the_sentence_says_what_is_wrong(kind, keywords, sentence):
    with pytest.raises(InvalidArgument, match=f"^{re.escape(sentence)}$"):
        decode(kind, (), keywords)


def test_events_may_have_more_than_is_known():
    assert decode(Look, (), {**VIEW, "zoom": 2}).width == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
PROCEDURES = st.sampled_from(sorted(registry.PROCEDURES.values(), key=lambda p: p.name))


@given(PROCEDURES, st.data())
def test_no_word_of_a_checker_comes_through(procedure, data):
    fields = msgspec.structs.fields(procedure.request)
    names = st.sampled_from([field.name for field in fields] or ["x"]) | st.text(max_size=5)
    keywords = data.draw(st.dictionaries(names, VALUES, max_size=5))
    try:
        decode(procedure.request, (), keywords)
    except InvalidArgument as problem:
        given_texts = str(keywords)
        for word in ("Expected", "Object", "regex", "Invalid", "`str`", "`int`"):
            assert word not in problem.message or word.strip("`") in given_texts


def test_every_pattern_has_words_and_is_plain_in_the_schema():
    patterns = set(re.findall(r'"pattern": "((?:[^"\\\\]|\\\\.)*)"', schema.text()))
    assert patterns == {pattern.removesuffix(r"(?!\n)") for pattern in LOOKS}
    assert not any("(?" in pattern for pattern in patterns)
