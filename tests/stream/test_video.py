"""Videos: which viewer gets which picture, as what, and when keys are made."""

import pytest

from geometry_ws.scene.attention import Look
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Fill, Image
from geometry_ws.stream.frame import ImageOp, VideoOp
from geometry_ws.stream.stream import Stream
from geometry_ws.stream.video_encoders import (
    KEY_SECONDS,
)
from geometry_ws.stream.viewer import Joining
from tests.stream import filming
from tests.stream.playing import BOTH, FRAME, H264, NONE, VP8, kind, play, screen, step, watched
from tests.stream.streaming import EPOCH, EVERYTHING, Node, draw, noise


def test_one_video_for_all_in_step_and_images_for_those_who_know_none() -> None:
    node, surface = watched(H264, H264, NONE)
    made = filming.Encoder.made
    assert play(node, surface, 1, 1, 2, 3) == [((1, 2), "K"), ((3,), "i")]
    for seed in range(2, 6):
        assert play(node, surface, seed, 1, 2, 3) == [((1, 2), "v"), ((3,), "i")]
    assert filming.Encoder.made - made == 5
    node.settle()
    node.check_pictures()


def test_without_an_encoder_all_get_images_in_one_frame() -> None:
    node = Node()
    node.stream = Stream(EPOCH, node.world.surfaces)
    surface = screen(node)
    for viewer, known in enumerate((H264, NONE), 1):
        node.join(viewer, joining=known)
    node.settle()
    assert play(node, surface, 1, 1, 2) == [((1, 2), "i")]
    node.settle()
    node.check_pictures()


@pytest.mark.parametrize(("size_bytes", "later"), [(3000, "i"), (40, "v")])
def test_who_looks_from_afar_gets_shrunk_images_where_these_are_smaller(
    monkeypatch, size_bytes, later
) -> None:
    """A video that is shown small never costs more than one that is shown whole."""
    monkeypatch.setattr(filming, "BYTES", size_bytes)
    node, surface = watched(H264)
    small = Joining(H264.codecs, "w", "token small", thumbnails=True)
    node.join(2, Look(-500, -500, 2000, 2000, 0.25), small)
    node.settle()
    node.now += 10
    assert play(node, surface, 1, 1, 2) == [((1,), "K"), ((2,), "K")], "nobody knows its bytes yet"
    assert play(node, surface, 2, 1, 2) == [((1,), "v"), ((2,), later)]
    assert play(node, surface, 3, 1, 2) == [((1,), "v"), ((2,), later)]
    node.look(2, EVERYTHING)
    node.settle()
    node.check_pictures()


def test_viewers_of_other_codecs_share_frames_where_there_is_no_video() -> None:
    node, surface = watched(H264, VP8, NONE, content="photo")
    assert play(node, surface, 1, 1, 2, 3) == [((1, 2, 3), "i")]


def test_whoever_comes_later_gets_images_until_the_next_key() -> None:
    node, surface = watched(H264)
    play(node, surface, 1, 1)
    node.join(2, joining=H264)
    assert play(node, surface, 2, 1, 2) == [((1,), "v"), ((2,), "i")]
    kinds = [play(node, surface, seed, 1, 2) for seed in range(3, 3 + int(KEY_SECONDS / FRAME))]
    key = kinds.index([((1, 2), "K")])
    assert kinds[:key] == [[((1,), "v"), ((2,), "i")]] * key
    assert key >= 20, "keys come at most once a second"
    assert kinds[key + 1 :] == [[((1, 2), "v")]] * (len(kinds) - key - 1)


def test_whoever_missed_a_picture_is_out_of_step() -> None:
    node, surface = watched(H264, H264)
    play(node, surface, 1, 1, 2)
    node.stream.pause(2, node.now, paused=True)
    node.clients[2].paused = True
    assert play(node, surface, 2, 1) == [((1,), "v")]
    node.stream.pause(2, node.now, paused=False)
    node.clients[2].paused = False
    assert play(node, surface, 3, 1, 2) == [((1,), "v"), ((2,), "i")]
    node.now += KEY_SECONDS
    assert play(node, surface, 4, 1, 2) == [((1, 2), "K")]


def test_a_viewer_that_asked_for_a_refresh_or_resumed_needs_a_key() -> None:
    node, surface = watched(H264)
    play(node, surface, 1, 1)
    node.stream.refresh(1)
    node.now += 0.5
    assert play(node, surface, 2, 1) == [((1,), "i")]
    assert play(node, surface, 3, 1) == [((1,), "i")]
    node.now += KEY_SECONDS
    assert play(node, surface, 4, 1) == [((1,), "K")]
    assert node.lose(1, 7)
    assert play(node, surface, 5, 7) == [((7,), "i")]
    node.now += KEY_SECONDS
    assert play(node, surface, 6, 7) == [((7,), "K")]


