"""Messages as lines."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.cli.messages import json_line, summarise, summarise_frame, text_line
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.registry import PUBLISHED

SURFACE = uri("surface.on_changed")


def test_surfaces_outputs_and_projects_are_summarised():
    info = {"title": "clock", "width": 320, "height": 200, "x": -4, "y": 40}
    created = {"epoch": "e", "seq": 1, "change": "created", "id": "s1", "surface": info}
    assert summarise(SURFACE, created) == 'created s1 "clock" 320×200 at -4, 40'
    assert summarise(SURFACE, {"change": "destroyed", "id": "s1"}) == "destroyed s1"
    output = {"output": "desktop", "width": 1280, "height": 800, "camera": None}
    assert summarise(uri("output.on_changed"), {"output": output}) == (
        "desktop 1280×800, shows everything"
    )
    happening = {
        "kind": "change_changed",
        "name": "add-login",
        "detail": {"state": "in_progress", "done": 2, "total": 5},
        "ticked": [{"task": 2, "text": "Add the form", "done": True}],
    }
    event = {"project": "shop", "events": [happening], "by": {"session": 7, "authid": "x"}}
    assert summarise(uri("project.on_changed.shop"), event) == (
        "change changed add-login in progress 2/5 ✓ Add the form; by session 7"
    )


def test_every_declared_example_has_a_summary():
    for topic in PUBLISHED:
        assert summarise(topic.at("x"), topic.example).isprintable()


def test_a_frame_is_summarised_by_planes_operations_bytes_and_damage():
    frame = {"seq": 13, "base": 12, "planes": [{}, {}], "ops": [1, 2, 3], "part": [0, 1]}
    assert summarise_frame(frame, {"s1": (1, 2, 40, 20)}, 412) == (
        "frame 13 ← 12  2 planes  3 ops  412 B  damage s1 40×20 at 1, 2"
    )
    many = {f"s{n}": (0, 0, 1, 1) for n in range(5)}
    line = summarise_frame({"seq": 1, "base": 0, "keyframe": True, "part": [1, 3]}, many, 5)
    assert "keyframe  part 2 of 3" in line
    assert line.endswith("and 2 more")


def test_hostile_keywords_print_fine():
    keywords = {"f": 1, "fun": 2, "self": 3, "topic": 4, "options": 5, "details": b"123"}
    assert summarise("app.x", keywords) == "f=1 fun=2 self=3 topic=4 options=5 details=<3 B>"
    line = json.loads(json_line(1.5, "app.x", keywords, (), 99, False))
    assert line["keywords"]["details"] == {"bytes": 3}
    assert (line["topic"], line["size"], line["time"]) == ("app.x", 99, 1.5)


def test_positional_arguments_and_emptiness_are_shown():
    assert summarise("app.x", {}, [1, "two"]) == '[1,"two"]'
    assert summarise("app.x", {}) == "(empty)"


def test_colours_are_only_there_when_wanted():
    assert "\x1b" not in text_line(0.0, "app.x", "words", False)
    assert "\x1b[36mapp.x" in text_line(0.0, "app.x", "words", True)


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=9) | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
NAMES = st.sampled_from(["change", "id", "surface", "events", "output", "by", "title"])


@pytest.mark.slow
@given(st.sampled_from(PUBLISHED), st.dictionaries(NAMES | st.text(max_size=5), VALUES))
def test_whatever_a_topic_carries_is_one_printable_line(topic, keywords):
    assert summarise(topic.at("x"), keywords).isprintable()
