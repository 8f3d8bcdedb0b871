"""Laws of rectangles and regions, against plain sets of pixels."""

from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.scene.geometry import MOST_RECTS, Rect, Region

rects = st.builds(
    Rect, st.integers(-5, 40), st.integers(-5, 40), st.integers(1, 12), st.integers(1, 12)
)
far_rects = st.builds(
    Rect, st.integers(-5000, 5000), st.integers(-5000, 5000), st.integers(1, 90), st.integers(1, 90)
)


def pixels(*rects: Rect) -> set[tuple[int, int]]:
    return {(x, y) for r in rects for x in range(r.x, r.right) for y in range(r.y, r.bottom)}


@given(rects, rects)
def test_rectangles_are_sets_of_pixels(a: Rect, b: Rect) -> None:
    both = a.intersect(b)
    assert pixels(*([both] if both else [])) == pixels(a) & pixels(b)
    assert a.overlaps(b) == bool(both)
    assert a.contains(b) == (pixels(b) <= pixels(a))
    assert pixels(*a.subtract(b)) == pixels(a) - pixels(b)
    assert sum(piece.area for piece in a.subtract(b)) == len(pixels(a) - pixels(b))
    assert pixels(a.union(b)) >= pixels(a) | pixels(b)
    assert a.union(b) == b.union(a)


@given(rects)
def test_tiles_cover_exactly(rect: Rect) -> None:
    tiles = list(rect.tiles(5, 4))
    assert pixels(*tiles) == pixels(rect)
    assert sum(tile.area for tile in tiles) == rect.area


@given(rects)
def test_clip_and_scale_and_translate(rect: Rect) -> None:
    clipped = rect.clip(10, 10)
    assert pixels(*([clipped] if clipped else [])) == pixels(rect) & pixels(Rect(0, 0, 10, 10))
    assert rect.scale(3).area == rect.area * 9
    assert rect.translate(4, -4).translate(-4, 4) == rect


def test_empty_is_none() -> None:
    assert Rect.of(1, 1, 0, 5) is None
    assert Rect(0, 0, 2, 2).intersect(Rect(2, 0, 2, 2)) is None
    assert Rect(0, 0, 2, 2).clip(0, 0) is None
    assert Region().bounds is None
    assert not Region()


@settings(max_examples=100, deadline=None)
@given(st.lists(far_rects, max_size=70))
def test_regions_are_disjoint_short_and_never_lose_a_pixel(many: list[Rect]) -> None:
    region = Region(many)
    assert len(region.rects) <= MOST_RECTS
    assert all(region.contains(Region([rect])) for rect in many)
    for index, rect in enumerate(region.rects):
        assert not any(rect.overlaps(other) for other in region.rects[index + 1 :])


@settings(max_examples=60, deadline=None)
@given(st.lists(far_rects, max_size=12), st.lists(far_rects, max_size=12), far_rects)
def test_unions_and_clips_hold_what_they_must(many, more, cut) -> None:
    both = Region(many).union(Region(more))
    assert both.contains(Region(many))
    assert both.contains(Region(more))
    clipped = both.clip(cut)
    assert Region([cut]).contains(clipped)
    assert all(clipped.overlaps(part) for r in many if (part := r.intersect(cut)))


def test_far_corners_stay_apart_and_neighbours_join() -> None:
    assert len(Region([Rect(0, 0, 4, 4), Rect(900, 900, 4, 4)]).rects) == 2
    assert Region([Rect(0, 0, 9, 9), Rect(9, 0, 9, 9)]).rects == (Rect(0, 0, 18, 9),)


def test_thousands_of_rectangles_are_held_by_few() -> None:
    many = [Rect(x, y, 10, 10) for x in range(0, 640, 20) for y in range(0, 640, 20)]
    corner = Rect(9000, 9000, 1, 1)
    region = Region([*many, corner])
    assert len(region.rects) <= MOST_RECTS
    assert region.contains(Region([corner]))
    left = [*many, corner]
    for part in region.rects:
        left = [piece for rect in left for piece in rect.subtract(part)]
    assert not left
