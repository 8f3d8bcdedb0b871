"""Encoders of videos: how many there are, how long they stay, and what comes of failures."""

import numpy as np
import pytest

from geometry_ws.render.video import VideoFailed
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Image
from geometry_ws.scene.world import Update
from geometry_ws.stream.video_encoders import (
    IDLE_SECONDS,
    KEY_SECONDS,
    MOST_ENCODERS,
    MOST_FAILURES,
)
from tests.stream import filming
from tests.stream.playing import (
    H264,
    kind,
    play,
    screen,
    step,
    watched,
)
from tests.stream.streaming import EPOCH, Node, noise


def test_encoders_are_bounded_and_given_up() -> None:
    node = Node()
    screens = [screen(node, x=200 * number) for number in range(MOST_ENCODERS + 1)]
    node.join(1, joining=H264)
    node.settle()
    encoders = node.stream._planner.video_encoders
    for number, surface in enumerate(screens):
        ((_, kinds),) = play(node, surface, number, 1)
        assert ("K" in kinds) is (number < MOST_ENCODERS)
    assert len(encoders) == MOST_ENCODERS
    node.act("destroy", "a", screens[0])
    node.settle()
    assert len(encoders) <= MOST_ENCODERS - 1
    node.now += IDLE_SECONDS
    node.settle()
    assert not len(encoders)
    assert play(node, screens[1], 77, 1) == [((1,), "K")]


def failed_ticks(node: Node, *surfaces: str) -> int:
    """How many of twelve pictures of each, a key's time apart, come to nothing."""
    failures = 0
    for seed in range(12):
        for surface in surfaces:
            step(node, surface, seed)
        node.now += KEY_SECONDS
        node.begin()
        try:
            node.finish()
        except VideoFailed as problem:
            failures += 1
            node.stream.abandon(node.last, problem)
        while (done := node.clients[1].read()) is not None:
            node.stream.ack(1, EPOCH, *done, 100, node.now)
    return failures


def test_an_encoder_that_fails_costs_a_tick_and_soon_the_video() -> None:
    node, surface = watched(H264)
    filming.FAILING.add("h264")
    try:
        failures = failed_ticks(node, surface)
    finally:
        filming.FAILING.clear()
    assert failures == MOST_FAILURES
    assert play(node, surface, 99, 1) == [((1,), "i")]
    node.settle()
    node.check_pictures()


def test_an_encoder_that_fails_takes_no_video_from_others(monkeypatch) -> None:
    """Nor do failures count that lie apart, or those of others' pictures in the same tick."""
    real = filming.Encoder.encode

    def encode(encoder, pixels, *, key):
        if encoder.size == (120, 80):
            raise VideoFailed("it is told to")
        return real(encoder, pixels, key=key)

    monkeypatch.setattr(filming.Encoder, "encode", encode)
    node, surface = watched(H264)
    other = screen(node, 120, 80)
    assert failed_ticks(node, surface, other) == MOST_FAILURES
    went = "".join(kinds for _, kinds in play(node, surface, 99, 1))
    assert "K" in went or "v" in went


def test_another_size_begins_another_video() -> None:
    node, surface = watched(H264)
    play(node, surface, 1, 1)
    node.now += KEY_SECONDS
    picture = Image(Rect(0, 0, 120, 80), noise(120, 80, 4))
    node.act("commit", "a", [Update(surface, width=120, ops=(picture,))])
    node.frames.clear()
    node.tick()
    assert [kind(op) for op in node.frames[0].frame.ops] == ["K"]
    node.settle()
    node.check_pictures()


def test_the_fake_decoder_notices_what_cannot_follow() -> None:
    encoder, decoder = filming.Encoder("h264", 64, 64), filming.Decoder("h264")
    pictures = [np.full((64, 64, 4), 255, np.uint8)] * 3
    first, _, third = (encoder.encode(p, key=not n) for n, p in enumerate(pictures))
    assert decoder.decode(first, 64, 64).shape == (64, 64, 4)
    with pytest.raises(ValueError, match="doesn't follow"):
        decoder.decode(third, 64, 64)
