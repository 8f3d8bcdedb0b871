"""What differs is found wholly and tightly, and what has scrolled is copied; always exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.scene import ops as scene_ops
from geometry_ws.scene.changes import Copied, Filled, Painted, Tile
from geometry_ws.scene.compare import Difference, colours_of
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Copy, Fill, Image, apply_ops
from geometry_ws.scene.shifts import find_shifts
from geometry_ws.scene.world import Update, World

CLEAR = (0, 0, 0, 0)


def replayed(before, after, strokes):
    """What a viewer has who draws the strokes over the picture before: as streams promise it."""
    picture = before.copy()
    for stroke in strokes:
        if isinstance(stroke, Filled):
            picture[stroke.rect.y : stroke.rect.bottom, stroke.rect.x : stroke.rect.right] = (
                stroke.colour
            )
        elif isinstance(stroke, Copied):
            source, rect = stroke.source, stroke.rect
            pixels = before[source.y : source.bottom, source.x : source.right]
            picture[rect.y : rect.bottom, rect.x : rect.right] = pixels
    for stroke in strokes:
        if isinstance(stroke, Painted):
            rect = stroke.rect
            picture[rect.y : rect.bottom, rect.x : rect.right] = after[
                rect.y : rect.bottom, rect.x : rect.right
            ]
    return picture


def page(height, width, seed=1):
    """Lines of dark strokes on white, none like another."""
    random = np.random.default_rng(seed)
    pixels = np.full((height, width, 4), 255, np.uint8)
    for top in range(0, height - 12, 20):
        dark = random.random((12, width)) < 0.3
        pixels[top : top + 12][dark] = (20, 20, 20, 255)
    return pixels


def painted(strokes):
    return sum(stroke.rect.area for stroke in strokes if isinstance(stroke, Painted))


def committed(before, image, **options):
    """The strokes of one picture over all, checked to give it."""
    buffer = before.copy()
    height, width = before.shape[:2]
    ops = [Image(Rect(0, 0, width, height), image)]
    strokes = apply_ops(buffer, ops, None, opaque=True, **options)
    assert np.array_equal(buffer, image)
    assert np.array_equal(replayed(before, buffer, strokes), image)
    return strokes


@settings(deadline=None)
@given(
    st.integers(1, 200),
    st.integers(1, 200),
    st.lists(st.tuples(st.integers(0, 199), st.integers(0, 199)), max_size=12),
)
def test_all_that_differs_lies_in_the_rectangles_and_their_edges_differ(width, height, points):
    first = np.zeros((height, width), np.uint32)
    second = first.copy()
    for x, y in points:
        second[y % height, x % width] = 7
    difference = Difference(first, second)
    assert bool(difference) == bool(points)
    if not points:
        return
    changed = first != second
    for rect in (bounds := difference.bounds(), *difference.rects()):
        window = changed[rect.y : rect.bottom, rect.x : rect.right]
        assert window.shape == (rect.h, rect.w)
        assert window[0].any()
        assert window[-1].any()
        assert window[:, 0].any()
        assert window[:, -1].any()
    for rect in difference.rects():
        changed[rect.y : rect.bottom, rect.x : rect.right] = False
        assert bounds.contains(rect)
    assert not changed.any()


def test_the_same_again_is_no_damage():
    whole = page(300, 200)
    assert committed(whole, whole.copy()) == []


def test_of_a_repainted_picture_only_what_changed_is_painted():
    before = page(300, 400)
    after = before.copy()
    after[20:32, 300:390] = (0, 0, 255, 255)
    after[200:210, 10:40] = (0, 0, 255, 255)
    strokes = committed(before, after)
    assert all(isinstance(stroke, Painted) for stroke in strokes)
    assert painted(strokes) <= 2 * (12 * 90 + 10 * 30)


@pytest.mark.parametrize("by", [1, 7, 40, -1, -33, -120])
@pytest.mark.parametrize("across", [False, True])
def test_a_scrolled_page_is_a_copy_and_a_strip(by, across):
    whole = page(800, 420)
    before, after = whole[200:600], whole[200 + by : 600 + by]
    if across:
        before, after = (
            np.ascontiguousarray(picture.transpose(1, 0, 2)) for picture in (before, after)
        )
    strokes = committed(before.copy(), after.copy())
    assert isinstance(strokes[0], Copied)
    assert painted(strokes) <= 420 * (abs(by) + 24)


def test_a_page_that_repeats_itself_is_known_again_too():
    whole = np.tile(page(60, 300), (20, 1, 1))
    strokes = committed(whole[:800].copy(), whole[40:840].copy())
    assert isinstance(strokes[0], Copied)
    assert painted(strokes) <= 300 * 64


def test_rows_that_are_alike_don_t_hide_that_columns_have_moved():
    whole = np.tile(page(100, 900), (4, 1, 1))
    strokes = committed(whole[:, :800].copy(), whole[:, 40:840].copy())
    assert isinstance(strokes[0], Copied)
    assert painted(strokes) <= 400 * 64


def test_what_stays_beside_a_scrolled_part_is_not_painted():
    whole = page(900, 500)
    before, after = whole[:400].copy(), whole[40:440].copy()
    header = page(60, 500, seed=2)
    for picture in (before, after):
        picture[:60] = header
        picture[60:, :90] = (200, 200, 200, 255)
    before[100:150, 485:] = after[120:170, 485:] = (0, 90, 0, 255)
    strokes = committed(before, after)
    assert isinstance(strokes[0], Copied)
    assert painted(strokes) <= 400 * 60 + 410 * 60


def test_another_picture_is_no_scroll():
    random = np.random.default_rng(4)
    noise = [random.integers(0, 256, (200, 300, 4), np.uint8) for _ in range(2)]
    for picture in noise:
        picture[..., 3] = 255
    assert [type(stroke) for stroke in committed(*noise)] == [Painted]
    flat = np.full((200, 300, 4), 255, np.uint8)
    assert not any(isinstance(stroke, Copied) for stroke in committed(flat, page(200, 300)))
    assert not any(isinstance(stroke, Copied) for stroke in committed(page(200, 300), flat))


def test_scrolls_are_looked_for_only_where_they_may_be():
    whole = page(600, 300)
    before, after = whole[:400].copy(), whole[40:440].copy()
    assert all(isinstance(stroke, Painted) for stroke in committed(before, after, scrolls=False))


def test_a_program_that_says_what_moves_is_believed(monkeypatch):
    """A page of its own that scrolls: the strip that came in isn't looked through once more."""
    monkeypatch.setattr(scene_ops, "find_shifts", None)
    whole = page(900, 500)
    before, after = whole[:400], whole[40:440]
    buffer = before.copy()
    moved = Copy(Rect(0, 40, 500, 360), (0, 0))
    strip = Image(Rect(0, 360, 500, 40), after[360:].copy())
    strokes = apply_ops(buffer, [moved, strip], None, opaque=True)
    assert np.array_equal(buffer, after)
    assert isinstance(strokes[0], Copied)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(-80, 80),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 170), st.integers(0, 170)), max_size=5),
    st.sampled_from(["", "first", "last"]),
)
def test_strokes_of_scrolled_and_scribbled_pages_give_the_picture(seed, by, across, dots, copies):
    """Whatever is guessed, the picture is right: also with other operations in the commit."""
    whole = page(420, 220, seed)
    before, after = whole[100:320], whole[100 + by : 320 + by].copy()
    if across:
        before, after = (
            np.ascontiguousarray(picture.transpose(1, 0, 2)) for picture in (before, after)
        )
    for x, y in dots:
        after[y : y + 30, x : x + 9] = (x, y, 90, 255)
    buffer = before.copy()
    image = Image(Rect(0, 0, 220, 220), after)
    fill = Fill(Rect(5, 9, 120, 100), (1, 2, 3, 255))
    copy = Copy(Rect(0, 0, 60, 60), (100, 130))
    ops = {"": [fill, image], "first": [copy, image, fill], "last": [fill, image, copy]}[copies]
    strokes = apply_ops(buffer, ops, None, opaque=True)
    assert np.array_equal(replayed(before, buffer, strokes), buffer)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(-60, 60))
