"""Flow, history, pending changes, wire and painter, each by itself."""

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.scene.changes import Changes, Copied, Filled, Painted, PlaneChange
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.world import World
from geometry_ws.stream.flow import FIRST_WINDOW_BYTES, PATIENCE_SECONDS, STUCK_SECONDS, Flow
from geometry_ws.stream.frame import (
    CopyOp,
    FillOp,
    Frame,
    FrameCause,
    ImageOp,
    PlanePlace,
    VideoOp,
)
from geometry_ws.stream.history import MOST_REMOVALS, MOST_STEPS, History
from geometry_ws.stream.painter import NeedsRefresh, PlaneStore, decode_pixels
from geometry_ws.stream.pending import MOST_STROKES, Pending
from geometry_ws.stream.plan import lay_out
from geometry_ws.stream.stream import Stream
from geometry_ws.stream.tiles import (
    CACHE_BYTES,
    LOSSY_TILE_PIXELS,
    TILE_PIXELS,
    Encoding,
    Ready,
    TileCache,
    cut,
)
from geometry_ws.stream.viewer import Joining
from geometry_ws.stream.wire import BadFrame, from_wire, to_wire
from tests.stream.streaming import noise

COLOUR = (1, 2, 3, 255)
ACKS = 1 / 15

# Flow


def test_a_flow_is_ready_until_its_window_is_full() -> None:
    flow = Flow(0.0)
    flow.sent(1, 0, FIRST_WINDOW_BYTES - 1, 0.0)
    assert flow.ready(0.0)
    flow.sent(2, 0, 1, 0.0)
    assert not flow.ready(0.0)
    assert flow.ack(1, 0, 0, 0.1)
    assert flow.ready(0.1)
    assert flow.in_flight_bytes == 1


def test_patience_grows_with_the_distance_but_not_with_drawing() -> None:
    flow = Flow(0.0)
    flow.sent(1, 0, 10, 0.0)
    flow.ack(1, 0, 300_000, 0.5)
    assert flow.round_trip == pytest.approx(0.2)
    assert flow.draw_us == 300_000
    flow.sent(2, 0, 10, 1.0)
    assert flow.ready(1.0 + PATIENCE_SECONDS + 0.19 + ACKS)
    assert not flow.ready(1.0 + PATIENCE_SECONDS + 0.21 + ACKS)


def test_a_line_that_becomes_longer_is_believed() -> None:
    flow = Flow(0.0)
    for seq in range(100):
        flow.sent(seq, 0, 10, seq)
        flow.ack(seq, 0, 0, seq + (0.01 if seq < 10 else 0.4))
    assert flow.round_trip == pytest.approx(0.4)


def test_acks_are_cumulative_and_strange_ones_change_nothing() -> None:
    flow = Flow(0.0)
    for seq, part in ((1, 0), (2, 0), (2, 1), (4, 0)):
        flow.sent(seq, part, 100, 0.0)
    assert not flow.ack(9, 0, 0, 1.0)
    assert not flow.ack(4, 1, 0, 1.0)
    assert flow.ack(2, 0, 0, 1.0)
    assert flow.messages_in_flight == 2
    assert not flow.ack(2, 0, 0, 1.0)
    assert not flow.ack(1, 0, 0, 1.0)
    assert flow.ack(3, 7, 0, 1.0)
    assert flow.messages_in_flight == 1
    assert flow.ack(4, 0, 0, 1.0)
    assert flow.stuck_at is None
    assert flow.in_flight_bytes == 0


def test_stuck_counts_from_the_last_progress() -> None:
    flow = Flow(0.0)
    assert flow.stuck_at is None
    flow.sent(1, 0, 10, 5.0)
    flow.sent(2, 0, 10, 6.0)
    assert flow.stuck_at == 5.0 + STUCK_SECONDS
    flow.ack(1, 0, 0, 9.0)
    assert flow.stuck_at == 9.0 + STUCK_SECONDS


# History

