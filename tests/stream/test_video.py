"""Videos: who gets which picture, when keys are made, and that everybody ends with the pixels."""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from geometry_ws.render.jpeg import decode_jpeg, encode_jpeg
from geometry_ws.render.video import VideoFailed
from geometry_ws.scene.attention import Look
from geometry_ws.scene.changes import Tile
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Fill, Image
from geometry_ws.scene.world import Update
from geometry_ws.stream.frame import ImageOp, VideoOp
from geometry_ws.stream.stream import Stream
from geometry_ws.stream.video_encoders import (
    IDLE_SECONDS,
    KEY_SECONDS,
    MOST_ENCODERS,
    MOST_FAILURES,
)
from geometry_ws.stream.viewer import Joining
from tests.stream import filming
from tests.stream.streaming import EPOCH, EVERYTHING, Node, draw, noise

FRAME = 0.034


def joining(*codecs: str) -> Joining:
    return Joining(frozenset(("jpeg", *codecs)), "w", "token " + " ".join(codecs))


H264, VP8, BOTH, NONE = joining("h264"), joining("vp8"), joining("h264", "vp8"), joining()


def screen(node: Node, width: int = 100, height: int = 80, **more) -> str:
    shown = {"content": "video", "opaque": True, **more}
    return node.act("create", "a", width, height, **shown)


def step(node: Node, surface: str, seed: int, *, encoded: bool = False) -> None:
    """The next picture of a program, raw or as a file."""
    buffer = node.world.surfaces[surface].buffer
    height, width = buffer.shape[:2]
    pixels, tile = noise(width, height, seed) & 0xC0, None
    if encoded:
        pixels[..., 3] = 255
        data = encode_jpeg(pixels, 80)
        decoded = decode_jpeg(data)
        assert decoded is not None
        pixels, tile = decoded, Tile("jpeg", data, lossless=False)
    draw(node, surface, Image(Rect(0, 0, width, height), pixels, tile))


def play(node: Node, surface: str, seed: int, *readers: int, encoded: bool = False) -> list:
    """A picture, the tick that it is due in, and these viewers read it; gives what went out."""
    step(node, surface, seed, encoded=encoded)
    node.now += FRAME
    node.frames.clear()
    node.tick()
    for viewer in readers:
        while (done := node.clients[viewer].read()) is not None:
            node.stream.ack(viewer, EPOCH, *done, 100, node.now)
    return sorted(
        (publish.eligible, "".join(kind(op) for op in publish.frame.ops)) for publish in node.frames
    )


def kind(op: object) -> str:
    """K: a key, v: another picture of a video, i: an image, f: a fill or copy."""
    if isinstance(op, VideoOp):
        return "K" if op.key else "v"
    return "i" if isinstance(op, ImageOp) else "f"


def watched(*viewers: Joining, **more) -> tuple[Node, str]:
    """A surface that these viewers have seen, numbered from 1, at rest."""
    node = Node()
    surface = screen(node, **more)
    step(node, surface, 50)
    for number, viewer in enumerate(viewers, 1):
        node.join(number, joining=viewer)
    node.settle()
    return node, surface


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


def test_who_looks_from_afar_gets_shrunk_images_beside_the_video() -> None:
    node, surface = watched(H264)
    small = Joining(H264.codecs, "w", "token small", thumbnails=True)
    node.join(2, Look(-500, -500, 2000, 2000, 0.25), small)
    node.settle()
    node.now += 10
    assert play(node, surface, 1, 1, 2) == [((1,), "K"), ((2,), "i")]
    assert play(node, surface, 2, 1, 2) == [((1,), "v"), ((2,), "i")]
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


