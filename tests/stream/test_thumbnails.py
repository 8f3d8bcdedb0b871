"""Viewers that show the world small: fewer pixels, until they look closer."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.scene.attention import EVERYTHING, Look
from geometry_ws.scene.changes import Tile
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.ops import Copy, Fill, Image
from geometry_ws.stream.builder import LEAST_SHRUNK_PIXELS
from geometry_ws.stream.frame import ImageOp
from geometry_ws.stream.loss import Loss
from geometry_ws.stream.quality import (
    MOST_WAIT_SECONDS,
    SOON_SECONDS,
    WAIT_SECONDS,
    Downscale,
    shown_shrink,
    shrink_of,
)
from geometry_ws.stream.tiles import cut_shrunk
from tests.stream.streaming import EPOCH, JPEG, RED, Node, draw, noise, picture, sent

FAR = replace(JPEG, thumbnails=True)
WHOLE = Rect(0, 0, 100, 80)
SOME = Rect(8, 8, 44, 32)


def at(scale: float) -> Look:
    return Look(-2000, -2000, 4000, 4000, scale)


def images(publish) -> list[ImageOp]:
    return [op for op in publish.frame.ops if isinstance(op, ImageOp)]


def shrinks(node: Node) -> list[int]:
    """By how much the pictures of all messages since the last call were shrunk."""
    factors = [op.shrink for publish in node.frames for op in images(publish)]
    node.frames.clear()
    return factors


def watching(far: float, joining=FAR, **more) -> tuple[Node, str]:
    """A picture of noise, and viewer 1, who looks at it from afar."""
    node = Node()
    surface = picture(node, **more)
    node.join(1, at(far), joining)
    node.settle()
    return node, surface


# Who gets how much


@pytest.mark.parametrize(
    ("scale", "shrink"), [(2, 1), (1, 1), (0.51, 1), (0.5, 2), (0.26, 2), (0.25, 4), (0.01, 4)]
)
def test_each_pixel_of_the_screen_has_one_of_the_picture(scale, shrink) -> None:
    assert shown_shrink(at(scale)) == shrink
    node, _ = watching(scale)
    assert shrinks(node) == [shrink]
    node.check_pictures()


@given(st.floats(0.001, 64), st.integers(1, 4), st.sampled_from(["auto", "text", "lossless"]))
def test_no_picture_is_ever_magnified(look, scale, content) -> None:
    node = Node()
    name = node.act("create", "a", 8, 8, scale=scale, content=content)
    surface = node.world.surfaces[name]
    shrink = shrink_of(surface, shown_shrink(at(look)))
    assert shrink == 1 or look / scale * shrink <= 1
    assert shrink == 1 or content != "lossless"


def test_surfaces_with_more_pixels_are_shrunk_by_more() -> None:
    node, _ = watching(0.5, scale=2)
    assert shrinks(node) == [4]


@pytest.mark.parametrize("scale", [0.5, 0.1])
def test_who_didn_t_say_that_it_can_gets_all_pixels(scale) -> None:
    node, _ = watching(scale, JPEG)
    assert shrinks(node) == [1]


def test_lossless_is_never_shrunk() -> None:
    node, surface = watching(0.1, content="lossless")
    draw(node, surface, Image(SOME, noise(44, 32, 7)))
    node.settle()
    assert shrinks(node) == [1, 1]
    assert not node.stream._viewers[1].lossy


def test_what_is_small_is_not_shrunk() -> None:
    node, surface = watching(0.1)
    shrinks(node)
    side = int(LEAST_SHRUNK_PIXELS**0.5)
    for size, expected in ((side - 1, 1), (side, 4)):
        draw(node, surface, Image(Rect(0, 0, size, size), noise(size, size, size)))
        node.settle()
        assert shrinks(node) == [expected]


def test_classes_share_no_pictures_but_moves_and_fills() -> None:
    node, surface = watching(0.2)
    node.join(2, at(0.5), FAR)
    node.join(3, at(1), FAR)
    node.join(4, at(0.2), FAR)
    node.settle()
    draw(node, surface, Image(WHOLE, noise(100, 80, 9)))
    assert sorted((p.eligible, images(p)[0].shrink) for p in sent(node, 3)) == [
        ((1, 4), 4),
        ((2,), 2),
        ((3,), 1),
    ]
    node.settle()
    draw(node, surface, Fill(SOME, RED))
    node.act("move", "a", surface, 7, 7)
    (publish,) = sent(node, 1)
    assert publish.eligible == (1, 2, 3, 4)


def test_numbers_say_the_class() -> None:
    node, _ = watching(0.2)
    assert node.stream.stats(node.now).viewers[0].shrink == 4


def test_a_slow_line_may_show_it_small_too() -> None:
    node, surface = watching(0.2, content="video", opaque=True)
    node.stream._viewers[1].quality.fast = True
    profile = node.stream._viewers[1].profile(node.now)
    assert (profile.fast, profile.shrink) == (True, 4)
    draw(node, surface, Image(WHOLE, noise(100, 80, 9)))
    node.settle()
    assert set(shrinks(node)) == {4}


# Looking closer, and from afar


def test_what_was_shrunk_comes_as_it_is_when_somebody_looks_closer() -> None:
    node, surface = watching(0.2)
    node.now += 60
    assert node.stream.next_due(node.now) is None, "what is shown small isn't mended"
    shrinks(node)
    node.look(1, at(0.4))
    assert node.stream.next_due(node.now) == node.now
    node.settle()
    assert shrinks(node) == [2]
    node.look(1, at(0.2))
    node.settle()
    assert shrinks(node) == [], "finer than need be is kept"
    node.look(1, at(1))
    node.settle()
    assert shrinks(node) == [1]
    node.check_pictures()
    assert not node.stream._viewers[1].downscaled
    assert np.array_equal(
        node.clients[1].store.planes[surface].pixels, node.world.surfaces[surface].buffer
    )


def test_who_looks_closer_at_a_video_sees_it_at_once_and_then_exactly() -> None:
    node, _ = watching(0.2, content="video", opaque=True)
    node.look(1, at(1))
    node.frames.clear()
    node.now += 0.02
    node.tick()
    assert shrinks(node) == [1]
    assert node.stream._viewers[1].lossy
    node.settle()
    assert shrinks(node) == [1]
    node.check_pictures()


def test_what_lies_elsewhere_is_mended_when_it_is_looked_at() -> None:
    node, surface = watching(0.2)
    node.look(1, Look(5000, 5000, 10, 10, 1))
    node.settle()
    assert node.stream._viewers[1].downscaled
    node.act("move", "a", surface, 5000, 5000)
    node.settle()
    assert not node.stream._viewers[1].downscaled
    node.check_pictures()


def test_a_short_look_from_afar_throws_nothing_away() -> None:
    node, surface = watching(1)
    shrinks(node)
    node.look(1, at(0.2))
    draw(node, surface, Image(WHOLE, noise(100, 80, 9)))
    sent(node, 1)
    assert shrinks(node) == [1]
    node.settle()
    node.now += WAIT_SECONDS
    draw(node, surface, Image(WHOLE, noise(100, 80, 10)))
    sent(node, 1)
    assert shrinks(node) == [4]


def test_what_comes_into_view_from_afar_is_shrunk_at_once() -> None:
    node = Node()
    near, far = picture(node), picture(node, x=3000)
    node.join(1, Look(0, 0, 200, 200), FAR)
    node.settle()
    shrinks(node)
    node.look(1, Look(0, 0, 4000, 4000, 0.1))
    node.settle()
    assert shrinks(node) == [4]
    assert node.stream._viewers[1].downscaled.keys() == {(far, 4)}
    assert near in node.clients[1].store.planes


def test_a_picture_that_has_become_smaller_owes_nothing_beyond_its_edge() -> None:
    node, surface = watching(0.2)
    node.act("commit", "a", [_resized(surface)])
    node.settle()
    node.look(1, at(1))
    node.settle()
    node.check_pictures()
    assert not node.stream._viewers[1].downscaled


def _resized(surface: str):
    from geometry_ws.scene.world import Update

    small = Rect(0, 0, 10, 10)
    return Update(surface, width=10, height=10, ops=[Image(small, noise(10, 10, 1))])


def test_copies_of_what_was_shrunk_are_mended_too() -> None:
    node, surface = watching(0.2)
    draw(node, surface, Copy(SOME, (41, 43)))
    node.settle()
    draw(node, surface, Copy(Rect(30, 30, 40, 40), (1, 3)))
    node.settle()
    node.look(1, at(0.6))
    node.settle()
    node.check_pictures()


def test_a_frame_that_was_under_way_when_somebody_looked_closer_is_mended() -> None:
    node, surface = watching(1)
    node.look(1, at(0.2))
    node.now += WAIT_SECONDS + 0.01
    draw(node, surface, Image(WHOLE, noise(100, 80, 9)))
    node.begin()
    node.look(1, at(1))
    node.finish()
    node.now += 0.02
    assert node.stream.next_due(node.now) == node.now, "it doesn't wait until it has settled"
    node.settle()
    node.check_pictures()


def test_a_lost_viewer_goes_on_with_what_it_has_shrunk() -> None:
    node, _ = watching(0.2)
    assert node.lose(1, 2)
    shrinks(node)
    node.settle()
    assert shrinks(node) == []
    node.look(2, at(1))
    node.settle()
    assert shrinks(node) == [1]
    node.check_pictures()


def test_it_comes_back_as_somebody_who_can_t_and_is_mended() -> None:
    node, _ = watching(0.2)
    node.clients[1].joining = replace(node.clients[1].joining, thumbnails=False)
    assert node.lose(1, 2)
    node.settle()
    assert not node.stream._viewers[2].lossy
    node.check_pictures()


# How often


def test_a_zoom_that_hovers_stays_where_it_shows_all() -> None:
    """Twice as long each time that it was soon over, so the class changes ever more seldom."""
    downscale, now, entered = Downscale(1, 0.0), 0.0, []
    for _ in range(400):
        downscale.looked(2, now)
        for _ in range(10):
            now += 0.1
            if downscale.shrink(now) == 2:
                break
        entered.append(downscale.shrink(now) == 2)
        downscale.looked(1, now)
        assert downscale.shrink(now) == 1, "looking closer counts at once"
        now += 0.1
    assert entered[0]
    assert sum(entered) <= 3
    downscale.looked(2, now)
    assert downscale.shrink(now + MOST_WAIT_SECONDS + 0.1) == 2
    now += MOST_WAIT_SECONDS + SOON_SECONDS + 1
    downscale.looked(1, now)
    downscale.looked(2, now)
    assert downscale.shrink(now + WAIT_SECONDS + 0.01) == 2


@given(st.lists(st.tuples(st.sampled_from([1, 2, 4]), st.floats(0, 3)), max_size=40))
def test_the_class_is_never_coarser_than_what_is_shown(looks) -> None:
    downscale, now = Downscale(1, 0.0), 0.0
    for shown, wait in looks:
        downscale.looked(shown, now)
        assert downscale.shrink(now) <= shown
        now += wait
        assert downscale.shrink(now) <= shown
    now += 2 * MOST_WAIT_SECONDS + 0.1
    downscale.shrink(now)
    assert downscale.shrink(now + MOST_WAIT_SECONDS + 0.1) == downscale.shown


# Pieces


RECTS = st.builds(
    Rect, st.integers(0, 60), st.integers(0, 60), st.integers(1, 60), st.integers(1, 60)
)


@given(RECTS, st.sampled_from([2, 4]), st.integers(16, 300), st.integers(61, 130))
def test_pieces_are_divided_like_the_whole(rect, shrink, most, side) -> None:
    whole = Rect(0, 0, side, side)
    rect = rect.intersect(whole)
    pieces = list(cut_shrunk(rect, most, shrink, whole))
    assert Region(pieces).contains(Region([rect]))
    for piece in pieces:
        assert whole.contains(piece)
        assert not piece.x % shrink
        assert not piece.y % shrink
        assert not piece.right % shrink or piece.right == side
        assert not piece.bottom % shrink or piece.bottom == side
    for piece, other in itertools.pairwise(pieces):
        assert not piece.overlaps(other)


SMALL = st.builds(Rect, st.integers(0, 9), st.integers(0, 9), st.integers(1, 9), st.integers(1, 9))
SOME_RECTS = st.lists(SMALL, max_size=3)


@given(SOME_RECTS, SOME_RECTS, SOME_RECTS, SOME_RECTS)
def test_no_shrunk_pixel_is_ever_taken_for_a_finer_one(before, exact, finer, same) -> None:
    anew = [*finer, *same]
    loss = Loss({"a": Region(anew)}, {"a": exact}, {}, {("a", 4): Region(same)}, {"a": anew})
    after = loss.downscaled_after({("a", 4): Region(before)} if before else {})
    left = after.get(("a", 4), Region())
    certain = np.zeros((20, 20), bool)
    for rects, value in ((Region(before).rects, True), ([*exact, *finer], False), (same, True)):
        for rect in rects:
            certain[rect.y : rect.bottom, rect.x : rect.right] = value
    for y, x in zip(*np.nonzero(certain), strict=True):
        assert left.overlaps(Rect(int(x), int(y), 1, 1))


# Tiles of programs


def tile(size: int) -> Tile:
    return Tile("jpeg", bytes(size), False)


@pytest.mark.parametrize(("size", "as_it_came"), [(10, True), (5000, False)])
def test_a_tile_is_sent_on_only_where_it_has_fewer_bytes(size, as_it_came) -> None:
    node, surface = watching(0.2)
    shrinks(node)
    draw(node, surface, Image(SOME, noise(44, 32, 7), tile(size)))
    node.now += 0.02
    plan = node.stream.plan(node.now)
    outcome = node.stream.commit(plan, plan.encode(_raw), node.now)
    (op,) = images(outcome.publishes[0])
    assert (op.codec, op.shrink) == (("jpeg", 1) if as_it_came else ("raw", 4))
    viewer = node.stream._viewers[1]
    assert viewer.lossy[surface].contains(Region([SOME]))
    shrunk = viewer.downscaled.get((surface, 4), Region())
    assert shrunk.overlaps(SOME) is not as_it_came


def _raw(pixels, encoding) -> tuple[str, bytes, bool]:
    return "raw", pixels.tobytes(), True


def test_a_keyframe_from_afar_has_few_bytes() -> None:
    node = Node()
    for number in range(6):
        picture(node, 200, 160, x=number * 210)
    sizes = {}
    for viewer, scale in ((1, 1), (2, 0.5), (3, 0.25)):
        node.join(viewer, at(scale), FAR)
        node.settle()
        sizes[viewer] = sum(p.frame.cost_bytes for p in node.frames if viewer in p.eligible)
    assert sizes[2] < sizes[1] / 3
    assert sizes[3] < sizes[1] / 10


def test_pictures_from_afar_are_kept_for_joiners() -> None:
    node, _ = watching(0.2)
    before = node.stream.stats(node.now).totals.encodings
    node.join(2, at(0.2), FAR)
    node.settle()
    assert node.stream.stats(node.now).totals.encodings == before


def test_a_viewer_without_acks_in_time_loses_nothing() -> None:
    node, surface = watching(0.2)
    node.stream.pause(1, node.now, paused=True)
    draw(node, surface, Image(SOME, noise(44, 32, 7)))
    node.settle()
    node.stream.pause(1, node.now, paused=False)
    node.settle()
    node.look(1, EVERYTHING)
    node.settle()
    assert node.clients[1].store.epoch == EPOCH
    node.check_pictures()