def test_declared_damage_holds_for_scrolls_too(seed, by):
    whole = page(420, 220, seed)
    before, after = whole[100:320].copy(), whole[100 + by : 320 + by].copy()
    buffer = before.copy()
    clips = [Rect(0, 30, 220, 170), Rect(40, 0, 100, 25)]
    strokes = apply_ops(buffer, [Image(Rect(0, 0, 220, 220), after)], clips, opaque=True)
    expected = before.copy()
    for rect in clips:
        window = np.s_[rect.y : rect.bottom, rect.x : rect.right]
        expected[window] = after[window]
    assert np.array_equal(buffer, expected)
    assert np.array_equal(replayed(before, buffer, strokes), expected)


def test_a_tile_travels_where_most_of_it_is_new_and_nothing_has_scrolled():
    tile = Tile("png", b"...", True)
    rect = Rect(0, 0, 300, 400)
    white = np.full((400, 300, 4), 255, np.uint8)
    strokes = apply_ops(white.copy(), [Image(rect, page(400, 300), tile)], None, opaque=True)
    assert strokes == [Painted(rect, tile)]
    small = white.copy()
    small[3:9, 5:50] = 0
    strokes = apply_ops(white.copy(), [Image(rect, small, tile)], None, opaque=False)
    assert strokes == [Painted(Rect(5, 3, 45, 6))]
    clipped = [Rect(0, 0, 300, 200)]
    ops = [Image(rect, page(400, 300), tile)]
    assert all(stroke.tile is None for stroke in apply_ops(white.copy(), ops, clipped, opaque=True))
    whole = page(800, 300)
    ops = [Image(rect, whole[40:440], tile)]
    strokes = apply_ops(whole[:400].copy(), ops, None, opaque=True)
    assert isinstance(strokes[0], Copied)
    assert all(stroke.tile is None for stroke in strokes[1:])
    lossy = Tile("jpeg", b"...", False)
    strokes = apply_ops(whole[:400].copy(), [Image(rect, whole[40:440], lossy)], None, opaque=True)
    assert strokes == [Painted(rect, lossy)]