class Videos(RuleBasedStateMachine):
    """Two videos and a clock; viewers of all sorts come, skip, look away, lose their sessions.

    A picture that can't follow makes the painter ask for a refresh, which no rule catches.
    """

    def __init__(self) -> None:
        super().__init__()
        self.node = Node()
        self.viewers = 0
        self.screens: list[str] = []

    @initialize(viewers=st.lists(st.sampled_from([H264, H264, VP8, BOTH, NONE]), min_size=1))
    def first(self, viewers) -> None:
        self.screens = [screen(self.node), screen(self.node, 71, 65, x=400)]
        for viewer in viewers[:4]:
            self.join(viewer)
        self.node.settle()

    def join(self, viewer) -> None:
        self.viewers += 1
        self.node.join(self.viewers, joining=viewer)

    @rule(
        seed=st.integers(0, 99),
        shown=st.sampled_from([(0,), (0,), (1,), (0, 1)]),
        encoded=st.sampled_from([False, False, True]),
        absent=st.sets(st.integers(1, 6), max_size=2),
        wait=st.sampled_from([0.017, FRAME, FRAME, 0.3]),
        count=st.integers(1, 5),
    )
    @precondition(lambda self: self.node.hold is None)
    def play(self, seed, shown, encoded, absent, wait, count) -> None:
        """Pictures of one or both; some viewers don't read what comes, the others do."""
        for number in range(count):
            for index in shown:
                step(self.node, self.screens[index], seed + number, encoded=encoded)
            self.node.now += wait
            self.node.tick()
            for viewer in self.node.clients:
                if viewer not in absent:
                    self.read(viewer)

    def read(self, viewer) -> None:
        while (done := self.node.clients[viewer].read()) is not None:
            self.node.stream.ack(viewer, EPOCH, *done, 100, self.node.now)

    @rule(wait=st.sampled_from([0.0, 0.05, 1.2]), fails=st.sampled_from([False, False, True]))
    @precondition(lambda self: self.node.hold is None)
    def take_time_to_encode(self, wait, fails) -> None:
        step(self.node, self.screens[0], 7)
        self.node.now += FRAME
        due = self.node.stream.next_due(self.node.now)
        if due is not None and due <= self.node.now:
            self.node.begin()
            self.fails = fails
            self.node.now += wait

    @rule()
    @precondition(lambda self: self.node.hold is not None)
    def encoded(self) -> None:
        if not self.fails:
            self.node.finish()
            return
        for job in self.node.hold.jobs:
            if job.video_frame is not None:
                job.video_frame.encoder.encode(job.pixels, key=job.video_frame.key)
        self.node.stream.abandon(self.node.hold)
        self.node.hold = None

    @rule(x=st.integers(0, 60), seed=st.integers(0, 9))
    def tick_a_clock(self, x, seed) -> None:
        draw(self.node, self.screens[0], Image(Rect(x, 3, 9, 20), noise(9, 20, seed)))

    @rule(width=st.sampled_from([70, 100, 131]))
    def resize(self, width) -> None:
        whole = Image(Rect(0, 0, width, 80), noise(width, 80, width))
        self.node.act("commit", "a", [Update(self.screens[0], width=width, ops=(whole,))])

    @rule(viewer=st.sampled_from([H264, VP8, BOTH, NONE]))
    @precondition(lambda self: self.viewers < 6)
    def come(self, viewer) -> None:
        self.join(viewer)

    @rule(
        choice=st.integers(0, 9),
        what=st.sampled_from(["pause", "refresh", "rejoin", "fast", "away", "back", "detach"]),
    )
    @precondition(lambda self: self.node.stream.viewers)
    def behave(self, choice, what) -> None:
        node = self.node
        viewer = node.stream.viewers[choice % len(node.stream.viewers)]
        client = node.clients[viewer]
        if what == "pause":
            client.paused = not client.paused
            node.stream.pause(viewer, node.now, paused=client.paused)
        elif what == "refresh":
            node.stream.refresh(viewer)
        elif what == "rejoin":
            node.rejoin(viewer)
        elif what == "fast":
            quality = node.stream._viewers[viewer].quality
            quality.fast = not quality.fast
        elif what == "detach":
            client.attached = False
            node.stream.detach(viewer)
        else:
            node.look(viewer, Look(390, 0, 50, 50) if what == "away" else EVERYTHING)

    @rule(choice=st.integers(0, 9), count=st.integers(0, 3), noticed=st.booleans())
    @precondition(lambda self: self.node.hold is None and self.node.stream.viewers)
    def lose_the_session(self, choice, count, noticed) -> None:
        viewer = self.node.stream.viewers[choice % len(self.node.stream.viewers)]
        for _ in range(count):
            self.node.clients[viewer].read()
        self.viewers += 1
        self.node.lose(viewer, 100 + self.viewers, noticed=noticed)

    @rule()
    @precondition(lambda self: self.node.hold is None)
    def rest(self) -> None:
        self.node.settle()
        self.node.check_pictures()
        assert len(self.node.stream._planner.video_encoders) == 0
        self.node.now += 5
        assert self.node.stream.next_due(self.node.now) is None

    def teardown(self) -> None:
        if self.node.hold is not None:
            self.node.finish()
        self.rest()


TestVideos = pytest.mark.slow(Videos.TestCase)
TestVideos.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_the_fake_decoder_notices_what_cannot_follow() -> None:
    encoder, decoder = filming.Encoder("h264", 64, 64), filming.Decoder("h264")
    pictures = [np.full((64, 64, 4), 255, np.uint8)] * 3
    first, _, third = (encoder.encode(p, key=not n) for n, p in enumerate(pictures))
    assert decoder.decode(first, 64, 64).shape == (64, 64, 4)
    with pytest.raises(ValueError, match="doesn't follow"):
        decoder.decode(third, 64, 64)
