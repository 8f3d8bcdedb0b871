"""The shared vectors are what the reference painter does, and are not stale."""

import base64
import json
import zlib

import make_vectors
import pytest

from geometry_ws.stream.painter import NeedsRefresh, PlaneStore
from geometry_ws.stream.wire import BadFrame, from_wire

FILES = sorted(make_vectors.FOLDER.glob("*.json"))


def read(path) -> dict:
    """A vector with its base64 turned into bytes."""
    vector = json.loads(path.read_text(encoding="utf-8"))
    for step in vector["steps"]:
        for op in step["frame"].get("ops", ()):
            if op[0] == "image":
                op[4] = base64.b64decode(op[4])
    return vector


def inflated(vector: dict) -> dict:
    """The same with deflated bytes inflated: zlib's versions differ in what they write."""
    for step in vector["steps"]:
        for op in step["frame"].get("ops", ()):
            if op[0] == "image" and op[3] == "deflate" and op[4][:1] == b"\x78":
                op[4] = zlib.decompress(op[4])
    return vector


def test_vectors_are_not_stale() -> None:
    assert {path.stem for path in FILES} == set(make_vectors.CASES)
    made = make_vectors.vectors()
    for path in FILES:
        assert inflated(read(path)) == inflated(made[path.stem]), path.stem


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_painter_makes_of_each_vector_what_it_says(path) -> None:
    store = PlaneStore("e1")
    for number, step in enumerate(read(path)["steps"]):
        try:
            outcome = "part" if store.apply(from_wire(step["frame"])) is None else "applied"
        except (NeedsRefresh, BadFrame):
            outcome = "refused"
        assert (outcome, store.seq) == (step["outcome"], step["seq"]), number
        assert store.hashes() == step["planes"], number


def test_every_outcome_occurs() -> None:
    outcomes = {step["outcome"] for path in FILES for step in read(path)["steps"]}
    assert outcomes == {"applied", "part", "refused"}