small = st.builds(
    Rect, st.integers(0, 900), st.integers(0, 900), st.integers(1, 99), st.integers(1, 99)
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(small, min_size=1, max_size=3 * MOST_STEPS))
def test_history_never_forgets_a_damaged_pixel(rects: list[Rect]) -> None:
    history = History()
    history.renewed(1, "s1", Rect(0, 0, 999, 999), 0.0)
    for seq, rect in enumerate(rects, 2):
        history.damaged(seq, "s1", Region([rect]), 0.0)
    past = history["s1"]
    for seq in (1, 2, len(rects) // 2 + 1, len(rects)):
        assert all(past.since(seq).contains(Region([rect])) for rect in rects[seq - 1 :])
    assert not past.since(len(rects) + 1)
    assert past.since(0) == Region([Rect(0, 0, 999, 999)])
    assert len(past._steps) <= MOST_STEPS
    assert past.last == len(rects) + 1


def test_history_merges_old_steps_without_naming_the_whole_plane() -> None:
    """A blinking cursor stays small however long a viewer is away."""
    history = History()
    history.renewed(1, "s1", Rect(0, 0, 999, 999), 0.0)
    history.damaged(2, "s1", Region([Rect(900, 0, 1, 1)]), 0.0)
    for seq in range(3, 500):
        history.damaged(seq, "s1", Region([Rect(500 * (seq % 2), 10, 2, 20)]), 0.0)
    expected = Region([Rect(0, 10, 2, 20), Rect(500, 10, 2, 20)])
    assert history["s1"].since(1) == Region([*expected.rects, Rect(900, 0, 1, 1)])
    assert history["s1"].since(470) == expected
    history.damaged(500, "s1", Region([Rect(0, 900, 1, 1)]), 0.0)
    assert history["s1"].since(1).contains(Region([*expected.rects, Rect(0, 900, 1, 1)]))


def test_history_knows_places_and_removals_and_forgets_old_ones() -> None:
    history = History()
    for index in range(MOST_REMOVALS + 5):
        history.renewed(2 * index + 1, f"s{index}", Rect(0, 0, 1, 1), 0.0)
        history.removed(2 * index + 2, f"s{index}")
    last = 2 * (MOST_REMOVALS + 5)
    assert history.forgotten_seq == 10
    assert history.removals_since(last - 4) == (
        f"s{MOST_REMOVALS + 3}",
        f"s{MOST_REMOVALS + 4}",
    )
    assert not history.moved_since(last)
    assert not history.moved_since(last - 2), "it came and went unseen"
    assert history.moved_since(last - 1)


def test_history_lists_the_newest_damage_first() -> None:
    history = History()
    for seq, plane in enumerate(["a", "b", "c"], 1):
        history.renewed(seq, plane, Rect(0, 0, 9, 9), 0.0)
    history.damaged(4, "a", Region([Rect(0, 0, 1, 1)]), 0.0)
    assert list(history.damaged_since(1)) == ["a", "c", "b"]
    assert list(history.damaged_since(3)) == ["a"]
    assert list(history.placed_since(2)) == ["c"]


# Pending


def changed(*strokes, renewed: bool = False) -> Changes:
    damage = Region(stroke.rect for stroke in strokes)
    return Changes({"s1": PlaneChange(damage=damage, strokes=strokes, renewed=renewed)})


def test_pending_keeps_copies_only_where_their_source_is_unchanged() -> None:
    pending = Pending()
    pending.add(changed(Copied(Rect(0, 10, 50, 40), (0, 0))))
    plane = pending.planes["s1"]
    assert len(plane.strokes) == 1
    pending.add(changed(Copied(Rect(0, 35, 9, 9), (80, 80))))
    assert plane.strokes == [Copied(Rect(0, 10, 50, 40), (0, 0))]
    assert plane.painted == Region([Rect(80, 80, 9, 9)])


def test_pending_is_bounded() -> None:
    pending = Pending()
    for index in range(1000):
        pending.add(changed(Filled(Rect(index % 90, index // 90, 1, 1), (index % 200, 0, 0, 255))))
    plane = pending.planes["s1"]
    assert len(plane.strokes) <= MOST_STROKES
    assert plane.covers(Region([Rect(89, 9, 1, 1), Rect(0, 0, 1, 1)]))


def test_pending_covers_only_what_is_written() -> None:
    """Damage may be larger than what changed; that isn't content."""
    pending = Pending()
    pending.add(changed(Filled(Rect(0, 0, 4, 4), COLOUR), Filled(Rect(10, 0, 4, 4), COLOUR)))
    plane = pending.planes["s1"]
    assert plane.damage.contains(Region([Rect(5, 0, 2, 2)]))
    assert not plane.covers(Region([Rect(3, 0, 2, 2)]))
    assert plane.covers(Region([Rect(11, 1, 2, 2)]))


def test_pending_forgets_what_was_before_a_new_size_or_a_removal() -> None:
    pending = Pending()
    pending.add(changed(Painted(Rect(0, 0, 90, 90)), Filled(Rect(0, 0, 4, 4), COLOUR)))
    pending.add(changed(Filled(Rect(0, 0, 20, 20), COLOUR), renewed=True))
    plane = pending.planes["s1"]
    assert plane.damage == Region([Rect(0, 0, 20, 20)])
    assert not plane.painted
    pending.add(Changes(removed=("s1",)))
    assert not pending.planes
    assert pending.moves


def test_pending_keeps_nothing_of_what_came_and_went_between_two_frames() -> None:
    """Without a viewer there are no frames: a program that goes on so would fill the memory."""
    world, pending = World(), Pending()
    there, created = world.create("a", 4, 4)
    for _ in range(100):
        surface, changes = world.create("a", 4, 4)
        pending.add(changes)
        pending.add(world.move("a", surface, 9, 9))
        pending.add(world.destroy("a", surface))
    assert not pending
    assert not pending.moves
    pending.add(world.destroy("a", there))
    assert pending.removed == [there]
    assert created.created == (there,)


class CountingPlanes(dict):
    """Surfaces by id that count how often one was looked up."""

    looked_up = 0

    def get(self, plane, default=None):
        self.looked_up += 1
        return super().get(plane, default)


def test_changes_that_no_viewer_waits_for_are_not_looked_through() -> None:
    """Else each change of a full world would cost more than the one before."""
    world = World()
    planes = CountingPlanes()
    stream = Stream("e1", planes)
    stream.attach(1, None, 0.0, Joining(frozenset(), "w1", "t1"))
    stream.pause(1, 0.0, paused=True)
    for _ in range(300):
        surface, changes = world.create("a", 4, 4)
        planes[surface] = world.surfaces[surface]
        stream.changed(changes, None, 0.0)
        assert stream.next_due(0.0) is None
    assert planes.looked_up == 0


# Wire

PLACE = PlanePlace("s1", -4, 5, 2, 30, 20, 2, 0.5, True)
FRAME = Frame(
    "e1", 9, 8, 123, True, (1, 3), (PLACE,), ("s2", "s3"),
    (
        FillOp("s1", Rect(0, 0, 4, 4), (1, 2, 3, 4)),
        CopyOp("s1", Rect(0, 0, 4, 4), (5, 6)),
        ImageOp("s1", Rect(1, 1, 1, 1), "raw", b"abcd"),
        VideoOp("s1", Rect(0, 0, 60, 40), "h264", b"abcd", True),
        VideoOp("s1", Rect(0, 0, 60, 40), "vp8", b"abcd", False),
    ),
    FrameCause(7, 100, 110), 12,
)  # fmt: skip


def test_frames_come_back_from_the_wire_and_defaults_stay_away() -> None:
    assert from_wire(to_wire(FRAME)) == FRAME
    bare = Frame("e1", 9, 8, 123)
    assert to_wire(bare) == {"epoch": "e1", "seq": 9, "base": 8, "time_us": 123}
    assert from_wire({**to_wire(bare), "unknown": 1}) == bare


WRONG = [
    {"epoch": 5}, {"epoch": ""}, {"epoch": "x" * 99}, {"seq": 0}, {"seq": True}, {"seq": 2**60},
    {"seq": None}, {"base": 10}, {"base": -1}, {"base": 1.5}, {"time_us": "1"}, {"keyframe": 1},
    {"part": [3, 3]}, {"part": [0]}, {"part": 5}, {"part": [0, 10**9]}, {"planes": {}},
    {"planes": [5]}, {"planes": [{**PLACE._asdict(), "width": 0}]},
    {"planes": [{**PLACE._asdict(), "opacity": float("nan")}]},
    {"planes": [{**PLACE._asdict(), "opacity": True}]},
    {"planes": [{**PLACE._asdict(), "width": 8192, "scale": 1, "height": 8192}]},
    {"planes": [{**PLACE._asdict(), "width": 8000, "scale": 4}]},
    {"removed": [None]}, {"removed": "s1"}, {"ops": [[]]}, {"ops": [["fill", "s1"]]},
    {"ops": [["what", "s1", [0, 0, 1, 1], 5]]}, {"ops": [["fill", "s1", [0, 0, 0, 1], [0] * 4]]},
    {"ops": [["fill", "s1", [0, 0, 1, 1], [0, 0, 0, 256]]]},
    {"ops": [["fill", "s1", [0, 0, 1], [0, 0, 0, 0]]]},
    {"ops": [["copy", "s1", [0, 0, 1, 1], [-1, 0]]]},
    {"ops": [["image", "s1", [0, 0, 1, 1], "raw", "abcd"]]},
    {"ops": [["image", "s1", [0, 0, 1, 1], "gif", b"abcd"]]},
    {"ops": [["image", "s1", [0, 0, 1, 1], ["raw"], b"abcd"]]},
    {"ops": [["image", "s1", [0, 0, 1, 1], "raw"]]},
    {"ops": [["image", "s1", [0, 0, 1, 1], "h264", b"abcd"]]},
    {"ops": [["video", "s1", [0, 0, 1, 1], "h264", b"abcd"]]},
    {"ops": [["video", "s1", [0, 0, 1, 1], "h264", b"abcd", 1]]},
    {"ops": [["video", "s1", [0, 0, 1, 1], "jpeg", b"abcd", True]]},
    {"ops": [["video", "s1", [0, 0, 1, 1], "h264", "abcd", True]]},
    {"ops": [["video", "s1", [0, 0, 1, 1], "h264", b"abcd", True, 5]]},
    {"acks_per_second": -1}, {"acks_per_second": "2"}, {"acks_per_second": 10**6}, {"cause": 7},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_wrong_frames_are_refused(wrong: dict) -> None:
    with pytest.raises(BadFrame):
        from_wire({**to_wire(FRAME), **wrong})


things = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(list(to_wire(FRAME))), things), st.booleans())
def test_garbage_is_refused_or_read_but_never_breaks_the_painter(fields, whole) -> None:
    store = PlaneStore("e1")
    try:
        store.apply(from_wire({**(to_wire(FRAME) if whole else {}), **fields}))
    except (BadFrame, NeedsRefresh):
        assert store.seq == 0
        assert not store.planes


# Painter


def test_a_deflated_picture_never_takes_more_memory_than_its_rectangle() -> None:
    bomb = zlib.compress(bytes(50_000_000))
    with pytest.raises(NeedsRefresh):
        decode_pixels(ImageOp("s1", Rect(0, 0, 2, 2), "deflate", bomb))
    short = zlib.compress(bytes(12))
    with pytest.raises(NeedsRefresh):
        decode_pixels(ImageOp("s1", Rect(0, 0, 2, 2), "deflate", short))
    with pytest.raises(NeedsRefresh):
        decode_pixels(ImageOp("s1", Rect(0, 0, 2, 2), "deflate", zlib.compress(bytes(16))[:-1]))


def test_the_painter_says_what_it_damaged_placed_and_removed() -> None:
    store = PlaneStore("e1")
    places = (PlanePlace("s1", 0, 0, 1, 8, 8), PlanePlace("s2", 0, 0, 2, 8, 8))
    first = store.apply(Frame("e1", 1, 1, 0, keyframe=True, planes=places))
    assert first.placed == ("s1", "s2")
    assert first.damage["s1"] == Region([Rect(0, 0, 8, 8)])
    ops = (FillOp("s2", Rect(1, 1, 2, 2), (0, 0, 0, 255)), CopyOp("s2", Rect(0, 0, 2, 2), (6, 6)))
    second = store.apply(Frame("e1", 2, 1, 0, removed=("s1",), ops=ops))
    assert second.removed == ("s1",)
    assert dict(second.damage) == {"s2": Region([Rect(1, 1, 2, 2), Rect(6, 6, 2, 2)])}


def test_planes_from_before_a_frame_are_not_written_into_by_a_refused_one() -> None:
    store = PlaneStore("e1")
    store.apply(Frame("e1", 1, 1, 0, keyframe=True, planes=(PlanePlace("s1", 0, 0, 1, 8, 8),)))
    before = store.hashes()
    ops = (FillOp("s1", Rect(0, 0, 8, 8), (1, 1, 1, 1)), FillOp("s1", Rect(7, 7, 2, 1), (0,) * 4))
    with pytest.raises(NeedsRefresh):
        store.apply(Frame("e1", 2, 1, 0, ops=ops))
    assert store.hashes() == before


# Plans


def test_parts_hold_no_more_than_they_may_and_lose_nothing() -> None:
    ops = [
        ImageOp("s1", Rect(index, 0, 1, 1), "raw", bytes(size))
        for index, size in enumerate([196_608, 60_000, 196_608, 196_608, 10, 10, 70_000])
    ]
    places = tuple(PlanePlace(f"s{index}", 0, 0, index, 9, 9) for index in range(100))
    head = Frame("e1", 5, 5, 0, keyframe=True, planes=places, removed=("x",))
    parts = lay_out(head, ops)
    assert [op for part in parts for op in part.ops] == ops
    assert [part.part for part in parts] == [(index, len(parts)) for index in range(len(parts))]
    assert parts[0].planes == places
    assert not any(part.planes or part.removed for part in parts[1:])
    assert all(part.cost_bytes <= 256 * 1024 for part in parts)
    assert all(part.ops for part in parts[1:])


def test_a_frame_without_operations_is_one_part() -> None:
    assert len(lay_out(Frame("e1", 5, 5, 0, keyframe=True), [])) == 1
    many = tuple(PlanePlace(f"s{index}", 0, 0, index, 9, 9) for index in range(5000))
    assert len(lay_out(Frame("e1", 5, 5, 0, planes=many), [])) == 1


def test_the_cache_of_tiles_is_bounded_and_forgets_what_changed() -> None:
    cache, encoding = TileCache(), Encoding()
    for index in range(400):
        cache.put(
            Ready(ImageOp(f"s{index}", Rect(0, 0, 256, 192), "raw", bytes(196_608))), encoding
        )
    assert cache.size_bytes <= CACHE_BYTES
    assert cache.get("s0", Rect(0, 0, 256, 192), encoding) is None
    assert cache.get("s399", Rect(0, 0, 256, 192), encoding) is not None
    cache.damaged("s399", Region([Rect(255, 191, 5, 5)]))
    assert cache.get("s399", Rect(0, 0, 256, 192), encoding) is None
    for index in range(400):
        cache.drop(f"s{index}")
    assert cache.size_bytes == 0


@given(
    st.builds(Rect, st.integers(0, 99), st.integers(0, 99), *[st.integers(1, 8192)] * 2),
    st.sampled_from([16 * 1024, TILE_PIXELS, LOSSY_TILE_PIXELS]),
)
def test_a_rectangle_is_cut_into_pieces_that_fit_and_cover_it(rect, most) -> None:
    pieces = list(cut(rect, most))
    assert sum(piece.area for piece in pieces) == rect.area
    assert all(rect.contains(piece) and piece.area <= most for piece in pieces)
    assert len(pieces) <= 2 * rect.area // most + (rect.w + rect.h) // 512 + 2


def test_a_little_more_than_a_tile_is_two() -> None:
    assert len(list(cut(Rect(0, 0, 320, 200), TILE_PIXELS))) == 1
    assert len(list(cut(Rect(0, 0, 330, 210), TILE_PIXELS))) == 2
    assert len(list(cut(Rect(0, 0, 640, 360), LOSSY_TILE_PIXELS))) == 1


def test_noise_is_noise() -> None:
    """The helper gives the same pixels each time, or no failure could be repeated."""
    assert np.array_equal(noise(5, 4, 3), noise(5, 4, 3))
