"""What becomes of the messages of a stream, across sessions and epochs."""

import hashlib

import pytest

from geometry_ws.client.acks import Position
from geometry_ws.client.canvas import Canvas, MessageOutcome

PLACE = {"plane": "s1", "x": 0, "y": 0, "z": 1, "width": 2, "height": 1}
RED, BLUE = [255, 0, 0, 255], [0, 0, 255, 255]


def frame(seq, base=None, colour=RED, epoch="e", **more):
    keyframe = base is None
    return {
        "epoch": epoch,
        "seq": seq,
        "base": 0 if keyframe else base,
        "time_us": 0,
        "keyframe": keyframe,
        "planes": [PLACE] if keyframe else [],
        "ops": [["fill", "s1", [0, 0, 2, 1], colour]],
        **more,
    }


def test_a_keyframe_begins_and_frames_continue_it():
    canvas = Canvas()
    took = canvas.take(frame(3))
    assert (took.outcome, took.position) == (MessageOutcome.SHOWN, Position("e", 3, 0))
    assert took.damage == {"s1": (0, 0, 2, 1)}
    assert canvas.take(frame(5, 3, BLUE)).outcome is MessageOutcome.SHOWN
    expected = hashlib.sha256(bytes((255, 0, 0, 255)) * 2).hexdigest()
    assert canvas.hashes == {"s1": expected}
    assert (canvas.epoch, canvas.seq) == ("e", 5)


def test_frames_before_the_keyframe_are_passed_over():
    canvas = Canvas()
    took = canvas.take(frame(4, 3))
    assert (took.outcome, took.position) == (MessageOutcome.EARLY, Position("e", 4, 0)), (
        "but it has come"
    )
    assert canvas.take(frame(5)).outcome is MessageOutcome.SHOWN


def test_another_pace_is_told_whatever_becomes_of_the_frame():
    canvas = Canvas()
    assert canvas.take({**frame(4, 3), "acks_per_second": 2}).acks_per_second == 2
    assert canvas.take({**frame(5), "acks_per_second": 3}).acks_per_second == 3
    assert canvas.take({**frame(9, 8), "acks_per_second": 4}).acks_per_second == 4


def test_a_gap_is_refused_with_its_reason_and_changes_nothing():
    canvas = Canvas()
    canvas.take(frame(3))
    before = canvas.hashes
    took = canvas.take(frame(9, 8, BLUE))
    assert (took.outcome, took.position) == (MessageOutcome.REFUSED, Position("e", 9, 0))
    assert "8" in took.reason
    assert canvas.hashes == before
    assert canvas.take(frame(9, None, BLUE)).outcome is MessageOutcome.SHOWN


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"epoch": 3},
        frame(4, 3, ops=[["fill", "s9", [0, 0, 1, 1], RED]]),
        frame(4, 3, ops=[["fill", "s1", [0, 0, 3, 1], RED]]),
        frame(4, 3, ops=[["image", "s1", [0, 0, 1, 1], "raw", b"123"]]),
        frame(4, 3, ops=[["image", "s1", [0, 0, 1, 1], "deflate", b"123"]]),
        frame(4, 3, ops="no"),
        frame(4, 3, epoch="other"),
    ],
)
def test_what_is_wrong_is_refused_and_changes_nothing(broken):
    canvas = Canvas()
    canvas.take(frame(3))
    before = canvas.hashes
    assert canvas.take(broken).outcome is MessageOutcome.REFUSED
    assert canvas.hashes == before


def test_after_a_restart_the_old_planes_stay_until_all_of_the_keyframe_is_there():
    canvas = Canvas()
    canvas.take(frame(90))
    old = canvas.hashes
    canvas.restart()
    first = frame(1, None, BLUE, epoch="new", part=[0, 2])
    second = {**first, "part": [1, 2], "planes": [], "ops": []}
    assert canvas.take(frame(91, 90, epoch="e")).outcome is MessageOutcome.EARLY
    took = canvas.take(first)
    assert (took.outcome, took.position) == (MessageOutcome.PART, Position("new", 1, 0))
    assert canvas.hashes == old
    assert canvas.take(second).outcome is MessageOutcome.SHOWN
    assert (canvas.epoch, canvas.seq) == ("new", 1)
    assert canvas.hashes != old


def test_what_is_shown_follows_theme_and_scale_across_epochs():
    """The old face stays until the new one's pixels have come."""
    faces = [
        {**PLACE, "plane": "s1", "z": 2, "shown_when": {"theme": "light"}},
        {**PLACE, "plane": "s2", "z": 1, "shown_when": {"theme": "dark"}},
    ]
    whole = [0, 0, PLACE["width"], PLACE["height"]]
    canvas = Canvas()
    canvas.take(frame(1, planes=faces, ops=[["fill", "s1", whole, RED]]))
    assert [*canvas.shown] == ["s1"]
    canvas.theme = "dark"
    assert [*canvas.shown] == ["s1"]
    canvas.take(frame(2, 1, ops=[["fill", "s2", whole, RED]]))
    assert [*canvas.shown] == ["s2"]
    assert canvas.shown["s2"].pixels.any()
    canvas.take(frame(3, 2, ops=[], planes=[{**faces[1], "shown_when": {"scale": [2, None]}}]))
    assert [*canvas.shown] == []
    canvas.face_scale = 2
    assert [*canvas.shown] == ["s2"]