def test_mending_elsewhere_leaves_nobody_out_of_step() -> None:
    node, surface = watched(H264)
    photo = node.act("create", "a", 90, 90, x=200, content="photo", opaque=True)
    draw(node, photo, Image(Rect(0, 0, 90, 90), noise(90, 90, 3)))
    kinds = [kinds for seed in range(12) for _, kinds in play(node, surface, seed, 1)]
    assert "K" in kinds[0]
    assert "vi" in kinds[1:], "the photo is refined beside the video"
    assert all("v" in kind for kind in kinds[1:])


def test_pictures_that_the_program_encoded_travel_over_good_lines_only() -> None:
    node, surface = watched(H264, H264)
    node.stream._viewers[2].quality.fast = True
    assert play(node, surface, 1, 1, 2, encoded=True) == [((1,), "i"), ((2,), "K")]
    assert play(node, surface, 2, 1, 2, encoded=True) == [((1,), "i"), ((2,), "v")]
    assert play(node, surface, 3, 1, 2) == [((1,), "i"), ((2,), "v")]


@pytest.mark.parametrize(
    ("viewers", "codec"),
    [
        ([H264], "h264"),
        ([VP8], "vp8"),
        ([BOTH, BOTH], "h264"),
        ([BOTH, VP8], "vp8"),
        ([H264, VP8, VP8], "vp8"),
        ([H264, VP8], "h264"),
    ],
)
def test_the_codec_is_what_most_decode(viewers, codec) -> None:
    node, surface = watched(*viewers)
    play(node, surface, 1, *range(1, len(viewers) + 1))
    ops = [op for publish in node.frames for op in publish.frame.ops if isinstance(op, VideoOp)]
    assert {op.codec for op in ops} == {codec}
    able = {number for number, viewer in enumerate(viewers, 1) if codec in viewer.codecs}
    recipients = {
        number
        for publish in node.frames
        for number in publish.eligible
        if any(isinstance(op, VideoOp) for op in publish.frame.ops)
    }
    assert recipients == able


@pytest.mark.parametrize(
    "more",
    [
        {"content": "photo"},
        {"content": "lossless"},
        {"opaque": False},
        {"width": 60},
        {"width": 2100, "height": 64},
    ],
)
def test_what_is_no_video_goes_out_as_images(more) -> None:
    node, surface = watched(H264, **more)
    assert "K" not in "".join(kinds for _, kinds in play(node, surface, 1, 1))


def test_a_picture_without_transparency_is_a_video_whatever_was_promised() -> None:
    node, surface = watched(H264, opaque=False)
    assert play(node, surface, 1, 1) == [((1,), "i")]
    pixels = noise(100, 80, 2)
    pixels[..., 3] = 255
    draw(node, surface, Image(Rect(0, 0, 100, 80), pixels))
    node.now += FRAME
    node.frames.clear()
    node.tick()
    assert [kind(op) for op in node.frames[0].frame.ops] == ["K"]


def test_small_changes_are_images_and_leave_the_video_in_step() -> None:
    node, surface = watched(H264)
    play(node, surface, 1, 1)
    draw(
        node,
        surface,
        Image(Rect(0, 0, 30, 30), noise(30, 30, 9)),
        Fill(Rect(40, 0, 9, 9), (9,) * 4),
    )
    node.now += FRAME
    node.frames.clear()
    node.tick()
    assert all(not isinstance(op, VideoOp) for publish in node.frames for op in publish.frame.ops)
    assert play(node, surface, 2, 1) == [((1,), "v")]


def test_two_videos_in_one_frame_get_their_keys_together() -> None:
    """Otherwise a picture of the one that can't be decoded keeps the key of the other away."""
    node, first = watched(H264)
    second = screen(node, x=300)

    def both(seed: int, *readers: int) -> list:
        step(node, second, seed + 100)
        return play(node, first, seed, *readers)

    play(node, first, 1, 1)
    node.now += KEY_SECONDS / 2
    assert both(2, 1) == [((1,), "vK")]
    node.join(2, joining=H264)
    kinds = [both(seed, 1, 2) for seed in range(3, 60)]
    keys = [kind for kind in kinds if "K" in str(kind)]
    assert keys == [[((1, 2), "KK")]]
    assert kinds[-1] == [((1, 2), "vv")]


def test_what_a_video_does_not_change_is_not_mended_while_it_runs() -> None:
    """A video covers its surface, so parts that rest come with loss again each time."""
    node, surface = watched(H264)
    refined = 0
    for seed in range(60):
        draw(node, surface, Image(Rect(0, 0, 100, 50), noise(100, 50, seed) & 0xC0))
        until = node.now + FRAME
        while node.now < until:
            node.frames.clear()
            due = node.stream.next_due(node.now)
            node.now = until if due is None else min(max(due, node.now), until)
            node.tick()
            ops = [op for publish in node.frames for op in publish.frame.ops]
            refined += any(isinstance(op, ImageOp) and op.rect.bottom > 50 for op in ops)
            while (done := node.clients[1].read()) is not None:
                node.stream.ack(1, EPOCH, *done, 100, node.now)
    assert refined <= 1
    node.settle()
    node.check_pictures()
