"""Loss and what becomes of it, forwarded tiles, what owners are told, resumed viewers."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.scene.attention import Look
from geometry_ws.scene.changes import Tile
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.ops import Copy, Fill, Image
from geometry_ws.scene.world import Update
from geometry_ws.stream.flow import Highest, Lowest, Rate
from geometry_ws.stream.frame import Cause, ImageOp
from geometry_ws.stream.loss import Loss
from geometry_ws.stream.quality import CALM_FOR_SECONDS, SLOW_FOR_SECONDS, LineQuality
from geometry_ws.stream.roster import MOST_GONE, RESUME_SECONDS, Resume
from geometry_ws.stream.stats import Ledger
from geometry_ws.stream.viewer import REFINE_SECONDS, Joining
from tests.stream.streaming import BLUE, EPOCH, JPEG, RED, Node, draw, encode, noise, picture, sent

WHOLE = Rect(0, 0, 100, 80)
SOME = Rect(8, 8, 40, 30)


def images(publish) -> list[ImageOp]:
    return [op for op in publish.frame.ops if isinstance(op, ImageOp)]


def watching(**more) -> tuple[Node, str]:
    """A picture, and viewer 1, who decodes JPEG and has it as it is."""
    node = Node()
    surface = picture(node, **more)
    node.join(1, joining=JPEG)
    node.settle()
    node.frames.clear()
    return node, surface


# Loss


@pytest.mark.parametrize(
    ("content", "fast", "lossy"),
    [
        ("auto", False, False),
        ("auto", True, True),
        ("text", True, False),
        ("lossless", True, False),
        ("photo", False, True),
        ("video", True, True),
    ],
)
def test_content_and_class_decide_whether_there_is_loss(content, fast, lossy) -> None:
    node, surface = watching(content=content)
    node.stream._viewers[1].quality.fast = fast
    draw(node, surface, Image(SOME, noise(40, 30, 7)))
    sent(node, 1)
    assert bool(node.stream.stats(node.now).viewers[0].rough_planes) is lossy
    node.settle()
    node.check_pictures()
    assert not node.stream.stats(node.now).viewers[0].rough_planes


def test_a_viewer_that_decodes_no_lossy_codec_never_gets_one() -> None:
    node = Node()
    surface = picture(node, content="video")
    node.join(1)
    node.settle()
    draw(node, surface, Image(SOME, noise(40, 30, 7)))
    sent(node, 1)
    assert not node.stream._viewers[1].lossy
    node.settle()
    node.check_pictures()


def test_a_picture_may_become_smaller_in_the_tick_that_would_have_mended_it() -> None:
    node, surface = watching(content="photo")
    draw(node, surface, Image(SOME, noise(40, 30, 7)))
    sent(node, 1)
    node.stream.ack(1, EPOCH, *node.clients[1].read(), 100, node.now)
    node.now += 2 * REFINE_SECONDS
    node.act("commit", "a", [Update(surface, width=20)])
    node.tick()
    node.settle()
    node.check_pictures()


def test_what_keeps_changing_is_not_mended_but_what_lies_beside_it_is() -> None:
    node, surface = watching(content="video")
    draw(node, surface, Image(WHOLE, noise(100, 80, 1)))
    corner, refined = Rect(0, 0, 40, 40), []
    for step in range(60):
        draw(node, surface, Image(corner, noise(40, 40, step)))
        node.now += 0.02
        node.tick()
        while (done := node.clients[1].read()) is not None:
            node.stream.ack(1, EPOCH, *done, 0, node.now)
    for publish in node.frames[1:]:
        refined += [op.rect for op in images(publish) if op.rect != corner]
    assert 1 <= len(refined) <= 6
    assert not any(rect.overlaps(corner) for rect in refined)
    lossy = node.stream._viewers[1].lossy[surface]
    assert lossy == Region([corner])


def test_what_is_copied_from_rough_pixels_is_rough_too() -> None:
    node, surface = watching(content="video")
    draw(node, surface, Image(SOME, noise(40, 30, 7)))
    sent(node, 1)
    draw(node, surface, Copy(SOME, (50, 40)))
    sent(node, 1)
    lossy = node.stream._viewers[1].lossy[surface]
    assert lossy.contains(Region([SOME, Rect(50, 40, 40, 30)]))
    node.settle()
    node.check_pictures()


def test_a_plane_out_of_sight_is_mended_when_it_is_seen_again() -> None:
    node, surface = watching(content="video", x=5)
    draw(node, surface, Image(SOME, noise(40, 30, 7)))
    sent(node, 1)
    node.look(1, Look(5000, 0, 10, 10))
    node.settle()
    assert node.stream._viewers[1].lossy
    node.look(1, Look(0, 0, 10, 10))
    node.settle()
    assert not node.stream._viewers[1].lossy
    node.check_pictures()


def test_a_picture_that_has_become_smaller_is_mended_and_owes_nothing_more() -> None:
    node, surface = watching(content="video")
    draw(node, surface, Image(WHOLE, noise(100, 80, 1)))
    sent(node, 1)
    ops = [Image(Rect(0, 0, 10, 10), noise(10, 10, 1))]
    node.act("commit", "a", [Update(surface, width=10, height=10, ops=ops)])
    node.settle()
    node.check_pictures()


RECTS = st.builds(Rect, st.integers(0, 9), st.integers(0, 9), st.integers(1, 9), st.integers(1, 9))


@given(st.lists(RECTS, max_size=3), st.lists(RECTS, max_size=3), st.lists(RECTS, max_size=3))
def test_no_rough_pixel_is_ever_taken_for_exact(before, lossy, exact) -> None:
    """Each pixel that was lossy and was not sent exactly, or was sent with loss, is known."""
    loss = Loss({"a": Region(lossy)} if lossy else {}, {"a": exact})
    after = loss.after({"a": Region(before)} if before else {}).get("a", Region())
    certain = np.zeros((20, 20), bool)
    for rects, value in ((Region(before).rects, True), (exact, False), (lossy, True)):
        for rect in rects:
            certain[rect.y : rect.bottom, rect.x : rect.right] = value
    for y, x in zip(*np.nonzero(certain), strict=True):
        assert after.overlaps(Rect(int(x), int(y), 1, 1))


@given(st.lists(RECTS, max_size=3), st.lists(RECTS, max_size=3), st.lists(RECTS, max_size=3))
def test_all_lossy_pixels_are_new_only_where_the_frame_brought_them(before, lossy, exact) -> None:
    loss = Loss({"a": Region(lossy)} if lossy else {}, {"a": exact})
    after = loss.after({"a": Region(before)} if before else {})
    assert all(after.values()), "an empty region would be looked at for ever"
    brought = Region(lossy)
    assert loss.covers(after) == all(brought.contains(region) for region in after.values())


def test_what_a_video_brings_again_is_known_without_another_note() -> None:
    region = Region([WHOLE])
    before = {"a": region}
    assert Loss({"a": Region([WHOLE])}).after(before) is before
    assert Loss({"a": Region([SOME])}).after(before) is before
    assert not Loss({"a": Region([SOME])}).covers(before)
    assert not Loss({"b": region}).covers(before)


def test_viewers_of_a_running_video_are_woken_by_nothing_else() -> None:
    node, surface = watching(content="video")
    for viewer in range(2, 12):
        node.join(viewer, joining=JPEG)
    node.settle()
    empty = 0
    for step in range(40):
        node.frames.clear()
        draw(node, surface, Image(WHOLE, noise(100, 80, step)))
        until = node.now + 1 / 30
        while (due := node.stream.next_due(node.now)) is not None and due < until:
            node.now = max(node.now, due)
            empty += node.tick() == 0
        for viewer, client in node.clients.items():
            while (done := client.read()) is not None:
                node.stream.ack(viewer, EPOCH, *done, 0, node.now)
        node.now = until
    assert empty == 0
    node.settle()
    node.check_pictures()


# Tiles that programs have encoded


def tile(exact: bool = False) -> Tile:
    return Tile("jpeg", b"as it came", exact)


def forwarded(node: Node, surface: str, *ops) -> list[bytes]:
    draw(node, surface, *ops)
    return [op.data for op in images(sent(node, 1)[0]) if op.codec == "jpeg"]


def test_a_tile_travels_as_it_came_to_who_decodes_it() -> None:
    node, surface = watching()
    assert forwarded(node, surface, Image(SOME, noise(40, 30, 7), tile())) == [b"as it came"]
    assert node.stream.stats(node.now).totals.forwarded == 1
    assert node.stream._viewers[1].lossy[surface] == Region([SOME])


def test_a_tile_with_loss_is_no_text() -> None:
    node, surface = watching(content="text")
    assert forwarded(node, surface, Image(SOME, noise(40, 30, 7), tile())) == []


def test_a_tile_that_something_lies_over_is_encoded_anew() -> None:
    node, surface = watching()
    over = Fill(Rect(10, 10, 3, 3), RED)
    assert forwarded(node, surface, Image(SOME, noise(40, 30, 7), tile()), over) == []
    draw(node, surface, Image(SOME, noise(40, 30, 8), tile()))
    assert forwarded(node, surface, over) == []


def test_an_exact_tile_needs_no_mending() -> None:
    node, surface = watching()
    assert len(forwarded(node, surface, Image(SOME, noise(40, 30, 7), tile(exact=True)))) == 1
    assert not node.stream._viewers[1].lossy


# Classes and meters


def test_a_viewer_becomes_fast_soon_and_sharp_again_late_and_ever_later() -> None:
    quality, now, waits = LineQuality(), 0.0, []
    for _ in range(4):
        begun = now
        while not quality.fast:
            now += 0.1
            quality.measured(0.5, now)
        assert now - begun <= SLOW_FOR_SECONDS + 0.21
        begun = now
        while quality.fast:
            now += 0.1
            quality.measured(0.01, now)
        waits.append(now - begun)
    assert waits[0] == pytest.approx(CALM_FOR_SECONDS, abs=0.3)
    assert all(later > 1.8 * earlier for earlier, later in itertools.pairwise(waits))


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 3)), min_size=1, max_size=40))
def test_extremes_are_those_of_the_last_seconds(values) -> None:
    lowest, highest, now, past = Lowest(5.0), Highest(5.0), 0.0, []
    for value, wait in values:
        now += wait
        past.append((now, value))
        lowest.add(value, now)
        highest.add(value, now)
        recent = [value for when, value in past if when >= now - 5.0]
        assert (lowest.value, highest.value) == (min(recent), max(recent))


def test_a_rate_counts_the_last_second() -> None:
    rate = Rate(0.0)
    for step in range(1, 301):
        rate.add(step / 30)
    assert rate.value(10.0) == pytest.approx(30, abs=2)
    assert rate.value(10.5) == pytest.approx(15, abs=2)
    assert rate.value(13.0) == 0


# What owners and people hear


def test_owners_hear_of_the_newest_frame_that_was_painted_and_by_how_many() -> None:
    node = Node()
    surface = picture(node, presented=True)
    silent = picture(node)
    for viewer in (1, 2):
        node.join(viewer)
    node.settle()
    node.stream.presented()
    draw(node, silent, Fill(SOME, RED))
    draw(node, surface, Fill(SOME, RED))
    (publish,) = sent(node, 1)
    assert node.stream.presented() == []
    seq = publish.frame.seq
    node.stream.ack(1, EPOCH, seq, 0, 0, node.now + 0.01)
    node.stream.ack(2, EPOCH, seq, 0, 0, node.now + 0.02)
    (shown,) = node.stream.presented()
    assert (shown.plane, shown.seq, shown.viewers) == (surface, seq, 2)
    assert shown.time == pytest.approx(node.now + 0.01)
    assert node.stream.presented() == []


def test_a_frame_says_what_it_answers_and_the_ledger_how_long_it_took() -> None:
    node, surface = watching()
    changes = node.world.commit("a", [Update(surface, ops=[Fill(SOME, BLUE)])])
    cause = Cause(7, node.now - 0.030, node.now - 0.010)
    node.stream.changed(changes, None, node.now - 0.010, cause)
    (publish,) = sent(node, 1)
    assert publish.frame.cause is not None
    assert publish.frame.cause.input == 7
    assert publish.frame.time_us - publish.frame.cause.input_us == pytest.approx(50_000, abs=2)
    node.stream.ack(1, EPOCH, publish.frame.seq, 0, 0, node.now + 0.005)
    spreads = node.stream.stats(node.now).ledger
    assert spreads["input_commit"].highest == pytest.approx(0.020)
    assert spreads["commit_frame"].highest == pytest.approx(0.030, abs=0.03)
    assert spreads["input_ack"].highest == pytest.approx(0.055)


def test_time_in_which_nobody_looks_is_no_time_that_an_answer_takes() -> None:
    node, surface = watching()
    node.stream.pause(1, node.now, paused=True)
    changes = node.world.commit("a", [Update(surface, ops=[Fill(SOME, BLUE)])])
    node.stream.changed(changes, None, node.now)
    node.now += 54
    node.stream.pause(1, node.now, paused=False)
    node.settle()
    assert node.stream.stats(node.now).ledger["commit_frame"].highest < 1
    draw(node, surface, Fill(SOME, RED))
    node.settle()
    assert node.stream.stats(node.now).ledger["commit_frame"].highest < 1


def test_the_ledger_keeps_the_newest_samples_only() -> None:
    ledger = Ledger()
    for number in range(5000):
        ledger.took("encode", number / 1000)
        ledger.framed(number, Cause(number, 0.0, 0.0))
    spread = ledger.spreads()["encode"]
    assert spread.samples == 512
    assert (spread.p50, spread.highest) == pytest.approx((4.743, 4.999), abs=0.01)
    ledger.acked(10_000, 1.0)
    assert ledger.spreads()["input_ack"].samples == 64


# Going on over another session


def test_a_lost_viewer_goes_on_without_a_keyframe_and_gets_what_was_lost() -> None:
    node, surface = watching()
    draw(node, surface, Fill(SOME, RED))
    sent(node, 1)  # lost on its way
    assert node.lose(1, 2)
    node.settle()
    node.check_pictures()
    assert not any(publish.frame.keyframe for publish in node.frames)


@pytest.mark.parametrize("why", ["token", "epoch", "seq", "late", "twice"])
def test_who_can_t_be_believed_gets_a_keyframe(why) -> None:
    node, _ = watching()
    seq = node.clients[1].store.seq
    node.stream.forget(1, node.now)
    claim = Resume(
        "wrong" if why == "token" else "token",
        "e0" if why == "epoch" else EPOCH,
        seq + 1 if why == "seq" else seq,
    )
    if why == "twice":
        assert node.stream.attach(2, None, node.now, Joining(token="new"), claim)
    later = node.now + (RESUME_SECONDS + 1 if why == "late" else 0)
    node.stream.forget(99, later)
    assert not node.stream.attach(3, None, later, Joining(token="newer"), claim)


def test_few_lost_viewers_are_remembered() -> None:
    node, _ = watching()
    for viewer in range(10, 10 + 2 * MOST_GONE):
        node.stream.attach(viewer, None, node.now, Joining(token=f"t{viewer}"))
        node.stream.forget(viewer, node.now)
    assert len(node.stream._roster._gone) == MOST_GONE


def test_mending_begins_after_a_pause_and_is_soon_over() -> None:
    node, surface = watching(content="photo")
    draw(node, surface, Image(SOME, noise(40, 30, 7)))
    (publish,) = sent(node, 1)
    drawn = node.now
    node.stream.ack(1, EPOCH, publish.frame.seq, 0, 0, node.now)
    due = node.stream.next_due(node.now)
    assert due == pytest.approx(drawn + REFINE_SECONDS, abs=0.001)


def test_tiles_that_nobody_takes_are_kept_within_bounds() -> None:
    node = Node()
    surfaces = [picture(node) for _ in range(6)]
    for surface in surfaces:
        large = Tile("jpeg", bytes(4 * 1024 * 1024), False)
        draw(node, surface, Image(SOME, noise(40, 30, 7), large))
        tiles = [tile for plane in node.stream._pending.planes.values() for tile in plane.tiles]
        assert len(tiles) <= 4


def test_sharp_again_is_a_trial_that_the_first_late_ack_ends():
    quality, now = LineQuality(), 0.0
    while not quality.fast:
        now += 0.1
        quality.measured(0.5, now)
    while quality.fast:
        now += 0.1
        quality.measured(0.01, now)
    quality.measured(0.05, now + 0.1)
    assert not quality.fast
    quality.measured(0.12, now + 0.2)
    assert quality.fast
    before, now = now, now + 0.2
    while quality.fast:
        now += 0.1
        quality.measured(0.01, now)
    assert now - before > 1.9 * CALM_FOR_SECONDS


def test_the_ledger_says_how_long_encoding_took() -> None:
    node, surface = watching()
    draw(node, surface, Image(SOME, noise(40, 30, 3)))
    node.now += 1
    plan = node.stream.plan(node.now)
    done = node.now + 0.25
    node.stream.commit(plan, plan.encode(encode), done)
    assert node.stream.stats(done).ledger["encode"].highest == pytest.approx(0.25)
