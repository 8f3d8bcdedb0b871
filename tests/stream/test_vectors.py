"""The shared vectors are what the reference painter does, and are not stale."""

import base64
import contextlib
import json
import zlib

import numpy as np
import pytest

from geometry_ws.render.codecs import VIDEO_CODECS
from geometry_ws.render.errors import BadPicture
from geometry_ws.render.inflate import decode_plane
from geometry_ws.render.shrink import reduced
from geometry_ws.render.video import decodable
from geometry_ws.stream.painter import NeedsRefresh, PlaneStore
from geometry_ws.stream.shown_planes import ShownPlanes
from geometry_ws.stream.wire import CODECS, BadFrame, from_wire
from tests.stream import make_vectors

FILES = sorted(make_vectors.FOLDER.glob("*.json"))


def needs_videos(vector: dict) -> bool:
    return any(op[0] == "video" for step in vector["steps"] for op in step["frame"].get("ops", ()))


def read(path) -> dict:
    """A vector with its base64 turned into bytes."""
    vector = json.loads(path.read_text(encoding="utf-8"))
    for step in vector["steps"]:
        for op in step["frame"].get("ops", ()):
            if op[0] in ("image", "video"):
                op[4] = base64.b64decode(op[4])
    return vector


def decoded(vector: dict) -> dict:
    """The same with pictures decoded: versions of libraries differ in what they write."""
    for step in vector["steps"]:
        for op in step["frame"].get("ops", ()):
            if op[0] == "image":
                with contextlib.suppress(BadPicture):
                    size = reduced(op[2][2], op[2][3], op[5] if op[5:] in ([2], [4]) else 1)
                    op[4] = decode_plane(op[3], op[4], *size).tobytes()
        for name, plane in step["planes"].items():
            if isinstance(plane, dict):
                near = plane["near"]
                packed = base64.b64decode(near) if isinstance(near, str) else near
                step["planes"][name] = {**plane, "near": zlib.decompress(packed)}
    return vector


def test_vectors_are_not_stale() -> None:
    made = make_vectors.vectors()
    assert {path.stem for path in FILES} == set(made)
    for path in FILES:
        stored, other = decoded(read(path)), decoded(made[path.stem])
        if needs_videos(stored):
            continue  # libraries differ by a step, which is checked below
        if not path.stem.endswith("_refused"):  # its pictures can't be decoded
            assert stored == other, path.stem


def check_planes(store: PlaneStore, expected: dict, where: str) -> None:
    assert store.planes.keys() == expected.keys(), where
    for name, plane in expected.items():
        if isinstance(plane, str):
            assert store.planes[name].sha256 == plane, where
            continue
        near = np.frombuffer(zlib.decompress(base64.b64decode(plane["near"])), np.uint8)
        difference = store.planes[name].pixels.reshape(-1).astype(int) - near
        assert np.abs(difference).max() <= plane["most"], where


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_painter_makes_of_each_vector_what_it_says(path) -> None:
    store, vector = PlaneStore("e1"), read(path)
    chosen = ShownPlanes()
    if needs_videos(vector) and set(decodable()) != set(VIDEO_CODECS):
        pytest.skip("nothing here decodes videos")
    for number, step in enumerate(vector["steps"]):
        try:
            outcome = "part" if store.apply(from_wire(step["frame"])) is None else "applied"
        except (NeedsRefresh, BadFrame):
            outcome = "refused"
        assert (outcome, store.seq) == (step["outcome"], step["seq"]), number
        check_planes(store, step["planes"], f"step {number}")
        for look in step.get("looks", ()):
            shown = chosen.choose(store.planes, look["theme"], look["scale"])
            assert list(shown) == look["shown"], (number, look)


def test_every_outcome_occurs() -> None:
    outcomes = {step["outcome"] for path in FILES for step in read(path)["steps"]}
    assert outcomes == {"applied", "part", "refused"}


def test_every_codec_occurs() -> None:
    ops = [
        op for path in FILES for step in read(path)["steps"] for op in step["frame"].get("ops", ())
    ]
    assert {op[3] for op in ops if op[0] == "image"} == set(CODECS)
    assert {op[3] for op in ops if op[0] == "video"} >= set(VIDEO_CODECS)