def test_pixels_that_lie_apart_are_compared_too():
    planes = np.zeros((4, 30, 40), np.uint8)
    apart = planes.transpose(1, 2, 0)
    assert not Difference(colours_of(apart), np.zeros((30, 40), np.uint32))


def test_a_shift_needs_lines_that_are_known_again():
    blank = np.zeros((100, 100), np.uint32)
    assert not list(find_shifts(blank, blank + np.uint32(1), Rect(0, 0, 100, 100)))
    narrow = np.zeros((100, 3), np.uint32)
    assert not list(find_shifts(narrow, narrow + np.uint32(1), Rect(0, 0, 3, 100)))


MOVES = st.tuples(
    *(st.integers(0, 60), st.integers(0, 60), st.integers(1, 61), st.integers(1, 61)),
    *(st.integers(0, 60), st.integers(0, 60)),
)


@given(st.lists(MOVES, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_copies_read_what_was_there_before_the_commit(moves, whole_rows, clipped):
    before = np.random.default_rng(len(moves)).integers(0, 256, (61, 61, 4), np.uint8)
    before[..., 3] = 255
    clips = [Rect(3, 3, 40, 20), Rect(20, 15, 41, 46)] if clipped else None
    allowed = np.full((61, 61), clips is None)
    for clip in clips or ():
        allowed[clip.y : clip.bottom, clip.x : clip.right] = True
    expected, ops = before.copy(), []
    for x, y, width, height, to_x, to_y in moves:
        source = Rect(0, y, 61, min(height, 61 - y))
        if not whole_rows:
            source = Rect(x, y, min(width, 61 - x), source.h)
        to = min(to_x, 61 - source.w), min(to_y, 61 - source.h)
        ops.append(Copy(source, to))
        target = np.s_[to[1] : to[1] + source.h, to[0] : to[0] + source.w]
        pixels = before[source.y : source.bottom, source.x : source.right]
        expected[target][allowed[target]] = pixels[allowed[target]]
    buffer = before.copy()
    strokes = apply_ops(buffer, ops, clips, opaque=True)
    assert np.array_equal(buffer, expected)
    assert np.array_equal(replayed(before, buffer, strokes), buffer)


def test_a_copy_that_changes_nothing_but_a_late_row_is_one():
    buffer = np.full((200, 50, 4), 255, np.uint8)
    buffer[199, 49, 0] = 7
    before = buffer.copy()
    [stroke] = apply_ops(buffer, [Copy(Rect(0, 1, 50, 199), (0, 0))], None, opaque=True)
    assert stroke == Copied(Rect(0, 1, 50, 199), (0, 0))
    assert np.array_equal(buffer[:199], before[1:])
    assert not apply_ops(buffer, [Copy(Rect(0, 0, 50, 100), (0, 50))], None, opaque=True)


def shown(world, surface, pixels):
    """The strokes of a commit with one picture over all of a surface."""
    image = Image(Rect(0, 0, 300, 400), pixels.copy())
    return world.commit("me", [Update(surface, ops=[image])]).planes[surface].strokes


def test_who_never_scrolls_is_seldom_looked_at_and_who_begins_to_is_found_soon(monkeypatch):
    asked = []
    find = scene_ops.find_shifts
    monkeypatch.setattr(scene_ops, "find_shifts", lambda *of: asked.append(1) or find(*of))
    world = World()
    surface, _ = world.create("me", 300, 400, opaque=True)
    for seed in range(8 + 40):
        shown(world, surface, page(400, 300, seed))
    assert len(asked) == 8 + 10
    whole = page(900, 300, 99)
    moved = [shown(world, surface, whole[top : top + 400]) for top in range(0, 200, 20)]
    scrolled = [any(isinstance(stroke, Copied) for stroke in strokes) for strokes in moved]
    assert all(scrolled[4:])
